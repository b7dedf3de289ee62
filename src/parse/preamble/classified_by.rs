//! Turns the lines of Classified By, Derived From and Reason into who classified the cable and why.

use crate::cable::{ClassifiedBy, Reference};
use crate::dialect::Piece;
use crate::parse::draft::{Context, Findings};

/// Who classified a cable, from what, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classification {
    /// The original classification authority.
    pub classified_by: Option<ClassifiedBy>,
    /// Source of a derivative classification.
    pub derived_from: Option<String>,
    /// Reasons such as `1.4(b)`.
    pub reasons: Vec<String>,
    /// References that were typed into the field.
    pub references: Vec<Reference>,
}

/// Reads the lines of the field as they stand, labels included: the cut at 71 columns counts them.
pub fn read(_pieces: &[Piece<'_>], _context: &Context, _findings: &mut Findings) -> Classification {
    Classification::default()
}
