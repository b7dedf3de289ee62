//! One row to its fields, and its fields to a transcript.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::field::{CsvValue, FieldEnd, field_at, quote_or_backslash};
use super::start::{RowStart, fields_between};
use super::{CsvRows, DELIMITERS, Escape};
use crate::diagnostic::Code;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::columns::ColumnMeaning;
use crate::dialect::decode::decoded_place;
use crate::dialect::{Position, Transcript, row};

/// Whether a quote at the end of `bytes` closes a field.
pub fn ends_closed(bytes: &[u8], escape: Escape) -> bool {
    let Some(before) = bytes.strip_suffix(b"\"") else { return false };
    match escape {
        Escape::Backslash => before.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 0,
        // `""` at the end of a text is a quote, `"""` is one and the end.
        Escape::Doubled | Escape::Either => {
            let quotes = before.iter().rev().take_while(|&&byte| byte == b'"').count();
            let is_empty = || before.get(before.len() - 2).is_some_and(|byte| DELIMITERS.contains(byte));
            quotes % 2 == 0 || (quotes == 1 && before.len() > 1 && is_empty())
        }
    }
}

/// The last field, which takes everything up to the end of the row, less its closing quote.
fn last_field(row: &[u8], at: usize, escape: Escape) -> CsvValue {
    if row.get(at) != Some(&b'"') {
        return CsvValue { range: at..row.len(), end: FieldEnd::Sound };
    }
    let inside = &row[at + 1..];
    let is_closed = match escape {
        Escape::Backslash => ends_closed(inside, escape),
        Escape::Doubled | Escape::Either => inside.ends_with(b"\"") && memchr_iter(b'"', inside).count() % 2 == 1,
    };
    let end = if inside.ends_with(b"\"") { row.len() - 1 } else { row.len() };
    match is_closed {
        true if holds_stray_quote(&row[at + 1..end], escape) => {
            CsvValue { range: at + 1..end, end: FieldEnd::StrayQuote }
        }
        true => CsvValue { range: at + 1..end, end: FieldEnd::Sound },
        false => CsvValue { range: at + 1..row.len(), end: FieldEnd::Unclosed },
    }
}

fn holds_stray_quote(inside: &[u8], escape: Escape) -> bool {
    let mut from = 0;
    while let Some(ahead) = quote_or_backslash(inside.get(from..).unwrap_or_default(), escape) {
        let found = from + ahead;
        let is_pair = inside[found] == b'\\' || (escape != Escape::Backslash && inside.get(found + 1) == Some(&b'"'));
        if !is_pair {
            return true;
        }
        from = found + 2;
    }
    false
}

/// Transcribes one row.
pub fn transcribe(rows: &CsvRows, bytes: Vec<u8>, position: Position, file_name: &str) -> Transcript {
    let before = bytes[..position.front(rows.front, &bytes)].to_vec();
    build(rows.dialect, bytes, file_name, Leftovers::None, |builder| read(rows, &before, position, builder))
}

fn read(rows: &CsvRows, before: &[u8], position: Position, builder: &mut TranscriptBuilder<'_>) {
    let values = rows.read(before, position, builder);
    row::put(builder, &rows.columns, rows.slashes, values.into_iter());
}

impl CsvRows {
    /// The values of a record at a glance, none where a column holds nothing.
    pub fn glance(&self, record: &[u8], position: Position) -> Vec<Option<QuotedValue>> {
        let row = row_after(record, position.front(self.front, record));
        let escape = self.escape.of_row(&record[row.clone()]);
        unless_null(values(self, &record[..row.end], row.start, escape), record, escape)
    }

    /// The values of the record in the making, none where a column holds nothing. Reports what is damaged; `before` is what
    /// comes before its row, as it was before it was decoded.
    pub fn read(
        &self,
        before: &[u8],
        position: Position,
        builder: &mut TranscriptBuilder<'_>,
    ) -> Vec<Option<QuotedValue>> {
        let source = builder.source();
        let row = row_after(source.as_bytes(), decoded_place(before.len(), before, source));
        let bytes = &source.as_bytes()[..row.end];
        let escape = self.escape.of_row(&bytes[row.start..]);
        let mut values = values(self, bytes, row.start, escape);
        if let Some(last) = values.last_mut() {
            close(last, bytes, position, builder);
        }
        if values.iter().any(|value| value.end == FieldEnd::StrayQuote) {
            builder.report(Code::RecordQuote, "a quote that is not escaped");
        }
        unless_null(values, bytes, escape)
    }
}

/// Where a row is that begins after `front` bytes, blank lines before and after it left out.
fn row_after(bytes: &[u8], front: usize) -> Range<usize> {
    let is_content = |byte: &u8| !matches!(byte, b'\r' | b'\n');
    let start = bytes[front..].iter().position(is_content).map_or(bytes.len(), |ahead| front + ahead);
    start..bytes[start..].iter().rposition(is_content).map_or(start, |last| start + last + 1)
}

fn unless_null(values: Vec<CsvValue>, row: &[u8], escape: Escape) -> Vec<Option<QuotedValue>> {
    let quoted = |value: CsvValue| (!value.is_null(row)).then_some(QuotedValue { range: value.range, escape });
    values.into_iter().map(quoted).collect()
}

/// A value with its escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedValue {
    /// Its bytes, without the quotes around it.
    pub range: Range<usize>,
    escape: Escape,
}

impl QuotedValue {
    /// A part of it.
    pub fn part(&self, range: Range<usize>) -> QuotedValue {
        QuotedValue { range, ..*self }
    }
}

impl row::RowValue for QuotedValue {
    fn shape<'s>(&self, source: &'s str) -> &'s str {
        &source[self.range.clone()]
    }

    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        let text = &builder.source()[self.range.clone()];
        if text.len() >= CELL && is_cell_full(text, self.escape) {
            builder.report(Code::RecordCellLimit, format!("{CELL} characters"));
        }
        unescape(builder, self.range, self.escape);
    }
}

/// Characters, in units of UTF-16, that a spreadsheet keeps of a cell.
const CELL: usize = 32_767;

fn is_cell_full(text: &str, escape: Escape) -> bool {
    let escapes = match escape {
        Escape::Backslash => 0,
        Escape::Doubled | Escape::Either => text.matches("\"\"").count(),
    };
    text.encode_utf16().count() == CELL + escapes
}

/// The values of a row, from the left; no more than there are columns.
fn values(rows: &CsvRows, row: &[u8], front: usize, escape: Escape) -> Vec<CsvValue> {
    let (mut values, mut next) = damaged_leading(rows, row, front).unwrap_or((Vec::new(), Some(front)));
    while let Some(at) = next {
        if values.len() + 1 == rows.columns.0.len() {
            values.push(last_field(row, at, escape));
            break;
        }
        let (value, behind) = field_at(row, at, rows.delimiter, escape);
        values.push(value);
        next = behind;
    }
    values
}

/// The fields before the texts, where a quote among them was lost or added: what is between the delimiters. And where
/// the texts begin.
fn damaged_leading(rows: &CsvRows, row: &[u8], front: usize) -> Option<(Vec<CsvValue>, Option<usize>)> {
    let start = RowStart::of(&rows.columns, rows.delimiter, rows.escape)?;
    let line = &row[front..];
    if start.read(line).is_some() || start.read_loosely(line).is_none() {
        return None;
    }
    let is_field = |column: &&ColumnMeaning| matches!(column, ColumnMeaning::Field(_));
    let count = rows.columns.0.iter().take_while(is_field).count();
    let mut next = front;
    let value = |(field, value): (Range<usize>, Range<usize>)| {
        next = front + field.end + 1;
        CsvValue { range: front + value.start..front + value.end, end: FieldEnd::StrayQuote }
    };
    let values: Vec<_> = fields_between(line, rows.delimiter).take(count).map(value).collect();
    let is_whole = values.len() == count && next <= row.len();
    Some((values, is_whole.then_some(next)))
}

/// Reports a last field that is not closed, and takes what must be its closing quote off it.
fn close(last: &mut CsvValue, row: &[u8], position: Position, builder: &mut TranscriptBuilder<'_>) {
    if last.end != FieldEnd::Unclosed {
        return;
    }
    let ends_in_quote = row.ends_with(b"\"") && !last.range.is_empty();
    match (position.ends(), ends_in_quote) {
        (true, false) => builder.report(Code::RecordUnclosed, "the document ends within the text"),
        (true, true) | (false, false) => builder.report(Code::RecordQuote, "a quote that is not escaped"),
        (false, true) => builder.report(Code::RecordBoundary, "the record ends where the next one begins"),
    }
    if ends_in_quote && !position.ends() {
        last.range.end -= 1;
    }
}

/// Keeps a value without its escapes.
fn unescape(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, escape: Escape) {
    let bytes = builder.source().as_bytes();
    let (mark, width) = if escape == Escape::Backslash { (b'\\', 1) } else { (b'"', 0) };
    let mut kept = range.start;
    let mut from = range.start;
    while let Some(ahead) = memchr(mark, bytes.get(from..range.end).unwrap_or_default()) {
        let found = from + ahead;
        let is_escape = found + 1 < range.end && (width == 1 || bytes[found + 1] == b'"');
        if !is_escape {
            from = found + 1;
            continue;
        }
        // Of `\x` the backslash goes, of `""` the first.
        builder.keep(kept..found);
        kept = found + 1;
        from = found + 2;
    }
    builder.keep(kept..range.end);
}

impl Escape {
    /// The escape of one row.
    pub fn of_row(self, row: &[u8]) -> Escape {
        let holds = |pair: &[u8]| memchr::memmem::find(row, pair).is_some();
        match self {
            Escape::Either if holds(b"\\\"") || holds(b"\\'") => Escape::Backslash,
            Escape::Either => Escape::Doubled,
            known => known,
        }
    }
}
