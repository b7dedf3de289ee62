//! The rows of a `COPY … FROM stdin` block, as `pg_dump` writes them: a line each, tabs between the values.

use std::sync::Arc;

use memchr::{memchr, memchr_iter, memmem};

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::columns::RecordColumns;
use super::split::{ByLine, Starts};
use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter, table};

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
        let default = || CopyRows { command: Vec::new(), columns: RecordColumns::of_database() };
        Arc::new(sniff(head.bytes).unwrap_or_else(default))
    }
}

/// The rows of one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CopyRows {
    /// The line before the rows.
    command: Vec<u8>,
    columns: RecordColumns,
}

/// The first block that begins with rows of cables.
fn sniff(bytes: &[u8]) -> Option<CopyRows> {
    let starts = std::iter::once(0).chain(memmem::find_iter(bytes, b"\nCOPY ").map(|at| at + 1));
    starts.filter(|&start| bytes[start..].starts_with(b"COPY ")).find_map(|start| late(&bytes[start..]))
}

/// The block that these bytes begin with, if its rows hold cables.
pub(super) fn late(bytes: &[u8]) -> Option<CopyRows> {
    let end = memchr(b'\n', bytes)?;
    let command = &bytes[..end];
    let text = std::str::from_utf8(command).ok()?.trim_end();
    let text = text.strip_suffix(';')?.trim_end();
    let head = text
        .len()
        .checked_sub(FROM.len())
        .filter(|&at| text.is_char_boundary(at) && text[at..].eq_ignore_ascii_case(FROM))?;
    let names: Vec<&str> = match text[..head].split_once('(') {
        Some((_, names)) => names.trim_end().trim_end_matches(')').split(',').map(unquoted).collect(),
        None => Vec::new(),
    };
    let rows = bytes[end + 1..].split(|&byte| byte == b'\n').take_while(|row| !row.starts_with(b"\\."));
    let columns = rows.take(TRIED).find_map(|row| {
        let values: Vec<String> =
            row.split(|&byte| byte == b'\t').map(|value| String::from_utf8_lossy(value).into_owned()).collect();
        RecordColumns::fitting(&names, &values)
    })?;
    Some(CopyRows { command: command.to_vec(), columns })
}

/// So many rows are looked at: the first may be damaged.
const TRIED: usize = 20;

/// How the command ends.
const FROM: &str = " FROM stdin";

fn unquoted(name: &str) -> &str {
    name.trim().trim_matches('"')
}

impl Form for CopyRows {
    fn dialect(&self) -> &'static str {
        Copy.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(CopyRowStarts { command: self.command.clone(), place: LinePlace::Before }, limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        if row_start(&self.command, &bytes, position).is_none() {
            return Recognized::Ignored(NotACable::OtherText);
        }
        let read = |builder: &mut TranscriptBuilder<'_>| {
            let source = builder.source();
            let start = row_start(&self.command, source.as_bytes(), position).unwrap_or(0);
            let end = memchr(b'\n', &source.as_bytes()[start..]).map_or(source.len(), |length| start + length);
            let row = start..start + source[start..end].trim_end_matches('\r').len();
            table::put(builder, row, b'\t', &self.columns);
        };
        Recognized::of(transcribe(Copy.name(), bytes, file_name, Leftovers::None, read))
    }
}

/// Where the row of a record is: after the command in the first of the block, else at its beginning.
fn row_start(command: &[u8], record: &[u8], position: Position) -> Option<usize> {
    if !position.begins() && !record.starts_with(command) {
        return Some(0);
    }
    let at = memmem::find(record, command)?;
    let ends = memchr_iter(b'\n', &record[at..]).next()?;
    Some(at + ends + 1)
}

/// Every line of the block begins a row.
struct CopyRowStarts {
    command: Vec<u8>,
    place: LinePlace,
}

/// Where in a document a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinePlace {
    /// Before the block.
    Before,
    /// Before its first row.
    Command,
    /// Among its rows.
    Within,
    /// After it.
    Behind,
}

impl Starts for CopyRowStarts {
    const AHEAD: usize = 4096;

    fn may_start(&self, line: &[u8]) -> bool {
        match self.place {
            LinePlace::Before => line.starts_with(b"COPY "),
            LinePlace::Command | LinePlace::Within => true,
            LinePlace::Behind => false,
        }
    }

    fn first(&mut self, line: &[u8]) {
        if line.starts_with(&self.command) {
            self.place = LinePlace::Command;
        }
    }

    fn starts(&mut self, _: Option<&[u8]>, rest: &[u8]) -> bool {
        match self.place {
            LinePlace::Before if rest.starts_with(&self.command) => self.place = LinePlace::Command,
            LinePlace::Command => self.place = LinePlace::Within,
            LinePlace::Within if rest.starts_with(b"\\.") || rest.is_empty() => self.place = LinePlace::Behind,
            LinePlace::Within => return true,
            LinePlace::Before | LinePlace::Behind => {}
        }
        false
    }
}
