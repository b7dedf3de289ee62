//! The fields of a row, one after another: what is between two delimiters or between two quotes.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::Escape;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvValue {
    /// Its bytes, without the quotes around them.
    pub range: Range<usize>,
    /// How it ends.
    pub end: FieldEnd,
}

/// How a field ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldEnd {
    /// Before a delimiter, or with the row.
    Sound,
    /// Its opening quote is never closed.
    Unclosed,
    /// It is sound, but holds a quote that is not escaped.
    StrayQuote,
}

/// The field that begins at `at`, and where the next one does.
pub fn field_at(row: &[u8], at: usize, delimiter: u8, escape: Escape) -> (CsvValue, Option<usize>) {
    if row.get(at) != Some(&b'"') {
        let end = memchr(delimiter, &row[at..]).map(|ahead| at + ahead);
        return (CsvValue { range: at..end.unwrap_or(row.len()), end: FieldEnd::Sound }, end.map(|end| end + 1));
    }
    let mut stray = FieldEnd::Sound;
    let mut from = at + 1;
    while let Some(ahead) = quote_or_backslash(row.get(from..).unwrap_or_default(), escape) {
        let found = from + ahead;
        let next = row.get(found + 1).copied();
        match (row[found], next) {
            (b'\\', _) => from = found + 2,
            (_, next) if next.is_none() || next == Some(delimiter) => {
                return (CsvValue { range: at + 1..found, end: stray }, next.map(|_| found + 2));
            }
            (_, Some(b'"')) if escape != Escape::Backslash => from = found + 2,
            _ => {
                stray = FieldEnd::StrayQuote;
                from = found + 1;
            }
        }
    }
    (CsvValue { range: at + 1..row.len(), end: FieldEnd::Unclosed }, None)
}

/// The next byte that may end a field or escape another.
pub fn quote_or_backslash(bytes: &[u8], escape: Escape) -> Option<usize> {
    match escape {
        Escape::Backslash => memchr2(b'"', b'\\', bytes),
        Escape::Doubled | Escape::Either => memchr(b'"', bytes),
    }
}
