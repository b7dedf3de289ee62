//! Delimited rows: `cables.csv` as it was published, and as people wrote it again.
//!
//! Delimiter, quoting, escapes and the order of columns are found out from the beginning of the document. A row is never
//! read beyond its own record, so that a damaged quote costs one record and not the rest of the file.

mod field;
mod idle;
mod row;
mod sniff;
mod split;
mod start;

pub(super) use row::QuotedValue;
pub(super) use sniff::{has_names, is_of_rows, is_part, late, named_as};

use std::sync::Arc;

use super::columns::RecordColumns;
use super::fields::DateForm;
use super::split::ByLine;
use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter};

/// The dialect.
#[derive(Debug)]
pub struct Csv;

impl Dialect for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        match sniff::at_front(head.bytes) {
            Some(_) => Confidence::Certain,
            None if sniff::below_text(head.bytes).is_some() => Confidence::Likely,
            None => Confidence::No,
        }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        let rows = sniff::at_front(head.bytes).or_else(|| sniff::below_text(head.bytes));
        Arc::new(rows.unwrap_or_default())
    }
}

/// How the rows of one document are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvRows {
    /// Name of the dialect.
    dialect: &'static str,
    /// What is between two fields.
    delimiter: u8,
    /// How a quote within quotes is written.
    escape: Escape,
    /// The columns, in their order.
    columns: RecordColumns,
    /// The line of names, where there is one.
    names: Vec<u8>,
    /// So many bytes come before the first row: a byte order mark, names of columns, a text.
    front: usize,
    /// How dates with slashes are read.
    slashes: DateForm,
}

/// Delimiters that were seen; the last is that of Hive.
const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', b'\x01'];

/// How a quote within quotes is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// `\"`; a backslash before any other character goes as well.
    Backslash,
    /// `""`; a backslash is a character like others.
    Doubled,
    /// The beginning of the document does not show it; each record does for itself.
    Either,
}

impl Default for CsvRows {
    /// `cables.csv` as it was published.
    fn default() -> CsvRows {
        let (columns, slashes) = (RecordColumns::of_dump(), DateForm::MonthFirst);
        let dialect = Csv.name();
        CsvRows { dialect, delimiter: b',', escape: Escape::Backslash, columns, names: Vec::new(), front: 0, slashes }
    }
}

impl CsvRows {
    /// Rows of another dialect, after so many bytes: commas between the fields, and quotes within quotes doubled.
    pub fn doubled(dialect: &'static str, columns: RecordColumns, front: usize) -> CsvRows {
        CsvRows { dialect, escape: Escape::Doubled, columns, front, ..CsvRows::default() }
    }

    /// So many bytes before the first row.
    pub fn front(&self) -> usize {
        self.front
    }

    /// The same rows, after so many more bytes.
    fn further(self, count: usize) -> CsvRows {
        CsvRows { front: self.front + count, ..self }
    }

    /// The same rows after so many bytes.
    pub fn after(self, front: usize) -> CsvRows {
        CsvRows { front, ..self }
    }
}

impl Form for CsvRows {
    fn dialect(&self) -> &'static str {
        self.dialect
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(split::CsvRowStarts::new(self), limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        if self.are_idle(&bytes[position.front(self.front, &bytes)..]) {
            return Recognized::Ignored(NotACable::OtherText);
        }
        Recognized::of(row::transcribe(self, bytes, position, file_name))
    }
}
