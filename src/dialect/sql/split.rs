//! Where a row ends: after its closing parenthesis or its line, if another row follows.

use memchr::memchr;

use super::SqlRows;
use super::created::CreatedTables;
use super::rows::{CableRow, CableRows, Tables};
use super::scan::{ScanPlace, Scanner};
use super::strings::Strings;
use super::tuple::TupleEnd;
use crate::dialect::split::{RowEnds, RowSearch};
use crate::lex::begins_in_any_case;

/// The rows of the tables that hold cables.
#[derive(Clone)]
pub struct DumpRowEnds {
    /// The first table that holds cables, and that of the last row.
    names: [String; 2],
    /// The command of the first block that holds cables, and of that of the last row.
    commands: [Option<Vec<u8>>; 2],
    strings: Strings,
    /// The tables whose columns are known.
    created: CreatedTables,
    /// So many bytes of the record come before its statement: nothing but in the first.
    front: usize,
    place: ScanPlace,
}

impl DumpRowEnds {
    pub fn new(rows: &SqlRows) -> DumpRowEnds {
        let Tables { names, commands } = rows.tables();
        DumpRowEnds {
            names: names.map(str::to_owned),
            commands: commands.map(|command| command.map(<[u8]>::to_vec)),
            strings: rows.strings,
            created: rows.created.clone(),
            front: rows.front,
            place: ScanPlace::Outside,
        }
    }

    fn cables<'b>(&'b self, bytes: &'b [u8], at_end: bool) -> CableRows<'b> {
        let scanner = Scanner::new(bytes, self.strings, self.place).knowing(&self.created);
        let scanner = scanner.from(self.front.min(bytes.len()));
        let [first, last] = &self.names;
        let [first_block, last_block] = &self.commands;
        let tables = Tables { names: [first, last], commands: [first_block.as_deref(), last_block.as_deref()] };
        CableRows::new(bytes, scanner, tables, at_end)
    }

    /// How many bytes come before the statement or the line that they end in, and the rows from there on.
    fn before(&self, cables: &CableRows<'_>) -> (usize, DumpRowEnds) {
        let statement = cables.statement();
        // Nothing is passed of the statement that the bytes begin in.
        let place = if statement == 0 { self.place } else { cables.place() };
        let (front, created) = (self.front.saturating_sub(statement), cables.created().clone());
        let rows = DumpRowEnds { front, place, created, ..self.clone() };
        (statement, rows.within(cables.command()))
    }

    /// The same rows, if a block begins so.
    fn within(self, command: Option<&[u8]>) -> DumpRowEnds {
        let [first, last] = self.commands;
        DumpRowEnds { commands: [first, command.map(<[u8]>::to_vec).or(last)], ..self }
    }

    /// The rows after one.
    fn after(&self, cables: &CableRows<'_>, place: ScanPlace) -> DumpRowEnds {
        let rows = DumpRowEnds { front: 0, place, created: cables.created().clone(), ..self.clone() };
        let [name, last] = &self.names;
        let [command, _] = &self.commands;
        match place {
            // What is known of the last statement or block is forgotten with the next.
            ScanPlace::Lines => DumpRowEnds { names: [name.clone(), name.clone()], ..rows }.within(cables.command()),
            _ => {
                let last = cables.insert().map_or(last, |insert| &insert.table).clone();
                DumpRowEnds { names: [name.clone(), last], commands: [command.clone(), command.clone()], ..rows }
            }
        }
    }
}

/// How a statement begins that may hold rows, the longest first.
const INSERTS: [&[u8]; 2] = [b"INSERT INTO", b"INSERT ["];

impl RowEnds for DumpRowEnds {
    const KEPT: usize = INSERTS[0].len();

    fn search(&self, bytes: &[u8], at_end: bool) -> RowSearch<DumpRowEnds> {
        let mut cables = self.cables(bytes, at_end);
        match cables.next_row() {
            Some(CableRow::Line(line)) => {
                RowSearch::Row(bytes.len().min(line.end + 1), self.after(&cables, ScanPlace::Lines))
            }
            Some(CableRow::Tuple(tuple)) => {
                let rows = self.after(&cables, ScanPlace::AfterTuple);
                match tuple.end {
                    TupleEnd::Closed | TupleEnd::Query | TupleEnd::Next => RowSearch::Row(tuple.range.end, rows),
                    TupleEnd::Open => RowSearch::Open(rows),
                }
            }
            None => {
                let (length, rows) = self.before(&cables);
                match rows.place {
                    ScanPlace::Lines if length < bytes.len() => RowSearch::Open(rows),
                    _ => RowSearch::Gap(length, rows),
                }
            }
        }
    }

    fn gap(&self, bytes: &[u8], at_end: bool) -> Option<(usize, DumpRowEnds)> {
        let mut cables = self.cables(bytes, at_end);
        (!cables.reaches()).then(|| self.before(&cables))
    }

    fn resume(&self, bytes: &[u8]) -> Option<(usize, DumpRowEnds)> {
        if self.place == ScanPlace::Lines {
            // What ends with these bytes may end with the document.
            let end = memchr(b'\n', &bytes[..bytes.len().saturating_sub(1)])?;
            return Some((end + 1, self.clone()));
        }
        memchr::memchr_iter(b'\n', bytes).map(|end| end + 1).find_map(|line| {
            let begins = INSERTS.iter().any(|insert| begins_in_any_case(&bytes[line..], insert));
            begins.then(|| (line, DumpRowEnds { front: 0, place: ScanPlace::Outside, ..self.clone() }))
        })
    }
}
