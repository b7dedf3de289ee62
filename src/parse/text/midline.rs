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

/// Looks for the `missing` numbers between the last start and line `end`.
pub fn between(
    starts: &mut Vec<NumberedStart>,
    lines: &[TextLine<'_>],
    end: usize,
    missing: Range<i32>,
    findings: &mut Findings,
) {
    for number in missing {
        let Some(start) = search(starts, lines, end, number, 1) else { break };
        report(&start, lines, findings);
        starts.push(start);
    }
}

/// Looks for numbers in the lines after the last start.
pub fn tail(starts: &mut Vec<NumberedStart>, lines: &[TextLine<'_>], roles: &[LineRole], findings: &mut Findings) {
    while let Some(last) = starts.last() {
        let end = (last.line + 1..lines.len()).find(|&line| roles[line].is_border()).unwrap_or(lines.len());
        let marked = last.numbered.marking.is_some();
        let Some(start) = search(starts, lines, end, last.numbered.number + 1, 3) else { break };
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

fn report(start: &NumberedStart, lines: &[TextLine<'_>], findings: &mut Findings) {
    let piece = lines[start.line].piece.slice(start.offset..lines[start.line].piece.text.len());
    findings.report(Code::ParagraphSplit, &piece, start.numbered.number.to_string());
}

/// Searches `number`, after a sentence end, from the last start to line `end`; the sentence ends with a word of
/// at least `letters`.
fn search(
    starts: &[NumberedStart],
    lines: &[TextLine<'_>],
    end: usize,
    number: i32,
    letters: usize,
) -> Option<NumberedStart> {
    let (first, skip) = starts.last().map_or((0, 0), |last| (last.line, last.offset + last.numbered.length));
    // `1) meet. 2) Talk.` is a list where the paragraphs are numbered otherwise.
    let is_list = |start: &NumberedStart| {
        let in_parentheses = |start: &NumberedStart| start.numbered.separator == NumberSeparator::Parenthesis;
        in_parentheses(start) && start.numbered.marking.is_none() && !starts.last().is_some_and(in_parentheses)
    };
    let wanted = number.to_string();
    let wanted = wanted.as_bytes();
    let numerous = lines
        .iter()
        .enumerate()
        .take(end)
        .skip(first)
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
