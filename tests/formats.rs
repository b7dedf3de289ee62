//! Formats and layouts: golden outputs, the same bytes for any number of threads, and nothing left behind.

use std::fs;
use std::sync::Arc;

use cablegram::cable::{Addressee, Cable, Paragraph, Precedence, Reference, ReferenceKind, Role, Routing};
use cablegram::diagnostic::{Code, Diagnostic};
use cablegram::error::Result;
use cablegram::provenance::{Encoding, Provenance};
use cablegram::schema::{Record, Schema};
use cablegram::write::{Batch, Existing, Output, Published, WriteContext};
use tempfile::TempDir;

fn context(threads: usize) -> WriteContext {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    WriteContext { pool: Arc::new(pool), existing: Existing::Refuse, tool: "cablegram test".to_owned() }
}

/// A record with a value in every kind of column, and `text` wherever text can stand.
fn record(number: i32, text: &str) -> Record {
    let mrn = format!("{:02}TUNIS{number}", number % 37);
    let cable = Cable {
        mrn_as_found: mrn.clone(),
        mrn,
        year: (number % 5 != 0).then_some(1973 + number % 37),
        post: Some("TUNIS".to_owned()),
        serial: Some(number),
        title: (number % 3 != 0).then(|| text.to_owned()),
        date: "1969-07-20".parse().ok(),
        sent_at: "1969-07-20T20:17:40Z".parse().ok(),
        routing: (number % 2 == 0).then(|| Routing {
            called_stations: vec!["RUEHC".to_owned(), text.to_owned()],
            call_precedence: Some(Precedence::Priority),
            filed_at: "2009-06-12T07:29:00Z".parse().ok(),
            security_warning: Some(text.to_owned()),
            ..Routing::default()
        }),
        addressees: vec![Addressee {
            role: Role::Info,
            routing_indicator: None,
            to_post: None,
            precedence: None,
            continuity_number: Some("0703".to_owned()),
            name: text.to_owned(),
            offices: vec![],
            exclusions: vec!["OSLO".to_owned()],
        }],
        tags: ["PREL", "NO", text].map(str::to_owned).to_vec(),
        references: vec![Reference {
            label: Some("A".to_owned()),
            kind: ReferenceKind::Other,
            cited_mrn: None,
            note: Some(text.to_owned()),
            text: text.to_owned(),
        }],
        action_paragraphs: vec![1, 2],
        paragraphs: vec![
            Paragraph {
                number: Some(1),
                heading: Some(text.to_owned()),
                text: text.to_owned(),
                ..Paragraph::default()
            },
            Paragraph { text: String::new(), ..Paragraph::default() },
        ],
        ..Cable::default()
    };
    let diagnostics = vec![Diagnostic { code: Code::TagUnknown, line: Some(3), detail: text.to_owned() }];
    Record { cable, diagnostics, provenance: provenance(number, text), source_text: text.to_owned() }
}

fn provenance(number: i32, text: &str) -> Provenance {
    Provenance {
        dialect: "plain",
        path: format!("archive/{number}.txt"),
        member: None,
        record: None,
        start: 0,
        size: text.len() as i64,
        sha256: format!("{number:064x}"),
        encoding: Encoding::Utf8,
    }
}

/// Writes `records` in batches of odd sizes.
fn write(output: &str, schema: &Schema, records: &[Record], context: &WriteContext) -> Result<Published> {
    let mut sink = Output::parse(output)?.open(schema.arrow(), context)?;
    for records in records.chunks(37) {
        sink.write(&batch(schema, records, context)?)?;
    }
    sink.complete()?.publish()
}

fn batch(schema: &Schema, records: &[Record], context: &WriteContext) -> Result<Batch> {
    let stem = |record: &Record| format!("{}/TUNIS/{}", record.cable.year.unwrap_or(0), record.cable.mrn);
    Batch::new(schema.batch(records), records.iter().map(stem).collect(), &context.pool)
}

fn records(count: i32) -> Vec<Record> {
    (0..count).map(|number| record(number, &format!("First line {number}.  \n\n  Second & last."))).collect()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn at(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

const OUTPUTS: [&str; 5] = ["a.parquet", "a.arrow", "a.arrows", "a.xml", "a.yaml"];

#[test]
fn every_format_writes_a_file() {
    let folder = folder();
    for name in OUTPUTS {
        let published = write(&at(&folder, name), Schema::v1(), &records(99), &context(2)).unwrap();
        assert_eq!(published.rows, 99, "{name}");
        assert_eq!(published.bytes, fs::metadata(folder.path().join(name)).unwrap().len(), "{name}");
    }
}
