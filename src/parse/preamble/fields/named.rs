//! Labels where no field of their own is: a mark of correction names the field that it is about, a field is there twice,
//! or is in parentheses after another.

use super::super::labels::{self, FoundLabel};
use super::FieldCutter;
use crate::diagnostic::Code;
use crate::lex::spaces::collapsed;
use crate::lex::{Piece, begins_in_any_case};
use crate::parse::reading::Zone;

/// The lines below a mark of correction in which the field is that it names.
const LINES_BELOW: usize = 40;

/// Bytes of the name of a field within the parentheses of a mark.
const LONGEST_NAME: usize = 40;

impl<'t> FieldCutter<'_, 't, '_> {
    /// Whether the mark of correction on a line only names the field whose label is at `at`: within parentheses, with the
    /// word for a line, or because the field itself begins a line below.
    pub(super) fn is_named(&self, text: &str, at: usize) -> bool {
        let (before, label) = text.split_at(at);
        let Some(found) = labels::leading(label) else { return false };
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | ':' | '-');
        let value = label[found.length..].trim_start_matches(is_number);
        let closes = || label.bytes().take(LONGEST_NAME).any(|byte| byte == b')');
        let is_inside = || before.matches('(').count() > before.matches(')').count() && closes();
        let is_below = |line: &Piece<'_>| labels::leading(line.text).is_some_and(|below| below.label == found.label);
        is_line(value) || is_inside() || self.ahead.rest().iter().take(LINES_BELOW).any(is_below)
    }

    /// A subject and the field that follows it on its line, without the parentheses around that: `FERRIES (REF: LIMA 1200)`.
    pub(super) fn without_parentheses(&mut self, (field, rest): (Piece<'t>, Piece<'t>)) -> (Piece<'t>, Piece<'t>) {
        let (before, inside) = (field.text.trim_end(), rest.text.trim_end());
        match (before.strip_suffix('('), inside.strip_suffix(')')) {
            (Some(before), Some(inside)) if inside.matches('(').count() == inside.matches(')').count() => {
                let (field, opening) = field.split_at(before.len());
                let (rest, closing) = rest.split_at(inside.len());
                [opening, closing].into_iter().for_each(|sign| self.notes.claim(sign, Zone::Subject));
                (field, rest)
            }
            _ => (field, rest),
        }
    }

    /// Leaves out a field that is there again, or keeps it as a note where it says something else.
    #[cold]
    pub(super) fn take_again(&mut self, piece: Piece<'t>, found: FoundLabel) {
        self.open = None;
        let first: String = self.fields.of(found.label).map(|part| letters(part.value.text)).collect();
        if first.starts_with(&letters(&piece.text[found.length..])) {
            return self.notes.claim(piece, Zone::Debris);
        }
        self.notes.report(Code::FieldUnread, &piece, piece.text.trim());
        self.notes.claim(piece, Zone::Note);
        self.fields.sentences.push(collapsed(piece.text));
    }
}

/// Whether a text begins with the word for a line of a cable.
fn is_line(text: &str) -> bool {
    begins_in_any_case(text, "LINE") && !text[4..].trim_start_matches(['S', 's']).starts_with(char::is_alphanumeric)
}

/// The letters and digits of a text, in upper case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
