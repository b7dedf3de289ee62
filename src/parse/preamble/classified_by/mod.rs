//! Turns the lines of Classified By, Derived From and Reason into who classified the cable and why.
//!
//! The message form filled this field itself and cut it hard at 71 columns, in mid-word. A name is taken only where
//! the words of a title, a comma or the shape of a name show where it begins; without them there is no name.

mod authority;
mod field;
mod reasons;
#[cfg(test)]
mod tests;

use memchr::memchr_iter;

use crate::cable::{ClassifiedBy, Reference, ReferenceKind};
use crate::diagnostic::Code;
use crate::lex::marking::FoundMarking;
use crate::lex::{Piece, begins_in_any_case, shape};
use crate::parse::preamble::labels::{self, FieldLabel};
use crate::parse::preamble::references::{self, ReferenceField};
use crate::parse::reading::{CableName, Findings};
use authority::Authority;

/// Who classified a cable, from what, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classification {
    /// The original classification authority.
    pub classified_by: Option<ClassifiedBy>,
    /// Source of a derivative classification.
    pub derived_from: Option<String>,
    /// Reasons such as `1.4(b)`.
    pub reasons: Vec<String>,
    /// References that were typed into the field.
    pub references: Vec<Reference>,
    /// When the cable is to be declassified, where the field says so.
    pub declassify: Option<String>,
}

/// Reads the lines of the field as found, labels included: the cut at 71 columns counts them.
pub fn read(lines: &[Piece<'_>], own: &CableName, findings: &mut Findings) -> Classification {
    let text = field::joined(lines);
    let field = field::parts(&text);
    let Some(first) = lines.first().filter(|_| !text.is_empty()) else { return Classification::default() };
    let reasons = reasons::read(&field.reasons);
    let mut classification = Classification {
        derived_from: field.derived_from.map(str::to_owned),
        reasons: reasons.list,
        declassify: field.declassify.map(str::to_owned),
        ..Classification::default()
    };
    let mut who = Authority::default();
    for part in &field.authorities {
        let typed_in = references_in(part, first, own);
        if typed_in.is_empty() && who.name.is_none() {
            who = authority::read(part);
        }
        classification.references.extend(typed_in);
    }
    let is_of_authority = field.labelled && field.derived_from.is_none();
    let behind = behind_reasons(&field.reasons).filter(|_| is_of_authority && field.authorities.is_empty());
    if let Some(found) = behind.map(authority::read).filter(|found| found.name.is_some()) {
        who = found;
    }
    let is_nameless = who.name.is_none() && is_of_authority && (behind.is_some() || !who.is_empty());
    if who.garbled || is_nameless {
        findings.report(Code::ClassifiedByUnreadable, first, field.text);
    } else if who.repaired || reasons.repaired {
        findings.report(Code::ClassifiedByRepaired, first, field.text);
    }
    let stated = !who.is_empty() || is_of_authority;
    classification.classified_by = stated.then(|| ClassifiedBy {
        name: who.name,
        position: who.position,
        office: who.office,
        text: field.text.to_owned(),
    });
    classification
}

/// The words that follow the reasons where nothing comes before them: `Reason 1.4 (b), Ilse Quade, DCM`.
fn behind_reasons<'t>(reasons: &[&'t str]) -> Option<&'t str> {
    let (_, behind) = reasons.iter().find_map(|reasons| reasons.rsplit_once(')'))?;
    let behind = behind.trim_matches([' ', ',', ';', ':', '.', '-']);
    let is_of_words = behind.split(' ').filter(|word| word.len() > 1).count() > 1;
    let says_when = || behind.to_ascii_lowercase().contains("decl");
    (is_of_words && !says_when()).then_some(behind)
}

/// Whether a line begins with the label of declassification: `DECLASSIFY ON: 06/12/2019`.
pub fn begins_declassification(line: &str) -> bool {
    let text = line.trim_start();
    begins_in_any_case(text, "decl") && field::declassification_label(&text.to_ascii_lowercase()).is_some()
}

/// Whether a line ends in a word that announces a reason: `REASONS:`.
pub fn announces_reason(line: &str) -> bool {
    let line = line.trim_end().trim_end_matches([' ', ':', '.']).to_ascii_lowercase();
    reasons::ends_with_word(&line)
}

/// Whether a line begins with a section of the order and its paragraphs: `1.4 (b)`, `1.4 B, D`.
pub fn begins_with_section(line: &str) -> bool {
    reasons::begins_with_section(&line.trim().to_ascii_lowercase())
}

/// Where who classified begins in a paragraph: at the start of one of the first three, or after the mark of the entire
/// text.
pub fn within_paragraph(line: &str) -> Option<usize> {
    let numbered = shape::numbered(line).filter(|numbered| numbered.number <= 3)?;
    if labels::leading(line).is_some_and(|found| found.label == FieldLabel::ClassifiedBy) {
        return Some(0);
    }
    let mark = line[numbered.length..].find("ENTIRE TEXT")? + numbered.length;
    let label = line[mark..].to_ascii_lowercase().find("classified by")?;
    Some(mark + label)
}

/// Whether the lines give a reason, as prose that speaks of things classified does not.
pub fn gives_reason(lines: &[Piece<'_>]) -> bool {
    !reasons::read(&[&field::joined(lines)]).list.is_empty()
}

/// Where the text begins after the reasons on their line: at the marking of a paragraph, `1.4 (b), (d) (S) The ...`.
pub fn text_within(line: &str) -> Option<usize> {
    let reasons = reasons::start(&line.to_ascii_lowercase())?;
    let is_paragraph = |&at: &usize| {
        let Some(found) = FoundMarking::leading(&line[at..]) else { return false };
        let before = line[..at].trim_end();
        let mut text = line[at + found.length..].trim_start().chars();
        let is_sentence =
            text.next().is_some_and(char::is_uppercase) && text.next().is_some_and(|c| c.is_lowercase() || c == ' ');
        before.ends_with(')') && is_sentence && line[at + 1..].starts_with(|c: char| c.is_ascii_uppercase())
    };
    memchr_iter(b'(', line.as_bytes()).filter(|&at| at > reasons).find(is_paragraph)
}

/// The cables cited in a part of the field that holds nothing else.
fn references_in(part: &str, line: &Piece<'_>, own: &CableName) -> Vec<Reference> {
    // Without a serial there is no cable.
    if !part.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let piece = Piece::new(line.line, line.start, part);
    let found = references::read(&mut ReferenceField::from_iter([piece]), own, &mut Findings::default());
    let only_cables = found.iter().all(|item| item.kind == ReferenceKind::Cable && item.cited_mrn.is_some());
    if only_cables { found } else { Vec::new() }
}
