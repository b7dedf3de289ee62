//! The fields of a row to a transcript, without their escapes.

use std::ops::Range;

use memchr::memchr;

use super::{fields, is_escaped};
use crate::diagnostic::Code;
use crate::dialect::builder::TranscriptBuilder;
use crate::dialect::columns::{ColumnMeaning, RecordColumns, is_null};
use crate::dialect::decode::decode;
use crate::dialect::fields::DateForm;
use crate::dialect::row::{self, RowEnd, RowValue};

/// Puts the fields of a row.
pub fn put(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, delimiter: u8, columns: &RecordColumns) {
    let source = builder.source();
    let mut values = values(source, range, delimiter, columns);
    let is_value = |(column, value): (&ColumnMeaning, &Option<EscapedValue>)| {
        value.as_ref().is_none_or(|value| column.holds(value.shape(source).trim()) != Some(false))
    };
    let count = values.len();
    if count + 1 == columns.0.len() && !columns.0.iter().zip(&values).all(is_value) {
        builder.report(Code::RecordColumns, format!("{count} of {} columns", columns.0.len()));
        realign(&mut values, columns, source);
    }
    row::put(builder, columns, DateForm::MonthFirst, values, RowEnd::Whole);
}

/// Puts the values of a row in its columns that has lost a delimiter: the texts are right from the end, the fields as far as
/// they have their shapes.
fn realign(values: &mut Vec<Option<EscapedValue>>, columns: &RecordColumns, source: &str) {
    let holds = |(column, value): (&ColumnMeaning, &Option<EscapedValue>)| {
        value.as_ref().map(|value| column.holds(value.shape(source).trim()))
    };
    let shown: Vec<_> = columns.0.iter().zip(&*values).map(holds).collect();
    let end = shown.iter().position(|holds| *holds == Some(Some(false))).unwrap_or(0);
    // What has no shape of its own may have the next value in it.
    let known = shown[..end].iter().rposition(|holds| *holds == Some(Some(true))).map_or(0, |last| last + 1);
    let texts = columns.0.iter().rev().take_while(|column| !matches!(column, ColumnMeaning::Field(_))).count();
    let texts = values.split_off(values.len().saturating_sub(texts).max(known));
    values.truncate(known);
    values.resize_with(columns.0.len() - texts.len(), || None);
    values.extend(texts);
}

/// Puts the fields of a row in which the document ends.
pub fn put_cut(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, delimiter: u8, columns: &RecordColumns) {
    let source = builder.source();
    // A backslash at the very end is half of an escape.
    let end = range.end - usize::from(range.end > range.start && is_escaped(source.as_bytes(), range.end));
    let values = values(source, range.start..end, delimiter, columns);
    row::put(builder, columns, DateForm::MonthFirst, values, RowEnd::WithinValue);
}

/// The fields of a row, none where one is null.
fn values(source: &str, range: Range<usize>, delimiter: u8, columns: &RecordColumns) -> Vec<Option<EscapedValue>> {
    let value = |field: Range<usize>| {
        let value = range.start + field.start..range.start + field.end;
        (!is_null(&source[value.clone()])).then_some(EscapedValue(value))
    };
    fields(&source.as_bytes()[range.clone()], delimiter, columns.0.len()).map(value).collect()
}

/// A value with its escapes: those that MySQL writes to an `OUTFILE`, and those that PostgreSQL reads from a `COPY`.
///
/// What wrote a row on its own is not known, so that an escape is read as the one that can write it. MySQL never puts a
/// backslash before `f`, `v`, `x` or a digit but 0, and a number is a byte to PostgreSQL. `\0` alone is the NUL of MySQL,
/// which no text of PostgreSQL holds; with more digits it is a number.
struct EscapedValue(Range<usize>);

impl RowValue for EscapedValue {
    fn shape<'s>(&self, source: &'s str) -> &'s str {
        &source[self.0.clone()]
    }

    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        let EscapedValue(range) = self;
        let source = builder.source();
        let mut kept = range.start;
        let mut from = range.start;
        while let Some(found) = memchr(b'\\', &source.as_bytes()[from..range.end]).map(|ahead| from + ahead) {
            let Some(escaped) = source[found + 1..range.end].chars().next() else { break };
            builder.keep(kept..found);
            let (bytes, length) = numbered_bytes(&source.as_bytes()[found..range.end]);
            let by = match escaped {
                _ if length > 0 => Some(decode(bytes).0),
                'n' => Some("\n".into()),
                't' => Some("\t".into()),
                'r' => Some("\r".into()),
                'b' => Some("\u{8}".into()),
                'f' => Some("\u{c}".into()),
                'v' => Some("\u{b}".into()),
                'Z' => Some(String::new()),
                // Any other character, a line end among them, is itself.
                _ => None,
            };
            from = found + length.max(1 + escaped.len_utf8());
            kept = if by.is_some() { from } else { found + 1 };
            if let Some(by) = by.filter(|by| !by.is_empty()) {
                builder.replace(found..from, &by);
            }
        }
        builder.keep(kept..range.end);
    }
}

/// The bytes that a text begins with, written by their numbers, less NUL, and how long they are written. Those of one
/// character come one after another.
fn numbered_bytes(text: &[u8]) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some((byte, length)) = numbered_byte(&text[at..]) {
        bytes.extend((byte != 0).then_some(byte));
        at += length;
    }
    (bytes, at)
}

/// The byte that `\101` or `\x41` is, and how long it is written.
fn numbered_byte(text: &[u8]) -> Option<(u8, usize)> {
    let (front, most, radix) = match text {
        [b'\\', b'x', ..] => (2, 2, 16),
        [b'\\', ..] => (1, 3, 8),
        _ => return None,
    };
    let digits = text[front..].iter().map_while(|&byte| char::from(byte).to_digit(radix)).take(most);
    let (number, count) = digits.fold((0, 0), |(number, count), digit| (number * radix + digit, count + 1));
    // Of a number above 255 its last byte counts.
    (count > 0).then_some((number as u8, front + count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_by_their_numbers() {
        let is_of =
            |text: &str, bytes: &[u8], length: usize| numbered_bytes(text.as_bytes()) == (bytes.to_vec(), length);
        assert!(is_of("\\101DE", b"A", 4) && is_of("\\x41\\x4g", b"A\x04", 7) && is_of("\\7", b"\x07", 2));
        assert!(is_of("\\303\\251t", "é".as_bytes(), 8));
        assert!(is_of("\\0", b"", 2) && is_of("\\x", b"", 0) && is_of("\\8", b"", 0) && is_of("\\\\101", b"", 0));
    }
}
