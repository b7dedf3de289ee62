//! Lines between rows that hold none: names of columns, as where files were put together, and delimiters alone, as
//! spreadsheets write empty rows.
//!
//! Names are in the record of the row after them, and say how it and those after it are read. Empty rows stay with the row
//! before them, unless they are very many.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr_iter, memrchr};

use super::split::first_closed;
use super::start::line_end;
use super::{CsvRows, DELIMITERS, sniff};
use crate::dialect::columns::LONGEST_NAME;
use crate::dialect::copy::{begins_copy, ends_block};
use crate::dialect::joints::{before_client_lines, content_end, content_start, without_joints};
use crate::dialect::{Following, Position};

impl CsvRows {
    /// How the row of a record is read, and how many bytes of the record come before it.
    pub fn of_record(&self, record: &[u8], position: Position) -> (Cow<'_, CsvRows>, usize) {
        let (mut rows, mut at) = (Cow::Borrowed(self), position.front(self.front, record));
        loop {
            at += content_start(&record[at..]);
            let rest = &record[at..];
            if let Some(below) = rows.below_names(rest) {
                at += below.front;
                rows = Cow::Owned(below);
            } else if rows.is_empty_row(rest) {
                at += line_end(rest);
            } else {
                return (rows, at);
            }
        }
    }

    /// What a record says of those after it.
    pub fn said_by(&self, record: &[u8], position: Position) -> Following {
        match self.of_record(record, position).0 {
            Cow::Borrowed(_) => Following::Unsaid,
            Cow::Owned(rows) if rows.clone().after(self.front) == *self => Following::Alike,
            Cow::Owned(rows) => Following::Other(Arc::new(rows.after(0))),
        }
    }

    /// Where the row is that begins after `front` bytes of a record: blank lines around it, empty rows and lines of a client
    /// after it and what comes after the line that ends the rows of a dump are no part of it.
    pub fn row_after(&self, record: &[u8], front: usize) -> Range<usize> {
        let start = front + content_start(&record[front..]);
        let record = if begins_copy(&self.names) { &record[..end_of_rows(record, start)] } else { record };
        let row = &record[start..];
        let end = before_client_lines(row);
        let (mut ends, mut before) = (Vec::new(), end);
        while let Some(line) = memrchr(b'\n', &row[..before]).map(|end| end + 1)
            && self.is_empty_row(&row[line..before])
        {
            before = content_end(&row[..line]);
            ends.push(before);
        }
        // A text may hold such a line, too.
        let closed = first_closed(self, row, ends.into_iter().rev());
        start..start + closed.unwrap_or(end)
    }

    /// The cheap look: whether a line that begins so can be an empty row.
    pub fn may_be_empty_row(&self, line: &[u8]) -> bool {
        line.first().is_some_and(|&first| first == self.marks.delimiter || first == self.marks.quote || first == b' ')
    }

    /// Whether the first line of `bytes` is an empty row.
    pub fn is_empty_row(&self, bytes: &[u8]) -> bool {
        if !self.may_be_empty_row(bytes) {
            return false;
        }
        let line = bytes[..line_end(bytes)].trim_ascii_end();
        let is_sign = |byte: u8| byte == self.marks.delimiter || byte == self.marks.quote || byte == b' ';
        line.iter().all(|&byte| is_sign(byte))
            && line.iter().filter(|&&byte| byte == self.marks.delimiter).count() + 1 == self.columns.0.len()
    }

    /// The cheap look: whether a line that begins so can hold names of columns.
    pub fn may_be_names(&self, line: &[u8]) -> bool {
        let line = without_joints(line);
        let unquoted = |bytes: &'_ [u8]| usize::from(matches!(bytes.first(), Some(b'"' | b'\'')));
        let name = &line[unquoted(line)..];
        let is_sign = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = name.iter().take(LONGEST_NAME).take_while(is_sign).count();
        let after = &name[length..];
        // The column of an index may have no name.
        let is_name = name.first().is_none_or(|first| !first.is_ascii_digit());
        let is_ended = after[unquoted(after)..].first().is_some_and(|byte| DELIMITERS.contains(byte));
        is_name && is_ended || !self.names.is_empty() && line.starts_with(&self.names)
    }

    /// The rows below the names that `bytes` begin with: the same names as above, or others.
    pub fn below_names(&self, bytes: &[u8]) -> Option<CsvRows> {
        if !self.may_be_names(bytes) {
            return None;
        }
        let mark = bytes.len() - without_joints(bytes).len();
        let end = line_end(bytes);
        if !self.names.is_empty() && bytes[mark..end].trim_ascii_end() == self.names {
            return Some(self.clone().after(end));
        }
        let named = sniff::named(&bytes[mark..])?;
        // One row shows too little of its document.
        Some(CsvRows { dialect: self.dialect, slashes: self.slashes, ..named }.after(end))
    }
}

/// Where the first line is after `start` that ends the rows of a dump, outside of quotes; else the end.
fn end_of_rows(bytes: &[u8], start: usize) -> usize {
    let mut is_quoted = false;
    let mut counted = start;
    let ends = memchr_iter(b'\n', &bytes[start..]).map(|ahead| start + ahead);
    let mut ends = ends.filter(|&end| {
        is_quoted ^= memchr_iter(b'"', &bytes[counted..end]).count() % 2 == 1;
        counted = end;
        !is_quoted && ends_block(&bytes[end + 1..])
    });
    ends.next().unwrap_or(bytes.len())
}
