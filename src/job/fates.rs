//! What every input becomes, decided from the whole list in input order: the first of identical documents is the
//! row, and a later row with the same number says so.

use std::collections::HashSet;

use super::manifest::{BadReason, Entry, Fate, RowState};
use super::survey::Sighting;
use crate::source::DocumentId;

/// What reading one document showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// SHA-256 of its bytes, where it could be read.
    pub sha256: Option<String>,
    /// Where its row would stand, if it is a cable.
    pub row: Option<RowState>,
    /// Why it is bad, where it is.
    pub bad: Option<BadReason>,
    /// Whether the system let it be read.
    pub reach: Reach,
}

/// Whether the system lets an input be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// It does.
    #[default]
    Read,
    /// It does not, now: that says nothing about what is in it.
    OutOfReach,
}

/// One input on its way to an entry.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name.
    pub id: DocumentId,
    /// What the walk found of it.
    pub sight: Sight,
    /// Its entry in the published generation.
    pub before: Option<Entry>,
    /// What reading it showed, if it was read or is known.
    pub facts: Option<Facts>,
}

/// What the walk found of an input.
#[derive(Clone, Debug)]
pub enum Sight {
    /// It is there.
    Seen(Sighting),
    /// It was there, and cannot be looked at now: its folder cannot be read, or it never holds still. Its entry stays.
    Hidden,
    /// It was there, and is not any more.
    Gone,
}

impl Candidate {
    /// What the walk found, where the input is there.
    pub fn sighting(&self) -> Option<&Sighting> {
        match &self.sight {
            Sight::Seen(sighting) => Some(sighting),
            Sight::Hidden | Sight::Gone => None,
        }
    }

    /// The SHA-256 of its bytes, read now or known from before.
    fn sha256(&self) -> Option<&str> {
        match &self.facts {
            Some(facts) => facts.sha256.as_deref(),
            None => self.before.as_ref().and_then(|before| before.sha256.as_deref()),
        }
    }
}

/// The places of candidates that would be rows, if it were known what they hold: the copies of documents whose row
/// is gone.
pub fn unknown_rows(candidates: &[Candidate]) -> Vec<usize> {
    let mut owners = HashSet::new();
    let mut unknown = Vec::new();
    for (place, candidate) in candidates.iter().enumerate() {
        let Some(sha256) = candidate.sha256() else { continue };
        let known = candidate.facts.is_some();
        if owners.insert(sha256) && !known {
            unknown.push(place);
        }
    }
    unknown
}

/// The entry of every candidate.
pub fn decide(candidates: &[Candidate]) -> Vec<Entry> {
    let mut owners = HashSet::new();
    let mut numbers = HashSet::new();
    candidates.iter().map(|candidate| entry(candidate, fate(candidate, &mut owners, &mut numbers))).collect()
}

fn fate<'c>(candidate: &'c Candidate, owners: &mut HashSet<&'c str>, numbers: &mut HashSet<&'c str>) -> Fate {
    let Some(sha256) = candidate.sha256() else { return Fate::Nothing };
    if !owners.insert(sha256) {
        return Fate::Duplicate;
    }
    match candidate.facts.as_ref().and_then(|facts| facts.row.as_ref()) {
        Some(row) => Fate::Row(RowState { repeated: !numbers.insert(&row.mrn), ..row.clone() }),
        None => Fate::Nothing,
    }
}

fn entry(candidate: &Candidate, fate: Fate) -> Entry {
    let before = candidate.before.as_ref();
    let bad = match (&candidate.facts, before) {
        (Some(facts), _) => facts.bad.clone(),
        (None, before) => before.and_then(|before| before.bad.clone()),
    };
    let times = match (candidate.sighting(), before) {
        // What could not be read is looked at again the next time, whatever its times say.
        (Some(sighting), _) if bad.as_ref().is_some_and(BadReason::is_unreadable) => {
            (sighting.size, None, sighting.changed)
        }
        (Some(sighting), _) => (sighting.size, sighting.modified, sighting.changed),
        (None, Some(before)) => (before.size, before.modified, before.changed),
        (None, None) => (0, None, None),
    };
    let (size, modified, changed) = times;
    Entry {
        id: candidate.id.clone(),
        size,
        modified,
        changed,
        sha256: candidate.sha256().map(str::to_owned),
        fate,
        bad,
        tombstone: match candidate.sight {
            Sight::Seen(_) => false,
            Sight::Hidden => before.is_some_and(|before| before.tombstone),
            Sight::Gone => true,
        },
        parser: before.filter(|_| candidate.sighting().is_none()).and_then(|before| before.parser),
    }
}
