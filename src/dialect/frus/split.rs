//! Where the documents of a volume begin and end.

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::dialect::split::{TagStart, TagStarts, begins_tag};
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

/// The length of the tag that begins a document, if a text begins with one.
fn document_tag(bytes: &[u8]) -> Option<usize> {
    let length = tag(bytes).filter(|_| begins_tag(bytes, OPEN))?;
    let holds = |attribute: &str| memmem::find(&bytes[..length], attribute.as_bytes()).is_some();
    (holds(" type=\"document\"") || holds(" type='document'")).then_some(length)
}

/// The element of the first document, to its end or to that of the bytes.
pub fn first_document(bytes: &[u8]) -> Option<Range<usize>> {
    let mut tags = TagStarts::default();
    let mut start = None;
    let (mut depth, mut from) = (0_usize, 0);
    while let TagStart::At(at) = tags.next(bytes, from, true) {
        let rest = &bytes[at..];
        from = at + 1;
        if start.is_none() && document_tag(rest).is_some() {
            start = Some(at);
        }
        let Some(start) = start else { continue };
        let length = tag(rest);
        let is_empty = || length.is_some_and(|length| rest[..length].ends_with(b"/>"));
        if begins_tag(rest, OPEN) && !is_empty() {
            depth += 1;
        } else if begins_tag(rest, CLOSE) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(start..length.map_or(bytes.len(), |length| at + length));
            }
        }
    }
    Some(start?..bytes.len())
}

/// Cuts a volume before each document but the first, which takes what comes before it.
pub struct DocumentStarts {
    limit: usize,
    tags: TagStarts,
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
        DocumentStarts { limit, tags: TagStarts::default(), inside: false, seen: 0, passed: 0 }
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
        loop {
            let at = match self.tags.next(bytes, self.seen, at_end) {
                TagStart::At(at) => at,
                TagStart::NoneBefore(_) if at_end => return self.record(bytes.len()),
                TagStart::NoneBefore(at) => return self.more(at),
            };
            let rest = &bytes[at..];
            if !at_end && rest.len() < LONGEST && tag(rest).is_none() {
                return self.more(at);
            }
            if document_tag(rest).is_some() && std::mem::replace(&mut self.inside, true) {
                return self.record(at);
            }
            self.seen = at + 1;
        }
    }
}
