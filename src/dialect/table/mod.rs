//! Rows of tabs and backslashes, as databases write them: MySQL `SELECT … INTO OUTFILE`, and the rows of PostgreSQL's
//! `COPY` on their own; also below a line of names, as `mysql -B` and `COPY … (HEADER)` write them, and with commas in place
//! of the tabs (`FIELDS TERMINATED BY ','`, or CSV without quotes).
//!
//! A line end within a field has a backslash before it, or is written `\n`; one without ends the row. So has the delimiter.

mod evidence;
mod value;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::columns::{LONGEST_NAME, RecordColumns};
use super::copy::ends_block;
use super::decode::decoded_place;
use super::joints::{is_of_client, without_joints};
use super::split::{ByLine, Starts};
use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter, plain};
pub use evidence::has_raw_line_ends;
use evidence::{are_escaped, has_escapes, has_quotes};
pub(super) use value::{put, put_cut};

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

/// The rows below a text, such as the warning of a program.
fn below_text(bytes: &[u8]) -> Option<TableRows> {
    let mut starts = memchr_iter(b'\n', bytes).map(|end| end + 1);
    let (front, rows) = starts.find_map(|start| Some((start, below(&bytes[start..])?)))?;
    (!plain::is_cable(&bytes[..front])).then(|| rows.further(front))
}

/// The rows that begin with a line below others, or with names on it.
pub fn below(line: &[u8]) -> Option<TableRows> {
    // Most lines are seen to be none at a glance.
    let is_of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ');
    let delimiter = *line.get(line.iter().take(LONGEST_NAME).take_while(is_of_name).count())?;
    if DELIMITERS.contains(&delimiter) { begun(line, delimiter) } else { None }
}

/// The rows, if a document begins with one of a cable whose fields have no quotes around them, or with names and one.
fn at_front(bytes: &[u8]) -> Option<TableRows> {
    let rows = without_joints(bytes);
    let front = bytes.len() - rows.len();
    let known = DELIMITERS.into_iter().find_map(|delimiter| begun(rows, delimiter));
    known.or_else(|| damaged(rows, b'\t')).map(|rows| rows.further(front))
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
    if !is_number || (delimiter != b'\t' && !has_escapes(row, delimiter)) || !are_escaped(bytes, delimiter) {
        return None;
    }
    let columns = RecordColumns::closest(orders, &values)?;
    let is_closed = row.ends_with(&[delimiter]) && delimiters(row, delimiter).count() == columns.0.len();
    let rows = TableRows { shown: values.len(), is_closed, ..TableRows::of(columns, delimiter) };
    (!has_quotes(row, delimiter, &rows.columns) && !rows.have_raw_line_ends(bytes)).then_some(rows)
}

/// Rows in the order of a well-known dump of which the first has lost a delimiter: another follows.
fn damaged(bytes: &[u8], delimiter: u8) -> Option<TableRows> {
    let row = first_row(bytes);
    let rows = unnamed(bytes.get(row.len() + 1..)?, delimiter)?;
    let lost = rows.columns.0.len().checked_sub(fields(row, delimiter, usize::MAX).count())?;
    (lost == 1).then_some(rows)
}

/// Whether bytes begin with a row without quotes that escapes nothing: line ends within texts are as they are.
pub fn are_raw(bytes: &[u8], delimiter: u8) -> bool {
    let orders = vec![RecordColumns::of_dump(), RecordColumns::of_database()];
    let shown = leading_fields(&orders[0]);
    let columns = leading(bytes, delimiter, shown).and_then(|values| RecordColumns::closest(orders, &values));
    columns.is_some_and(|columns| {
        !are_escaped(bytes, delimiter)
            || TableRows { shown, ..TableRows::of(columns, delimiter) }.have_raw_line_ends(bytes)
    })
}

/// Rows below a line of names, if they escape their line ends.
fn named(bytes: &[u8], delimiter: u8) -> Option<TableRows> {
    let front = memchr(b'\n', &bytes[..bytes.len().min(LONGEST_LEADING)])? + 1;
    let line = String::from_utf8_lossy(&bytes[..front]);
    let names: Vec<&str> = line.trim_end_matches(['\r', '\n']).split(char::from(delimiter)).collect();
    let row = first_row(&bytes[front..]);
    if !RecordColumns::are_names(&names) || !has_escapes(row, delimiter) || !are_escaped(&bytes[front..], delimiter) {
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
    let rows = TableRows { names, front, shown, ..TableRows::of(columns, delimiter) };
    (rows.columns.make_cables() && !rows.have_raw_line_ends(&bytes[front..])).then_some(rows)
}

/// How many fields come before the texts of a row. The last column is not one of them: it ends with the row.
fn leading_fields(columns: &RecordColumns) -> usize {
    columns.fields_before_texts().min(columns.0.len() - 1)
}

/// Whether a row begins so. A line end that is not escaped ends the one before for certain, so that a field may be missing.
fn fits(columns: &RecordColumns, values: &[impl AsRef<str>]) -> bool {
    columns.fit(values) || columns.nearly_fit(values)
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
pub struct TableRows {
    columns: RecordColumns,
    /// Between two fields.
    delimiter: u8,
    /// The line of names, where there is one.
    names: Vec<u8>,
    /// So many bytes come before the first row: a byte order mark, a text, names.
    front: usize,
    /// A row is known by so many fields before its texts; where they are none, by the line end before it alone.
    shown: usize,
    /// Whether a delimiter comes after the last field, too, as Informix writes rows.
    is_closed: bool,
}

impl TableRows {
    fn of(columns: RecordColumns, delimiter: u8) -> TableRows {
        TableRows { columns, delimiter, names: Vec::new(), front: 0, shown: 0, is_closed: false }
    }

    /// The same rows after so many bytes more.
    fn further(self, bytes: usize) -> TableRows {
        TableRows { front: self.front + bytes, ..self }
    }

    /// Whether rows that are known by their fields have line ends in their texts as they are.
    fn have_raw_line_ends(&self, bytes: &[u8]) -> bool {
        let begins =
            |line: &[u8]| leading(line, self.delimiter, self.shown).is_some_and(|values| fits(&self.columns, &values));
        self.shown > 0 && has_raw_line_ends(bytes, begins)
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

    /// Where a row ends before the delimiter after its last field.
    fn without_delimiter(&self, source: &str, row: Range<usize>) -> usize {
        let bytes = &source.as_bytes()[row.clone()];
        let is_more = || delimiters(bytes, self.delimiter).count() == self.columns.0.len();
        row.end - usize::from(self.is_closed && bytes.ends_with(&[self.delimiter]) && is_more())
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
            let row = front..self.without_delimiter(source, front..row_end(source, front));
            let is_cut = position == Position::Last || self.is_cut(&source[row.clone()]);
            match position.ends() && row.end == source.len() && is_cut {
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
    fn only_rows_without_quotes_are_of_this_dialect() {
        let row = b"7\t2006-05-04 09:46:00\t06LIMA1\tEmbassy Lima\tSECRET\t05STATE1|05LIMA2\tVZCZCXRO1234\\\nOO\tS E C R E T\n";
        assert_eq!(at_front(row).map(|rows| rows.columns), Some(RecordColumns::of_dump()));
        assert!(at_front(b"7\t5/4/2006 9:46\t06LIMA1\tEmbassy Lima\tSECRET\t\t\"R 1\nFM X\"\t\"One\"\n").is_none());
    }
}
