//! Turns the beginning of a line, or a place within one, into the label of a field.
//!
//! Labels are matched at line start in any case, with blanks and one false pilcrow before them. Within a line they
//! are matched more strictly, because prose names fields too. Never reads a value.

use super::scan::Scan;
use crate::parse::fuzzy;
use crate::tables::{posts, tags};

/// A field that a label announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labelled {
    /// `E.O. 12958:`
    ExecutiveOrder,
    /// `TAGS:`
    Tags,
    /// `SUBJECT:`
    Subject,
    /// `REF:`
    Reference,
    /// `Classified By:`, `Derived from:` or `Reason:`
    ClassifiedBy,
}

/// How a label is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As the handbook or the custom of editors has it.
    Right,
    /// Letters are lost, added or replaced.
    Misspelt,
}

/// A label at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The field it announces.
    pub field: Labelled,
    /// Bytes before the value: what stands in front, the label, its colon and blanks.
    pub length: usize,
    /// How it is written.
    pub spelling: Spelling,
}

const TAGS_LABELS: &[&str] = &["TAGS", "TAG"];
const TAGS_MISSPELLINGS: &[&str] = &["TAGES", "TABS", "TGS", "TAS", "AGS"];
const REASON_LABELS: &[&str] = &["REASONS", "REASON(S)", "REASON", "RESONS", "RESON"];
const REFERENCE_LABELS: &[&str] = &[
    "REFERENCES", "REFERENCE", "REFTEL(S)", "REFTELS", "REFTEL", "REF(S)", "REFS", "REF",
];

impl Label {
    /// The label that `text` begins with.
    pub fn leading(text: &str) -> Option<Label> {
        let lead = lead_length(text);
        let label = of(&text[lead..])?;
        Some(Label { length: lead + label.length, ..label })
    }

    /// The first label within `text` behind its first byte, and where it begins.
    pub fn within(text: &str) -> Option<(usize, Label)> {
        let starts = |at: &usize| matches!(text.as_bytes()[*at].to_ascii_uppercase(), b'C' | b'D' | b'E' | b'R' | b'S' | b'T');
        (1..text.len()).filter(starts).find_map(|at| Some((at, of_middle(&text[..at], &text[at..])?)))
    }
}

/// Bytes of blanks and a false pilcrow before a line's first word.
pub fn lead_length(text: &str) -> usize {
    let rest = text.trim_start();
    let rest = rest.strip_prefix('¶').unwrap_or(rest).trim_start();
    text.len() - rest.len()
}

fn of(text: &str) -> Option<Label> {
    executive_order(text)
        .or_else(|| tags_label(text))
        .or_else(|| subject(text))
        .or_else(|| reference(text))
        .or_else(|| classified_by(text))
        .or_else(|| derived_from(text))
        .or_else(|| reason(text))
}

/// A label in mid-line: `before` is what stands in front of it.
fn of_middle(before: &str, text: &str) -> Option<Label> {
    let glued = before.ends_with(|last: char| last.is_alphanumeric());
    let first = text.bytes().next()?.to_ascii_uppercase();
    match first {
        b'E' => executive_order(text).filter(|_| !glued || text.starts_with("E.O.")),
        b'T' => tags_label(text).filter(|label| text.starts_with("TAGS") && (colon_in(text, label) || !glued)),
        b'S' => subject(text).filter(|label| colon_in(text, label) && (!glued || text.starts_with("SUBJECT"))),
        b'R' if glued => reference(text).filter(|label| colon_in(text, label) && cites(&text[label.length..])),
        b'R' => reference(text).filter(|label| colon_in(text, label) || text.starts_with("REF")),
        b'C' => classified_by(text).filter(|label| !glued || colon_in(text, label)),
        b'D' if !glued => derived_from(text).filter(|label| colon_in(text, label)),
        _ => None,
    }
}

fn colon_in(text: &str, label: &Label) -> bool {
    text[..label.length].contains(':')
}

fn label(field: Labelled, spelling: Spelling, mut scan: Scan<'_>) -> Option<Label> {
    scan.blanks();
    Some(Label { field, length: scan.at(), spelling })
}

/// `E.O.` before the number of an order, or before a value that only this field has.
fn executive_order(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    scan.word("E").then_some(())?;
    let mut blanks = scan.blanks();
    let mut dots = scan.run(|byte| byte == b'.');
    blanks += scan.blanks();
    let letter = scan.one(|byte| matches!(byte, b'O' | b'o' | b'0'))?;
    scan.blanks();
    dots += scan.run(|byte| matches!(byte, b'.' | b','));
    scan.blanks();
    scan.one(|byte| byte == b':');
    let spelling = if letter == b'0' { Spelling::Misspelt } else { Spelling::Right };
    let found = label(Labelled::ExecutiveOrder, spelling, scan)?;
    let value = &text[found.length..];
    let numbered = (dots > 0 || blanks == 0) && order_length(value).is_some();
    (numbered || dots > 1 && (value.starts_with("N/A") || value.starts_with("DECL"))).then_some(found)
}

/// Bytes of the number of an executive order at the beginning of `text`: four or five digits, the first a 1.
pub fn order_length(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (text.starts_with('1') && matches!(length, 4 | 5)).then_some(length)
}

fn tags_label(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    let misspelt = !scan.whole_word(TAGS_LABELS);
    if misspelt && !scan.whole_word(TAGS_MISSPELLINGS) {
        return None;
    }
    scan.blanks();
    let separator = scan.run(|byte| matches!(byte, b':' | b';' | b',' | b'.'));
    let found = label(Labelled::Tags, if misspelt { Spelling::Misspelt } else { Spelling::Right }, scan)?;
    let rest = &text[found.length..];
    (separator > 0 || !misspelt && (rest.is_empty() || begins_with_tag(rest))).then_some(found)
}

fn begins_with_tag(text: &str) -> bool {
    let word = text.trim_start_matches('(').split([' ', ',', ';', '/']).next().unwrap_or("");
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
        || tags::find(word).is_some()
        || word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn subject(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    let length = scan.run(|byte| byte.is_ascii_alphabetic());
    let word = &text[..length];
    let right = word.eq_ignore_ascii_case("SUBJECT") || word.eq_ignore_ascii_case("SUBJ");
    scan.blanks();
    let colon = scan.run(|byte| matches!(byte, b':' | b';'));
    let spelling = if right { Spelling::Right } else { Spelling::Misspelt };
    let found = label(Labelled::Subject, spelling, scan)?;
    match (right, colon) {
        (true, 1..) => Some(found),
        (true, 0) => (word == "SUBJECT" && begins_title(&text[found.length..])).then_some(found),
        (false, 0) => None,
        (false, 1..) => fuzzy::edits(&word.to_ascii_uppercase(), "SUBJECT", 1).map(|_| found),
    }
}

/// Whether a subject may follow a label without a colon: a word in capitals, but not `SUBJECT LINE`.
fn begins_title(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or("");
    text.is_empty() || word.len() > 1 && !word.starts_with("LINE") && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn reference(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    scan.whole_word(REFERENCE_LABELS).then_some(())?;
    scan.blanks();
    let separator = scan.run(|byte| matches!(byte, b':' | b'.' | b';'));
    let found = label(Labelled::Reference, Spelling::Right, scan)?;
    let rest = &text[found.length..];
    let misnamed = text.len() >= 9 && text[..9].eq_ignore_ascii_case("REFERENCE") && separator == 0;
    (!misnamed && (separator > 0 || cites(rest))).then_some(found)
}

/// Whether `text` begins as a reference does: with an enumerator, or with a post and a number.
pub fn cites(text: &str) -> bool {
    let rest = after_enumerator(text).unwrap_or(text);
    let rest = rest.trim_start_matches(|first: char| first.is_ascii_digit() || matches!(first, ' ' | '-' | '\'' | '(' | ')'));
    let numbered = |length: usize| rest[length..].trim_start_matches([' ', ',', ':', '#']).starts_with(|next: char| next.is_ascii_digit());
    posts::longest_prefix_in_reference(rest).is_some_and(|found| numbered(found.length))
}

/// What follows an enumerator such as `A.`, `A)`, `(A)`, `REF A:` at the beginning of `text`.
pub fn after_enumerator(text: &str) -> Option<&str> {
    let text = &text[lead_length(text)..];
    let mut scan = Scan::new(text);
    let open = scan.one(|byte| matches!(byte, b'(' | b'[')).is_some();
    scan.one(|byte| byte.is_ascii_alphanumeric())?;
    let close = scan.run(|byte| matches!(byte, b'.' | b')' | b':' | b']'));
    (close > 0 && (!open || text.as_bytes()[..scan.at()].ends_with(b")") || text.as_bytes()[..scan.at()].ends_with(b"]")))
        .then(|| text[scan.at()..].trim_start())
}

/// `Clas[a-z]*f[a-z]*d by`, with a paragraph number and a marking before it where it is part of paragraph 1.
fn classified_by(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    let length = scan.run(|byte| byte.is_ascii_alphabetic());
    let word = text[..length].to_ascii_lowercase();
    let shaped = word.starts_with("clas") && word[4..].contains('f') && word.ends_with('d');
    (shaped && scan.blanks() > 0 && scan.whole_word(&["BY"])).then_some(())?;
    scan.blanks();
    scan.run(|byte| byte == b':');
    let spelling = if word == "classified" { Spelling::Right } else { Spelling::Misspelt };
    label(Labelled::ClassifiedBy, spelling, scan)
}

fn derived_from(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    (scan.whole_word(&["DERIVED"]) && scan.blanks() > 0 && scan.whole_word(&["FROM"])).then_some(())?;
    scan.blanks();
    scan.run(|byte| byte == b':');
    label(Labelled::ClassifiedBy, Spelling::Right, scan)
}

fn reason(text: &str) -> Option<Label> {
    let mut scan = Scan::new(text);
    scan.whole_word(REASON_LABELS).then_some(())?;
    scan.blanks();
    let colon = scan.run(|byte| byte == b':');
    let found = label(Labelled::ClassifiedBy, Spelling::Right, scan)?;
    (colon > 0 || text[found.length..].starts_with("1.")).then_some(found)
}
