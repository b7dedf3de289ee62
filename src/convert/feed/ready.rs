//! A record on its way to be parsed.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::super::outcome::BytesProof;
use crate::dialect::{Following, Form, NotACable, Position, Recognized};
use crate::source::RecordId;
use crate::write::FileBytes;

/// A record on its way to be parsed.
#[derive(Clone)]
pub struct Ready {
    /// Its name.
    pub id: RecordId,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What proves them, and distinguishes copies from versions.
    pub proof: BytesProof,
    /// What reads it, or what it is instead of a cable.
    pub form: Result<Arc<dyn Form>, NotACable>,
    /// Where it is in its document.
    pub position: Position,
    /// Name of the document without directories and extension.
    pub file_name: Arc<str>,
    /// The page of which it is a stretch, where not all of it is kept.
    pub page: Option<FileBytes>,
    /// How its document goes on.
    pub end: BytesEnd,
}

/// The form of a document as a number that leaves room for a position.
pub fn number_of(form: &dyn Form) -> u64 {
    let hash = Sha256::digest(format!("{form:?}"));
    u64::from_le_bytes(std::array::from_fn(|index| hash[index])) << POSITION
}

/// Bits of the position of a record.
const POSITION: u32 = 2;

/// How the bytes of a document end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEnd {
    /// Where it does.
    Sound,
    /// Earlier: what holds it is broken.
    Broken,
}

impl Ready {
    /// Whether it says how the records after it are read.
    pub fn is_head(&self) -> bool {
        let said = |form: &Arc<dyn Form>| form.following(&self.bytes, self.position);
        self.form.as_ref().is_ok_and(|form| !matches!(said(form), Following::Unsaid))
    }

    /// Whether it is read in the form of that number.
    pub fn is_in(&self, form: u64) -> bool {
        self.proof.read_as >> POSITION == form >> POSITION
    }

    /// Its text, or what it is instead of a cable.
    pub fn transcribe(self) -> Recognized {
        let recognized = match self.form {
            Ok(form) => form.transcribe(self.bytes, self.position, &self.file_name),
            Err(kind) => Recognized::Ignored(kind),
        };
        match (recognized, self.end) {
            (Recognized::Cable(transcript), BytesEnd::Broken) => Recognized::Cable(transcript.cut_short()),
            (recognized, _) => recognized,
        }
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Ready({}, {} bytes)", self.id, self.bytes.len())
    }
}
