//! The files of a walk, noted as they are found: where each is, how many bytes it has, and when it was last changed.
//!
//! What becomes of a file is reported in the order of the walk, so that few are kept at a time.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Mutex;

use jiff::{Timestamp, Unit};

use crate::mutex::locked;
use crate::source::{Location, Step};

/// Files that were found and not yet reported.
#[derive(Debug, Default)]
pub struct Delivery(Mutex<VecDeque<Delivered>>);

/// One delivered file.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Its name, as in `source.path`.
    pub path: String,
    /// Where it is.
    pub file: PathBuf,
    /// Number of bytes.
    pub size: u64,
    /// When it was last changed, where the system knows.
    pub modified: Option<Timestamp>,
}

impl Delivery {
    /// Notes what the walk found.
    pub fn note(&self, step: &Step) {
        let Step::Found(found) = step else { return };
        let Location::File(file) = &found.location else { return };
        // A file that is gone, or cannot be looked at, is reported when it is read.
        let Ok(metadata) = file.metadata() else { return };
        // All forms of an inventory can hold microseconds.
        let micros =
            |modified| Timestamp::try_from(modified).and_then(|at: Timestamp| at.round(Unit::Microsecond)).ok();
        let modified = metadata.modified().ok().and_then(micros);
        let delivered =
            Delivered { path: found.id.path().to_owned(), file: file.clone(), size: metadata.len(), modified };
        locked(&self.0).push_back(delivered);
    }

    /// The file of that name, where it is one; lets those before it go.
    pub fn find(&self, path: &str) -> Option<Delivered> {
        let mut waiting = locked(&self.0);
        let at = waiting.iter().position(|delivered| delivered.path == path)?;
        waiting.drain(..at);
        waiting.front().cloned()
    }
}
