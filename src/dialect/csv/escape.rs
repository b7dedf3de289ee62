//! How quotes, backslashes and line ends are written within quotes, by the beginning of a document.

use memchr::{memchr_iter, memmem, memrchr};

use super::start::{RowStart, has_quotes};
use super::{Escape, Marks};
use crate::dialect::joints::is_of_client;

/// Whether line ends within texts have a quote before them: where lines end, one comes far more often than none, and not
/// only before another row.
pub fn escapes_line_ends(bytes: &[u8], start: &RowStart, quote: u8) -> bool {
    let (mut within, mut without) = (0, 0);
    for end in memchr_iter(b'\n', bytes) {
        let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
        if line.last() != Some(&quote) {
            without += 1;
        } else if end + 1 < bytes.len() && start.read(&bytes[end + 1..]).is_none() {
            within += 1;
        }
    }
    within > 3 * without
}

/// Whether line ends are written as a letter after a backslash: each row has one, and is a line.
fn writes_letters(bytes: &[u8], start: Option<&RowStart>, has_signs: impl Fn(&[u8]) -> bool) -> bool {
    // The last line may be cut by the end of what is seen.
    let whole = &bytes[..memrchr(b'\n', bytes).unwrap_or(bytes.len())];
    let is_row = |line: &[u8]| {
        start.is_some_and(|start| start.begins(line)) && has_signs(line) && memmem::find(line, b"\\n").is_some()
    };
    let mut lines = whole.split(|&byte| byte == b'\n').filter(|line| !is_of_client(line));
    lines.all(|line| is_row(line) || line.trim_ascii().is_empty())
}

/// Whether backslashes are signs like others: some come before letters that no escape is written with, and none is doubled.
fn are_single(bytes: &[u8]) -> bool {
    let mut single = 0;
    for at in memchr_iter(b'\\', bytes) {
        match bytes.get(at + 1) {
            Some(b'\\') => return false,
            Some(byte) if byte.is_ascii_alphanumeric() && !b"nrtbfvN0Z".contains(byte) => single += 1,
            _ => {}
        }
    }
    single >= LEAST_SINGLE
}

/// One such backslash may be damage.
const LEAST_SINGLE: usize = 2;

/// Whether every backslash is doubled, and that shows more than once: a sound text has single ones.
fn are_doubled(bytes: &[u8]) -> bool {
    let mut backslashes = memchr_iter(b'\\', bytes).peekable();
    let mut runs = 0;
    while let Some(first) = backslashes.next() {
        let mut length = 1;
        while backslashes.next_if_eq(&(first + length)).is_some() {
            length += 1;
        }
        // The beginning of a document may end within a run.
        if length % 2 == 1 && first + length < bytes.len() {
            return false;
        }
        runs += 1;
    }
    runs > 1
}

impl Marks {
    /// The same marks where letters after backslashes are line ends, if they are in rows that begin so.
    pub fn with_letters(self, bytes: &[u8], start: Option<&RowStart>) -> Marks {
        let escape = match self.escape {
            Escape::Backslash | Escape::Either if writes_letters(bytes, start, |line| has_quotes(line, self)) => {
                Escape::Letters
            }
            // A field has quotes only where it needs them.
            Escape::Doubled if writes_letters(bytes, start, |_| true) => Escape::DoubledLetters,
            escape => escape,
        };
        Marks { escape, ..self }
    }

    /// The marks of rows by what cannot be written in the other way.
    pub fn escaped_in(self, bytes: &[u8]) -> Marks {
        let quote = self.quote;
        let ends_field =
            |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'\r' | b'\n') || *byte == self.delimiter);
        // Where quotes are doubled, `\"` can only end a field, and `\""` be a quote after a backslash.
        let (escaped, pair) = ([b'\\', quote], [quote; 2]);
        let backslashes = memmem::find_iter(bytes, &escaped).filter(|&at| {
            let after = bytes.get(at + 2);
            !ends_field(after) && after != Some(&quote)
        });
        let doubled = memmem::find_iter(bytes, &pair).filter(|&at| {
            let before = at.checked_sub(1).map(|before| &bytes[before]);
            let (before, after) = (before.filter(|&&byte| byte != quote && byte != b'\\'), bytes.get(at + 2));
            before.is_some() && !ends_field(before) && !ends_field(after)
        });
        // A quote that was added may be either; the others show what it is.
        let (backslashes, doubled) = (backslashes.count(), doubled.count());
        let escape = match (backslashes, doubled) {
            (1.., _) if backslashes >= doubled && are_single(bytes) => Escape::BeforeQuote,
            (1.., _) if backslashes >= doubled => Escape::Backslash,
            (_, 1..) if are_doubled(bytes) => Escape::DoubledBoth,
            (_, 1..) => Escape::Doubled,
            _ if memmem::find(bytes, b"\\'").is_some() => Escape::Backslash,
            _ => Escape::Either,
        };
        Marks { escape, ..self }
    }
}
