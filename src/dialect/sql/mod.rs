//! Dumps of databases: `INSERT` statements of PostgreSQL and MySQL, however many rows one has.
//!
//! Rows are found by the tokens of SQL, never by lines: MySQL writes thousands of rows on one. Nothing is executed, and
//! the name of the table proves nothing; what a row holds does.

mod scan;
mod split;
mod values;

use std::sync::Arc;

use super::columns::{RecordColumns, slash_form};
use super::fields::DateForm;
use super::{Confidence, Dialect, Form, Head, Position, Recognized, Splitter};
pub(super) use scan::Strings;
use scan::{Insert, ScanPlace, Scanner, begins_with};

/// The dialect.
#[derive(Debug)]
pub struct Sql;

impl Dialect for Sql {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if sniff(head.bytes).is_some() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(sniff(head.bytes).unwrap_or_default())
    }
}

/// The rows of one table of a dump.
#[derive(Clone, Debug)]
pub(super) struct SqlRows {
    /// So many bytes come before their first statement, and are not looked at.
    front: usize,
    /// Name of the table, in lower case.
    table: String,
    columns: RecordColumns,
    strings: Strings,
    slashes: DateForm,
}

impl Default for SqlRows {
    fn default() -> SqlRows {
        SqlRows {
            front: 0,
            table: "cable".to_owned(),
            columns: RecordColumns::of_database(),
            strings: Strings::Standard,
            slashes: DateForm::MonthFirst,
        }
    }
}

/// The table whose first row holds a cable, and how its rows are written.
fn sniff(bytes: &[u8]) -> Option<SqlRows> {
    if holds_into(bytes) { late(bytes, Strings::told(bytes)) } else { None }
}

/// As `sniff`, for bytes from the middle of a dump whose strings are `known` to be written so.
pub(super) fn late(bytes: &[u8], known: Option<Strings>) -> Option<SqlRows> {
    let modes = known.map_or(vec![Strings::Standard, Strings::Backslash], |strings| vec![strings]);
    // Where the dump does not show it, the mode in which more rows have all their columns is the right one.
    let counted = modes.into_iter().filter_map(|strings| sniff_in(bytes, strings));
    counted.max_by_key(|(_, sound)| *sound).map(|(rows, _)| rows)
}

/// The cheap look: every statement that makes rows has the word, or a name in brackets after its verb.
fn holds_into(bytes: &[u8]) -> bool {
    let is_sign = |rest: &[u8]| begins_with(rest, b"into ") || begins_with(rest, b"insert [");
    memchr::memchr2_iter(b'I', b'i', bytes).any(|at| is_sign(&bytes[at..]))
}

/// So many rows show how strings are written.
const TRIED: usize = 20;

/// The table by its first row, strings being written so; and how many of its next rows have as many values as columns.
fn sniff_in(bytes: &[u8], strings: Strings) -> Option<(SqlRows, usize)> {
    let mut scanner = Scanner::at(bytes, strings, None, ScanPlace::Outside);
    let mut rows: Option<SqlRows> = None;
    let mut dates = Vec::new();
    let (mut tried, mut sound) = (0, 0);
    while let Some(tuple) = scanner.next_tuple() {
        // The last may be cut by the end of what is seen; its first values show it all the same.
        let values = values::values(bytes, &tuple, strings);
        let texts: Vec<String> = values.iter().map(|value| value.shape_of(bytes)).collect();
        match &rows {
            None => {
                let Some(columns) = columns_of(scanner.insert(), &texts) else { continue };
                let table = scanner.insert().map(|insert| insert.table.clone()).unwrap_or_default();
                dates.extend(columns.date().and_then(|date| texts.get(date).cloned()));
                scanner.only(&table);
                sound += usize::from(columns.0.len() == values.len());
                rows = Some(SqlRows { front: 0, table, columns, strings, slashes: DateForm::MonthFirst });
            }
            Some(rows) => {
                sound += usize::from(rows.columns.0.len() == values.len());
                dates.extend(rows.columns.date().and_then(|date| texts.get(date).cloned()));
            }
        }
        tried += 1;
        if tried == TRIED || !tuple.is_closed {
            break;
        }
    }
    let mut rows = rows?;
    rows.slashes = slash_form(dates.iter().map(String::as_str));
    Some((rows, sound))
}

/// The table of the statement that these bytes begin with, if it makes rows.
pub(super) fn table_of(bytes: &[u8]) -> Option<String> {
    Scanner::at(bytes, Strings::Standard, None, ScanPlace::Outside).table()
}

impl SqlRows {
    /// The same rows after so many bytes.
    pub(super) fn after(self, front: usize) -> SqlRows {
        SqlRows { front, ..self }
    }
}

/// The columns of a row: by the names in its statement, else in the order of a dump whose values have these shapes.
fn columns_of(insert: Option<&Insert>, values: &[String]) -> Option<RecordColumns> {
    let names = insert.map(|insert| insert.columns.as_slice()).unwrap_or_default();
    RecordColumns::fitting(names, values)
}

impl Form for SqlRows {
    fn dialect(&self) -> &'static str {
        Sql.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(split::Tuples::new(self, limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        values::transcribe(self, bytes, position, file_name)
    }
}
