//! What is at a target, and whether it may be replaced: asked before any work is done. Changes nothing.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::Existing;
use crate::contract::marks_report;
use crate::error::{Error, Result};
use crate::local::{Standing, folder_of, place, standing};

/// Refuses a target that no file can be written to, before any work is done.
pub fn check_file(target: &Path, existing: Existing) -> Result<()> {
    check_around(&place(target))?;
    check_replaced(target, existing)
}

/// Refuses what a file may not replace: a folder, whatever is allowed; a pipe or a device; and what `existing` says.
pub fn check_replaced(target: &Path, existing: Existing) -> Result<()> {
    match (standing(target)?, existing) {
        (Standing::Nothing, _) | (Standing::File, Existing::Replace) => Ok(()),
        (Standing::Folder, _) => Err(is_folder(target)),
        (Standing::Stream, _) => Err(is_stream(target)),
        (Standing::File, Existing::Refuse) => Err(exists(target)),
        (Standing::File, Existing::ReplaceReport) if is_report(target) => Ok(()),
        (Standing::File, Existing::ReplaceReport) => {
            let target = target.display();
            Err(Error::output(format!("{target} exists, and is not a report of cablegram: give another path")))
        }
    }
}

/// Whether an earlier run told there what came of it. An empty file is one that waits for a report.
fn is_report(file: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MARK).read_to_end(&mut head));
    read.is_ok() && (head.is_empty() || marks_report(&head))
}

/// Bytes that are looked at of a report.
const MARK: u64 = 64;

/// What is at a target, through links; refuses one that no folder can be written to, before any work is done.
pub fn check_folder(target: &Path, existing: Existing) -> Result<Standing> {
    let place = place(target);
    check_around(&place)?;
    let found = standing(&place)?;
    if existing == Existing::Refuse && found != Standing::Nothing && !is_empty_folder(&place) {
        return Err(exists(target));
    }
    if found == Standing::Folder && !can_be_replaced(&place) {
        return Err(Error::output(format!(
            "{} is where a disk is mounted, or the working directory, and cannot be replaced: name a folder in it",
            target.display()
        )));
    }
    Ok(found)
}

/// Refuses a folder that holds something, for whoever replaces none.
pub fn refuse_used(folder: &Path) -> Result<()> {
    match standing(folder)? {
        Standing::Nothing => Ok(()),
        Standing::Folder if is_empty_folder(folder) => Ok(()),
        Standing::Folder => Err(Error::output(format!(
            "{} exists and is not empty; name another directory, or remove it first",
            folder.display()
        ))),
        _ => Err(Error::output(format!("{} exists, and is not a folder; name another directory", folder.display()))),
    }
}

/// Refuses a place whose folder is not there.
fn check_around(place: &Path) -> Result<()> {
    let folder = folder_of(place);
    if standing(&folder)? == Standing::Folder {
        return Ok(());
    }
    let folder = folder.display();
    Err(Error::output(format!("there is no folder {folder}: make it first, such as with mkdir -p {folder}")))
}

fn exists(target: &Path) -> Error {
    Error::output(format!("{} exists: give --overwrite to replace it, or another path", target.display()))
}

fn is_folder(target: &Path) -> Error {
    Error::output(format!("{} is a folder: give the path of a file", target.display()))
}

/// The refusal of a pipe or a device in the place of a file.
pub fn is_stream(target: &Path) -> Error {
    let target = target.display();
    Error::output(format!("{target} is a pipe or a device, not to be replaced: give the path of a file"))
}

/// Whether a folder can give its name to another.
fn can_be_replaced(place: &Path) -> bool {
    let is_current = std::env::current_dir().is_ok_and(|current| current.starts_with(place));
    let device = |path: &Path| path.metadata().ok().map(|found| std::os::unix::fs::MetadataExt::dev(&found));
    !is_current && device(place) == device(&folder_of(place)) && !is_mounted(place)
}

/// Whether a mount begins there; one of the same disk is told by nothing else.
#[cfg(target_os = "linux")]
fn is_mounted(place: &Path) -> bool {
    use rustix::fs::{AtFlags, StatxAttributes, StatxFlags, statx};
    let found = statx(rustix::fs::CWD, place, AtFlags::empty(), StatxFlags::BASIC_STATS);
    found.is_ok_and(|found| {
        StatxAttributes::from_bits_retain(found.stx_attributes.bits()).contains(StatxAttributes::MOUNT_ROOT)
    })
}

#[cfg(not(target_os = "linux"))]
fn is_mounted(_: &Path) -> bool {
    false
}

/// Whether `path` is a folder that holds nothing.
pub fn is_empty_folder(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}
