//! Dumps of databases: `INSERT` statements of PostgreSQL and MySQL, however many rows one has.
//!
//! Rows are found by the tokens of SQL, never by lines: MySQL writes thousands of rows on one. Nothing is executed, and
//! the name of the table proves nothing; what a row holds does. A dump may hold cables in several tables, each with
//! columns of its own.

mod rows;
mod scan;
mod split;
mod values;

use std::sync::Arc;

use super::columns::{RecordColumns, slash_form};
use super::fields::DateForm;
use super::split::ByRow;
use super::{Confidence, Dialect, Following, Form, Head, Position, Recognized, Splitter};
use crate::lex::begins_in_any_case;
use rows::{CableRows, Tables, columns_of};
pub(super) use scan::Strings;
use scan::{Insert, ScanPlace, Scanner, TupleEnd};

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

/// How the rows of a dump are written that come after a statement.
#[derive(Clone, Debug)]
pub(super) struct SqlRows {
    /// So many bytes come before the first statement, and are not looked at.
    front: usize,
    /// Name of the first table that holds cables, in lower case.
    first: String,
    /// The head of the statement.
    insert: Insert,
    columns: RecordColumns,
    strings: Strings,
    slashes: DateForm,
}

impl Default for SqlRows {
    fn default() -> SqlRows {
        SqlRows {
            front: 0,
            first: "cable".to_owned(),
            insert: Insert { table: "cable".to_owned(), columns: Vec::new() },
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
    let is_sign = |rest: &[u8]| begins_in_any_case(rest, b"into") || begins_in_any_case(rest, b"insert [");
    memchr::memchr2_iter(b'I', b'i', bytes).any(|at| is_sign(&bytes[at..]))
}

/// So many rows show how strings are written.
const TRIED: usize = 20;

/// The table by its first row, strings being written so; and how many of its next rows have as many values as columns.
fn sniff_in(bytes: &[u8], strings: Strings) -> Option<(SqlRows, usize)> {
    let mut scanner = Scanner::at(bytes, strings, ScanPlace::Outside);
    let mut rows: Option<SqlRows> = None;
    let mut dates = Vec::new();
    let (mut tried, mut sound) = (0, 0);
    while let Some(tuple) = scanner.next_tuple() {
        let Some(insert) = scanner.insert() else { continue };
        // The last may be cut by the end of what is seen; its first values show it all the same.
        let texts = values::shapes(bytes, &tuple, strings);
        match &rows {
            None => {
                let Some(columns) = columns_of(insert, &texts) else { continue };
                dates.extend(columns.date().and_then(|date| texts.get(date).cloned()));
                sound += usize::from(columns.0.len() == texts.len() && tuple.damage.is_none());
                let (first, insert, slashes) = (insert.table.clone(), insert.clone(), DateForm::MonthFirst);
                rows = Some(SqlRows { front: 0, first, insert, columns, strings, slashes });
            }
            Some(rows) if rows.first != insert.table => scanner.leave_statement(),
            Some(rows) => {
                sound += usize::from(rows.columns.0.len() == texts.len() && tuple.damage.is_none());
                dates.extend(rows.columns.date().and_then(|date| texts.get(date).cloned()));
            }
        }
        tried += 1;
        if tried == TRIED || tuple.end == TupleEnd::Open {
            break;
        }
    }
    let mut rows = rows?;
    rows.slashes = slash_form(dates.iter().map(String::as_str));
    Some((rows, sound))
}

/// The table of the statement that these bytes begin with, if it makes rows.
pub(super) fn table_of(bytes: &[u8]) -> Option<String> {
    Scanner::at(bytes, Strings::Standard, ScanPlace::Outside).table()
}

impl SqlRows {
    /// The same rows after so many bytes.
    pub(super) fn after(self, front: usize) -> SqlRows {
        SqlRows { front, ..self }
    }

    /// The tables that are known to hold cables.
    fn tables(&self) -> Tables<'_> {
        Tables { first: &self.first, last: &self.insert.table }
    }

    /// The rows in the bytes of a record, or in their text.
    fn cables<'b>(&'b self, record: &'b [u8], front: usize, position: Position) -> CableRows<'b> {
        let place = if position.begins() { ScanPlace::Outside } else { ScanPlace::AfterTuple };
        let scanner = Scanner::at(record, self.strings, place).from(front);
        CableRows::new(record, scanner, self.tables(), position.ends())
    }

    /// The columns of a row whose statement begins with its record: by the names there, else those of the rows before it,
    /// unless these are of another table.
    fn columns_in(&self, insert: &Insert, shapes: &[String]) -> RecordColumns {
        let others = || (*insert != self.insert).then(|| columns_of(insert, shapes)).flatten();
        match insert.columns.is_empty() {
            true => others().unwrap_or_else(|| self.columns.clone()),
            false => RecordColumns::named(&insert.columns, shapes),
        }
    }
}

impl Form for SqlRows {
    fn dialect(&self) -> &'static str {
        Sql.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByRow::new(split::Tuples::new(self), limit))
    }

    fn has_heads(&self) -> bool {
        true
    }

    fn following(&self, record: &[u8], position: Position) -> Following {
        let mut cables = self.cables(record, position.front(self.front, record), position);
        if !cables.reaches() {
            return Following::Unsaid;
        }
        let Some(insert) = cables.insert().cloned() else { return Following::Unsaid };
        if insert == self.insert {
            return Following::Alike;
        }
        let shapes = values::shapes(record, &cables.tuple(), self.strings);
        let columns = self.columns_in(&insert, &shapes);
        Following::Other(Arc::new(SqlRows { front: 0, insert, columns, ..self.clone() }))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        values::transcribe(self, bytes, position, file_name)
    }
}
