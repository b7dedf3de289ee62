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

/// The form of a document as a number.
pub fn number_of(form: &dyn Form) -> u32 {
    let hash = Sha256::digest(format!("{form:?}"));
    u32::from_le_bytes(std::array::from_fn(|index| hash[index]))
}

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
    pub fn is_in(&self, form: u32) -> bool {
        self.proof.read_as >> u32::BITS == u64::from(form)
    }

    /// What besides its bytes decides what its row says, as a number: the form, the position, whether what holds it is
    /// broken, and the page that it is a stretch of.
    pub fn read_as(&self, form: u32) -> u64 {
        let page = self.page.as_ref().and_then(|page| u64::from_str_radix(page.sha256.get(..7)?, 16).ok());
        let beside =
            page.unwrap_or_default() << 3 | u64::from(self.end == BytesEnd::Broken) << 2 | self.position as u64;
        u64::from(form) << u32::BITS | beside
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
