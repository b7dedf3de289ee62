//! A job's inputs to a list of what is there now: path, size, time of change. Opens no file.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::time::UNIX_EPOCH;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::config::Job;
use super::entry::Entry;
use crate::error::{Error, Result};
use crate::source::{
    DocumentId, Filter, FoundFile, Input, Links, Location, Selection, Step, Unreadable, UnreadableReason,
};

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
    /// Time of the last change of the file or of what the file system says of it: whoever sets the other time back
    /// cannot set this one.
    pub changed: Option<i64>,
    /// What reads it.
    pub step: Step,
}

impl Sighting {
    /// The same, to be read whatever its times say.
    pub fn untrusted(self) -> Sighting {
        Sighting { modified: None, ..self }
    }

    /// Whether the input looks as it did when the entry was made.
    pub fn is_as(&self, entry: &Entry) -> bool {
        self.looks(entry.size, entry.modified, entry.changed)
    }

    /// Whether the input has that size and those times.
    pub fn looks(&self, size: u64, modified: Option<i64>, changed: Option<i64>) -> bool {
        // Manifests of earlier versions do not hold the second time.
        let alike = changed.is_none() || self.changed == changed;
        self.modified.is_some() && (self.size, self.modified) == (size, modified) && alike
    }
}

/// What the walk found.
#[derive(Debug)]
pub struct Survey {
    /// The inputs, in order; folders that cannot be read are among them.
    pub sightings: Vec<Sighting>,
    /// Those folders: what is in them is not known.
    pub folders: Vec<Unreadable>,
    /// Globs that matched nothing.
    pub unmatched: Vec<String>,
}

/// Looks at the inputs of the job; `now` is in nanoseconds since 1970.
///
/// # Errors
/// `Input` if an input of the job is not there; `Io` if the machine has nothing left to look with.
pub fn survey(job: &Job, now: i64, pool: &ThreadPool) -> Result<Survey> {
    let selection = selection(job)?;
    let (mut steps, mut folders) = (Vec::new(), Vec::new());
    for step in selection.walk()? {
        match step {
            Step::Passed(..) => {}
            Step::Unreadable(Unreadable { id, reason: UnreadableReason::Exhausted(number) }) => {
                return Err(Error::io("cannot read", id.path(), io::Error::from_raw_os_error(number)));
            }
            step => {
                folders.extend(folder(&step));
                steps.push(step);
            }
        }
    }
    let sightings = pool.install(|| steps.into_par_iter().filter_map(|step| sight(step, now)).collect());
    Ok(Survey { sightings, folders, unmatched: selection.filter.unmatched() })
}

fn folder(step: &Step) -> Option<Unreadable> {
    match step {
        Step::Unreadable(unreadable) if matches!(unreadable.reason, UnreadableReason::Folder(_)) => {
            Some(unreadable.clone())
        }
        _ => None,
    }
}

fn selection(job: &Job) -> Result<Selection> {
    Ok(Selection {
        inputs: job.inputs.iter().cloned().map(Input::Path).collect(),
        filter: Filter::new(&job.include, &job.exclude)?,
        base: None,
        links: if job.follow { Links::Follow } else { Links::PassOver },
        outputs: std::iter::once(&job.dataset).chain(&job.metrics_file).cloned().collect(),
    })
}

/// `None` for a file that is not there any more.
fn sight(step: Step, now: i64) -> Option<Sighting> {
    let metadata = match &step {
        Step::Found(FoundFile { location: Location::File(file), .. }) => match fs::metadata(file) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound && file.symlink_metadata().is_err() => return None,
            Err(_) => None,
        },
        _ => None,
    };
    let (Step::Found(FoundFile { id, .. }) | Step::Unreadable(Unreadable { id, .. }) | Step::Passed(_, id)) = &step;
    let id = id.clone();
    let size = metadata.as_ref().map_or(0, fs::Metadata::len);
    let changed = metadata.as_ref().and_then(changed);
    let modified = metadata.and_then(|metadata| nanoseconds(&metadata)).filter(|time| *time < now - tick(*time));
    Some(Sighting { id, size, modified, changed, step })
}

fn changed(metadata: &fs::Metadata) -> Option<i64> {
    metadata.ctime().checked_mul(1_000_000_000)?.checked_add(metadata.ctime_nsec())
}

fn tick(time: i64) -> i64 {
    if time % 1_000_000_000 == 0 { COARSE_TICK } else { TICK }
}

fn nanoseconds(metadata: &fs::Metadata) -> Option<i64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}
