//! The SUBJECT field to one line of text and its portion marking.

use std::borrow::Cow;

use memchr::{memchr2_iter, memmem};

use super::labels::FieldPart;
use super::{instructions, labels};
use crate::cable::Marking;
use crate::diagnostic::Code;
use crate::lex::class_word::Soundness;
use crate::lex::marking::FoundMarking;
use crate::lex::spaces::collapsed;
use crate::lex::{begins_in_any_case, classification_line, correction, date, redaction, shape};
use crate::parse::reading::Findings;

/// What the field says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// The subject, unwrapped, without label and marking.
    pub text: Option<String>,
    /// Its portion marking.
    pub marking: Option<Marking>,
}

/// Reads the lines of the field.
pub fn read<'f, 't: 'f>(parts: impl Iterator<Item = &'f FieldPart<'t>> + Clone, findings: &mut Findings) -> Subject {
    let mut lines = parts.clone().map(|part| part.value.text.trim());
    let mut text = Cow::Borrowed(lines.next().unwrap_or_default());
    lines.for_each(|line| append(text.to_mut(), line));
    let text = collapsed(&text);
    let (marking, bare) = without_marking(&text);
    if bare.ends_with("...")
        && let Some(last) = parts.last()
    {
        findings.report(Code::SubjectCut, &last.value, bare);
    }
    let mut written = String::with_capacity(bare.len());
    redaction::write(bare, &mut written);
    Subject { text: (!written.is_empty()).then_some(written), marking }
}

/// Joins a wrapped line: after a letter and a hyphen without a space.
fn append(text: &mut String, line: &str) {
    let mut last = text.chars().rev();
    let hyphen = last.next() == Some('-') && last.next().is_some_and(|before| before != ' ' && before != '-');
    if !text.is_empty() && !hyphen {
        text.push(' ');
    }
    text.push_str(line);
}

/// The markings at the beginning and the end, and the text between; a label repeated after a marking goes too.
fn without_marking(text: &str) -> (Option<Marking>, &str) {
    let leading = FoundMarking::leading(text);
    let (mut marking, mut rest) = match leading {
        Some(found) => (Some(found.marking), text[found.length..].trim_start()),
        None => (None, text),
    };
    while let Some(behind) = ["SUBJECT:", "SUBJ:", "Subject:"].iter().find_map(|label| rest.strip_prefix(label)) {
        rest = behind.trim_start();
    }
    if let Some(found) = FoundMarking::trailing(rest).filter(|found| rest.len() > found.length) {
        rest = rest[..rest.len() - found.length].trim_end();
        marking = marking.or(Some(found.marking));
    }
    (marking, rest)
}

/// What is below a line that may be the rest of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BelowSubject {
    /// The label of another field.
    Label,
    /// A blank line, or nothing.
    Blank,
    /// More text.
    Text,
}

/// Whether a subject continues after one blank line (reference 4.8, rule 1): it is unfinished, or the label of the next
/// field is right below, where no heading can be.
#[cold]
pub fn continues_over_blank(so_far: &str, next: &str, below: BelowSubject) -> bool {
    let (so_far, next) = (so_far.trim_end(), next.trim());
    let capitals = |text: &str| {
        text.contains(|c: char| c.is_ascii_uppercase()) && !text.contains(|c: char| c.is_ascii_lowercase())
    };
    let alike = capitals(so_far) && capitals(next) || shape::is_title_case(so_far) && shape::is_title_case(next);
    let is_short = next.len() <= 70 && !next.starts_with(|c: char| c.is_ascii_digit());
    let finished_by = match below {
        BelowSubject::Label => {
            is_short && capitals(so_far) && instructions::kind(next) == instructions::InstructionKind::Note
        }
        BelowSubject::Blank => is_short && is_unfinished(so_far),
        BelowSubject::Text => false,
    };
    alike && finished_by && !begins_other(next)
}

/// Whether a subject breaks off: after a word that cannot be the last, a sign that joins, or a day without its year.
fn is_unfinished(so_far: &str) -> bool {
    const JOINING: [&str; 26] = [
        "AS", "TO", "OF", "ON", "IN", "AND", "THE", "FOR", "WITH", "WHILE", "FROM", "BY", "AT", "A", "AN", "UNDER",
        "OVER", "BETWEEN", "AGAINST", "INTO", "AFTER", "BEFORE", "THAT", "OR", "BUT", "NOT",
    ];
    let mut words = so_far.rsplit(' ');
    let (last, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_day = || last.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day)) && date::month(before).is_some();
    let is_possessive = || ["'s", "\u{2019}s", "'S", "\u{2019}S"].iter().any(|end| last.ends_with(end));
    so_far.ends_with(['-', ',', ':'])
        || JOINING.iter().any(|word| word.eq_ignore_ascii_case(last))
        || is_possessive()
        || is_day()
}

/// Whether a line begins something else, however unfinished the subject above it is.
fn begins_other(line: &str) -> bool {
    const OPENING: [&str; 12] = [
        "SENSITIVE",
        "(",
        "-",
        "REF",
        "SUMMARY",
        "SIPDIS",
        "BEGIN",
        "INTRODUCTION",
        "CLASSIFIED",
        "THIS ",
        "TABLE OF",
        "COMMENT",
    ];
    let begins = |word: &&str| begins_in_any_case(line, word);
    OPENING.iter().any(begins) || correction::is_in(line) || is_class_line(line)
}

/// Whether a line is the classification line of a section, or ends in one after a dateline.
pub fn is_class_line(line: &str) -> bool {
    let has_address = |line: &str| {
        let read = classification_line::read(line, Soundness::Sound);
        read.is_some_and(|read| read.section.is_some() || read.station.is_some_and(|station| station.post.is_some()))
    };
    has_address(line.trim_start()) || date::trailing_dateline(line).is_some()
}

/// Where the subject ends on its line: at a rule, or where the cable begins to call itself an action request.
pub fn end_within(text: &str) -> Option<usize> {
    let rule = memmem::find(text.as_bytes(), b" -----").map(|at| at + 1);
    rule.into_iter().chain(action_request_in(text)).min()
}

/// Where a text begins to call itself an action request, in any case.
pub fn action_request_in(text: &str) -> Option<usize> {
    const WORDS: &[u8] = b"this is an action request";
    /// Where the letter is that is rarest in subjects, the Q.
    const RAREST: usize = 20;
    let bytes = labels::window(text).as_bytes();
    let is_here = |at: &usize| {
        let words = bytes.get(*at..at + WORDS.len());
        words.is_some_and(|words| words.eq_ignore_ascii_case(WORDS))
    };
    memchr2_iter(b'q', b'Q', bytes).filter_map(|at| at.checked_sub(RAREST)).find(is_here)
}
