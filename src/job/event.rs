//! What a job reports while it runs; who listens decides what to show.

use std::path::Path;

use super::changes::Changes;
use super::entry::BadReason;
use super::generation::Generation;
use crate::convert::Summary;
use crate::error::Error;
use crate::source::{DocumentId, RecordId, UnreadableReason};

/// What a run reports while it runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobEvent<'e> {
    /// The lock is held, and the run begins.
    Start {
        /// Generation in force, if there is one.
        generation: Option<u64>,
    },
    /// No generation was in force, and this one is now.
    TakenUp(&'e Generation),
    /// It is known what changed.
    Plan(&'e Changes),
    /// A batch went by; these are the counts so far.
    Progress(&'e Summary),
    /// An input, or a record of it, is bad.
    FileError {
        /// Its name.
        input: &'e RecordId,
        /// Why it is bad.
        bad: &'e BadReason,
        /// Whether it was bad before.
        known: bool,
    },
    /// A published file is damaged; what it holds is made again from the inputs.
    Damaged {
        /// The file, or the folder whose list is damaged.
        path: &'e Path,
    },
    /// A folder of inputs cannot be read; what is known of it stays as it is.
    Hidden {
        /// The folder.
        folder: &'e DocumentId,
        /// Why.
        reason: &'e UnreadableReason,
        /// Known inputs in it.
        inputs: u64,
    },
    /// An input changes all the time: it stays as it was, and the next run reads it again.
    Restless(&'e DocumentId),
    /// A glob of the job matched nothing.
    Unmatched(&'e str),
    /// The files written were read again and hashed.
    Verified {
        /// How many.
        files: u64,
    },
    /// A generation is complete and current.
    Published(&'e Generation),
    /// Something beside the data could not be done; the run goes on, and the next one tries again.
    Postponed(&'e Error),
}

/// Listens to a job.
pub trait JobObserver: Sync {
    /// Receives one event.
    fn event(&self, event: JobEvent<'_>);
}
