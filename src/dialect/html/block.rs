//! A text of a page: its line ends, and the links that the edition made.

use std::ops::Range;

use memchr::{memchr_iter, memchr2_iter, memchr3_iter, memmem};

use super::tags;
use crate::dialect::builder::TranscriptBuilder;
use crate::lex::begins_in_any_case;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As it was published: nothing is escaped but line ends.
    Original,
    /// By a program that read the page and wrote it again: line ends are themselves, and characters are escaped.
    Again,
    /// The same, on one line: `<br>` is in the place of line ends.
    Broken,
    /// In a heading, on one line, with nothing escaped.
    Heading,
}

/// How a text is written.
pub fn written(text: &str) -> Written {
    let has_references = || memmem::find_iter(text.as_bytes(), "&#").any(|at| line_end(&text[at..]).is_some());
    let has_breaks = || memchr_iter(b'<', text.as_bytes()).any(|at| line_break(&text[at..]).is_some());
    match text.trim().contains('\n') {
        _ if has_references() => Written::Original,
        true => Written::Again,
        false if has_breaks() => Written::Broken,
        false => Written::Original,
    }
}

/// The length of the tag of a line break that a text begins with.
fn line_break(text: &str) -> Option<usize> {
    tags::tag_end(text.as_bytes(), b"<br")
}

/// The length of the line end that a text begins with: itself, or `&#x000A;` as in the edition, or in another number.
pub fn line_end(text: &str) -> Option<usize> {
    if text.starts_with('\n') {
        return Some(1);
    }
    let number = text.strip_prefix("&#")?;
    let length = number.bytes().take(LONGEST_NUMBER).position(|byte| byte == b';')?;
    let number = &number[..length];
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    (code == Ok(0x0A)).then_some("&#;".len() + length)
}

/// The number of a character is no longer.
const LONGEST_NUMBER: usize = 12;

/// The lines of a text, however it is written.
pub fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    let is_broken = written(text) == Written::Broken;
    let end_of = move |rest: &str| line_end(rest).or_else(|| line_break(rest).filter(|_| is_broken));
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr3_iter(b'&', b'\n', b'<', text.as_bytes()).find_map(|at| Some((at, end_of(&text[at..])?)));
        rest = end.map(|(at, length)| &text[at + length..]);
        Some(end.map_or(text, |(at, _)| &text[..at]))
    })
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
            _ if written == Written::Broken && line_break(rest).is_some() => {
                line_break(rest).map(|length| (length, "\n"))
            }
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
        Written::Original => line_end(rest).map(|length| (length, "\n")),
        Written::Again | Written::Broken => {
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
    let opens =
        begins_in_any_case(tag, "<a ") && ["tag/", "id='par", "id=\"par", "#par"].iter().any(|mark| tag.contains(mark));
    let closes = tag.eq_ignore_ascii_case("</a>") && *links > 0;
    match (opens, closes) {
        (true, _) => *links += 1,
        (_, true) => *links -= 1,
        _ => {}
    }
    (opens || closes || (written == Written::Heading && begins_in_any_case(tag, "<br"))).then_some(end)
}

/// No tag of the edition is longer.
const LONGEST_LINK: usize = 400;
