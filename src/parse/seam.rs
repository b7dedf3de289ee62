//! The seam: where the transmission header ends and the text begins, often within one physical line.

use super::draft::Draft;
use crate::dialect::Piece;

/// Parts the content into the lines of the header and the lines of the body.
pub fn split<'t>(content: Vec<Piece<'t>>, _draft: &mut Draft<'t>) -> (Vec<Piece<'t>>, Vec<Piece<'t>>) {
    (Vec::new(), content)
}
