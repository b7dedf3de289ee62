//! Bad inputs kept aside: `_quarantine/index.jsonl` names every one, beside it stand their bytes by hash.
//!
//! Part of the generation, so that it is published by the same rename as data and manifest and never disagrees with
//! them. Bytes that the published generation holds are linked, others are copied; either must have the hash they had.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::fates::Candidate;
use super::generation::failed;
use super::listing::take_over;
use super::manifest::{BadReason, Entry};
use crate::convert::{BadInput, Quarantine};
use crate::error::Result;
use crate::source::{DocumentId, FoundFile, Location, RecordId, Step};
use crate::write::digest::hexadecimal;

/// Name of the folder within a generation.
pub const QUARANTINE: &str = "_quarantine";

/// Writes the quarantine of the generation in the making, if any input is bad.
pub fn write(staged: &Path, published: Option<&Path>, entries: &[Entry], candidates: &[Candidate]) -> Result<()> {
    let bad: Vec<&Entry> = entries.iter().filter(|entry| entry.bad.is_some()).collect();
    if bad.is_empty() {
        return Ok(());
    }
    let folder = staged.join(QUARANTINE);
    let mut quarantine = Quarantine::open(&folder)?;
    let files: HashMap<&DocumentId, &Path> =
        candidates.iter().filter_map(|candidate| Some((&candidate.id, file(candidate)?))).collect();
    for entry in bad {
        keep_bytes(&folder, published, entry, files.get(&entry.id).copied())?;
        note(&mut quarantine, entry)?;
    }
    quarantine.sync()
}

fn note(quarantine: &mut Quarantine, entry: &Entry) -> Result<()> {
    let Some(BadReason { code, message }) = &entry.bad else { return Ok(()) };
    let id = RecordId::whole(entry.id.clone());
    quarantine.note(&BadInput { id: &id, sha256: entry.sha256.as_deref(), code, message, line: None })
}

fn file(candidate: &Candidate) -> Option<&Path> {
    match &candidate.sighting()?.step {
        Step::Found(FoundFile { location: Location::File(file), .. }) => Some(file),
        _ => None,
    }
}

/// What could not be read, or is too large to be held in memory, has no hash and is only named; neither is what changed
/// since it was read.
fn keep_bytes(folder: &Path, published: Option<&Path>, entry: &Entry, file: Option<&Path>) -> Result<()> {
    let Some(sha256) = &entry.sha256 else { return Ok(()) };
    let target = folder.join(sha256);
    if target.exists() {
        return Ok(());
    }
    let held = published.map(|published| published.join(QUARANTINE).join(sha256));
    if let Some(held) = held.filter(|held| bytes_of(held, sha256).is_some()) {
        return take_over(&held, &target);
    }
    let Some(bytes) = file.and_then(|file| bytes_of(file, sha256)) else { return Ok(()) };
    fs::write(&target, bytes).map_err(|error| failed("cannot keep", &target, error))
}

/// The bytes of a file, if they have that hash.
fn bytes_of(file: &Path, sha256: &str) -> Option<Vec<u8>> {
    fs::read(file).ok().filter(|bytes| hexadecimal(&Sha256::digest(bytes)) == sha256)
}
