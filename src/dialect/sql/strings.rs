//! The strings of a dump: where they begin and end, with quotes lost and added.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};

use super::tokens::{Tokens, is_insert};

/// How a quote within a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// `''`; a backslash is a character like others, but in `E'…'`.
    Standard,
    /// `\'` or `''`.
    Backslash,
}

impl Strings {
    /// How strings are written, where the dump shows it.
    pub fn told(bytes: &[u8]) -> Option<Strings> {
        let holds = |mark: &[u8]| memmem::find(bytes, mark).is_some();
        if holds(b"standard_conforming_strings = on") || holds(b"-- PostgreSQL database dump") {
            return Some(Strings::Standard);
        }
        if holds(b"/*!40") || holds(b"-- MySQL dump") || holds(b"INTO `") {
            return Some(Strings::Backslash);
        }
        // SQLite, whose shell puts line ends back by `replace`, and SQL Server.
        let marks = [&b"BEGIN TRANSACTION;"[..], b"',char(10))", b"INSERT [", b"INTO ["];
        marks.into_iter().any(holds).then_some(Strings::Standard)
    }

    /// How strings are written that hold these texts: with backslashes only if each of them begins an escape, as those do
    /// that a program wrote, and if nothing that it escapes is there without one.
    pub fn shown<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Strings {
        let (mut escapes, mut line_ends, mut quotes) =
            (WaysOfWriting::default(), WaysOfWriting::default(), WaysOfWriting::default());
        for text in texts {
            let mut at = 0;
            while let Some(found) = memchr3(b'\\', b'\n', b'"', &text[at..]).map(|ahead| at + ahead) {
                at = found + 1;
                if text[found] != b'\\' {
                    let written = if text[found] == b'"' { &mut quotes } else { &mut line_ends };
                    written.bare = true;
                    continue;
                }
                let Some(escaped) = text.get(at) else { continue };
                at += 1;
                match escaped {
                    b'"' => quotes.escaped = true,
                    b'n' | b'r' => line_ends.escaped = true,
                    b'\\' | b'\'' | b't' | b'0' | b'b' | b'Z' | b'%' | b'_' => {}
                    _ => escapes.bare = true,
                }
                escapes.escaped = true;
            }
        }
        let is_backslash = escapes.escaped && ![escapes, line_ends, quotes].iter().any(WaysOfWriting::are_both);
        if is_backslash { Strings::Backslash } else { Strings::Standard }
    }
}

/// In which ways a character is written.
#[derive(Clone, Copy, Default)]
struct WaysOfWriting {
    bare: bool,
    escaped: bool,
}

impl WaysOfWriting {
    fn are_both(&self) -> bool {
        self.bare && self.escaped
    }
}

/// A string of PostgreSQL between dollars: `$$…$$` or `$body$…$body$`, without any escapes.
pub struct DollarString {
    /// What is between the tags, or between the first and the end of the bytes.
    pub text: Range<usize>,
    /// What comes after it, if its end was found.
    pub after: Option<usize>,
}

/// The string whose first dollar is at `start`, if that begins a tag.
pub fn dollar_string(bytes: &[u8], start: usize) -> Option<DollarString> {
    let rest = &bytes[start..];
    let length = memchr(b'$', rest.get(1..LONGEST_TAG.min(rest.len()))?)?;
    let name = &rest[1..1 + length];
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    if !name.iter().all(is_letter) || name.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let tag = &rest[..length + 2];
    let text = start + tag.len();
    let end = memmem::find(&bytes[text..], tag).map(|ahead| text + ahead);
    Some(DollarString { text: text..end.unwrap_or(bytes.len()), after: end.map(|end| end + tag.len()) })
}

/// Tags are names, and these are no longer.
const LONGEST_TAG: usize = 65;

/// How the string is written whose quote is at `quote`: `E'…'` always has backslashes, `U&'…'` never.
pub fn strings_at(bytes: &[u8], quote: usize, strings: Strings) -> Strings {
    let prefix = &bytes[quote - word_before(bytes, quote)..quote];
    match bytes[quote] {
        b'\'' if prefix.eq_ignore_ascii_case(b"e") => Strings::Backslash,
        b'\'' if prefix.eq_ignore_ascii_case(b"u&") => Strings::Standard,
        _ => strings,
    }
}

/// How long the word is right before a quote.
fn word_before(bytes: &[u8], quote: usize) -> usize {
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'&') || **byte >= 0x80;
    bytes[..quote].iter().rev().take_while(is_letter).count()
}

/// What may come right before a string: how it is written, or of which type it is.
const PREFIXES: [&[u8]; 12] =
    [b"e", b"n", b"b", b"x", b"q", b"nq", b"u&", b"date", b"time", b"timestamp", b"interval", b"blob"];

/// Whether a quote opens a string: not after a word that is none of what may come before one.
pub fn opens_string(bytes: &[u8], quote: usize) -> bool {
    let word = &bytes[quote - word_before(bytes, quote)..quote];
    bytes[quote] != b'\'' || word.is_empty() || is_prefix(word)
}

fn is_prefix(word: &[u8]) -> bool {
    word.starts_with(b"_") || PREFIXES.iter().any(|prefix| word.eq_ignore_ascii_case(prefix))
}

/// A string from its quote on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlString {
    /// Where it ends: after its closing quote.
    pub end: usize,
    /// The first quote in it that is neither doubled nor closes it: none comes right before a letter that closes.
    pub stray: Option<usize>,
    /// Whether its closing quote is lost: it seems to hold the beginning of another row. Its own row ends with it then.
    pub is_lost: bool,
}

/// The string whose quote is at `quote`, if its end is there.
pub fn sql_string(bytes: &[u8], quote: usize, strings: Strings) -> Option<SqlString> {
    let mark = *bytes.get(quote)?;
    let mut at = quote + 1;
    let mut stray = None;
    loop {
        let rest = bytes.get(at..)?;
        let ahead = match (strings, mark) {
            (Strings::Backslash, b'\'' | b'"') => memchr2(mark, b'\\', rest)?,
            _ => memchr(mark, rest)?,
        };
        at += ahead + 1;
        if bytes[at - 1] == b'\\' {
            at += 1;
            continue;
        }
        // Whether a quote at the very end is doubled is not known yet.
        let next = *bytes.get(at)?;
        if next == mark {
            at += 1;
        } else if mark == b'\'' && (next.is_ascii_alphanumeric() || matches!(next, b'_' | b'.' | b'?') || next >= 0x80)
        {
            stray = stray.or(Some(at - 1));
            if let Some(end) = row_end(bytes, quote + 1, at - 1) {
                return Some(SqlString { end, stray, is_lost: true });
            }
        } else {
            return Some(SqlString { end: at, stray, is_lost: false });
        }
    }
}

/// The head of a statement, and the values of a row before its first string, have no more bytes.
const LONGEST_HEAD: usize = 4096;

/// Where a row ends in these bytes, if they end right before the first string of the next one.
fn row_end(bytes: &[u8], from: usize, until: usize) -> Option<usize> {
    let from = from.max(until.saturating_sub(LONGEST_HEAD));
    let front = bytes[from..until].trim_ascii_end();
    let (rest, word) = front.split_at(front.len() - word_before(front, front.len()));
    let front = if is_prefix(word) { rest.trim_ascii_end() } else { front };
    if !front.ends_with(b"(") && !front.ends_with(b",") {
        return None;
    }
    let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',' | b'.' | b'-' | b'_');
    let values = front.iter().rev().take_while(is_plain).count();
    let before = front[..front.len() - values].strip_suffix(b"(")?.trim_ascii_end();
    if let Some(row) = before.strip_suffix(b",") {
        let row = row.trim_ascii_end();
        return row.ends_with(b")").then_some(from + row.len());
    }
    let is_head = |start: &usize| {
        let mut tokens = Tokens { bytes: &bytes[..until], at: from + start };
        is_insert(&before[*start..]) && matches!(tokens.insert_head(), Ok(Some(_))) && tokens.at == from + before.len()
    };
    let head = memchr::memrchr_iter(b'\n', before).map(|end| end + 1).find(is_head)?;
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
    let row = &before[..head];
    Some(from + row.iter().rposition(|byte| !is_between(byte)).map_or(0, |last| last + 1))
}
