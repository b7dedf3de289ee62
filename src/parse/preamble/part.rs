//! One line of a field of the preamble, with its label and without.

use super::labels::FieldLabel;
use crate::lex::Piece;

/// One line of a field.
#[derive(Clone, Copy, Debug)]
pub struct FieldPart<'t> {
    /// The label of the field.
    pub label: FieldLabel,
    /// With its label.
    pub whole: Piece<'t>,
    /// Without its label.
    pub value: Piece<'t>,
}
