//! A document to the row of each of its records, as maps of column names to values.

use std::ops::Range;

use cablegram::dialect::{self, Head, NotACable, Position, Recognized, Transcript};
use cablegram::parse;
use cablegram::provenance::Provenance;
use cablegram::schema::{Row, Schema};
use cablegram::source::{DocumentId, RecordId};
use cablegram::write::value::{Rows, Value};
use serde_json::{Map, Value as Json, json};

/// The row of each record of a document as a map, or `ignored` with the kind of what is no cable.
pub fn rows(bytes: &[u8], file_name: &str) -> Vec<Json> {
    let ignored = |kind: NotACable| json!({ "ignored": kind.name(), "diagnostics": [] });
    let mut form = match dialect::open(&Head::of(bytes, file_name)) {
        Ok(form) => form,
        Err(kind) => return vec![ignored(kind)],
    };
    let ranges = dialect::ranges(&mut *form.splitter(RECORD_LIMIT), bytes);
    let position = |number: usize| Position::of(number as u32, number + 1 == ranges.len());
    let row = |(number, range): (usize, &Range<usize>)| {
        let stretch = form.stretch(&bytes[range.clone()], position(number));
        let start = range.start + stretch.start;
        let record = bytes[start..start + stretch.len()].to_vec();
        let next = form.following(&record, position(number)).or(form.clone());
        let form = std::mem::replace(&mut form, next);
        match form.transcribe(record, position(number), file_name) {
            Recognized::Ignored(kind) => ignored(kind),
            Recognized::Cable(transcript) => {
                let number = form.record_number(number as u32, position(number));
                let provenance = Provenance {
                    id: RecordId { document: DocumentId::file(file_name), number, start: start as u64 },
                    dialect: transcript.dialect(),
                    size: stretch.len() as u64,
                    sha256: String::new(),
                    encoding: transcript.encoding(),
                };
                read(transcript, provenance)
            }
        }
    };
    ranges.iter().enumerate().map(row).collect()
}

/// Bytes that a record may have.
const RECORD_LIMIT: usize = 8 * 1024 * 1024;

fn read(transcript: Transcript, provenance: Provenance) -> Json {
    let reading = parse::parse(&transcript);
    let (cable, diagnostics) = (reading.cable, reading.diagnostics);
    let record = Row { cable, diagnostics, provenance, source_text: transcript.into_source_text(), text_sha256: None };
    // All fields of a record, as version 1 has them; later versions leave out what another column holds whole.
    let fields = columns(Schema::v1(), &record).shift_remove("record_fields");
    let mut columns = columns(Schema::newest(), &record);
    columns.insert("record_fields".to_owned(), fields.unwrap_or_default());
    columns.into()
}

fn columns(schema: &Schema, record: &Row) -> Map<String, Json> {
    let batch = schema.batch(&[record]);
    let rows = Rows::of(&batch).unwrap();
    rows.columns.iter().map(|(field, view)| (field.name().clone(), plain(view.value(0)))).collect()
}

fn plain(value: Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => text.into(),
        Value::Int(number) => number.into(),
        Value::Bool(truth) => truth.into(),
        Value::Date(days) => {
            let epoch = jiff::civil::date(1970, 1, 1);
            epoch.checked_add(jiff::Span::new().days(days)).unwrap().to_string().into()
        }
        Value::Instant(micros) => jiff::Timestamp::from_microsecond(micros).unwrap().to_string().into(),
        Value::List(elements, range) => range.map(|row| plain(elements.value(row))).collect(),
        Value::Struct(fields, row) => fields
            .iter()
            .map(|(field, view)| (field.name().clone(), plain(view.value(row))))
            .collect::<Map<_, _>>()
            .into(),
    }
}
