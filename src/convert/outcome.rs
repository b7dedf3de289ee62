//! What became of one input.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::diagnostic::Code;
use crate::dialect::NotACable;
use crate::source::{Passed, RecordId, UnreadableReason};
use crate::write::digest::{Hash, hexadecimal};

/// What became of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The record, or the document as a whole.
    pub id: RecordId,
    /// What is known of its bytes, where it was read.
    pub proof: Option<BytesProof>,
    /// What it turned out to be.
    pub status: Status,
}

impl Outcome {
    /// Why it is not a row, or what makes it a bad one.
    pub fn reason(&self) -> String {
        match self.is_same_cable() {
            true => "the cable of an earlier page; what is around it may differ".to_owned(),
            false => self.status.to_string(),
        }
    }

    /// Whether it is a web page with the cable of an earlier one: that the pages are copies is not known.
    pub fn is_same_cable(&self) -> bool {
        self.status == Status::Duplicate && self.proof.is_some_and(|proof| proof.is_stretch)
    }
}

/// What is known of the bytes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BytesProof {
    /// Number of bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Hash,
    /// SHA-256 of the bytes without the line end after them: what copies have in common.
    pub text_sha256: Hash,
    /// The line end after them: LF, CRLF or CR, or nothing.
    pub line_end: &'static str,
    /// What besides them decides how they are read: the form of the document and the position in it, as a number. 0
    /// where they are the whole document.
    pub read_as: u64,
    /// Whether they are a stretch of a web page, whose other bytes they say nothing of.
    pub is_stretch: bool,
}

impl BytesProof {
    /// Hashes the bytes of a record.
    pub fn of(bytes: &[u8]) -> BytesProof {
        let line_end = match bytes {
            [.., b'\r', b'\n'] => "\r\n",
            [.., b'\n'] => "\n",
            [.., b'\r'] => "\r",
            _ => "",
        };
        let mut state = Sha256::new_with_prefix(&bytes[..bytes.len() - line_end.len()]);
        let text_sha256: Hash = state.clone().finalize().into();
        let sha256 = match line_end {
            "" => text_sha256,
            line_end => {
                state.update(line_end);
                state.finalize().into()
            }
        };
        BytesProof { size: bytes.len() as u64, sha256, text_sha256, line_end, read_as: 0, is_stretch: false }
    }

    /// Whether it is of so many bytes with this SHA-256, in lower-case hexadecimal digits.
    pub(crate) fn is(&self, size: u64, sha256: &str) -> bool {
        self.size == size && hexadecimal(&self.sha256) == sha256
    }
}

/// What an input turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

    /// The name as reports write it.
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
            Status::Ignored(kind) => match kind.advice() {
                Some(advice) => write!(out, "{}; {advice}", kind.name()),
                None => out.write_str(kind.name()),
            },
            Status::Unreadable(reason) => reason.fmt(out),
            Status::Passed(passed) => out.write_str(passed.name()),
        }
    }
}
