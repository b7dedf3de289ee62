//! The tags around the texts of a page: as they were published, or as a browser or a program wrote them again, in capitals,
//! with attributes, with white space between them.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::dialect::split::begins_tag;

/// None of these tags is longer with its attributes.
const LONGEST: usize = 256;

/// The end of the tag that a text begins with, if it is that one, such as `<pre`.
pub fn tag_end(text: &[u8], tag: &[u8]) -> Option<usize> {
    begins_tag(text, tag).then(|| memchr(b'>', &text[..text.len().min(LONGEST)]))?.map(|end| end + 1)
}

/// The tags of that name, one after another.
pub fn tags<'t>(text: &'t [u8], tag: &'t [u8]) -> impl Iterator<Item = Range<usize>> + 't {
    pairs(text, [tag])
}

/// What is around a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTags {
    /// `<code><pre>`, as published.
    CodePre,
    /// `<pre><code>`, as programs write texts that are not to be changed.
    PreCode,
    /// `<pre>` alone, which somebody's program left.
    Pre,
}

impl TextTags {
    /// What is said of a page whose texts are not in the tags of the edition.
    pub fn repaired(self) -> Option<&'static str> {
        match self {
            TextTags::CodePre => None,
            TextTags::PreCode => Some("texts in <pre><code>"),
            TextTags::Pre => Some("texts without <code>"),
        }
    }

    /// Where texts are opened.
    pub fn opens<'t>(self, text: &'t [u8]) -> Box<dyn Iterator<Item = Range<usize>> + 't> {
        match self {
            TextTags::CodePre => Box::new(pairs(text, [b"<code".as_slice(), b"<pre"])),
            TextTags::PreCode => Box::new(pairs(text, [b"<pre".as_slice(), b"<code"])),
            TextTags::Pre => Box::new(tags(text, b"<pre")),
        }
    }

    /// Where they are closed.
    pub fn closes<'t>(self, text: &'t [u8]) -> Box<dyn Iterator<Item = Range<usize>> + 't> {
        match self {
            TextTags::CodePre => Box::new(pairs(text, [b"</pre".as_slice(), b"</code"])),
            TextTags::PreCode => Box::new(pairs(text, [b"</code".as_slice(), b"</pre"])),
            TextTags::Pre => Box::new(tags(text, b"</pre")),
        }
    }
}

/// Where these tags are one after another.
fn pairs<'t, const N: usize>(text: &'t [u8], tags: [&'t [u8]; N]) -> impl Iterator<Item = Range<usize>> + 't {
    memchr_iter(b'<', text).filter_map(move |start| {
        let end = tags.iter().try_fold(start, |at, tag| {
            let spaces = text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            tag_end(&text[at + spaces..], tag).map(|length| at + spaces + length)
        });
        end.map(|end| start..end)
    })
}
