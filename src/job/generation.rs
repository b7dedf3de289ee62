//! The published states of a dataset: `gen-000007/` and the link `current`.
//!
//! A generation is built under `.cablegram-staging/`, renamed when it is whole, and becomes current by renaming a link:
//! at every moment `current` is a complete generation, or there is none. Only what we made is ever removed, and only
//! "not found" means that something is not there.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::manifest::MANIFEST;
use super::seal::FileSeals;
use crate::error::{Error, Result};
use crate::local::{Standing, is_taken, standing};
use crate::write;
use crate::write::digest::hexadecimal;

/// Name of the link to the generation in force.
pub const CURRENT: &str = "current";
/// Name of the file that says that a generation is whole.
pub const SUCCESS: &str = "_SUCCESS";
/// Name of the lock.
pub const LOCK: &str = ".lock";
/// Where the next generation is built.
const STAGING: &str = ".cablegram-staging";
/// Where a folder is moved before it is removed, so that an interrupted removal leaves no half of a generation.
const TRASH: &str = ".cablegram-trash";
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
#[non_exhaustive]
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
    /// What its single files, the lists of its folders and its quarantine are known by; empty in generations of earlier
    /// versions.
    #[serde(default)]
    pub files: FileSeals,
    /// SHA-256 of the text of `_SUCCESS` without these digits; empty in generations of earlier versions.
    #[serde(default)]
    pub sha256: String,
}

/// What is at `current`.
pub enum Current {
    /// Nothing.
    Absent,
    /// A link to a whole generation.
    Generation(Generation),
    /// A link that leads to no whole generation.
    Broken,
    /// A folder: somebody copied the dataset without its links.
    Folder,
}

impl Dataset {
    /// The dataset at `root`, made if it is not there.
    ///
    /// # Errors
    /// [`ErrorKind::Output`](crate::error::ErrorKind::Output) if it cannot be made, if the folder holds other things
    /// than a dataset, or if its file system has no links.
    pub fn create(root: &Path) -> Result<Dataset> {
        fs::create_dir_all(root).map_err(|error| Error::cannot("create the dataset", root, error))?;
        let dataset = Dataset { root: root.to_owned() };
        if !dataset.is_in_use()? {
            dataset.refuse_foreign()?;
        }
        Ok(dataset)
    }

    /// The dataset at `root`, which must be there.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) if no generation is in it.
    pub fn open(root: &Path) -> Result<Dataset> {
        let dataset = Dataset { root: root.to_owned() };
        match standing(root)? == Standing::Folder && dataset.is_in_use()? {
            true => Ok(dataset),
            false => {
                Err(Error::not_found(format!("{}: no dataset is there; run `cablegram sync` first", root.display())))
            }
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a run was here: it left a generation, `current`, or at least the lock.
    fn is_in_use(&self) -> Result<bool> {
        let left = [CURRENT, LOCK].map(|name| self.root.join(name));
        for path in left {
            if is_taken(&path)? {
                return Ok(true);
            }
        }
        Ok(!self.generations()?.is_empty())
    }

    /// Refuses a folder that others use: what is in it could be taken for ours later.
    fn refuse_foreign(&self) -> Result<()> {
        for name in self.names()? {
            if name != "lost+found" {
                let root = self.root.display();
                return Err(Error::output(format!(
                    "{root} holds {}, which is no part of a dataset; give dataset a folder of its own, such as {root}/cables",
                    name.to_string_lossy()
                )));
            }
        }
        Ok(())
    }

    /// The generation in force.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) if `current` is there and is none.
    pub fn current(&self) -> Result<Option<Generation>> {
        let link = self.root.join(CURRENT);
        let shown = link.display();
        match self.at_current()? {
            Current::Absent => Ok(None),
            Current::Generation(generation) => Ok(Some(generation)),
            Current::Broken if self.generations()?.is_empty() => Err(Error::not_found(format!(
                "{shown} leads to no generation, and there is no other; make one with `cablegram sync --full`"
            ))),
            Current::Broken => Err(Error::not_found(format!(
                "{shown} leads to no generation; make an earlier one current with `cablegram rollback`, or a new one with \
                 `cablegram sync --full`"
            ))),
            Current::Folder => Err(Error::not_found(format!(
                "{shown} is a folder and no link, as after a copy without links; mend that with `cablegram rollback` or \
                 `cablegram sync --full`"
            ))),
        }
    }

    /// What is at `current`.
    pub fn at_current(&self) -> Result<Current> {
        let link = self.root.join(CURRENT);
        let target = match fs::read_link(&link) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Current::Absent),
            // No link: a folder, as a rule.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(Current::Folder),
            Err(error) => return Err(Error::io("cannot read", &link, error)),
        };
        let Some(number) = target.to_str().and_then(number_of) else { return Ok(Current::Broken) };
        let generation = Generation { number, path: self.root.join(target) };
        Ok(if generation.is_whole()? { Current::Generation(generation) } else { Current::Broken })
    }

    /// Takes a folder out of the place of the link `current`: a copy of a generation goes, one that is there only in this
    /// form becomes that generation. Needs the lock.
    pub fn mend_current(&self) -> Result<()> {
        let Current::Folder = self.at_current()? else { return Ok(()) };
        let folder = self.root.join(CURRENT);
        let foreign = |_| {
            let folder = folder.display();
            Error::output(format!("{folder} was not made by cablegram; move it away, then run this again"))
        };
        let success = Generation { number: 0, path: folder.clone() }.success().map_err(foreign)?;
        let generation = self.root.join(name_of(success.generation));
        match is_taken(&generation)? {
            false => fs::rename(&folder, &generation).map_err(|error| Error::cannot("rename to", &generation, error)),
            true => self.discard(&folder),
        }
    }

    /// Puts a generation in force where none is, as after a first run that was killed before its last step, or a copy
    /// without links: the newest, or the one that a rollback holds. Needs the lock and an empty staging folder.
    pub fn take_up(&self) -> Result<Option<Generation>> {
        match self.at_current()? {
            Current::Absent => self.take_up_newest(),
            _ => Ok(None),
        }
    }

    /// Does what [`take_up`](Dataset::take_up) does, also where the generation in force is there no more, or not whole.
    pub fn replace_broken(&self) -> Result<Option<Generation>> {
        match self.at_current()? {
            Current::Absent | Current::Broken => self.take_up_newest(),
            _ => Ok(None),
        }
    }

    fn take_up_newest(&self) -> Result<Option<Generation>> {
        let held = self.hold()?.map(|hold| hold.generation);
        let is_held = |generation: &&Generation| held.is_none_or(|held| generation.number == held);
        let generations = self.generations()?;
        let Some(chosen) = generations.iter().rfind(is_held).or(generations.last()) else { return Ok(None) };
        self.make_current(chosen)?;
        self.clear_staging()?;
        Ok(Some(chosen.clone()))
    }

    /// Every whole generation, oldest first.
    pub fn generations(&self) -> Result<Vec<Generation>> {
        self.generations_that(Generation::is_whole)
    }

    /// Every generation that lost what says that it is whole, oldest first. Folders of others with such a name are none.
    pub fn damaged_generations(&self) -> Result<Vec<Generation>> {
        self.generations_that(|generation| Ok(!generation.is_whole()? && is_taken(&generation.path.join(MANIFEST))?))
    }

    fn generations_that(&self, is_meant: impl Fn(&Generation) -> Result<bool>) -> Result<Vec<Generation>> {
        let mut generations = Vec::new();
        for name in self.names()? {
            let Some(number) = name.to_str().and_then(number_of) else { continue };
            let generation = Generation { number, path: self.root.join(name) };
            if is_meant(&generation)? {
                generations.push(generation);
            }
        }
        generations.sort_by_key(|generation| generation.number);
        Ok(generations)
    }

    /// Whether generations were published here, and none of them is whole any more.
    pub fn has_lost_all(&self) -> Result<bool> {
        let is_led_to = matches!(self.at_current()?, Current::Broken);
        Ok((is_led_to || !self.damaged_generations()?.is_empty()) && self.generations()?.is_empty())
    }

    /// The names of everything in it. What cannot be listed is a failure, not an empty folder.
    fn names(&self) -> Result<Vec<OsString>> {
        let failed = |error| Error::io("cannot read", &self.root, error);
        let entries = fs::read_dir(&self.root).map_err(failed)?;
        entries.map(|entry| entry.map(|entry| entry.file_name()).map_err(failed)).collect()
    }

    /// An empty folder to build the next generation in; what dead runs left is removed. Needs the lock.
    pub fn stage(&self) -> Result<PathBuf> {
        self.clear_staging()?;
        let folder = self.root.join(STAGING).join("next");
        fs::create_dir_all(&folder).map_err(|error| Error::cannot("create", &folder, error))?;
        Ok(folder)
    }

    /// Removes what this run or dead ones left. Needs the lock.
    pub fn clear_staging(&self) -> Result<()> {
        remove_folder(&self.root.join(STAGING))
    }

    /// Number of the next generation: above all that are there, and the one that `current` leads to, be it gone.
    pub fn next_number(&self) -> Result<u64> {
        let target = fs::read_link(self.root.join(CURRENT)).ok().map(PathBuf::into_os_string);
        let names = self.names()?.into_iter().chain(target);
        let numbers = names.filter_map(|name| number_of(name.to_str()?));
        Ok(numbers.max().map_or(1, |highest| highest + 1))
    }

    /// Makes the staged folder generation `number` and the current one; what fails leaves neither. All that needs
    /// space is done before the two renames.
    pub fn publish(&self, staged: &Path, number: u64) -> Result<Generation> {
        sync_file_system(staged)?;
        let generation = Generation { number, path: self.root.join(name_of(number)) };
        let link = self.stage_link(&generation)?;
        fs::rename(staged, &generation.path).map_err(|error| Error::cannot("rename to", &generation.path, error))?;
        // Where even going back fails, a whole generation is left that is not the current one.
        self.swap(&link).inspect_err(|_| drop(fs::rename(&generation.path, staged)))?;
        Ok(generation)
    }

    /// Makes a whole generation the current one; `sync` makes that last through a loss of power. Needs the lock and
    /// an empty staging folder.
    pub fn make_current(&self, generation: &Generation) -> Result<()> {
        self.swap(&self.stage_link(generation)?)
    }

    /// Refuses a file system without links, before anything is made that would need one. Needs the lock.
    pub fn check_links(&self) -> Result<()> {
        let link = self.stage_link(&Generation { number: 0, path: self.root.join(name_of(0)) }).map_err(|error| {
            let advice = "give dataset a folder on a file system with links (ext4, XFS, Btrfs, ZFS, APFS, NFS; not exFAT or \
                          FAT)";
            Error::output(format!("{error}; {advice}"))
        })?;
        fs::remove_file(&link).map_err(|error| Error::cannot("remove", &link, error))
    }

    /// A link to a generation that waits for the name `current`.
    fn stage_link(&self, generation: &Generation) -> Result<PathBuf> {
        let staging = self.root.join(STAGING);
        let link = staging.join(CURRENT);
        let name = generation.path.file_name().unwrap_or_default();
        let linked = fs::create_dir_all(&staging).and_then(|()| symlink(name, &link));
        linked.map_err(|error| Error::cannot("make the link", &link, error))?;
        Ok(link)
    }

    fn swap(&self, link: &Path) -> Result<()> {
        let current = self.root.join(CURRENT);
        fs::rename(link, &current).map_err(|error| Error::cannot("make current", &current, error))
    }

    /// Waits until the disk holds which generation is current.
    pub fn sync(&self) -> Result<()> {
        let synced = File::open(&self.root).and_then(|root| root.sync_all());
        synced.map_err(|error| Error::cannot("sync", &self.root, error))
    }

    /// Removes generations beyond the last `keep`, never the current one; gives how many went. What is no whole
    /// generation is not ours and stays. Needs the lock.
    pub fn prune(&self, keep: u32) -> Result<u64> {
        let current = self.current()?;
        let generations = self.generations()?;
        let surplus = generations.len().saturating_sub(keep.max(1) as usize);
        let mut removed = 0;
        for generation in generations.into_iter().take(surplus).filter(|one| Some(one) != current.as_ref()) {
            self.discard(&generation.path)?;
            removed += 1;
        }
        remove_folder(&self.root.join(TRASH))?;
        Ok(removed)
    }

    /// Moves a folder of ours to the trash, which `prune` empties.
    fn discard(&self, folder: &Path) -> Result<()> {
        let trash = self.root.join(TRASH);
        let gone = trash.join(folder.file_name().unwrap_or_default());
        let gone = fs::create_dir_all(&trash).and_then(|()| fs::rename(folder, &gone));
        gone.map_err(|error| Error::cannot("remove", folder, error))
    }
}

/// Removes a folder and what is in it, if it is there.
fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::cannot("remove", folder, error)),
        _ => Ok(()),
    }
}

impl Generation {
    /// The generation in a folder that is called as one, if it is.
    pub fn at(path: &Path) -> Option<Generation> {
        let folder = path.canonicalize().ok()?;
        let number = number_of(folder.file_name()?.to_str()?)?;
        Some(Generation { number, path: path.to_owned() })
    }

    /// Whether it holds what was written last. Only where that is not there it is not whole: what cannot be looked at
    /// is a failure.
    fn is_whole(&self) -> Result<bool> {
        is_taken(&self.path.join(SUCCESS))
    }

    /// What its `_SUCCESS` says.
    pub fn success(&self) -> Result<Success> {
        self.success_and_proof().map(|(success, _)| success)
    }

    /// What its `_SUCCESS` says, and whether that is what was written; `None` where an earlier version wrote it.
    pub fn success_and_proof(&self) -> Result<(Success, Option<bool>)> {
        let path = self.path.join(SUCCESS);
        let text = fs::read_to_string(&path).map_err(|error| Error::io("cannot read", &path, error))?;
        let success: Success =
            serde_json::from_str(&text).map_err(|error| Error::verification(format!("{}: {error}", path.display())))?;
        let bare = || text.replacen(&success.sha256, "", 1);
        let proof = (!success.sha256.is_empty()).then(|| hexadecimal(&Sha256::digest(bare())) == success.sha256);
        Ok((success, proof))
    }
}

/// Writes `_SUCCESS`, the last file of a generation.
pub fn write_success(staged: &Path, success: &Success) -> Result<()> {
    let path = staged.join(SUCCESS);
    let text = |success: &Success| serde_json::to_string_pretty(success).map(|text| text + "\n");
    let sealed = text(&Success { sha256: String::new(), ..success.clone() })
        .and_then(|bare| text(&Success { sha256: hexadecimal(&Sha256::digest(bare)), ..success.clone() }))
        .map_err(|error| Error::format(error.to_string()))?;
    fs::write(&path, sealed).map_err(|error| Error::cannot("write", &path, error))
}

/// The name of the folder of a generation.
pub fn name_of(number: u64) -> String {
    format!("{PREFIX}{number:06}")
}

/// The number of a folder with such a name, written as we write it: `gen-2023` is not ours.
pub fn number_of(name: &str) -> Option<u64> {
    let number = name.strip_prefix(PREFIX)?.parse().ok()?;
    (name_of(number) == name).then_some(number)
}

fn sync_file_system(folder: &Path) -> Result<()> {
    let file = File::open(folder).map_err(|error| Error::cannot("open", folder, error))?;
    write::sync(&file).map_err(|error| Error::cannot("sync", folder, error))
}
