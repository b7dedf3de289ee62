//! One place of a text to the damage there, if any.
//!
//! Knows the kinds of damage that can be undone with certainty; what the cable system itself lost is not among them and
//! stays.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::WINDOWS_1252;
use memchr::memchr;
use memchr::memmem;

use crate::diagnostic::Code;
use crate::lex::begins_in_any_case;
use crate::tables::entities;

/// A stretch of the source and what is read in its place.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it is in the source.
    pub range: Range<usize>,
    /// What is read.
    pub replacement: Cow<'static, str>,
    /// What to report; `None` for what is no oddity.
    pub code: Option<Code>,
}

/// Which remains of a database are looked for in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftovers {
    /// Backslashes and doubled quotes: the text may be a row that was pasted.
    All,
    /// None: the dialect undid the escapes of its records, and what is left is the text's own.
    None,
}

/// Finds damage in one text.
pub struct Damage<'s> {
    source: &'s str,
    leftovers: Leftovers,
    /// Whether quotes are doubled as in a CSV row; found out when the first two in a row are met.
    doubles_quotes: Option<bool>,
    /// End of the line last looked at for characters decoded twice, and whether it holds such.
    decoded_twice: (usize, bool),
}

impl<'s> Damage<'s> {
    /// Looks for damage in `source`.
    pub fn of(source: &'s str, leftovers: Leftovers) -> Damage<'s> {
        Damage { source, leftovers, doubles_quotes: None, decoded_twice: (0, false) }
    }

    /// The damage that begins at the byte `at`, a character boundary.
    pub fn at(&mut self, at: usize) -> Option<Change> {
        let rest = &self.source[at..];
        match rest.as_bytes()[0] {
            b'&' => entity(rest, at),
            b'<' => tag(rest, at, self.source),
            b'\\' | b'"' if self.leftovers == Leftovers::None => None,
            b'\\' => backslash(rest, at),
            b'"' => self.doubled_quote(at),
            byte if byte.is_ascii() => control(rest, at),
            _ => self.character(at),
        }
    }

    fn character(&mut self, at: usize) -> Option<Change> {
        let rest = &self.source[at..];
        if let Some(change) = self.twice_decoded(at) {
            return Some(change);
        }
        match rest.chars().next()? {
            '\u{FEFF}' if at == 0 => Some(replace(at, '\u{FEFF}'.len_utf8(), "", None)),
            '¶' if !self.begins_line(at) => Some(replace(at, '¶'.len_utf8(), "", None)),
            _ => control(rest, at),
        }
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.source[..at].trim_end_matches(' ');
        before.is_empty() || before.ends_with(['\n', '\r', '\u{FEFF}'])
    }

    /// `""` for `"`, where the text opens quotes that way; two quotes between commas are an empty column.
    fn doubled_quote(&mut self, at: usize) -> Option<Change> {
        if !self.source[at..].starts_with("\"\"") {
            return None;
        }
        let between_commas = self.source[..at].ends_with(',') && self.source[at + 2..].starts_with(',');
        let doubled = *self.doubles_quotes.get_or_insert_with(|| opens_doubled(self.source));
        (doubled && !between_commas).then(|| replace(at, 2, "\"", Some(Code::RecordResidue)))
    }

    /// A run of characters that is UTF-8 read as windows-1252, if every run of the line is.
    fn twice_decoded(&mut self, at: usize) -> Option<Change> {
        // UTF-8 begins every character beyond ASCII with one of the bytes that windows-1252 reads as U+00C2 to U+00F4.
        if self.source.as_bytes()[at] != 0xC3 {
            return None;
        }
        let (line_end, is_decoded_twice) = self.decoded_twice;
        if at >= line_end {
            let start = self.source[..at].rfind('\n').map_or(0, |end| end + 1);
            let end = memchr(b'\n', &self.source.as_bytes()[at..]).map_or(self.source.len(), |ahead| at + ahead);
            self.decoded_twice = (end, holds_twice_decoded(&self.source[start..end]));
        } else if !is_decoded_twice {
            return None;
        }
        if !self.decoded_twice.1 {
            return None;
        }
        let run = foreign_run(&self.source[at..]);
        Some(replace(at, run.len(), decoded_once(run)?, Some(Code::Mojibake)))
    }
}

fn replace(at: usize, length: usize, by: impl Into<Cow<'static, str>>, code: Option<Code>) -> Change {
    Change { range: at..at + length, replacement: by.into(), code }
}

/// Control characters, soft hyphens and zero-width characters go; a tab or a no-break space is a space.
fn control(rest: &str, at: usize) -> Option<Change> {
    let character = rest.chars().next()?;
    let length = character.len_utf8();
    match character {
        '\t' | '\u{A0}' => Some(replace(at, length, " ", None)),
        // A byte order mark in mid-text and the zero-width characters are as invisible as a control.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => {
            Some(replace(at, length, "", Some(Code::ControlCharacter)))
        }
        '\u{81}' | '\u{8D}' | '\u{8F}' | '\u{90}' | '\u{9D}' => {
            Some(replace(at, length, "", Some(Code::ByteUndefined)))
        }
        _ if character.is_control() => Some(replace(at, length, "", Some(Code::ControlCharacter))),
        _ => None,
    }
}

/// A backslash of a database dump, before a line end or a quote.
fn backslash(rest: &str, at: usize) -> Option<Change> {
    let behind = &rest[1..];
    let ends_line = matches!(behind.trim_start_matches(' ').as_bytes().first(), None | Some(b'\n' | b'\r'));
    (ends_line || behind.starts_with(['\'', '"'])).then(|| replace(at, 1, "", Some(Code::DumpBackslash)))
}

/// The longest entity, `&#x0000A;` with some zeros more.
const LONGEST_ENTITY: usize = 12;

/// A character entity. It must end in a semicolon: in `&part of it8` the `&` is a lost quote.
fn entity(rest: &str, at: usize) -> Option<Change> {
    let bytes = rest.as_bytes();
    let end = memchr(b';', &bytes[..bytes.len().min(LONGEST_ENTITY)])?;
    let name = rest.get(1..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => entities::character(name)?,
    };
    let by = match character {
        // A line end would move all lines after it, and a no-break space is a space anyway.
        '\u{A0}' => " ".into(),
        '\u{AD}' => "".into(),
        control if control.is_control() => " ".into(),
        character => Cow::Owned(character.to_string()),
    };
    Some(replace(at, end + 1, by, Some(Code::MarkupLeftover)))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

/// Elements that were seen left over in texts.
const ELEMENTS: [&str; 18] = [
    "a", "b", "br", "div", "em", "font", "hr", "i", "img", "li", "p", "pre", "span", "strong", "table", "td", "tr",
    "ul",
];
/// Elements around a text that begins with one of them.
const ROOTS: [&str; 2] = ["html", "body"];

/// No tag in a text is longer; keeps the search for its end linear.
const LONGEST_TAG: usize = 400;

/// A tag of left-over markup. One that breaks a line is a space between words.
fn tag(rest: &str, at: usize, source: &str) -> Option<Change> {
    let bytes = rest.as_bytes();
    let end = memchr(b'>', &bytes[..bytes.len().min(LONGEST_TAG)])?;
    let inside = rest.get(1..end)?;
    let name = inside.trim_start_matches('/').split([' ', '/']).next()?;
    let is_one_of = |elements: &[&str]| elements.iter().any(|element| element.eq_ignore_ascii_case(name));
    let is_root = || is_one_of(&ROOTS) && ROOTS.iter().any(|root| begins_element(source, root));
    if !(is_one_of(&ELEMENTS) || is_root()) || inside.contains(['\n', '<']) {
        return None;
    }
    let breaks = ["br", "p", "div", "hr", "li", "td", "tr"].iter().any(|element| element.eq_ignore_ascii_case(name));
    let before_word = rest[end + 1..].starts_with(|c: char| c.is_alphanumeric());
    let by = if breaks && before_word { " " } else { "" };
    Some(replace(at, end + 1, by, Some(Code::MarkupLeftover)))
}

/// Whether a text begins with an element.
fn begins_element(text: &str, name: &str) -> bool {
    text.strip_prefix('<').is_some_and(|rest| begins_in_any_case(rest, name))
}

/// Whether a text opens quotes doubled: `""` after a space or a line end and before a word.
fn opens_doubled(source: &str) -> bool {
    memmem::find_iter(source.as_bytes(), "\"\"").any(|at| {
        let before = source[..at].chars().next_back().unwrap_or('\n');
        let after = source[at + 2..].chars().next().unwrap_or('\n');
        (before.is_whitespace() || before == '(') && (after.is_alphanumeric() || after == '[')
    })
}

fn foreign_run(text: &str) -> &str {
    let end = text.bytes().position(|byte| byte.is_ascii()).unwrap_or(text.len());
    &text[..end]
}

/// Whether every run of characters beyond ASCII in a line is UTF-8 read as windows-1252.
fn holds_twice_decoded(line: &str) -> bool {
    line.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()).all(|run| decoded_once(run).is_some())
}

fn decoded_once(run: &str) -> Option<String> {
    let (bytes, _, unmappable) = WINDOWS_1252.encode(run);
    if unmappable { None } else { String::from_utf8(bytes.into_owned()).ok() }
}
