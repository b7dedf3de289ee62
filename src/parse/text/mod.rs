//! The text: paragraphs, headings, summary, comments, action requests.

use super::claim::Zone;
use super::draft::Draft;
use crate::dialect::Piece;

/// Reads the text.
pub fn read<'t>(text: Vec<Piece<'t>>, draft: &mut Draft<'t>) {
    for piece in text {
        draft.claim(piece, Zone::Paragraph);
    }
}
