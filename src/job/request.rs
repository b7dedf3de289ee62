//! What one run of a job is asked to do.

use jiff::Timestamp;

use crate::convert::{Empty, StopFlag};

/// What one run is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is rebuilt.
    pub mode: Mode,
    /// What a run that finds no input is.
    pub empty: Empty,
    /// How many rows may go in this run.
    pub missing: Missing,
    /// What becomes of a hold.
    pub hold: AtHold,
    /// Ends the run early.
    pub stop: StopFlag,
    /// Gives the time.
    pub now: fn() -> Timestamp,
}

/// How many rows may go in this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// As many as the job allows.
    #[default]
    AsJobSays,
    /// Any number, this once.
    Allow,
}

/// What becomes of the hold that a rollback left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AtHold {
    /// It holds while the inputs do not change.
    #[default]
    Respect,
    /// It ends.
    Release,
}

/// What is rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// What changed.
    #[default]
    Incremental,
    /// What changed, and bad inputs even if they did not.
    Requeue,
    /// Everything.
    Full,
}
