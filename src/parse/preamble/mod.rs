//! The preamble: captions, passing instructions, E.O., TAGS, SUBJECT, REF, Classified By.
//!
//! One pass cuts it into fields, line by line and flattened lines into pieces; then one pure function reads each. What
//! no field takes before SUBJECT is a passing instruction or a note; after SUBJECT it is where the text begins.

mod captions;
pub mod classified_by;
mod executive_order;
mod fields;
mod instructions;
mod labels;
pub mod references;
mod subject;
mod tags;

use crate::cable::Reference;
use crate::diagnostic::Code;
use crate::lex::{LineRule, Piece, correction, shape};
use crate::parse::reading::{CableName, Findings, Glued, Notes, Zone};
use classified_by::Classification;
use fields::PreambleFields;
use labels::{FieldLabel, FieldPart};
use subject::Subject;

pub use executive_order::ExecutiveOrder;

/// What the preamble says.
#[derive(Debug, Default)]
pub struct Preamble {
    /// Executive order and declassification.
    pub order: ExecutiveOrder,
    /// TAGS.
    pub tags: Vec<String>,
    /// Subject.
    pub subject: Subject,
    /// References, those of the classified-by line last.
    pub references: Vec<Reference>,
    /// Who classified the cable, and why.
    pub classification: Classification,
    /// Captions, a set in order of first appearance.
    pub captions: Vec<&'static str>,
    /// Passing instructions.
    pub passing_instructions: Vec<String>,
    /// Lines that no other field takes.
    pub notes: Vec<String>,
    /// Whether the cable calls itself a corrected copy.
    pub corrected: bool,
    /// Numbers of the paragraphs that held the classified-by line: the text lacks them.
    pub numbers: Vec<i32>,
}

/// Reads the preamble of the cable `own`, and returns the lines of the text; what is left of a line that both share stays
/// in `body`. `glued` says what the lines of the opening have on them.
pub fn read<'b, 't>(
    body: &'b mut [Piece<'t>],
    own: &CableName,
    glued: &'b Glued,
    notes: &mut Notes<'t>,
) -> (Preamble, &'b [Piece<'t>]) {
    let mut preamble = Preamble::default();
    if body.iter().all(Piece::is_blank) {
        return (preamble, body);
    }
    let (mut fields, text) = fields::cut(body, glued, notes);
    preamble.read_labelled(&mut fields, own, notes);
    preamble.numbers = numbers(&fields);
    report_unread(&fields, text, &mut notes.findings);
    preamble.read_unlabelled(fields, notes);
    (preamble, text)
}

/// The numbers of the paragraphs that held who classified the cable: `1. (U) CLASSIFIED BY ...`
fn numbers(fields: &PreambleFields<'_>) -> Vec<i32> {
    let lines = fields.of(FieldLabel::ClassifiedBy).filter_map(|part| shape::numbered(part.whole.text));
    lines.map(|numbered| numbered.number).filter(|number| *number < 5).collect()
}

/// Lines of the text in which a label is looked for whose field was not found.
const LINES_UNDER_PREAMBLE: usize = 12;

/// Reports labels that are in a note or in the first lines of the text, and whose field is not there.
fn report_unread(fields: &PreambleFields<'_>, text: &[Piece<'_>], findings: &mut Findings) {
    let lines = fields.lines.iter().chain(text.iter().take(LINES_UNDER_PREAMBLE));
    let may_hold = |line: &&Piece<'_>| {
        let text = line.text.trim_start();
        line.is_candidate(LineRule::LabeledValue) || text.starts_with("TAG") || text.starts_with("REF")
    };
    for line in lines.filter(may_hold) {
        if labels::resembling(line.text).is_some_and(|label| !fields.hold(label)) {
            findings.report(Code::FieldUnread, line, line.text.trim());
        }
    }
}

/// The TAGS that the keeper of the record lists.
pub fn tags_of_record(value: Piece<'_>, findings: &mut Findings) -> Vec<String> {
    tags::read(std::iter::once(&FieldPart { label: FieldLabel::Tags, whole: value, value }), findings)
}

impl Preamble {
    fn read_labelled<'t>(&mut self, fields: &mut PreambleFields<'t>, own: &CableName, notes: &mut Notes<'t>) {
        for part in fields.parts() {
            match part.label {
                FieldLabel::ExecutiveOrder => notes.claim(part.whole, Zone::ExecutiveOrder),
                FieldLabel::Tags => notes.claim(part.whole, Zone::Tags),
                FieldLabel::Subject => notes.claim(part.whole, Zone::Subject),
                FieldLabel::Reference => notes.claim(part.whole, Zone::Reference),
                // What these say shows what they are.
                FieldLabel::ClassifiedBy => {}
            }
        }
        let findings = &mut notes.findings;
        self.order = executive_order::read(fields.of(FieldLabel::ExecutiveOrder), own, findings).unwrap_or_default();
        self.tags = tags::read(fields.of(FieldLabel::Tags), findings);
        self.read_subject(fields, findings);
        if fields.hold(FieldLabel::Reference) {
            self.references = references::read(&mut fields.reference_chunks, own, findings);
        }
        self.read_classified_by(fields, own, notes);
    }

    fn read_subject(&mut self, fields: &PreambleFields<'_>, findings: &mut Findings) {
        self.subject = subject::read(fields.of(FieldLabel::Subject), findings);
        match &self.subject.text {
            Some(text) => self.corrected |= correction::is_in(text),
            None => findings.report_document(Code::SubjectMissing, "no SUBJECT line in front of the text"),
        }
    }

    fn read_classified_by<'t>(&mut self, fields: &PreambleFields<'t>, own: &CableName, notes: &mut Notes<'t>) {
        if !fields.hold(FieldLabel::ClassifiedBy) {
            return;
        }
        let lines: Vec<Piece<'t>> = fields.of(FieldLabel::ClassifiedBy).map(|part| part.whole).collect();
        let mut found = classified_by::read(&lines, own, &mut notes.findings);
        if let (Some(value), Some(line)) = (found.declassify.take(), lines.first()) {
            self.order.read_elsewhere(&value, line, own, &mut notes.findings);
        }
        let zone = if found.classified_by.is_none() && found.derived_from.is_some() {
            Zone::DerivedFrom
        } else {
            Zone::ClassifiedBy
        };
        lines.iter().for_each(|line| notes.claim(*line, zone));
        self.references.append(&mut found.references);
        self.classification = found;
    }

    fn read_unlabelled<'t>(&mut self, fields: PreambleFields<'t>, notes: &mut Notes<'t>) {
        for (piece, found) in &fields.captions {
            notes.claim(*piece, Zone::Caption);
            for caption in found {
                if !self.captions.contains(caption) {
                    self.captions.push(caption);
                }
            }
        }
        self.notes = fields.sentences;
        for instruction in instructions::read(&fields.lines) {
            let zone = instruction.kind.zone();
            instruction.pieces.iter().for_each(|piece| notes.claim(*piece, zone));
            match instruction.kind {
                instructions::InstructionKind::Passing => self.passing_instructions.push(instruction.text),
                instructions::InstructionKind::Note => self.notes.push(instruction.text),
                instructions::InstructionKind::Correction => {
                    self.corrected = true;
                    self.notes.push(instruction.text);
                }
            }
        }
    }
}
