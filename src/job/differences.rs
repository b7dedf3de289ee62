//! Two manifests to the inputs whose rows were added, are gone, or have another text.

use std::collections::BTreeMap;

use super::manifest::{Entry, Manifest};
use crate::source::DocumentId;

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
        let (before, after) = (rows(before), rows(after));
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

fn rows(manifest: &Manifest) -> BTreeMap<&DocumentId, &Entry> {
    let rows = manifest.entries.iter().filter(|entry| entry.row().is_some());
    rows.map(|entry| (&entry.id, entry)).collect()
}
