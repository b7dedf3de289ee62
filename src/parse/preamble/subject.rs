//! The SUBJECT field to one line of text and its portion marking.

use std::borrow::Cow;

use super::fields::Part;
use crate::cable::Marking;
use crate::diagnostic::Code;
use crate::lex::marking::FoundMarking;
use crate::lex::redaction;
use crate::lex::spaces::collapsed;
use crate::lex::trim::Trim;
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
pub fn read<'f, 't: 'f>(parts: impl Iterator<Item = &'f Part<'t>> + Clone, findings: &mut Findings) -> Subject {
    let mut lines = parts.clone().map(|part| part.value.text.trimmed());
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

/// Joins a wrapped line: behind a letter and a hyphen without a blank (hard case 83).
fn append(text: &mut String, line: &str) {
    let mut last = text.chars().rev();
    let hyphen = last.next() == Some('-') && last.next().is_some_and(|before| before != ' ' && before != '-');
    if !text.is_empty() && !hyphen {
        text.push(' ');
    }
    text.push_str(line);
}

/// The markings at the beginning and the end, and the text between; a label repeated behind a marking goes too.
fn without_marking(text: &str) -> (Option<Marking>, &str) {
    let leading = FoundMarking::leading(text);
    let (mut marking, mut rest) = match leading {
        Some(found) => (Some(found.marking), text[found.length..].trimmed_start()),
        None => (None, text),
    };
    while let Some(behind) = ["SUBJECT:", "SUBJ:", "Subject:"].iter().find_map(|label| rest.strip_prefix(label)) {
        rest = behind.trimmed_start();
    }
    if let Some(found) = FoundMarking::trailing(rest).filter(|found| rest.len() > found.length) {
        rest = rest[..rest.len() - found.length].trimmed_end();
        marking = marking.or(Some(found.marking));
    }
    (marking, rest)
}

/// Whether an unfinished subject goes on behind one blank line (reference 4.8, rule 1).
#[cold]
pub fn continues_over_blank(so_far: &str, next: &str, closed_behind: bool) -> bool {
    let next = next.trimmed();
    let capitals = |text: &str| {
        text.contains(|c: char| c.is_ascii_uppercase()) && !text.contains(|c: char| c.is_ascii_lowercase())
    };
    let opening = ["SENSITIVE", "(", "-", "REF", "SUMMARY", "SIPDIS", "BEGIN", "INTRODUCTION", "CLASSIFIED", "THIS "];
    let last = so_far.trimmed_end().rsplit(' ').next().unwrap_or_default();
    let unfinished = ["AS", "TO", "OF", "ON", "IN", "AND", "THE", "FOR", "WITH", "WHILE", "FROM", "BY", "AT", "A"]
        .contains(&last)
        || so_far.trimmed_end().ends_with(['-', ',', ':']);
    unfinished
        && closed_behind
        && capitals(so_far)
        && capitals(next)
        && next.len() <= 70
        && !next.starts_with(|c: char| c.is_ascii_digit())
        && !opening.iter().any(|word| next.starts_with(word))
}
