//! Where an object ends: before the next line that begins one, or after its brace if another follows.

use super::scan::Brackets;
use crate::dialect::split::Starts;
use crate::dialect::{Cut, Splitter};

/// Objects that begin a line. No string of JSON holds a line end, so that a damaged object costs no other.
pub struct LineObjects;

impl Starts for LineObjects {
    const AHEAD: usize = 1;

    fn may_start(&self, line: &[u8]) -> bool {
        line.first() == Some(&b'{')
    }

    fn starts(&mut self, _: Option<&[u8]>, _: &[u8]) -> bool {
        true
    }
}

/// Objects within so many brackets.
pub struct ArrayObjects {
    depth: usize,
    limit: usize,
    /// How many brackets are open where the bytes begin.
    open: usize,
    /// Bytes of a record that is larger than the limit.
    passed: usize,
}

impl ArrayObjects {
    pub fn new(depth: usize, limit: usize) -> ArrayObjects {
        ArrayObjects { depth, limit, open: 0, passed: 0 }
    }

    /// Where the first object ends.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let mut brackets = Brackets::within(bytes, self.open);
        let mut within = false;
        loop {
            let bracket = brackets.next_bracket()?;
            within |= bracket.depth == self.depth && bracket.byte == b'{';
            if within && bracket.depth == self.depth && bracket.byte == b'}' {
                return Some(bracket.at + 1);
            }
        }
    }

    /// Whether another object begins after `end`.
    fn is_followed(&self, bytes: &[u8]) -> bool {
        let mut brackets = Brackets::within(bytes, self.depth);
        while let Some(bracket) = brackets.next_bracket() {
            if bracket.depth == self.depth && bracket.byte == b'{' {
                return true;
            }
        }
        false
    }

    /// Cuts a record that has no end before the next line that begins an object.
    fn resume(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        let object = memchr::memchr_iter(b'\n', bytes).find(|&end| {
            let line = bytes[end + 1..].iter().find(|byte| !matches!(byte, b' ' | b'\t'));
            line == Some(&b'{')
        });
        match object {
            Some(end) => {
                (self.passed, self.open) = (0, self.depth);
                Cut::Record(end + 1)
            }
            None if at_end => {
                self.passed = 0;
                Cut::Record(bytes.len())
            }
            None => match memchr::memrchr(b'\n', bytes).unwrap_or(bytes.len()) {
                0 if bytes.len() <= self.limit => Cut::More,
                0 => self.part(bytes.len()),
                length => self.part(length),
            },
        }
    }

    fn part(&mut self, length: usize) -> Cut {
        self.passed += length;
        Cut::Part(length)
    }
}

impl Splitter for ArrayObjects {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        if self.passed > 0 {
            return self.resume(bytes, at_end);
        }
        match self.end(&bytes[..bytes.len().min(self.limit)]) {
            Some(end) => {
                let behind = &bytes[end..bytes.len().min(end + self.limit)];
                // What follows the last object belongs to it, unless it is no end.
                if self.is_followed(behind) || behind.len() == self.limit {
                    self.open = self.depth;
                    Cut::Record(end)
                } else if at_end {
                    Cut::Record(bytes.len())
                } else {
                    Cut::More
                }
            }
            None if bytes.len() > self.limit => self.part(self.limit),
            None if at_end => Cut::Record(bytes.len()),
            None => Cut::More,
        }
    }
}
