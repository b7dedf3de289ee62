//! Bad inputs kept aside: `_quarantine/index.jsonl` names every one, beside it are their bytes by hash.
//!
//! Part of the generation, so that it is published by the same rename as data and manifest and never disagrees with
//! them. Bytes that the published generation holds are linked, others are copied; either must have the hash they had.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::entry::{BadReason, Entry};
use super::fates::Candidate;
use super::listing::link_or_copy;
use super::seal::QUARANTINE;
use crate::convert::{self, BadInput, FeedInput, GivenUp, Quarantine, Rules};
use crate::error::Result;
use crate::local::is_taken;
use crate::source::{DocumentId, FoundFile, Step};
use crate::write::digest::hexadecimal;
use crate::write::file_sha256;

/// Writes the quarantine of the generation in the making, if anything is bad.
pub fn write(
    staged: &Path,
    published: Option<&Path>,
    entries: &[Entry],
    candidates: &[Candidate],
    rules: &Rules,
) -> Result<()> {
    let bad: Vec<&Entry> = entries.iter().filter(|entry| entry.contents.is_bad()).collect();
    if bad.is_empty() {
        return Ok(());
    }
    let folder = staged.join(QUARANTINE);
    let mut quarantine = Quarantine::open(&folder)?;
    let inputs: HashMap<&DocumentId, &FoundFile> =
        candidates.iter().filter_map(|candidate| Some((&candidate.id, found(candidate)?))).collect();
    for entry in bad {
        let wanted = take_over_held(&folder, published, entry)?;
        if let Some(found) = inputs.get(&entry.id).filter(|_| !wanted.is_empty()) {
            keep_bytes(&quarantine, found, &wanted, rules)?;
        }
        for (id, BadReason { code, message }, sha256) in entry.contents.bad(&entry.id) {
            quarantine.note(&BadInput { id: &id, sha256, code, message, line: None })?;
        }
    }
    quarantine.sync()
}

fn found(candidate: &Candidate) -> Option<&FoundFile> {
    match &candidate.sighting()?.step {
        Step::Found(found) => Some(found),
        _ => None,
    }
}

/// Takes over what the published generation holds of the bad records of an input; gives the hashes of the others. What
/// could not be read, or is too large to be held in memory, has no hash and is only named.
fn take_over_held(folder: &Path, published: Option<&Path>, entry: &Entry) -> Result<HashSet<String>> {
    let mut wanted = HashSet::new();
    for sha256 in entry.contents.bad(&entry.id).filter_map(|(_, _, sha256)| sha256) {
        let target = folder.join(sha256);
        if is_taken(&target)? {
            continue;
        }
        let held = published.map(|published| published.join(QUARANTINE).join(sha256));
        match held.filter(|held| file_sha256(held).as_deref() == Some(sha256)) {
            Some(held) => link_or_copy(&held, &target)?,
            None => drop(wanted.insert(sha256.to_owned())),
        }
    }
    Ok(wanted)
}

/// Keeps the records of an input that have one of these hashes; one that has changed since it was read is only named.
fn keep_bytes(quarantine: &Quarantine, found: &FoundFile, wanted: &HashSet<String>, rules: &Rules) -> Result<()> {
    let mut result = Ok(());
    convert::records(found.clone(), rules, &mut |input| {
        if let FeedInput::Record(ready) = input {
            let sha256 = hexadecimal(&ready.proof.sha256);
            if wanted.contains(&sha256) {
                result = quarantine.keep(&sha256, &ready.bytes);
            }
        }
        if result.is_ok() { Ok(()) } else { Err(GivenUp) }
    });
    result
}
