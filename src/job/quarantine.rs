//! Bad inputs kept aside: `quarantine/index.jsonl` names every one that is open, beside it their bytes by hash.
//!
//! Made anew from the manifest after each publication, so that it never disagrees with the data.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::fates::Candidate;
use super::generation::failed;
use super::manifest::Entry;
use crate::error::Result;
use crate::source::{Found, Location, Step};

/// Name of the folder within a dataset.
pub const QUARANTINE: &str = "quarantine";
const INDEX: &str = "index.jsonl";

/// Makes the quarantine of the dataset at `root` hold the bad entries, and nothing else.
pub fn refresh(root: &Path, entries: &[Entry], candidates: &[Candidate]) -> Result<()> {
    let folder = root.join(QUARANTINE);
    let bad: Vec<&Entry> = entries.iter().filter(|entry| entry.bad.is_some()).collect();
    if bad.is_empty() && !folder.exists() {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|error| failed("cannot create", &folder, error))?;
    let wanted: HashSet<&str> = bad.iter().map(|entry| entry.path.as_str()).collect();
    let sources = candidates.iter().filter(|candidate| wanted.contains(candidate.path()));
    for candidate in sources {
        keep_bytes(&folder, candidate, &bad)?;
    }
    write_index(&folder, &bad)?;
    remove_others(&folder, &bad)
}

fn keep_bytes(folder: &Path, candidate: &Candidate, bad: &[&Entry]) -> Result<()> {
    let entry = bad.iter().find(|entry| entry.path == candidate.path());
    let sha256 = entry.and_then(|entry| entry.sha256.as_deref());
    let step = candidate.sighting.as_ref().map(|sighting| &sighting.step);
    if let (Some(sha256), Some(Step::Found(Found { location: Location::File(file), .. }))) = (sha256, step) {
        let target = folder.join(sha256);
        if !target.exists() {
            let staged = folder.join(format!(".{sha256}.staging"));
            let kept = fs::copy(file, &staged).and_then(|_| fs::rename(&staged, &target));
            kept.map_err(|error| failed("cannot keep", &target, error))?;
        }
    }
    Ok(())
}

fn write_index(folder: &Path, bad: &[&Entry]) -> Result<()> {
    let path = folder.join(INDEX);
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        for entry in bad {
            let message = entry.bad.as_deref().unwrap_or_default();
            let code = if entry.row().is_some() { message.split(':').next().unwrap_or_default() } else { "unreadable" };
            let line = json!({ "path": entry.path, "sha256": entry.sha256, "code": code, "message": message });
            writeln!(file, "{line}")?;
        }
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().map_err(|error| failed("cannot write", &path, error))
}

/// Removes the bytes of inputs that are not bad any more.
fn remove_others(folder: &Path, bad: &[&Entry]) -> Result<()> {
    let wanted: HashSet<&str> = bad.iter().filter_map(|entry| entry.sha256.as_deref()).collect();
    let entries = fs::read_dir(folder).map_err(|error| failed("cannot read", folder, error))?;
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name != INDEX && !wanted.contains(name) {
            fs::remove_file(&path).map_err(|error| failed("cannot remove", &path, error))?;
        }
    }
    Ok(())
}
