//! One row to its fields, and its fields to a transcript.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2};

use super::field::{CsvValue, FieldEnd, field_at, list_at, list_column, quote_or_backslash};
use super::start::{RowStart, fields_between};
use super::{CsvRows, Escape, Marks};
use crate::diagnostic::Code;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::columns::ColumnMeaning;
use crate::dialect::decode::decoded_place;
use crate::dialect::row::{self, RowEnd};
use crate::dialect::{NotACable, Position, Recognized};

/// Whether a quote at the end of `bytes` closes a field.
pub fn ends_closed(bytes: &[u8], marks: Marks) -> bool {
    let Some((_, before)) = bytes.split_last().filter(|(last, _)| **last == marks.quote) else { return false };
    let run = |sign: u8| before.iter().rev().take_while(|&&byte| byte == sign).count();
    match marks.escape {
        Escape::Backslash | Escape::BeforeQuote | Escape::Letters => run(b'\\') % 2 == 0,
        // `""` at the end of a text is a quote, `"""` is one and the end.
        Escape::None
        | Escape::Doubled
        | Escape::DoubledLetters
        | Escape::DoubledBoth
        | Escape::Itself
        | Escape::Either => {
            let quotes = run(marks.quote);
            let is_empty = || before.get(before.len() - 2).is_some_and(|byte| *byte == marks.delimiter);
            quotes % 2 == 0 || (quotes == 1 && before.len() > 1 && is_empty())
        }
    }
}

/// The last field, which takes everything up to the end of the row, less its closing quote.
fn last_field(row: &[u8], at: usize, marks: Marks) -> CsvValue {
    if !marks.opens_quoted(row, at) {
        return CsvValue { range: at..row.len(), end: FieldEnd::Sound };
    }
    let inside = &row[at + 1..];
    let ends_in_quote = inside.last() == Some(&marks.quote);
    let is_closed = match marks.escape {
        Escape::Backslash | Escape::BeforeQuote | Escape::Letters | Escape::Itself => ends_closed(inside, marks),
        Escape::None | Escape::Doubled | Escape::DoubledLetters | Escape::DoubledBoth | Escape::Either => {
            ends_in_quote && memchr_iter(marks.quote, inside).count() % 2 == 1
        }
    };
    let end = if ends_in_quote { row.len() - 1 } else { row.len() };
    match is_closed {
        true if holds_stray_quote(&row[at + 1..end], marks) => {
            CsvValue { range: at + 1..end, end: FieldEnd::StrayQuote }
        }
        true => CsvValue { range: at + 1..end, end: FieldEnd::Sound },
        false => CsvValue { range: at + 1..row.len(), end: FieldEnd::Unclosed },
    }
}

fn holds_stray_quote(inside: &[u8], marks: Marks) -> bool {
    let mut from = 0;
    while let Some(ahead) = quote_or_backslash(inside.get(from..).unwrap_or_default(), marks) {
        let found = from + ahead;
        let is_pair = inside[found] != marks.quote || inside.get(found + 1).is_some_and(|&next| marks.is_pair(next));
        if !is_pair {
            return true;
        }
        from = found + 2;
    }
    false
}

/// Transcribes one row.
pub fn transcribe(rows: &CsvRows, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
    let (rows, front) = rows.of_record(&bytes, position);
    if front == bytes.len() {
        return Recognized::Ignored(NotACable::OtherText);
    }
    let before = bytes[..front].to_vec();
    let read = |builder: &mut TranscriptBuilder<'_>| {
        let CsvRow { values, end } = rows.read(&before, position, builder);
        row::put(builder, &rows.columns, rows.slashes, values, end);
    };
    Recognized::of_row(build(rows.dialect, bytes, file_name, Leftovers::None, read))
}

impl CsvRows {
    /// The values of a record at a glance, none where a column holds nothing.
    pub fn glance(&self, record: &[u8], position: Position) -> Vec<Option<QuotedValue>> {
        let (rows, front) = self.of_record(record, position);
        let row = rows.row_after(record, front);
        let marks = rows.marks.of_row(&record[row.clone()]);
        unless_null(values(&rows, &record[..row.end], row.start, marks), record, marks)
    }

    /// The row of the record in the making. Reports what is damaged; `before` is what
    /// comes before its row, as it was before it was decoded.
    pub fn read(&self, before: &[u8], position: Position, builder: &mut TranscriptBuilder<'_>) -> CsvRow {
        let source = builder.source();
        let row = self.row_after(source.as_bytes(), decoded_place(before.len(), before, source));
        let bytes = &source.as_bytes()[..row.end];
        let marks = self.marks.of_row(&bytes[row.start..]);
        let mut values = values(self, bytes, row.start, marks);
        let end = match position.ends() {
            true => self.end_of(&values, source.as_bytes(), row.end, marks),
            false => RowEnd::Whole,
        };
        if let Some(last) = values.last_mut().filter(|_| end != RowEnd::WithinValue) {
            close(last, bytes, marks, position, builder);
        }
        if values.iter().any(|value| value.end == FieldEnd::StrayQuote) {
            builder.report(Code::RecordQuote, "a quote that is not escaped");
        }
        CsvRow { values: unless_null(values, bytes, marks), end }
    }

    /// Where the values of the last row of a document end, which ends after `end` bytes.
    fn end_of(&self, values: &[CsvValue], document: &[u8], end: usize, marks: Marks) -> RowEnd {
        let has_no_text =
            |last: &CsvValue| last.range.is_empty() && !matches!(self.columns.0.last(), Some(ColumnMeaning::Field(_)));
        let lacks_last = values.len() < self.columns.0.len() || values.last().is_some_and(has_no_text);
        // A line end closes a row that has no quotes.
        let is_short = end == document.len() && lacks_last;
        match values.last() {
            Some(last) if last.end == FieldEnd::Unclosed && !ends_in_quote(last, &document[..end], marks) => {
                RowEnd::WithinValue
            }
            Some(last) if is_short && last.range.end == end => RowEnd::WithinValue,
            _ if is_short && values.len() < self.columns.0.len() => RowEnd::AfterValue,
            _ => RowEnd::Whole,
        }
    }
}

/// The values of a row, none where a column holds nothing.
pub struct CsvRow {
    pub values: Vec<Option<QuotedValue>>,
    pub end: RowEnd,
}

fn unless_null(values: Vec<CsvValue>, row: &[u8], marks: Marks) -> Vec<Option<QuotedValue>> {
    let read = |value: CsvValue| {
        // The first of its quotes may be lost.
        let closing = row[value.range.clone()].iter().rev().take_while(|&&byte| byte == marks.quote).count();
        let is_quoted = marks.escape != Escape::None && (value.is_quoted(row, marks) || closing % 2 == 1);
        (!value.is_null(row, marks)).then_some(QuotedValue { range: value.range, is_quoted, marks })
    };
    values.into_iter().map(read).collect()
}

/// A value with its escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedValue {
    /// Its bytes, without the quotes around it.
    pub range: Range<usize>,
    /// Whether there are quotes around it; a quote within it is escaped only then.
    is_quoted: bool,
    marks: Marks,
}

impl QuotedValue {
    /// A part of it.
    pub fn part(&self, range: Range<usize>) -> QuotedValue {
        QuotedValue { range, ..*self }
    }

    fn is_cell_full(&self, text: &str) -> bool {
        let escapes = match self.marks.escape {
            Escape::Doubled | Escape::DoubledLetters | Escape::DoubledBoth | Escape::Itself | Escape::Either
                if self.is_quoted =>
            {
                let quote = char::from(self.marks.quote);
                text.matches([quote, quote].iter().collect::<String>().as_str()).count()
            }
            _ => 0,
        };
        text.encode_utf16().count() == CELL + escapes
    }
}

impl row::RowValue for QuotedValue {
    fn shape<'s>(&self, source: &'s str) -> &'s str {
        &source[self.range.clone()]
    }

    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        let text = &builder.source()[self.range.clone()];
        if text.len() >= CELL && self.is_cell_full(text) {
            builder.report(Code::RecordCellLimit, format!("{CELL} characters"));
        }
        match self.is_quoted || self.marks.escapes_with_backslash() {
            true => unescape(builder, self.range, self.marks),
            false => builder.keep(self.range),
        }
    }
}

/// Characters, in units of UTF-16, that a spreadsheet keeps of a cell.
const CELL: usize = 32_767;

/// The values of a row, from the left; no more than there are columns.
fn values(rows: &CsvRows, row: &[u8], front: usize, marks: Marks) -> Vec<CsvValue> {
    let (mut values, mut next) = damaged_leading(rows, row, front).unwrap_or((Vec::new(), Some(front)));
    let list = list_column(&rows.columns, marks);
    while let Some(at) = next {
        if values.len() + 1 == rows.columns.0.len() {
            values.push(last_field(row, at, marks));
            break;
        }
        let read = if list == Some(values.len()) { list_at } else { field_at };
        let (value, behind) = read(row, at, marks);
        values.push(value);
        next = behind;
    }
    values
}

/// The fields before the texts, where a quote among them was lost or added: what is between the delimiters. And where
/// the texts begin.
fn damaged_leading(rows: &CsvRows, row: &[u8], front: usize) -> Option<(Vec<CsvValue>, Option<usize>)> {
    let start = RowStart::of(&rows.columns, rows.marks)?;
    let line = &row[front..];
    if start.read(line).is_some() || start.read_loosely(line).is_none() {
        return None;
    }
    let count = rows.columns.fields_before_texts();
    let mut next = front;
    let value = |(field, value): (Range<usize>, Range<usize>)| {
        next = front + field.end + 1;
        CsvValue { range: front + value.start..front + value.end, end: FieldEnd::StrayQuote }
    };
    let values: Vec<_> = fields_between(line, rows.marks).take(count).map(value).collect();
    let is_whole = values.len() == count && next <= row.len();
    Some((values, is_whole.then_some(next)))
}

/// Reports a last field that is not closed, and takes what must be its closing quote off it.
fn close(last: &mut CsvValue, row: &[u8], marks: Marks, position: Position, builder: &mut TranscriptBuilder<'_>) {
    if last.end != FieldEnd::Unclosed {
        return;
    }
    if position.ends() || !ends_in_quote(last, row, marks) {
        builder.report(Code::RecordQuote, "a quote that is not escaped");
    } else {
        builder.report(Code::RecordBoundary, "the record ends where the next one begins");
        last.range.end -= 1;
    }
}

/// Whether a field that is not closed ends in a quote all the same.
fn ends_in_quote(last: &CsvValue, row: &[u8], marks: Marks) -> bool {
    row.last() == Some(&marks.quote) && !last.range.is_empty()
}

/// Keeps a value without its escapes.
fn unescape(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, marks: Marks) {
    let bytes = &builder.source().as_bytes()[..range.end];
    let next_sign = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let ahead = match marks.escape {
            Escape::Backslash | Escape::BeforeQuote | Escape::Letters => memchr(b'\\', rest),
            Escape::DoubledLetters | Escape::DoubledBoth => memchr2(b'\\', marks.quote, rest),
            Escape::None | Escape::Doubled | Escape::Itself | Escape::Either => memchr(marks.quote, rest),
        };
        ahead.map(|ahead| from + ahead)
    };
    let mut kept = range.start;
    let mut from = range.start;
    while let Some(found) = next_sign(from) {
        let is_escape = bytes.get(found + 1).is_some_and(|&next| match (bytes[found], marks.escape) {
            (b'\\', Escape::DoubledBoth) => next == b'\\',
            (b'\\', Escape::BeforeQuote) => next == marks.quote,
            (b'\\', Escape::DoubledLetters) => LETTERS.iter().any(|(letter, _)| *letter == next),
            (b'\\', _) => true,
            _ => marks.is_pair(next),
        });
        if !is_escape {
            from = found + 1;
            continue;
        }
        builder.keep(kept..found);
        from = found + 2;
        let letter = LETTERS.iter().find(|(letter, _)| bytes[found] == b'\\' && bytes[found + 1] == *letter);
        let letter = letter.filter(|_| matches!(marks.escape, Escape::Letters | Escape::DoubledLetters));
        match letter {
            Some((_, character)) => {
                builder.replace(found..from, character);
                kept = from;
            }
            // Of `\x` the backslash goes, of `""` the first.
            None => kept = found + 1,
        }
    }
    builder.keep(kept..range.end);
}

/// Letters after a backslash, and the characters that they are.
const LETTERS: [(u8, &str); 3] = [(b'n', "\n"), (b'r', "\r"), (b't', "\t")];

impl Marks {
    /// Whether a backslash is an escape.
    fn escapes_with_backslash(self) -> bool {
        self.has_backslashes() || matches!(self.escape, Escape::DoubledLetters | Escape::DoubledBoth)
    }

    /// The marks of one row.
    fn of_row(self, row: &[u8]) -> Marks {
        let holds = |sign: u8| memchr::memmem::find(row, &[b'\\', sign]).is_some();
        let escape = match self.escape {
            Escape::Either if holds(b'"') || holds(b'\'') => Escape::Backslash,
            Escape::Either => Escape::Doubled,
            known => known,
        };
        Marks { escape, ..self }
    }
}
