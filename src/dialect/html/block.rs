//! A text of a page: its line ends, and the links that the edition made.

use std::ops::Range;

use memchr::memchr2_iter;

use crate::dialect::builder::TranscriptBuilder;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As it was published: nothing is escaped but line ends.
    Original,
    /// By a program that read the page and wrote it again: line ends are themselves, and characters are escaped.
    Again,
    /// In a heading, on one line, with nothing escaped.
    Heading,
}

/// The line end of the edition.
pub const LINE_END: &str = "&#x000A;";

/// How a text is written.
pub fn written(text: &str) -> Written {
    if text.contains(LINE_END) || !text.contains('\n') { Written::Original } else { Written::Again }
}

/// Characters that a program escapes.
const ENTITIES: [(&str, &str); 8] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&para;", "¶"),
    ("&#182;", "¶"),
    ("&nbsp;", " "),
];

/// Keeps a text without the edition's markup.
pub fn put(range: Range<usize>, written: Written, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let text = &source[range.clone()];
    let mut kept = range.start;
    let mut links = 0;
    for at in memchr2_iter(b'&', b'<', text.as_bytes()) {
        let start = range.start + at;
        if start < kept {
            continue;
        }
        let rest = &text[at..];
        let change = match rest.as_bytes()[0] {
            b'&' => entity(rest, written),
            _ => link(rest, written, &mut links).map(|length| (length, "")),
        };
        if let Some((length, by)) = change {
            builder.keep(kept..start);
            if !by.is_empty() {
                builder.replace(start..start + length, by);
            }
            kept = start + length;
        }
    }
    builder.keep(kept..range.end);
}

fn entity(rest: &str, written: Written) -> Option<(usize, &'static str)> {
    match written {
        Written::Original => rest.starts_with(LINE_END).then_some((LINE_END.len(), "\n")),
        Written::Again => {
            let (name, by) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name))?;
            Some((name.len(), by))
        }
        Written::Heading => None,
    }
}

/// The length of a tag of the edition: a link to a tag or of a paragraph, the end of one, or any in a heading.
fn link(rest: &str, written: Written, links: &mut usize) -> Option<usize> {
    let end = rest.as_bytes().iter().take(LONGEST_LINK).position(|&byte| byte == b'>')? + 1;
    let tag = &rest[..end];
    let opens = tag.starts_with("<a ") && ["tag/", "id='par", "id=\"par", "#par"].iter().any(|mark| tag.contains(mark));
    let closes = tag == "</a>" && *links > 0;
    match (opens, closes) {
        (true, _) => *links += 1,
        (_, true) => *links -= 1,
        _ => {}
    }
    (opens || closes || (written == Written::Heading && tag.starts_with("<br"))).then_some(end)
}

/// No tag of the edition is longer.
const LONGEST_LINK: usize = 400;
