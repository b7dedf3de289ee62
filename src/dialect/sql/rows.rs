//! The rows that are cables among those of all tables: of statements, and of `COPY` blocks.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::TRIED;
use super::created::CreatedTables;
use super::scan::{ScanFound, ScanPlace, Scanner};
use super::tokens::{Insert, NamedBy};
use super::tuple::{Tuple, TupleEnd};
use super::values::shapes;
use crate::dialect::columns::RecordColumns;
use crate::dialect::copy::{self, CopyCommand};
use crate::lex::envelope;

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
    /// A line of a block, without its line end; with the lines after it that begin no row.
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

    /// What is known of the columns of tables, by now.
    pub fn created(&self) -> &CreatedTables {
        self.scanner.created()
    }

    /// Goes to the next cable, if there is one; its end may not be seen.
    pub fn reaches(&mut self) -> bool {
        let (mut statement, mut tried) = (None, 0);
        while let Some(found) = self.scanner.next() {
            match found {
                ScanFound::Line(line) if self.is_of_no_row(&line) => continue,
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
            let is_whole = !insert.table.is_empty() && !self.scanner.is_at_query();
            if is_whole && self.tables.names.contains(&insert.table.as_str()) {
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

    /// The row that was reached, if the bytes show where it ends.
    pub fn row(&mut self) -> Option<CableRow> {
        match self.shown.take() {
            Some(CableRow::Line(line)) => self.with_rest(line).map(CableRow::Line),
            Some(tuple) => Some(tuple),
            None => Some(CableRow::Tuple(self.scanner.tuple())),
        }
    }

    /// A row that begins with a line of a block, and the lines after it that begin none: a line end in it is not escaped.
    fn with_rest(&mut self, first: Range<usize>) -> Option<Range<usize>> {
        let mut row = first;
        let mut after = self.scanner.at();
        // Most rows are seen to be others at a glance.
        let mut size = None;
        while !begins_with_number(&self.bytes[self.scanner.at()..]) {
            match self.scanner.line() {
                Some(Some(line)) if is_blank(&self.bytes[line.clone()]) => {}
                Some(Some(line)) => {
                    let text = &self.bytes[line.clone()];
                    let so_far = size.unwrap_or_else(|| RowSize {
                        columns: self.columns_of_block(),
                        tabs: count_of_tabs(&self.bytes[row.clone()]),
                    });
                    if self.is_cut(&line) || begins_row(text, so_far) {
                        break;
                    }
                    size = Some(RowSize { tabs: so_far.tabs + count_of_tabs(text), ..so_far });
                    row.end = line.end;
                    after = self.scanner.at();
                }
                None if !self.at_end => return None,
                Some(None) | None => break,
            }
        }
        self.scanner.go_back(after);
        Some(row)
    }

    /// Whether a line of a block begins no row, whatever comes before it.
    fn is_of_no_row(&self, line: &Range<usize>) -> bool {
        if self.is_cut(line) {
            return false;
        }
        let line = &self.bytes[line.clone()];
        is_blank(line) || (memchr(b'\t', line).is_none() && self.columns_of_block() > 1)
    }

    /// Whether the document ends within a line.
    fn is_cut(&self, line: &Range<usize>) -> bool {
        line.end == self.bytes.len()
    }

    /// How many values a row of the block has.
    fn columns_of_block(&self) -> usize {
        let command = self.command.or(self.tables.commands[1]).and_then(CopyCommand::of);
        let names = command.map_or(0, |command| command.names.len());
        if names > 0 { names } else { RecordColumns::of_database().0.len() }
    }

    /// The next cable, if the bytes show where it ends.
    pub fn next_row(&mut self) -> Option<CableRow> {
        if self.reaches() { self.row() } else { None }
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

/// How much of a row of a block is seen.
#[derive(Clone, Copy)]
struct RowSize {
    /// How many values a row has.
    columns: usize,
    /// How many tabs are seen.
    tabs: usize,
}

fn count_of_tabs(bytes: &[u8]) -> usize {
    memchr_iter(b'\t', bytes).count()
}

/// Whether a line after a row begins another one: not if the two have the values of one together, and not without a sign
/// of it.
fn begins_row(line: &[u8], RowSize { columns, tabs: before }: RowSize) -> bool {
    let tabs = count_of_tabs(line);
    if before + 1 < columns && before + tabs < columns {
        return false;
    }
    let is_name = |value: &[u8]| std::str::from_utf8(value).is_ok_and(envelope::is_identifier);
    tabs + 1 >= columns || (tabs > 0 && line.split(|&byte| byte == b'\t').any(is_name))
}

/// Whether a line begins with a number and a tab, as most rows do.
fn begins_with_number(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && line.get(digits) == Some(&b'\t')
}

/// The columns of a row that holds a cable: by the names in its statement or of its table, else in the order of a dump whose
/// values have these shapes.
pub fn columns_of(insert: &Insert, shapes: &[String]) -> Option<RecordColumns> {
    more_than_created(insert, shapes).or_else(|| RecordColumns::fitting(&insert.columns, shapes))
}

/// The columns of a row with more values than its table was created with, if they are in the order of a dump: then the names
/// are those of other columns. A row may have fewer because it is cut.
pub fn more_than_created(insert: &Insert, shapes: &[String]) -> Option<RecordColumns> {
    let are_others = insert.named_by == NamedBy::Creation && insert.columns.len() < shapes.len();
    let columns = are_others.then(|| RecordColumns::of_values(shapes))?;
    columns.filter(|columns| columns.0.len() == shapes.len())
}
