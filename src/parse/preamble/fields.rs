//! The lines in front of the text, cut into fields.

mod continuation;

use std::cell::OnceCell;

use memchr::memchr2_iter;

use super::labels::{self, Label};
use super::{captions, references};
use crate::diagnostic::Code;
use crate::lex::trim::Trim;
use crate::lex::{Piece, Sign, openers, shape};
use crate::parse::reading::{Glued, Notes, Zone};

/// One line of a field.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    /// The label of the field.
    pub label: Label,
    /// With its label.
    pub whole: Piece<'t>,
    /// Without its label.
    pub value: Piece<'t>,
}

/// A line without a label, and what several rules ask of it.
#[derive(Debug)]
struct Unlabelled<'t> {
    piece: Piece<'t>,
    /// Without blanks around it.
    text: &'t str,
    starts_anew: OnceCell<bool>,
}

impl<'t> Unlabelled<'t> {
    fn new(piece: Piece<'t>) -> Unlabelled<'t> {
        Unlabelled { piece, text: piece.text.trimmed(), starts_anew: OnceCell::new() }
    }

    /// Whether it begins like a paragraph or a heading.
    fn starts_anew(&self) -> bool {
        let text = self.text;
        let begins = || shape::numbered(text).is_some() || shape::bears_rule(text) || openers::length(text).is_some();
        *self.starts_anew.get_or_init(begins)
    }
}

/// The fields of a preamble.
#[derive(Debug, Default)]
pub struct Fields<'t> {
    /// The lines of all labelled fields, in order.
    parts: Vec<Part<'t>>,
    /// The lines of `REF` as the letters of their items part them.
    pub reference_chunks: references::Field<'t>,
    /// Captions where they stand.
    pub captions: Vec<(Piece<'t>, Vec<&'static str>)>,
    /// Lines without a label, blank ones between them.
    pub lines: Vec<Piece<'t>>,
    /// Sentences of handling.
    pub sentences: Vec<String>,
}

/// More lines than the fields of nearly every preamble have.
const MANY_PARTS: usize = 16;

impl<'t> Fields<'t> {
    /// The lines of all fields.
    pub fn parts(&self) -> &[Part<'t>] {
        &self.parts
    }

    /// The lines of one field.
    pub fn of(&self, label: Label) -> impl DoubleEndedIterator<Item = &Part<'t>> + Clone {
        self.parts.iter().filter(move |part| part.label == label)
    }

    /// Whether there is such a field.
    pub fn hold(&self, label: Label) -> bool {
        self.of(label).next().is_some()
    }
}

/// Cuts the preamble off the body; returns its fields and the lines of the text.
pub fn cut<'b, 't>(
    body: &'b mut [Piece<'t>],
    glued: &'b Glued,
    notes: &mut Notes<'t>,
) -> (Fields<'t>, &'b [Piece<'t>]) {
    let mut cutter = Cutter {
        fields: Fields { parts: Vec::with_capacity(MANY_PARTS), ..Fields::default() },
        open: None,
        blanks: 0,
        subject_ahead: has_subject_ahead(body),
        ahead: Ahead { lines: body, at: 0 },
        class_lines: &glued.class_lines,
        run_together: glued.reported.into_iter().collect(),
        notes,
    };
    cutter.run();
    let Ahead { lines, at } = cutter.ahead;
    (cutter.fields, &lines[at..])
}

/// The lines that are still to be read.
struct Ahead<'b, 't> {
    lines: &'b mut [Piece<'t>],
    at: usize,
}

impl<'t> Ahead<'_, 't> {
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

/// No preamble is longer.
const LONGEST: usize = 200;

fn has_subject_ahead(body: &[Piece<'_>]) -> bool {
    body.iter().take(LONGEST).any(|line| {
        let may_hold = line.may_hold(Sign::Capitals) && line.may_hold(Sign::Colon);
        labels::begins_subject(line.text) || may_hold && line.text.contains("SUBJECT:")
    })
}

/// The pass over the lines.
struct Cutter<'b, 't, 'n> {
    fields: Fields<'t>,
    /// The field that the next line may go on with.
    open: Option<Label>,
    /// Blank lines since the last line.
    blanks: usize,
    /// Whether a SUBJECT stands on this or a later line.
    subject_ahead: bool,
    ahead: Ahead<'b, 't>,
    /// Physical lines that hold a classification line.
    class_lines: &'b [u32],
    /// Physical lines of which it is reported that several fields are on them.
    run_together: Vec<u32>,
    notes: &'n mut Notes<'t>,
}

impl<'t> Cutter<'_, 't, '_> {
    fn run(&mut self) {
        for _ in 0..LONGEST * 4 {
            let Some(piece) = self.ahead.take() else { return };
            if piece.is_blank() {
                self.blank(piece);
                continue;
            }
            if !self.take(piece) {
                self.ahead.put_back(piece);
                return;
            }
            self.blanks = 0;
        }
    }

    fn blank(&mut self, piece: Piece<'t>) {
        self.blanks += 1;
        match self.open {
            Some(Label::Reference) => self.add(piece, 0),
            Some(Label::Tags) if self.fields.of(Label::Tags).all(|part| part.value.is_blank()) => {}
            Some(Label::Subject) => {}
            _ => self.open = None,
        }
        // One blank line parts what stands around it as well as several.
        if self.fields.lines.last().is_some_and(|last| !last.is_blank()) {
            self.fields.lines.push(piece);
        }
    }

    /// Takes a line that is not blank; `false` where the text begins with it.
    fn take(&mut self, piece: Piece<'t>) -> bool {
        if let Some(found) = labels::leading(piece.text)
            && !(found.label == Label::ClassifiedBy && self.is_beyond(piece))
        {
            self.take_labelled(piece, found);
            return true;
        }
        let line = Unlabelled::new(piece);
        if self.goes_on(&line) {
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

    /// Whether a second classified-by line is one of the text: it stands in a paragraph behind the first.
    fn is_beyond(&self, piece: Piece<'t>) -> bool {
        self.fields.hold(Label::ClassifiedBy)
            && (shape::numbered(piece.text).is_some() || self.open != Some(Label::ClassifiedBy) && self.blanks > 1)
    }

    fn take_labelled(&mut self, piece: Piece<'t>, found: labels::Found) {
        if found.damaged {
            let code = match found.label {
                Label::Tags => Code::TagsLabelRepaired,
                Label::Subject => Code::SubjectLabelRepaired,
                _ => Code::ExecutiveOrderRepaired,
            };
            self.notes.report(code, &piece, piece.text[..found.length].trimmed());
        }
        self.note_glued_to_class_line(&piece);
        if found.label == Label::Subject {
            self.subject_ahead = false;
        }
        let stands_once = matches!(found.label, Label::ExecutiveOrder | Label::Subject);
        let repeated = stands_once && self.fields.hold(found.label);
        self.open = Some(found.label);
        let piece = self.split(piece, found.length.max(1));
        if repeated {
            self.notes.claim(piece, Zone::Debris);
            self.open = None;
            return;
        }
        self.add(piece, found.length);
    }

    /// Cuts the next field off a flattened line and leaves it for later.
    fn split(&mut self, piece: Piece<'t>, from: usize) -> Piece<'t> {
        let mut next = labels::next_within(piece.text, from);
        if self.open == Some(Label::ClassifiedBy) {
            next = next.filter(|&at| piece.text[at..].starts_with("REF") || piece.text[at..].starts_with("1."));
        }
        if self.open == Some(Label::Reference) {
            next = next.into_iter().chain(references::text_within(piece.text, from)).min();
        }
        if self.open == Some(Label::Subject) {
            let request = action_request_in(piece.text);
            next = next.into_iter().chain(request.filter(|&at| at > from)).min();
        }
        let Some(at) = next.filter(|&at| !piece.text[..at].trimmed().is_empty()) else { return piece };
        let (field, rest) = piece.split_at(at);
        self.report_run_together(&piece);
        self.ahead.put_back(rest);
        field
    }

    #[cold]
    fn report_run_together(&mut self, piece: &Piece<'t>) {
        if !self.run_together.contains(&piece.line) {
            self.run_together.push(piece.line);
            self.notes.report(Code::FieldsRunTogether, piece, "several fields on one line");
        }
    }

    /// A field behind the classification line on its own line was glued to it.
    fn note_glued_to_class_line(&mut self, piece: &Piece<'t>) {
        if self.class_lines.contains(&piece.line) {
            self.report_run_together(piece);
        }
    }

    fn add(&mut self, piece: Piece<'t>, label: usize) {
        let Some(open) = self.open else { return };
        let value = piece.slice(label.min(piece.text.len())..piece.text.len());
        self.fields.parts.push(Part { label: open, whole: piece, value });
        if open == Label::Reference {
            self.fields.reference_chunks.push(piece);
        }
    }

    /// Takes the captions that a line begins with; `Some(rest)` is what stands behind them.
    fn take_captions(&mut self, piece: Piece<'t>) -> Option<Option<Piece<'t>>> {
        let text = piece.text;
        let (found, end) = captions::leading(text);
        if captions::are_all(&found, &text[end..]) {
            self.note_glued_to_class_line(&piece);
            self.fields.captions.push((piece, found));
            return Some(None);
        }
        if let Some(phrase) = captions::sentence(text).filter(|_| self.blanks_or_preamble()) {
            self.take_sentence(piece, phrase);
            return Some(None);
        }
        if found.is_empty() {
            return None;
        }
        let (captions, behind) = piece.split_at(end);
        let begins_field = || {
            labels::leading(behind.text).is_some() || behind.text.contains(" FOR ") || behind.text.contains(" PASS ")
        };
        if self.fields.hold(Label::Subject) || !begins_field() {
            return None;
        }
        self.report_run_together(&piece);
        self.fields.captions.push((captions, found));
        Some(Some(behind))
    }

    /// Takes a sentence of handling with the lines it wraps to: a caption and a note.
    #[cold]
    fn take_sentence(&mut self, piece: Piece<'t>, from: usize) {
        let mut line = self.split(piece, from);
        let mut note: Vec<&str> = line.text.split_whitespace().collect();
        self.fields.captions.push((line, [vec!["SENSITIVE"], captions::leading(line.text).0].concat()));
        while self.ahead.next().is_some_and(|next| captions::sentence_goes_on(line.text, next.text)) {
            let Some(next) = self.ahead.take() else { break };
            line = next;
            note.extend(line.text.split_whitespace());
            self.fields.captions.push((line, Vec::new()));
        }
        self.fields.sentences.push(note.join(" "));
    }

    /// A sentence of handling stands in front of the first paragraph only.
    fn blanks_or_preamble(&self) -> bool {
        self.subject_ahead || !self.fields.hold(Label::ClassifiedBy)
    }

    /// Whether the text begins with this line.
    fn begins_text(&self, line: &Unlabelled<'t>) -> bool {
        if self.subject_ahead {
            return false;
        }
        let text = line.text;
        if self.fields.hold(Label::Subject) {
            return !self.is_instruction_behind_subject(line);
        }
        let labelled = self.fields.hold(Label::Tags) || self.fields.hold(Label::ExecutiveOrder);
        let headed = labelled && self.ahead.next().is_some_and(|next| shape::is_rule(next.text));
        headed
            || (labelled && text.len() > 40)
            || text.contains(|c: char| c.is_ascii_lowercase()) && text.len() > 60
            || line.starts_anew()
    }

    /// A passing line between SUBJECT and a later field.
    fn is_instruction_behind_subject(&self, line: &Unlabelled<'t>) -> bool {
        let field_ahead = || {
            self.ahead.rest().iter().take(6).any(|line| {
                let found = labels::leading(line.text).map(|found| found.label);
                matches!(found, Some(Label::Reference | Label::ClassifiedBy | Label::Tags | Label::ExecutiveOrder))
                    && shape::numbered(line.text).is_none()
            })
        };
        line.text.len() <= 100 && !line.starts_anew() && field_ahead()
    }

    fn take_unlabelled(&mut self, piece: Piece<'t>) {
        self.note_glued_to_class_line(&piece);
        self.open = None;
        let piece = self.split(piece, 0);
        self.fields.lines.push(piece);
    }
}

/// Where a text begins to call itself an action request, in any case.
fn action_request_in(text: &str) -> Option<usize> {
    const WORDS: &[u8] = b"this is an action request";
    /// Where the letter stands that is rarest in subjects, the Q.
    const RAREST: usize = 20;
    let bytes = labels::window(text).as_bytes();
    let is_here = |at: &usize| {
        let words = bytes.get(*at..at + WORDS.len());
        words.is_some_and(|words| words.eq_ignore_ascii_case(WORDS))
    };
    memchr2_iter(b'q', b'Q', bytes).filter_map(|at| at.checked_sub(RAREST)).find(is_here)
}
