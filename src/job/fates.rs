//! What every record becomes, decided from the whole list in input order: the first of identical records is the row,
//! and a later row with the same number says so.

use std::collections::HashSet;

use super::entry::{Contents, Entry, Fate, RecordState, RowState};
use super::survey::Sighting;
use crate::source::DocumentId;
use crate::write::digest::Hash;

/// What reading one input showed. A record is a duplicate here where it is not known what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What is in it; where each row would be, if it is to be one.
    pub contents: Contents,
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
    pub presence: Presence,
    /// Its entry in the published generation.
    pub before: Option<Entry>,
    /// What reading it showed, if it was read or is known.
    pub facts: Option<Facts>,
}

/// What the walk found of an input.
#[derive(Clone, Debug)]
pub enum Presence {
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
        match &self.presence {
            Presence::Seen(sighting) => Some(sighting),
            Presence::Hidden | Presence::Gone => None,
        }
    }

    /// Whether the input is not there any more.
    pub fn is_gone(&self) -> bool {
        matches!(self.presence, Presence::Gone)
    }

    /// Whether the input was there for the published generation, and is not any more.
    pub fn is_newly_gone(&self) -> bool {
        self.is_gone() && self.before.as_ref().is_some_and(|before| !before.tombstone)
    }

    /// Whether the input was there, and cannot be looked at now.
    pub fn is_hidden(&self) -> bool {
        matches!(self.presence, Presence::Hidden)
    }

    /// Whether the input is not seen and its rows are to stay.
    pub fn has_kept_rows(&self) -> bool {
        self.sighting().is_none() && self.facts.as_ref().is_some_and(|facts| facts.contents.has_rows())
    }

    /// What is in it, read now or known from before.
    pub fn contents(&self) -> Option<&Contents> {
        self.facts.as_ref().map(|facts| &facts.contents).or(self.before.as_ref().map(|before| &before.contents))
    }

    /// What the walk found, where the system lets the input be read, as far as that is known.
    pub fn readable(&self) -> Option<&Sighting> {
        self.sighting().filter(|_| self.facts.as_ref().is_none_or(|facts| facts.reach == Reach::Read))
    }
}

/// The places of candidates with records that would be rows, if it were known what they hold: the copies of records
/// whose row is gone.
pub fn unknown_rows(candidates: &[Candidate]) -> Vec<usize> {
    let mut owners = Owners::default();
    let mut unknown = Vec::new();
    for (place, candidate) in candidates.iter().enumerate() {
        if owners.fates(candidate).contains(&OwnFate::Unknown) {
            unknown.push(place);
        }
    }
    unknown
}

/// The entry of every candidate.
pub fn decide(candidates: &[Candidate]) -> Vec<Entry> {
    let mut owners = Owners::default();
    let mut numbers = HashSet::new();
    let entry = |candidate| {
        let (contents, freshness) = contents(candidate, &mut owners, &mut numbers);
        entry(candidate, contents, freshness)
    };
    candidates.iter().map(entry).collect()
}

/// The texts that are rows, or would be, were they cables.
#[derive(Default)]
struct Owners<'c>(HashSet<&'c Hash>);

/// What a record is as far as copies are concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OwnFate {
    /// Its text comes for the first time.
    First,
    /// Its text comes for the first time, and it is not known what is in it.
    Unknown,
    /// It is a copy.
    Copy,
}

impl<'c> Owners<'c> {
    /// What the records of a candidate are. One that is gone leaves nothing if it leaves no row.
    fn fates(&mut self, candidate: &'c Candidate) -> Vec<OwnFate> {
        let Some(contents) = candidate.contents() else { return Vec::new() };
        let is_new = |record: &RecordState| record.text.is_none_or(|text| !self.0.contains(&text));
        if candidate.is_gone() && !contents.records_of_rows().any(is_new) {
            return Vec::new();
        }
        contents.records.iter().map(|record| self.fate(candidate, record)).collect()
    }

    fn fate(&mut self, candidate: &Candidate, record: &'c RecordState) -> OwnFate {
        let is_unknown = record.fate == Fate::Duplicate;
        match &record.text {
            None => OwnFate::First,
            // What cannot be looked into stays the copy it was.
            Some(_) if is_unknown && candidate.readable().is_none() => OwnFate::Copy,
            Some(text) if !self.0.insert(text) => OwnFate::Copy,
            Some(_) if is_unknown => OwnFate::Unknown,
            Some(_) => OwnFate::First,
        }
    }
}

/// Whether rows say what they should.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freshness {
    /// They do.
    Fresh,
    /// They cannot be made again now, though what other rows mean to them has changed.
    Stale,
}

fn contents<'c>(
    candidate: &'c Candidate,
    owners: &mut Owners<'c>,
    numbers: &mut HashSet<&'c str>,
) -> (Contents, Freshness) {
    let mut freshness = Freshness::Fresh;
    let Some(contents) = candidate.contents() else { return (Contents::default(), freshness) };
    let own = owners.fates(candidate);
    if own.is_empty() && candidate.is_gone() {
        return (Contents::default(), freshness);
    }
    let is_read = candidate.readable().is_some();
    let fate = |(own, record): (OwnFate, &'c RecordState)| match (own, &record.fate) {
        (OwnFate::Copy, _) => Fate::Duplicate,
        (_, Fate::Row(row)) => {
            let mut repeated = !numbers.insert(&row.mrn);
            if !is_read && repeated != row.repeated {
                (repeated, freshness) = (row.repeated, Freshness::Stale);
            }
            Fate::Row(RowState { repeated, ..row.clone() })
        }
        (_, Fate::Duplicate | Fate::Nothing) => Fate::Nothing,
    };
    let fates: Vec<Fate> = own.into_iter().zip(contents.records.iter()).map(fate).collect();
    let pairs = || contents.records.iter().zip(&fates);
    if pairs().all(|(record, fate)| record.fate == *fate) {
        return (contents.clone(), freshness);
    }
    // What is to be said of a copy is said of the record that it equals.
    let remark = |record: &RecordState, fate: &Fate| record.remark.clone().filter(|_| *fate != Fate::Duplicate);
    let records = pairs()
        .map(|(record, fate)| RecordState { fate: fate.clone(), remark: remark(record, fate), ..record.clone() })
        .collect();
    (Contents { records, ..contents.clone() }, freshness)
}

fn entry(candidate: &Candidate, contents: Contents, freshness: Freshness) -> Entry {
    let before = candidate.before.as_ref();
    let times = match (candidate.sighting(), before) {
        // What the system did not let be read is read the next time, whatever its times say, and so is what is stale.
        (Some(sighting), _) if candidate.facts.as_ref().is_some_and(|facts| facts.reach == Reach::OutOfReach) => {
            (sighting.size, None, sighting.changed)
        }
        (Some(sighting), _) => (sighting.size, sighting.modified, sighting.changed),
        (None, Some(before)) if freshness == Freshness::Stale => (before.size, None, before.changed),
        (None, Some(before)) => (before.size, before.modified, before.changed),
        (None, None) => (0, None, None),
    };
    let (size, modified, changed) = times;
    Entry {
        id: candidate.id.clone(),
        size,
        modified,
        changed,
        contents,
        tombstone: match candidate.presence {
            Presence::Seen(_) => false,
            Presence::Hidden => before.is_some_and(|before| before.tombstone),
            Presence::Gone => true,
        },
        parser: before.filter(|_| candidate.sighting().is_none()).and_then(|before| before.parser),
    }
}
