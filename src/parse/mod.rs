//! A `Transcript` to a `Cable`, with what was odd and what every line was read as.
//!
//! One structural pass cuts the document into zones; then one small pure function reads each field. Never
//! fails, never panics, does no I/O: a damaged cable gives what was found, plus diagnostics.

mod blanks;
mod claim;
mod class_word;
mod classification_line;
mod date;
mod draft;
mod ending;
mod envelope;
mod furniture;
mod fuzzy;
mod header;
mod identifier;
mod identity;
mod lost;
mod notice;
mod opening;
mod pilcrow;
mod preamble;
mod record;
mod seam;
mod sections;
mod text;
mod trim;

pub use claim::{Claim, Zone};

use crate::cable::Cable;
use crate::diagnostic::Diagnostic;
use crate::dialect::Transcript;
use draft::Draft;

/// Version of the parser's rules; raised with every change of a golden file, so that jobs parse anew.
pub const RULES_VERSION: u32 = 1;

/// What was read from one document.
#[derive(Debug, Default)]
pub struct Reading<'t> {
    /// The cable.
    pub cable: Cable,
    /// What was odd, in the order of the lines.
    pub diagnostics: Vec<Diagnostic>,
    /// What every stretch of the text was read as, in the order of the text.
    pub claims: Vec<Claim<'t>>,
}

/// Reads one document.
pub fn parse(transcript: &Transcript) -> Reading<'_> {
    let mut draft = Draft::default();
    draft.claims.reserve(transcript.line_count());
    let content = envelope::read(transcript, &mut draft);
    let content = pilcrow::remove(content, &mut draft);
    let identifier = identity::begin(transcript, &mut draft);
    let (content, recorded_at) = record::unwrap(content, &mut draft);
    let (header, body) = seam::split(content, &mut draft);
    header::read(&header, &mut draft);
    let body = opening::take(body, &mut draft);
    identity::settle(transcript, identifier, recorded_at, &mut draft);
    lost::report(&body, &mut draft);
    draft.cable.redaction_count = text::redaction::count(&body);
    let body = furniture::remove(body, &mut draft);
    let body = sections::remove(body, &mut draft);
    let mut body = ending::read(body, &mut draft);
    let text = preamble::read(&mut body, &mut draft);
    text::read(text, &mut draft);
    header::confirm(&mut draft);
    envelope::compare(transcript, &mut draft);
    finish(draft, transcript)
}

fn finish<'t>(draft: Draft<'t>, transcript: &Transcript) -> Reading<'t> {
    let Draft { cable, findings, claims, .. } = draft;
    let mut diagnostics = transcript.diagnostics().to_vec();
    diagnostics.extend(findings.diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.line);
    diagnostics.dedup();
    Reading { cable, diagnostics, claims: in_order(claims) }
}

/// Claims in the order of the text. Those of the paragraphs come last and in order already: only the others are sorted,
/// and the paragraphs' merged into them.
fn in_order(mut claims: Vec<Claim<'_>>) -> Vec<Claim<'_>> {
    let step_back = claims.windows(2).rposition(|pair| pair[0].piece.start > pair[1].piece.start);
    let (others, paragraphs) = claims.split_at_mut(step_back.map_or(0, |at| at + 1));
    others.sort_by_key(|claim| claim.piece.start);
    let mut ordered = Vec::with_capacity(others.len() + paragraphs.len());
    let mut ahead = &*paragraphs;
    for claim in others {
        let before = ahead.iter().take_while(|line| line.piece.start < claim.piece.start).count();
        ordered.extend_from_slice(&ahead[..before]);
        ordered.push(*claim);
        ahead = &ahead[before..];
    }
    ordered.extend_from_slice(ahead);
    ordered
}
