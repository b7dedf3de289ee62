//! The preamble: classification line, captions, passing instructions, E.O., TAGS, SUBJECT, REF, Classified By.
//!
//! One pass cuts it into fields; one pure function reads each.

pub mod classified_by;
pub mod references;

use super::draft::Draft;
use crate::dialect::Piece;

/// Reads the preamble and returns the lines of the text behind it.
pub fn read<'t>(body: Vec<Piece<'t>>, _draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    body
}
