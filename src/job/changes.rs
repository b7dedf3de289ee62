//! What changed since the published generation, and which of its files that touches.

use super::fates::Candidate;
use super::manifest::Entry;
use super::targets::Touched;

/// How much changed since the published generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Inputs found.
    pub found: u64,
    /// Inputs that are new, or have another size or time.
    pub changed: u64,
    /// Inputs that are gone.
    pub missing: u64,
    /// Whether everything is made anew.
    pub full: bool,
}

/// Compares what was found with what was published.
pub fn count(candidates: &[Candidate], full: bool) -> Changes {
    let mut changes = Changes { full, ..Changes::default() };
    for candidate in candidates {
        match (&candidate.sighting, &candidate.before) {
            (None, before) => changes.missing += u64::from(before.as_ref().is_some_and(|entry| !entry.tombstone)),
            (Some(sighting), Some(entry)) => {
                changes.found += 1;
                changes.changed += u64::from((sighting.size, sighting.modified) != (entry.size, entry.modified));
            }
            (Some(_), None) => {
                changes.found += 1;
                changes.changed += 1;
            }
        }
    }
    changes
}

/// Whether there is nothing to publish.
pub fn is_unchanged(candidates: &[Candidate], entries: &[Entry]) -> bool {
    candidates.iter().zip(entries).all(|(candidate, entry)| candidate.before.as_ref() == Some(entry))
}

/// Whether the row of an input is not what it was.
pub fn row_changed(candidate: &Candidate, entry: &Entry) -> bool {
    let before = candidate.before.as_ref();
    let row_before = before.and_then(Entry::row);
    row_before != entry.row() || row_before.is_some() && before.map(|before| &before.sha256) != Some(&entry.sha256)
}

/// The partitions and files that rows leave, enter, or change in; a full run touches all.
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
