//! Entries to a report, and to a refusal where a run would do what the job does not allow.

use std::collections::HashMap;

use super::entry::Entry;
use super::fates::Candidate;
use super::{Changes, JobEvent, JobRun, Missing, OnChanged, OnError, OnMissing, Report, RowChanges, changes};
use crate::convert::{Empty, MaxBad};
use crate::count;
use crate::error::{Error, Result};
use crate::source::{DocumentId, RecordId};

/// Where bad inputs are named.
const NAMED: &str = "see above which";

/// Rows that a share of `max_missing` always allows: of a few, each is a large share.
const FEW_ROWS: u64 = 10;

impl JobRun<'_> {
    /// Refuses a run in which inputs are gone, where the job says that none may be.
    pub fn check_missing(&self, candidates: &[Candidate]) -> Result<()> {
        if self.job.on_missing != OnMissing::Fail {
            return Ok(());
        }
        let named =
            |is_meant: fn(&Candidate) -> bool| names(candidates.iter().filter(|one| is_meant(one)).map(|one| &one.id));
        if let Some(gone) = named(Candidate::is_newly_gone) {
            let advice = "on_missing = \"drop\" lets their rows go, \"keep\" keeps them";
            return Err(Error::input(format!("inputs are gone: {gone}; {advice}")));
        }
        if let Some(hidden) = named(Candidate::is_hidden) {
            let advice = "see the folders that cannot be read";
            return Err(Error::input(format!("inputs cannot be looked at: {hidden}; {advice}")));
        }
        Ok(())
    }

    /// Counts what the run does; refuses what the job does not allow.
    pub fn count_and_refuse(
        &self,
        candidates: &[Candidate],
        entries: &[Entry],
        changes: Changes,
        hidden_folders: u64,
    ) -> Result<Report> {
        let mut report = Report { changes, hidden_folders, ..Report::default() };
        let mut losses = Vec::new();
        for (input, changes) in changes::row_changes(candidates, entries) {
            report.row_changes.add(changes);
            if changes.lost + changes.altered_inputs > 0 {
                losses.push((input, changes));
            }
        }
        let mut records = 0;
        for (candidate, entry) in candidates.iter().zip(entries) {
            let rows = entry.rows().count() as u64;
            report.rows += rows;
            report.tombstones += if entry.tombstone { rows } else { 0 };
            report.duplicates += entry.contents.duplicates().count() as u64;
            if candidate.sighting().is_none() {
                continue;
            }
            report.not_cables += u64::from(entry.contents.is_no_cable());
            report.hidden_inputs += u64::from(candidate.readable().is_none() && rows > 0);
            records += entry.contents.records.len().max(1) as u64;
            let known = known_bad(candidate);
            for (record, bad, sha256) in entry.contents.bad(&entry.id) {
                let known = known.get(&record).is_some_and(|known| *known == sha256);
                *if known { &mut report.known_bad } else { &mut report.new_bad } += 1;
                self.observer.event(JobEvent::FileError { input: &record, bad, known });
            }
        }
        if self.job.on_error == OnError::Fail && report.new_bad > 0 {
            return Err(Error::too_many_bad(report.new_bad, 0, NAMED));
        }
        let allowed = self.job.max_bad.allowed(records);
        if report.new_bad > allowed {
            return Err(Error::too_many_bad(report.new_bad, allowed, NAMED));
        }
        self.check_rows(candidates, report.row_changes, &losses)?;
        if report.rows == 0 && report.changes.found > 0 && self.request.empty == Empty::Refuse {
            let inputs = count::count(report.changes.found, "input", "inputs");
            return Err(Error::input(format!("no cable among {inputs}; check inputs, or allow it with --allow-empty")));
        }
        Ok(report)
    }

    /// Refuses a run that removes more rows than the job allows in one run, or in which an input of an archive has lost a
    /// text.
    fn check_rows(
        &self,
        candidates: &[Candidate],
        rows: RowChanges,
        losses: &[(&DocumentId, RowChanges)],
    ) -> Result<()> {
        let named = |is_meant: fn(&RowChanges) -> bool| {
            names(losses.iter().filter(|(_, loss)| is_meant(loss)).map(|(input, _)| *input)).unwrap_or_default()
        };
        let before = candidates.iter().filter_map(|one| one.before.as_ref()).flat_map(Entry::rows);
        let allowed = match self.job.max_missing {
            MaxBad::Percent(_) => self.job.max_missing.allowed(before.count() as u64).max(FEW_ROWS),
            other => other.allowed(0),
        };
        let lost = rows.lost;
        if self.request.missing == Missing::AsJobSays && lost > allowed {
            let inputs = named(|loss| loss.lost > 0);
            let advice = "see whether an input is empty or not mounted; allow it this once with --allow-missing";
            return Err(Error::input(format!(
                "{lost} rows would go, more than the {allowed} of max_missing, of {inputs}; {advice}"
            )));
        }
        if self.job.on_changed == OnChanged::Fail && rows.altered_inputs > 0 {
            let inputs = named(|loss| loss.altered_inputs > 0);
            let advice = "on_changed = \"take\" takes what they say now";
            return Err(Error::input(format!("inputs have another text than before: {inputs}; {advice}")));
        }
        Ok(())
    }
}

/// So many inputs are named in a message.
const MOST_NAMES: usize = 5;

/// The names of inputs, as a message says them; `None` where there are none.
fn names<'i>(inputs: impl Iterator<Item = &'i DocumentId>) -> Option<String> {
    let mut inputs = inputs.map(DocumentId::to_string);
    let shown: Vec<String> = inputs.by_ref().take(MOST_NAMES).collect();
    let number = shown.len() + inputs.count();
    (number > 0).then(|| count::named(&shown, number as u64))
}

/// What was bad before, each with the SHA-256 of its bytes.
fn known_bad(candidate: &Candidate) -> HashMap<RecordId, Option<&str>> {
    let before = candidate.before.iter().flat_map(|before| before.contents.bad(&before.id));
    before.map(|(record, _, sha256)| (record, sha256)).collect()
}
