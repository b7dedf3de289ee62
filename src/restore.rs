//! Outputs back to the original files, byte for byte.
//!
//! Writes only below the directory it is given, and only bytes that were proven against their SHA-256.

use std::fs::{self, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use arrow::array::RecordBatch;

use crate::error::{Error, Result};
use crate::read;
use crate::source::{DocumentId, RecordId, file_path};
use crate::verify::{Sources, catalog};
use crate::write::{Existing, Staging, folder_of};

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
    let parent = folder_of(directory);
    fs::create_dir_all(&parent).map_err(|error| refused("cannot create", &parent, error))?;
    let mut staging = Staging::folder(directory, Existing::Refuse)?;
    let mut restored = Restored::default();
    for part in read::parts(path)? {
        let mut reader = read::open_part(&part, &catalog)?;
        while let Some(batch) = reader.next()? {
            restore_batch(&batch, &part.path, staging.path(), &mut restored)?;
        }
    }
    staging.publish()?;
    Ok(restored)
}

fn refuse_existing(directory: &Path) -> Result<()> {
    match fs::read_dir(directory).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(Error::output(format!(
            "{} exists and is not empty; name another directory, or remove it first",
            directory.display()
        ))),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused("cannot read", directory, error)),
        _ => Ok(()),
    }
}

fn restore_batch(batch: &RecordBatch, path: &Path, directory: &Path, restored: &mut Restored) -> Result<()> {
    let sources = Sources::of(batch).ok_or_else(|| {
        Error::verification(format!("{}: without source and source_text nothing can be restored", path.display()))
    })?;
    for row in 0..batch.num_rows() {
        let bytes =
            sources.bytes(row).map_err(|failure| Error::verification(format!("{}: {failure}", path.display())))?;
        let RecordId { document, start, .. } = sources.ids.get(row);
        write_at(&target(directory, &document)?, start, &bytes)?;
        restored.documents += 1;
        restored.bytes += bytes.len() as u64;
    }
    Ok(())
}

/// Where a document goes, a member below its container; a path that leads out of the directory is refused.
fn target(directory: &Path, document: &DocumentId) -> Result<PathBuf> {
    let mut relative = match document.path() {
        "-" => PathBuf::from("standard-input"),
        path => file_path(path),
    };
    relative.extend(document.member().map(file_path));
    let inside = relative.components().all(|component| matches!(component, Component::Normal(_)));
    if !inside || relative.as_os_str().is_empty() {
        return Err(Error::verification(format!(
            "\"{document}\" would lead out of the directory; nothing was restored"
        )));
    }
    Ok(directory.join(relative))
}

fn write_at(path: &Path, start: u64, bytes: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| refused("cannot create", parent, error))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(start > 0).create_new(start == 0);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::verification(format!("{} stands in the output twice; nothing was restored", path.display()))
        }
        _ => refused("cannot write", path, error),
    })?;
    let written = file.seek(SeekFrom::Start(start)).and_then(|_| file.write_all(bytes));
    written.map_err(|error| refused("cannot write", path, error))
}

fn refused(action: &str, path: &Path, error: io::Error) -> Error {
    Error::output(format!("{action} {}: {error}", path.display())).caused_by(path, error)
}
