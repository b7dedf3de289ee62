//! The rows of `COPY … FROM stdin` blocks, as `pg_dump` writes them: a line each, tabs between the values.
//!
//! A dump may hold cables in several blocks, one a table or a partition, each with columns of its own.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::columns::RecordColumns;
use super::split::{ByRow, RowEnds, RowSearch};
use super::{Confidence, Dialect, Following, Form, Head, NotACable, Position, Recognized, Splitter, table};
use crate::lex::begins_in_any_case;

/// The dialect.
#[derive(Debug)]
pub struct Copy;

impl Dialect for Copy {
    fn name(&self) -> &'static str {
        "copy"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if sniff(head.bytes).is_some() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(sniff(head.bytes).unwrap_or_else(|| CopyRows::of(CopyBlock::default())))
    }
}

/// How the rows are written that come after a line of a dump.
#[derive(Clone, Debug)]
pub(super) struct CopyRows {
    /// The first block that holds cables.
    first: CopyBlock,
    /// The block that a record begins in; none where it begins between blocks, or among rows that are no cables.
    open: Option<CopyBlock>,
}

/// A block of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CopyBlock {
    /// The line before the rows.
    command: Vec<u8>,
    columns: RecordColumns,
}

impl Default for CopyBlock {
    fn default() -> CopyBlock {
        CopyBlock { command: Vec::new(), columns: RecordColumns::of_database() }
    }
}

/// The rows of the first block that holds cables.
fn sniff(bytes: &[u8]) -> Option<CopyRows> {
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1));
    starts.filter(|&start| begins_copy(&bytes[start..])).find_map(|start| late(&bytes[start..]))
}

/// The rows of the block that these bytes begin with, if they hold cables.
pub(super) fn late(bytes: &[u8]) -> Option<CopyRows> {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let command = lines.next()?;
    let names = names(command)?;
    let columns = lines.take_while(|row| !ends_block(row)).take(TRIED).find_map(|row| columns_of(&names, row))?;
    Some(CopyRows::of(CopyBlock { command: command.to_vec(), columns }))
}

/// So many rows are looked at: the first may be damaged.
const TRIED: usize = 20;

/// How a command begins.
const COPY: &[u8] = b"COPY ";
/// What comes after the columns in it.
const FROM: &[u8] = b" FROM stdin";
/// How the line begins that ends a block.
const END: &[u8] = b"\\.";

/// Whether a line begins as the command before a block does.
pub(super) fn begins_copy(line: &[u8]) -> bool {
    begins_in_any_case(line, COPY)
}

/// Whether a line is the command before a block.
pub(super) fn begins_block(line: &[u8]) -> bool {
    Command::of(line).is_some()
}

/// Whether a line ends a block. The document may end within it; a backslash alone is no row.
pub(super) fn ends_block(line: &[u8]) -> bool {
    line.starts_with(END) || line == &END[..1]
}

/// The line before a block.
pub(super) struct Command<'l> {
    /// Names of the columns; none where they are not listed.
    pub names: Vec<&'l str>,
    /// How its rows are written, in lower case; empty where they are as `pg_dump` writes them.
    options: String,
}

impl Command<'_> {
    /// The command on a line, if it is one.
    pub fn of(line: &[u8]) -> Option<Command<'_>> {
        let text = std::str::from_utf8(Some(line).filter(|line| begins_copy(line))?).ok()?;
        let command = text.trim_end().strip_suffix(';')?;
        let from = memchr::memchr_iter(b' ', line).find(|&at| begins_in_any_case(&line[at..], FROM))?;
        let names = command.get(..from)?.split_once('(').map_or(Vec::new(), |(_, names)| {
            names.trim_end().trim_end_matches(')').split(',').map(|name| name.trim().trim_matches('"')).collect()
        });
        let options = command.get(from + FROM.len()..)?.trim().to_ascii_lowercase();
        Some(Command { names, options })
    }

    /// Whether its rows are CSV.
    pub fn is_csv(&self) -> bool {
        self.words().any(|word| word == "csv")
    }

    /// Whether names come before its rows.
    pub fn has_header(&self) -> bool {
        let mut words = self.words().skip_while(|&word| word != "header").skip(1);
        self.words().any(|word| word == "header") && !matches!(words.next(), Some("false" | "off" | "0"))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.options.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
    }
}

/// The names of the columns in a command, if a line is one whose rows are as `pg_dump` writes them.
fn names(line: &[u8]) -> Option<Vec<&str>> {
    Command::of(line).filter(|command| command.options.is_empty()).map(|command| command.names)
}

/// The columns of a row that holds a cable.
fn columns_of(names: &[&str], row: &[u8]) -> Option<RecordColumns> {
    let values: Vec<_> = row.split(|&byte| byte == b'\t').map(String::from_utf8_lossy).collect();
    RecordColumns::fitting(names, &values)
}

impl CopyRows {
    fn of(first: CopyBlock) -> CopyRows {
        CopyRows { first, open: None }
    }

    /// The lines of a record, or of its text.
    fn lines<'b>(&'b self, record: &'b [u8], position: Position) -> CopyLines<'b> {
        let open = self.open.as_ref().filter(|_| !position.begins());
        let place = if open.is_some() { LinePlace::Cables } else { LinePlace::Outside };
        let known = [Some(&self.first), self.open.as_ref()].map(|block| block.map(|block| block.command.as_slice()));
        CopyLines { bytes: record, at: 0, gap: 0, place, command: None, known, at_end: position.ends() }
    }

    /// The block of a row whose command is in its record.
    fn block(&self, command: &[u8], row: &[u8]) -> CopyBlock {
        let known = self.open.iter().chain([&self.first]).find(|block| block.command == command);
        known.cloned().unwrap_or_else(|| {
            let columns = names(command).and_then(|names| columns_of(&names, row));
            CopyBlock { command: command.to_vec(), columns: columns.unwrap_or_else(|| self.first.columns.clone()) }
        })
    }
}

impl Form for CopyRows {
    fn dialect(&self) -> &'static str {
        Copy.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        let open = self.open.as_ref().map(|block| block.command.clone());
        Box::new(ByRow::new(CopySplit { first: self.first.command.clone(), open, place: LinePlace::Outside }, limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn has_heads(&self) -> bool {
        true
    }

    fn following(&self, record: &[u8], position: Position) -> Following {
        let mut lines = self.lines(record, position);
        let row = lines.next_row().unwrap_or(0..0);
        let open = match (lines.place, lines.command) {
            (LinePlace::Cables, Some(command)) => Some(self.block(command, &record[row])),
            (LinePlace::Cables, None) => return Following::Unsaid,
            (LinePlace::Outside | LinePlace::Untold(_), _) => None,
        };
        match open == self.open {
            true => Following::Alike,
            false => Following::Other(Arc::new(CopyRows { open, ..self.clone() })),
        }
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let mut lines = self.lines(&bytes, position);
        let Some(row) = lines.next_row() else { return Recognized::Ignored(NotACable::OtherText) };
        let own = lines.command.map(|command| self.block(command, &bytes[row]));
        let columns = own.as_ref().or(self.open.as_ref()).unwrap_or(&self.first).columns.clone();
        let read = |builder: &mut TranscriptBuilder<'_>| {
            let source = builder.source();
            let Some(row) = self.lines(source.as_bytes(), position).next_row() else { return };
            let is_cut = row.end == source.len();
            let row = row.start..row.start + source[row].trim_end_matches('\r').len();
            match is_cut {
                true => table::put_cut(builder, row, b'\t', &columns),
                false => table::put(builder, row, b'\t', &columns),
            }
        };
        Recognized::of(transcribe(Copy.name(), bytes, file_name, Leftovers::None, read))
    }
}

/// Goes from row to row. Any row of a block that is known is one, whatever it holds; in another block the first that shows
/// it is, and those after it.
struct CopyLines<'b> {
    bytes: &'b [u8],
    /// Where the next line begins.
    at: usize,
    /// What comes before is no row, and says nothing of those that come.
    gap: usize,
    place: LinePlace,
    /// The command of the block, where it was seen.
    command: Option<&'b [u8]>,
    /// The commands of blocks that are known to hold cables.
    known: [Option<&'b [u8]>; 2],
    /// Whether no more bytes come, so that a line that has no end is one.
    at_end: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinePlace {
    /// Between the blocks that hold cables.
    Outside,
    /// A row of a block of which so many have shown no cable.
    Untold(usize),
    /// A row of a block that holds cables.
    Cables,
}

impl<'b> CopyLines<'b> {
    /// The next row, without its line end.
    fn next_row(&mut self) -> Option<Range<usize>> {
        loop {
            let start = self.at;
            if !matches!(self.place, LinePlace::Untold(_)) {
                self.gap = start;
            }
            let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
            let end = memchr(b'\n', rest).map(|length| start + length).or(self.at_end.then_some(self.bytes.len()))?;
            let line = &self.bytes[start..end];
            self.at = self.bytes.len().min(end + 1);
            if names(line).is_some() {
                (self.command, self.gap) = (Some(line), start);
                let is_known = self.known.contains(&self.command);
                self.place = if is_known { LinePlace::Cables } else { LinePlace::Untold(0) };
                continue;
            }
            self.place = self.place_of(line);
            if self.place == LinePlace::Cables {
                return Some(start..end);
            }
        }
    }

    /// What a line is that is no command, and what comes after it.
    fn place_of(&self, line: &[u8]) -> LinePlace {
        let is_cable = || self.command.and_then(names).is_some_and(|names| columns_of(&names, line).is_some());
        match self.place {
            _ if ends_block(line) => LinePlace::Outside,
            LinePlace::Untold(_) if is_cable() => LinePlace::Cables,
            LinePlace::Untold(tried) if tried + 1 < TRIED => LinePlace::Untold(tried + 1),
            LinePlace::Outside | LinePlace::Untold(_) => LinePlace::Outside,
            LinePlace::Cables => LinePlace::Cables,
        }
    }
}

/// The blocks that hold cables, to a splitter.
#[derive(Clone)]
struct CopySplit {
    /// The command of the first.
    first: Vec<u8>,
    /// That of the last that was seen.
    open: Option<Vec<u8>>,
    /// What the bytes begin with.
    place: LinePlace,
}

impl CopySplit {
    fn lines<'b>(&'b self, bytes: &'b [u8], at_end: bool) -> CopyLines<'b> {
        let known = [Some(self.first.as_slice()), self.open.as_deref()];
        CopyLines { bytes, at: 0, gap: 0, place: self.place, command: None, known, at_end }
    }

    /// The blocks after these lines.
    fn after(&self, lines: &CopyLines<'_>) -> CopySplit {
        let open = lines.command.filter(|_| lines.place == LinePlace::Cables).map(<[u8]>::to_vec);
        CopySplit { open: open.or_else(|| self.open.clone()), place: lines.place, ..self.clone() }
    }
}

impl RowEnds for CopySplit {
    const KEPT: usize = 1;

    fn search(&self, bytes: &[u8]) -> RowSearch<CopySplit> {
        let mut lines = self.lines(bytes, false);
        match lines.next_row() {
            Some(_) => RowSearch::Row(lines.at, self.after(&lines)),
            None if lines.place == LinePlace::Cables => RowSearch::Open(self.after(&lines)),
            None => RowSearch::Gap(lines.gap, CopySplit { place: LinePlace::Outside, ..self.clone() }),
        }
    }

    fn gap(&self, bytes: &[u8], at_end: bool) -> Option<(usize, CopySplit)> {
        let mut lines = self.lines(bytes, at_end);
        match lines.next_row() {
            Some(_) => None,
            None if lines.place == LinePlace::Cables => Some((0, self.clone())),
            None => Some((lines.gap, CopySplit { place: LinePlace::Outside, ..self.clone() })),
        }
    }

    fn resume(&self, bytes: &[u8]) -> Option<(usize, CopySplit)> {
        // What ends with these bytes may end with the document.
        let end = memchr(b'\n', &bytes[..bytes.len().saturating_sub(1)])?;
        Some((end + 1, self.clone()))
    }
}
