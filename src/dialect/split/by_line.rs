//! Documents whose records begin at the beginning of a line.

use memchr::{memchr, memchr_iter, memrchr};

use super::{Cut, Splitter};

/// What the records of a document begin with.
pub trait Starts: Send {
    /// So many bytes from the beginning of a line show whether it begins a record.
    const AHEAD: usize;

    /// The cheap look: whether a line that begins so can begin a record.
    fn may_start(&self, line: &[u8]) -> bool;

    /// Whether the line at the front of `rest` begins a record. `before` is the record that would end there; `None` if it is
    /// larger than the limit, and has lost its end if it ever had one.
    fn starts(&mut self, before: Option<&[u8]>, rest: &[u8]) -> bool;

    /// Receives the first line of the document, which begins a record whatever it is.
    fn first(&mut self, _line: &[u8]) {}
}

/// Cuts a document before lines that begin a record.
pub struct ByLine<S> {
    starts: S,
    limit: usize,
    /// Bytes of the record that were given away as parts.
    passed: usize,
    /// Offset after which line ends were not looked for.
    seen: usize,
    /// What the bytes begin with.
    front: BlockStart,
}

/// What the bytes given to the splitter begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockStart {
    /// The document.
    Document,
    /// A record.
    Record,
    /// A line in the middle of a record that is too large; it may begin the next one.
    Line,
    /// The middle of such a line.
    MidLine,
}

impl<S: Starts> ByLine<S> {
    /// Cuts records of at most `limit` bytes.
    pub fn new(starts: S, limit: usize) -> ByLine<S> {
        ByLine { starts, limit, passed: 0, seen: 0, front: BlockStart::Document }
    }

    fn record(&mut self, length: usize) -> Cut {
        (self.passed, self.seen, self.front) = (0, 0, BlockStart::Record);
        Cut::Record(length)
    }

    /// The answer where lines up to `line` begin no record, and that one is not known yet.
    fn more(&mut self, line: usize, bytes: &[u8]) -> Cut {
        self.seen = line.saturating_sub(1);
        let (length, front) = match memchr(b'\n', &bytes[line..]) {
            None if bytes.len() - line > self.limit.max(S::AHEAD) => (bytes.len(), BlockStart::MidLine),
            _ => (line, BlockStart::Line),
        };
        if length == 0 || self.passed + length <= self.limit {
            return Cut::More;
        }
        (self.passed, self.seen, self.front) = (self.passed + length, 0, front);
        Cut::Part(length)
    }

    fn starts_record(&mut self, line: usize, bytes: &[u8]) -> bool {
        let before = (self.passed + line <= self.limit).then_some(&bytes[..line]);
        self.starts.starts(before, &bytes[line..])
    }
}

impl<S: Starts> Splitter for ByLine<S> {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        let is_told = |line: usize| at_end || bytes.len() - line >= S::AHEAD;
        if self.front == BlockStart::Document && is_told(0) {
            self.starts.first(bytes);
            self.front = BlockStart::Record;
        }
        let own = (self.front == BlockStart::Line && self.seen == 0).then_some(0);
        let ends = memchr_iter(b'\n', &bytes[self.seen..]);
        let seen = self.seen;
        for line in own.into_iter().chain(ends.map(|end| seen + end + 1)) {
            if !self.starts.may_start(&bytes[line..]) && is_told(line) {
                continue;
            }
            if !is_told(line) {
                return self.more(line, bytes);
            }
            if self.starts_record(line, bytes) {
                return self.record(line);
            }
        }
        if at_end {
            return self.record(bytes.len());
        }
        let last = memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        self.more(last, bytes)
    }
}
