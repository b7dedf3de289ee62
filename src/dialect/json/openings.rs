//! The first bytes of objects, `{"id":`: they are in no string, whatever is broken before them, since a quote in a string
//! has a backslash before it.

use memchr::{memchr, memchr_iter, memmem};

/// An opening is no longer.
const LONGEST: usize = 128;

/// The opening of the object that begins at `start`, as far as the colon after its first name.
pub fn opening(bytes: &[u8], start: usize) -> Option<&[u8]> {
    let rest = &bytes[start..bytes.len().min(start + LONGEST)];
    colon(rest, 1).map(|colon| &rest[..=colon])
}

/// Where the colon is after the name that begins at `from`, or after white space there.
fn colon(bytes: &[u8], from: usize) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let after_spaces = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let quote = after_spaces(from.min(bytes.len()));
    let name = bytes[quote..].strip_prefix(b"\"")?;
    let length = memchr(b'"', name).filter(|&length| length > 0 && memchr(b'\\', &name[..length]).is_none())?;
    let colon = after_spaces(quote + length + 2);
    (bytes.get(colon) == Some(&b':')).then_some(colon)
}

/// Whether a document begins as one of objects does, perhaps with its first sign lost or changed.
pub fn begin(bytes: &[u8]) -> bool {
    let is_bracket = |bytes: &[u8]| matches!(bytes.first(), Some(b'{' | b'['));
    let is_sign = matches!(bytes.first(), Some(b'"' | b'}' | b']'));
    is_bracket(bytes)
        || is_sign && (is_bracket(bytes[1..].trim_ascii_start()) || colon(bytes, 0).or(colon(bytes, 1)).is_some())
}

/// Where objects begin, whatever they are in.
pub fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr_iter(b'{', bytes).filter(|&start| opening(bytes, start).is_some())
}

/// Looks for the next opening of a record, and for no byte twice.
pub struct Openings {
    marks: Vec<OpeningMark>,
}

/// One way in which records begin, and how far it was looked for.
struct OpeningMark {
    bytes: Vec<u8>,
    /// How many of these come before the brace.
    front: usize,
    /// It was looked for from here,
    from: usize,
    /// and is at none of the bytes before this one.
    clear: usize,
}

impl Openings {
    /// Those that begin as these bytes do; with `by_line` also an object that begins a line.
    pub fn new(opening: &[u8], by_line: bool) -> Openings {
        let known = (!opening.is_empty()).then_some((opening, 0));
        let marks = known.into_iter().chain(by_line.then_some((b"\n{\"".as_slice(), 1)));
        let mark = |(bytes, front): (&[u8], usize)| OpeningMark { bytes: bytes.to_vec(), front, from: 0, clear: 0 };
        Openings { marks: marks.map(mark).collect() }
    }

    /// The first brace at `from` or after it that begins a record, and how far its opening goes.
    pub fn find(&mut self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        self.marks.iter_mut().filter_map(|mark| mark.find(bytes, from)).min()
    }

    /// So many bytes at the front are gone.
    pub fn pass(&mut self, length: usize) {
        for mark in &mut self.marks {
            (mark.from, mark.clear) = (mark.from.saturating_sub(length), mark.clear.saturating_sub(length));
        }
    }
}

impl OpeningMark {
    fn find(&mut self, bytes: &[u8], brace: usize) -> Option<(usize, usize)> {
        let from = brace.saturating_sub(self.front);
        if from < self.from || from > self.clear {
            (self.from, self.clear) = (from, from);
        }
        let ahead = bytes.get(self.clear..).and_then(|rest| memmem::find(rest, &self.bytes));
        self.clear = match ahead {
            Some(ahead) => self.clear + ahead,
            None => self.clear.max((bytes.len() + 1).saturating_sub(self.bytes.len())),
        };
        ahead.map(|_| (self.clear + self.front, self.clear + self.bytes.len()))
    }
}
