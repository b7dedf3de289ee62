//! The preamble: captions, passing instructions, E.O., TAGS, SUBJECT, REF, Classified By.
//!
//! One pass cuts it into fields, line by line and flattened lines into pieces; then one pure function reads each. What
//! no field takes before SUBJECT is a passing instruction or a note; behind SUBJECT it is where the text begins.

mod captions;
pub mod classified_by;
mod executive_order;
mod fields;
mod instructions;
mod labels;
pub mod references;
mod subject;
mod tags;

use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::parse::reading::{Draft, Zone};
use fields::Fields;
use labels::Label;

/// Reads the preamble and returns the lines of the text behind it; what is left of a line that is parted stays in it.
pub fn read<'b, 't>(body: &'b mut [Piece<'t>], draft: &mut Draft<'t>) -> &'b [Piece<'t>] {
    if body.iter().all(Piece::is_blank) {
        return body;
    }
    let (mut fields, text) = fields::cut(body, draft);
    read_labelled(&mut fields, draft);
    read_unlabelled(&fields, draft);
    text
}

fn read_labelled<'t>(fields: &mut Fields<'t>, draft: &mut Draft<'t>) {
    for part in fields.parts() {
        match part.label {
            Label::ExecutiveOrder => draft.claim(part.whole, Zone::ExecutiveOrder),
            Label::Tags => draft.claim(part.whole, Zone::Tags),
            Label::Subject => draft.claim(part.whole, Zone::Subject),
            Label::Reference => draft.claim(part.whole, Zone::Reference),
            // What these say tells what they are.
            Label::ClassifiedBy => {}
        }
    }
    read_executive_order(fields, draft);
    draft.cable.tags = tags::read(fields.of(Label::Tags), &mut draft.findings);
    let subject = subject::read(fields.of(Label::Subject), &mut draft.findings);
    if subject.text.is_none() {
        draft.findings.report_document(Code::SubjectMissing, "no SUBJECT line in front of the text");
    }
    draft.cable.corrected |= subject.text.as_deref().is_some_and(instructions::names_correction);
    draft.cable.subject = subject.text;
    draft.cable.subject_marking = subject.marking;
    if fields.hold(Label::Reference) {
        draft.cable.references = references::read(&mut fields.reference_chunks, &draft.context, &mut draft.findings);
    }
    read_classified_by(fields, draft);
}

fn read_executive_order<'t>(fields: &Fields<'t>, draft: &mut Draft<'t>) {
    let parts = fields.of(Label::ExecutiveOrder);
    let Some(order) = executive_order::read(parts, &draft.context, &mut draft.findings) else { return };
    draft.cable.executive_order = order.number;
    draft.cable.declassify_on = order.declassify_on;
    draft.cable.downgrade_on = order.downgrade_on;
    draft.cable.declassified_on = order.declassified_on;
    draft.cable.exemptions = order.exemptions;
    draft.cable.declassify_text = order.text;
}

fn read_classified_by<'t>(fields: &Fields<'t>, draft: &mut Draft<'t>) {
    if !fields.hold(Label::ClassifiedBy) {
        return;
    }
    let lines: Vec<Piece<'t>> = fields.of(Label::ClassifiedBy).map(|part| part.whole).collect();
    let found = classified_by::read(&lines, &draft.context, &mut draft.findings);
    let zone = if found.classified_by.is_none() && found.derived_from.is_some() {
        Zone::DerivedFrom
    } else {
        Zone::ClassifiedBy
    };
    lines.iter().for_each(|line| draft.claim(*line, zone));
    draft.cable.classified_by = found.classified_by;
    draft.cable.derived_from = found.derived_from;
    draft.cable.classification_reasons = found.reasons;
    draft.cable.references.extend(found.references);
}

fn read_unlabelled<'t>(fields: &Fields<'t>, draft: &mut Draft<'t>) {
    for (piece, found) in &fields.captions {
        draft.claim(*piece, Zone::Caption);
        for caption in found {
            if !draft.cable.captions.iter().any(|known| known == caption) {
                draft.cable.captions.push((*caption).to_owned());
            }
        }
    }
    for instruction in instructions::read(&fields.lines) {
        let zone = instruction.kind.zone();
        instruction.pieces.iter().for_each(|piece| draft.claim(*piece, zone));
        match instruction.kind {
            instructions::Kind::Passing => draft.cable.passing_instructions.push(instruction.text),
            instructions::Kind::Note => draft.cable.notes.push(instruction.text),
            instructions::Kind::Correction => {
                draft.cable.corrected = true;
                draft.cable.notes.push(instruction.text);
            }
        }
    }
}
