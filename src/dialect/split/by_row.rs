//! Documents whose rows are found by reading what is between them, such as other tables of a dump.

use super::{Cut, Splitter};

/// How the rows of a document are found from some place on.
pub trait RowEnds: Clone + Send {
    /// So many bytes of a record that has no end are kept, since the next one may begin in them.
    const KEPT: usize;

    /// The first row in these bytes. `at_end` says that the document ends with them.
    fn search(&self, bytes: &[u8], at_end: bool) -> RowSearch<Self>;

    /// How many of these bytes come before the next row for certain, and the rows after them; nothing where a row begins in
    /// these bytes. `at_end` says that the document ends with them.
    fn gap(&self, bytes: &[u8], at_end: bool) -> Option<(usize, Self)>;

    /// Where the next record begins after a row that is larger than the limit, and the rows from there on.
    fn resume(&self, bytes: &[u8]) -> Option<(usize, Self)>;
}

/// What a search for a row found.
pub enum RowSearch<R> {
    /// The row ends after so many bytes, and the others follow.
    Row(usize, R),
    /// None begins in so many bytes, and the rows after them.
    Gap(usize, R),
    /// A row that is not seen to its end, and where its middle is.
    Open(R),
}

/// Cuts a document after each row, if another follows. What is before a row belongs to it, unless it is too much: then it
/// is a record that holds none.
pub struct ByRow<R> {
    /// The rows after what was seen.
    rows: R,
    /// Bytes of the record, and after its row, that need not be looked at again.
    seen: usize,
    /// Where its row ends.
    end: Option<usize>,
    limit: usize,
    /// Bytes of the record that were given away as parts.
    passed: usize,
}

impl<R: RowEnds> ByRow<R> {
    /// Cuts records of at most `limit` bytes.
    pub fn new(rows: R, limit: usize) -> ByRow<R> {
        ByRow { rows, seen: 0, end: None, limit, passed: 0 }
    }

    fn record(&mut self, length: usize) -> Cut {
        (self.passed, self.seen, self.end) = (0, self.seen.saturating_sub(length), None);
        Cut::Record(length)
    }

    fn part(&mut self, length: usize) -> Cut {
        (self.passed, self.seen) = (self.passed + length, 0);
        Cut::Part(length)
    }

    /// Cuts a record that has no end before the next one.
    fn resume(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        match self.rows.resume(bytes) {
            Some((length, rows)) => {
                self.rows = rows;
                self.record(length)
            }
            None if at_end => self.record(bytes.len()),
            None => match bytes.len().saturating_sub(R::KEPT) {
                0 => Cut::More,
                length => self.part(length),
            },
        }
    }

    /// The answer where the row is not seen to its end.
    fn rest(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        if at_end { self.record(bytes.len()) } else { Cut::More }
    }

    /// Cuts after a row, if another follows. What follows the last row belongs to it, unless it is no end.
    fn after_row(&mut self, end: usize, bytes: &[u8], at_end: bool) -> Cut {
        let most = bytes.len().min(end + self.limit);
        let is_all = at_end && most == bytes.len();
        let Some((length, rows)) = self.rows.gap(&bytes[self.seen..most], is_all) else { return self.record(end) };
        (self.seen, self.rows) = (self.seen + length, rows);
        if most == end + self.limit { self.record(end) } else { self.rest(bytes, at_end) }
    }
}

impl<R: RowEnds> Splitter for ByRow<R> {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        if self.passed > 0 {
            return self.resume(bytes, at_end);
        }
        if let Some(end) = self.end {
            return self.after_row(end, bytes, at_end);
        }
        let is_full = bytes.len() > self.limit;
        match self.rows.search(&bytes[self.seen..bytes.len().min(self.limit)], at_end && !is_full) {
            RowSearch::Row(length, rows) => {
                let end = self.seen + length;
                (self.seen, self.rows, self.end) = (end, rows, Some(end));
                self.after_row(end, bytes, at_end)
            }
            RowSearch::Gap(length, rows) => {
                (self.seen, self.rows) = (self.seen + length, rows);
                match self.seen {
                    0 if is_full => self.part(self.limit),
                    seen if is_full => self.record(seen),
                    _ => self.rest(bytes, at_end),
                }
            }
            RowSearch::Open(rows) if is_full => {
                self.rows = rows;
                self.part(self.limit)
            }
            RowSearch::Open(_) => self.rest(bytes, at_end),
        }
    }
}
