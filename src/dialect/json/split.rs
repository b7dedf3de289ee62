//! Where an object ends: before the brace of the next one.

use memchr::{memchr3, memrchr};

use super::IsRecord;
use super::scan::{Brackets, value_end};
use crate::dialect::{Cut, Splitter};

/// An object of fewer bytes is looked into: what is no record, such as the action before each document of a search engine,
/// is no record of its own.
const SHORT: usize = 1024;
/// So many bytes of such objects stay with one record.
const MOST_ASIDE: usize = 64 * 1024;

/// What an object is to the records around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ObjectRole {
    /// A record, or too long to be looked into.
    Record,
    /// None, of so many bytes.
    Aside(usize),
    /// More bytes will show it.
    Unknown,
}

/// What the object is that begins at `start`.
fn role(bytes: &[u8], start: usize, at_end: bool, is_record: IsRecord) -> ObjectRole {
    let seen = &bytes[start..bytes.len().min(start + SHORT)];
    match value_end(seen, 0) {
        Some(end) if !is_record(&seen[..end], 0) => ObjectRole::Aside(end),
        None if seen.len() < SHORT && !at_end => ObjectRole::Unknown,
        None if seen.len() < SHORT && !is_record(seen, 0) => ObjectRole::Aside(seen.len()),
        _ => ObjectRole::Record,
    }
}

/// Objects in no brackets, one after another, with line ends between them or without. A brace that begins a line begins an
/// object whatever is open there: no string of JSON holds a line end, so that a damaged object costs no other.
pub struct OuterObjects {
    limit: usize,
    is_record: IsRecord,
    /// Bytes of the record that were given away as parts.
    passed: usize,
    /// Bytes of it that were looked at.
    seen: usize,
    /// Bytes of its objects that are no records.
    aside: usize,
    /// Whether its object has begun.
    is_begun: bool,
    /// Brackets that are open.
    depth: usize,
    /// Whether a string is open.
    in_string: bool,
}

impl OuterObjects {
    pub fn new(limit: usize, is_record: IsRecord) -> OuterObjects {
        OuterObjects { limit, is_record, passed: 0, seen: 0, aside: 0, is_begun: false, depth: 0, in_string: false }
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

    /// Where the next record begins.
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
                b'{' if self.depth == 0 => match role(bytes, self.seen, at_end, self.is_record) {
                    ObjectRole::Unknown => return None,
                    ObjectRole::Aside(length) if self.aside + length <= MOST_ASIDE => {
                        (self.aside, self.depth) = (self.aside + length, 1);
                    }
                    _ if self.is_begun => return Some(self.seen),
                    _ => (self.is_begun, self.depth) = (true, 1),
                },
                b'{' | b'[' => self.depth += 1,
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
            *self = OuterObjects::new(self.limit, self.is_record);
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
    is_record: IsRecord,
    /// How many brackets are open where the bytes begin.
    open: usize,
    /// Bytes of a record that is larger than the limit.
    passed: usize,
}

impl ArrayObjects {
    pub fn new(depth: usize, limit: usize, is_record: IsRecord) -> ArrayObjects {
        ArrayObjects { depth, limit, is_record, open: 0, passed: 0 }
    }

    /// Where the first record ends.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let mut brackets = Brackets::within(bytes, self.open);
        let mut begun: Option<usize> = None;
        loop {
            let bracket = brackets.next_bracket()?;
            if bracket.depth != self.depth {
                continue;
            }
            match (bracket.byte, begun) {
                (b'{', _) => begun = Some(bracket.at),
                (b'}', Some(start)) => {
                    let end = bracket.at + 1;
                    let is_short = end - start < SHORT && end <= MOST_ASIDE;
                    if !is_short || (self.is_record)(&bytes[..end], start) {
                        return Some(end);
                    }
                    begun = None;
                }
                _ => {}
            }
        }
    }

    /// Whether another record begins in these bytes, which come after one; nothing where more bytes will show it.
    fn is_followed(&self, bytes: &[u8], at_end: bool) -> Option<bool> {
        let mut brackets = Brackets::within(bytes, self.depth);
        while let Some(bracket) = brackets.next_bracket() {
            if bracket.depth == self.depth && bracket.byte == b'{' {
                match role(bytes, bracket.at, at_end, self.is_record) {
                    ObjectRole::Aside(_) if bracket.at <= MOST_ASIDE => {}
                    ObjectRole::Unknown => return None,
                    ObjectRole::Record | ObjectRole::Aside(_) => return Some(true),
                }
            }
        }
        at_end.then_some(false)
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
        let Some(end) = self.end(&bytes[..bytes.len().min(self.limit)]) else {
            return match at_end {
                _ if bytes.len() > self.limit => self.part(self.limit),
                true => Cut::Record(bytes.len()),
                false => Cut::More,
            };
        };
        let behind = &bytes[end..bytes.len().min(end + self.limit)];
        let is_seen_whole = at_end && end + behind.len() == bytes.len();
        // What follows the last record belongs to it, unless it is no end.
        match self.is_followed(behind, is_seen_whole) {
            Some(false) => Cut::Record(bytes.len()),
            None if behind.len() < self.limit => Cut::More,
            Some(true) | None => {
                self.open = self.depth;
                Cut::Record(end)
            }
        }
    }
}
