//! The rows that are cables among those of all tables: of statements, and of `COPY` blocks.

use std::ops::Range;

use super::TRIED;
use super::scan::{ScanFound, ScanPlace, Scanner};
use super::tokens::Insert;
use super::tuple::{Tuple, TupleEnd};
use super::values::shapes;
use crate::dialect::columns::RecordColumns;
use crate::dialect::copy;

/// What is known to hold cables.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'t> {
    /// The first table, and that of the last row.
    pub names: [&'t str; 2],
    /// The commands of the first block, and of that of the last row.
    pub commands: [Option<&'t [u8]>; 2],
}

/// A row that holds a cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CableRow {
    /// Of a statement.
    Tuple(Tuple),
    /// A line of a block, without its line end.
    Line(Range<usize>),
}

/// Goes from cable to cable. Any row of a table that is known is one, whatever it holds; in another statement or block the
/// first that shows it is, and those after it.
pub struct CableRows<'b> {
    bytes: &'b [u8],
    scanner: Scanner<'b>,
    tables: Tables<'b>,
    /// Whether no more bytes come, so that a row that is cut shows what it is.
    at_end: bool,
    /// The command of the block that it is in, where it was seen.
    command: Option<&'b [u8]>,
    /// A row that was read to see what it is.
    shown: Option<CableRow>,
}

impl<'b> CableRows<'b> {
    pub fn new(bytes: &'b [u8], scanner: Scanner<'b>, tables: Tables<'b>, at_end: bool) -> CableRows<'b> {
        CableRows { bytes, scanner: scanner.ending(at_end), tables, at_end, command: None, shown: None }
    }

    /// The head of the statement that the row is in, where it was seen.
    pub fn insert(&self) -> Option<&Insert> {
        self.scanner.insert()
    }

    /// The command of the block that the row is in, where it was seen.
    pub fn command(&self) -> Option<&'b [u8]> {
        self.command
    }

    /// Where the statement or the line begins in which the bytes end.
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
        while let Some(found) = self.scanner.next() {
            match found {
                ScanFound::Line(line) => {
                    self.shown = Some(CableRow::Line(line));
                    return true;
                }
                ScanFound::Block(command) => {
                    if !self.enters(command) {
                        return false;
                    }
                    if self.shown.is_some() {
                        return true;
                    }
                    continue;
                }
                ScanFound::Tuple => {}
            }
            let Some(insert) = self.scanner.insert() else { return true };
            if !insert.table.is_empty() && self.tables.names.contains(&insert.table.as_str()) {
                return true;
            }
            let insert = insert.clone();
            let tuple = self.scanner.tuple();
            if tuple.end == TupleEnd::Open && !self.at_end {
                return false;
            }
            if columns_of(&insert, &shapes(self.bytes, &tuple, self.scanner.strings())).is_some() {
                self.shown = Some(CableRow::Tuple(tuple));
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

    /// Goes among the lines of a block: to the first that holds a cable where it is not known, or past it. Whether what the
    /// block holds is seen.
    fn enters(&mut self, command: Range<usize>) -> bool {
        let command = &self.bytes[command];
        if self.tables.commands.contains(&Some(command)) {
            self.command = Some(command);
            self.scanner.set_place(ScanPlace::Lines);
            return true;
        }
        for _ in 0..TRIED {
            match self.scanner.line() {
                None if self.at_end => break,
                None => return false,
                Some(None) => return true,
                Some(Some(line)) if copy::columns_of(command, &self.bytes[line.clone()]).is_some() => {
                    self.command = Some(command);
                    self.scanner.set_place(ScanPlace::Lines);
                    self.shown = Some(CableRow::Line(line));
                    return true;
                }
                Some(Some(_)) => {}
            }
        }
        self.scanner.set_place(ScanPlace::OtherLines);
        true
    }

    /// The row that was reached.
    pub fn row(&mut self) -> CableRow {
        self.shown.take().unwrap_or_else(|| CableRow::Tuple(self.scanner.tuple()))
    }

    /// The next cable.
    pub fn next_row(&mut self) -> Option<CableRow> {
        self.reaches().then(|| self.row())
    }
}

/// The columns of a row that holds a cable: by the names in its statement, else in the order of a dump whose values have
/// these shapes.
pub fn columns_of(insert: &Insert, shapes: &[String]) -> Option<RecordColumns> {
    RecordColumns::fitting(&insert.columns, shapes)
}
