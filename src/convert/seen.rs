//! What has been seen before: identical copies, and message reference numbers that come again with other text.
//!
//! Keeps 20 bytes a cable and what a hash table needs besides, at most 64 in all, even while it grows.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::chunk::Hash;

/// Whether a document came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appearance {
    /// It came for the first time.
    First,
    /// It is a copy of an earlier one.
    Again,
}

/// Documents seen so far; 96 bits of a SHA-256 are enough to tell a billion of them apart.
#[derive(Debug, Default)]
pub struct SeenDocuments(HashSet<[u8; 12]>);

impl SeenDocuments {
    /// Remembers a document; says whether it came before.
    pub fn appearance(&mut self, sha256: &Hash) -> Appearance {
        if self.0.insert(leading(sha256)) { Appearance::First } else { Appearance::Again }
    }
}

/// Message reference numbers seen so far.
#[derive(Debug, Default)]
pub struct SeenNumbers(HashSet<[u8; 8]>);

impl SeenNumbers {
    /// Remembers a message reference number; says whether it came for the first time.
    pub fn is_first(&mut self, mrn: &str) -> bool {
        self.0.insert(leading(&Sha256::digest(mrn.as_bytes()).into()))
    }
}

fn leading<const N: usize>(hash: &Hash) -> [u8; N] {
    std::array::from_fn(|index| hash[index])
}
