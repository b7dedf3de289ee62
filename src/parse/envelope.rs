//! The envelope: identifier, title, date, classification and origin.

use super::draft::Draft;
use crate::dialect::{Piece, Transcript};

/// Reads the envelope and returns the lines behind it.
pub fn read<'t>(transcript: &'t Transcript, draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    draft.cable.mrn = transcript.file_name().to_owned();
    draft.cable.mrn_as_found = transcript.file_name().to_owned();
    transcript.lines()
}
