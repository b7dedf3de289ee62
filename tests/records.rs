//! Records that no cable is: a value in every kind of column, and any text wherever text can stand.

use std::path::Path;
use std::sync::Arc;

use cablegram::cable::{
    Addressee, Cable, Clock, KeeperRecord, Paragraph, Precedence, RecordField, RecordKind, Reference, ReferenceKind,
    Role, Routing,
};
use cablegram::diagnostic::{Code, Diagnostic};
use cablegram::error::Result;
use cablegram::provenance::{Encoding, Provenance};
use cablegram::schema::{Row, Schema};
use cablegram::source::{DocumentId, RecordId};
use cablegram::write::{Batch, Existing, FileNames, Output, Published, WriteContext};
use tempfile::TempDir;

/// What a run of so many threads lends.
pub fn context(threads: usize) -> WriteContext {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    WriteContext::new(Arc::new(pool), Existing::Refuse, "cablegram test")
}

/// A record with a value in every kind of column, and `text` wherever text can stand.
pub fn record(number: i32, text: &str) -> Row {
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
        relay_counter: (number % 3 == 0).then(|| text.to_owned()),
        sent_at_basis: Some(Clock::DateTimeGroup),
        review_on: "2009-07-20".parse().ok(),
        action_paragraphs: vec![1, 2],
        protect_paragraphs: vec![2],
        record: if number % 2 == 0 { keeper_record(text) } else { KeeperRecord::default() },
        record_fields: vec![
            RecordField::new("Locator", text),
            RecordField { is_held: true, ..RecordField::new("Film Number", text) },
        ],
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
    Row { cable, diagnostics, provenance: provenance(number, text), source_text: text.to_owned(), text_sha256: None }
}

/// What a keeper would say with `text` wherever text can stand; the other records have nothing of it.
fn keeper_record(text: &str) -> KeeperRecord {
    let mut record = KeeperRecord::default();
    record.kind = Some(RecordKind::IndexEntry);
    record.recorded_at = "1969-07-20T20:17:40Z".parse().ok();
    record.drafted_on = "1969-07-20".parse().ok();
    record.film_number = Some(text.to_owned());
    record.page_size = Some(1 << 40);
    record.release_authority = Some(text.to_owned());
    record.concepts = vec![text.to_owned(), String::new()];
    record
}

fn provenance(number: i32, text: &str) -> Provenance {
    Provenance {
        id: RecordId::whole(DocumentId::file(format!("archive/{number}.txt"))),
        dialect: "plain",
        size: text.len() as u64,
        sha256: format!("{number:064x}"),
        encoding: Encoding::Utf8,
    }
}

/// Writes `records` in batches of an odd size.
pub fn write(output: &str, records: &[Row], context: &WriteContext) -> Result<Published> {
    write_batches(output, Schema::newest(), records, 37, context)
}

/// Writes `records` in batches of `size`.
pub fn write_batches(
    output: &str,
    schema: &Schema,
    records: &[Row],
    size: usize,
    context: &WriteContext,
) -> Result<Published> {
    let mut sink = Output::parse(output)?.open(schema.arrow(), context)?;
    for records in records.chunks(size) {
        sink.write(&batch(schema, records, context)?)?;
    }
    sink.complete()?.publish()
}

/// One batch, stems and all.
pub fn batch(schema: &Schema, records: &[Row], context: &WriteContext) -> Result<Batch> {
    let stem = |record: &Row| format!("{}/TUNIS/{}", record.cable.year.unwrap_or(0), record.cable.mrn);
    let rows = schema.batch(records);
    let names =
        FileNames { stems: records.iter().map(stem).collect(), versions: cablegram::schema::file_versions(&rows) };
    context.pool.install(|| Batch::with_known(rows, Arc::new(names), None))
}

/// So many records of short text.
pub fn records(count: i32) -> Vec<Row> {
    (0..count).map(|number| record(number, &format!("First line {number}.  \n\n  Second & last."))).collect()
}

/// An empty folder of the test's own.
pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The output of that name in `folder`: `xml,per=cable:x/` with its options kept in front.
pub fn at(folder: &TempDir, name: &str) -> String {
    let (options, path) = name.split_once(':').map_or(("", name), |(options, path)| (options, path));
    let colon = if options.is_empty() { "" } else { ":" };
    format!("{options}{colon}{}/{path}", folder.path().display())
}

/// The files in `folder`, by their paths in it, and what they hold.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    let files = walk.filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    files.map(|entry| (name(entry.path()), std::fs::read(entry.path()).unwrap())).collect()
}
