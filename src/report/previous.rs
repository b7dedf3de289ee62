//! The inventory of the last delivery, compared with this one entry by entry.
//!
//! Keeps 17 bytes for each of its entries; names are read from the file again when they are known to be needed.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::facts::{DeliveryChanges, Names};
use crate::convert::inventory::{self, InventoryLine};
use crate::error::Result;
use crate::source::RecordId;
use crate::write::digest::leading;

/// Names that are shown of each kind.
pub const SHOWN: usize = 20;

/// What was delivered before.
#[derive(Debug)]
pub struct Previous {
    path: PathBuf,
    /// Sorted by name.
    entries: Vec<DeliveredBefore>,
    changes: DeliveryChanges,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DeliveredBefore {
    name: u64,
    sha256: u64,
    is_seen: bool,
}

impl Previous {
    /// Reads an inventory.
    ///
    /// # Errors
    /// As [`inventory::read`].
    pub fn read(path: &Path) -> Result<Previous> {
        let mut entries = Vec::new();
        inventory::read(path, &mut |known| {
            let sha256 = known.sha256.as_deref().map_or(0, leading_digits);
            entries.push(DeliveredBefore { name: name(&known), sha256, is_seen: false });
        })?;
        entries.sort_unstable();
        let previous = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Previous {
            path: path.to_owned(),
            entries,
            changes: DeliveryChanges { previous, ..DeliveryChanges::default() },
        })
    }

    /// Compares what was found now.
    pub fn see(&mut self, id: &RecordId, sha256: Option<&[u8; 32]>) {
        let document = id.document.to_string();
        let key = name_at(&document, id.start);
        let sha256 = sha256.map_or(0, |sha256| u64::from_be_bytes(leading(sha256)));
        let first = self.entries.partition_point(|entry| entry.name < key);
        let alike = self.entries[first..].iter().take_while(|entry| entry.name == key).count();
        let alike = &mut self.entries[first..first + alike];
        let shown = || if id.start > 0 { id.to_string() } else { document.clone() };
        let changes = &mut self.changes;
        if let Some(entry) = alike.iter_mut().find(|entry| !entry.is_seen && entry.sha256 == sha256) {
            entry.is_seen = true;
            changes.unchanged += 1;
        } else if let Some(entry) = alike.iter_mut().find(|entry| !entry.is_seen) {
            entry.is_seen = true;
            changes.changed.add(shown());
        } else {
            changes.added.add(shown());
        }
    }

    /// What changed, once everything was seen.
    ///
    /// # Errors
    /// As [`inventory::read`].
    pub fn changes(mut self) -> Result<DeliveryChanges> {
        self.entries.retain(|entry| !entry.is_seen);
        let (gone, entries) = (&mut self.changes.gone, &self.entries);
        if !entries.is_empty() {
            inventory::read(&self.path, &mut |known| {
                if entries.binary_search_by_key(&name(&known), |entry| entry.name).is_ok() {
                    gone.add(known.document());
                }
            })?;
        }
        Ok(self.changes)
    }
}

impl Names {
    fn add(&mut self, name: String) {
        self.count += 1;
        if self.examples.len() < SHOWN {
            self.examples.push(name);
        }
    }
}

/// The name of an entry. A document as a whole has no start, and one that is one record has 0: both have the same name.
fn name(known: &InventoryLine) -> u64 {
    name_at(&known.document(), known.start.unwrap_or_default())
}

fn name_at(document: &str, start: u64) -> u64 {
    let mut hash = Sha256::new_with_prefix(document);
    hash.update([0]);
    hash.update(start.to_le_bytes());
    u64::from_be_bytes(leading(&hash.finalize().into()))
}

/// The first eight bytes of a SHA-256 in hexadecimal digits.
fn leading_digits(sha256: &str) -> u64 {
    sha256.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}
