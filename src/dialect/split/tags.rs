//! Where the tags of a document begin that comes in blocks.

use memchr::{memchr, memmem};

use crate::lex::begins_in_any_case;

/// Finds the tags of a document, one after another. Comments and sections of characters, which hold none, are skipped.
#[derive(Debug, Default)]
pub struct TagStarts {
    /// What ends the comment or the section at hand.
    hidden: Option<&'static [u8]>,
}

/// What was found in some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagStart {
    /// A bracket that may begin a tag.
    At(usize),
    /// None before this byte, from which more bytes are needed.
    NoneBefore(usize),
}

/// What begins a stretch without tags, what ends it, and how much of its beginning is no part of its end.
const HIDDEN: [(&[u8], &[u8], usize); 2] = [(b"<!--", b"-->", 2), (b"<![CDATA[", b"]]>", 9)];

impl TagStarts {
    /// The first from that byte on. At the end of a document, none before the end is none at all.
    pub fn next(&mut self, bytes: &[u8], mut from: usize, at_end: bool) -> TagStart {
        loop {
            if let Some(close) = self.hidden {
                let Some(ahead) = memmem::find(&bytes[from..], close) else {
                    return TagStart::NoneBefore(from.max((bytes.len() + 1).saturating_sub(close.len())));
                };
                from += ahead + close.len();
                self.hidden = None;
            }
            let Some(at) = memchr(b'<', &bytes[from..]).map(|ahead| from + ahead) else {
                return TagStart::NoneBefore(bytes.len());
            };
            let rest = &bytes[at..];
            if !at_end && HIDDEN.iter().any(|(open, ..)| rest.len() < open.len() && open.starts_with(rest)) {
                return TagStart::NoneBefore(at);
            }
            let Some(&(_, close, length)) = HIDDEN.iter().find(|(open, ..)| rest.starts_with(open)) else {
                return TagStart::At(at);
            };
            (self.hidden, from) = (Some(close), at + length);
        }
    }
}

/// Whether a text begins with the tag of an element, such as `<div`, in any case.
pub fn begins_tag(text: &[u8], tag: &[u8]) -> bool {
    let is_over =
        |rest: &[u8]| rest.first().is_none_or(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace());
    begins_in_any_case(text, tag) && is_over(&text[tag.len()..])
}
