//! The list of a year's telegrams that comes with text files of the National Archives: a row a telegram, without its text.
//!
//! Beside the text files it would double every telegram; so it is read only where it is the one input.

use std::sync::Arc;

use super::columns::{ColumnMeaning, RecordColumns};
use super::csv::CsvRows;
use super::decode::without_mark;
use super::fields::{DateForm, FieldKey, RecordKey};
use super::{Confidence, Dialect, Form, Head, Position, Recognized, Splitter};

/// The dialect.
#[derive(Debug)]
pub struct AadIndex;

/// The names of its columns.
const NAMES: &str = "URL,Draft Date,Document Number,Film Number,From,Subject,TAGS,To";

impl Dialect for AadIndex {
    fn name(&self) -> &'static str {
        "aad-index"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let line = without_mark(head.bytes).split(|&byte| byte == b'\n').next().unwrap_or_default();
        if line.trim_ascii_end() == NAMES.as_bytes() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        let front = memchr::memchr(b'\n', head.bytes).map_or(head.bytes.len(), |end| end + 1);
        Arc::new(IndexRows(CsvRows::doubled(self.name(), columns(), NAMES.as_bytes(), front)))
    }
}

fn columns() -> RecordColumns {
    let fields = [
        FieldKey::Other("URL".into()),
        FieldKey::Drafted(DateForm::NamedMonth),
        FieldKey::DocumentNumber,
        FieldKey::Record(RecordKey::FilmNumber, "Film Number".into()),
        FieldKey::Origin,
        FieldKey::Title,
        FieldKey::Tags,
        FieldKey::Record(RecordKey::Recipients, "To".into()),
    ];
    RecordColumns(fields.map(ColumnMeaning::Field).into())
}

/// Its rows.
#[derive(Debug)]
struct IndexRows(CsvRows);

impl Form for IndexRows {
    fn dialect(&self) -> &'static str {
        AadIndex.name()
    }

    fn is_index(&self) -> bool {
        true
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        self.0.splitter(limit)
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        self.0.transcribe(bytes, position, file_name)
    }
}
