//! Where a numbered paragraph starts.

use crate::lex::shape::Numbered;

/// The start of a numbered paragraph.
#[derive(Clone, Debug)]
pub struct NumberedStart {
    /// Index of the line.
    pub line: usize,
    /// Where the number begins in the line's piece.
    pub offset: usize,
    /// Number and marking.
    pub numbered: Numbered,
}
