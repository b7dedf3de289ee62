//! Where a row ends: after its closing parenthesis, if another row follows.

use super::SqlRows;
use super::scan::{ScanPlace, Scanner, Strings, begins_with};
use crate::dialect::{Cut, Splitter};

/// Finds the rows of one table.
pub struct Tuples {
    table: String,
    strings: Strings,
    limit: usize,
    /// So many bytes of the record come before its statement: nothing but in the first.
    front: usize,
    place: ScanPlace,
    /// Bytes of a record that is larger than the limit.
    passed: usize,
}

impl Tuples {
    pub fn new(rows: &SqlRows, limit: usize) -> Tuples {
        let SqlRows { front, table, strings, .. } = rows.clone();
        Tuples { table, strings, limit, front, place: ScanPlace::Outside, passed: 0 }
    }

    fn scanner<'b>(&self, bytes: &'b [u8], place: ScanPlace) -> Scanner<'b> {
        Scanner::at(bytes, self.strings, Some(&self.table), place)
    }

    /// Cuts a record that has no end before the next statement that begins a line.
    fn resume(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        let statement = (0..).zip(bytes.iter()).filter(|&(_, &byte)| byte == b'\n').find_map(|(at, _)| {
            let line = &bytes[at + 1..];
            INSERTS.iter().any(|insert| begins_with(line, insert)).then_some(at + 1)
        });
        match statement {
            Some(at) => {
                (self.passed, self.place) = (0, ScanPlace::Outside);
                Cut::Record(at)
            }
            None if at_end => {
                self.passed = 0;
                Cut::Record(bytes.len())
            }
            None => match bytes.len().saturating_sub(INSERTS[0].len()) {
                0 => Cut::More,
                length => {
                    self.passed += length;
                    Cut::Part(length)
                }
            },
        }
    }
}

/// How a statement begins that may hold rows, the longest first.
const INSERTS: [&[u8]; 2] = [b"INSERT INTO ", b"INSERT ["];

impl Splitter for Tuples {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        if self.passed > 0 {
            return self.resume(bytes, at_end);
        }
        let seen = &bytes[..bytes.len().min(self.limit)];
        let row =
            self.scanner(seen, self.place).from(self.front.min(seen.len())).next_tuple().filter(|row| row.is_closed);
        match row.map(|row| row.range.end) {
            Some(end) => {
                let behind = &bytes[end..bytes.len().min(end + self.limit)];
                let is_followed = self.scanner(behind, ScanPlace::AfterTuple).reaches_another();
                // What follows the last row belongs to it, unless it is no end.
                if is_followed || behind.len() == self.limit {
                    (self.place, self.front) = (ScanPlace::AfterTuple, 0);
                    Cut::Record(end)
                } else if at_end {
                    Cut::Record(bytes.len())
                } else {
                    Cut::More
                }
            }
            None if bytes.len() > self.limit => {
                (self.passed, self.front) = (self.limit, 0);
                Cut::Part(self.limit)
            }
            None if at_end => Cut::Record(bytes.len()),
            None => Cut::More,
        }
    }
}
