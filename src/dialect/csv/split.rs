//! Where a row ends: before a line that begins as rows do, if the row before it is closed.
//!
//! Where a quote was lost or added, the number of the next row shows that it is one, and rows pasted into a text stay
//! in it.

use memchr::memchr_iter;

use super::field::{FieldEnd, field_at};
use super::row::ends_closed;
use super::start::{LONGEST_LINE, RowStart};
use super::{CsvRows, Escape};
use crate::dialect::split::{RecordBefore, Starts};

/// Finds the beginnings of rows.
pub struct CsvRowStarts {
    start: Option<RowStart>,
    delimiter: u8,
    escape: Escape,
    columns: usize,
    /// So many bytes of the record come before its row: nothing but in the first.
    front: usize,
    /// Number of the last row.
    number: Option<u64>,
    /// Whether a number was left out before.
    has_gaps: bool,
    /// So many bytes of the row hold so many quotes.
    quotes: (usize, usize),
}

impl CsvRowStarts {
    pub fn new(rows: &CsvRows) -> CsvRowStarts {
        CsvRowStarts {
            start: RowStart::of(&rows.columns, rows.delimiter, rows.escape),
            delimiter: rows.delimiter,
            escape: rows.escape,
            columns: rows.columns.0.len(),
            front: rows.front,
            number: None,
            has_gaps: false,
            quotes: (0, 0),
        }
    }

    fn accept(&mut self, number: Option<u64>) {
        self.has_gaps |= self.number.zip(number).is_some_and(|(last, number)| number != last + 1);
        self.number = number;
        self.quotes = (0, 0);
        self.front = 0;
    }

    /// The number of the row that a line begins, where there is a column of numbers; `None` where it begins none. A
    /// quote may be lost or added in it.
    fn read(&self, line: &[u8]) -> Option<Option<u64>> {
        self.start.as_ref().map_or(Some(None), |start| start.read(line).or_else(|| start.read_loosely(line)))
    }

    /// Whether a record ends before a line that begins a row but for its quotes: only where nothing else is damaged.
    fn is_followed(&mut self, record: &[u8], line: &[u8]) -> Option<u64> {
        let number = self.start.as_ref()?.read_loosely(line).flatten()?;
        let is_next = self.number.is_some_and(|last| number == last + 1);
        (is_next && self.is_closed(record)).then_some(number)
    }

    /// Whether the row before is complete.
    fn is_closed(&mut self, record: &[u8]) -> bool {
        let row = trimmed(record);
        match self.escape {
            Escape::Backslash => ends_closed(row, Escape::Backslash) || self.ends_unquoted(row),
            Escape::Doubled => self.has_even_quotes(record),
            Escape::Either => {
                ends_closed(row, Escape::Backslash) && !row.ends_with(b"\"\"") || self.has_even_quotes(record)
            }
        }
    }

    fn has_even_quotes(&mut self, record: &[u8]) -> bool {
        let (counted, quotes) = self.quotes;
        let quotes = quotes + memchr_iter(b'"', &record[counted..]).count();
        self.quotes = (record.len(), quotes);
        quotes.is_multiple_of(2)
    }

    /// Whether the last column of a row has no quotes around it, so that the line end closes it.
    fn ends_unquoted(&self, row: &[u8]) -> bool {
        let mut next = Some(0);
        for _ in 1..self.columns {
            let Some(at) = next else { return false };
            let (value, behind) = field_at(row, at, self.delimiter, self.escape);
            if value.end == FieldEnd::Unclosed {
                return false;
            }
            next = behind;
        }
        next.is_some_and(|at| row.get(at) != Some(&b'"'))
    }

    /// Whether a row that is not closed ends all the same before one of that number.
    fn is_lost_end(&self, record: &[u8], number: Option<u64>) -> bool {
        let row = trimmed(record);
        match (self.number, number) {
            (Some(last), Some(number)) => {
                row.ends_with(b"\"") && (number == last + 1 || (self.has_gaps && number > last))
            }
            _ => ends_closed(row, self.escape),
        }
    }
}

impl Starts for CsvRowStarts {
    // A byte order mark may come before.
    const AHEAD: usize = LONGEST_LINE + 3;

    fn may_start(&self, line: &[u8]) -> bool {
        self.start.as_ref().is_none_or(|start| start.may_read(line))
    }

    fn first(&mut self, line: &[u8]) {
        if self.front <= 3 {
            self.number = line.get(self.front..).and_then(|line| self.read(line)).flatten();
        }
    }

    fn starts(&mut self, before: RecordBefore<'_>, rest: &[u8]) -> bool {
        if let RecordBefore::Record(record) = before
            && record.len() <= self.front
        {
            if record.len() == self.front {
                self.number = self.read(rest).flatten();
            }
            return false;
        }
        let record = match before {
            RecordBefore::Record(record) => Some(&record[self.front..]),
            RecordBefore::TooLarge => None,
        };
        let Some(number) = self.start.as_ref().map_or(Some(None), |start| start.read(rest)) else {
            let number = record.and_then(|record| self.is_followed(record, rest));
            if number.is_some() {
                self.accept(number);
            }
            return number.is_some();
        };
        let ends = record
            .is_none_or(|record| self.is_closed(record) || (self.start.is_some() && self.is_lost_end(record, number)));
        if ends {
            self.accept(number);
        }
        ends
    }
}

/// A row without the line ends after it.
fn trimmed(record: &[u8]) -> &[u8] {
    let end = record.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    &record[..end]
}
