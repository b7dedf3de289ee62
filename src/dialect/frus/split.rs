//! Where the documents of a volume begin and end.

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::dialect::{Cut, Splitter};

/// What the element of a document begins with.
const OPEN: &[u8] = b"<div";
const CLOSE: &[u8] = b"</div";
/// No tag is longer.
const LONGEST: usize = 2048;

/// The length of the tag that begins a text; `None` where it does not end.
fn tag(bytes: &[u8]) -> Option<usize> {
    memchr(b'>', &bytes[..bytes.len().min(LONGEST)]).map(|end| end + 1)
}

/// Whether a tag begins a document.
fn is_document(tag: &[u8]) -> bool {
    let holds = |attribute: &str| memmem::find(tag, attribute.as_bytes()).is_some();
    holds(" type=\"document\"") || holds(" type='document'")
}

/// The element of the first document, to its end or to that of the bytes.
pub fn first_document(bytes: &[u8]) -> Option<Range<usize>> {
    let begins = |at: usize| tag(&bytes[at..]).is_some_and(|end| is_document(&bytes[at..at + end]));
    let start = memmem::find_iter(bytes, OPEN).find(|&at| begins(at))?;
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(ahead) = memmem::find(&bytes[at..], b"div") {
        let before = &bytes[..at + ahead + 3];
        at += ahead + 3;
        if before.ends_with(CLOSE) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(start..tag(&bytes[at..]).map_or(bytes.len(), |end| at + end));
            }
        } else if before.ends_with(OPEN) {
            let is_empty = tag(&bytes[at..]).is_some_and(|end| bytes[..at + end].ends_with(b"/>"));
            depth += usize::from(!is_empty);
        }
    }
    Some(start..bytes.len())
}

/// Cuts a volume before each document but the first, which takes what comes before it.
pub struct DocumentStarts {
    limit: usize,
    /// Whether the record at hand holds its document already.
    inside: bool,
    /// How many of its bytes were looked at.
    seen: usize,
    /// Bytes of it that were given away, since it is too large.
    passed: usize,
}

impl DocumentStarts {
    /// Cuts records of at most `limit` bytes.
    pub fn new(limit: usize) -> DocumentStarts {
        DocumentStarts { limit, inside: false, seen: 0, passed: 0 }
    }

    fn record(&mut self, length: usize) -> Cut {
        (self.inside, self.seen, self.passed) = (false, 0, 0);
        Cut::Record(length)
    }

    /// The answer where no document begins before `at`.
    fn more(&mut self, at: usize) -> Cut {
        if self.passed + at <= self.limit || at == 0 {
            self.seen = at;
            return Cut::More;
        }
        (self.seen, self.passed) = (0, self.passed + at);
        Cut::Part(at)
    }
}

impl Splitter for DocumentStarts {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        while let Some(at) = memmem::find(&bytes[self.seen..], OPEN).map(|ahead| self.seen + ahead) {
            match tag(&bytes[at..]) {
                None if !at_end && bytes.len() - at < LONGEST => return self.more(at),
                Some(end) if is_document(&bytes[at..at + end]) => {
                    if self.inside {
                        return self.record(at);
                    }
                    self.inside = true;
                }
                _ => {}
            }
            self.seen = at + OPEN.len();
        }
        match at_end {
            true => self.record(bytes.len()),
            // The last bytes may begin a tag.
            false => self.more(bytes.len().saturating_sub(OPEN.len() - 1).max(self.seen)),
        }
    }
}
