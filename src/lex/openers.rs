//! Openers and closers of summaries and comments: `SUMMARY:`, `(Comment: `, `END SUMMARY.`
//!
//! Finds the words and where the text after or before them is; what a span means is decided elsewhere.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::words;
use super::{begins_in_any_case, words_at_end, words_in_any_case};
use crate::tables::openers::{self, Phrases};

static END: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("END"));
static COMMENT: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("COMMENT"));

/// What is opened and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenerKind {
    /// A summary.
    Summary,
    /// A comment.
    Comment,
}

impl OpenerKind {
    fn phrases(self) -> &'static Phrases {
        match self {
            OpenerKind::Summary => &openers::all().summary,
            OpenerKind::Comment => &openers::all().comment,
        }
    }
}

/// Length of the opener of either kind that `text` begins with.
pub fn length(text: &str) -> Option<usize> {
    leading(text, OpenerKind::Summary).or_else(|| leading(text, OpenerKind::Comment))
}

/// Length of the opener that `text` begins with, up to the text after it.
pub fn leading(text: &str, kind: OpenerKind) -> Option<usize> {
    let mut at = text.bytes().take_while(|byte| b" ([-".contains(byte)).count();
    at += roman_number(&text[at..]);
    at += word(&text[at..], "BEGIN").unwrap_or(0);
    let mut is_named = false;
    if kind == OpenerKind::Comment {
        let qualifier = qualifier(&text[at..]);
        let name = if qualifier == 0 { commentator(&text[at..]) } else { 0 };
        is_named = name > 0;
        at += qualifier + name;
    }
    let phrase = phrase(&text[at..], kind)?;
    let spelled = &text[at..at + phrase];
    at += phrase;
    at += companion(&text[at..]);
    let rest = &text[at..];
    let punctuation = punctuation(rest);
    let is_over = rest.trim_start().is_empty();
    if is_named && !is_over && !rest.trim_start().starts_with([':', '-', '\n']) {
        return None;
    }
    if punctuation == 0 && !is_over && !rest.starts_with('\n') && !is_title_over(spelled, rest) {
        return None;
    }
    Some(text.len() - text[at + punctuation..].trim_start().len())
}

/// Length of the phrase of `kind` that `text` begins with.
fn phrase(text: &str, kind: OpenerKind) -> Option<usize> {
    kind.phrases().alike(text).iter().find_map(|phrase| whole_words(text, phrase))
}

/// `SUMMARY The minister`: upper case before prose, without punctuation.
fn is_title_over(spelled: &str, rest: &str) -> bool {
    let mut letters = rest.trim_start().chars();
    let opens = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    opens && spelled.bytes().all(|byte| !byte.is_ascii_lowercase())
}

/// Length of the punctuation after an opener; 0 if the text continues with words.
fn punctuation(rest: &str) -> usize {
    let trimmed = rest.trim_start_matches(' ');
    let strokes = trimmed.len() - trimmed.trim_start_matches([':', '.', '-', ';', ')', '\u{2013}', '\u{2014}']).len();
    // A hyphen within a word is not punctuation: `Summary-level`.
    let glued = rest.starts_with('-') && trimmed[strokes..].starts_with(char::is_alphabetic) && strokes == 1;
    if strokes == 0 || glued { 0 } else { rest.len() - trimmed.len() + strokes }
}

/// Length of `word`, or several, and the spaces after it at the start of `text`, in any case.
fn word(text: &str, word: &str) -> Option<usize> {
    let length = whole_words(text, word)?;
    Some(length + spaces(&text[length..]))
}

/// Length of the words of a phrase at the start of `text`, in any case, if no letter is glued to them.
fn whole_words(text: &str, phrase: &str) -> Option<usize> {
    words_in_any_case(text, phrase).filter(|&length| !text[length..].starts_with(char::is_alphanumeric))
}

/// How many spaces `text` begins with.
fn spaces(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b' ').count()
}

/// Length of the words that qualify a comment: `EMBASSY `.
fn qualifier(text: &str) -> usize {
    openers::all().qualifier.alike(text).iter().find_map(|phrase| word(text, phrase)).unwrap_or(0)
}

/// Length of up to three words that name who comments: `DAO `, `RSO Lima `, `Ambassador's `.
fn commentator(text: &str) -> usize {
    let mut at = 0;
    for _ in 0..MOST_NAMES {
        let rest = &text[at..];
        let Some(length) = rest.bytes().take(LONGEST_NAME).position(|byte| byte == b' ') else { return 0 };
        let next = length + spaces(&rest[length..]);
        // The second word of most paragraphs begins in lower case.
        let is_raised = matches!(rest.as_bytes().get(next), Some(b'A'..=b'Z' | b'c'));
        if !is_raised || !names_commentator(&rest[..length]) {
            return 0;
        }
        at += next;
        if phrase(&text[at..], OpenerKind::Comment).is_some() {
            return at;
        }
    }
    0
}

/// Words that may name who comments.
const MOST_NAMES: usize = 3;

/// Letters of each of them.
const LONGEST_NAME: usize = 20;

/// Whether a word before `COMMENT` can belong to the name of whoever comments.
fn names_commentator(word: &str) -> bool {
    let is_sign = |sign: char| sign.is_alphanumeric() || matches!(sign, '\'' | '\u{2019}' | '-' | '/' | '.');
    let is_part = openers::all().no_commentator.alike(word).iter().any(|other| word.eq_ignore_ascii_case(other));
    word.len() > 1
        && word.starts_with(char::is_uppercase)
        && word.chars().all(is_sign)
        && !word.ends_with('.')
        && !is_part
}

/// Length of a Roman number and the period after it: `II. `.
fn roman_number(text: &str) -> usize {
    let digits = text.bytes().take(5).take_while(|byte| matches!(byte, b'I' | b'V' | b'X')).count();
    if digits > 0 && text[digits..].starts_with(". ") { digits + 2 } else { 0 }
}

/// Length of what was opened along with it: `/INTRODUCTION`, ` AND COMMENT`, ` (CONTINUED)`, ` (U)`.
fn companion(text: &str) -> usize {
    let trimmed = text.trim_start_matches(' ');
    let joined = ["AND ", "& ", "/ ", "/", "(", ", "].iter().find(|sign| begins_in_any_case(trimmed, sign));
    let Some(sign) = joined else { return 0 };
    let rest = &trimmed[sign.len()..];
    let start = rest.bytes().take(LONGEST_COMPANION);
    let end = start.into_iter().position(|byte| matches!(byte, b':' | b'.' | b'-' | b'\n' | b')' | b';'));
    let words = end.unwrap_or(rest.len());
    let fits = words < LONGEST_COMPANION && rest[..words].split(' ').count() <= 4 && !rest[..words].is_empty();
    let closes = usize::from(rest[words..].starts_with(')'));
    // Without punctuation after it, a companion must be the rest of the line.
    if fits { text.len() - trimmed.len() + sign.len() + words + closes } else { 0 }
}

/// Letters of the words that are opened along with others.
const LONGEST_COMPANION: usize = 40;

/// Finds the first closer of one of these kinds in a text in upper case: from the `END` to after its punctuation.
pub fn closer(capitals: &str, kinds: &[OpenerKind]) -> Option<Range<usize>> {
    let closer_at = |start| kinds.iter().find_map(|kind| closer_at(capitals, start, *kind));
    END.find_iter(capitals.as_bytes()).find_map(closer_at)
}

fn closer_at(text: &str, start: usize, kind: OpenerKind) -> Option<Range<usize>> {
    if text[..start].ends_with(|last: char| last.is_alphanumeric()) {
        return None;
    }
    let mut at = start + 3;
    let skip = |at: usize| text.len() - text[at..].trim_start_matches([' ', '\n', '-', ':', '.', '"']).len();
    let first = skip(at);
    at = first;
    for filler in ["OF", "THE", "THIS"] {
        at += word(&text[at..], filler).unwrap_or(0);
    }
    let mut is_named = false;
    if kind == OpenerKind::Comment {
        let qualifier = qualifier(&text[at..]);
        let name = if qualifier == 0 { commentator(&text[at..]) } else { 0 };
        is_named = name > 0;
        at += qualifier + name;
    }
    let phrase = phrase(&text[skip(at)..], kind)?;
    let behind = &text[skip(at) + phrase..];
    if is_named && !behind.is_empty() && !behind.starts_with(['.', ')', ']', '\n']) {
        return None;
    }
    // `the end. Comment` is no closer: a sentence ends between the words.
    if text[start + 3..first].contains('.') && phrase < 4 {
        return None;
    }
    at = skip(at) + phrase;
    let companion = companion(&text[at..]);
    let tail = &text[at + companion..];
    let end = at + companion + (tail.len() - tail.trim_start_matches(['.', ')', ']', ':', '"']).len());
    Some(start..end)
}

/// Finds the first comment that opens within `text`, which is also given in upper case: where its opener begins and its
/// text begins.
pub fn inline_comment(text: &str, capitals: &str, from: usize) -> Option<Range<usize>> {
    COMMENT.find_iter(&capitals.as_bytes()[from..]).find_map(|at| inline_at(text, at + from, from))
}

fn inline_at(text: &str, at: usize, from: usize) -> Option<Range<usize>> {
    word(&text[at..], "COMMENT").or_else(|| word(&text[at..], "COMMENTS"))?;
    let end = at + leading(&text[at..], OpenerKind::Comment)?;
    let mut start = qualified_start(text, at, from);
    let is_opening = |start: usize| {
        let before = text[..start].trim_end_matches(' ');
        before.ends_with(['(', '[', '.', '?', '!', '"', ')', '\n', '-']) || before.is_empty()
    };
    if start == at && !is_opening(start) && text[at..end].contains(':') {
        start = named_start(text, at, from).filter(|&start| is_opening(start)).unwrap_or(start);
    }
    let before = text[..start].trim_end();
    let opened = is_opening(start);
    let ended =
        before.len() >= 3 && before.get(before.len() - 3..).is_some_and(|word| word.eq_ignore_ascii_case("END"));
    let sign = text[at..end].trim_end().trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == ' ');
    let plain = sign.starts_with('.') && !before.ends_with(['(', '[']) && text[at..].starts_with("Co");
    (opened && !ended && !plain && !sign.is_empty()).then_some(start..end)
}

/// Where the name of whoever comments begins, a few words before the `COMMENT` at this byte.
fn named_start(text: &str, at: usize, from: usize) -> Option<usize> {
    let mut start = at;
    for _ in 0..MOST_NAMES {
        let before = text[from..start].trim_end_matches(' ');
        if before.len() + from == start {
            return None;
        }
        let word = before.rsplit([' ', '\n', '(', '[']).next().unwrap_or(before);
        if !names_commentator(word) {
            break;
        }
        start = from + before.len() - word.len();
        if !text[from..start].ends_with(' ') {
            break;
        }
    }
    (start < at).then_some(start)
}

/// Where the qualifier before `COMMENT` begins, if there is one.
fn qualified_start(text: &str, at: usize, from: usize) -> usize {
    let before = text[from..at].trim_end();
    let begins =
        |phrase: &&str| words_at_end(before, phrase).filter(|&start| !before[..start].ends_with(char::is_alphanumeric));
    openers::all().qualifier.all().iter().find_map(begins).map_or(at, |start| from + start)
}
