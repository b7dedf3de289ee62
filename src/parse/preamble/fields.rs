//! The lines before the text, cut into fields.

mod caption_lines;
mod continuation;
mod named;

use std::cell::OnceCell;

use super::labels::{self, FieldLabel, FieldPart, Within};
use super::{classified_by, references, subject};
use crate::diagnostic::Code;
use crate::lex::{LineRule, Piece, begins_in_any_case, correction, openers, shape};
use crate::parse::reading::{Glued, Notes};

/// A line without a label, and what several rules ask of it.
#[derive(Debug)]
struct Unlabelled<'t> {
    piece: Piece<'t>,
    /// Without spaces around it.
    text: &'t str,
    starts_block: OnceCell<bool>,
}

impl<'t> Unlabelled<'t> {
    fn new(piece: Piece<'t>) -> Unlabelled<'t> {
        Unlabelled { piece, text: piece.text.trim(), starts_block: OnceCell::new() }
    }

    /// Whether it begins like a paragraph or a heading.
    fn starts_block(&self) -> bool {
        let text = self.text;
        let begins = || shape::numbered(text).is_some() || shape::has_rule(text) || openers::length(text).is_some();
        *self.starts_block.get_or_init(begins)
    }
}

/// The fields of a preamble.
#[derive(Debug, Default)]
pub struct PreambleFields<'t> {
    /// The lines of all labeled fields, in order.
    parts: Vec<FieldPart<'t>>,
    /// The lines of `REF` as the letters of their items split them.
    pub reference_chunks: references::ReferenceField<'t>,
    /// Captions where they are.
    pub captions: Vec<(Piece<'t>, Vec<&'static str>)>,
    /// Lines without a label, blank ones between them.
    pub lines: Vec<Piece<'t>>,
    /// Sentences of handling.
    pub sentences: Vec<String>,
}

/// More lines than the fields of most preambles have.
const MANY_PARTS: usize = 16;

impl<'t> PreambleFields<'t> {
    /// The lines of all fields.
    pub fn parts(&self) -> &[FieldPart<'t>] {
        &self.parts
    }

    /// The lines of one field.
    pub fn of(&self, label: FieldLabel) -> impl DoubleEndedIterator<Item = &FieldPart<'t>> + Clone {
        self.parts.iter().filter(move |part| part.label == label)
    }

    /// Whether there is such a field.
    pub fn hold(&self, label: FieldLabel) -> bool {
        self.of(label).next().is_some()
    }
}

/// Cuts the preamble off the body; returns its fields and the lines of the text.
pub fn cut<'b, 't>(
    body: &'b mut [Piece<'t>],
    glued: &'b Glued,
    notes: &mut Notes<'t>,
) -> (PreambleFields<'t>, &'b [Piece<'t>]) {
    let mut cutter = FieldCutter {
        fields: PreambleFields { parts: Vec::with_capacity(MANY_PARTS), ..PreambleFields::default() },
        open: None,
        blank_lines: 0,
        subject_ahead: has_subject_ahead(body),
        ahead: LinesAhead { lines: body, at: 0 },
        room: MOST_BYTES,
        class_lines: &glued.class_lines,
        run_together: glued.reported.into_iter().collect(),
        notes,
    };
    cutter.run();
    cutter.take_from_paragraphs();
    let LinesAhead { lines, at } = cutter.ahead;
    (cutter.fields, &lines[at..])
}

/// The lines that are still to be read.
struct LinesAhead<'b, 't> {
    lines: &'b mut [Piece<'t>],
    at: usize,
}

impl<'t> LinesAhead<'_, 't> {
    fn rest(&self) -> &[Piece<'t>] {
        &self.lines[self.at..]
    }

    fn next(&self) -> Option<&Piece<'t>> {
        self.lines.get(self.at)
    }

    fn take(&mut self) -> Option<Piece<'t>> {
        let line = self.next().copied()?;
        self.at += 1;
        Some(line)
    }

    /// Puts back the line taken last, or what is left of it.
    fn put_back(&mut self, rest: Piece<'t>) {
        if let Some(at) = self.at.checked_sub(1) {
            self.lines[at] = rest;
            self.at = at;
        }
    }
}

/// Lines of the text in which who classified may be.
const PARAGRAPHS_LOOKED_AT: usize = 40;

/// No preamble is longer.
const LONGEST: usize = 200;

/// The bytes of the longest line that is one field, or part of one; a longer one is cut there.
const LONGEST_LINE: usize = 16 << 10;

/// The bytes of all lines that are fields, or are between them; after so many the text begins.
const MOST_BYTES: usize = 64 << 10;

fn has_subject_ahead(body: &[Piece<'_>]) -> bool {
    body.iter().take(LONGEST).any(|line| {
        labels::begins_subject(line.text) || line.is_candidate(LineRule::InnerSubject) && line.text.contains("SUBJECT:")
    })
}

/// The pass over the lines.
struct FieldCutter<'b, 't, 'n> {
    fields: PreambleFields<'t>,
    /// The field that the next line may continue.
    open: Option<FieldLabel>,
    /// Blank lines since the last line.
    blank_lines: usize,
    /// Whether a SUBJECT is on this or a later line.
    subject_ahead: bool,
    ahead: LinesAhead<'b, 't>,
    /// Bytes that fields may still have.
    room: usize,
    /// Physical lines that hold a classification line.
    class_lines: &'b [u32],
    /// Physical lines of which it is reported that several fields are on them.
    run_together: Vec<u32>,
    notes: &'n mut Notes<'t>,
}

impl<'t> FieldCutter<'_, 't, '_> {
    fn run(&mut self) {
        for _ in 0..LONGEST * 4 {
            let Some(piece) = self.ahead.take() else { return };
            if piece.is_blank() {
                self.blank(piece);
                continue;
            }
            if self.room == 0 || !self.take(piece) {
                self.ahead.put_back(piece);
                return;
            }
            self.blank_lines = 0;
        }
    }

    /// Takes who classified the cable out of the first paragraphs, where the preamble does not say it: it is a paragraph
    /// of its own, or follows the mark of the entire text.
    fn take_from_paragraphs(&mut self) {
        if self.fields.hold(FieldLabel::ClassifiedBy) {
            return;
        }
        let rest = &self.ahead.lines[self.ahead.at..];
        let found = rest.iter().take(PARAGRAPHS_LOOKED_AT).enumerate().find_map(|(at, line)| {
            let start = classified_by::within_paragraph(line.text)?;
            let lines = rest[at..].iter().take_while(|line| !line.is_blank()).count();
            classified_by::gives_reason(&rest[at..at + lines]).then_some((at, start, lines))
        });
        let Some((at, start, lines)) = found else { return };
        self.open = Some(FieldLabel::ClassifiedBy);
        let first = self.ahead.at + at;
        for line in first..first + lines {
            let whole = self.ahead.lines[line];
            let (before, field) = whole.split_at(if line == first { start } else { 0 });
            self.ahead.lines[line] = before;
            self.add(field, 0);
        }
    }

    fn blank(&mut self, piece: Piece<'t>) {
        self.blank_lines += 1;
        match self.open {
            Some(FieldLabel::Reference) => self.add(piece, 0),
            Some(FieldLabel::Tags) if self.fields.of(FieldLabel::Tags).all(|part| part.value.is_blank()) => {}
            Some(FieldLabel::ExecutiveOrder) if self.is_order_without_value() => {}
            Some(FieldLabel::ClassifiedBy) if self.is_reason_missing() => {}
            Some(FieldLabel::Subject) => {}
            _ => self.open = None,
        }
        // One blank line separates what is around it as well as several.
        if self.fields.lines.last().is_some_and(|last| !last.is_blank()) {
            self.fields.lines.push(piece);
        }
    }

    /// Takes a line that is not blank; `false` where the text begins with it.
    fn take(&mut self, piece: Piece<'t>) -> bool {
        if let Some(found) = labels::leading(piece.text)
            && !(found.label == FieldLabel::ClassifiedBy && self.is_beyond(piece))
            && !(found.label == FieldLabel::ExecutiveOrder && self.is_of_subject(piece, found))
        {
            self.take_labelled(piece, found);
            return true;
        }
        if self.is_torn_label(piece) {
            self.open = Some(FieldLabel::ClassifiedBy);
            self.add(piece, 0);
            while self.ahead.next().is_some_and(Piece::is_blank) {
                self.ahead.take();
            }
            return true;
        }
        if self.fields.hold(FieldLabel::ClassifiedBy) && classified_by::begins_declassification(piece.text) {
            self.open = Some(FieldLabel::ClassifiedBy);
            let piece = self.split(piece, 0);
            self.add(piece, 0);
            return true;
        }
        let line = Unlabelled::new(piece);
        // Another field may be glued after the rest of this one.
        let rest = if self.open.is_some() { self.next_field(piece, 0) } else { None };
        let head = rest.map_or_else(|| Unlabelled::new(piece), |at| Unlabelled::new(piece.slice(0..at)));
        if self.continues(&head) {
            let piece = self.split(piece, 0);
            self.add(piece, 0);
            return true;
        }
        if let Some(rest) = self.take_captions(piece) {
            self.open = None;
            if let Some(rest) = rest {
                self.ahead.put_back(rest);
            }
            return true;
        }
        if self.begins_text(&line) {
            return false;
        }
        self.take_unlabelled(piece);
        true
    }

    /// Whether a second classified-by line is one of the text: it is in a paragraph after the first.
    fn is_beyond(&self, piece: Piece<'t>) -> bool {
        self.fields.hold(FieldLabel::ClassifiedBy)
            && (shape::numbered(piece.text).is_some()
                || self.open != Some(FieldLabel::ClassifiedBy) && self.blank_lines > 1)
    }

    /// Whether an order at the start of a line is one that the subject above speaks of: no colon follows its number.
    fn is_of_subject(&self, piece: Piece<'t>, found: labels::FoundLabel) -> bool {
        let behind = piece.text[found.length..].trim_start_matches(|c: char| c.is_ascii_digit());
        let is_open = self.open == Some(FieldLabel::Subject) && self.blank_lines == 0;
        is_open && self.fields.hold(FieldLabel::ExecutiveOrder) && !behind.trim_start().starts_with(':')
    }

    /// Whether the line is `CLASSIFIED` and the next one begins with `BY`.
    fn is_torn_label(&self, piece: Piece<'t>) -> bool {
        let is_by = |line: &Piece<'t>| {
            let by = line.text.trim_start();
            begins_in_any_case(by, "by") && by[2..].starts_with([':', ' '])
        };
        !self.fields.hold(FieldLabel::ClassifiedBy)
            && piece.text.trim().eq_ignore_ascii_case("classified")
            && self.ahead.rest().iter().take(3).find(|line| !line.is_blank()).is_some_and(is_by)
    }

    /// Whether the field of the order holds nothing but its number so far.
    fn is_order_without_value(&self) -> bool {
        let is_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b' ' | b':' | b'.');
        self.fields.of(FieldLabel::ExecutiveOrder).all(|part| part.value.text.bytes().all(is_number))
    }

    /// Whether the field of who classified ends in a word that announces a reason.
    fn is_reason_missing(&self) -> bool {
        self.fields
            .of(FieldLabel::ClassifiedBy)
            .next_back()
            .is_some_and(|part| classified_by::announces_reason(part.whole.text))
    }

    fn take_labelled(&mut self, piece: Piece<'t>, found: labels::FoundLabel) {
        if found.damaged {
            let code = match found.label {
                FieldLabel::Tags => Code::TagsLabelRepaired,
                FieldLabel::Subject => Code::SubjectLabelRepaired,
                _ => Code::ExecutiveOrderRepaired,
            };
            self.notes.report(code, &piece, piece.text[..found.length].trim());
        }
        self.note_glued_to_class_line(&piece);
        if found.label == FieldLabel::Subject {
            self.subject_ahead = false;
        }
        let stands_once = matches!(found.label, FieldLabel::ExecutiveOrder | FieldLabel::Subject);
        let repeated = stands_once && self.fields.hold(found.label);
        self.open = Some(found.label);
        let piece = self.split(piece, found.length.max(1));
        if repeated {
            return self.take_again(piece, found);
        }
        self.add(piece, found.length);
    }

    /// Cuts the next field off a flattened line and leaves it for later.
    fn split(&mut self, piece: Piece<'t>, from: usize) -> Piece<'t> {
        let Some(at) = self.next_field(piece, from) else { return piece };
        let (field, rest) = self.without_parentheses(piece.split_at(at));
        self.report_run_together(&piece);
        self.ahead.put_back(rest);
        field
    }

    /// Where the next field, or the text, begins on a line of the open field, after its first `from` bytes.
    fn next_field(&self, piece: Piece<'t>, from: usize) -> Option<usize> {
        let text = piece.text;
        let mark = if self.open.is_none() { correction::find(labels::window(text)) } else { None };
        let wanted = |at, within| match (self.open, within) {
            (None, _) => mark.is_none_or(|mark| at < mark || !self.is_named(text, at)),
            (Some(FieldLabel::ClassifiedBy), within) => {
                matches!(within, Within::Field(FieldLabel::Reference) | Within::Paragraph)
            }
            // What a subject says of an order, and its own label once more, is text.
            (Some(FieldLabel::Subject), Within::Field(FieldLabel::ExecutiveOrder)) => {
                !self.fields.hold(FieldLabel::ExecutiveOrder)
            }
            (Some(FieldLabel::Subject), Within::Field(FieldLabel::Subject)) => false,
            (Some(FieldLabel::Reference), Within::Field(FieldLabel::Reference)) => {
                references::ends_before_label(&text[from..at])
            }
            _ => true,
        };
        let field = labels::next_within(text, from, wanted);
        let behind = match self.open {
            Some(FieldLabel::Reference) => references::text_within(text, from),
            Some(FieldLabel::ClassifiedBy) => classified_by::text_within(text).filter(|&at| at > from),
            Some(FieldLabel::Subject) => subject::end_within(text).filter(|&at| at > from),
            _ => None,
        };
        let longest = (text.len() > LONGEST_LINE).then(|| text.floor_char_boundary(LONGEST_LINE));
        field.into_iter().chain(behind).chain(longest).min().filter(|&at| !text[..at].trim().is_empty())
    }

    #[cold]
    fn report_run_together(&mut self, piece: &Piece<'t>) {
        if !self.run_together.contains(&piece.line) {
            self.run_together.push(piece.line);
            self.notes.report(Code::FieldsRunTogether, piece, "several fields on one line");
        }
    }

    /// A field after the classification line on its own line was glued to it.
    fn note_glued_to_class_line(&mut self, piece: &Piece<'t>) {
        if self.class_lines.contains(&piece.line) {
            self.report_run_together(piece);
        }
    }

    fn add(&mut self, piece: Piece<'t>, label: usize) {
        let Some(open) = self.open else { return };
        let value = piece.slice(label.min(piece.text.len())..piece.text.len());
        self.room = self.room.saturating_sub(piece.text.len());
        self.fields.parts.push(FieldPart { label: open, whole: piece, value });
        if open == FieldLabel::Reference {
            self.fields.reference_chunks.push(piece);
        }
    }

    /// Whether the text begins with this line.
    fn begins_text(&self, line: &Unlabelled<'t>) -> bool {
        if self.subject_ahead {
            return false;
        }
        let text = line.text;
        if self.fields.hold(FieldLabel::Subject) {
            return !self.is_instruction_behind_subject(line);
        }
        let labelled = self.fields.hold(FieldLabel::Tags) || self.fields.hold(FieldLabel::ExecutiveOrder);
        let headed = labelled && self.ahead.next().is_some_and(|next| shape::is_rule(next.text));
        headed
            || (labelled && text.len() > 40)
            || text.contains(|c: char| c.is_ascii_lowercase()) && text.len() > 60
            || line.starts_block()
    }

    /// A passing line between SUBJECT and a later field.
    fn is_instruction_behind_subject(&self, line: &Unlabelled<'t>) -> bool {
        let field_ahead = || {
            self.ahead.rest().iter().take(6).any(|line| {
                let found = labels::leading(line.text).map(|found| found.label);
                matches!(
                    found,
                    Some(
                        FieldLabel::Reference
                            | FieldLabel::ClassifiedBy
                            | FieldLabel::Tags
                            | FieldLabel::ExecutiveOrder
                    )
                ) && shape::numbered(line.text).is_none()
            })
        };
        line.text.len() <= 100 && !line.starts_block() && (correction::is_in(line.text) || field_ahead())
    }

    fn take_unlabelled(&mut self, piece: Piece<'t>) {
        self.note_glued_to_class_line(&piece);
        self.open = None;
        let piece = self.split(piece, 0);
        self.room = self.room.saturating_sub(piece.text.len());
        let piece = if self.subject_ahead { self.split_captions(piece) } else { piece };
        self.fields.lines.push(piece);
    }
}
