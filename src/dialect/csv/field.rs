//! The fields of a row, one after another: what is between two delimiters or between two quotes.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::{Escape, Marks};
use crate::dialect::columns::{ColumnMeaning, RecordColumns, is_null};
use crate::dialect::fields::FieldKey;
use crate::lex::envelope;

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

impl CsvValue {
    /// Whether quotes are around it.
    pub fn is_quoted(&self, row: &[u8], marks: Marks) -> bool {
        self.range.start.checked_sub(1).is_some_and(|before| marks.opens_quoted(row, before))
    }

    /// Whether it is null: only a value without quotes can be.
    pub fn is_null(&self, row: &[u8], marks: Marks) -> bool {
        !self.is_quoted(row, marks) && std::str::from_utf8(&row[self.range.clone()]).is_ok_and(is_null)
    }
}

/// The field that begins at `at`, and where the next one does.
pub fn field_at(row: &[u8], at: usize, marks: Marks) -> (CsvValue, Option<usize>) {
    if !marks.opens_quoted(row, at) {
        let end = memchr(marks.delimiter, &row[at..]).map(|ahead| at + ahead);
        return (CsvValue { range: at..end.unwrap_or(row.len()), end: FieldEnd::Sound }, end.map(|end| end + 1));
    }
    if let Some(next) = after_null(row, at, marks) {
        return (CsvValue { range: at..at, end: FieldEnd::Sound }, Some(next));
    }
    let mut stray = FieldEnd::Sound;
    let mut from = at + 1;
    loop {
        match sign_at(row, from, marks) {
            Some(QuoteSign::Closing(found)) => {
                let next = row.get(found + 1).map(|_| found + 2);
                return (CsvValue { range: at + 1..found, end: stray }, next);
            }
            Some(QuoteSign::Pair(behind)) => from = behind,
            Some(QuoteSign::Stray(behind)) => (stray, from) = (FieldEnd::StrayQuote, behind),
            None => return (CsvValue { range: at + 1..row.len(), end: FieldEnd::Unclosed }, None),
        }
    }
}

/// Where the field after a null begins that is written as the escape and `N`, where the escape is a quote: `"N,"VZCZ`. Of a
/// text that begins so, the quote after the delimiter would be the end.
fn after_null(row: &[u8], at: usize, marks: Marks) -> Option<usize> {
    let Marks { delimiter, quote, .. } = marks;
    let rest = row.get(at + 1..)?.strip_prefix(&[b'N', delimiter])?;
    let is_begun = match rest.strip_prefix(&[quote])? {
        [first, second, third, ..] if *first == quote => (*second, *third) == (delimiter, quote),
        [first, ..] => *first != delimiter && !first.is_ascii_whitespace(),
        [] => false,
    };
    (is_begun && !marks.has_backslashes()).then_some(at + 3)
}

/// The field of a list of cables that begins at `at`, and where the next one does. Without quotes the delimiter may be within
/// it: what comes after it as long as it has the shape of a name is part of the list.
pub fn list_at(row: &[u8], at: usize, marks: Marks) -> (CsvValue, Option<usize>) {
    let is_name = |value: &CsvValue, at: usize| {
        value.range.start == at && std::str::from_utf8(&row[value.range.clone()]).is_ok_and(envelope::is_identifier)
    };
    let (mut list, mut next) = field_at(row, at, marks);
    if !is_name(&list, at) {
        return (list, next);
    }
    while let Some(at) = next {
        let (value, behind) = field_at(row, at, marks);
        if !is_name(&value, at) {
            break;
        }
        (list.range.end, next) = (value.range.end, behind);
    }
    (list, next)
}

/// The column of a list of cables whose values the delimiter may be within. What comes after it is not the name of a cable.
pub fn list_column(columns: &RecordColumns, marks: Marks) -> Option<usize> {
    let list = columns.field(FieldKey::References).filter(|_| marks.delimiter == BETWEEN_CABLES)?;
    let next = columns.0.get(list + 1)?;
    (!matches!(next, ColumnMeaning::Field(FieldKey::Identifier | FieldKey::Other(_)))).then_some(list)
}

/// What is between the cables of a list.
const BETWEEN_CABLES: u8 = b'|';

/// Whether a quote within a field of quotes ends it before a delimiter, looked for from `from` on; and where the next
/// field begins, or the search continues once the row has more bytes.
pub fn field_end(row: &[u8], from: usize, marks: Marks) -> (bool, usize) {
    let mut from = from;
    loop {
        match sign_at(row, from, marks) {
            Some(QuoteSign::Closing(found)) if found + 1 < row.len() => return (true, found + 2),
            // What follows it decides.
            Some(QuoteSign::Closing(found)) => return (false, found),
            Some(QuoteSign::Pair(behind) | QuoteSign::Stray(behind)) => from = behind,
            None => return (false, from.max(row.len())),
        }
    }
}

/// A quote, or a sign that is escaped, within quotes.
enum QuoteSign {
    /// The quote at this byte ends the field.
    Closing(usize),
    /// An escape and what it escapes; the field continues after them.
    Pair(usize),
    /// A quote that is not escaped; the field continues after it.
    Stray(usize),
}

/// The next of them from `from` on.
fn sign_at(row: &[u8], from: usize, marks: Marks) -> Option<QuoteSign> {
    let found = from + quote_or_backslash(row.get(from..).unwrap_or_default(), marks)?;
    let next = row.get(found + 1).copied();
    Some(match next {
        _ if row[found] != marks.quote => QuoteSign::Pair(found + 2),
        None => QuoteSign::Closing(found),
        Some(next) if next == marks.delimiter => QuoteSign::Closing(found),
        Some(next) if marks.is_pair(next) => QuoteSign::Pair(found + 2),
        Some(_) => QuoteSign::Stray(found + 1),
    })
}

/// The next byte that may end a field or escape another.
pub fn quote_or_backslash(bytes: &[u8], marks: Marks) -> Option<usize> {
    match marks.escape {
        Escape::Backslash | Escape::BeforeQuote | Escape::Letters => memchr2(marks.quote, b'\\', bytes),
        Escape::None
        | Escape::Doubled
        | Escape::DoubledLetters
        | Escape::DoubledBoth
        | Escape::Itself
        | Escape::Either => memchr(marks.quote, bytes),
    }
}
