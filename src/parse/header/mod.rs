//! The transmission header: routing lines, date-time group, originator, addressees.

use super::draft::Draft;
use crate::dialect::Piece;

/// Reads the lines of the header.
pub fn read<'t>(_lines: &[Piece<'t>], _draft: &mut Draft<'t>) {}
