//! Bad inputs: how many a run may have, and where their bytes are kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::outcome::{Outcome, Status};
use super::{MaxBad, OnBad};
use crate::error::{Error, Result};
use crate::schema::Record;
use crate::write::digest::hexadecimal;

/// Watches over the bad inputs of a run.
#[derive(Debug)]
pub struct BadInputs {
    treatment: Treatment,
    max_bad: MaxBad,
}

#[derive(Debug)]
enum Treatment {
    Skip,
    Keep(Quarantine),
    Fail,
}

impl BadInputs {
    /// Prepares for bad inputs; makes the quarantine folder, where one is wanted.
    pub fn open(on_bad: &OnBad, max_bad: MaxBad) -> Result<BadInputs> {
        let treatment = match on_bad {
            OnBad::Skip => Treatment::Skip,
            OnBad::Fail => Treatment::Fail,
            OnBad::Quarantine(folder) => Treatment::Keep(Quarantine::open(folder)?),
        };
        Ok(BadInputs { treatment, max_bad })
    }

    /// Lets a good input pass and treats a bad one; `bad` counts those so far, this one included.
    pub fn admit(&mut self, outcome: &Outcome, record: Option<&Record>, bad: u64) -> Result<()> {
        if !matches!(outcome.status, Status::DamagedCable(_) | Status::Unreadable(_)) {
            return Ok(());
        }
        match &mut self.treatment {
            Treatment::Skip => {}
            Treatment::Keep(quarantine) => quarantine.keep(outcome, record)?,
            Treatment::Fail => return Err(Error::BadInput(format!("{}: {}", outcome.path, outcome.status))),
        }
        match self.max_bad {
            MaxBad::Count(allowed) if bad > allowed => Err(Error::TooManyBad { bad, allowed }),
            _ => Ok(()),
        }
    }

    /// Fails if too many of `found` inputs were bad.
    pub fn check_budget(&self, bad: u64, found: u64) -> Result<()> {
        let allowed = self.max_bad.allowed(found);
        if bad > allowed { Err(Error::TooManyBad { bad, allowed }) } else { Ok(()) }
    }
}

/// A folder of raw bytes, each file named by its SHA-256, and `index.jsonl`, one line a bad input.
#[derive(Debug)]
struct Quarantine {
    folder: PathBuf,
    index: File,
}

impl Quarantine {
    fn open(folder: &Path) -> Result<Quarantine> {
        let refuse = |error: io::Error| {
            Error::Output(format!("cannot write the quarantine {}: {error}; name another folder", folder.display()))
        };
        fs::create_dir_all(folder).map_err(refuse)?;
        let index = OpenOptions::new().create(true).append(true).open(folder.join("index.jsonl")).map_err(refuse)?;
        Ok(Quarantine { folder: folder.to_owned(), index })
    }

    /// Keeps the bytes, where there are any: those of a file that could not be read, or that is too large to be
    /// held in memory, are only named.
    fn keep(&mut self, outcome: &Outcome, record: Option<&Record>) -> Result<()> {
        let sha256 = outcome.bytes.map(|(hash, _)| hexadecimal(&hash));
        if let (Some(sha256), Some(record)) = (&sha256, record) {
            let bytes = record.provenance.encoding.encode(&record.source_text).unwrap_or_default();
            self.keep_bytes(sha256, &bytes).map_err(|error| self.failure(error))?;
        }
        let line = json!({
            "path": outcome.path, "sha256": sha256, "code": code(&outcome.status), "line": first_line(record),
            "message": outcome.status.to_string(),
        });
        self.index.write_all(format!("{line}\n").as_bytes()).map_err(|error| self.failure(error))
    }

    fn keep_bytes(&self, sha256: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.folder.join(sha256))?;
        Ok(())
    }

    fn failure(&self, error: io::Error) -> Error {
        Error::Output(format!("cannot write the quarantine {}: {error}; free some space", self.folder.display()))
    }
}

fn code(status: &Status) -> &str {
    match status {
        Status::DamagedCable(detail) => detail.split(':').next().unwrap_or(detail),
        _ => "unreadable",
    }
}

fn first_line(record: Option<&Record>) -> Option<u32> {
    let is_error = |severity| severity == crate::diagnostic::Severity::Error;
    record?.diagnostics.iter().find(|diagnostic| is_error(diagnostic.code.severity()))?.line
}
