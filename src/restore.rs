//! Outputs back to the original files, byte for byte.
//!
//! Writes only below the directory it is given, and only bytes that were proven against their SHA-256.

use std::fs::{self, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use arrow::array::RecordBatch;

use crate::error::{Error, Result};
use crate::read;
use crate::source::file_path;
use crate::verify::{Sources, catalog};

/// What was written back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Documents written.
    pub documents: u64,
    /// Bytes in them.
    pub bytes: u64,
}

/// Writes the source documents of the output at `path` below `directory`, which must be empty or not exist.
///
/// Everything is written beside `directory` first and renamed into place, so that a stopped run leaves nothing.
pub fn restore(path: &Path, directory: &Path) -> Result<Restored> {
    refuse_existing(directory)?;
    let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| refused("cannot create", parent, error))?;
    let staging = tempfile::Builder::new()
        .prefix(".cablegram-restore-")
        .tempdir_in(parent)
        .map_err(|error| refused("cannot write below", parent, error))?;
    let mut restored = Restored::default();
    for part in read::parts(path)? {
        let mut reader = read::open(&part.path, &catalog)?;
        while let Some(batch) = reader.next()? {
            restore_batch(&batch, &part.path, staging.path(), &mut restored)?;
        }
    }
    publish(staging, directory)?;
    Ok(restored)
}

fn refuse_existing(directory: &Path) -> Result<()> {
    match fs::read_dir(directory).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(Error::Output(format!(
            "{} exists and is not empty; name another directory, or remove it first",
            directory.display()
        ))),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused("cannot read", directory, error)),
        _ => Ok(()),
    }
}

fn restore_batch(batch: &RecordBatch, path: &Path, directory: &Path, restored: &mut Restored) -> Result<()> {
    let sources = Sources::of(batch).ok_or_else(|| {
        Error::Verification(format!("{}: without source and source_text nothing can be restored", path.display()))
    })?;
    for row in 0..batch.num_rows() {
        let bytes =
            sources.bytes(row).map_err(|failure| Error::Verification(format!("{}: {failure}", path.display())))?;
        let target = target(directory, sources.paths.value(row))?;
        write_at(&target, sources.starts.value(row), &bytes)?;
        restored.documents += 1;
        restored.bytes += bytes.len() as u64;
    }
    Ok(())
}

/// Where a document goes; a path that leads out of the directory is refused.
fn target(directory: &Path, path: &str) -> Result<PathBuf> {
    let relative = match path {
        "-" => PathBuf::from("standard-input"),
        path => file_path(path),
    };
    let inside = relative.components().all(|component| matches!(component, Component::Normal(_)));
    if !inside || relative.as_os_str().is_empty() {
        return Err(Error::Verification(format!("{path:?} would lead out of the directory; nothing was restored")));
    }
    Ok(directory.join(relative))
}

fn write_at(path: &Path, start: i64, bytes: &[u8]) -> Result<()> {
    let start = u64::try_from(start).map_err(|_| Error::Verification(format!("{}: negative start", path.display())))?;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| refused("cannot create", parent, error))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(start > 0).create_new(start == 0);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::Verification(format!("{} stands in the output twice; nothing was restored", path.display()))
        }
        _ => refused("cannot write", path, error),
    })?;
    let written = file.seek(SeekFrom::Start(start)).and_then(|_| file.write_all(bytes));
    written.map_err(|error| refused("cannot write", path, error))
}

/// Renames the staged directory to its final name.
fn publish(staging: tempfile::TempDir, directory: &Path) -> Result<()> {
    let _ = fs::remove_dir(directory);
    fs::rename(staging.path(), directory).map_err(|error| refused("cannot rename to", directory, error))?;
    let _ = staging.keep();
    Ok(())
}

fn refused(action: &str, path: &Path, error: io::Error) -> Error {
    Error::Output(format!("{action} {}: {error}", path.display()))
}
