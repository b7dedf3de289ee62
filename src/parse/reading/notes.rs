//! What the stages report while they read: what every stretch was read as, and what was odd.

use super::claim::{Claim, Zone};
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::Piece;

/// Everything that the stages report, in the order of discovery.
#[derive(Debug, Default)]
pub struct Notes<'t> {
    /// What was odd.
    pub findings: Findings,
    claims: Vec<Claim<'t>>,
}

impl<'t> Notes<'t> {
    /// Notes with room for the claims of so many lines.
    pub fn with_room_for(lines: usize) -> Notes<'t> {
        Notes { findings: Findings::default(), claims: Vec::with_capacity(lines) }
    }

    /// Claims a stretch of text for what it was read as.
    pub fn claim(&mut self, piece: Piece<'t>, zone: Zone) {
        if !piece.is_blank() {
            self.claims.push(Claim { piece, zone });
        }
    }

    /// Claims stretches none of which is blank.
    pub fn claim_all(&mut self, claims: impl Iterator<Item = Claim<'t>>) {
        self.claims.extend(claims);
    }

    /// Reports an oddity at the place of `piece`.
    #[cold]
    pub fn report(&mut self, code: Code, piece: &Piece<'_>, detail: impl Into<String>) {
        self.findings.report(code, piece, detail);
    }

    /// Claims and diagnostics, in the order of discovery.
    pub fn finish(self) -> (Vec<Claim<'t>>, Vec<Diagnostic>) {
        (self.claims, self.findings.finish())
    }
}

/// Collects what was odd.
///
/// Few lines are odd, so that the code for those that are stays out of the way of the others.
#[derive(Debug, Default)]
pub struct Findings {
    diagnostics: Vec<Diagnostic>,
}

impl Findings {
    /// Reports an oddity at the place of `piece`.
    #[cold]
    pub fn report(&mut self, code: Code, piece: &Piece<'_>, detail: impl Into<String>) {
        self.report_at(code, Some(piece.line), detail);
    }

    /// Reports an oddity of the whole document.
    #[cold]
    pub fn report_document(&mut self, code: Code, detail: impl Into<String>) {
        self.report_at(code, None, detail);
    }

    /// Reports an oddity on a physical line, or of the whole document.
    #[cold]
    pub fn report_at(&mut self, code: Code, line: Option<u32>, detail: impl Into<String>) {
        self.diagnostics.push(Diagnostic { code, line, detail: detail.into() });
    }

    /// Whether nothing was odd.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Adds what was odd elsewhere.
    pub fn append(&mut self, mut other: Findings) {
        self.diagnostics.append(&mut other.diagnostics);
    }

    /// The diagnostics, in the order of discovery.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}
