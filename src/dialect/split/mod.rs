//! The bytes of a document to its records: where one cable ends and the next begins.
//!
//! A splitter sees bytes and answers with lengths. It does no I/O and never needs more than one record, and the
//! beginning of the next, at a time.

mod by_line;
mod by_page;
mod by_row;
mod tags;

use std::ops::Range;

pub(super) use by_line::{ByLine, Starts};
pub(super) use by_page::{ByPage, PageSigns, begins_web_page};
pub(super) use by_row::{ByRow, RowEnds, RowSearch};
pub(super) use tags::{TagStart, TagStarts, begins_tag};

/// Finds the ends of records, one after another.
///
/// The law, tested over all splitters: *any way of cutting a document into blocks gives the same records, and the
/// records tile the document*. The first takes what comes before it (a byte order mark, names of columns, comments),
/// the last takes the rest.
pub trait Splitter: Send {
    /// Looks for the end of the record that `bytes` begins with. `at_end` says that the document ends with `bytes`.
    ///
    /// After [`Cut::Record`] and [`Cut::Part`] the next call gets the bytes after them; after [`Cut::More`] it gets the
    /// same bytes and more. A record that ends with `bytes` is only reported when `at_end` is true, so that a record is
    /// the last of a document if and only if nothing is left after it.
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut;
}

/// What a splitter found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The record ends after so many bytes.
    Record(usize),
    /// So many bytes belong to a record that is larger than the limit. It continues, and no more of it need be kept;
    /// a [`Cut::Record`], perhaps of no bytes, ends it.
    Part(usize),
    /// The record does not end within these bytes. Never the answer at the end of a document.
    More,
}

/// The splitter of documents that are one record by their nature.
#[derive(Debug)]
pub struct WholeDocument {
    /// Bytes that a record may have.
    pub limit: usize,
}

impl Splitter for WholeDocument {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        match at_end {
            true => Cut::Record(bytes.len()),
            false if bytes.len() > self.limit => {
                self.limit = 0;
                Cut::Part(bytes.len())
            }
            false => Cut::More,
        }
    }
}

/// Where a record is among those of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// It is the whole document.
    Only,
    /// It begins the document.
    First,
    /// Others come before it and after it.
    Middle,
    /// It ends the document.
    Last,
}

impl Position {
    /// The position of record `number`, counted from 0.
    pub fn of(number: u32, is_last: bool) -> Position {
        match (number, is_last) {
            (0, true) => Position::Only,
            (0, false) => Position::First,
            (_, false) => Position::Middle,
            (_, true) => Position::Last,
        }
    }

    /// Whether the record begins its document.
    pub fn begins(self) -> bool {
        matches!(self, Position::Only | Position::First)
    }

    /// How many bytes of a record come before its row, where so many come before the first row of the document.
    pub fn front(self, front: usize, record: &[u8]) -> usize {
        if self.begins() { front.min(record.len()) } else { 0 }
    }

    /// Whether the record ends its document.
    pub fn ends(self) -> bool {
        matches!(self, Position::Only | Position::Last)
    }
}

/// The records of a document that is in memory.
pub fn ranges(splitter: &mut dyn Splitter, bytes: &[u8]) -> Vec<Range<usize>> {
    let mut records = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() || at > start {
        match splitter.next(&bytes[at..], true) {
            Cut::Record(length) => {
                at += length;
                records.push(start..at);
                start = at;
            }
            Cut::Part(length) => at += length,
            // No splitter answers so at the end; should one, what is left is its last record.
            Cut::More => {
                records.push(start..bytes.len());
                break;
            }
        }
    }
    records
}
