//! Turns the lines of Classified By, Derived From and Reason into who classified the cable and why.
//!
//! The message form filled this field itself and cut it hard at 71 columns, in mid-word. A name is taken only where
//! the words of a title, a comma or the shape of a name tell where it begins; else there is none.

mod authority;
mod field;
mod reasons;
#[cfg(test)]
mod tests;

use crate::cable::{ClassifiedBy, Reference, ReferenceKind};
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::parse::preamble::references::{self, Field};
use crate::parse::reading::{Findings, Name};
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
}

/// Reads the lines of the field as they stand, labels included: the cut at 71 columns counts them.
pub fn read(lines: &[Piece<'_>], own: &Name, findings: &mut Findings) -> Classification {
    let text = field::joined(lines);
    let field = field::parts(&text);
    let Some(first) = lines.first().filter(|_| !text.is_empty()) else { return Classification::default() };
    let reasons = reasons::read(&field.reasons);
    let mut classification = Classification {
        derived_from: field.derived_from.map(str::to_owned),
        reasons: reasons.list,
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
    if who.garbled {
        findings.report(Code::ClassifiedByUnreadable, first, field.text);
    } else if who.repaired || reasons.repaired {
        findings.report(Code::ClassifiedByRepaired, first, field.text);
    }
    let stated = !who.is_empty() || field.labelled && field.derived_from.is_none();
    classification.classified_by = stated.then(|| ClassifiedBy {
        name: who.name,
        position: who.position,
        office: who.office,
        text: field.text.to_owned(),
    });
    classification
}

/// The cables cited in a part of the field that holds nothing else.
fn references_in(part: &str, line: &Piece<'_>, own: &Name) -> Vec<Reference> {
    // Without a serial there is no cable.
    if !part.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let piece = Piece::new(line.line, line.start, part);
    let found = references::read(&mut Field::from_iter([piece]), own, &mut Findings::default());
    let only_cables = found.iter().all(|item| item.kind == ReferenceKind::Cable && item.cited_mrn.is_some());
    if only_cables { found } else { Vec::new() }
}
