//! Text as XML spells it, so that any parser gives it back unchanged.
//!
//! Characters that XML cannot hold at all are written `\u{1B}`, and `\` then as `\\`; the element says so with
//! `escaped="true"`. Everything else is spelled by XML's own rules.

use std::io::Write;

/// Whether a piece of text goes into an attribute or between tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// `name="..."`
    Attribute,
    /// `<name>...</name>`
    Element,
}

/// How an element spells the characters that XML cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlSpelling {
    /// It has none.
    Plain,
    /// As `\u{1B}`.
    Escaped,
}

/// `&`, `<`, `>` and CR: spelled out everywhere.
const MARKUP: u8 = 1;
/// `"`, TAB and LF: spelled out in attributes.
const QUOTED: u8 = 2;
/// What XML cannot hold, or may be the start of it.
const ILLEGAL: u8 = 4;
/// `\`
const BACKSLASH: u8 = 8;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        classes[byte] = ILLEGAL;
        byte += 1;
    }
    classes[b'\t' as usize] = QUOTED;
    classes[b'\n' as usize] = QUOTED;
    classes[b'\r' as usize] = MARKUP;
    classes[b'"' as usize] = QUOTED;
    classes[b'&' as usize] = MARKUP;
    classes[b'<' as usize] = MARKUP;
    classes[b'>' as usize] = MARKUP;
    classes[b'\\' as usize] = BACKSLASH;
    classes[0xEF] = ILLEGAL; // First byte of U+FFFE and U+FFFF, and of many legal characters.
    classes
}

/// Whether `text` holds a character that XML cannot.
pub fn is_illegal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let suspects = bytes.iter().enumerate().filter(|(_, byte)| CLASSES[usize::from(**byte)] & ILLEGAL != 0);
    suspects.into_iter().any(|(at, _)| illegal_length(&bytes[at..]) > 0)
}

/// Whether a reader that tidies white space would change `text`.
pub fn needs_space_preserved(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first() == Some(&b' ')
        || bytes.last() == Some(&b' ')
        || memchr::memchr3(b'\n', b'\r', b'\t', bytes).is_some()
        || memchr::memmem::find(bytes, b"  ").is_some()
}

/// Appends `text`.
pub fn put(bytes: &mut Vec<u8>, text: &str, inside: Inside, spelling: XmlSpelling) {
    let special = match (inside, spelling) {
        (Inside::Element, XmlSpelling::Plain) => MARKUP,
        (Inside::Attribute, XmlSpelling::Plain) => MARKUP | QUOTED,
        (Inside::Element, XmlSpelling::Escaped) => MARKUP | ILLEGAL | BACKSLASH,
        (Inside::Attribute, XmlSpelling::Escaped) => MARKUP | QUOTED | ILLEGAL | BACKSLASH,
    };
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| CLASSES[usize::from(*byte)] & special != 0) {
        bytes.extend_from_slice(&rest[..at]);
        rest = &rest[at + put_special(bytes, &rest[at..])..];
    }
    bytes.extend_from_slice(rest);
}

/// Spells the character at the start of `rest`, and tells how many bytes it took.
fn put_special(bytes: &mut Vec<u8>, rest: &[u8]) -> usize {
    let spelled: &[u8] = match rest[0] {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'"' => b"&quot;",
        b'\t' => b"&#9;",
        b'\n' => b"&#10;",
        b'\r' => b"&#13;",
        b'\\' => b"\\\\",
        _ => return put_illegal(bytes, rest),
    };
    bytes.extend_from_slice(spelled);
    1
}

/// The text that `XmlSpelling::Escaped` wrote as `text`; `None` if no text is written so.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        rest = if let Some(after) = after.strip_prefix('\\') {
            plain.push('\\');
            after
        } else {
            let (digits, after) = after.strip_prefix("u{")?.split_once('}')?;
            plain.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
            after
        };
    }
    plain.push_str(rest);
    Some(plain)
}

fn put_illegal(bytes: &mut Vec<u8>, rest: &[u8]) -> usize {
    let length = illegal_length(rest);
    let code = match length {
        0 => {
            bytes.push(rest[0]);
            return 1;
        }
        1 => u32::from(rest[0]),
        _ => 0xFFC0 | u32::from(rest[2] & 0x3F),
    };
    write!(bytes, "\\u{{{code:X}}}").expect("a vector takes all bytes");
    length
}

/// Bytes of the character at the start of `rest` if XML cannot hold it, else 0.
fn illegal_length(rest: &[u8]) -> usize {
    match rest {
        [0xEF, 0xBF, 0xBE | 0xBF, ..] => 3,
        [0xEF, ..] => 0,
        [byte, ..] if CLASSES[usize::from(*byte)] & ILLEGAL != 0 => 1,
        _ => 0,
    }
}
