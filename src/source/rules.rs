//! What holds for every input of a walk: which names are wanted, and what is an output of this run.

use std::path::{Path, PathBuf};

use super::{Filter, Links, Selection};
use crate::local::place;

/// What holds for every input of a walk.
#[non_exhaustive]
pub struct WalkRules {
    /// Which names are wanted.
    pub filter: Filter,
    /// What links are.
    pub links: Links,
    outputs: Vec<PathBuf>,
}

impl WalkRules {
    /// The rules of a selection.
    pub fn of(selection: &Selection) -> WalkRules {
        WalkRules {
            filter: selection.filter.clone(),
            links: selection.links,
            outputs: selection.outputs.iter().map(|output| place(output)).collect(),
        }
    }

    /// Whether `path` is one of the outputs of this run; the system is asked only where the names are alike.
    pub fn is_output(&self, path: &Path) -> bool {
        let named_alike = |output: &&PathBuf| output.file_name() == path.file_name();
        self.outputs.iter().filter(named_alike).any(|output| place(path) == *output)
    }
}
