//! Rows of tabs and backslashes, as databases write them: MySQL `SELECT … INTO OUTFILE`, and the rows of PostgreSQL's
//! `COPY` on their own; also below a line of names, as `mysql -B` and `COPY … (HEADER)` write them.
//!
//! A line end within a field has a backslash before it, or is written `\n`; one without ends the row.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memmem};

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::columns::{RecordColumns, is_null};
use super::decode::{decoded_place, without_mark};
use super::fields::DateForm;
use super::split::{ByLine, Starts};
use super::{Confidence, Dialect, Form, Head, Position, Recognized, Splitter, row};
use crate::diagnostic::Code;

/// The dialect.
#[derive(Debug)]
pub struct Table;

impl Dialect for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if sniff(head.bytes).is_some() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        let usual = || TableRows { columns: RecordColumns::of_dump(), front: 0 };
        Arc::new(sniff(head.bytes).unwrap_or_else(usual))
    }
}

/// The rows, if a document begins with one of a cable whose fields have no quotes around them, or with names and one.
fn sniff(bytes: &[u8]) -> Option<TableRows> {
    let rows = without_mark(bytes);
    let front = bytes.len() - rows.len();
    unnamed(rows).map(|columns| TableRows { columns, front }).or_else(|| {
        let (columns, names) = named(rows)?;
        Some(TableRows { columns, front: front + names })
    })
}

/// Columns in the order of a well-known dump.
fn unnamed(bytes: &[u8]) -> Option<RecordColumns> {
    let values = leading(bytes, FIELDS)?;
    let is_number = values[0].bytes().all(|byte| byte.is_ascii_digit()) && !values[0].is_empty();
    let orders = vec![RecordColumns::of_dump(), RecordColumns::of_database()];
    RecordColumns::closest(orders, &values).filter(|_| is_number && !has_quotes(first_row(bytes)))
}

/// The columns that the first line names, and where the rows below it begin, if these escape their line ends: `mysql -B`,
/// `COPY … (HEADER)`.
fn named(bytes: &[u8]) -> Option<(RecordColumns, usize)> {
    let end = memchr(b'\n', &bytes[..bytes.len().min(LONGEST_LEADING)])? + 1;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let names: Vec<&str> = line.trim_end_matches(['\r', '\n']).split('\t').collect();
    let row = first_row(&bytes[end..]);
    let escapes_line_ends = memmem::find(row, b"\\n").is_some() && !has_quotes(row);
    if !RecordColumns::are_names(&names) || !escapes_line_ends {
        return None;
    }
    let values = leading(row, fields_of(names.len()))?;
    let columns = RecordColumns::closest(vec![RecordColumns::named(&names, &values)], &values)?;
    columns.make_cables().then_some((columns, end))
}

/// Whether a document begins with names of columns, and a row below them of this dialect.
pub fn is_named(bytes: &[u8]) -> bool {
    named(without_mark(bytes)).is_some()
}

/// So many fields at most are looked at before the texts of a row.
const FIELDS: usize = 6;

/// How many fields of a row of so many columns are looked at: the last column ends with the row.
fn fields_of(columns: usize) -> usize {
    FIELDS.min(columns - 1)
}

fn has_quotes(row: &[u8]) -> bool {
    row.windows(2).any(|pair| pair == b"\t\"")
}

/// The first fields of a line.
fn leading(line: &[u8], count: usize) -> Option<Vec<&str>> {
    let mut values = Vec::with_capacity(count);
    let mut rest = &line[..line.len().min(LONGEST_LEADING)];
    while values.len() < count {
        let end = memchr(b'\t', rest)?;
        values.push(std::str::from_utf8(&rest[..end]).ok().filter(|value| !value.contains('\n'))?);
        rest = &rest[end + 1..];
    }
    Some(values)
}

/// The fields before the texts have no more bytes.
const LONGEST_LEADING: usize = 4096;

fn first_row(bytes: &[u8]) -> &[u8] {
    let end = memchr_iter(b'\n', bytes).find(|&end| !is_escaped(bytes, end));
    &bytes[..end.unwrap_or(bytes.len())]
}

/// Whether a backslash that is not escaped itself comes before a byte, or before the CR before it.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].strip_suffix(b"\r").unwrap_or(&bytes[..at]);
    before.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// Rows of one document.
#[derive(Debug)]
struct TableRows {
    columns: RecordColumns,
    /// So many bytes come before the first row: a byte order mark, names.
    front: usize,
}

impl Form for TableRows {
    fn dialect(&self) -> &'static str {
        Table.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(TableRowStarts { columns: self.columns.clone(), front: self.front }, limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let before = if position.begins() { bytes[..self.front.min(bytes.len())].to_vec() } else { Vec::new() };
        let read = |builder: &mut TranscriptBuilder<'_>| {
            let source = builder.source();
            let front = decoded_place(before.len(), &before, source);
            let row = front..row_end(source, front);
            let is_cut = position.ends() && !source[row.end..].starts_with(['\r', '\n']) && is_cut(source);
            put(builder, row, &self.columns);
            if is_cut {
                builder.report(Code::RecordUnclosed, "the document ends within the text");
            }
        };
        Recognized::of(transcribe(Table.name(), bytes, file_name, Leftovers::None, read))
    }
}

/// Whether a document ends in a backslash, which escapes nothing.
fn is_cut(source: &str) -> bool {
    is_escaped(source.as_bytes(), source.len())
}

/// The end of a row: blank lines and line ends that follow it are not part of its last field.
fn row_end(source: &str, front: usize) -> usize {
    let bytes = source.as_bytes();
    let mut end = bytes.len();
    while end > front && matches!(bytes[end - 1], b'\n' | b'\r') && !is_escaped(bytes, end - 1) {
        end -= 1;
    }
    end
}

/// A row begins where a line begins as one does, and the line end before it is not escaped.
struct TableRowStarts {
    columns: RecordColumns,
    /// So many bytes of the record come before its row: nothing but in the first.
    front: usize,
}

impl Starts for TableRowStarts {
    const AHEAD: usize = LONGEST_LEADING;

    fn may_start(&self, line: &[u8]) -> bool {
        line.first().is_some_and(u8::is_ascii_digit)
    }

    fn starts(&mut self, before: Option<&[u8]>, rest: &[u8]) -> bool {
        if before.is_some_and(|record| record.len() <= self.front) {
            return false;
        }
        let is_closed = before.is_none_or(|record| !is_escaped(record, record.len() - 1));
        // A line end that is not escaped ends the row for certain, so that one field of the next may be missing.
        let fits = |values: Vec<&str>| self.columns.fit(&values) || self.columns.nearly_fit(&values);
        let starts = is_closed && leading(rest, fields_of(self.columns.0.len())).is_some_and(fits);
        self.front = if starts { 0 } else { self.front };
        starts
    }
}

/// Puts the fields of a row.
pub fn put(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, columns: &RecordColumns) {
    let source = builder.source();
    let mut values = Vec::with_capacity(columns.0.len());
    let mut start = range.start;
    for at in memchr_iter(b'\t', &source.as_bytes()[range.clone()]).map(|at| range.start + at) {
        if !is_escaped(&source.as_bytes()[..at], at) && values.len() + 1 < columns.0.len() {
            values.push(start..at);
            start = at + 1;
        }
    }
    values.push(start..range.end);
    let value = |range: Range<usize>| (!is_null(&source[range.clone()])).then_some(EscapedValue(range));
    let values: Vec<_> = values.into_iter().map(value).collect();
    let slashes = DateForm::MonthFirst;
    row::put(builder, columns, slashes, values.into_iter());
}

/// A value with its escapes.
struct EscapedValue(Range<usize>);

impl row::RowValue for EscapedValue {
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
            let end = found + 1 + escaped.len_utf8();
            let (length, by) = match escaped {
                'n' => (1, "\n"),
                't' => (1, "\t"),
                'r' => (1, "\r"),
                '0' | 'b' | 'f' | 'v' | 'Z' => (1, ""),
                // Any other character, a line end among them, is itself.
                _ => (0, ""),
            };
            match by {
                "" => {}
                by => builder.replace(found..end, by),
            }
            kept = found + 1 + length;
            from = end;
        }
        builder.keep(kept..range.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_is_escaped_by_an_odd_number_of_backslashes() {
        assert!(is_escaped(b"a\\\n", 2));
        assert!(is_escaped(b"a\\\r\n", 3));
        assert!(!is_escaped(b"a\\\\\n", 3));
        assert!(!is_escaped(b"a\n", 1));
    }

    #[test]
    fn only_rows_without_quotes_are_of_this_dialect() {
        let row = b"7\t2006-05-04 09:46:00\t06LIMA1\tEmbassy Lima\tSECRET\t05STATE1|05LIMA2\tVZCZCXRO1234\\\nOO\tS E C R E T\n";
        assert_eq!(sniff(row).map(|rows| rows.columns), Some(RecordColumns::of_dump()));
        assert!(sniff(b"7\t5/4/2006 9:46\t06LIMA1\tEmbassy Lima\tSECRET\t\t\"R 1\nFM X\"\t\"One\"\n").is_none());
    }
}
