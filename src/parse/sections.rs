//! Headers and preambles of later sections inside one file, and the debris their merging left.

use super::draft::Draft;
use crate::dialect::Piece;

/// Claims what later sections repeat; returns the body without it.
pub fn remove<'t>(body: Vec<Piece<'t>>, _draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    body
}
