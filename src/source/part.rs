//! A selection to parts of about equal size, which together are what its walk finds, in its order.
//!
//! A part is a few numbers, so that it can be sent to a machine that sees the same files. Looks at sizes, never into files.

use std::fs;

use serde::{Deserialize, Serialize};

use super::{FoundFile, Location, Selection, Step};
use crate::error::Result;

/// A run of what a walk finds. It means the same files for as long as none is added or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkPart {
    /// How many things the walk finds before it.
    pub first: u64,
    /// How many things it is.
    pub count: u64,
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
    /// Everything.
    pub const ALL: WalkPart = WalkPart { first: 0, count: u64::MAX, records: None };

    /// The steps of a walk that are in the part.
    pub fn of<S: Iterator<Item = Step>>(self, walk: S) -> impl Iterator<Item = Step> + use<S> {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let mut records = self.records;
        walk.skip(number(self.first)).take(number(self.count)).map(move |step| match (step, records.take()) {
            (Step::Found(FoundFile { id, location: Location::File(file) }), Some(records)) => {
                Step::Found(FoundFile { id, location: Location::Records(file, records) })
            }
            (step, _) => step,
        })
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

impl Selection {
    /// Parts of about so many bytes. `runs` says which records a larger file has; where it says nothing, the file is in one
    /// part.
    pub(crate) fn parts(&self, bytes: u64, mut runs: impl FnMut(FoundFile) -> Vec<RecordRun>) -> Result<Vec<WalkPart>> {
        let mut parts = Vec::new();
        let mut open = WalkPart { first: 0, count: 0, records: None };
        let mut filled = 0;
        for step in self.walk()? {
            let size = size(&step);
            if open.count > 0 && filled + size > bytes {
                let next = WalkPart { first: open.first + open.count, count: 0, records: None };
                parts.push(std::mem::replace(&mut open, next));
                filled = 0;
            }
            open.count += 1;
            filled += size;
            if let Step::Found(found) = step
                && size > bytes
            {
                let runs = runs(found);
                // The file is the only one in its part: no other goes with it, and none came before.
                if runs.len() > 1 {
                    let next = WalkPart { first: open.first + open.count, count: 0, records: None };
                    let whole = std::mem::replace(&mut open, next);
                    parts.extend(runs.into_iter().map(|run| WalkPart { records: Some(run), ..whole.clone() }));
                    filled = 0;
                }
            }
        }
        parts.extend((open.count > 0).then_some(open));
        Ok(parts)
    }
}

fn size(step: &Step) -> u64 {
    match step {
        Step::Found(FoundFile { location: Location::File(path), .. }) => {
            fs::metadata(path).map_or(0, |file| file.len())
        }
        _ => 0,
    }
}
