//! Redactions: runs of `X` and bracketed remarks of an editor, as one token.
//!
//! Never takes the `xx/xx/1933` of a date, which is the author's own.

use super::piece::Piece;
use super::sieve::LineRule;

/// What is in normalized text for whatever was taken out.
const TOKEN: &str = "[redacted]";

/// Shortest run of `X` that is a redaction.
const SHORTEST: usize = 4;

/// How many redactions the lines hold.
pub fn count(pieces: &[Piece<'_>]) -> i32 {
    let mut count = 0;
    for piece in pieces.iter().filter(|piece| piece.is_candidate(LineRule::Redaction)) {
        let mut rest = piece.text;
        while let Some((_, end)) = find(rest) {
            count += 1;
            rest = &rest[end..];
        }
    }
    count
}

/// Appends `text` with its redactions as tokens, separated from the words they touch.
pub fn write(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((start, end)) = find(rest) {
        out.push_str(&rest[..start]);
        if out.ends_with(|last: char| last.is_alphanumeric()) {
            out.push(' ');
        }
        out.push_str(TOKEN);
        rest = &rest[end..];
        if rest.starts_with(|next: char| next.is_alphanumeric()) {
            out.push(' ');
        }
    }
    out.push_str(rest);
}

/// Finds the first redaction.
fn find(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = memchr::memchr3(b'X', b'x', b'[', &text.as_bytes()[from..]) {
        let start = from + found;
        let length = if text.as_bytes()[start] == b'[' { bracketed(&text[start..]) } else { run(text, start) };
        if let Some(length) = length {
            return Some((start, start + length));
        }
        let first = text.as_bytes()[start];
        from = start + text.as_bytes()[start..].iter().take_while(|byte| **byte == first).count();
    }
    None
}

/// Length of a run of one letter `X` or `x` that begins at `start`.
fn run(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let length = bytes[start..].iter().take_while(|byte| **byte == bytes[start]).count();
    let in_date = start > 0 && bytes[start - 1] == b'/' || bytes.get(start + length) == Some(&b'/');
    (length >= SHORTEST && !in_date).then_some(length)
}

/// Length of an editor's remark such as `[Source removed]`.
fn bracketed(text: &str) -> Option<usize> {
    let end = text.bytes().take(60).position(|byte| byte == b']')?;
    let inner = text[1..end].to_ascii_lowercase();
    (inner.ends_with(" removed") || inner.ends_with("redacted") || inner == "removed").then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::assert_candidates;

    #[test]
    fn a_line_with_a_redaction_is_a_candidate() {
        assert_candidates(LineRule::Redaction, |line| find(line).is_some());
    }
}
