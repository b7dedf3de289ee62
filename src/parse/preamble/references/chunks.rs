//! Turns the lines of REF into chunks, one for each letter of the author.
//!
//! The message form put `A.`, `B.`, ... before each line that was typed, so an author's own `A)` follows it, and a
//! wrapped item can carry a letter of the form in its middle. The author's letter wins; a letter of the form before
//! something that is no reference only continues the item.

use memchr::memrchr;

use super::super::labels::{self, FieldLabel};
use super::letters::{LetterMarks, Mark, Style, after, mark_at, marks_in_front};
use super::{cable, cites};
use crate::lex::{LineRule, Piece, begins_in_any_case};
use crate::tables::posts;

/// What one letter comes before.
#[derive(Debug, Default)]
pub struct Chunk<'t> {
    /// The author's letter or number.
    pub label: Option<char>,
    /// The lines under it, separated by LF.
    pub text: String,
    /// Where in `text` each line begins.
    lines: Vec<(usize, Piece<'t>)>,
}

impl<'t> Chunk<'t> {
    /// The line that holds the byte `offset` of the text.
    pub fn line_at(&self, offset: usize) -> Option<&Piece<'t>> {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        self.lines.get(after.checked_sub(1)?).map(|(_, line)| line)
    }

    fn push(&mut self, line: Piece<'t>, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.lines.push((self.text.len(), line));
        if line.is_candidate(LineRule::Pilcrow) {
            self.text.extend(text.trim_end().split('\u{b6}'));
        } else {
            self.text.push_str(text.trim_end());
        }
    }
}

/// The lines of the field as they come, label and all, and the chunks they are cut into; the first may have no letter.
#[derive(Debug, Default)]
pub struct ReferenceField<'t> {
    lines: Vec<ReferenceLine<'t>>,
    /// How many of the lines are in the chunks.
    cut: usize,
    chunks: Vec<Chunk<'t>>,
    /// The form put letters of its own before the author's.
    form_letters: bool,
    /// The author wrote letters without a sign after them: `A LIMA 12, B QUITO 13`.
    bare_letters: bool,
    last: Option<char>,
    last_of_form: Option<char>,
}

impl<'t> ReferenceField<'t> {
    /// Adds the next line, blank or not.
    pub fn push(&mut self, line: Piece<'t>) {
        let text = without_margin(line.text);
        let begins_field = self.lines.is_empty() || begins_field(text);
        let line = ReferenceLine::read(line, if begins_field { without_label(text) } else { text }, begins_field);
        if line.has_form_letter && !self.form_letters {
            // What a letter before says is to be decided again.
            let lines = std::mem::take(&mut self.lines);
            *self = ReferenceField { lines, form_letters: true, ..ReferenceField::default() };
        }
        self.lines.push(line);
    }

    /// The last line.
    pub fn last_line(&self) -> Option<&Piece<'t>> {
        self.lines.last().map(|line| &line.piece)
    }

    /// The last lines as a field of their own, if there are more than `most`.
    pub fn tail(&self, most: usize) -> Option<ReferenceField<'t>> {
        let start = self.lines.len().checked_sub(most).filter(|start| *start > 0)?;
        Some(self.lines[start..].iter().map(|line| line.piece).collect())
    }

    /// Whether the last letter comes before nothing yet.
    pub fn is_open(&mut self) -> bool {
        let _ = self.chunks();
        self.chunks.last().is_some_and(|chunk| chunk.label.is_some() && chunk.text.is_empty())
    }

    /// The chunks of all lines so far.
    pub fn chunks(&mut self) -> impl DoubleEndedIterator<Item = &Chunk<'t>> {
        if self.chunks.is_empty() {
            self.chunks.push(Chunk::default());
        }
        while let Some(line) = self.lines.get(self.cut).copied() {
            self.cut += 1;
            self.add(line);
        }
        self.chunks.iter().filter(|chunk| !chunk.text.is_empty())
    }
}

impl<'t> FromIterator<Piece<'t>> for ReferenceField<'t> {
    fn from_iter<I: IntoIterator<Item = Piece<'t>>>(lines: I) -> ReferenceField<'t> {
        let mut field = ReferenceField::default();
        lines.into_iter().for_each(|line| field.push(line));
        field
    }
}

/// One line of the field and the letters before it.
#[derive(Clone, Copy, Debug)]
struct ReferenceLine<'t> {
    piece: Piece<'t>,
    /// Without margin; the first line without its label.
    text: &'t str,
    marks: Option<LetterMarks>,
    /// What follows the letters.
    rest: &'t str,
    /// A letter of the form comes before another one.
    has_form_letter: bool,
    /// A label comes before it: it continues nothing.
    begins_field: bool,
}

impl<'t> ReferenceLine<'t> {
    fn read(piece: Piece<'t>, text: &'t str, begins_field: bool) -> ReferenceLine<'t> {
        let unlabelled = without_label(text);
        let (marks, rest) = marks_in_front(text);
        // `A. REF: LIMA 12`
        let rest = marks.map(|_| without_label(rest)).filter(|rest| !rest.is_empty()).unwrap_or(rest);
        let behind_label = if unlabelled.len() == text.len() { marks } else { marks_in_front(unlabelled).0 };
        let has_form_letter = behind_label.is_some_and(|marks| marks.count > 1);
        ReferenceLine { piece, text, marks, rest, has_form_letter, begins_field }
    }
}

/// A line without its indentation, a hyphen in it (`-    (B) LIMA 12`) and pilcrows.
pub fn without_margin(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\u{b6}', '\t']);
    let behind_hyphen = text.strip_prefix('-').map(str::trim_start);
    behind_hyphen.filter(|behind| behind.starts_with('(') && mark_at(behind).is_some()).unwrap_or(text)
}

/// Whether the letter that comes right after `last` is within a line, before a cable.
pub fn holds_next_label(text: &str, last: Option<char>) -> bool {
    let Some(last) = last else { return false };
    let starts =
        text.bytes().enumerate().filter(|&(at, byte)| at > 0 && byte != b' ' && text.as_bytes()[at - 1] == b' ');
    starts.filter_map(|(at, _)| text.get(at..)).any(|rest| {
        let mark = mark_at(rest).filter(|mark| mark.label == after(last, 1) && mark.style == Style::Parenthesis);
        mark.is_some_and(|mark| cable::read(rest[mark.length..].trim_start(), None).is_some())
    })
}

/// Whether a line begins with the letter or number that can come after `last`.
pub fn begins_with_next_label(text: &str, last: Option<char>) -> bool {
    let (Some(LetterMarks { first, last: mark, count }), rest) = marks_in_front(text) else { return false };
    let is_next = |label: char| match last {
        Some(last) => label > last && label <= after(last, 3),
        None => matches!(label, 'B' | '2'),
    };
    let numbered = first.label.is_ascii_digit() && first.style == Style::Period;
    let in_order = is_next(mark.label) || count > 1 && is_next(first.label);
    match mark.style {
        _ if rest.is_empty() || !in_order => false,
        Style::Parenthesis | Style::Period => !numbered || cable::read(rest, None).is_some(),
        Style::Bare => cable::read(rest, None).is_some(),
    }
}

/// Whether a line has the label of the field, and not only the word before a letter: `REF A LIMA 12` (case
/// `refs-label-repeated`).
fn begins_field(text: &str) -> bool {
    labels::leading(text).is_some_and(|found| found.label == FieldLabel::Reference) && mark_at(text).is_none()
}

/// Whether a label on the line ends the field whose value so far is `value`: it is a second label, and neither the
/// first one again, nor one after a letter of a list or within a parenthesis (`A. REF: LIMA 12`).
pub fn ends_before_label(value: &str) -> bool {
    let value = value.trim_end();
    let last = &value[value.rfind(' ').map_or(0, |blank| blank + 1)..];
    !value.trim().is_empty() && !value.ends_with('(') && !marks_in_front(last).1.is_empty()
}

/// Takes the label off: `REF:`, `REFS`, `REFTEL:`, `Ref(s):`, `REFERENCES`, once or twice.
pub fn without_label(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(behind) = behind_label(rest) {
        rest = behind;
    }
    rest
}

fn behind_label(text: &str) -> Option<&str> {
    const LABELS: [&str; 10] =
        ["REFERENCES", "REFERENCE", "REFTEL(S)", "REFTELS", "REFTEL", "REF(S)", "REFS", "REFERENCE(S)", "REF'S", "REF"];
    if !begins_in_any_case(text, "REF") {
        return None;
    }
    let is_plural = |text: &str| begins_in_any_case(text, "(S)");
    // The fourth letter distinguishes most labels.
    let fourth = text.as_bytes().get(3).map(u8::to_ascii_uppercase);
    let label = LABELS.iter().find(|label| {
        label.as_bytes().get(3).is_none_or(|letter| fourth == Some(*letter))
            && begins_in_any_case(text, label)
            && !text[label.len()..].starts_with(|c: char| {
                c.is_ascii_alphabetic() || c == '(' && !label.ends_with(')') && is_plural(&text[label.len()..])
            })
    })?;
    Some(text[label.len()..].trim_start_matches([' ', ':', '.', ';', '-', '\u{b6}', '\t']))
}

/// A word that says what kind an item is of is within so many bytes of its letter.
const LONGEST_CLAUSE: usize = 60;

/// Last byte of a pilcrow, which comes before the letters that the form wrote.
const LAST_OF_PILCROW: u8 = 0xb6;

impl<'t> ReferenceField<'t> {
    fn add(&mut self, line: ReferenceLine<'t>) {
        let ReferenceLine { piece, text, rest, begins_field, .. } = line;
        if begins_field && self.chunks.last().is_some_and(|chunk| !chunk.text.is_empty()) {
            self.chunks.push(Chunk::default());
        }
        let Some(marks) = line.marks else { return self.add_inner(piece, text) };
        let LetterMarks { first, last: mark, .. } = marks;
        let begins_again = begins_field && matches!(mark.label, 'A' | '1');
        let expected = begins_again || self.expects(mark.label) || mark.style == Style::Parenthesis;
        if first.style == Style::Period {
            self.last_of_form = Some(first.label);
        }
        if !expected || mark.style == Style::Bare && cable::read(rest, None).is_none() {
            return self.add_inner(piece, text);
        }
        if self.continues(marks, rest) {
            return self.add_inner(piece, rest);
        }
        self.bare_letters |= mark.style == Style::Bare;
        self.open(mark.label);
        self.add_inner(piece, rest);
    }

    /// Whether the letter is only the form's, before the rest of an item.
    fn continues(&self, marks: LetterMarks, rest: &str) -> bool {
        let of_form = marks.count == 1 && marks.first.style == Style::Period;
        let before = self.chunks.last().map_or("", |chunk| &chunk.text);
        if !of_form || before.is_empty() {
            return false;
        }
        let open = before.get(before.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case(" and"));
        self.form_letters || !cites(rest) && !ends_with_cable(before) || open && cable::read(rest, None).is_none()
    }

    /// Whether this letter can come next, skipping at most two.
    fn expects(&self, label: char) -> bool {
        [self.last, self.last_of_form].into_iter().any(|last| match last {
            Some(last) => (last..=after(last, 3)).contains(&label),
            None => matches!(label, 'A' | 'B' | '1'),
        })
    }

    fn open(&mut self, label: char) {
        self.last = Some(label);
        // A letter before nothing was followed by another one.
        self.chunks.pop_if(|chunk| chunk.text.is_empty());
        self.chunks.push(Chunk { label: Some(label), ..Chunk::default() });
    }

    /// Adds the rest of a line, opening a chunk at every further letter in it.
    fn add_inner(&mut self, line: Piece<'t>, mut text: &str) {
        // Counted from the end, so that it holds for every rest of the text.
        let last_closed = memrchr(b')', text.as_bytes()).map_or(0, |at| text.len() - at);
        while let Some((start, mark)) = self.find_mark(text, last_closed) {
            self.add_text(line, &text[..start]);
            self.open(mark.label);
            text = text[start + mark.length..].trim_start();
            // An author's letter may follow the form's in mid-line as well.
            if let (Some(marks), rest) = marks_in_front(text)
                && (marks.last.style == Style::Parenthesis || marks.last.label == mark.label)
            {
                self.open(marks.last.label);
                text = rest;
            }
            text = behind_label(text).filter(|behind| !behind.is_empty()).unwrap_or(text);
        }
        self.add_text(line, text);
    }

    fn add_text(&mut self, line: Piece<'t>, text: &str) {
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(line, text.trim());
        }
    }

    /// The next letter within a line: one that can come next, and not within parentheses.
    fn find_mark(&self, text: &str, last_closed: usize) -> Option<(usize, Mark)> {
        let bytes = text.as_bytes();
        // After every letter that may be in mid-line is one of these.
        if !self.bare_letters && !bytes.iter().any(|byte| b")].:/-,".contains(byte)) {
            return None;
        }
        let mut open = 0_usize;
        for (at, &byte) in bytes.iter().enumerate() {
            let begins = at > 0
                && (matches!(bytes[at - 1], b' ' | b',' | b';' | b')' | b':' | b'.' | LAST_OF_PILCROW)
                    || byte == b'('
                    || byte == b'['
                    || bytes[at - 1].is_ascii_digit() && byte.is_ascii_uppercase() && self.comes_next(byte));
            if begins
                && open == 0
                && byte.is_ascii()
                && let Some(mark) = mark_at(&text[at..])
                && self.opens(mark, &text[..at], &text[at + mark.length..])
            {
                return Some((at, mark));
            }
            match byte {
                b'(' if text.len() - at > last_closed && last_closed > 0 && mark_at(&text[at..]).is_none() => open += 1,
                b')' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        None
    }

    fn opens(&self, mark: Mark, before: &str, behind: &str) -> bool {
        let started =
            self.last.is_some() || !before.trim().is_empty() || self.chunks.iter().any(|chunk| !chunk.text.is_empty());
        let next = match self.last {
            Some(last) => (last..=after(last, 3)).contains(&mark.label),
            None => started && matches!(mark.label, 'A' | 'B' | '1' | '2'),
        };
        let behind = behind.trim_start();
        let is_whole = || before.trim_end().ends_with([';', ',']) || ends_with_cable(before);
        match mark.style {
            // What the letter comes before may be on the next line.
            Style::Parenthesis if behind.is_empty() => {
                u8::try_from(mark.label).is_ok_and(|label| self.comes_next(label))
                    && ends_with_cable(without_and(before))
            }
            Style::Parenthesis => next,
            Style::Period => {
                let whole = is_whole();
                let clause = &behind[..behind.floor_char_boundary(LONGEST_CLAUSE)];
                let wrapped = behind.len() >= 3 && posts::find_cut(behind).is_some();
                let doubled = || marks_in_front(behind).0.is_some_and(|marks| marks.last.label == mark.label);
                let glued = before.ends_with(|c: char| c.is_ascii_digit()) && posts::longest_prefix(behind).is_some();
                // Right after a whole cable, the letter that comes next begins an item whatever it is.
                let follows_cable = || {
                    u8::try_from(mark.label).is_ok_and(|label| self.comes_next(label))
                        && !behind.is_empty()
                        && cable::read(before.trim_start(), None).is_some()
                };
                let begins = glued
                    || cable::read(behind, None).is_some()
                    || whole && (wrapped || doubled() || cites(clause) || follows_cable());
                next && Some(mark.label) != self.last && begins
            }
            Style::Bare => {
                self.bare_letters
                    && next
                    && Some(mark.label) != self.last
                    && is_whole()
                    && cable::read(behind, None).is_some()
            }
        }
    }

    /// Whether this letter comes right after the last one.
    fn comes_next(&self, label: u8) -> bool {
        self.last.is_some_and(|last| char::from(label) == after(last, 1))
    }
}

/// A text without AND at its end.
fn without_and(text: &str) -> &str {
    let text = text.trim_end();
    let front = text.len().checked_sub(4).and_then(|at| text.split_at_checked(at));
    front.filter(|(_, end)| end.eq_ignore_ascii_case(" and")).map_or(text, |(front, _)| front)
}

/// Whether a text ends in a cable that lacks nothing.
fn ends_with_cable(text: &str) -> bool {
    let text = text.trim_end();
    let (front, end) = text.split_at(text.floor_char_boundary(text.len().saturating_sub("NOTAL".len())));
    let is_noted = end.eq_ignore_ascii_case("NOTAL") && (front.is_empty() || front.ends_with([' ', '\n']));
    is_noted || text.ends_with(|c: char| c.is_ascii_digit() || c == ')')
}
