//! Formats and layouts: golden outputs, the same bytes for any number of threads, and nothing left behind.

use std::fs;
use std::sync::Arc;

use cablegram::cable::Cable;
use cablegram::error::Result;
use cablegram::provenance::{Encoding, Provenance};
use cablegram::schema::{Record, Schema};
use cablegram::write::{Batch, Existing, Output, Published, WriteContext};

fn context(threads: usize) -> WriteContext {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    WriteContext { pool: Arc::new(pool), existing: Existing::Refuse, tool: "cablegram test".to_owned() }
}

/// A record of this text; everything else is as in any cable.
fn record(number: i32, text: &str) -> Record {
    let cable = Cable {
        mrn: format!("09ASTANA{number}"),
        mrn_as_found: format!("09ASTANA{number}"),
        year: Some(2009),
        post: Some("ASTANA".to_owned()),
        serial: Some(number),
        title: Some(text.to_owned()),
        tags: vec!["PREL".to_owned(), "NO".to_owned(), text.to_owned()],
        ..Cable::default()
    };
    let provenance = Provenance {
        dialect: "plain",
        path: format!("2009/{number}.txt"),
        member: None,
        record: None,
        start: 0,
        size: text.len() as i64,
        sha256: "0".repeat(64),
        encoding: Encoding::Utf8,
    };
    Record { cable, diagnostics: Vec::new(), provenance, source_text: text.to_owned() }
}

fn write(output: &str, schema: &Schema, batches: &[&[Record]], context: &WriteContext) -> Result<Published> {
    let mut sink = Output::parse(output)?.open(schema.arrow(), context)?;
    for records in batches {
        let stems = records.iter().map(|record| format!("2009/ASTANA/{}", record.cable.mrn)).collect();
        sink.write(&Batch::new(schema.batch(records), stems, &context.pool)?)?;
    }
    sink.complete()?.publish()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn at(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn every_format_writes_a_file() {
    let folder = folder();
    let records: Vec<Record> = (1..100).map(|number| record(number, "two\nlines\n")).collect();
    for name in ["a.parquet", "a.arrow", "a.arrows", "a.xml", "a.yaml"] {
        let batches = [&records[..50], &records[50..]];
        let published = write(&at(&folder, name), Schema::v1(), &batches, &context(2)).unwrap();
        assert_eq!(published.rows, 99, "{name}");
        assert_eq!(published.bytes, fs::metadata(folder.path().join(name)).unwrap().len(), "{name}");
    }
}
