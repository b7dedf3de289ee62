//! A selection to parts of about equal size, which together are what its walk finds, in its order.
//!
//! A part is a name and a few numbers, so that it can be sent to a machine that sees the same files. Looks at sizes, never
//! into files.

use std::fs;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{FoundFile, Location, Step};
use crate::error::{Error, Result};

/// A run of what a walk finds, by the names of the walk. What comes before or after it may change; where it has itself
/// changed, reading it fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkPart {
    /// The name of the first thing.
    pub first: String,
    /// How many things it is.
    pub count: u64,
    /// The first eight bytes of the SHA-256 of their names in order, each with a NUL after it.
    pub names: u64,
    /// The records that it is, where it is only some of those of one file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<RecordRun>,
}

/// A run of the records of a file. Their sizes are known, so that whoever reads some of them cuts a damaged file as one who
/// reads it from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRun {
    /// Number of bytes of the file; if it has another, its records are not known.
    pub file_size: u64,
    /// Number of the first record, counted from 0.
    pub number: u32,
    /// Its first byte.
    pub start: u64,
    /// Number of bytes of each record.
    pub sizes: Vec<u64>,
    /// The record before them that says how they are read, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<RecordHead>,
}

/// A record that says how those after it are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHead {
    /// Its first byte.
    pub start: u64,
    /// Number of its bytes.
    pub size: u64,
}

impl WalkPart {
    /// The steps of a walk that are in the part, and what says afterwards whether they were those of the part.
    pub(crate) fn of<S: Iterator<Item = Step>>(self, walk: S) -> (PartSteps<S>, PartCheck) {
        let check = PartCheck { first: self.first.clone(), has_changed: Arc::default() };
        let has_changed = check.has_changed.clone();
        (PartSteps { walk, part: self, met: NameRun::default(), has_changed }, check)
    }
}

/// The steps of a walk that are in a part.
pub(crate) struct PartSteps<S> {
    walk: S,
    part: WalkPart,
    met: NameRun,
    has_changed: Arc<AtomicBool>,
}

impl<S: Iterator<Item = Step>> Iterator for PartSteps<S> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.met.count == self.part.count {
            return None;
        }
        let step = match self.met.count {
            0 => self.walk.find(|step| step.name() == self.part.first),
            _ => self.walk.next(),
        };
        if let Some(step) = &step {
            self.met.add(step.name());
        }
        if step.is_none() || self.met.count == self.part.count && self.met.hash() != self.part.names {
            self.has_changed.store(true, Ordering::Relaxed);
        }
        Some(match (step?, self.part.records.take()) {
            (Step::Found(FoundFile { id, location: Location::File(file) }), Some(records)) => {
                Step::Found(FoundFile { id, location: Location::Records(file, records) })
            }
            (step, _) => step,
        })
    }
}

/// Whether a walk found a part as it was made, as far as its steps were taken.
pub(crate) struct PartCheck {
    first: String,
    has_changed: Arc<AtomicBool>,
}

impl PartCheck {
    /// Refuses a part that has changed.
    pub(crate) fn check(&self) -> Result<()> {
        match self.has_changed.load(Ordering::Relaxed) {
            false => Ok(()),
            true => Err(Error::input(format!(
                "the files changed since the parts were made: the part that begins with {} is not as it was; make the \
                 parts again",
                self.first
            ))),
        }
    }
}

/// Names that come one after another.
#[derive(Default)]
struct NameRun {
    first: Option<String>,
    count: u64,
    hasher: Sha256,
}

impl NameRun {
    fn add(&mut self, name: &str) {
        self.first.get_or_insert_with(|| name.to_owned());
        self.count += 1;
        self.hasher.update(name);
        self.hasher.update([0]);
    }

    fn hash(&self) -> u64 {
        let hash: [u8; 32] = self.hasher.clone().finalize().into();
        hash.first_chunk().copied().map_or(0, u64::from_le_bytes)
    }

    /// The part that they are; none where there is no name.
    fn part(self) -> Option<WalkPart> {
        let (count, names) = (self.count, self.hash());
        self.first.map(|first| WalkPart { first, count, names, records: None })
    }
}

impl RecordRun {
    /// Runs of about so many bytes of a file of that size whose records begin there, some of them heads.
    pub(crate) fn all(starts: &[u64], heads: &[RecordHead], file_size: u64, bytes: u64) -> Vec<RecordRun> {
        let least = file_size.div_ceil(file_size.div_ceil(bytes.max(1)).max(1));
        let mut runs: Vec<RecordRun> = Vec::new();
        let mut filled = least;
        let ends = starts.iter().skip(1).chain([&file_size]);
        for (number, (&start, &end)) in (0..).zip(starts.iter().zip(ends)) {
            if filled >= least {
                let before = heads.partition_point(|head| head.start < start);
                let head = before.checked_sub(1).map(|last| heads[last]);
                runs.push(RecordRun { file_size, number, start, sizes: Vec::new(), head });
                // What was too much in the last is less in this one.
                filled %= least;
            }
            if let Some(run) = runs.last_mut() {
                run.sizes.push(end - start);
            }
            filled += end - start;
        }
        runs
    }
}

/// Parts of about so many bytes of what a walk finds. `runs` says which records a larger file has; where it says nothing, the
/// file is in one part.
pub(crate) fn parts(
    walk: impl Iterator<Item = Step>,
    bytes: u64,
    mut runs: impl FnMut(FoundFile) -> Vec<RecordRun>,
) -> Vec<WalkPart> {
    let mut parts = Vec::new();
    let (mut open, mut filled) = (NameRun::default(), 0);
    for step in walk {
        let size = size(&step);
        if open.count > 0 && filled + size > bytes {
            parts.extend(mem::take(&mut open).part());
            filled = 0;
        }
        open.add(step.name());
        filled += size;
        if let Step::Found(found) = step
            && size > bytes
        {
            let runs = runs(found);
            // The file is the only one in its part: no other goes with it, and none came before.
            if runs.len() > 1
                && let Some(whole) = mem::take(&mut open).part()
            {
                parts.extend(runs.into_iter().map(|run| WalkPart { records: Some(run), ..whole.clone() }));
                filled = 0;
            }
        }
    }
    parts.extend(open.part());
    parts
}

fn size(step: &Step) -> u64 {
    match step {
        Step::Found(FoundFile { location: Location::File(path), .. }) => {
            fs::metadata(path).map_or(0, |file| file.len())
        }
        _ => 0,
    }
}
