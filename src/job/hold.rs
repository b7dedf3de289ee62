//! A rollback that lasts: until inputs change, or `sync --release`.
//!
//! Without it the next run would publish again what somebody just went back from.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::JobRun;
use super::entry::Entry;
use super::fates::Candidate;
use super::generation::Dataset;
use super::manifest::Manifest;
use crate::error::{Error, ErrorKind, Result};
use crate::source::DocumentId;
use crate::write::replace;

/// Name of the file that says so.
const HOLD: &str = ".hold";

/// Which generation stays in force, and in place of which other.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Hold {
    /// The generation that somebody went back to.
    pub generation: u64,
    /// The one that was in force: while the inputs are as they were for it, nothing is published.
    pub instead_of: u64,
}

impl Dataset {
    /// The hold in force.
    pub fn hold(&self) -> Result<Option<Hold>> {
        let path = self.path_of_hold();
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| {
                let advice = "roll back again, or end the hold with sync --release";
                Error::verification(format!("{} is damaged ({error}): {advice}", path.display()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("cannot read", &path, error)),
        }
    }

    /// Holds a generation. Needs the lock.
    pub fn set_hold(&self, hold: Hold) -> Result<()> {
        replace(&self.path_of_hold(), |file| Ok(serde_json::to_writer(file, &hold)?))
    }

    /// Ends the hold, if there is one. Needs the lock.
    pub fn release(&self) -> Result<()> {
        let path = self.path_of_hold();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("cannot remove", &path, error)),
            _ => Ok(()),
        }
    }

    fn path_of_hold(&self) -> PathBuf {
        self.root().join(HOLD)
    }
}

impl JobRun<'_> {
    /// The generation that a rollback holds while the inputs are as they were for the one it replaced; ends the hold once
    /// they are not.
    pub fn settle_hold(&self, candidates: &[Candidate], entries: &[Entry]) -> Result<Option<u64>> {
        let Some(hold) = self.dataset.hold()? else { return Ok(None) };
        let generations = self.dataset.generations()?;
        let Some(replaced) = generations.iter().find(|generation| generation.number == hold.instead_of) else {
            return Ok(Some(hold.generation));
        };
        // Where it does not say what its inputs were, nobody knows whether they changed.
        let replaced = match Manifest::read(&replaced.path) {
            Err(error) if error.kind() == ErrorKind::Verification => return Ok(Some(hold.generation)),
            replaced => replaced?,
        };
        let mut known: HashMap<&DocumentId, &Entry> = replaced.entries.iter().map(|entry| (&entry.id, entry)).collect();
        // What is gone now and was gone then has no entry there.
        let mut alike = candidates.iter().zip(entries).all(|(candidate, entry)| match known.remove(&candidate.id) {
            Some(then) => then.says_as(entry),
            None => candidate.sighting().is_none(),
        });
        alike &= known.is_empty();
        if !alike {
            self.dataset.release()?;
        }
        Ok(alike.then_some(hold.generation))
    }
}
