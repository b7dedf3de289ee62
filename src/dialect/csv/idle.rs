//! Lines between rows that hold none: the names of the columns once more, as where files were put together, and delimiters
//! alone, as spreadsheets write empty rows.

use memchr::memchr;

use super::CsvRows;
use crate::dialect::decode::without_mark;

/// How such lines look in one document.
pub struct IdleLines {
    /// The line of names; empty where there is none.
    names: Vec<u8>,
    delimiter: u8,
    columns: usize,
}

impl IdleLines {
    pub fn of(rows: &CsvRows) -> IdleLines {
        IdleLines { names: rows.names.clone(), delimiter: rows.delimiter, columns: rows.columns.0.len() }
    }

    /// The cheap look: whether a line that begins so can be one.
    pub fn may_hold(&self, line: &[u8]) -> bool {
        let blank = |first: u8| first == self.delimiter || matches!(first, b'"' | b' ' | 0xEF);
        line.first().is_some_and(|&first| blank(first) || self.names.first() == Some(&first))
    }

    /// Whether the first line of `bytes` is one.
    pub fn hold(&self, bytes: &[u8]) -> bool {
        if !self.may_hold(bytes) {
            return false;
        }
        let line = without_mark(&bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        !self.names.is_empty() && line == self.names || self.is_blank(line)
    }

    fn is_blank(&self, line: &[u8]) -> bool {
        line.iter().all(|&byte| byte == self.delimiter || matches!(byte, b'"' | b' '))
            && line.iter().filter(|&&byte| byte == self.delimiter).count() + 1 == self.columns
    }

    /// Whether there are such lines in `bytes`, and nothing else.
    pub fn are_all(&self, bytes: &[u8]) -> bool {
        let mut lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).peekable();
        lines.peek().is_some() && lines.all(|line| self.hold(line))
    }
}
