//! Turns the lines of the field into one text, and the text into who, from what, and why.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

use super::reasons;
use crate::lex::Piece;
use crate::lex::fuzzy::edits;
use crate::lex::spaces::collapsed;
use crate::tables::titles::{self, TitleKind};

/// The width at which the message form cut the field, label and all.
const FORM_WIDTH: usize = 71;

/// The parts of the field.
#[derive(Debug, Default)]
pub struct AuthorityField<'t> {
    /// Everything without the label before.
    pub text: &'t str,
    /// What is between each label and the reasons; empty strings left out.
    pub authorities: Vec<&'t str>,
    /// The source of a derivative classification.
    pub derived_from: Option<&'t str>,
    /// What begins with a word that speaks of a reason.
    pub reasons: Vec<&'t str>,
    /// When the cable is to be declassified.
    pub declassify: Option<&'t str>,
    /// A label says that the field is about who classified.
    pub labelled: bool,
}

/// Joins the lines: without a space where the form cut a word, else with one.
pub fn joined(lines: &[Piece<'_>]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for line in lines.iter().filter(|line| !line.is_blank()) {
        let payload = line.text.trim_start_matches('\u{b6}');
        let cut = width == FORM_WIDTH || tears_word(&text, payload);
        if !text.is_empty() && !cut {
            text.push(' ');
        }
        text.push_str(payload);
        width = line.text.chars().count();
    }
    collapsed(&text)
}

/// Whether the word at the border makes sense only when joined. Archives that collapsed double spaces shifted the
/// column of the cut, so the column alone does not prove it.
fn tears_word(before: &str, behind: &str) -> bool {
    let (Some(front), Some(back)) = (before.rsplit(' ').next(), behind.split(' ').next()) else { return false };
    let back = back.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    if front.is_empty() || back.is_empty() || is_word(front) {
        return false;
    }
    is_word(&[front, back].concat())
}

fn is_word(word: &str) -> bool {
    const REASON_WORDS: [&str; 6] = ["reason", "reasons", "for", "and", "1.4", "1.5"];
    REASON_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) || titles::is(TitleKind::Title, word)
}

/// Cuts the joined text into its parts.
pub fn parts(text: &str) -> AuthorityField<'_> {
    let lower = text.to_ascii_lowercase();
    let labels = labels(&lower);
    let mut field = AuthorityField { text, labelled: !labels.is_empty(), ..AuthorityField::default() };
    let mut start = 0;
    if let Some(first) = labels.first().filter(|first| is_lead(&text[..first.start])) {
        start = first.end;
        field.text = text[start..].trim();
    }
    for label in &labels {
        if label.start < start {
            continue;
        }
        field.add(text, &lower, start..label.start);
        start = label.end;
    }
    field.add(text, &lower, start..text.len());
    field
}

impl<'t> AuthorityField<'t> {
    /// Adds what follows one label.
    fn add(&mut self, text: &'t str, lower: &str, range: Range<usize>) {
        let reasons = reasons::start(&lower[range.clone()]).map_or(range.end, |at| range.start + at);
        let mut end = reasons;
        if let Some(declassify) = declassification(lower, range.clone()) {
            end = end.min(declassify.start);
            let value = declassify.end..if reasons > declassify.start { reasons } else { range.end };
            let value = trimmed(&text[value]).trim_end_matches('.');
            self.declassify = self.declassify.or(Some(value).filter(|value| !value.is_empty()));
        }
        if let Some(source) = source_of(lower, range.start..end) {
            self.derived_from = Some(trimmed(&text[source.start..end])).filter(|source| !source.is_empty());
            end = source.label;
        }
        let authority = trimmed(&text[range.start..end]);
        if !authority.is_empty() {
            self.authorities.push(authority);
        }
        self.reasons.push(&text[reasons..range.end]);
    }
}

/// A label within the text: from its first letter to after its colon.
struct AuthorityLabel {
    start: usize,
    end: usize,
}

/// Every `Classified by`, however misspelled, with what leads up to it.
fn labels(lower: &str) -> Vec<AuthorityLabel> {
    let mut labels = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr(b'c', &lower.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        if !lower[at..].starts_with('l') {
            continue;
        }
        if lower[..start].ends_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        if let Some(length) = label_length(&lower[start..]) {
            labels.push(AuthorityLabel { start: lead_start(lower, start), end: start + length });
            at = start + length;
        }
    }
    labels
}

fn label_length(text: &str) -> Option<usize> {
    let word_end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    edits(&text[..word_end], "classified", 2)?;
    let by = text[word_end..].trim_start();
    let behind = match by.strip_prefix("by") {
        Some(behind) if !behind.starts_with(|c: char| c.is_ascii_alphabetic()) => behind,
        _ => by.strip_prefix(':')?,
    };
    Some(text.len() - behind.trim_start_matches([' ', ':', '.', '-', ';', ',']).len())
}

/// Where `This message was` begins before a label.
fn lead_start(lower: &str, label: usize) -> usize {
    let before = lower[..label].trim_end();
    ["this message is", "this message was", "this message", "this cable is", "this cable was", "this cable", "message"]
        .iter()
        .find_map(|lead| before.strip_suffix(lead))
        .map_or(label, str::len)
}

/// Whether nothing but a paragraph number and a marking is here.
fn is_lead(text: &str) -> bool {
    let unmarked = text.split_once('(').and_then(|(front, rest)| Some((front, rest.split_once(')')?.1)));
    let letters = |text: &str| text.contains(|c: char| c.is_alphabetic());
    unmarked.map_or(!letters(text), |(front, behind)| !letters(front) && !letters(behind))
}

/// What the labels of declassification begin with.
static DECLASSIFY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("decl"));

/// The label of when the cable is to be declassified, from its first letter to after its colon.
fn declassification(lower: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = &lower[range.clone()];
    let starts = DECLASSIFY.find_iter(text.as_bytes());
    let mut labels = starts.filter(|&at| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()));
    labels.find_map(|at| Some(range.start + at..range.start + at + declassification_label(&text[at..])?))
}

/// The length of the label of declassification that a text in lower case begins with.
pub fn declassification_label(lower: &str) -> Option<usize> {
    let word = ["declassify", "declas", "decl"].iter().find_map(|word| lower.strip_prefix(word))?;
    let behind = word.trim_start();
    let on = ["on", "by", "upon", "after"].iter().find_map(|word| behind.strip_prefix(word));
    let value = on.filter(|rest| rest.starts_with([' ', ':'])).or(behind.starts_with(':').then_some(behind))?;
    Some(lower.len() - value.trim_start_matches([' ', ':', '.', '-']).len())
}

/// What the labels of sources begin with.
static DERIVED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("deriv"));

/// Where the source of a derivative classification is.
struct Source {
    /// Where its label begins.
    label: usize,
    /// Where it begins itself.
    start: usize,
}

fn source_of(lower: &str, range: Range<usize>) -> Option<Source> {
    let text = &lower[range.clone()];
    let labels = ["derived from", "derived by", "derivative from", "derive from"];
    let begins_label = DERIVED.find(text.as_bytes()).is_some();
    for label in labels.into_iter().filter(|_| begins_label) {
        if let Some(at) = text.find(label) {
            let behind = text[at + label.len()..].trim_start_matches([' ', ':', '-', '.']);
            return Some(Source { label: range.start + at, start: range.end - behind.len() });
        }
    }
    let sources = ["dscg", "multiple source", "various source", "derivative"];
    let begins = sources.iter().any(|source| text.trim_start().starts_with(source));
    begins.then_some(Source { label: range.start, start: range.start })
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', ',', ';', ':', '-'])
}
