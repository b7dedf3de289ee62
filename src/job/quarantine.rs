//! Bad inputs kept aside: `_quarantine/index.jsonl` names every one, beside it stand their bytes by hash.
//!
//! Part of the generation, so that it is published by the same rename as data and manifest and never disagrees with
//! them. Bytes that the published generation holds are linked, others are copied and must have the hash they had.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::fates::Candidate;
use super::generation::failed;
use super::listing::take_over;
use super::manifest::Entry;
use super::rows::changed_meanwhile;
use crate::error::Result;
use crate::source::{Found, Location, Step};
use crate::write::digest::hexadecimal;

/// Name of the folder within a generation.
pub const QUARANTINE: &str = "_quarantine";
/// Name of the list within the folder, one line a bad input.
pub const QUARANTINE_INDEX: &str = "index.jsonl";

/// Writes the quarantine of the generation in the making, if any input is bad.
pub fn write(staged: &Path, published: Option<&Path>, entries: &[Entry], candidates: &[Candidate]) -> Result<()> {
    let bad: Vec<&Entry> = entries.iter().filter(|entry| entry.bad.is_some()).collect();
    if bad.is_empty() {
        return Ok(());
    }
    let folder = staged.join(QUARANTINE);
    fs::create_dir_all(&folder).map_err(|error| failed("cannot create", &folder, error))?;
    let files: HashMap<&str, &Path> =
        candidates.iter().filter_map(|candidate| Some((candidate.path(), file(candidate)?))).collect();
    for entry in &bad {
        keep_bytes(&folder, published, entry, files.get(entry.path.as_str()).copied())?;
    }
    write_index(&folder, &bad)
}

fn file(candidate: &Candidate) -> Option<&Path> {
    match &candidate.sighting.as_ref()?.step {
        Step::Found(Found { location: Location::File(file), .. }) => Some(file),
        _ => None,
    }
}

/// What could not be read, or is too large to be held in memory, has no hash and is only named.
fn keep_bytes(folder: &Path, published: Option<&Path>, entry: &Entry, file: Option<&Path>) -> Result<()> {
    let Some(sha256) = &entry.sha256 else { return Ok(()) };
    let target = folder.join(sha256);
    let held = published.map(|published| published.join(QUARANTINE).join(sha256)).filter(|held| held.exists());
    match (held, file) {
        _ if target.exists() => Ok(()),
        (Some(held), _) => take_over(&held, &target),
        (None, Some(file)) => copy(file, &target, sha256),
        (None, None) => Ok(()),
    }
}

fn copy(file: &Path, target: &Path, sha256: &str) -> Result<()> {
    let bytes = fs::read(file).map_err(|_| changed_meanwhile())?;
    if hexadecimal(&Sha256::digest(&bytes)) != sha256 {
        return Err(changed_meanwhile());
    }
    fs::write(target, bytes).map_err(|error| failed("cannot keep", target, error))
}

fn write_index(folder: &Path, bad: &[&Entry]) -> Result<()> {
    let path = folder.join(QUARANTINE_INDEX);
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create_new(&path)?);
        for entry in bad {
            let message = entry.bad.as_deref().unwrap_or_default();
            let line = json!({
                "path": entry.path, "sha256": entry.sha256, "code": code(message), "message": message,
            });
            writeln!(file, "{line}")?;
        }
        file.into_inner()?.sync_all()
    };
    write().map_err(|error| failed("cannot write", &path, error))
}

/// The code of the diagnostic that made a row bad; what is no row could not be read.
fn code(message: &str) -> &str {
    let detail = message.strip_prefix("damaged: ");
    detail.map_or("unreadable", |detail| detail.split(':').next().unwrap_or(detail))
}
