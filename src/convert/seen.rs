//! What has been seen before: identical copies, and message reference numbers that come again with other text.
//!
//! Keeps 20 bytes a cable and what a hash table needs besides, at most 64 in all, even while it grows.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::outcome::BytesProof;
use crate::source::RecordId;
use crate::write::digest::leading;

/// What a run knows of the documents before.
pub trait Memory {
    /// Remembers a record; says whether it came before.
    fn appearance(&mut self, id: &RecordId, proof: &BytesProof) -> Appearance;

    /// Remembers the number of a cable; says whether it came before, with another text.
    fn is_repeated(&mut self, record: &RecordId, mrn: &str) -> bool;
}

/// Whether a document came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appearance {
    /// It came for the first time.
    First,
    /// It is a copy of an earlier one.
    Again,
}

/// The documents of one run.
#[derive(Debug, Default)]
pub struct OwnMemory {
    /// 96 bits of a SHA-256 are enough to distinguish a billion documents.
    records: HashSet<[u8; 12]>,
    numbers: HashSet<[u8; 8]>,
}

impl Memory for OwnMemory {
    fn appearance(&mut self, _: &RecordId, proof: &BytesProof) -> Appearance {
        if self.records.insert(leading(&proof.text_sha256)) { Appearance::First } else { Appearance::Again }
    }

    fn is_repeated(&mut self, _: &RecordId, mrn: &str) -> bool {
        !self.numbers.insert(leading(&Sha256::digest(mrn.as_bytes()).into()))
    }
}
