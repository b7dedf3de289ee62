//! Starts of paragraphs that lost their line feed and are in mid-line.
//!
//! Looked for only where a number is missing, or after the last paragraph; each one found gives a diagnostic.

use std::ops::Range;

use memchr::memchr_iter;

use crate::diagnostic::Code;
use crate::lex::LineRule;
use crate::lex::shape::{self, NumberSeparator};
use crate::parse::reading::Findings;

use super::headings::LineRole;
use super::lines::{NumberedStart, TextLine};

/// The starts in mid-line after the last one that was accepted, each with the number after the one before. Looks further
/// down only as more is asked for, so that no line is searched twice for a number.
#[derive(Debug, Default)]
pub struct InnerStarts {
    found: Vec<NumberedStart>,
    /// The line from which the next number is still to be looked for.
    searched: usize,
}

impl InnerStarts {
    /// Starts for the numbers after `last` and before `number` in the lines up to `end`, as far as they follow each other.
    pub fn before(
        &mut self,
        number: i32,
        last: &NumberedStart,
        lines: &[TextLine<'_>],
        end: usize,
    ) -> &[NumberedStart] {
        let wanted = usize::try_from(number - last.numbered.number - 1).unwrap_or_default();
        while self.found.len() < wanted {
            let before = self.found.last().unwrap_or(last);
            let Some(start) = search(before, lines, self.searched..end, before.numbered.number + 1, 1) else {
                self.searched = end.max(self.searched);
                break;
            };
            self.searched = start.line;
            self.found.push(start);
        }
        &self.found[..self.found.len().min(wanted)]
    }

    /// Takes the starts before `number`, which is accepted, and begins again after it.
    pub fn take(&mut self, number: i32) -> impl Iterator<Item = NumberedStart> {
        let InnerStarts { found, .. } = std::mem::take(self);
        found.into_iter().take_while(move |start| start.numbered.number < number)
    }
}

/// Looks for numbers in the lines after the last start.
pub fn tail(starts: &mut Vec<NumberedStart>, lines: &[TextLine<'_>], roles: &[LineRole], findings: &mut Findings) {
    while let Some(last) = starts.last() {
        let end = (last.line + 1..lines.len()).find(|&line| roles[line].is_border()).unwrap_or(lines.len());
        let marked = last.numbered.marking.is_some();
        let Some(start) = search(last, lines, 0..end, last.numbered.number + 1, 3) else { break };
        if start.numbered.marking.is_none() && (marked || !is_long(lines, &start)) {
            break;
        }
        report(&start, lines, findings);
        starts.push(start);
    }
}

/// Whether an editor joined the lines, so that a paragraph can have been swallowed.
fn is_long(lines: &[TextLine<'_>], start: &NumberedStart) -> bool {
    lines[start.line].piece.text.len() > 120
}

/// Reports a start in mid-line.
pub fn report(start: &NumberedStart, lines: &[TextLine<'_>], findings: &mut Findings) {
    let piece = lines[start.line].piece.slice(start.offset..lines[start.line].piece.text.len());
    findings.report(Code::ParagraphSplit, &piece, start.numbered.number.to_string());
}

/// Searches `number`, after a sentence end, after the start `last` in the lines of `range`; the sentence ends with a word
/// of at least `letters`.
fn search(
    last: &NumberedStart,
    lines: &[TextLine<'_>],
    range: Range<usize>,
    number: i32,
    letters: usize,
) -> Option<NumberedStart> {
    let (first, skip) = (last.line, last.offset + last.numbered.length);
    // `1) meet. 2) Talk.` is a list where the paragraphs are numbered otherwise.
    let is_list = |start: &NumberedStart| {
        let in_parentheses = |start: &NumberedStart| start.numbered.separator == NumberSeparator::Parenthesis;
        in_parentheses(start) && start.numbered.marking.is_none() && !in_parentheses(last)
    };
    let wanted = number.to_string();
    let wanted = wanted.as_bytes();
    let numerous = lines
        .iter()
        .enumerate()
        .take(range.end)
        .skip(range.start.max(first))
        .filter(|(_, line)| line.piece.is_candidate(LineRule::ParagraphNumber));
    for (line, text) in numerous.map(|(index, line)| (index, line.piece.text)) {
        let from = if line == first { skip } else { 0 };
        let places = memchr_iter(wanted[0], &text.as_bytes()[from..]).map(|at| from + at);
        let mut found = places
            .filter(|at| text.as_bytes()[*at..].starts_with(wanted))
            .filter_map(|at| start_at(line, text, at, letters));
        if let Some(start) = found.find(|start| start.numbered.number == number && !is_list(start)) {
            return Some(start);
        }
    }
    None
}

/// Reads a start in mid-line: after a sentence end and spaces, before a capital.
fn start_at(line: usize, text: &str, offset: usize, letters: usize) -> Option<NumberedStart> {
    let before = &text[..offset];
    let sentence = before.trim_end_matches([' ', '\u{b6}']);
    if sentence.is_empty() || sentence.len() == before.len() || !shape::ends_sentence(sentence) {
        return None;
    }
    // `No. 2. The` is no start.
    let word = sentence.rsplit(' ').next().unwrap_or_default().trim_end_matches(['.', '"', ')', '?', '!']);
    if word.len() < letters || matches!(word, "No" | "Nos" | "Art" | "Vol") {
        return None;
    }
    let numbered = shape::numbered(&text[offset..])?;
    let rest = &text[offset + numbered.length..];
    let opens = rest.starts_with(|first: char| first.is_uppercase() || first == '"');
    opens.then_some(NumberedStart { line, offset, numbered })
}
