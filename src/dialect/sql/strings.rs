//! The strings of a dump: where they begin and end, with quotes lost and added.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memmem};

use super::row_start::{QuoteSeems, RowBeginning, row_start};
use super::words::word_before;
use crate::lex::begins_in_any_case;

/// How a quote within a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// `''`; a backslash is a character like others, but in `E'…'`.
    Standard,
    /// `\'` or `''`.
    Backslash,
    /// `''`, and `\u000a` for a line end, as HSQLDB writes them.
    Numbered,
}

impl Strings {
    /// How strings are written, where the dump shows it.
    pub fn told(bytes: &[u8]) -> Option<Strings> {
        let holds = |mark: &[u8]| memmem::find(bytes, mark).is_some();
        if sets_off(bytes, b"standard_conforming_strings") {
            return Some(Strings::Backslash);
        }
        if holds(b"standard_conforming_strings = on") || holds(b"-- PostgreSQL database dump") {
            return Some(Strings::Standard);
        }
        if holds(b"SET DATABASE UNIQUE NAME ") {
            return Some(Strings::Numbered);
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

/// Whether a dump sets a variable to `off`.
fn sets_off(bytes: &[u8], variable: &[u8]) -> bool {
    memmem::find_iter(bytes, variable).any(|at| {
        let value = bytes[at + variable.len()..].trim_ascii_start();
        let value = value.strip_prefix(b"=").or_else(|| value.strip_prefix(b"TO")).map(<[u8]>::trim_ascii_start);
        value.is_some_and(|value| begins_in_any_case(value, b"off") || begins_in_any_case(value, b"'off'"))
    })
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

/// Whether a value may begin with the dollar at `at`: not in prose, in which others are a price or a sign.
pub fn may_open_value(bytes: &[u8], at: usize) -> bool {
    bytes[..at].trim_ascii_end().last().is_none_or(|byte| matches!(byte, b'(' | b',' | b'|' | b'+'))
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

/// A string from its quote on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlString {
    /// Where it ends: after its closing quote, or where its row does.
    pub end: usize,
    /// The first quote in it that is neither doubled nor closes it: none comes right before a letter that closes.
    pub stray: Option<usize>,
    /// The row that begins in it: its closing quote is lost, and its own row ends with it.
    pub next: Option<RowBeginning>,
}

/// The string whose quote is at `quote`, if its end is there.
pub fn sql_string(bytes: &[u8], quote: usize, strings: Strings) -> Option<SqlString> {
    let mark = *bytes.get(quote)?;
    if let Some(close) = other_delimiter(bytes, quote) {
        return delimited(bytes, quote + 2, close);
    }
    let start = quote + 1;
    let mut at = start;
    let mut stray = None;
    loop {
        let rest = bytes.get(at..)?;
        let ahead = match (strings, mark) {
            (_, b'`') => memchr2(mark, b'\'', rest)?,
            (Strings::Backslash, b'"') => memchr3(mark, b'\\', b'\'', rest)?,
            (Strings::Standard | Strings::Numbered, b'"') => memchr2(mark, b'\'', rest)?,
            (Strings::Backslash, _) => memchr2(mark, b'\\', rest)?,
            (Strings::Standard | Strings::Numbered, _) => memchr(mark, rest)?,
        };
        let found = at + ahead;
        at = found + 1;
        if bytes[found] == b'\\' {
            at += 1;
            continue;
        }
        // Whether a quote at the very end is doubled is not known yet.
        let next = *bytes.get(at)?;
        let begins_text = next.is_ascii_alphanumeric() || matches!(next, b'_' | b'.' | b'?') || next >= 0x80;
        if bytes[found] != mark {
            // A quote in a string between others: the first of these may be one too many.
            if begins_text && let Some(next) = row_start(bytes, start, found, QuoteSeems::Opening) {
                return Some(SqlString { end: next.before, stray: Some(quote), next: Some(next) });
            }
        } else if next == mark {
            at += 1;
        } else if mark == b'\'' && begins_text {
            stray = stray.or(Some(found));
            if let Some(next) = row_start(bytes, start, found, QuoteSeems::Opening) {
                return Some(SqlString { end: next.before, stray, next: Some(next) });
            }
        } else {
            let next = match mark {
                b'\'' => row_start(bytes, start, found, QuoteSeems::Closing),
                _ => None,
            };
            let stray = stray.or(next.map(|_| found));
            return Some(SqlString { end: next.map_or(at, |next| next.before), stray, next });
        }
    }
}

/// What comes before the closing quote of a string of Oracle that has delimiters of its own, `q'[…]'`.
pub fn other_delimiter(bytes: &[u8], quote: usize) -> Option<u8> {
    let prefix = &bytes[quote - word_before(bytes, quote)..quote];
    let is_so = bytes[quote] == b'\'' && OWN_DELIMITERS.iter().any(|own| prefix.eq_ignore_ascii_case(own));
    let open = bytes.get(quote + 1).filter(|byte| is_so && !byte.is_ascii_whitespace())?;
    Some(match open {
        b'[' => b']',
        b'{' => b'}',
        b'(' => b')',
        b'<' => b'>',
        same => *same,
    })
}

const OWN_DELIMITERS: [&[u8]; 2] = [b"q", b"nq"];

/// The string from `start` on that ends with a delimiter and a quote; nothing is escaped in it.
fn delimited(bytes: &[u8], start: usize, close: u8) -> Option<SqlString> {
    for quote in memchr_iter(b'\'', bytes.get(start..)?).map(|ahead| start + ahead) {
        if quote > start && bytes[quote - 1] == close {
            return Some(SqlString { end: quote + 1, stray: None, next: None });
        }
        if bytes.get(quote + 1).is_some_and(u8::is_ascii_alphanumeric)
            && let Some(next) = row_start(bytes, start, quote, QuoteSeems::Opening)
        {
            return Some(SqlString { end: next.before, stray: Some(quote), next: Some(next) });
        }
    }
    None
}
