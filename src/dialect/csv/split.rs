//! Where a row ends: before a line that begins as rows do, if the row before it is closed.
//!
//! Where a quote was lost or added, the number of the next row shows that it is one, and rows pasted into a text stay
//! in it.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::field::field_end;
use super::row::ends_closed;
use super::start::{LONGEST_LINE, RowStart, fields_between, first_line, line_end};
use super::{CsvRows, Escape, Marks};
use crate::dialect::joints::{before_client_lines, content_end, content_start, is_of_client, without_joints};
use crate::dialect::split::Starts;

/// The first of these ends, in their order, at which a row is complete. No byte of it is read twice.
pub fn first_closed(rows: &CsvRows, row: &[u8], mut ends: impl Iterator<Item = usize>) -> Option<usize> {
    let mut starts = CsvRowStarts::new(rows);
    ends.find(|&end| starts.is_closed(&row[..end]))
}

/// Finds the beginnings of rows.
pub struct CsvRowStarts {
    /// What is before the first row is part of the first record, and of no other.
    rows: CsvRows,
    start: Option<RowStart>,
    /// Number of the last row.
    number: Option<u64>,
    /// Whether a number was left out before.
    has_gaps: bool,
    /// What is known of the row before, which only grows until another begins.
    row: RowSoFar,
}

/// What is known of a row that is looked at again and again, with more lines each time: no byte of it is read twice.
#[derive(Debug, Default)]
struct RowSoFar {
    /// So many bytes of it hold so many quotes.
    quotes: (usize, usize),
    /// So many bytes of it have so many before the line ends after them.
    content: (usize, usize),
    /// How many columns are whole.
    columns: usize,
    /// Where the column after them begins.
    at: usize,
    /// So far no end of that column was found.
    from: usize,
    /// So many bytes of it come before empty rows, where it was complete there.
    closed: Option<usize>,
}

impl CsvRowStarts {
    pub fn new(rows: &CsvRows) -> CsvRowStarts {
        CsvRowStarts {
            rows: rows.clone(),
            start: RowStart::of(&rows.columns, rows.marks),
            number: None,
            has_gaps: false,
            row: RowSoFar::default(),
        }
    }

    /// Begins a record, or continues the front of one, with names of columns.
    fn accept_names(&mut self, rows: CsvRows) {
        *self = CsvRowStarts { has_gaps: self.has_gaps, ..CsvRowStarts::new(&rows) };
    }

    fn accept(&mut self, number: Option<u64>) {
        self.has_gaps |= self.number.zip(number).is_some_and(|(last, number)| !is_next(last, number));
        self.number = number;
        self.row = RowSoFar::default();
        self.rows.front = 0;
    }

    /// The number of the row that a line begins, where there is a column of numbers; `None` where it begins none. A
    /// quote may be lost or added in it.
    fn read(&self, line: &[u8]) -> Option<Option<u64>> {
        self.start.as_ref().map_or(Some(None), |start| start.read(line).or_else(|| start.read_loosely(line)))
    }

    /// The number of the row that a line begins, though quotes are damaged or one field is missing: only where the record
    /// before it ends for certain.
    fn followed_by(&mut self, record: &[u8], line: &[u8]) -> Option<Option<u64>> {
        let start = self.start.as_ref()?;
        let follows =
            |number: &Option<u64>| self.number.zip(*number).is_some_and(|(last, number)| is_next(last, number));
        let number = start.read_loosely(line).filter(follows).or_else(|| start.read_incomplete(line))?;
        self.is_closed(record).then_some(number)
    }

    /// Whether a record ends before a row in which the document ends.
    fn ends_before_cut_row(&mut self, record: &[u8], rest: &[u8]) -> bool {
        if rest.len() >= Self::AHEAD || memchr(b'\n', rest).is_some() || !self.is_closed(record) {
            return false;
        }
        let value = |(_, value): (Range<usize>, Range<usize>)| String::from_utf8_lossy(&rest[value]);
        let values: Vec<_> = fields_between(rest, self.rows.marks).map(value).collect();
        self.rows.columns.may_end_with(&values, self.row.trimmed(record).ends_with(&[self.rows.marks.quote]))
    }

    /// Whether the row before is complete.
    fn is_closed(&mut self, record: &[u8]) -> bool {
        if self.row.closed.is_some() {
            return true;
        }
        let (row, marks) = (self.row.trimmed(record), self.rows.marks);
        let row = &row[..before_client_lines(row)];
        let is_closed = match marks.escape {
            Escape::Backslash | Escape::BeforeQuote | Escape::Letters | Escape::Itself => {
                ends_closed(row, marks) && !self.opens_text(row)
            }
            // Where nothing is quoted, and no field before the texts shows a row, it ends with its last column.
            Escape::None => self.start.is_some() && self.has_even_quotes(record),
            Escape::Doubled | Escape::DoubledLetters | Escape::DoubledBoth => self.has_even_quotes(record),
            Escape::Either => {
                let backslash = Marks { escape: Escape::Backslash, ..marks };
                ends_closed(row, backslash) && !row.ends_with(&[marks.quote; 2]) || self.has_even_quotes(record)
            }
        };
        // Only a row that is known by its beginning may have line ends without quotes around them.
        let may_end_unquoted = self.start.is_some() || marks.has_backslashes() || marks.escape == Escape::None;
        is_closed || may_end_unquoted && self.ends_unquoted(row)
    }

    /// Whether a record that is complete has more empty rows than stay with it, before another; then these are a record of
    /// their own.
    fn are_too_many_empty(&mut self, record: &[u8]) -> bool {
        if !self.is_closed(record) {
            return false;
        }
        let closed = *self.row.closed.get_or_insert(record.len());
        let are_too_many = record.len() - closed > MOST_EMPTY;
        if are_too_many {
            (self.row, self.rows.front) = (RowSoFar::default(), 0);
        }
        are_too_many
    }

    fn has_even_quotes(&mut self, record: &[u8]) -> bool {
        let (counted, quotes) = self.row.quotes;
        let quotes = quotes + memchr_iter(self.rows.marks.quote, &record[counted..]).count();
        self.row.quotes = (record.len(), quotes);
        quotes.is_multiple_of(2)
    }

    /// Whether the last column of a row has no quotes around it, so that the line end closes it.
    fn ends_unquoted(&mut self, row: &[u8]) -> bool {
        self.reach_column(row) && !self.rows.marks.opens_quoted(row, self.row.at)
    }

    /// Goes to the column that a row ends in, so far, and says whether it is the last one.
    fn reach_column(&mut self, row: &[u8]) -> bool {
        let marks = self.rows.marks;
        while self.row.columns + 1 < self.rows.columns.0.len() {
            let start = self.row.at;
            let (ends, from) = match row.get(start) {
                None => return false,
                Some(_) if marks.opens_quoted(row, start) => field_end(row, self.row.from.max(start + 1), marks),
                Some(_) => unquoted_end(row, self.row.from.max(start), marks.delimiter),
            };
            self.row.from = from;
            if !ends {
                return false;
            }
            (self.row.columns, self.row.at) = (self.row.columns + 1, from);
        }
        true
    }

    /// Whether a quote at the end of a row begins its last column: the text after it begins with a line end.
    fn opens_text(&mut self, row: &[u8]) -> bool {
        let before = row.split_last().and_then(|(_, before)| before.last());
        let may_open = before.is_none_or(|&byte| byte == b'\n' || byte == self.rows.marks.delimiter);
        may_open && {
            self.reach_column(row);
            self.row.at + 1 == row.len()
        }
    }

    /// Whether a line of a row shows by its quotes that the row before it is not closed because one is lost.
    fn is_outside_texts(&self, line: &[u8]) -> bool {
        let may_be_doubled = matches!(
            self.rows.marks.escape,
            Escape::Doubled | Escape::DoubledLetters | Escape::DoubledBoth | Escape::Either
        );
        may_be_doubled && self.start.as_ref().is_some_and(|start| start.is_outside_texts(line))
    }

    /// Whether a row that is not closed ends all the same before one of that number.
    fn is_lost_end(&mut self, record: &[u8], number: Option<u64>) -> bool {
        let row = self.row.trimmed(record);
        match (self.number, number) {
            (Some(last), Some(number)) => {
                let is_later = is_next(last, number) || (self.has_gaps && number > last);
                row.last() == Some(&self.rows.marks.quote) && is_later
            }
            _ => ends_closed(row, self.rows.marks),
        }
    }
}

/// Whether a row has the number after that of the row before.
fn is_next(last: u64, number: u64) -> bool {
    last.checked_add(1) == Some(number)
}

/// So many bytes of empty rows stay with the row before them.
const MOST_EMPTY: usize = 64 * 1024;

impl Starts for CsvRowStarts {
    // A byte order mark and names may come before.
    const AHEAD: usize = 2 * LONGEST_LINE + 3;

    fn may_start(&self, line: &[u8]) -> bool {
        let line = without_joints(line);
        self.start.as_ref().is_none_or(|start| start.may_read(line))
            || self.rows.may_be_empty_row(line)
            || self.rows.may_be_names(line)
    }

    fn first(&mut self, line: &[u8]) {
        if self.rows.front <= 3 {
            self.number = line.get(self.rows.front..).and_then(|line| self.read(line)).flatten();
        }
    }

    fn starts(&mut self, before: Option<&[u8]>, rest: &[u8]) -> bool {
        let rest = &rest[..rest.len().min(Self::AHEAD)];
        let named = self.rows.below_names(rest);
        let rest = without_joints(rest);
        if let Some(record) = before
            && record.len() <= self.rows.front
        {
            if record.len() < self.rows.front {
                return false;
            }
            match named {
                Some(rows) => self.accept_names(rows.further(record.len())),
                None if self.rows.is_empty_row(rest) => self.rows.front += line_end(rest),
                None => self.number = self.read(rest).flatten(),
            }
            return false;
        }
        let record = before.map(|record| &record[self.rows.front..]);
        if self.rows.is_empty_row(rest) {
            return record.is_some_and(|record| self.are_too_many_empty(record));
        }
        if let Some(rows) = named {
            let ends = record.is_none_or(|record| self.is_closed(record));
            if ends {
                self.accept_names(rows);
            }
            return ends;
        }
        if self.start.is_none() && is_of_client(first_line(&rest[content_start(rest)..])) {
            return false;
        }
        let Some(number) = self.start.as_ref().map_or(Some(None), |start| start.read(rest)) else {
            let number = record.and_then(|record| self.followed_by(record, rest));
            if let Some(number) = number {
                self.accept(number);
            }
            return number.is_some() || record.is_some_and(|record| self.ends_before_cut_row(record, rest));
        };
        let ends = record.is_none_or(|record| {
            self.is_closed(record)
                || (self.start.is_some() && self.is_lost_end(record, number))
                || self.is_outside_texts(rest)
        });
        if ends {
            self.accept(number);
        }
        ends
    }
}

impl RowSoFar {
    /// The row without the line ends after it.
    fn trimmed<'r>(&mut self, record: &'r [u8]) -> &'r [u8] {
        let (seen, content) = self.content;
        let more = content_end(&record[seen..]);
        let content = if more == 0 { content } else { seen + more };
        self.content = (record.len(), content);
        &record[..content]
    }
}

/// Whether the column without quotes in which `from` is ends, and where the next one begins or the search continues.
fn unquoted_end(row: &[u8], from: usize, delimiter: u8) -> (bool, usize) {
    match memchr(delimiter, row.get(from..).unwrap_or_default()) {
        Some(ahead) => (true, from + ahead + 1),
        None => (false, row.len()),
    }
}
