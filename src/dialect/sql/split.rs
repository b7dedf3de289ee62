//! Where a row ends: after its closing parenthesis, if another row follows.

use super::SqlRows;
use super::rows::{CableRows, Tables};
use super::scan::{ScanPlace, Scanner, Strings, TupleEnd};
use crate::dialect::split::{RowEnds, RowSearch};
use crate::lex::begins_in_any_case;

/// The rows of the tables that hold cables.
#[derive(Clone)]
pub struct Tuples {
    /// The first table that holds cables, and that of the last row.
    first: String,
    last: String,
    strings: Strings,
    /// So many bytes of the record come before its statement: nothing but in the first.
    front: usize,
    place: ScanPlace,
}

impl Tuples {
    pub fn new(rows: &SqlRows) -> Tuples {
        let SqlRows { front, first, insert, strings, .. } = rows.clone();
        Tuples { first, last: insert.table, strings, front, place: ScanPlace::Outside }
    }

    fn cables<'b>(&'b self, bytes: &'b [u8], at_end: bool) -> CableRows<'b> {
        let scanner = Scanner::at(bytes, self.strings, self.place).from(self.front.min(bytes.len()));
        CableRows::new(bytes, scanner, Tables { first: &self.first, last: &self.last }, at_end)
    }

    /// How many bytes come before the statement that they end in, and the rows from there on.
    fn before(&self, cables: &CableRows<'_>) -> (usize, Tuples) {
        let statement = cables.statement();
        // Nothing is passed of the statement that the bytes begin in.
        let place = if statement == 0 { self.place } else { cables.place() };
        (statement, Tuples { front: self.front.saturating_sub(statement), place, ..self.clone() })
    }
}

/// How a statement begins that may hold rows, the longest first.
const INSERTS: [&[u8]; 2] = [b"INSERT INTO", b"INSERT ["];

impl RowEnds for Tuples {
    const KEPT: usize = INSERTS[0].len();

    fn search(&self, bytes: &[u8]) -> RowSearch<Tuples> {
        let mut cables = self.cables(bytes, false);
        let Some(tuple) = cables.next_tuple() else {
            let (length, rows) = self.before(&cables);
            return RowSearch::Gap(length, rows);
        };
        let last = cables.insert().map_or_else(|| self.last.clone(), |insert| insert.table.clone());
        let rows = Tuples { last, front: 0, place: ScanPlace::AfterTuple, ..self.clone() };
        match tuple.end {
            TupleEnd::Closed | TupleEnd::Next => RowSearch::Row(tuple.range.end, rows),
            TupleEnd::Open => RowSearch::Open(rows),
        }
    }

    fn gap(&self, bytes: &[u8], at_end: bool) -> Option<(usize, Tuples)> {
        let mut cables = self.cables(bytes, at_end);
        (!cables.reaches()).then(|| self.before(&cables))
    }

    fn resume(&self, bytes: &[u8]) -> Option<(usize, Tuples)> {
        memchr::memchr_iter(b'\n', bytes).map(|end| end + 1).find_map(|line| {
            let begins = INSERTS.iter().any(|insert| begins_in_any_case(&bytes[line..], insert));
            begins.then(|| (line, Tuples { front: 0, place: ScanPlace::Outside, ..self.clone() }))
        })
    }
}
