//! Bad inputs: how many a run may have, and where their bytes are kept.

use super::outcome::Outcome;
use super::quarantine::{BadInput, Quarantine};
use super::{MaxBad, OnBad};
use crate::error::{Error, Result};
use crate::schema::Row;
use crate::write::digest::hexadecimal;

/// Watches over the bad inputs of a run.
#[derive(Debug)]
pub struct BadPolicy {
    fails: bool,
    quarantine: Option<Quarantine>,
    max_bad: MaxBad,
}

impl BadPolicy {
    /// Prepares for bad inputs; makes the quarantine folder, where one is asked for.
    pub fn open(on_bad: &OnBad, max_bad: MaxBad) -> Result<BadPolicy> {
        let quarantine = match on_bad {
            OnBad::Skip | OnBad::Fail => None,
            OnBad::Quarantine(folder) => Some(Quarantine::open(folder)?),
        };
        Ok(BadPolicy { fails: *on_bad == OnBad::Fail, quarantine, max_bad })
    }

    /// Lets a good input pass and treats a bad one; `bad` counts those so far, this one included.
    pub fn admit(&mut self, outcome: &Outcome, record: Option<&Row>, bad: u64) -> Result<()> {
        if !outcome.status.is_bad() {
            return Ok(());
        }
        if self.fails {
            return Err(Error::bad_input(&outcome.id, &outcome.status));
        }
        if let Some(quarantine) = &mut self.quarantine {
            keep(quarantine, outcome, record)?;
        }
        match self.max_bad {
            MaxBad::Count(allowed) if bad > allowed => Err(Error::too_many_bad(bad, allowed, "see the report")),
            _ => Ok(()),
        }
    }

    /// Fails if too many of `found` inputs were bad.
    pub fn check_budget(&self, bad: u64, found: u64) -> Result<()> {
        let allowed = self.max_bad.allowed(found);
        if bad > allowed { Err(Error::too_many_bad(bad, allowed, "see the report")) } else { Ok(()) }
    }
}

/// Keeps the bytes, where there are any: those of a file that could not be read, or that is too large to be held in
/// memory, are only named.
fn keep(quarantine: &mut Quarantine, outcome: &Outcome, record: Option<&Row>) -> Result<()> {
    let sha256 = outcome.proof.map(|proof| hexadecimal(&proof.sha256));
    if let (Some(sha256), Some(record)) = (&sha256, record) {
        quarantine.keep(sha256, &record.provenance.encoding.encode(&record.source_text).unwrap_or_default())?;
    }
    quarantine.note(&BadInput {
        id: &outcome.id,
        sha256: sha256.as_deref(),
        code: outcome.status.bad_code().unwrap_or_default(),
        message: &outcome.status.to_string(),
        line: first_line(record),
    })
}

fn first_line(record: Option<&Row>) -> Option<u32> {
    let is_error = |severity| severity == crate::diagnostic::Severity::Error;
    record?.diagnostics.iter().find(|diagnostic| is_error(diagnostic.code.severity()))?.line
}
