//! Entries to a file that is put in place when it is whole: reports, and what else a run tells in a file.
//!
//! Entries go out as they come: into a file that has no name yet, or straight to a pipe, a device or standard output (`-`).

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::staging::{Existing, Staging};
use super::{failure, target};
use crate::error::Result;
use crate::local::{Standing, standing};

/// A file of entries in the making.
pub struct Journal {
    to: BufWriter<Box<dyn Write + Send>>,
    path: PathBuf,
    staging: Option<Staging>,
}

impl Journal {
    /// Begins the file that will be at `path`; one that is there stays until then, and for good where `existing` says so.
    ///
    /// # Errors
    /// Of kind `Output` if it cannot be written there.
    pub fn begin(path: &Path, existing: Existing) -> Result<Journal> {
        let failed = |error: io::Error| failure::output("cannot write", path, error);
        let mut staging = None;
        let to: Box<dyn Write + Send> = match standing(path)? {
            _ if path == Path::new("-") => Box::new(io::stdout()),
            Standing::Stream => Box::new(File::options().write(true).open(path).map_err(failed)?),
            _ => {
                target::check_file(path, existing)?;
                let begun = Staging::file(path, existing)?;
                let file = begun.handle.try_clone().map_err(failed)?;
                staging = Some(begun);
                Box::new(file)
            }
        };
        Ok(Journal { to: BufWriter::new(to), path: path.to_owned(), staging })
    }

    /// Adds to it.
    ///
    /// # Errors
    /// Of kind `Output` if the disk is full or takes no more for another reason.
    pub fn put(&mut self, text: &str) -> Result<()> {
        self.to.write_all(text.as_bytes()).map_err(|error| failure::output("cannot write", &self.path, error))
    }

    /// Everything is put: waits until it is on the disk. What is left to do is to give the file its name.
    ///
    /// # Errors
    /// Of kind `Output`, as [`put`](Journal::put).
    pub fn complete(mut self) -> Result<CompleteJournal> {
        let synced = self.to.flush().and_then(|()| match &self.staging {
            Some(staging) => staging.handle.sync_all(),
            None => Ok(()),
        });
        synced.map_err(|error| failure::output("cannot write", &self.path, error))?;
        Ok(CompleteJournal(self.staging))
    }
}

/// A file that is whole, and waits for its name; it goes if it gets none. Where no file is wanted, there is none.
#[derive(Default)]
#[must_use]
pub struct CompleteJournal(Option<Staging>);

impl CompleteJournal {
    /// Gives it its name.
    ///
    /// # Errors
    /// Of kind `Output` or `Io` if the file system refuses.
    pub fn publish(self) -> Result<()> {
        self.0.map_or(Ok(()), |mut staging| staging.publish())
    }
}
