//! Turns the lines of REF into items: cables, e-mails, telephone calls, reports and whatever else is cited.
//!
//! Every item gets a row, in order. A bare number after a reference is an item of its own. A post that is in no
//! table is repaired only where one post alone is near; else the text is kept and no number is made up.

mod cable;
mod chunks;
mod dated;
mod extent;
mod items;
mod letters;

use std::collections::BTreeSet;

use crate::cable::{Mrn, Reference, ReferenceKind};
use crate::diagnostic::Code;
use crate::lex::{Piece, begins_in_any_case};
use crate::parse::reading::{CableName, Findings};
use crate::tables::citations;
use crate::tables::posts::PostKind;
pub use chunks::{ReferenceField, ends_before_label};
pub use extent::{continues, text_within};
use items::Item;

/// Reads the field, its label before or already off; blank lines in it do no harm.
pub fn read(field: &mut ReferenceField<'_>, own: &CableName, findings: &mut Findings) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut carry = None;
    let mut named = BTreeSet::new();
    for chunk in field.chunks() {
        for item in items::read(&chunk.text, own, &mut carry) {
            let cited_mrn = item.mrn.as_ref().map(Mrn::to_string);
            // A number of the cable itself comes from page lines; what is named twice is kept once.
            if cited_mrn.as_ref().is_some_and(|mrn| own.is(mrn) || !named.insert(mrn.clone())) {
                continue;
            }
            if let Some(line) = chunk.line_at(item.start) {
                report(&item, line, own, findings);
            }
            references.push(Reference {
                label: chunk.label.map(String::from),
                kind: item.kind,
                cited_mrn,
                note: item.note,
                text: item.text,
            });
        }
    }
    references
}

fn report(item: &Item, line: &Piece<'_>, own: &CableName, findings: &mut Findings) {
    let Some(mrn) = &item.mrn else {
        if item.year_unknown {
            findings.report(Code::ReferenceYearUnknown, line, item.text.clone());
        } else if item.post_unknown {
            findings.report(Code::ReferencePostUnknown, line, item.text.clone());
        }
        return;
    };
    if item.repaired {
        findings.report(Code::ReferenceRepaired, line, format!("{} read as {mrn}", item.text));
    }
    if own.year.is_some_and(|own| mrn.year > own) {
        findings.report(Code::ReferenceYearUnlikely, line, item.text.clone());
    }
    if item.year_unwritten && is_of_year_before(mrn, own) {
        findings.report(Code::ReferenceYearUnsure, line, format!("{} read as {mrn}", item.text));
    }
}

/// Whether a reference without year may be of the year before: a higher serial of the same post, early in the year.
fn is_of_year_before(mrn: &Mrn, own: &CableName) -> bool {
    let early = own.sent_on.is_some_and(|date| date.month() <= 3);
    early && own.post.as_ref() == Some(&mrn.post) && own.serial.is_some_and(|own| mrn.serial > own)
}

/// Whether a text begins with a reference, or holds a word that says what kind of reference it is.
fn cites(text: &str) -> bool {
    cable::read(text, None).is_some() || citations::kind(text).is_some()
}

/// What a table's name of a kind means.
fn kind_named(name: &str) -> ReferenceKind {
    match name {
        "email" => ReferenceKind::Email,
        "telephone" => ReferenceKind::Telephone,
        "report" => ReferenceKind::Report,
        "message" => ReferenceKind::Message,
        "manual" => ReferenceKind::Manual,
        "resolution" => ReferenceKind::Resolution,
        _ => ReferenceKind::Other,
    }
}

/// What a number in the series of a post means.
fn kind_of_series(kind: PostKind) -> ReferenceKind {
    match kind {
        PostKind::Party => ReferenceKind::Party,
        PostKind::Post | PostKind::Agency => ReferenceKind::Cable,
    }
}

/// A text without the separators, ANDs and spaces it begins with.
fn skip_separators(text: &str) -> &str {
    let mut rest = text;
    loop {
        let shorter = rest.trim_start_matches([' ', '\n', ',', ';', ':', '&', '/', '.', '-', '\t', '#']);
        let and = begins_in_any_case(shorter, "AND");
        let word_ends = !shorter.get(3..).is_some_and(|behind| behind.starts_with(|c: char| c.is_alphanumeric()));
        if !(and && word_ends) {
            return shorter;
        }
        rest = &shorter[3..];
    }
}

#[cfg(test)]
mod tests;
