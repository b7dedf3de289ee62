//! Delimited rows: `cables.csv` as it was published, and as people wrote it again.
//!
//! Delimiter, quoting, escapes and the order of columns are found out from the beginning of the document. A row is never
//! read beyond its own record, so that a damaged quote costs one record and not the rest of the file.

mod between;
mod escape;
mod field;
mod row;
mod sniff;
mod split;
mod start;

pub(super) use row::{CsvRow, QuotedValue};
pub(super) use sniff::{has_names, is_of_rows, is_part, late, named_as};

use std::sync::Arc;

use super::columns::RecordColumns;
use super::fields::DateForm;
use super::split::ByLine;
use super::{Confidence, Dialect, Following, Form, Head, Position, Recognized, Splitter};

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
    marks: Marks,
    /// The columns, in their order.
    columns: RecordColumns,
    /// The line of names, where there is one.
    names: Vec<u8>,
    /// So many bytes come before the first row: a byte order mark, names of columns, a text.
    front: usize,
    /// How dates with slashes are read.
    slashes: DateForm,
}

/// What is between the fields of a row and around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Between two fields.
    delimiter: u8,
    /// Around a field.
    quote: u8,
    /// How it is written within one.
    escape: Escape,
}

impl Marks {
    /// Whether a field that begins at `at` has quotes around it.
    fn opens_quoted(self, row: &[u8], at: usize) -> bool {
        self.escape != Escape::None && row.get(at) == Some(&self.quote)
    }

    /// Whether a backslash is before a quote within quotes.
    fn has_backslashes(self) -> bool {
        matches!(self.escape, Escape::Backslash | Escape::BeforeQuote | Escape::Letters)
    }

    /// Whether a quote within quotes and this byte after it are one sign.
    fn is_pair(self, next: u8) -> bool {
        match self.escape {
            Escape::Backslash | Escape::BeforeQuote | Escape::Letters | Escape::None => false,
            Escape::Doubled | Escape::DoubledLetters | Escape::DoubledBoth | Escape::Either => next == self.quote,
            Escape::Itself => next == self.quote || next == b'\n',
        }
    }
}

/// Delimiters that were seen; the last is that of Hive.
const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', b'\x01'];

/// How a quote within quotes is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Not at all: no field has quotes around it, and nothing is escaped.
    None,
    /// `\"`; a backslash before any other character goes as well.
    Backslash,
    /// `\"`; any other backslash is a character like others: `write.table` of R.
    BeforeQuote,
    /// `\"`, and `\n` for a line end, as languages write strings.
    Letters,
    /// `""`; a backslash is a character like others.
    Doubled,
    /// `""`, and `\n` for a line end, with or without quotes around the field: texts that were made one line each.
    DoubledLetters,
    /// `""`, and a line end has a quote before it, too: MySQL with `ESCAPED BY '"'`.
    Itself,
    /// `""`, and `\\` for a backslash, with or without quotes around the field: pandas with `escapechar`.
    DoubledBoth,
    /// The beginning of the document does not show it; each record does for itself.
    Either,
}

impl Default for CsvRows {
    /// `cables.csv` as it was published.
    fn default() -> CsvRows {
        CsvRows {
            dialect: Csv.name(),
            marks: Marks { delimiter: b',', quote: b'"', escape: Escape::Backslash },
            columns: RecordColumns::of_dump(),
            names: Vec::new(),
            front: 0,
            slashes: DateForm::MonthFirst,
        }
    }
}

impl CsvRows {
    /// Rows of another dialect below names, after so many bytes: commas between the fields, and quotes within quotes doubled.
    pub fn doubled(dialect: &'static str, columns: RecordColumns, names: &[u8], front: usize) -> CsvRows {
        let marks = Marks { delimiter: b',', quote: b'"', escape: Escape::Doubled };
        CsvRows { dialect, marks, columns, names: names.to_vec(), front, ..CsvRows::default() }
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

    fn has_heads(&self) -> bool {
        true
    }

    fn following(&self, record: &[u8], position: Position) -> Following {
        self.said_by(record, position)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        row::transcribe(self, bytes, position, file_name)
    }
}
