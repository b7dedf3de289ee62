//! Which numbers at the start of a line number a paragraph.
//!
//! Pilcrows prove nothing; wrapped years and days, lists, annexes and tables of contents have numbers, too.
//! One pass with the last accepted number and the list that is open. Every gap, repetition and restart that is
//! accepted gives a diagnostic. Never rejects the rest of a cable for one gap.

use super::headings::LineRole;
use super::lines::{Gap, NumberedStart, TextLine};
use super::midline::{self, InnerStarts};
use super::order;
use crate::diagnostic::Code;
use crate::lex::shape::{self, NumberSeparator, Numbered};
use crate::parse::reading::Findings;

/// How far ahead another number is looked for.
const HORIZON: usize = 40;

/// A line that begins with a number.
struct NumberedLine {
    line: usize,
    numbered: Numbered,
    /// Is directly under another line of text.
    bare: bool,
    /// Follows a page line or debris that was taken out.
    interrupted: bool,
    /// Is under a heading or a rule.
    headed: bool,
    /// The line above may end a sentence.
    after_sentence: bool,
    /// The line directly above, though it ends no sentence, was not filled by a wrap: a paragraph may end with it, if this
    /// line does not continue it in lower case.
    after_end: bool,
}

impl NumberedLine {
    fn new(line: usize, numbered: Numbered, lines: &[TextLine<'_>], roles: &[LineRole]) -> NumberedLine {
        let above = line.checked_sub(1).map(|above| &lines[above]);
        let headed = line > 0 && roles[line - 1].is_border();
        let ends =
            |above: &TextLine<'_>| shape::ends_sentence(above.text()) || shape::ends_with_redaction(above.text());
        let after_sentence = above.is_none_or(ends);
        let bare = lines[line].gap != Gap::Blank && !headed;
        let interrupted = lines[line].gap == Gap::Removed;
        let opens = !lines[line].piece.text[numbered.length..].starts_with(|first: char| first.is_lowercase());
        let after_end = bare && !after_sentence && opens && above.is_none_or(|above| ends_unfilled(above.text()));
        NumberedLine { line, numbered, bare, interrupted, headed, after_sentence, after_end }
    }

    fn number(&self) -> i32 {
        self.numbered.number
    }

    /// Whether it has a marking, and so does the next number, which comes soon: no number within a sentence does.
    fn is_followed(&self, rest: &[NumberedLine]) -> bool {
        let follows = |later: &NumberedLine| later.is_marked() && later.number() == self.number() + 1;
        self.is_marked() && rest.iter().take(3).any(follows)
    }

    fn is_marked(&self) -> bool {
        self.numbered.marking.is_some()
    }
}

/// Finds the starts of numbered paragraphs; `roles` says which lines are headings or rules, `taken` which numbers the
/// preamble used.
pub fn starts(
    lines: &[TextLine<'_>],
    roles: &[LineRole],
    taken: &[i32],
    findings: &mut Findings,
) -> Vec<NumberedStart> {
    let mut candidates = candidates(lines, roles);
    let starts = Vec::with_capacity(candidates.len());
    let mut run = NumberRun { starts, ..NumberRun::default() };
    candidates.drain(..contents_list(&candidates, lines));
    let mut ahead = candidates.into_iter();
    while let Some(candidate) = ahead.next() {
        match run.judge(&candidate, ahead.as_slice(), lines) {
            NumberVerdict::Continues => note_inside(&candidate, lines, findings),
            NumberVerdict::Item => {
                note_inside(&candidate, lines, findings);
                run.list = Some(candidate.number() + 1);
            }
            NumberVerdict::Start => run.accept(candidate, lines, findings),
        }
    }
    midline::tail(&mut run.starts, lines, roles, findings);
    order::report(&run.starts, lines, taken, findings);
    run.starts
}

/// Notes a marked number that starts no paragraph.
fn note_inside(candidate: &NumberedLine, lines: &[TextLine<'_>], findings: &mut Findings) {
    if candidate.is_marked() {
        findings.report(Code::ParagraphNumberInside, &lines[candidate.line].piece, candidate.number().to_string());
    }
}

fn candidates(lines: &[TextLine<'_>], roles: &[LineRole]) -> Vec<NumberedLine> {
    // Hardly more than one line of eight has a number.
    let mut candidates = Vec::with_capacity(lines.len() / 8);
    let mut only_parentheses = true;
    for (index, line) in lines.iter().enumerate() {
        let Some(numbered) = line.numbered() else { continue };
        only_parentheses &= numbered.separator == NumberSeparator::Parenthesis;
        // `see para` and its number on the next line.
        let is_cited = numbered.marking.is_none() && index > 0 && shape::ends_in_citation(lines[index - 1].text());
        if !roles[index].is_border() && !is_cited && (1..100).contains(&numbered.number) {
            candidates.push(NumberedLine::new(index, numbered, lines, roles));
        }
    }
    if !only_parentheses {
        candidates
            .retain(|candidate| candidate.numbered.separator != NumberSeparator::Parenthesis || candidate.is_marked());
    }
    candidates
}

/// Whether a line is too short, or too long, to have been ended by a wrap, or holds a closer.
fn ends_unfilled(text: &str) -> bool {
    !(45..100).contains(&text.len()) || text.to_ascii_uppercase().contains("END ")
}

/// Whether this number begins a line that comes soon.
fn comes(number: i32, rest: &[NumberedLine]) -> bool {
    rest.iter().take(HORIZON).any(|later| later.number() == number)
}

/// How many candidates at the top are a table of contents: short lines in a run, and the first comes again.
fn contents_list(candidates: &[NumberedLine], lines: &[TextLine<'_>]) -> usize {
    let Some(first) = candidates.first().filter(|first| first.number() == 1) else { return 0 };
    let in_run = |(index, candidate): &(usize, &NumberedLine)| {
        candidate.number() == *index as i32 + 1
            && (*index == 0 || candidate.bare)
            && lines[candidate.line].text().len() < 100
    };
    let length = candidates.iter().enumerate().take_while(in_run).count().max(1);
    let text = |candidate: &NumberedLine| lines[candidate.line].piece.text[candidate.numbered.length..].trim_end();
    match candidates.get(length) {
        Some(again) if length > 1 && again.number() == 1 && text(again).starts_with(text(first)) => length,
        // An editor joined the lines of the list.
        Some(again) if length == 1 && again.number() == 1 && text(first).contains(" 2. ") => {
            usize::from(text(first).starts_with(text(again)))
        }
        _ => 0,
    }
}

/// What a candidate turns out to be.
enum NumberVerdict {
    /// A number within a sentence.
    Continues,
    /// An item of a list.
    Item,
    /// The start of a paragraph.
    Start,
}

/// Numbers accepted so far.
#[derive(Default)]
struct NumberRun {
    last: Option<i32>,
    /// Highest number since the numbers began at 1.
    highest: i32,
    /// Next number of the list that is open.
    list: Option<i32>,
    /// Some paragraph so far has a marking.
    marked: bool,
    /// Paragraphs so far that are directly under another.
    bare: usize,
    /// Paragraphs so far, but the first, that follow a blank line.
    spaced: usize,
    starts: Vec<NumberedStart>,
    /// Those in mid-line after the last one.
    inside: InnerStarts,
}

impl NumberRun {
    fn judge(&mut self, candidate: &NumberedLine, rest: &[NumberedLine], lines: &[TextLine<'_>]) -> NumberVerdict {
        let number = candidate.number();
        let reached = self.reached(candidate, rest, lines);
        let follows = Some(number) == reached.map(|last| last + 1) && self.list != Some(number);
        let resumes = follows && (candidate.interrupted || candidate.after_end);
        if candidate.bare && !candidate.is_marked() && !candidate.after_sentence && !resumes {
            return self.item_or(number, NumberVerdict::Continues);
        }
        let Some(last) = reached else {
            let begins = number <= 4 || candidate.is_marked() && !candidate.bare;
            return if begins { NumberVerdict::Start } else { NumberVerdict::Continues };
        };
        let in_list = self.list == Some(number) && !candidate.is_marked();
        if number == last + 1 {
            let comes_again = rest.iter().take(HORIZON).take_while(|later| later.number() != number + 1);
            let listed = in_list && (candidate.bare || comes_again.into_iter().any(|later| later.number() == number));
            return if listed { NumberVerdict::Item } else { NumberVerdict::Start };
        }
        if in_list {
            return NumberVerdict::Item;
        }
        if number == 1 {
            return if self.restarts(candidate, rest) { NumberVerdict::Start } else { NumberVerdict::Item };
        }
        let apart = !candidate.bare || candidate.after_sentence && self.is_dense();
        let near = apart && (number <= last + 3 || self.continues(number, rest));
        let leaps = number > last && (near || candidate.is_followed(rest) || self.skips(candidate, rest));
        let marked = candidate.is_marked() && self.marked;
        let resumes =
            number == self.highest + 1 || candidate.headed || number + 3 > last && self.continues(number, rest);
        let slips = apart && (marked || resumes && candidate.is_marked() == self.marked);
        if leaps || slips { NumberVerdict::Start } else { NumberVerdict::Continues }
    }

    /// The number that the text has reached above the candidate: the last one accepted, or one in mid-line after it, if the
    /// numbers between are all written as the candidate is and none of them begins a line further down.
    fn reached(&mut self, candidate: &NumberedLine, rest: &[NumberedLine], lines: &[TextLine<'_>]) -> Option<i32> {
        let last = self.starts.last()?;
        let (number, next) = (candidate.number(), last.numbered.number + 1);
        if number <= next {
            return self.last;
        }
        let inside = self.inside.before(number, last, lines, candidate.line);
        let is_alike = |start: &NumberedStart| start.numbered.marking.is_some() == candidate.is_marked();
        let is_paragraph = inside.iter().all(is_alike) && !comes(next, rest);
        inside.last().filter(|_| is_paragraph).map(|start| start.numbered.number).or(self.last)
    }

    /// Whether a few numbers are missing before the candidate, which is written as those above, has the next one soon under
    /// it, and is directly under a sentence in a text that has no blank lines between its paragraphs so far.
    fn skips(&self, candidate: &NumberedLine, rest: &[NumberedLine]) -> bool {
        let number = candidate.number();
        let last = self.last.unwrap_or(0);
        number <= last + 3
            && candidate.after_sentence
            && self.spaced == 0
            && self.list.is_none()
            && candidate.is_marked() == self.marked
            && self.continues(number, rest)
            && !comes(last + 1, rest)
    }

    /// Whether paragraphs so far follow each other without blank lines.
    fn is_dense(&self) -> bool {
        self.bare > self.spaced
    }

    fn item_or(&self, number: i32, other: NumberVerdict) -> NumberVerdict {
        if number == 1 || self.list == Some(number) { NumberVerdict::Item } else { other }
    }

    /// Whether the next number follows soon.
    fn continues(&self, number: i32, rest: &[NumberedLine]) -> bool {
        rest.iter().take(3).any(|later| (!later.bare || later.after_sentence) && later.number() == number + 1)
    }

    /// Whether a 1 begins an annex, not a list inside the last paragraph.
    fn restarts(&self, candidate: &NumberedLine, rest: &[NumberedLine]) -> bool {
        if candidate.bare {
            return false;
        }
        let mut next = 2;
        for later in rest.iter().take(HORIZON) {
            if later.number() == next && !later.bare {
                next += 1;
            } else if Some(later.number()) == self.last.map(|last| last + 1) && !later.bare {
                return false;
            } else if later.number() == 1 {
                break;
            }
        }
        candidate.headed || (next > 2 && self.marked == candidate.is_marked())
    }

    fn accept(&mut self, candidate: NumberedLine, lines: &[TextLine<'_>], findings: &mut Findings) {
        let number = candidate.number();
        if number > self.last.unwrap_or(0) + 1 {
            let top = NumberedStart::top();
            self.inside.before(number, self.starts.last().unwrap_or(&top), lines, candidate.line);
        }
        for start in self.inside.take(number) {
            midline::report(&start, lines, findings);
            self.starts.push(start);
        }
        self.highest = if number == 1 { 1 } else { self.highest.max(number) };
        self.last = Some(number);
        self.list = None;
        self.marked |= candidate.is_marked();
        self.bare += usize::from(candidate.bare);
        self.spaced += usize::from(!candidate.bare && !candidate.headed && !self.starts.is_empty());
        self.starts.push(NumberedStart { line: candidate.line, offset: 0, numbered: candidate.numbered });
    }
}
