//! The end of the text: signature and trailer, read from the last line up.

use super::draft::Draft;
use crate::dialect::Piece;

/// Reads signature and trailer; returns the body before them.
pub fn read<'t>(body: Vec<Piece<'t>>, _draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    body
}
