//! The beginning of a document to how its rows are written.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::escape::escapes_line_ends;
use super::field::{CsvValue, FieldEnd, field_at};
use super::start::{LONGEST_LINE, RowStart, fields_between, first_line, has_quotes, is_number, line_end};
use super::{CsvRows, DELIMITERS, Escape, Marks};
use crate::dialect::columns::{ColumnMeaning, KNOWN_NAMES, LONGEST_NAME, RecordColumns, slash_form};
use crate::dialect::copy::CopyCommand;
use crate::dialect::decode::without_mark;
use crate::dialect::fields::FieldKey;
use crate::dialect::joints::{content_start, is_of_client};
use crate::dialect::sql::is_insert;
use crate::dialect::{plain, table};
use crate::lex::envelope;

/// How the rows of a document are written, if it begins with a row of a cable or with names and a row. The first row may be
/// damaged.
pub fn at_front(bytes: &[u8]) -> Option<CsvRows> {
    let front = content_start(bytes);
    let rows = begun(&bytes[front..], |bytes, marks| {
        named_after_texts(bytes, marks).or_else(|| name_and_text(bytes, marks)).or_else(|| damaged(bytes, marks))
    });
    rows.map(|rows| rows.further(front))
}

/// How the rows below a text are written that is no cable, and the rows below names after one that has lost its beginning.
pub fn below_text(bytes: &[u8]) -> Option<CsvRows> {
    let begins = |line: usize| {
        let rows = &bytes[line..];
        late(rows).map(Some).or_else(|| table::below(rows).map(|_| None)).map(|rows| (line, rows))
    };
    let (line, rows) = lines_of(bytes).find_map(begins)?;
    let (text, rows) = (&bytes[..line], rows?);
    if is_inside(text, &rows) {
        return below_names_and_part(bytes, line);
    }
    (!plain::is_cable(text)).then(|| rows.further(line))
}

/// The rows from a line on, below names on the first.
fn below_names_and_part(bytes: &[u8], line: usize) -> Option<CsvRows> {
    let names = has_names(bytes).then(|| &bytes[..line_end(bytes)])?;
    let rows = begun(&[without_mark(names), &bytes[line..]].concat(), |_, _| None)?;
    Some(CsvRows { front: line, ..rows })
}

/// Where the lines after the first begin.
fn lines_of(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr_iter(b'\n', bytes).map(|end| end + 1)
}

/// Whether rows without names come after the end of a row: it is of a dump whose beginning is missing.
fn is_inside(before: &[u8], rows: &CsvRows) -> bool {
    rows.front() == 0 && before.trim_ascii_end().last() == Some(&rows.marks.quote)
}

/// How the rows are written that begin with the first of these bytes, or with names on its line, in a document whose
/// beginning shows nothing of them.
pub fn late(bytes: &[u8]) -> Option<CsvRows> {
    begun(bytes, |_, _| None)
}

/// Whether a document begins with names of columns; its first row may be longer than what is seen of it.
pub fn has_names(bytes: &[u8]) -> bool {
    let bytes = without_mark(bytes);
    marks_of(bytes).any(|marks| names_of(bytes, marks).is_some())
}

/// Whether a document that does not show how its rows are written has some all the same: it is no cable.
pub fn is_of_rows(bytes: &[u8]) -> bool {
    has_names(bytes) || has_names_of_database(bytes) || is_part(bytes)
}

/// Whether the first line is of names such as databases have, in small letters: of columns that nobody knows here.
fn has_names_of_database(bytes: &[u8]) -> bool {
    let is_name = |name: &[u8]| {
        let is_letter = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
        name.first().is_some_and(u8::is_ascii_lowercase) && name.iter().all(is_letter)
    };
    let bytes = without_mark(bytes);
    marks_of(bytes).any(|marks| {
        let names: Vec<&[u8]> = fields_between(bytes, marks).map(|(_, name)| bytes[name].trim_ascii()).collect();
        names.len() >= NAMES_OF_DATABASE && names.into_iter().all(is_name)
    })
}

/// So many names in one line are no prose.
const NAMES_OF_DATABASE: usize = 4;

/// Whether a document begins within a row of a dump, as parts of one do that was split by bytes: the first line that
/// begins as rows do comes after one that ends as they do.
pub fn is_part(bytes: &[u8]) -> bool {
    let start = lines_of(bytes).find_map(|line| Some((&bytes[..line], late(&bytes[line..])?)));
    start.is_some_and(|(before, rows)| is_inside(before, &rows))
}

/// Rows that begin at the beginning of `bytes`, or below names that do; `otherwise` knows more of their first. Those that
/// have backslashes in place of quotes are of another dialect.
fn begun(bytes: &[u8], otherwise: impl Fn(&[u8], Marks) -> Option<CsvRows>) -> Option<CsvRows> {
    let read = |marks| unnamed(bytes, marks).or_else(|| named_with(bytes, marks)).or_else(|| otherwise(bytes, marks));
    let rows = marks_of(bytes).find_map(read)?;
    let rows = single_quoted(bytes, &rows).and_then(read).unwrap_or(rows);
    (!table::begins(bytes, rows.marks.delimiter)).then_some(rows)
}

/// The marks of rows whose first fields have no quotes, if others have single ones: where the first line of a row ends within
/// a field, that field has quotes.
fn single_quoted(bytes: &[u8], rows: &CsvRows) -> Option<Marks> {
    if rows.marks.quote != b'"' || memchr(b'\'', &bytes[..bytes.len().min(BEGINNING)]).is_none() {
        return None;
    }
    let start = RowStart::of(&rows.columns, rows.marks);
    let bytes = &bytes[rows.front..];
    let begins = |line: &usize| *line == 0 || start.as_ref().is_some_and(|start| start.begins(&bytes[*line..]));
    let (mut single, mut double) = (0, 0);
    for line in std::iter::once(0).chain(lines_of(bytes)).filter(begins) {
        let last =
            fields_between(&bytes[line..], rows.marks).last().and_then(|(field, _)| bytes[line..].get(field.start));
        single += usize::from(last == Some(&b'\''));
        double += usize::from(last == Some(&b'"'));
    }
    (single > double).then_some(Marks { quote: b'\'', escape: Escape::Either, ..rows.marks })
}

/// The marks that rows may have whose first line is this: its delimiters, with either kind of quotes; or spaces, where
/// quotes are around whatever they are between.
fn marks_of(bytes: &[u8]) -> impl Iterator<Item = Marks> {
    let first = first_line(bytes);
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    let quotes = [b'"', b'\''].into_iter().filter(|&quote| quote == b'"' || memchr(quote, beginning).is_some());
    let spaces = first.starts_with(b"\"").then_some((b' ', b'"'));
    let marks = quotes.flat_map(|quote| DELIMITERS.map(|delimiter| (delimiter, quote))).chain(spaces);
    let is_there = move |&(delimiter, _): &(u8, u8)| memchr(delimiter, first).is_some();
    marks.filter(is_there).map(|(delimiter, quote)| Marks { delimiter, quote, escape: Escape::Either })
}

/// Rows that have single quotes have one within so many bytes.
const BEGINNING: usize = 512;

/// The orders of well-known dumps, with and without the index that a program put before them.
fn orders() -> [RecordColumns; 4] {
    let indexed = |columns: RecordColumns| {
        let index = ColumnMeaning::Field(FieldKey::Other("index".into()));
        RecordColumns([index].into_iter().chain(columns.0).collect())
    };
    let (dump, database) = (RecordColumns::of_dump(), RecordColumns::of_database());
    [dump.clone(), database.clone(), indexed(dump), indexed(database)]
}

/// Rows in the order of a well-known dump.
fn unnamed(bytes: &[u8], marks: Marks) -> Option<CsvRows> {
    // All of them begin with a number: most lines are known to be none at a glance.
    fields_between(bytes, marks).next().filter(|(_, number)| is_number(&bytes[number.clone()]))?;
    if !is_quoted(bytes, marks) {
        return None;
    }
    let fitting = |texts: Vec<String>| {
        let number = |columns: &RecordColumns| columns.field(FieldKey::Number).and_then(|number| texts.get(number));
        let is_numbered = |columns: &RecordColumns| number(columns).is_some_and(|text| is_number(text.as_bytes()));
        RecordColumns::closest(orders().into_iter().filter(is_numbered).collect(), &texts)
    };
    let strict = line_values(bytes, marks).map(|values| texts(bytes, &values));
    let columns = strict.and_then(fitting).or_else(|| fitting(loose_texts(bytes, marks)))?;
    Some(rows(bytes, 0, marks, columns))
}

/// Whether rows may be of this dialect: those of tabs without quotes, whose line ends are escaped, are not.
fn is_quoted(rows: &[u8], marks: Marks) -> bool {
    marks.delimiter != b'\t' || has_quotes(rows, marks) || table::are_raw(rows, marks.delimiter)
}

/// Whether the first row, of `columns`, has no quotes although a line ends within it.
fn is_raw(bytes: &[u8], marks: Marks, columns: usize) -> bool {
    whole_values(bytes, marks, columns).is_some_and(|values| {
        values.iter().all(|value| !value.is_quoted(bytes, marks))
            && values.iter().any(|value| memchr(b'\n', &bytes[value.range.clone()]).is_some())
    })
}

/// Whether rows have no quotes around their texts although line ends are within them: nothing in them is escaped.
fn are_raw(bytes: &[u8], start: &RowStart, marks: Marks) -> bool {
    let begins = |line: &[u8]| start.begins(line);
    let goes_on = |line: &&[u8]| {
        let next = &line[line_end(line)..];
        !first_line(next).is_empty() && !is_of_client(first_line(next)) && !begins(next)
    };
    let lines = std::iter::once(0).chain(lines_of(bytes)).map(|line| &bytes[line..]);
    let rows = lines.filter(|line| begins(line)).filter(goes_on);
    let (quoted, bare): (Vec<&[u8]>, Vec<&[u8]>) = rows.partition(|line| has_quotes(line, marks));
    bare.len() > quoted.len() && table::has_raw_line_ends(bytes, begins)
}

/// Rows in the order of a well-known dump of which the first lost a field or two: others follow.
fn damaged(bytes: &[u8], marks: Marks) -> Option<CsvRows> {
    if !is_quoted(bytes, marks) {
        return None;
    }
    let texts = loose_texts(bytes, marks);
    let columns = orders().into_iter().find(|columns| {
        let start = RowStart::of(columns, marks);
        start.is_some_and(|start| {
            start.sound(&texts) >= 2 && memchr_iter(b'\n', bytes).any(|end| start.read(&bytes[end + 1..]).is_some())
        })
    })?;
    Some(rows(bytes, 0, marks, columns))
}

/// The names on the first line, where they are names of columns; it may be the command before rows of a dump.
fn names_of(bytes: &[u8], marks: Marks) -> Option<Vec<String>> {
    if let Some(command) = CopyCommand::of(first_line(bytes)) {
        let is_named = command.is_csv() && RecordColumns::are_names(&command.names);
        return is_named.then(|| command.names.into_iter().map(str::to_owned).collect());
    }
    let line = first_line(bytes).trim_ascii_start();
    if is_insert(line) || line.starts_with(b"(") {
        // The names of columns in a statement of SQL.
        return None;
    }
    let lengths = || fields_between(bytes, marks).map(|(name, _)| name.len());
    if lengths().count() < KNOWN_NAMES || lengths().any(|length| length > LONGEST_NAME) {
        return None;
    }
    let names = loose_texts(bytes, marks);
    RecordColumns::are_names(&names).then_some(names)
}

/// Rows below a line of names.
pub fn named(bytes: &[u8]) -> Option<CsvRows> {
    marks_of(bytes).find_map(|marks| named_with(bytes, marks))
}

/// Rows below a line of names, whose fields are on the first line of a row. Looks at two lines only, unless they are so.
fn named_with(bytes: &[u8], marks: Marks) -> Option<CsvRows> {
    below_names(bytes, marks, |row, _| {
        let line = line_values(row, marks).map(|values| texts(row, &values));
        line.into_iter().chain([loose_texts(row, marks)]).collect()
    })
}

/// Rows below a line of names in which a text comes before the fields.
fn named_after_texts(bytes: &[u8], marks: Marks) -> Option<CsvRows> {
    below_names(bytes, marks, |row, columns| {
        let values = whole_values(row, marks.escaped_in(row), columns);
        values.map(|values| texts(row, &values)).into_iter().collect()
    })
}

/// Rows of two columns below their names: the name of a cable, and a text that has the signs of one.
fn name_and_text(bytes: &[u8], marks: Marks) -> Option<CsvRows> {
    let names = loose_texts(bytes, marks);
    if names.len() != 2 || !names.iter().all(|name| ColumnMeaning::is_known(name)) {
        return None;
    }
    let front = line_end(bytes);
    let row = &bytes[front..];
    let values = whole_values(row, marks.escaped_in(row), names.len())?;
    let columns = RecordColumns::named(&names, &texts(row, &values));
    let name = columns.field(FieldKey::Identifier)?;
    let is_named = std::str::from_utf8(&row[values[name].range.clone()]).is_ok_and(envelope::is_identifier);
    let is_cable = || plain::is_cable(&row[values[1 - name].range.start..]);
    let names = bytes[..front].trim_ascii_end().to_vec();
    (columns.make_cables() && is_named && is_cable()).then(|| CsvRows { names, ..rows(bytes, front, marks, columns) })
}

/// Rows below a line of names; `samples` gives readings of the first row, which has so many columns.
fn below_names(bytes: &[u8], marks: Marks, samples: impl Fn(&[u8], usize) -> Vec<Vec<String>>) -> Option<CsvRows> {
    let mut ends = memchr_iter(b'\n', &bytes[..bytes.len().min(LONGEST_LINE)]);
    let line = &bytes[..ends.next()?];
    let names = names_of(bytes, marks)?;
    let names_end = match CopyCommand::of(line).is_some_and(|command| command.has_header()) {
        true => ends.next()?,
        false => line.len(),
    };
    let front = names_end + 1 + bytes[names_end + 1..].iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let row = &bytes[front..];
    let fitting = |names: &[String]| {
        samples(row, names.len()).into_iter().find_map(|sample| {
            let columns = RecordColumns::named(names, &sample);
            let start = RowStart::of(&columns, marks);
            let begins = |start: RowStart| {
                start.read(row).or_else(|| start.read_loosely(row)).or_else(|| start.read_incomplete(row)).is_some()
            };
            let proves = start.map_or(columns.fit(&sample), begins);
            (columns.make_cables() && proves).then_some(columns)
        })
    };
    // R writes the names of its rows below no name.
    let indexed = || [&[String::new()], names.as_slice()].concat();
    let columns = fitting(&names).or_else(|| fitting(&indexed()))?;
    let names = line.trim_ascii_end().to_vec();
    Some(CsvRows { names, ..rows(bytes, front, marks, columns) })
}

/// Rows of another dialect below names that it knows, and the names. A row ends where its quotes are closed.
pub fn named_as(
    dialect: &'static str,
    bytes: &[u8],
    are_known: impl Fn(&[String]) -> bool,
) -> Option<(CsvRows, Vec<String>)> {
    let mark = bytes.len() - without_mark(bytes).len();
    let front = memchr(b'\n', &bytes[..bytes.len().min(LONGEST_LINE)])? + 1;
    let named = |marks| Some((marks, loose_texts(&bytes[mark..], marks))).filter(|(_, names)| are_known(names));
    let (marks, names) = marks_of(&bytes[mark..]).find_map(named)?;
    let columns = names.iter().map(|name| ColumnMeaning::Field(FieldKey::Other(name.as_str().into()))).collect();
    let rows = CsvRows::doubled(dialect, RecordColumns(columns), bytes[mark..front].trim_ascii_end(), front);
    Some((CsvRows { marks: Marks { escape: Escape::Doubled, ..marks }, ..rows }, names))
}

/// The rows after the first `front` of `bytes`.
fn rows(bytes: &[u8], front: usize, marks: Marks, columns: RecordColumns) -> CsvRows {
    let bytes = &bytes[front..];
    let start = RowStart::of(&columns, marks);
    let escape = match &start {
        Some(start) if escapes_line_ends(bytes, start, marks.quote) => Escape::Itself,
        Some(start) if are_raw(bytes, start, marks) => Escape::None,
        None if is_raw(bytes, marks, columns.0.len()) => Escape::None,
        start => marks.escaped_in(bytes).with_letters(bytes, start.as_ref()).escape,
    };
    let marks = Marks { escape, ..marks };
    let dates = columns.date().zip(start).map(|(date, start)| {
        let lines = std::iter::once(0).chain(lines_of(bytes));
        let lines = lines.filter(|&line| start.begins(&bytes[line..]));
        let value = |line: usize| {
            let line = &bytes[line..];
            let values = line_values(line, marks)?;
            Some(String::from_utf8_lossy(&line[values.get(date)?.range.clone()]).into_owned())
        };
        lines.filter_map(value).collect::<Vec<_>>()
    });
    let slashes = slash_form(dates.unwrap_or_default().iter().map(String::as_str));
    CsvRows { marks, columns, front, slashes, ..CsvRows::default() }
}

fn loose_texts(bytes: &[u8], marks: Marks) -> Vec<String> {
    let text = |(_, value): (_, Range<usize>)| String::from_utf8_lossy(&bytes[value]).into_owned();
    fields_between(bytes, marks).map(text).collect()
}

/// The values of the first row, of `columns`, on however many lines.
fn whole_values(bytes: &[u8], marks: Marks, columns: usize) -> Option<Vec<CsvValue>> {
    let mut values = Vec::new();
    let mut next = 0;
    while values.len() + 1 < columns {
        let (value, behind) = field_at(bytes, next, marks);
        values.push(value);
        next = behind?;
    }
    // What follows the last one is the next row.
    let (_, last) = fields_between(&bytes[next..], marks).next()?;
    values.push(CsvValue { range: next + last.start..next + last.end, end: FieldEnd::Sound });
    Some(values)
}

/// The fields on the first line of `bytes`, the last of them perhaps cut by its end.
fn line_values(bytes: &[u8], marks: Marks) -> Option<Vec<CsvValue>> {
    let line = first_line(bytes);
    let mut values = Vec::new();
    let mut next = Some(0);
    while let Some(at) = next {
        let (value, behind) = field_at(line, at, marks);
        values.push(value);
        next = behind;
    }
    (values.len() > 1).then_some(values)
}

fn texts(bytes: &[u8], values: &[CsvValue]) -> Vec<String> {
    values.iter().map(|value| String::from_utf8_lossy(&bytes[value.range.clone()]).into_owned()).collect()
}
