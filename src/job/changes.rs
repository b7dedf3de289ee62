//! What changed since the published generation, and which of its files that touches.

use std::collections::{BTreeMap, HashSet};

use super::fates::{Candidate, Sight};
use super::manifest::{Entry, Manifest};
use super::targets::Touched;
use crate::source::DocumentId;

/// How much changed since the published generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Inputs found.
    pub found: u64,
    /// Inputs that are new, or have another size or time.
    pub changed: u64,
    /// Inputs that are gone.
    pub missing: u64,
    /// Known inputs that cannot be looked at now.
    pub hidden: u64,
    /// Whether everything is made again.
    pub full: bool,
}

/// Compares what was found with what was published.
pub fn count(candidates: &[Candidate], full: bool) -> Changes {
    let mut changes = Changes { full, ..Changes::default() };
    for candidate in candidates {
        let before = candidate.before.as_ref();
        match &candidate.sight {
            Sight::Gone => changes.missing += u64::from(before.is_some_and(|entry| !entry.tombstone)),
            Sight::Hidden => changes.hidden += 1,
            Sight::Seen(sighting) => {
                changes.found += 1;
                changes.changed += u64::from(before.is_none_or(|entry| !sighting.is_as(entry)));
            }
        }
    }
    changes
}

/// How what is known now differs from what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Nothing does.
    None,
    /// Times of inputs do, and nothing else.
    Times,
    /// There is something to publish.
    Data,
}

/// How the entries differ from those of the published generation.
pub fn difference(candidates: &[Candidate], entries: &[Entry]) -> Drift {
    let pairs = || candidates.iter().zip(entries).map(|(candidate, entry)| (candidate.before.as_ref(), entry));
    if pairs().all(|(before, entry)| before == Some(entry)) {
        Drift::None
    } else if pairs().all(|(before, entry)| before.is_some_and(|before| before.says_as(entry))) {
        Drift::Times
    } else {
        Drift::Data
    }
}

/// How many rows a run adds, lets go and edits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowChanges {
    /// Rows of inputs that had none.
    pub added: u64,
    /// Rows of inputs that have none any more.
    pub removed: u64,
    /// Those of them whose text no other input holds either.
    pub lost: u64,
    /// Rows of inputs that have another text now.
    pub edited: u64,
}

/// Compares the rows that will be with those that are.
pub fn rows(candidates: &[Candidate], entries: &[Entry]) -> RowChanges {
    let held: HashSet<&str> =
        entries.iter().filter(|entry| entry.row().is_some()).filter_map(|entry| entry.sha256.as_deref()).collect();
    let mut changes = RowChanges::default();
    for (candidate, entry) in candidates.iter().zip(entries) {
        let before = candidate.before.as_ref().filter(|before| before.row().is_some());
        match (before, entry.row()) {
            (None, Some(_)) => changes.added += 1,
            (Some(before), None) => {
                changes.removed += 1;
                changes.lost += u64::from(before.sha256.as_deref().is_none_or(|sha256| !held.contains(sha256)));
            }
            (Some(before), Some(_)) => changes.edited += u64::from(before.sha256 != entry.sha256),
            (None, None) => {}
        }
    }
    changes
}

/// Whether the row of an input is not what it was.
pub fn row_changed(candidate: &Candidate, entry: &Entry) -> bool {
    let before = candidate.before.as_ref();
    let row_before = before.and_then(Entry::row);
    row_before != entry.row() || row_before.is_some() && before.map(|before| &before.sha256) != Some(&entry.sha256)
}

/// The partitions and files that rows leave, enter, or change in; a full run touches all. Files that share a stem are
/// named after one another: where one of them is touched, all are, in whatever partition.
pub fn touched(candidates: &[Candidate], entries: &[Entry], full: bool) -> Touched {
    let mut touched = Touched::default();
    for (candidate, entry) in candidates.iter().zip(entries) {
        if full || row_changed(candidate, entry) {
            let rows = [candidate.before.as_ref().and_then(Entry::row), entry.row()];
            for row in rows.into_iter().flatten() {
                touched.units.insert(row.unit.clone());
                touched.stems.insert(row.stem.clone());
            }
        }
    }
    touched
}

/// Adds the partitions of all rows whose stems are touched.
pub fn spread(touched: &mut Touched, candidates: &[Candidate], entries: &[Entry]) {
    let before = candidates.iter().filter_map(|candidate| candidate.before.as_ref());
    for row in before.chain(entries).filter_map(Entry::row) {
        if touched.stems.contains(&row.stem) {
            touched.units.insert(row.unit.clone());
        }
    }
}

/// How the rows of one generation differ from those of another, by the inputs they are made of, in input order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Inputs that are a row of the second only.
    pub added: Vec<DocumentId>,
    /// Inputs that are a row of the first only.
    pub removed: Vec<DocumentId>,
    /// Inputs that are rows of both, with other bytes.
    pub edited: Vec<DocumentId>,
}

impl Differences {
    /// Compares the rows of two generations.
    pub fn between(before: &Manifest, after: &Manifest) -> Differences {
        let (before, after) = (rows_of(before), rows_of(after));
        let mut differences = Differences::default();
        for (id, entry) in &after {
            match before.get(id) {
                None => differences.added.push((*id).clone()),
                Some(old) if old.sha256 != entry.sha256 => differences.edited.push((*id).clone()),
                Some(_) => {}
            }
        }
        let is_gone = |id: &&&DocumentId| !after.contains_key(**id);
        differences.removed = before.keys().filter(is_gone).map(|id| (*id).clone()).collect();
        differences
    }

    /// Whether the rows are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.edited.is_empty()
    }
}

fn rows_of(manifest: &Manifest) -> BTreeMap<&DocumentId, &Entry> {
    let rows = manifest.entries.iter().filter(|entry| entry.row().is_some());
    rows.map(|entry| (&entry.id, entry)).collect()
}
