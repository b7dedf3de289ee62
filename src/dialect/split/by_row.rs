//! Documents whose rows are found by reading what is between them, such as other tables of a dump.

use super::{Cut, Splitter};

/// How the rows of a document are found, and where among them the bytes begin.
pub trait Rows: Clone + Send {
    /// So many bytes of a record that has no end are kept, since the next one may begin in them.
    const KEPT: usize;

    /// The first row in these bytes.
    fn search(&self, bytes: &[u8]) -> RowSearch<Self>;

    /// Whether another row begins in these bytes. `at_end` says that the document ends with them.
    fn are_followed(&self, behind: &[u8], at_end: bool) -> bool;

    /// Where the next record begins after a row that is larger than the limit, and the rows from there on.
    fn resume(&self, bytes: &[u8]) -> Option<(usize, Self)>;
}

/// What a search for a row found.
pub enum RowSearch<R> {
    /// The row ends after so many bytes, and the others follow.
    Row(usize, R),
    /// There is none that begins in so many bytes; what comes then is not seen to its end.
    Gap(usize, R),
    /// A row that is not seen to its end, and where its middle is.
    Open(R),
}

/// Cuts a document after each row, if another follows. What is before a row belongs to it, unless it is too much: then it
/// is a record that holds none.
pub struct ByRow<R> {
    rows: R,
    limit: usize,
    /// Bytes of the record that were given away as parts.
    passed: usize,
}

impl<R: Rows> ByRow<R> {
    /// Cuts records of at most `limit` bytes.
    pub fn new(rows: R, limit: usize) -> ByRow<R> {
        ByRow { rows, limit, passed: 0 }
    }

    fn record(&mut self, length: usize, rows: R) -> Cut {
        (self.passed, self.rows) = (0, rows);
        Cut::Record(length)
    }

    /// Cuts a record that has no end before the next one.
    fn resume(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        match self.rows.resume(bytes) {
            Some((length, rows)) => self.record(length, rows),
            None if at_end => {
                self.passed = 0;
                Cut::Record(bytes.len())
            }
            None => match bytes.len().saturating_sub(R::KEPT) {
                0 => Cut::More,
                length => {
                    self.passed += length;
                    Cut::Part(length)
                }
            },
        }
    }
}

impl<R: Rows> Splitter for ByRow<R> {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        if self.passed > 0 {
            return self.resume(bytes, at_end);
        }
        let found = self.rows.search(&bytes[..bytes.len().min(self.limit)]);
        match found {
            RowSearch::Row(end, rows) => {
                let behind = &bytes[end..bytes.len().min(end + self.limit)];
                // What follows the last row belongs to it, unless it is no end.
                if rows.are_followed(behind, at_end) || behind.len() == self.limit {
                    self.record(end, rows)
                } else if at_end {
                    Cut::Record(bytes.len())
                } else {
                    Cut::More
                }
            }
            RowSearch::Gap(length, rows) if length > 0 && bytes.len() > self.limit => self.record(length, rows),
            RowSearch::Gap(_, rows) | RowSearch::Open(rows) if bytes.len() > self.limit => {
                (self.passed, self.rows) = (self.limit, rows);
                Cut::Part(self.limit)
            }
            _ if at_end => Cut::Record(bytes.len()),
            _ => Cut::More,
        }
    }
}
