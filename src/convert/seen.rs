//! What has been seen before: identical copies, and message reference numbers that come again with other text.
//!
//! Keeps 20 bytes a cable and what a hash table needs besides, at most 64 in all, even while it grows.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::outcome::BytesProof;
use crate::source::RecordId;
use crate::write::digest::Hash;

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

/// Documents seen so far; 96 bits of a SHA-256 are enough to distinguish a billion of them.
#[derive(Debug, Default)]
struct SeenRecords(HashSet<[u8; 12]>);

impl SeenRecords {
    /// Remembers a document; says whether it came before.
    fn appearance(&mut self, sha256: &Hash) -> Appearance {
        if self.0.insert(leading(sha256)) { Appearance::First } else { Appearance::Again }
    }
}

/// Message reference numbers seen so far.
#[derive(Debug, Default)]
struct SeenNumbers(HashSet<[u8; 8]>);

impl SeenNumbers {
    /// Remembers a message reference number; says whether it came for the first time.
    fn is_first(&mut self, mrn: &str) -> bool {
        self.0.insert(leading(&Sha256::digest(mrn.as_bytes()).into()))
    }
}

/// The documents of one run.
#[derive(Debug, Default)]
pub struct OwnMemory {
    records: SeenRecords,
    numbers: SeenNumbers,
}

impl Memory for OwnMemory {
    fn appearance(&mut self, _: &RecordId, proof: &BytesProof) -> Appearance {
        self.records.appearance(&proof.text_sha256)
    }

    fn is_repeated(&mut self, _: &RecordId, mrn: &str) -> bool {
        !self.numbers.is_first(mrn)
    }
}

fn leading<const N: usize>(hash: &Hash) -> [u8; N] {
    std::array::from_fn(|index| hash[index])
}
