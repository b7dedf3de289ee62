//! What became of one input.

use std::fmt;

use crate::dialect::NotACable;
use crate::source::{Passed, UnreadableReason};
use crate::write::digest::Hash;

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Path as it stands in `source.path`.
    pub path: String,
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
    DamagedCable(String),
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
    /// The name as it stands in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Cable => "cable",
            Status::Duplicate => "duplicate",
            Status::Ignored(_) => "ignored",
            Status::DamagedCable(_) | Status::Unreadable(_) => "bad",
            Status::Passed(_) => "passed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Cable => out.write_str("cable"),
            Status::DamagedCable(detail) => write!(out, "damaged: {detail}"),
            Status::Duplicate => out.write_str("the same bytes as an earlier document"),
            Status::Ignored(kind) => out.write_str(kind.name()),
            Status::Unreadable(reason) => reason.fmt(out),
            Status::Passed(passed) => out.write_str(passed.name()),
        }
    }
}
