//! The body without what is not part of its text: page lines, what sections repeat, notices of loss, signature and trailer.

mod ending;
mod furniture;
mod lost;
mod missing;
mod release;
mod repeats;
mod second;

use crate::lex::classification_line::Section;
use crate::lex::{Piece, redaction};
use crate::parse::reading::{CableName, Notes, SectionLayout};
use furniture::Cleared;

pub use release::Release;

/// The body of a cable.
#[derive(Debug)]
pub struct Body<'t> {
    /// The lines of preamble and text.
    pub lines: Vec<Piece<'t>>,
    /// Where its sections are, and whether it is signed.
    pub layout: SectionLayout,
    /// Number of redactions.
    pub redaction_count: i32,
    /// Signers, in upper case.
    pub signers: Vec<String>,
    /// What follows the signature.
    pub trailer: Option<String>,
    /// What stamps in the body and under it say of the release of the cable.
    pub release: Release,
}

/// Takes what is not part of its text out of the body of the cable `own`; `section` is what its classification line
/// says, and `is_joined` whether its lines were joined, so that their ends tell nothing.
pub fn strip<'t>(
    lines: Vec<Piece<'t>>,
    own: &CableName,
    section: Option<Section>,
    is_joined: bool,
    notes: &mut Notes<'t>,
) -> Body<'t> {
    lost::report(&lines, &mut notes.findings);
    let redaction_count = redaction::count(&lines);
    let Cleared { lines, page_breaks, release } = furniture::remove(lines, own.post.as_deref(), notes);
    let section_count = section.and_then(|section| section.count);
    let (lines, missing_sections) = repeats::remove(lines, own, notes);
    let mut first = lines;
    let second = second::start(&first, own).map_or_else(Vec::new, |at| first.split_off(at));
    let ending = ending::read(first, second, is_joined, notes);
    let layout = SectionLayout {
        section: section.and_then(|section| section.number),
        section_count,
        page_breaks,
        missing_sections,
        is_signed: ending.signature.is_some(),
    };
    let signers = ending.signature.unwrap_or_default();
    let release = release.and(ending.release);
    Body { lines: ending.body, layout, redaction_count, signers, trailer: ending.trailer, release }
}
