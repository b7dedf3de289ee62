//! Rows of the Freedom of Information Archive: telegrams of the Central Foreign Policy Files as JSON, one object after
//! another or in the array that an interface of the web answers with, or as CSV below the same names.
//!
//! The archive holds other collections and other documents, too; they are named and left out. Its texts often lost their
//! header and their line ends, and nothing is guessed in their place.

mod member;
mod row;

use std::sync::Arc;

use super::csv::{self, CsvRow, CsvRows};
use super::json::{JsonObject, JsonObjects, JsonText, damage, is_archive_row, record_start};
use super::row::RowEnd;
use super::{Confidence, Dialect, Form, Head, Position, Recognized, Splitter};
use crate::diagnostic::Code;

/// The dialect.
#[derive(Debug)]
pub struct HistoryLab;

impl Dialect for HistoryLab {
    fn name(&self) -> &'static str {
        "historylab"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let is_of_objects = JsonObjects::holding(head.bytes, is_row).is_some();
        if is_of_objects || named_rows(head.bytes).is_some() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        match named_rows(head.bytes) {
            Some(rows) => Arc::new(rows),
            None => Arc::new(ArchiveObjects(JsonObjects::holding(head.bytes, is_row).unwrap_or_default())),
        }
    }

    fn records_read_alike(&self, record: &Head<'_>) -> bool {
        // A row of CSV is nothing without the names above it.
        let first = record.bytes.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b',');
        first.is_some_and(|first| matches!(first, b'{' | b'['))
    }
}

/// Whether an object is a row of the archive.
fn is_row(text: JsonText<'_>, start: usize) -> bool {
    let members = JsonObject::of(text, start).members;
    is_archive_row(members.iter().map(|member| member.name.as_str()))
}

fn named_rows(bytes: &[u8]) -> Option<ArchiveTable> {
    let are_known = |names: &[String]| is_archive_row(names.iter().map(String::as_str));
    let (rows, names) = csv::named_as(HistoryLab.name(), bytes, are_known)?;
    Some(ArchiveTable { rows, names })
}

/// Objects of JSON, by where they are.
#[derive(Debug)]
struct ArchiveObjects(JsonObjects);

impl Form for ArchiveObjects {
    fn dialect(&self) -> &'static str {
        HistoryLab.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        self.0.splitter(limit, is_row)
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let object_of = |bytes: &[u8]| {
            let text = self.0.text(bytes);
            let start = record_start(text, self.0.place(position), is_row);
            start.map(|start| (start, JsonObject::of(text, start)))
        };
        let members_of =
            |object: Option<JsonObject>| member::of_object(object.map(|object| object.members).unwrap_or_default());
        let found = members_of(object_of(&bytes).map(|(_, object)| object));
        row::transcribe(bytes, found, file_name, |builder| {
            let object = object_of(builder.source().as_bytes());
            if let Some((start, object)) = &object
                && let Some((code, detail)) =
                    damage(&self.0, self.0.text(builder.source().as_bytes()), *start, object.end, position)
            {
                builder.report(code, detail);
            }
            members_of(object.map(|(_, object)| object))
        })
    }
}

/// Rows of CSV below their names.
#[derive(Debug)]
struct ArchiveTable {
    rows: CsvRows,
    names: Vec<String>,
}

impl Form for ArchiveTable {
    fn dialect(&self) -> &'static str {
        HistoryLab.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        self.rows.splitter(limit)
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let found = member::of_row(&self.names, self.rows.glance(&bytes, position));
        let before = bytes[..position.front(self.rows.front(), &bytes)].to_vec();
        row::transcribe(bytes, found, file_name, |builder| {
            let CsvRow { values, end } = self.rows.read(&before, position, builder);
            if end != RowEnd::Whole {
                builder.report(Code::RecordUnclosed, "the document ends within the row");
            }
            member::of_row(&self.names, values)
        })
    }
}
