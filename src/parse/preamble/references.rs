//! Turns the lines of REF into items: cables, e-mails, telephone calls, reports and whatever else is cited.

use crate::cable::Reference;
use crate::dialect::Piece;
use crate::parse::draft::{Context, Findings};

/// Reads the lines of the field, its label in front or already off; blank lines between them do no harm.
pub fn read(_pieces: &[Piece<'_>], _context: &Context, _findings: &mut Findings) -> Vec<Reference> {
    Vec::new()
}
