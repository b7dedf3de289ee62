//! The rows that are cables among those of all tables.

use super::TRIED;
use super::scan::{Insert, ScanPlace, Scanner, Tuple, TupleEnd};
use super::values::shapes;
use crate::dialect::columns::RecordColumns;

/// Tables that are known to hold cables.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'t> {
    /// The first of the dump.
    pub first: &'t str,
    /// That of the last row.
    pub last: &'t str,
}

impl Tables<'_> {
    fn hold(self, table: &str) -> bool {
        [self.first, self.last].contains(&table)
    }
}

/// Goes from cable to cable. Any row of a table that is known is one, whatever it holds; in another statement the first
/// that shows it is, and those after it.
pub struct CableRows<'b> {
    bytes: &'b [u8],
    scanner: Scanner<'b>,
    tables: Tables<'b>,
    /// Whether no more bytes come, so that a row that is cut shows what it is.
    at_end: bool,
    /// A row that was read to see what it is.
    shown: Option<Tuple>,
}

impl<'b> CableRows<'b> {
    pub fn new(bytes: &'b [u8], scanner: Scanner<'b>, tables: Tables<'b>, at_end: bool) -> CableRows<'b> {
        CableRows { bytes, scanner, tables, at_end, shown: None }
    }

    /// The head of the statement that the row is in, where it was seen.
    pub fn insert(&self) -> Option<&Insert> {
        self.scanner.insert()
    }

    /// Where the statement begins in which the bytes end.
    pub fn statement(&self) -> usize {
        self.scanner.statement()
    }

    /// The place at the beginning of that statement.
    pub fn place(&self) -> ScanPlace {
        self.scanner.place()
    }

    /// Goes to the next cable, if there is one; its end may not be seen.
    pub fn reaches(&mut self) -> bool {
        let (mut statement, mut tried) = (None, 0);
        while self.scanner.reaches_tuple() {
            let Some(insert) = self.scanner.insert() else { return true };
            if self.tables.hold(&insert.table) {
                return true;
            }
            let insert = insert.clone();
            let tuple = self.scanner.tuple();
            if tuple.end == TupleEnd::Open && !self.at_end {
                return false;
            }
            if columns_of(&insert, &shapes(self.bytes, &tuple, self.scanner.strings())).is_some() {
                self.shown = Some(tuple);
                return true;
            }
            if statement.replace(self.scanner.statement()) != Some(self.scanner.statement()) {
                tried = 0;
            }
            tried += 1;
            if tried == TRIED {
                self.scanner.leave_statement();
            }
        }
        false
    }

    /// The row that was reached.
    pub fn tuple(&mut self) -> Tuple {
        self.shown.take().unwrap_or_else(|| self.scanner.tuple())
    }

    /// The next cable.
    pub fn next_tuple(&mut self) -> Option<Tuple> {
        self.reaches().then(|| self.tuple())
    }
}

/// The columns of a row that holds a cable: by the names in its statement, else in the order of a dump whose values have
/// these shapes.
pub fn columns_of(insert: &Insert, shapes: &[String]) -> Option<RecordColumns> {
    RecordColumns::fitting(&insert.columns, shapes)
}
