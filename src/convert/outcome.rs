//! What became of one input.

use std::fmt;

use crate::diagnostic::Code;
use crate::dialect::NotACable;
use crate::source::{Passed, RecordId, UnreadableReason};
use crate::write::digest::Hash;

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The record, or the document as a whole.
    pub id: RecordId,
    /// SHA-256 and number of bytes, where it was read.
    pub bytes: Option<(Hash, u64)>,
    /// What it turned out to be.
    pub status: Status,
}

/// What an input turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// A cable; it is a row.
    Cable,
    /// A cable with an error among its diagnostics; it is a row all the same.
    Damaged {
        /// The first error.
        code: Code,
        /// What it says.
        detail: String,
    },
    /// A copy of an earlier document.
    Duplicate,
    /// No cable.
    Ignored(NotACable),
    /// It could not be read.
    Unreadable(UnreadableReason),
    /// No input at all.
    Passed(Passed),
}

impl Status {
    /// Whether the input is bad.
    pub fn is_bad(&self) -> bool {
        matches!(self, Status::Damaged { .. } | Status::Unreadable(_))
    }

    /// What makes it bad, in one word: the code of the first error, or `unreadable`.
    pub fn bad_code(&self) -> Option<&'static str> {
        match self {
            Status::Damaged { code, .. } => Some(code.name()),
            Status::Unreadable(_) => Some("unreadable"),
            _ => None,
        }
    }

    /// The name as it stands in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Cable => "cable",
            Status::Duplicate => "duplicate",
            Status::Ignored(_) => "ignored",
            Status::Damaged { .. } | Status::Unreadable(_) => "bad",
            Status::Passed(_) => "passed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Cable => out.write_str("cable"),
            Status::Damaged { code, detail } => write!(out, "damaged: {}: {detail}", code.name()),
            Status::Duplicate => out.write_str("the same bytes as an earlier document"),
            Status::Ignored(kind) => out.write_str(kind.name()),
            Status::Unreadable(reason) => reason.fmt(out),
            Status::Passed(passed) => out.write_str(passed.name()),
        }
    }
}
