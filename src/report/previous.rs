//! The inventory of the last delivery, compared with this one entry by entry.
//!
//! An entry is the same where its bytes are, wherever in its document it is: of a dump that lost its first record, one is
//! missing and the others are as they were. What is left is told by the number of its cable, and then by its name.
//!
//! Keeps 40 bytes for each of its entries, and as many and the name of what is not as it was; names of its own are read
//! from the file again when they are known to be needed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::facts::{DeliveryChanges, Names};
use crate::convert::inventory;
use crate::error::Result;
use crate::pairs::take_pairs;
use crate::source::RecordId;
use crate::write::digest::leading;

/// Names that are shown of each kind.
pub const SHOWN: usize = 20;

/// What was delivered before, and what of it was found again.
#[derive(Debug)]
pub struct Previous {
    path: PathBuf,
    /// What was delivered before, sorted by what is looked up.
    before: Vec<EntryMarks>,
    /// Whether each of them was found as it was.
    is_seen: Vec<bool>,
    /// What was delivered now and is not as it was under its name.
    new: Vec<EntryMarks>,
    /// The names of `new`.
    names: Vec<RecordId>,
    changes: DeliveryChanges,
}

/// A file or a record that was delivered, by the beginnings of hashes; 0 is what there is none of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct EntryMarks {
    document: u64,
    /// The record in its document; a document that is one record is called as the document is.
    record: u64,
    sha256: u64,
    /// The number of its cable.
    mrn: u64,
    /// How many come before it.
    place: usize,
}

impl EntryMarks {
    fn new(id: &RecordId, sha256: u64, mrn: Option<&str>, place: usize) -> EntryMarks {
        let record = id.number.map_or(0, |number| u64::from(number) + 1);
        EntryMarks { document: mark(&id.document.to_string()), record, sha256, mrn: mrn.map_or(0, mark), place }
    }

    /// What is looked up first: the name and the bytes.
    fn as_it_was(&self) -> (u64, u64, u64) {
        (self.document, self.record, self.sha256)
    }

    fn bytes(&self) -> Option<u64> {
        Some(self.sha256).filter(|sha256| *sha256 != 0)
    }

    /// What tells a record of a document by what is in it, or by its number where that is not known.
    fn cable(&self) -> (u64, u64, u64) {
        (self.document, self.mrn, if self.mrn == 0 { self.record } else { 0 })
    }

    /// A document that is one record, or as a whole.
    fn whole(&self) -> Option<u64> {
        (self.record == 0).then_some(self.document)
    }
}

impl Previous {
    /// Reads an inventory.
    ///
    /// # Errors
    /// As [`inventory::read`].
    pub fn read(path: &Path) -> Result<Previous> {
        let mut before = Vec::new();
        inventory::read(path, &mut |known| {
            if is_stretch(&known.id()) {
                return;
            }
            let sha256 = known.sha256.as_deref().map_or(0, leading_digits);
            before.push(EntryMarks::new(&known.id(), sha256, known.mrn.as_deref(), before.len()));
        })?;
        before.sort_unstable();
        let previous = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Previous {
            path: path.to_owned(),
            is_seen: vec![false; before.len()],
            before,
            new: Vec::new(),
            names: Vec::new(),
            changes: DeliveryChanges { previous, ..DeliveryChanges::default() },
        })
    }

    /// Takes what was found now: a file or a record, its SHA-256 and the number of its cable.
    pub fn see(&mut self, id: &RecordId, sha256: Option<&[u8; 32]>, mrn: Option<&str>) {
        let sha256 = sha256.map_or(0, |sha256| u64::from_be_bytes(leading(sha256)));
        let found = EntryMarks::new(id, sha256, mrn, self.names.len());
        let first = self.before.partition_point(|entry| entry.as_it_was() < found.as_it_was());
        let alike = self.before[first..].iter().take_while(|entry| entry.as_it_was() == found.as_it_was()).count();
        match self.is_seen[first..first + alike].iter_mut().find(|is_seen| !**is_seen) {
            Some(is_seen) => {
                *is_seen = true;
                self.changes.unchanged += 1;
            }
            None => {
                self.new.push(found);
                self.names.push(id.clone());
            }
        }
    }

    /// What changed, once everything was seen.
    ///
    /// # Errors
    /// As [`inventory::read`].
    pub fn changes(self) -> Result<DeliveryChanges> {
        let Previous { path, before: mut old, is_seen, mut new, names, mut changes } = self;
        let mut is_seen = is_seen.into_iter();
        old.retain(|_| is_seen.next() == Some(false));
        old.sort_unstable_by_key(|entry| entry.place);
        let in_document = |entry: &EntryMarks| entry.bytes().map(|bytes| (entry.document, bytes));
        changes.unchanged += take_pairs(&mut old, &mut new, in_document).len() as u64;
        let moved = take_pairs(&mut old, &mut new, EntryMarks::bytes);
        let mut changed = take_pairs(&mut old, &mut new, |entry| Some(entry.cable()));
        changed.extend(take_pairs(&mut old, &mut new, EntryMarks::whole));
        changed.sort_unstable_by_key(|(_, found)| found.place);
        let now = |found: &EntryMarks| names[found.place].to_string();
        moved.iter().for_each(|(_, found)| changes.moved.add(now(found)));
        changed.iter().for_each(|(_, found)| changes.changed.add(now(found)));
        new.iter().for_each(|found| changes.added.add(now(found)));
        let gone: HashSet<usize> = old.iter().map(|entry| entry.place).collect();
        if !gone.is_empty() {
            let mut places = 0..;
            inventory::read(&path, &mut |known| {
                let id = known.id();
                if !is_stretch(&id) && places.next().is_some_and(|place| gone.contains(&place)) {
                    changes.gone.add(id.to_string());
                }
            })?;
        }
        Ok(changes)
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

/// Whether an entry is the stretch of a page that its cable is in: the page has an entry of its own.
fn is_stretch(id: &RecordId) -> bool {
    id.number.is_none() && id.start > 0
}

fn mark(text: &str) -> u64 {
    u64::from_be_bytes(leading(&Sha256::digest(text).into()))
}

/// The first eight bytes of a SHA-256 in hexadecimal digits.
fn leading_digits(sha256: &str) -> u64 {
    sha256.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}
