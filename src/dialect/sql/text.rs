//! Strings to the text that they mean.

use std::ops::Range;

use memchr::memchr2;

use super::strings::Strings;
use crate::dialect::builder::TranscriptBuilder;

/// A character, and the sign that is in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub sign: Range<usize>,
    pub by: char,
}

/// Keeps a string without its escapes.
pub fn unescape(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, strings: Strings) {
    let source = builder.source();
    let bytes = source.as_bytes();
    // The quote around the string is the one that is doubled in it.
    let quote = range.start.checked_sub(1).map_or(b'\'', |at| bytes[at]);
    let backslash = if strings == Strings::Backslash { b'\\' } else { quote };
    let (mut kept, mut from) = (range.start, range.start);
    while let Some(found) = bytes.get(from..range.end).and_then(|rest| memchr2(quote, backslash, rest)) {
        let found = from + found;
        let Some(escaped) = source[found + 1..range.end].chars().next() else { break };
        let after = found + 1 + escaped.len_utf8();
        if bytes[found] == quote {
            // Of two the first goes; one alone was never closed and is text.
            if escaped == char::from(quote) {
                builder.keep(kept..found);
                kept = found + 1;
                from = after;
            } else {
                from = found + 1;
            }
            continue;
        }
        let by = match escaped {
            'n' => Some("\n"),
            't' => Some("\t"),
            'r' => Some("\r"),
            '0' | 'b' | 'Z' => Some(""),
            // For patterns: they are kept as they are.
            '%' | '_' => {
                from = after;
                continue;
            }
            _ => None,
        };
        builder.keep(kept..found);
        match by {
            Some("") => kept = after,
            Some(by) => {
                builder.replace(found..after, by);
                kept = after;
            }
            None => kept = found + 1,
        }
        from = after;
    }
    builder.keep(kept..range.end);
}

/// Keeps a string in which signs are in the place of characters.
pub fn put_replaced(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, replacements: &[Replacement]) {
    let source = builder.source();
    let (mut kept, mut at) = (range.start, range.start);
    while at < range.end {
        let rest = &source.as_bytes()[at..range.end];
        if rest.starts_with(b"''") {
            builder.keep(kept..at);
            (kept, at) = (at + 1, at + 2);
            continue;
        }
        let found = replacements.iter().find(|found| rest.starts_with(&source.as_bytes()[found.sign.clone()]));
        let Some(Replacement { sign, by }) = found else {
            at += 1;
            continue;
        };
        builder.keep(kept..at);
        builder.replace(at..at + sign.len(), by.encode_utf8(&mut [0; 4]));
        at += sign.len();
        kept = at;
    }
    builder.keep(kept..range.end);
}

/// Keeps a string with the characters in place of their numbers.
pub fn unescape_numbers(builder: &mut TranscriptBuilder<'_>, range: Range<usize>, escape: char) {
    let source = builder.source();
    let (mut kept, mut from) = (range.start, range.start);
    while let Some(found) = memchr2(b'\'', escape as u8, &source.as_bytes()[from..range.end]).map(|ahead| from + ahead)
    {
        let rest = &source[found..range.end];
        if rest.starts_with("''") || rest.strip_prefix(escape).is_some_and(|rest| rest.starts_with(escape)) {
            builder.keep(kept..found);
            (kept, from) = (found + 1, found + 2);
        } else if let Some((character, length)) = numbered(rest, escape) {
            builder.keep(kept..found);
            (kept, from) = (found + length, found + length);
            builder.replace(found..kept, character.encode_utf8(&mut [0; 4]));
        } else {
            from = found + 1;
        }
    }
    builder.keep(kept..range.end);
}

/// The character whose number a text begins with, `\000a`, `\u000a`, `\+00000a` or `\U0000000a`, and how long it is
/// written. Two halves make one.
fn numbered(text: &str, escape: char) -> Option<(char, usize)> {
    let (first, length) = number(text, escape)?;
    let pair = || {
        let (second, more) = number(&text[length..], escape)?;
        let halves = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
        let character = char::decode_utf16(halves).next()?.ok()?;
        Some((character, length + more))
    };
    char::from_u32(first).map(|character| (character, length)).or_else(pair)
}

fn number(text: &str, escape: char) -> Option<(u32, usize)> {
    let digits = text.strip_prefix(escape)?;
    let (front, count) = match digits.as_bytes().first()? {
        b'u' => (1, 4),
        b'U' => (1, 8),
        b'+' => (1, 6),
        _ => (0, 4),
    };
    let digits =
        digits.get(front..front + count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((u32::from_str_radix(digits, 16).ok()?, 1 + front + count))
}
