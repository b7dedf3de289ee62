//! Dumps of databases: `INSERT` statements of PostgreSQL and MySQL, however many rows one has, and `COPY` blocks.
//!
//! Rows are found by the tokens of SQL, never by lines: MySQL writes thousands of rows on one. The lines of a block are no
//! SQL. Nothing is executed, and the name of the table proves nothing; what a row holds does. A dump may hold cables in
//! several tables, each with columns of its own.

mod created;
mod dates;
mod digits;
mod row;
mod row_start;
mod rows;
mod scan;
mod split;
mod strings;
mod text;
mod tokens;
mod tuple;
mod values;
mod words;

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::columns::{RecordColumns, slash_form};
use super::copy::{self, CopyBlock, begins_copy};
use super::decode::without_mark;
use super::fields::DateForm;
use super::split::ByRow;
use super::{Confidence, Dialect, Following, Form, Head, Position, Recognized, Splitter, plain};
use crate::lex::begins_in_any_case;
pub(super) use created::CreatedTables;
use rows::{CableRow, CableRows, Tables, columns_of};
use scan::{ScanPlace, Scanner};
pub(super) use strings::Strings;
use tokens::Insert;
pub(super) use tokens::is_insert;
use tuple::TupleEnd;

/// The dialect.
#[derive(Debug)]
pub struct Sql;

impl Dialect for Sql {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        match sniff(head.bytes) {
            Some(rows) if rows.dialect() == self.name() => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(sniff(head.bytes).unwrap_or_default())
    }
}

/// The dialect of `COPY` blocks.
#[derive(Debug)]
pub struct Copy;

impl Dialect for Copy {
    fn name(&self) -> &'static str {
        "copy"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let comes_first = || sniff(head.bytes).is_some_and(|rows| rows.name == self.name());
        let is_certain = CopyBlock::first(head.bytes).is_some() && comes_first();
        if is_certain { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(sniff(head.bytes).unwrap_or_else(|| SqlRows::of_block(CopyBlock::default(), head.bytes)))
    }
}

/// How the rows of a dump are written that come after a statement or a line.
#[derive(Clone, Debug)]
pub(super) struct SqlRows {
    /// Name of the dialect that the first row is in.
    name: &'static str,
    /// So many bytes come before the first statement, and are not looked at.
    front: usize,
    /// Name of the first table that holds cables, in lower case; empty where a block comes before it.
    first: String,
    /// The first block that holds cables, where no statement comes before it.
    first_block: Option<CopyBlock>,
    /// The last one, where no statement comes after it.
    block: Option<CopyBlock>,
    /// Where a record begins that is not the first.
    place: ScanPlace,
    /// The head of the statement.
    insert: Insert,
    columns: RecordColumns,
    strings: Strings,
    slashes: DateForm,
    /// The tables whose columns are known.
    created: CreatedTables,
}

impl Default for SqlRows {
    fn default() -> SqlRows {
        SqlRows {
            name: Sql.name(),
            front: 0,
            first: "cable".to_owned(),
            first_block: None,
            block: None,
            place: ScanPlace::AfterTuple,
            insert: Insert { table: "cable".to_owned(), ..Insert::default() },
            columns: RecordColumns::of_database(),
            strings: Strings::Standard,
            slashes: DateForm::MonthFirst,
            created: CreatedTables::default(),
        }
    }
}

/// The table or the block whose first row holds a cable, whichever comes first, and how its rows are written.
fn sniff(bytes: &[u8]) -> Option<SqlRows> {
    let block = CopyBlock::first(bytes);
    // What comes after the beginning of a block is not looked at for statements.
    let before = &bytes[..block.as_ref().map_or(bytes.len(), |(start, _)| *start)];
    let created = CreatedTables::default();
    let sniffed = if holds_into(before) { sniffed(before, Strings::told(bytes), &created) } else { None };
    let (start, rows) = match (sniffed, block) {
        (Some(sniffed), _) => {
            let slashes = dates::said(bytes).unwrap_or(sniffed.rows.slashes);
            (sniffed.start, SqlRows { slashes, ..sniffed.rows })
        }
        (None, Some((start, block))) => (start, SqlRows::of_block(block, bytes).learning(before).after(start)),
        (None, None) => return None,
    };
    is_of_dump(&bytes[..start]).then_some(rows)
}

/// Whether what comes before a row may be of a dump: it is no other form, and no cable in whose text the row is.
pub(super) fn is_of_dump(front: &[u8]) -> bool {
    let mut text = without_mark(front).trim_ascii_start();
    text = text.strip_prefix(b"[").map_or(text, <[u8]>::trim_ascii_start);
    let is_object = matches!(text.first(), Some(b'{'));
    let is_element = matches!(text, [b'<', b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', ..]);
    let begins = |line: usize| {
        let line = &front[line..];
        is_insert(line) || begins_in_any_case(line, b"create ") || begins_copy(line)
    };
    let mut lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', front).map(|end| end + 1));
    let text = &front[..lines.find(|&line| begins(line)).unwrap_or(front.len())];
    !is_object && !is_element && memchr::memchr(0, text).is_none() && !plain::is_cable(text)
}

/// The table whose first row holds a cable, in bytes from the middle of a dump whose strings are `known` to be written so.
pub(super) fn late(bytes: &[u8], known: Option<Strings>, created: &CreatedTables) -> Option<SqlRows> {
    sniffed(bytes, known, created).map(|sniffed| sniffed.rows)
}

fn sniffed(bytes: &[u8], known: Option<Strings>, created: &CreatedTables) -> Option<Sniffed> {
    let sniff_in = |strings| sniff_in(bytes, strings, created);
    if let Some(strings) = known {
        return sniff_in(strings);
    }
    // Where the dump does not say it, the mode in which more rows have all their columns is the right one.
    let (standard, backslash) = (sniff_in(Strings::Standard), sniff_in(Strings::Backslash));
    match (standard, backslash) {
        (Some(standard), Some(backslash)) => Some(match standard.sound.cmp(&backslash.sound) {
            Ordering::Less => backslash,
            Ordering::Greater => standard,
            Ordering::Equal => match Strings::shown(standard.texts.iter().map(|text| &bytes[text.clone()])) {
                Strings::Backslash => backslash,
                Strings::Standard | Strings::Numbered => standard,
            },
        }),
        (standard, backslash) => standard.or(backslash),
    }
}

/// A table, as the beginning of a dump shows it where its strings are written in one way.
struct Sniffed {
    rows: SqlRows,
    /// Where the statement of the first begins.
    start: usize,
    /// How many of its rows have as many values as columns.
    sound: usize,
    /// What is between the quotes of their strings.
    texts: Vec<Range<usize>>,
}

/// The cheap look: every statement that makes rows has the word, or a name in brackets after its verb.
fn holds_into(bytes: &[u8]) -> bool {
    let is_sign = |rest: &[u8]| begins_in_any_case(rest, b"into") || begins_in_any_case(rest, b"insert [");
    memchr::memchr2_iter(b'I', b'i', bytes).any(|at| is_sign(&bytes[at..]))
}

/// The rows of the block that these bytes begin with, if they hold cables.
pub(super) fn late_block(bytes: &[u8]) -> Option<SqlRows> {
    CopyBlock::at(bytes).map(|block| SqlRows::of_block(block, bytes))
}

/// So many rows show how strings are written.
const TRIED: usize = 20;

/// The table by its first row, strings being written so, and what its next rows show.
fn sniff_in(bytes: &[u8], strings: Strings, created: &CreatedTables) -> Option<Sniffed> {
    let mut scanner = Scanner::new(bytes, strings, ScanPlace::Outside).knowing(created);
    let mut rows: Option<SqlRows> = None;
    let mut start = 0;
    let (mut dates, mut strings_of_rows) = (Vec::new(), Vec::new());
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
                strings_of_rows.extend(values::texts(bytes, &tuple, strings));
                let (first, insert) = (insert.table.clone(), insert.clone());
                let created = scanner.created().clone();
                start = scanner.statement();
                rows = Some(SqlRows { first, insert, columns, strings, created, ..SqlRows::default() });
            }
            Some(rows) if rows.first != insert.table => scanner.leave_statement(),
            Some(rows) => {
                sound += usize::from(rows.columns.0.len() == texts.len() && tuple.damage.is_none());
                dates.extend(rows.columns.date().and_then(|date| texts.get(date).cloned()));
                strings_of_rows.extend(values::texts(bytes, &tuple, strings));
            }
        }
        tried += 1;
        if tried == TRIED || tuple.end == TupleEnd::Open {
            break;
        }
    }
    let mut rows = rows?;
    rows.slashes = slash_form(dates.iter().map(String::as_str));
    Some(Sniffed { rows, start, sound, texts: strings_of_rows })
}

/// The table of the statement that these bytes begin with, if it makes rows.
pub(super) fn table_of(bytes: &[u8]) -> Option<String> {
    Scanner::new(bytes, Strings::Standard, ScanPlace::Outside).table()
}

impl SqlRows {
    /// The same rows after so many bytes.
    pub(super) fn after(self, front: usize) -> SqlRows {
        SqlRows { front, ..self }
    }

    /// Rows of a block; the strings of statements in the same dump are written as `bytes` show.
    fn of_block(block: CopyBlock, bytes: &[u8]) -> SqlRows {
        let strings = Strings::told(bytes).unwrap_or(Strings::Standard);
        let (first, insert, place) = (String::new(), Insert::default(), ScanPlace::Outside);
        let (name, first_block) = (Copy.name(), Some(block));
        SqlRows { name, first, first_block, insert, place, strings, ..SqlRows::default() }
    }

    /// The same rows, with what the statements in these bytes say of the columns of tables.
    fn learning(self, bytes: &[u8]) -> SqlRows {
        let mut scanner = Scanner::new(bytes, self.strings, ScanPlace::Outside).ending(true);
        while scanner.next_tuple().is_some() {}
        SqlRows { created: scanner.created().clone(), ..self }
    }

    /// What is known to hold cables.
    fn tables(&self) -> Tables<'_> {
        let [first, last] =
            [&self.first_block, &self.block].map(|block| block.as_ref().map(|block| block.command.as_slice()));
        Tables { names: [&self.first, &self.insert.table], commands: [first, last.or(first)] }
    }

    /// The rows in the bytes of a record, or in their text.
    fn cables<'b>(&'b self, record: &'b [u8], front: usize, position: Position) -> CableRows<'b> {
        let place = if position.begins() { ScanPlace::Outside } else { self.place };
        let scanner = Scanner::new(record, self.strings, place).knowing(&self.created).from(front);
        CableRows::new(record, scanner, self.tables(), true)
    }

    /// The columns of a row whose statement begins with its record: by the names there, else those of the rows before it,
    /// unless these are of another table.
    fn columns_in(&self, insert: &Insert, shapes: &[String]) -> RecordColumns {
        let others = || (*insert != self.insert).then(|| columns_of(insert, shapes)).flatten();
        match insert.columns.is_empty() {
            true => others().unwrap_or_else(|| self.columns.clone()),
            false => {
                rows::more_than_created(insert, shapes).unwrap_or_else(|| RecordColumns::named(&insert.columns, shapes))
            }
        }
    }

    /// The block of a row whose command is in its record.
    fn block_of(&self, command: &[u8], row: &[u8]) -> CopyBlock {
        let known = self.block.iter().chain(&self.first_block).find(|block| block.command == command);
        known.cloned().unwrap_or_else(|| {
            let columns = copy::columns_of(command, row).unwrap_or_else(RecordColumns::of_database);
            CopyBlock { command: command.to_vec(), columns }
        })
    }

    /// The same rows after one of a block.
    fn within(&self, block: CopyBlock) -> SqlRows {
        // What is known of the last statement is forgotten with it.
        let insert = Insert::default();
        SqlRows { front: 0, insert, block: Some(block), place: ScanPlace::Lines, ..self.clone() }
    }
}

impl Form for SqlRows {
    fn dialect(&self) -> &'static str {
        self.name
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByRow::new(split::DumpRowEnds::new(self), limit))
    }

    fn has_heads(&self) -> bool {
        true
    }

    fn following(&self, record: &[u8], position: Position) -> Following {
        let mut cables = self.cables(record, position.front(self.front, record), position);
        let reached = cables.reaches();
        let created = cables.created().clone();
        let has_learned = created != self.created;
        let other = match (cables.command(), cables.insert().cloned()) {
            (Some(command), _) if cables.place() == ScanPlace::Lines => {
                let row = if reached { cables.row() } else { Some(CableRow::Line(0..0)) };
                let Some(CableRow::Line(row)) = row else { return Following::Unsaid };
                let block = self.block_of(command, &record[row]);
                if self.place == ScanPlace::Lines && self.block.as_ref() == Some(&block) && !has_learned {
                    return Following::Alike;
                }
                SqlRows { created, ..self.within(block) }
            }
            (_, Some(insert)) if reached => {
                if insert == self.insert && self.place == ScanPlace::AfterTuple && !has_learned {
                    return Following::Alike;
                }
                let Some(CableRow::Tuple(tuple)) = cables.row() else { return Following::Unsaid };
                let columns = self.columns_in(&insert, &values::shapes(record, &tuple, self.strings));
                let place = ScanPlace::AfterTuple;
                SqlRows { front: 0, insert, columns, block: None, place, created, ..self.clone() }
            }
            _ if reached || cables.statement() == 0 && !has_learned => return Following::Unsaid,
            // The record holds no row; it may end among the lines of a block, or begin among them.
            _ => match (self.place, cables.place()) {
                (ScanPlace::AfterTuple, ScanPlace::Outside) if !has_learned => return Following::Unsaid,
                (before, after) if before == after && !has_learned => return Following::Unsaid,
                (_, place) => SqlRows { front: 0, place, created, ..self.clone() },
            },
        };
        Following::Other(Arc::new(other))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        row::transcribe(self, bytes, position, file_name)
    }
}
