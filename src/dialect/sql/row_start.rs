//! Where a row begins and where one ends, by the signs around it: whatever a damaged quote or parenthesis before them says.
//!
//! A quote within a string of a sound dump is doubled or escaped, so that the opening quote of the first string of a row,
//! with the head of its statement or the end of another row before it, is nowhere else.

use super::tokens::{Tokens, VERBS, is_insert};
use super::words::{is_prefix, word_before};
use crate::lex::begins_in_any_case;

/// Where a row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowBeginning {
    /// Where the row before it ends.
    pub before: usize,
    /// Where to go on: at its opening parenthesis, or at the head of its statement.
    pub from: usize,
}

/// What a quote seems to be that the first string of a row may begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteSeems {
    /// The end of a string: a text may end as if another row began.
    Closing,
    /// The beginning of one.
    Opening,
}

/// The head of a statement, and the values of a row before its first string, have no more bytes.
pub const LONGEST_HEAD: usize = 4096;

/// The row whose first string begins with a quote, by what comes before it after `from`.
pub fn row_start(bytes: &[u8], from: usize, quote: usize, seems: QuoteSeems) -> Option<RowBeginning> {
    let from = from.max(quote.saturating_sub(LONGEST_HEAD)).min(quote);
    let open = from + parenthesis_before(&bytes[from..quote])?;
    let row = bytes[from..open].trim_ascii_end();
    let is_numbered = begins_with_number(&bytes[open + 1..quote]);
    if let Some(length) = row_before(row, seems, is_numbered) {
        return Some(RowBeginning { before: from + length, from: open });
    }
    if !nearly_ends_with_values(row) {
        return None;
    }
    let head = memchr::memrchr_iter(b'\n', row).map(|end| end + 1).find(|&line| is_insert(&row[line..]))?;
    let mut tokens = Tokens { bytes: &bytes[..quote], at: from + head };
    if !matches!(tokens.insert_head(), Ok(Some(_))) || tokens.at != from + row.len() {
        return None;
    }
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
    let before = row[..head].iter().rposition(|byte| !is_between(byte)).map_or(0, |last| last + 1);
    Some(RowBeginning { before: from + before, from: from + before })
}

/// The opening parenthesis of a row whose first string comes after these bytes: nothing but numbers and words are between.
pub fn parenthesis_before(front: &[u8]) -> Option<usize> {
    let front = front.trim_ascii_end();
    let (rest, word) = front.split_at(front.len() - word_before(front, front.len()));
    let front = if is_prefix(word) { rest.trim_ascii_end() } else { front };
    if !front.ends_with(b"(") && !front.ends_with(b",") {
        return None;
    }
    let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',' | b'.' | b'-' | b'_');
    let open = front.len() - front.iter().rev().take_while(is_plain).count();
    front[..open].ends_with(b"(").then(|| open - 1)
}

/// So many signs may be between two rows of which one is damaged.
pub const MOST_BETWEEN: usize = 8;

/// Where a row ends that comes right before another one. One of the signs between them may be lost or be another.
fn row_before(row: &[u8], seems: QuoteSeems, is_numbered: bool) -> Option<usize> {
    let row = row.trim_ascii_end();
    if let Some(row) = row.strip_suffix(b",").map(<[u8]>::trim_ascii_end).filter(|row| row.ends_with(b")")) {
        return Some(row.len());
    }
    if seems == QuoteSeems::Closing || !is_numbered {
        return None;
    }
    let count = row.iter().rev().take(MOST_BETWEEN).take_while(|byte| is_between_rows(**byte)).count();
    let (text, signs) = row.split_at(row.len() - count);
    let close = memchr::memchr(b')', signs);
    let quote = memchr::memchr2(b'\'', b'"', signs).filter(|_| signs.contains(&b','));
    close.or(quote).map(|end| text.len() + end + 1)
}

/// Whether such a sign may be between two rows of which one is damaged.
pub fn is_between_rows(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b",()'\"".contains(&byte)
}

/// Whether values begin with a number and a comma.
fn begins_with_number(values: &[u8]) -> bool {
    let values = values.trim_ascii_start();
    let digits = values.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && values[digits..].trim_ascii_start().starts_with(b",")
}

/// Whether a row may begin with this parenthesis; `None` where the bytes do not show it.
pub fn may_begin_row(bytes: &[u8]) -> Option<bool> {
    let values = bytes.strip_prefix(b"(")?.trim_ascii_start();
    let digits = values.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let next = values[digits..].trim_ascii_start().first()?;
    Some(if digits > 0 { *next == b',' } else { matches!(next, b'\'' | b'N' | b'n' | b'E' | b'e' | b'_') })
}

const VALUES: &[u8] = b"values";

/// Whether bytes end with the word before rows, of which one letter may be lost, added or another.
pub fn nearly_ends_with_values(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_end();
    (VALUES.len() - 1..=VALUES.len() + 1).any(|length| {
        let word = bytes.len().checked_sub(length).map(|start| &bytes[start..]);
        word.is_some_and(|word| is_nearly(word, VALUES))
    })
}

/// Whether bytes are the head of a statement that makes rows, of which one letter may be lost, added or another. It begins a
/// line, or the statement: in the middle of a line it is of a text.
pub fn is_nearly_head(bytes: &[u8]) -> bool {
    let begins = |line: usize| {
        let signs = bytes[line..].iter().take(MOST_BETWEEN).take_while(|byte| !byte.is_ascii_alphabetic()).count();
        let head = &bytes[line + signs..];
        VERBS.iter().chain([&VALUES]).any(|verb| {
            let lengths = verb.len() - 1..=verb.len() + 1;
            lengths.filter_map(|length| head.get(..length)).any(|word| is_nearly(word, verb))
        })
    };
    let lines = memchr::memchr_iter(b'\n', bytes).map(|end| end + 1);
    nearly_ends_with_values(bytes) && std::iter::once(0).chain(lines).any(begins)
}

/// Whether a word of about its length is another one but for one letter.
fn is_nearly(word: &[u8], wanted: &[u8]) -> bool {
    let is_same = |(one, other): &(&u8, &u8)| one.eq_ignore_ascii_case(other);
    let front = word.iter().zip(wanted).take_while(is_same).count();
    let back = word.iter().rev().zip(wanted.iter().rev()).take_while(is_same).count();
    front + back + 1 >= wanted.len().max(word.len())
}

/// What may come after a value besides a comma and a parenthesis.
const AFTER_VALUE: [&[u8]; 9] = [b"collate", b"uescape", b"escape", b"as ", b"using", b"at ", b"from", b"in ", b"for"];

/// Whether a value may end here, before these bytes.
pub fn may_end_value(rest: &[u8]) -> bool {
    let rest = match rest.first() {
        Some(b',' | b')') => return true,
        _ => rest.trim_ascii_start(),
    };
    rest.first().is_none_or(|byte| b",)|+:;-/#]".contains(byte))
        || AFTER_VALUE.iter().any(|word| begins_in_any_case(rest, word))
}

/// Whether what comes after the semicolon after a row may do so: on its line only a word that begins a statement, or a sign;
/// `None` where the bytes are too few to show it.
fn may_follow_row(rest: &[u8]) -> Option<bool> {
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    let word = &rest[spaces..];
    let letters = word.iter().take(LONGEST_STATEMENT).take_while(|byte| byte.is_ascii_alphabetic()).count();
    word.get(letters)?;
    Some(letters == 0 || STATEMENTS.iter().any(|known| word[..letters].eq_ignore_ascii_case(known)))
}

/// No word that begins a statement is longer.
const LONGEST_STATEMENT: usize = 16;

/// The words that statements of dumps and of clients begin with.
const STATEMENTS: [&[u8]; 34] = [
    b"insert",
    b"replace",
    b"merge",
    b"create",
    b"alter",
    b"drop",
    b"truncate",
    b"delete",
    b"update",
    b"select",
    b"copy",
    b"set",
    b"reset",
    b"use",
    b"lock",
    b"unlock",
    b"begin",
    b"start",
    b"commit",
    b"rollback",
    b"end",
    b"grant",
    b"revoke",
    b"comment",
    b"analyze",
    b"vacuum",
    b"pragma",
    b"exec",
    b"call",
    b"declare",
    b"go",
    b"delimiter",
    b"show",
    b"quit",
];

/// Whether something in a row is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowDamage {
    /// Nothing, as far as it is seen.
    None,
    /// Something, so that a parenthesis in its text may be outside of any string.
    Some,
}

/// Whether a row may end before these bytes; `None` where they are too few to show it.
pub fn may_end_row(rest: &[u8], damage: RowDamage) -> Option<bool> {
    let is_sound = damage == RowDamage::None;
    let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let (space, next) = rest.split_at(spaces);
    Some(match next.first()? {
        b',' => {
            let next = next[1..].trim_ascii_start();
            match next.first()? {
                b'(' => is_sound || may_begin_row(next)?,
                b'-' | b'/' | b'#' => is_sound,
                _ => false,
            }
        }
        b'(' => is_sound || may_begin_row(next)?,
        b';' if is_sound => may_follow_row(&next[1..])?,
        b';' => {
            let line = next.iter().skip(1).find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
            line.is_none_or(|byte| *byte == b'\n') || is_insert(next[1..].trim_ascii_start())
        }
        b'-' | b'/' | b'#' | b'$' => is_sound,
        byte if byte.is_ascii_alphabetic() => match is_sound {
            true => !space.is_empty(),
            false => space.contains(&b'\n') && (is_insert(next) || next.starts_with(b"GO")),
        },
        _ => false,
    })
}
