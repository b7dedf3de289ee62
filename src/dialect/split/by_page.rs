//! Documents whose records are pages of the web, one after another in a file.

use memchr::memchr;

use super::tags::begins_tag;
use super::{Cut, Splitter};

/// What the pages of a site are known by, as they come tag by tag. Every page begins with none seen.
pub trait PageSigns: Default + Send {
    /// Whether the next page begins with a tag, of which [`AHEAD`] bytes are seen.
    fn begins(&self, tag: &[u8]) -> bool;

    /// Receives a tag of the page at hand.
    fn pass(&mut self, tag: &[u8]);
}

/// Cuts a file before each page but the first. A page begins a line or comes directly after a tag; within a text it begins
/// a line, and the text has lost its end.
#[derive(Default)]
pub struct ByPage<S> {
    signs: S,
    limit: usize,
    place: PagePlace,
    /// How many bytes of the record at hand were looked at.
    seen: usize,
    /// Bytes of it that were given away, since it is too large.
    passed: usize,
}

/// What a tag is in.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum PagePlace {
    #[default]
    Markup,
    Text,
}

/// So many bytes of a tag, and what follows it, show whether it begins a page.
pub const AHEAD: usize = 512;
/// So many bytes before a tag show whether it can begin one.
const BACK: usize = 64;

/// The mark that a program writes before a page in UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl<S: PageSigns> ByPage<S> {
    /// Cuts records of at most `limit` bytes.
    pub fn new(limit: usize) -> ByPage<S> {
        ByPage { limit, ..ByPage::default() }
    }

    fn record(&mut self, length: usize) -> Cut {
        *self = ByPage::new(self.limit);
        Cut::Record(length)
    }

    /// The answer where no page begins before `at`.
    fn more(&mut self, at: usize) -> Cut {
        self.seen = at;
        let length = at.saturating_sub(BACK);
        if self.passed + at <= self.limit || length == 0 {
            return Cut::More;
        }
        (self.seen, self.passed) = (at - length, self.passed + length);
        Cut::Part(length)
    }

    /// Where the next page begins, if that is with the tag at `at`.
    fn page_start(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let before = bytes[..at].strip_suffix(MARK).unwrap_or(&bytes[..at]);
        let near = &before[before.len().saturating_sub(BACK - MARK.len())..];
        let last = near.iter().rfind(|&byte| !matches!(byte, b' ' | b'\t'));
        let may_begin = last.is_some_and(|byte| match self.place {
            PagePlace::Markup => matches!(byte, b'\n' | b'\r' | b'>'),
            PagePlace::Text => matches!(byte, b'\n' | b'\r'),
        });
        (may_begin && self.signs.begins(window(bytes, at))).then_some(before.len())
    }

    fn pass(&mut self, tag: &[u8]) {
        self.signs.pass(tag);
        if begins_tag(tag, b"<pre") {
            self.place = PagePlace::Text;
        } else if begins_tag(tag, b"</pre") {
            self.place = PagePlace::Markup;
        }
    }
}

impl<S: PageSigns> Splitter for ByPage<S> {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        while let Some(at) = memchr(b'<', &bytes[self.seen..]).map(|ahead| self.seen + ahead) {
            if !at_end && bytes.len() - at < AHEAD {
                return self.more(at);
            }
            if let Some(start) = self.page_start(bytes, at) {
                return self.record(start);
            }
            self.pass(window(bytes, at));
            self.seen = at + 1;
        }
        if at_end { self.record(bytes.len()) } else { self.more(bytes.len()) }
    }
}

fn window(bytes: &[u8], at: usize) -> &[u8] {
    &bytes[at..bytes.len().min(at + AHEAD)]
}

/// Whether a page of the web begins with that.
pub fn begins_web_page(tag: &[u8]) -> bool {
    [b"<?xml".as_slice(), b"<!doctype", b"<html"].iter().any(|mark| begins_tag(tag, mark))
}
