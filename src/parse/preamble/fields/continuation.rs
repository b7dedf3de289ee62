//! Whether a line without a label continues the field that is open.
//!
//! What is cheap to check is asked first: most lines after a field begin something else.

use super::super::labels::{self, FieldLabel};
use super::super::{captions, classified_by, references, subject, tags};
use super::{FieldCutter, Unlabelled};
use crate::lex::begins_in_any_case;
use crate::lex::shape;

/// A line of the subject this long has no room for another word.
const FULL_LINE: usize = 60;

/// No subject has more lines.
const LONGEST_SUBJECT: usize = 6;

impl<'t> FieldCutter<'_, 't, '_> {
    /// Whether a line without a label continues the open field.
    pub(super) fn continues(&mut self, line: &Unlabelled<'t>) -> bool {
        let text = line.text;
        let captions_only = || captions::fill(text) || captions::unusual(text).is_some();
        match self.open {
            Some(FieldLabel::Tags) if !captions_only() => {
                let before = self.fields.of(FieldLabel::Tags).next_back().map_or("", |part| part.value.text);
                before.trim().is_empty() || tags::continues(before, text)
            }
            Some(FieldLabel::Subject) => {
                self.subject_may_continue() && !line.starts_block() && !captions_only() && self.subject_continues(text)
            }
            Some(FieldLabel::Reference) if lettered(text) || !line.starts_block() => {
                !captions_only()
                    && references::continues(&mut self.fields.reference_chunks, line.piece.text, self.ahead.rest())
            }
            Some(FieldLabel::ClassifiedBy) if self.blank_lines > 0 => {
                self.is_reason_missing() && classified_by::begins_with_section(text)
            }
            Some(FieldLabel::ClassifiedBy) => self.classified_by_continues(line) && !captions_only(),
            Some(FieldLabel::ExecutiveOrder) if self.is_order_without_value() => begins_event(text),
            Some(FieldLabel::ExecutiveOrder) => {
                self.blank_lines == 0 && self.order_continues(text) && !line.starts_block() && !captions_only()
            }
            _ => false,
        }
    }

    fn has_subject_begun(&self) -> bool {
        self.fields.of(FieldLabel::Subject).any(|part| !part.value.is_blank())
    }

    /// Whether the blank lines and the length of the subject let it continue at all.
    fn subject_may_continue(&self) -> bool {
        !self.has_subject_begun()
            || match self.blank_lines {
                0 => self.fields.of(FieldLabel::Subject).count() < LONGEST_SUBJECT,
                1 => true,
                _ => false,
            }
    }

    fn subject_continues(&self, text: &str) -> bool {
        if !self.has_subject_begun() {
            return true;
        }
        let last = self.fields.of(FieldLabel::Subject).next_back();
        let is_full = self.blank_lines == 0 && last.is_some_and(|last| last.whole.text.trim_end().len() >= FULL_LINE);
        let ruled = !is_full && self.ahead.next().is_some_and(|next| shape::is_rule(next.text));
        let over =
            captions::leading(text).0.first() == Some(&"SENSITIVE") || subject::action_request_in(text) == Some(0);
        if ruled || over || subject::is_class_line(text) {
            return false;
        }
        if self.blank_lines == 0 {
            return true;
        }
        let so_far =
            self.fields.of(FieldLabel::Subject).map(|part| part.value.text.trim()).collect::<Vec<_>>().join(" ");
        let below = match self.ahead.next() {
            Some(next) if labels::leading(next.text).is_some() => subject::BelowSubject::Label,
            Some(next) if !next.is_blank() => subject::BelowSubject::Text,
            _ => subject::BelowSubject::Blank,
        };
        subject::continues_over_blank(&so_far, text, below)
    }

    /// A field cut at 71 columns, or one whose reason is still to come.
    fn classified_by_continues(&self, line: &Unlabelled<'t>) -> bool {
        let text = line.text;
        let Some(last) = self.fields.of(FieldLabel::ClassifiedBy).next_back() else { return false };
        let before = last.whole.text.trim_end();
        let is_cut = || (68..=72).contains(&before.chars().count());
        let is_told = || self.fields.of(FieldLabel::ClassifiedBy).any(|part| names_section(part.whole.text));
        let ended = before.ends_with(['.', ')']) && !is_cut() && is_told();
        (!ended || text.len() < 24 && is_reason(text)) && (is_reason(text) || !line.starts_block())
    }

    /// An event may run on to the next line.
    fn order_continues(&self, text: &str) -> bool {
        if self.fields.of(FieldLabel::ExecutiveOrder).count() >= 3 || text.len() >= 80 {
            return false;
        }
        let value: String = self.fields.of(FieldLabel::ExecutiveOrder).map(|part| part.value.text).collect();
        let words = value
            .split([' ', ':'])
            .filter(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
            .count();
        words >= 3 && !value.contains('/')
    }
}

/// Whether a line begins as what follows the number of an order does.
fn begins_event(text: &str) -> bool {
    const EVENTS: [&str; 9] = ["DECL", "N/A", "NA", "GDS", "XGDS", "ADS", "RDS", "OADR", "DNG"];
    let begins = |event: &&str| {
        begins_in_any_case(text, event)
            && !text[event.len()..].starts_with(|c: char| c.is_ascii_alphabetic() && *event != "DECL")
    };
    EVENTS.iter().any(begins)
}

/// Whether a line names a section of the order: `1.4`, or `1. 4`.
fn names_section(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair == b"1.")
}

/// Whether a line begins with the rest of a reason: `1.4 (b)`, `4 (b)`, `(c) and (d)`, `and (d)`; `1. (C)` is a paragraph.
fn is_reason(text: &str) -> bool {
    let paragraph = text.strip_prefix("1.").map_or(text, str::trim_start).strip_prefix(['2', '4', '5', '6']);
    let letters = paragraph.map(str::trim_start);
    let and = begins_in_any_case(text, "and ");
    let lower_case = text.strip_prefix('(').is_some_and(|letter| letter.starts_with(|c: char| matches!(c, 'a'..='h')));
    and || lower_case || letters.is_some_and(|letters| letters.starts_with('('))
}

/// `B. LIMA 12` looks like a numbered line only where digits are first.
fn lettered(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c == '(')
}
