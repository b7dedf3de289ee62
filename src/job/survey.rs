//! A job's inputs to a list of what is there now: path, size, time of change. Opens no file.

use std::fs;
use std::time::UNIX_EPOCH;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::config::Job;
use crate::error::Result;
use crate::source::{DocumentId, Filter, Found, Input, Links, Location, Selection, Step, Unreadable};

/// A file that changed this shortly before the run may change again without a new time: its time is not trusted.
/// So long is the tick of a clock that counts fractions of seconds...
const TICK: i64 = 20_000_000;
/// ...and so long that of a file system that does not.
const COARSE_TICK: i64 = 2_000_000_000;

/// One input as the walk found it.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// Its name.
    pub id: DocumentId,
    /// Bytes of the file.
    pub size: u64,
    /// Time of its last change in nanoseconds since 1970, if it can be trusted.
    pub modified: Option<i64>,
    /// What reads it.
    pub step: Step,
}

/// The inputs of the job, in order; `now` is in nanoseconds since 1970.
pub fn survey(job: &Job, now: i64, pool: &ThreadPool) -> Result<Vec<Sighting>> {
    let steps: Vec<Step> = selection(job)?.walk()?.filter(|step| !matches!(step, Step::Passed(..))).collect();
    Ok(pool.install(|| steps.into_par_iter().map(|step| sight(step, now)).collect()))
}

fn selection(job: &Job) -> Result<Selection> {
    Ok(Selection {
        inputs: job.inputs.iter().cloned().map(Input::Path).collect(),
        filter: Filter::new(&job.include, &job.exclude)?,
        links: if job.follow { Links::Follow } else { Links::PassOver },
        outputs: vec![job.dataset.clone()],
    })
}

fn sight(step: Step, now: i64) -> Sighting {
    let (id, metadata) = match &step {
        Step::Found(Found { id, location: Location::File(file) }) => (id, fs::metadata(file).ok()),
        Step::Found(Found { id, .. }) | Step::Unreadable(Unreadable { id, .. }) | Step::Passed(_, id) => (id, None),
    };
    let id = id.clone();
    let size = metadata.as_ref().map_or(0, fs::Metadata::len);
    let modified = metadata.and_then(|metadata| nanoseconds(&metadata)).filter(|time| *time < now - tick(*time));
    Sighting { id, size, modified, step }
}

fn tick(time: i64) -> i64 {
    if time % 1_000_000_000 == 0 { COARSE_TICK } else { TICK }
}

fn nanoseconds(metadata: &fs::Metadata) -> Option<i64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}
