//! Inputs as the walk finds them, beside what is known of them, to candidates: what is there, what is hidden and what is
//! gone.
//!
//! What cannot be looked at is never taken for gone: its entry stays as it is.

use std::collections::{HashMap, HashSet};

use super::entry::{Contents, Entry};
use super::fates::{Candidate, Facts, Presence, Reach};
use super::survey::{Sighting, Survey, survey};
use super::{JobEvent, JobRun, Mode, OnMissing};
use crate::error::Result;
use crate::source::{DocumentId, Unreadable};

/// How often each input changed under the run.
pub type ChangeCounts = HashMap<DocumentId, u32>;

impl JobRun<'_> {
    pub fn survey(&self) -> Result<Survey> {
        let now = i64::try_from((self.request.now)().as_nanosecond()).unwrap_or(i64::MAX);
        let survey = survey(self.job, now, &self.pool)?;
        survey.unmatched.iter().for_each(|glob| self.observer.event(JobEvent::Unmatched(glob)));
        Ok(survey)
    }

    /// Every input that is there, and every one that is known and was not found, in input order; and how many folders
    /// cannot be read.
    pub fn candidates(
        &self,
        survey: Survey,
        before: Vec<Entry>,
        full: bool,
        change_counts: &ChangeCounts,
    ) -> Result<(Vec<Candidate>, u64)> {
        let Survey { mut sightings, mut folders, .. } = survey;
        // A folder of which nothing is known hides no row: it is an input that cannot be read.
        folders.retain(|folder| self.hides(folder, &before));
        sightings.retain(|sighting| folders.iter().all(|folder| folder.id != sighting.id));
        let present: HashSet<DocumentId> = sightings.iter().map(|sighting| sighting.id.clone()).collect();
        let mut known: HashMap<DocumentId, Entry> = HashMap::new();
        let mut missing = Vec::new();
        for entry in before {
            match present.contains(&entry.id) {
                true => drop(known.insert(entry.id.clone(), entry)),
                false => missing.push(entry),
            }
        }
        let seen = sightings.into_iter().map(|sighting| {
            let before = known.remove(&sighting.id);
            match change_counts.get(&sighting.id) {
                Some(2..) => self.left_as_it_was(sighting, before),
                Some(_) => Candidate {
                    id: sighting.id.clone(),
                    facts: None,
                    presence: Presence::Seen(sighting.untrusted()),
                    before,
                },
                None => {
                    let known = before.as_ref().filter(|entry| !full && self.is_trusted(&sighting, entry));
                    let facts = known.map(known_facts);
                    Candidate { id: sighting.id.clone(), facts, presence: Presence::Seen(sighting), before }
                }
            }
        });
        let seen = seen.collect();
        let missing = missing.into_iter().map(|entry| {
            let is_hidden = folders.iter().any(|folder| is_below(&folder.id, &entry.id));
            if is_hidden { hidden_candidate(entry) } else { self.gone(entry) }
        });
        Ok((in_input_order(seen, missing.collect()), folders.len() as u64))
    }

    /// Whether a folder that cannot be read hides known inputs; reports them.
    fn hides(&self, folder: &Unreadable, before: &[Entry]) -> bool {
        let inputs = before.iter().filter(|entry| is_below(&folder.id, &entry.id)).count() as u64;
        if inputs > 0 {
            self.observer.event(JobEvent::Hidden { folder: &folder.id, reason: &folder.reason, inputs });
        }
        inputs > 0
    }

    /// An input that changes whenever it is read stays as it was, and is read again the next time.
    fn left_as_it_was(&self, sighting: Sighting, before: Option<Entry>) -> Candidate {
        self.observer.event(JobEvent::Restless(&sighting.id));
        match before {
            Some(entry) => hidden_candidate(Entry { modified: None, ..entry }),
            None => Candidate {
                id: sighting.id.clone(),
                facts: Some(Facts::default()),
                presence: Presence::Seen(sighting.untrusted()),
                before: None,
            },
        }
    }

    /// An input that is not there any more: its rows are kept only if the job says so, or if they were kept before and the
    /// job lets no rows go.
    fn gone(&self, entry: Entry) -> Candidate {
        let keeps = match self.job.on_missing {
            OnMissing::Keep => true,
            OnMissing::Fail => entry.tombstone,
            OnMissing::Drop => false,
        };
        let facts = if keeps { known_facts(&entry) } else { Facts::default() };
        Candidate { id: entry.id.clone(), facts: Some(facts), presence: Presence::Gone, before: Some(entry) }
    }

    /// Whether an input is what it was, so that it need not be read. What is bad by its bytes stays bad while they are
    /// the same; of what the system did not let be read, no time is kept.
    fn is_trusted(&self, sighting: &Sighting, entry: &Entry) -> bool {
        let is_known = entry.contents.sha256.is_some() || entry.contents.bad.is_some();
        sighting.is_as(entry) && is_known && !(self.request.mode == Mode::Requeue && entry.contents.is_bad())
    }
}

/// An input that cannot be looked at: its entry stays as it is.
fn hidden_candidate(entry: Entry) -> Candidate {
    Candidate {
        id: entry.id.clone(),
        facts: Some(known_facts(&entry)),
        presence: Presence::Hidden,
        before: Some(entry),
    }
}

/// Whether an input lies in that folder.
fn is_below(folder: &DocumentId, input: &DocumentId) -> bool {
    let folder = folder.path();
    folder.is_empty() || input.path().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether an input that has a row cannot be read now. What cannot be looked at is never taken for gone.
pub fn hides_row(candidate: &Candidate, facts: &Facts) -> bool {
    facts.reach == Reach::OutOfReach && candidate.before.as_ref().is_some_and(|before| before.contents.has_rows())
}

/// What is known of an input that cannot be read now.
pub fn kept_facts(candidate: &Candidate, facts: Facts) -> Facts {
    let known = candidate.before.as_ref().map(known_facts).unwrap_or_default();
    // The failure of a member is one of the whole here.
    let bad = facts.contents.bad(&candidate.id).next().map(|(_, bad, _)| bad.clone());
    Facts { contents: Contents { bad, ..known.contents }, reach: Reach::OutOfReach }
}

/// What an entry says of an input that did not change.
fn known_facts(entry: &Entry) -> Facts {
    Facts { contents: entry.contents.clone(), reach: Reach::Read }
}

/// Puts inputs that were not found where the walk would have found them.
fn in_input_order(seen: Vec<Candidate>, gone: Vec<Candidate>) -> Vec<Candidate> {
    if gone.is_empty() {
        return seen;
    }
    let mut gone = gone.into_iter().peekable();
    let mut merged = Vec::with_capacity(seen.len());
    for candidate in seen {
        while let Some(earlier) = gone.next_if(|one| one.id < candidate.id) {
            merged.push(earlier);
        }
        merged.push(candidate);
    }
    merged.extend(gone);
    merged
}
