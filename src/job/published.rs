//! What the generation in force says of itself to a run, and what becomes of a job that asks more than it can say.

use super::manifest::Manifest;
use super::{JobRun, Mode, OnMissing};
use crate::error::{Error, ErrorKind, Result};

impl JobRun<'_> {
    /// The manifest in force; a full run does without one that is damaged, unless the job asks what was there before.
    pub fn published_manifest(&self) -> Result<Option<Manifest>> {
        let Some(current) = &self.current else { return Ok(None) };
        let asks_back = self.job.on_missing != OnMissing::Drop;
        match Manifest::read(&current.path) {
            Err(_) if self.request.mode == Mode::Full && !asks_back => Ok(None),
            Err(error) if error.kind() == ErrorKind::Verification => Err(match asks_back {
                true => nothing_is_known(&error.to_string()),
                false => Error::verification(format!("{error}; run with --full to make everything again")),
            }),
            manifest => manifest.map(Some),
        }
    }
}

/// What was published before is damaged, and the job asks what it was.
pub fn nothing_is_known(damage: &str) -> Error {
    Error::verification(format!(
        "{damage}: it said which inputs there were, and which rows were kept without one; go back to a sound generation \
         with `cablegram rollback`, or start over with --full --on-missing drop"
    ))
}
