//! A `Transcript` to a `Cable`, with what was odd and what every line was read as.
//!
//! One structural pass cuts the document into zones; then one small pure function reads each field. Never
//! fails, never panics, does no I/O: a damaged cable gives what was found, plus diagnostics.
//!
//! # Where a rule is
//!
//! | to change | see |
//! |---|---|
//! | a caption, level, mission word, post, TAG, title, opener of a summary, kind of citation | its table in `src/tables`: one line, which every reader follows |
//! | the name of a cable as its own | `lex/identifier.rs`, `front/identity.rs` |
//! | the classification line | `lex/classification_line.rs`; where it is looked for: `front/seam.rs`, `front/opening.rs` |
//! | a field of the envelope, of a dump or of an archive | `front/fields.rs` ([`FieldKey`](crate::dialect::FieldKey) to column), `front/keeper.rs` |
//! | routing, date-time group, addressees, offices of the header | the file of that name in `header` |
//! | a page line or banner, in the text or the header | `lex/page_line.rs`; what becomes of it: `body/furniture.rs` |
//! | what sections repeat, notices of missing ones | `body/repeats.rs`, `body/missing.rs` |
//! | signature, signers, trailer | `body/ending`, `body/ending/signature.rs` |
//! | the label of a field of the preamble, at the start of a line | `preamble/labels.rs`; where the field ends: `preamble/fields/continuation.rs` |
//! | another marker of Classified By | `preamble/labels.rs` finds its line, `preamble/classified_by/field.rs` divides its text |
//! | what Classified By, E.O., TAGS, SUBJECT say | `preamble/classified_by`, or the file of that name in `preamble` |
//! | a form of reference | a cable: `preamble/references/cable.rs`, with its date `dated.rs`, anything else: `items.rs` beside it |
//! | passing instructions and other lines of handling | `preamble/instructions.rs`, `preamble/captions.rs` |
//! | a portion marking | `lex/marking.rs` |
//! | which line is a heading, and of which paragraph | `text/headings.rs`; what is left out of its text: `text/paragraphs.rs` |
//! | numbers of paragraphs, wraps, summary, comments, requests | the file of that name in `text` |
//! | the characters a rule needs on a line before it is asked | `lex/sieve.rs` |
//!
//! A rule that changes a value gets a case folder, and [`RULES_VERSION`] rises, so that jobs read their inputs again.

mod body;
mod front;
mod header;
mod preamble;
mod reading;
#[cfg(test)]
pub mod tests;
mod text;

pub use reading::{Claim, Zone};

use crate::cable::{Cable, HeaderForm};
use crate::diagnostic::Diagnostic;
use crate::dialect::{Content, Transcript};
use crate::lex::class_word::Level;
use body::Body;
use front::fields::FrontFields;
use front::identity::{self, Identity};
use front::keeper;
use front::opening::{self, Opening};
use front::{Front, seam};
use header::Header;
use preamble::{ExecutiveOrder, Preamble};
use reading::{CableName, Findings, Notes};
use text::TextReading;

/// Version of the parser's rules; raised with every change of a golden file, so that jobs parse again.
pub const RULES_VERSION: u32 = 5;

/// What was read from one document.
#[derive(Debug, Default)]
pub struct ParsedCable<'t> {
    /// The cable.
    pub cable: Cable,
    /// What was odd, in the order of the lines.
    pub diagnostics: Vec<Diagnostic>,
    /// What stretches of the text were read as, in the order of discovery.
    claims: Vec<Claim<'t>>,
}

impl<'t> ParsedCable<'t> {
    /// What every stretch of the text was read as, in the order of the text.
    pub fn claims(&self) -> Vec<Claim<'t>> {
        let mut claims = self.claims.clone();
        claims.sort_by_key(|claim| claim.piece.start);
        claims
    }
}

/// Reads one document.
///
/// This is the order of reading. What a stage must know of those before it is in its arguments.
pub fn parse(transcript: &Transcript) -> ParsedCable<'_> {
    let mut notes = Notes::with_room_for(transcript.line_count());
    let Front { mut fields, name, content } = front::read(transcript, &mut notes);
    let (head, body) = seam::split(content, &name.name, &mut notes.findings);
    let mut header = header::read(&head, &name.name, fields.date, &mut notes);
    let (opening, mut body) = opening::read(body, fields.classification.as_deref(), &mut notes);
    if opening.level.is_none() && !matches!(transcript.content(), Content::TextAlone(_)) {
        opening::report_missing(&body, &mut notes.findings);
    }
    let sent_at = header.sent_at.or(opening.sent_at);
    let identity = identity::settle(
        name,
        &fields,
        sent_at,
        header.originator.as_deref(),
        opening.stated.as_ref(),
        &mut notes.findings,
    );
    // What is between the addresses and the classification line is of the preamble as well.
    body.splice(0..0, header.below_addresses.drain(..));
    let mut body = body::strip(body, &identity.name, opening.section, transcript.joins_lines(), &mut notes);
    let (mut preamble, text) = preamble::read(&mut body.lines, &identity.name, &opening.glued, &mut notes);
    let remarks = header.notes.iter().chain(&preamble.notes);
    let subject = preamble.subject.text.as_deref();
    let text = text::read(text, &body.layout, &preamble.numbers, remarks, subject, &mut notes);
    preamble.tags = settle_tags(preamble.tags, &mut fields, &mut notes.findings);
    let (outside, places) = (fields.places, header.places);
    let cable = assemble(fields, identity, header, opening, body, preamble, text);
    header::compare(places, &cable, &mut notes.findings);
    front::compare(&outside, &cable, &mut notes.findings);
    let (claims, found) = notes.finish();
    let mut diagnostics = transcript.diagnostics().to_vec();
    diagnostics.extend(found);
    for diagnostic in &mut diagnostics {
        diagnostic.line = diagnostic.line.map(|line| transcript.reported_line(line));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.line);
    diagnostics.dedup();
    ParsedCable { cable, diagnostics, claims }
}

/// The TAGS of the cable: those of the text, or the keeper's where it has none.
fn settle_tags(of_text: Vec<String>, fields: &mut FrontFields<'_>, findings: &mut Findings) -> Vec<String> {
    let Some(kept) = fields.tags else { return of_text };
    let mut of_record = Findings::default();
    fields.record.tags = preamble::tags_of_record(kept, &mut of_record);
    if of_text.is_empty() {
        fields.forget_tags();
        findings.append(of_record);
        return fields.record.tags.clone();
    }
    // What was odd is about the record alone: its field stays.
    if of_record.is_empty() {
        fields.hold_tags();
    }
    of_text
}

/// The cable, of what the stages read.
fn assemble(
    mut fields: FrontFields<'_>,
    identity: Identity,
    header: Header<'_>,
    opening: Opening,
    body: Body<'_>,
    preamble: Preamble,
    text: TextReading,
) -> Cable {
    let level = opening.level.map(Level::words);
    let year = identity.year();
    let CableName { post, serial, .. } = identity.name;
    let mut captions = opening.captions;
    for caption in preamble.captions {
        if !captions.iter().any(|known| known == caption) {
            captions.push(caption.to_owned());
        }
    }
    let mut notes = header.notes;
    notes.extend(preamble.notes);
    for (key, name, value) in body.release.numbers {
        fields.record(key, name, &value);
    }
    let mut record = fields.record;
    let is_cut = text.truncated || fields.is_incomplete;
    let state = match fields.is_all {
        true => keeper::TextFound::Missing,
        false if is_cut => keeper::TextFound::Cut,
        false => keeper::TextFound::There,
    };
    record.text_state = keeper::settle(record.text_state, state);
    let ExecutiveOrder {
        number,
        declassify_on,
        downgrade_on,
        review_on,
        declassified_on,
        exemptions,
        text: declassify_text,
    } = preamble.order;
    Cable {
        mrn: identity.mrn,
        mrn_as_found: fields.mrn_as_found,
        year,
        post,
        serial,
        title: fields.title,
        date: identity.date,
        classification: fields.classification.or_else(|| level.map(str::to_owned)),
        controls: fields.controls,
        text_classification: level.map(str::to_owned),
        origin: fields.origin,
        header_form: if fields.is_all { HeaderForm::Empty } else { header.form },
        partial: fields.partial,
        truncated: is_cut,
        corrected: preamble.corrected,
        action_request: text.request.is_made,
        transmission_id: header.transmission_id,
        action_precedence: header.action_precedence.or(fields.precedence),
        info_precedence: header.info_precedence,
        date_time_group: header.date_time_group,
        relay_counter: header.relay_counter,
        sent_at: identity.sent_at.map(|sent| sent.at),
        sent_at_basis: identity.sent_at.map(|sent| sent.clock),
        signals: header.signals,
        routing: header.routing,
        originator: header.originator,
        addressees: header.addressees,
        distribution_offices: header.distribution_offices,
        drafters: header.drafters,
        approvers: header.approvers,
        clearances: header.clearances,
        section_number: body.layout.section,
        section_count: body.layout.section_count,
        missing_sections: text.missing_sections,
        captions,
        passing_instructions: preamble.passing_instructions,
        notes,
        executive_order: number,
        declassify_on,
        downgrade_on,
        review_on,
        declassified_on: declassified_on.or(body.release.date).or(fields.declassified_on),
        exemptions,
        declassify_text,
        tags: preamble.tags,
        subject: preamble.subject.text,
        subject_marking: preamble.subject.marking,
        references: preamble.references,
        classified_by: preamble.classification.classified_by,
        derived_from: preamble.classification.derived_from,
        classification_reasons: preamble.classification.reasons,
        summary: text.summary,
        comments: text.comments,
        action_paragraphs: text.request.paragraphs,
        protect_paragraphs: text.protect_paragraphs,
        paragraphs: text.paragraphs,
        signers: body.signers,
        redaction_count: body.redaction_count,
        trailer: body.trailer,
        record,
        record_fields: fields.record_fields,
    }
}
