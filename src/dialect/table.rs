//! Rows of tabs and backslashes, as databases write them: MySQL `SELECT … INTO OUTFILE`, and the rows of PostgreSQL's
//! `COPY` on their own; also below a line of names, as `mysql -B` and `COPY … (HEADER)` write them, and with commas in place
//! of the tabs (`FIELDS TERMINATED BY ','`, or CSV without quotes).
//!
//! A line end within a field has a backslash before it, or is written `\n`; one without ends the row. So has the delimiter.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::columns::{RecordColumns, is_null};
use super::copy::ends_block;
use super::decode::{decode, decoded_place};
use super::fields::DateForm;
use super::joints::{is_of_client, without_joints};
use super::row::{self, RowEnd};
use super::split::{ByLine, Starts};
use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter, plain};

/// The dialect.
#[derive(Debug)]
pub struct Table;

impl Dialect for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        match at_front(head.bytes) {
            Some(_) => Confidence::Certain,
            None if below_text(head.bytes).is_some() => Confidence::Likely,
            None => Confidence::No,
        }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        let rows = at_front(head.bytes).or_else(|| below_text(head.bytes));
        Arc::new(rows.unwrap_or_else(|| TableRows::of(RecordColumns::of_dump(), b'\t')))
    }
}

/// What may be between fields. Rows of tabs need not escape anything; of the others those that do not are CSV.
const DELIMITERS: [u8; 5] = [b'\t', b',', b';', b'|', b'\x01'];

/// The rows below a few lines of text, such as the warning of a program.
fn below_text(bytes: &[u8]) -> Option<TableRows> {
    let starts = memchr_iter(b'\n', bytes).take(LINES_BEFORE).map(|end| end + 1);
    let (front, rows) = starts.map(|start| (start, &bytes[start..])).find_map(|(start, rows)| {
        let begun = |delimiter| begun(rows, delimiter);
        Some((start, DELIMITERS.into_iter().find_map(begun)?))
    })?;
    (!plain::is_cable(&bytes[..front])).then(|| rows.further(front))
}

/// So many lines of text may come before the first row.
const LINES_BEFORE: usize = 16;

/// The rows, if a document begins with one of a cable whose fields have no quotes around them, or with names and one.
fn at_front(bytes: &[u8]) -> Option<TableRows> {
    let rows = without_joints(bytes);
    let front = bytes.len() - rows.len();
    DELIMITERS.into_iter().find_map(|delimiter| Some(begun(rows, delimiter)?.further(front)))
}

/// Whether bytes begin with a row of this dialect, or with names of columns and one.
pub fn begins(bytes: &[u8], delimiter: u8) -> bool {
    begun(bytes, delimiter).is_some()
}

fn begun(bytes: &[u8], delimiter: u8) -> Option<TableRows> {
    unnamed(bytes, delimiter).or_else(|| named(bytes, delimiter))
}

/// Rows in the order of a well-known dump.
fn unnamed(bytes: &[u8], delimiter: u8) -> Option<TableRows> {
    let orders = vec![RecordColumns::of_dump(), RecordColumns::of_database()];
    let values = leading(bytes, delimiter, leading_fields(&orders[0]))?;
    let is_number = values[0].bytes().all(|byte| byte.is_ascii_digit()) && !values[0].is_empty();
    let row = first_row(bytes);
    if !is_number || (delimiter != b'\t' && !has_escapes(row, delimiter)) {
        return None;
    }
    let columns = RecordColumns::closest(orders, &values)?;
    if has_quotes(row, delimiter, &columns) {
        return None;
    }
    Some(TableRows { shown: values.len(), ..TableRows::of(columns, delimiter) })
}

/// Rows below a line of names, if they escape their line ends.
fn named(bytes: &[u8], delimiter: u8) -> Option<TableRows> {
    let front = memchr(b'\n', &bytes[..bytes.len().min(LONGEST_LEADING)])? + 1;
    let line = String::from_utf8_lossy(&bytes[..front]);
    let names: Vec<&str> = line.trim_end_matches(['\r', '\n']).split(char::from(delimiter)).collect();
    let row = first_row(&bytes[front..]);
    if !RecordColumns::are_names(&names) || !has_escapes(row, delimiter) {
        return None;
    }
    let values: Vec<_> =
        fields(row, delimiter, names.len()).map(|field| String::from_utf8_lossy(&row[field])).collect();
    let columns = RecordColumns::closest(vec![RecordColumns::named(&names, &values)], &values)?;
    if has_quotes(row, delimiter, &columns) {
        return None;
    }
    let shown = leading_fields(&columns);
    let shown = if values.get(..shown).is_some_and(|values| fits(&columns, values)) { shown } else { 0 };
    let names = bytes[..front].trim_ascii_end().to_vec();
    columns.make_cables().then_some(TableRows { names, front, shown, ..TableRows::of(columns, delimiter) })
}

/// How many fields come before the texts of a row. The last column is not one of them: it ends with the row.
fn leading_fields(columns: &RecordColumns) -> usize {
    columns.fields_before_texts().min(columns.0.len() - 1)
}

/// Whether a row begins so. A line end that is not escaped ends the one before for certain, so that a field may be missing.
fn fits(columns: &RecordColumns, values: &[impl AsRef<str>]) -> bool {
    columns.fit(values) || columns.nearly_fit(values)
}

/// Whether fields of a row have quotes around them. A quote that a text begins with is part of it where no field before the
/// texts has one, and the row has all its columns and escapes its line ends.
fn has_quotes(row: &[u8], delimiter: u8, columns: &RecordColumns) -> bool {
    let quoted = fields(row, delimiter, columns.0.len()).map(|field| row[field].starts_with(b"\""));
    let quoted: Vec<bool> = quoted.collect();
    let texts = leading_fields(columns).min(quoted.len());
    let are_of_texts = !quoted[..texts].contains(&true) && quoted.len() == columns.0.len();
    quoted.contains(&true) && !(are_of_texts && has_escapes(row, delimiter))
}

/// Whether a row escapes a line end or a delimiter.
fn has_escapes(row: &[u8], delimiter: u8) -> bool {
    memchr_iter(b'\\', row)
        .filter_map(|at| row.get(at + 1))
        .any(|byte| matches!(byte, b'n' | b'\r' | b'\n') || *byte == delimiter)
}

/// Where the fields of a row are, at most so many: the last of them ends with the row.
fn fields(row: &[u8], delimiter: u8, count: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = delimiters(row, delimiter).take(count - 1).chain([row.len()]);
    ends.map(move |end| std::mem::replace(&mut start, end + 1)..end)
}

/// The delimiters of a row that are not escaped.
fn delimiters(row: &[u8], delimiter: u8) -> impl Iterator<Item = usize> {
    memchr_iter(delimiter, row).filter(|&at| !is_escaped(row, at))
}

/// The first fields of a line, if it has so many, whatever their encoding is.
fn leading(bytes: &[u8], delimiter: u8, count: usize) -> Option<Vec<Cow<'_, str>>> {
    let line = first_line(bytes);
    let fields: Vec<Range<usize>> = fields(line, delimiter, count + 1).collect();
    // Something comes after the last of them.
    let leading = fields.get(..count).filter(|_| fields.len() > count)?;
    Some(leading.iter().map(|field| String::from_utf8_lossy(&line[field.clone()])).collect())
}

/// The first line, as far as the fields before the texts can reach.
fn first_line(bytes: &[u8]) -> &[u8] {
    let beginning = &bytes[..bytes.len().min(LONGEST_LEADING)];
    &beginning[..memchr(b'\n', beginning).unwrap_or(beginning.len())]
}

/// The fields before the texts have no more bytes.
const LONGEST_LEADING: usize = 4096;

fn first_row(bytes: &[u8]) -> &[u8] {
    let end = memchr_iter(b'\n', bytes).find(|&end| !is_escaped_end(bytes, end));
    &bytes[..end.unwrap_or(bytes.len())]
}

/// Whether a backslash that is not escaped itself comes before the line end at `at`, or before the CR before it.
fn is_escaped_end(bytes: &[u8], at: usize) -> bool {
    is_escaped(bytes, at - usize::from(bytes[..at].ends_with(b"\r")))
}

/// Whether a backslash that is not escaped itself comes before a byte.
fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// Rows of one document.
#[derive(Clone, Debug)]
struct TableRows {
    columns: RecordColumns,
    /// Between two fields.
    delimiter: u8,
    /// The line of names, where there is one.
    names: Vec<u8>,
    /// So many bytes come before the first row: a byte order mark, a text, names.
    front: usize,
    /// A row is known by so many fields before its texts; where they are none, by the line end before it alone.
    shown: usize,
}

impl TableRows {
    fn of(columns: RecordColumns, delimiter: u8) -> TableRows {
        TableRows { columns, delimiter, names: Vec::new(), front: 0, shown: 0 }
    }

    /// The same rows after so many bytes more.
    fn further(self, bytes: usize) -> TableRows {
        TableRows { front: self.front + bytes, ..self }
    }

    /// How many bytes of a record come before its row: names once more, where files were joined.
    fn front_of(&self, record: &[u8], position: Position) -> usize {
        let front = position.front(self.front, record);
        let front = record.len() - without_joints(&record[front..]).len();
        front + self.names_at(&record[front..]).unwrap_or(0)
    }

    /// Whether a row that ends with the document ends too early: there are columns without values, or a backslash escapes
    /// nothing.
    fn is_cut(&self, row: &str) -> bool {
        let row = row.as_bytes();
        is_escaped(row, row.len()) || fields(row, self.delimiter, self.columns.0.len()).count() < self.columns.0.len()
    }

    /// The length of the line of names that `bytes` begin with.
    fn names_at(&self, bytes: &[u8]) -> Option<usize> {
        let rest = bytes.strip_prefix(self.names.as_slice()).filter(|_| !self.names.is_empty())?;
        let end = rest.strip_prefix(b"\r").unwrap_or(rest);
        end.starts_with(b"\n").then(|| bytes.len() - end.len() + 1)
    }
}

impl Form for TableRows {
    fn dialect(&self) -> &'static str {
        Table.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(TableRowStarts { rows: self.clone() }, limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let before = bytes[..self.front_of(&bytes, position)].to_vec();
        if before.len() == bytes.len() {
            return Recognized::Ignored(NotACable::OtherText);
        }
        let read = |builder: &mut TranscriptBuilder<'_>| {
            let source = builder.source();
            let front = decoded_place(before.len(), &before, source);
            let front = source.len() - without_joints(&source.as_bytes()[front..]).len();
            let row = front..row_end(source, front);
            match position.ends() && row.end == source.len() && self.is_cut(&source[row.clone()]) {
                true => put_cut(builder, row, self.delimiter, &self.columns),
                false => put(builder, row, self.delimiter, &self.columns),
            }
        };
        Recognized::of_row(transcribe(Table.name(), bytes, file_name, Leftovers::None, read))
    }
}

/// The end of a row: blank lines and line ends that follow it are not part of its last field, nor are the line that ends the
/// rows of a dump and those of a client.
fn row_end(source: &str, front: usize) -> usize {
    let bytes = source.as_bytes();
    let mut end = text_end(bytes, front, bytes.len());
    while let Some(last) = memrchr(b'\n', &bytes[front..end]).map(|ahead| front + ahead)
        && (ends_block(&bytes[last + 1..end]) || is_of_client(&bytes[last + 1..end]))
        && !is_escaped_end(bytes, last)
    {
        end = text_end(bytes, front, last);
    }
    end
}

/// Where the line ends begin that are not escaped and end with `end`.
fn text_end(bytes: &[u8], front: usize, mut end: usize) -> usize {
    while end > front && matches!(bytes[end - 1], b'\n' | b'\r') && !is_escaped_end(bytes, end - 1) {
        end -= 1;
    }
    end
}

/// A row begins where a line begins as one does, and the line end before it is not escaped.
struct TableRowStarts {
    /// What is before its row is part of the first record, and of no other.
    rows: TableRows,
}

impl Starts for TableRowStarts {
    const AHEAD: usize = LONGEST_LEADING;

    fn may_start(&self, line: &[u8]) -> bool {
        !matches!(line.first(), None | Some(b'\r' | b'\n'))
    }

    fn starts(&mut self, before: Option<&[u8]>, rest: &[u8]) -> bool {
        let joints = rest.len() - without_joints(rest).len();
        let rest = &rest[joints..];
        let names = self.rows.names_at(rest);
        let TableRows { columns, delimiter, front, shown, .. } = &mut self.rows;
        if before.is_some_and(|record| record.len() <= *front || is_escaped_end(record, record.len() - 1)) {
            return false;
        }
        if let Some(length) = names {
            *front = joints + length;
            return true;
        }
        let starts = *shown == 0 && !is_of_client(first_line(rest))
            || leading(rest, *delimiter, *shown).is_some_and(|values| fits(columns, &values))
            || before.is_some_and(|record| is_cut_row(record, rest, *delimiter, columns));
        if starts {
            *front = 0;
        }
        starts
    }
}

/// Whether `rest` is a row in which the document ends.
fn is_cut_row(before: &[u8], rest: &[u8], delimiter: u8, columns: &RecordColumns) -> bool {
    if rest.len() >= LONGEST_LEADING || memchr(b'\n', rest).is_some() {
        return false;
    }
    let values: Vec<_> =
        fields(rest, delimiter, columns.0.len()).map(|field| String::from_utf8_lossy(&rest[field])).collect();
    columns.may_end_with(&values, has_escapes(before, delimiter))
}

/// Puts the fields of a row.
pub fn put(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, delimiter: u8, columns: &RecordColumns) {
    let values = values(builder.source(), range, delimiter, columns);
    row::put(builder, columns, DateForm::MonthFirst, values, RowEnd::Whole);
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
    fn a_line_end_is_escaped_by_an_odd_number_of_backslashes() {
        assert!(is_escaped_end(b"a\\\n", 2));
        assert!(is_escaped_end(b"a\\\r\n", 3));
        assert!(!is_escaped_end(b"a\\\\\n", 3));
        assert!(!is_escaped_end(b"a\n", 1));
    }

    #[test]
    fn bytes_are_written_by_their_numbers() {
        let is_of =
            |text: &str, bytes: &[u8], length: usize| numbered_bytes(text.as_bytes()) == (bytes.to_vec(), length);
        assert!(is_of("\\101DE", b"A", 4) && is_of("\\x41\\x4g", b"A\x04", 7) && is_of("\\7", b"\x07", 2));
        assert!(is_of("\\303\\251t", "é".as_bytes(), 8));
        assert!(is_of("\\0", b"", 2) && is_of("\\x", b"", 0) && is_of("\\8", b"", 0) && is_of("\\\\101", b"", 0));
    }

    #[test]
    fn only_rows_without_quotes_are_of_this_dialect() {
        let row = b"7\t2006-05-04 09:46:00\t06LIMA1\tEmbassy Lima\tSECRET\t05STATE1|05LIMA2\tVZCZCXRO1234\\\nOO\tS E C R E T\n";
        assert_eq!(at_front(row).map(|rows| rows.columns), Some(RecordColumns::of_dump()));
        assert!(at_front(b"7\t5/4/2006 9:46\t06LIMA1\tEmbassy Lima\tSECRET\t\t\"R 1\nFM X\"\t\"One\"\n").is_none());
    }
}
