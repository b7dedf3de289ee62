//! The published states of a dataset: `gen-000007/` and the link `current`.
//!
//! A generation is built under `.staging/`, renamed when it is whole, and becomes current by renaming a link: at
//! every moment `current` is a complete generation, or there is none.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::write;

/// Name of the link to the generation in force.
pub const CURRENT: &str = "current";
/// Name of the file that says that a generation is whole.
pub const SUCCESS: &str = "_SUCCESS";
const STAGING: &str = ".staging";
const PREFIX: &str = "gen-";

/// The folder of a dataset.
#[derive(Clone, Debug)]
pub struct Dataset {
    root: PathBuf,
}

/// One published state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Its number; later ones are higher.
    pub number: u64,
    /// Its folder.
    pub path: PathBuf,
}

/// What `_SUCCESS` says.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Success {
    /// Number of the generation.
    pub generation: u64,
    /// When it was published, in RFC 3339.
    pub published_at: String,
    /// Inputs found.
    pub found: u64,
    /// Rows.
    pub rows: u64,
    /// Copies that became no row.
    pub duplicates: u64,
    /// Bad inputs.
    pub bad: u64,
    /// Rows whose input is gone.
    pub tombstones: u64,
}

impl Dataset {
    /// The dataset at `root`, made if it is not there.
    pub fn create(root: &Path) -> Result<Dataset> {
        fs::create_dir_all(root).map_err(|error| failed("cannot create the dataset", root, error))?;
        Ok(Dataset { root: root.to_owned() })
    }

    /// The dataset at `root`, which must be there.
    pub fn open(root: &Path) -> Result<Dataset> {
        match root.is_dir() {
            true => Ok(Dataset { root: root.to_owned() }),
            false => {
                Err(Error::not_found(format!("{}: no dataset is there; run `cablegram sync` first", root.display())))
            }
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The generation in force.
    pub fn current(&self) -> Result<Option<Generation>> {
        let link = self.root.join(CURRENT);
        let target = match fs::read_link(&link) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("cannot read", &link, error)),
        };
        let broken =
            || Error::not_found(format!("{} leads to no generation; try `cablegram rollback`", link.display()));
        let number = target.to_str().and_then(number_of).ok_or_else(broken)?;
        let generation = Generation { number, path: self.root.join(target) };
        if generation.is_whole() { Ok(Some(generation)) } else { Err(broken()) }
    }

    /// Every whole generation, oldest first.
    pub fn generations(&self) -> Result<Vec<Generation>> {
        let entries = fs::read_dir(&self.root).map_err(|error| failed("cannot read", &self.root, error))?;
        let mut generations: Vec<Generation> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some(Generation { number: number_of(entry.file_name().to_str()?)?, path: entry.path() })
            })
            .filter(Generation::is_whole)
            .collect();
        generations.sort_by_key(|generation| generation.number);
        Ok(generations)
    }

    /// An empty folder to build the next generation in; what dead runs left is removed. Needs the lock.
    pub fn stage(&self) -> Result<PathBuf> {
        self.clear_staging()?;
        let folder = self.root.join(STAGING).join("next");
        fs::create_dir_all(&folder).map_err(|error| failed("cannot create", &folder, error))?;
        Ok(folder)
    }

    /// Removes what this run or dead ones left. Needs the lock.
    pub fn clear_staging(&self) -> Result<()> {
        let staging = self.root.join(STAGING);
        match fs::remove_dir_all(&staging) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("cannot remove", &staging, error)),
            _ => Ok(()),
        }
    }

    /// Number of the next generation: above all that were ever begun.
    pub fn next_number(&self) -> Result<u64> {
        let entries = fs::read_dir(&self.root).map_err(|error| failed("cannot read", &self.root, error))?;
        let numbers = entries.filter_map(|entry| number_of(entry.ok()?.file_name().to_str()?));
        Ok(numbers.max().map_or(1, |highest| highest + 1))
    }

    /// Makes the staged folder generation `number` and the current one; what fails leaves neither. All that needs
    /// space is done before the two renames.
    pub fn publish(&self, staged: &Path, number: u64) -> Result<Generation> {
        sync_file_system(staged)?;
        let generation = Generation { number, path: self.root.join(format!("{PREFIX}{number:06}")) };
        let link = self.stage_link(&generation)?;
        fs::rename(staged, &generation.path).map_err(|error| failed("cannot rename to", &generation.path, error))?;
        // Where even going back fails, a whole generation stands that is not in force.
        self.swap(&link).inspect_err(|_| drop(fs::rename(&generation.path, staged)))?;
        Ok(generation)
    }

    /// Makes a whole generation the current one; `sync` makes that last through a loss of power. Needs the lock and
    /// an empty staging folder.
    pub fn make_current(&self, generation: &Generation) -> Result<()> {
        self.swap(&self.stage_link(generation)?)
    }

    /// A link to a generation that waits for the name `current`.
    fn stage_link(&self, generation: &Generation) -> Result<PathBuf> {
        let staging = self.root.join(STAGING);
        let link = staging.join(CURRENT);
        let name = generation.path.file_name().unwrap_or_default();
        let linked = fs::create_dir_all(&staging).and_then(|()| symlink(name, &link));
        linked.map_err(|error| failed("cannot make the link", &link, error))?;
        Ok(link)
    }

    fn swap(&self, link: &Path) -> Result<()> {
        let current = self.root.join(CURRENT);
        fs::rename(link, &current).map_err(|error| failed("cannot make current", &current, error))
    }

    /// Waits until the disk holds which generation is current.
    pub fn sync(&self) -> Result<()> {
        let synced = File::open(&self.root).and_then(|root| root.sync_all());
        synced.map_err(|error| failed("cannot sync", &self.root, error))
    }

    /// Removes generations beyond the last `keep`, never the current one; gives how many went.
    pub fn prune(&self, keep: u32) -> Result<u64> {
        let current = self.current()?;
        let generations = self.generations()?;
        let surplus = generations.len().saturating_sub(keep.max(1) as usize);
        let mut removed = 0;
        for generation in generations.into_iter().take(surplus).filter(|one| Some(one) != current.as_ref()) {
            // What is no generation any more is not read as one, should the removal be cut short.
            let success = generation.path.join(SUCCESS);
            let gone = fs::remove_file(&success).and_then(|()| fs::remove_dir_all(&generation.path));
            gone.map_err(|error| failed("cannot remove", &generation.path, error))?;
            removed += 1;
        }
        self.remove_broken(current.as_ref())?;
        Ok(removed)
    }

    /// Removes folders of generations that are not whole: a removal or a publication that was cut short.
    fn remove_broken(&self, current: Option<&Generation>) -> Result<()> {
        let entries = fs::read_dir(&self.root).map_err(|error| failed("cannot read", &self.root, error))?;
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            let number = path.file_name().and_then(|name| name.to_str()).and_then(number_of);
            let Some(number) = number else { continue };
            let generation = Generation { number, path };
            if !generation.is_whole() && Some(&generation) != current {
                fs::remove_dir_all(&generation.path)
                    .map_err(|error| failed("cannot remove", &generation.path, error))?;
            }
        }
        Ok(())
    }
}

impl Generation {
    fn is_whole(&self) -> bool {
        self.path.join(SUCCESS).is_file()
    }

    /// What its `_SUCCESS` says.
    pub fn success(&self) -> Result<Success> {
        let path = self.path.join(SUCCESS);
        let text = fs::read_to_string(&path).map_err(|error| Error::io("cannot read", &path, error))?;
        serde_json::from_str(&text).map_err(|error| Error::verification(format!("{}: {error}", path.display())))
    }
}

/// Writes `_SUCCESS`, the last file of a generation.
pub fn write_success(staged: &Path, success: &Success) -> Result<()> {
    let path = staged.join(SUCCESS);
    let text = serde_json::to_string_pretty(success).map_err(|error| Error::format(error.to_string()))?;
    fs::write(&path, text + "\n").map_err(|error| failed("cannot write", &path, error))
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

fn sync_file_system(folder: &Path) -> Result<()> {
    let file = File::open(folder).map_err(|error| failed("cannot open", folder, error))?;
    write::sync(&file).map_err(|error| failed("cannot sync", folder, error))
}

/// A failure to change the dataset.
pub fn failed(action: &str, path: &Path, error: io::Error) -> Error {
    Error::output(format!("{action} {}: {error}", path.display())).caused_by(path, error)
}
