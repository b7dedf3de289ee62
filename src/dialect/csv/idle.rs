//! Lines between rows that hold none: the names of the columns once more, as where files were put together, and delimiters
//! alone, as spreadsheets write empty rows.

use memchr::memchr;

use super::CsvRows;
use crate::dialect::decode::without_mark;

impl CsvRows {
    /// The cheap look: whether a line that begins so can be such a line.
    pub fn may_be_idle(&self, line: &[u8]) -> bool {
        let is_blank = |first: u8| first == self.delimiter || matches!(first, b'"' | b' ' | 0xEF);
        line.first().is_some_and(|&first| is_blank(first) || self.names.first() == Some(&first))
    }

    /// Whether the first line of `bytes` is such a line.
    pub fn is_idle(&self, bytes: &[u8]) -> bool {
        if !self.may_be_idle(bytes) {
            return false;
        }
        let line = without_mark(&bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        !self.names.is_empty() && line == self.names || self.is_empty_row(line)
    }

    fn is_empty_row(&self, line: &[u8]) -> bool {
        line.iter().all(|&byte| byte == self.delimiter || matches!(byte, b'"' | b' '))
            && line.iter().filter(|&&byte| byte == self.delimiter).count() + 1 == self.columns.0.len()
    }

    /// Whether there are such lines in `bytes`, and nothing else.
    pub fn are_idle(&self, bytes: &[u8]) -> bool {
        let mut lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).peekable();
        lines.peek().is_some() && lines.all(|line| self.is_idle(line))
    }
}
