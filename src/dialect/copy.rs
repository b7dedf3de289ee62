//! The rows of `COPY … FROM stdin` blocks, as `pg_dump` writes them: a line each, tabs between the values.
//!
//! A dump may hold cables in several blocks, one a table or a partition, each with columns of its own.

use super::columns::RecordColumns;
use super::decode::without_mark;
use crate::lex::begins_in_any_case;

/// A block of rows that holds cables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CopyBlock {
    /// The line before the rows.
    pub command: Vec<u8>,
    pub columns: RecordColumns,
}

impl Default for CopyBlock {
    fn default() -> CopyBlock {
        CopyBlock { command: Vec::new(), columns: RecordColumns::of_database() }
    }
}

impl CopyBlock {
    /// The block that these bytes begin with, if it holds cables.
    pub fn at(bytes: &[u8]) -> Option<CopyBlock> {
        let mut lines = bytes.split(|&byte| byte == b'\n');
        let command = lines.next().filter(|line| begins_block(line))?;
        let columns = lines.take_while(|row| !ends_block(row)).take(TRIED).find_map(|row| columns_of(command, row))?;
        Some(CopyBlock { command: command.to_vec(), columns })
    }

    /// The first block that holds cables, and where it begins.
    pub fn first(bytes: &[u8]) -> Option<(usize, CopyBlock)> {
        let mark = bytes.len() - without_mark(bytes).len();
        let starts = std::iter::once(mark).chain(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1));
        starts
            .filter(|&start| begins_copy(&bytes[start..]))
            .find_map(|start| Some((start, CopyBlock::at(&bytes[start..])?)))
    }
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
    CopyCommand::of(line).is_some()
}

/// Whether a line ends a block. The document may end within it; a backslash alone is no row. What has values or escapes
/// after the sign is the rest of a row whose line end is damaged.
pub(super) fn ends_block(line: &[u8]) -> bool {
    let is_end = |rest: &[u8]| {
        let sign = memchr::memchr3(b'\n', b'\t', b'\\', rest);
        sign.is_none_or(|sign| rest[sign] == b'\n')
    };
    line.strip_prefix(END).is_some_and(is_end) || line == &END[..1]
}

/// The line before a block.
pub(super) struct CopyCommand<'l> {
    /// Names of the columns; none where they are not listed.
    pub names: Vec<&'l str>,
    /// How its rows are written, in lower case; empty where they are as `pg_dump` writes them.
    options: String,
}

impl CopyCommand<'_> {
    /// The command on a line, if it is one.
    pub fn of(line: &[u8]) -> Option<CopyCommand<'_>> {
        let text = std::str::from_utf8(Some(line).filter(|line| begins_copy(line))?).ok()?;
        let command = text.trim_end().strip_suffix(';')?;
        let from = memchr::memchr_iter(b' ', line).find(|&at| begins_in_any_case(&line[at..], FROM))?;
        let names = command.get(..from)?.split_once('(').map_or(Vec::new(), |(_, names)| {
            names.trim_end().trim_end_matches(')').split(',').map(|name| name.trim().trim_matches('"')).collect()
        });
        let options = command.get(from + FROM.len()..)?.trim().to_ascii_lowercase();
        Some(CopyCommand { names, options })
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

/// The columns of a row that holds a cable, below a command whose rows are as `pg_dump` writes them.
pub(super) fn columns_of(command: &[u8], row: &[u8]) -> Option<RecordColumns> {
    let command = CopyCommand::of(command).filter(|command| command.options.is_empty())?;
    let values: Vec<_> = row.split(|&byte| byte == b'\t').map(String::from_utf8_lossy).collect();
    RecordColumns::fitting(&command.names, &values)
}
