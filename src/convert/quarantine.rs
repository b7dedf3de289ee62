//! Bad inputs to a folder: their bytes, each file named by its SHA-256, and an index with one line for each.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::report::name;
use crate::error::{Error, Result};
use crate::local::is_taken;
use crate::source::RecordId;
use crate::write::{put, sweep};

/// Name of the index in the folder.
pub const QUARANTINE_INDEX: &str = "index.jsonl";

/// Why an input is bad.
#[derive(Clone, Copy, Debug)]
pub struct BadInput<'b> {
    /// The record, or the document as a whole.
    pub id: &'b RecordId,
    /// SHA-256 of its bytes, where they could be read.
    pub sha256: Option<&'b str>,
    /// The code of its first error, or `unreadable`.
    pub code: &'b str,
    /// The whole reason.
    pub message: &'b str,
    /// The line of the first error.
    pub line: Option<u32>,
}

/// A folder of bad inputs.
#[derive(Debug)]
pub struct Quarantine {
    folder: PathBuf,
    index: File,
}

impl Quarantine {
    /// Opens the folder, and makes it if it is not there.
    pub fn open(folder: &Path) -> Result<Quarantine> {
        let refuse = |error: io::Error| {
            let message = format!("cannot write the quarantine {}: {error}; name another folder", folder.display());
            Error::output(message).caused_by(folder, error)
        };
        fs::create_dir_all(folder).and_then(|()| sweep(folder)).map_err(refuse)?;
        let index = OpenOptions::new().create(true).append(true).open(folder.join(QUARANTINE_INDEX)).map_err(refuse)?;
        Ok(Quarantine { folder: folder.to_owned(), index })
    }

    /// Adds a line to the index.
    pub fn note(&mut self, bad: &BadInput<'_>) -> Result<()> {
        let mut line = json!({ "sha256": bad.sha256, "code": bad.code, "message": bad.message });
        name(&mut line, bad.id);
        if let Some(number) = bad.line {
            line["line"] = Value::from(number);
        }
        self.index.write_all(format!("{line}\n").as_bytes()).map_err(|error| self.failure(error))
    }

    /// Keeps bytes; those that are there already stay.
    pub fn keep(&self, sha256: &str, bytes: &[u8]) -> Result<()> {
        let target = self.folder.join(sha256);
        if is_taken(&target)? {
            return Ok(());
        }
        put(&target, bytes).map_err(|error| self.failure(error))
    }

    /// Waits until the disk holds the index.
    pub fn sync(&self) -> Result<()> {
        self.index.sync_all().map_err(|error| self.failure(error))
    }

    fn failure(&self, error: io::Error) -> Error {
        let message = format!("cannot write the quarantine {}: {error}; free some space", self.folder.display());
        Error::output(message).caused_by(&self.folder, error)
    }
}
