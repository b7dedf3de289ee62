//! Captions on lines of their own, before a field, and after an instruction.

use memchr::memchr_iter;

use super::super::labels;
use super::super::labels::FieldLabel;
use super::super::{captions, instructions};
use super::FieldCutter;
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::lex::spaces::collapsed;

/// The letters of the captions after an instruction.
const LONGEST_CAPTIONS: usize = 400;

impl<'t> FieldCutter<'_, 't, '_> {
    /// Takes the captions that a line begins with; `Some(rest)` is what follows them.
    pub(super) fn take_captions(&mut self, piece: Piece<'t>) -> Option<Option<Piece<'t>>> {
        let text = piece.text;
        let (found, end) = captions::leading(text);
        if captions::are_all(&found, &text[end..]) {
            self.note_glued_to_class_line(&piece);
            self.fields.captions.push((piece, found));
            return Some(None);
        }
        if let Some(unusual) = captions::unusual(text) {
            if unusual.damaged {
                self.notes.report(Code::CaptionRepaired, &piece, text.trim());
            }
            self.fields.captions.push((piece, unusual.captions));
            return Some(None);
        }
        if let Some(phrase) = captions::sentence(text).filter(|_| self.is_before_text()) {
            self.take_sentence(piece, phrase);
            return Some(None);
        }
        if found.is_empty() {
            return None;
        }
        let (captions, behind) = piece.split_at(end);
        let begins_field = || {
            labels::leading(behind.text).is_some()
                || behind.text.contains(" FOR ")
                || behind.text.contains(" PASS ")
                || instructions::kind(behind.text.trim()) != instructions::InstructionKind::Note
        };
        if self.fields.hold(FieldLabel::Subject) {
            return None;
        }
        if !begins_field() {
            let is_qualified = captions::are_qualified(&found, behind.text);
            return is_qualified.then(|| self.take_qualified(piece, found));
        }
        self.report_run_together(&piece);
        self.fields.captions.push((captions, found));
        Some(Some(behind))
    }

    /// Takes a line of captions and what qualifies them: captions and a note.
    #[cold]
    fn take_qualified(&mut self, piece: Piece<'t>, found: Vec<&'static str>) -> Option<Piece<'t>> {
        self.note_glued_to_class_line(&piece);
        self.fields.captions.push((piece, found));
        self.fields.sentences.push(collapsed(piece.text));
        None
    }

    /// Takes a sentence of handling with the lines it wraps to: a caption and a note.
    #[cold]
    fn take_sentence(&mut self, piece: Piece<'t>, from: usize) {
        let mut line = self.split(piece, from);
        let mut note: Vec<&str> = line.text.split_whitespace().collect();
        self.fields.captions.push((line, [vec!["SENSITIVE"], captions::leading(line.text).0].concat()));
        while self.ahead.next().is_some_and(|next| captions::sentence_continues(line.text, next.text)) {
            let Some(next) = self.ahead.take() else { break };
            line = next;
            note.extend(line.text.split_whitespace());
            self.fields.captions.push((line, Vec::new()));
        }
        self.fields.sentences.push(note.join(" "));
    }

    /// A sentence of handling comes before the first paragraph only.
    fn is_before_text(&self) -> bool {
        self.subject_ahead || !self.fields.hold(FieldLabel::ClassifiedBy)
    }

    /// Takes the captions off that were glued after an instruction.
    pub(super) fn split_captions(&mut self, piece: Piece<'t>) -> Piece<'t> {
        let text = piece.text;
        let last = text.len().saturating_sub(LONGEST_CAPTIONS);
        let starts = memchr_iter(b' ', &text.as_bytes()[last..]).map(|blank| last + blank + 1);
        let mut captions = starts.filter(|&at| captions::fill(&text[at..]));
        let is_passing = |at: &usize| instructions::kind(text[..*at].trim()) == instructions::InstructionKind::Passing;
        let Some(at) = captions.next().filter(is_passing) else { return piece };
        let (instruction, captions) = piece.split_at(at);
        self.report_run_together(&piece);
        self.fields.captions.push((captions, captions::leading(captions.text).0));
        instruction.trim_end()
    }
}
