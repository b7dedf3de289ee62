//! Where an object ends: before the brace of the next one.

use memchr::{memchr3, memrchr};

use super::scan::Brackets;
use crate::dialect::{Cut, Splitter};

/// Objects in no brackets, one behind another, with line ends between them or without. A brace that begins a line begins an
/// object whatever is open there: no string of JSON holds a line end, so that a damaged object costs no other.
pub struct OuterObjects {
    limit: usize,
    /// Bytes of the record that were given away as parts.
    passed: usize,
    /// Bytes of it that were looked at.
    seen: usize,
    /// Whether its object has begun.
    is_begun: bool,
    /// Brackets that are open.
    depth: usize,
    /// Whether a string is open.
    in_string: bool,
}

impl OuterObjects {
    pub fn new(limit: usize) -> OuterObjects {
        OuterObjects { limit, passed: 0, seen: 0, is_begun: false, depth: 0, in_string: false }
    }

    /// The next byte that matters; what comes before it was looked at.
    fn mark(&mut self, bytes: &[u8]) -> Option<u8> {
        let rest = &bytes[self.seen..];
        let ahead = match self.in_string {
            true => memchr3(b'"', b'\\', b'\n', rest),
            false => rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b'\n')),
        };
        self.seen += ahead.unwrap_or(rest.len());
        bytes.get(self.seen).copied()
    }

    /// Where the next object begins.
    fn end(&mut self, bytes: &[u8], at_end: bool) -> Option<usize> {
        while let Some(mark) = self.mark(bytes) {
            let next = bytes.get(self.seen + 1);
            match mark {
                b'\\' | b'\n' if next.is_none() && !at_end => return None,
                b'\\' => self.seen += 1,
                b'\n' => {
                    self.in_string = false;
                    if next == Some(&b'{') {
                        self.depth = 0;
                    }
                }
                b'"' => self.in_string = !self.in_string,
                b'{' if self.depth == 0 && self.is_begun => return Some(self.seen),
                b'{' | b'[' => {
                    self.is_begun |= mark == b'{';
                    self.depth += 1;
                }
                _ => self.depth = self.depth.saturating_sub(1),
            }
            self.seen = bytes.len().min(self.seen + 1);
        }
        None
    }
}

impl Splitter for OuterObjects {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        let end = self.end(bytes, at_end).or(at_end.then_some(bytes.len()));
        if let Some(end) = end {
            *self = OuterObjects::new(self.limit);
            return Cut::Record(end);
        }
        if self.seen == 0 || self.passed + self.seen <= self.limit {
            return Cut::More;
        }
        let length = std::mem::take(&mut self.seen);
        self.passed += length;
        Cut::Part(length)
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
            None => match memrchr(b'\n', bytes).unwrap_or(bytes.len()) {
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
