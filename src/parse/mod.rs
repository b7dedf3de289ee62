//! A `Transcript` to a `Cable`, with what was odd and what every line was read as.
//!
//! One structural pass cuts the document into zones; then one small pure function reads each field. Never
//! fails, never panics, does no I/O: a damaged cable gives what was found, plus diagnostics.

mod body;
mod front;
mod header;
mod preamble;
mod reading;
mod text;

pub use reading::{Claim, Zone};

use crate::cable::Cable;
use crate::diagnostic::Diagnostic;
use crate::dialect::Transcript;
use crate::lex::redaction;
use body::{ending, furniture, lost, repeats};
use front::{envelope, name, opening, pasted, pilcrow, seam};
use reading::Draft;

/// Version of the parser's rules; raised with every change of a golden file, so that jobs parse anew.
pub const RULES_VERSION: u32 = 1;

/// What was read from one document.
#[derive(Debug, Default)]
pub struct Reading<'t> {
    /// The cable.
    pub cable: Cable,
    /// What was odd, in the order of the lines.
    pub diagnostics: Vec<Diagnostic>,
    /// What stretches of the text were read as, in the order of discovery.
    claims: Vec<Claim<'t>>,
}

impl<'t> Reading<'t> {
    /// What every stretch of the text was read as, in the order of the text.
    pub fn claims(&self) -> Vec<Claim<'t>> {
        let mut claims = self.claims.clone();
        claims.sort_by_key(|claim| claim.piece.start);
        claims
    }
}

/// Reads one document.
pub fn parse(transcript: &Transcript) -> Reading<'_> {
    let mut draft = Draft::default();
    draft.claims.reserve(transcript.line_count());
    let content = envelope::read(transcript, &mut draft);
    let content = pilcrow::remove(content, &mut draft);
    let identifier = name::begin(transcript, &mut draft);
    let (mut content, recorded_at) = pasted::unwrap(content, &mut draft);
    let (header, body_start) = seam::split(&mut content, &mut draft);
    header::read(&header, &mut draft);
    let body = opening::take(content, body_start, &mut draft);
    name::settle(transcript, identifier, recorded_at, &mut draft);
    lost::report(&body, &mut draft);
    draft.cable.redaction_count = redaction::count(&body);
    let body = furniture::remove(body, &mut draft);
    let body = repeats::remove(body, &mut draft);
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
    Reading { cable, diagnostics, claims }
}
