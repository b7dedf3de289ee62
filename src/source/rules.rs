//! What holds for every input of a walk: which names are wanted, and what is an output of this run.

use std::path::{Path, PathBuf};

use super::{Filter, Links, Selection};

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
            outputs: selection.outputs.iter().filter_map(|output| absolute(output)).collect(),
        }
    }

    /// Whether `path` is one of the outputs of this run; the system is asked only where the names are alike.
    pub fn is_output(&self, path: &Path) -> bool {
        let named_alike = |output: &&PathBuf| output.file_name() == path.file_name();
        self.outputs.iter().filter(named_alike).any(|output| absolute(path).as_ref() == Some(output))
    }
}

/// The path with links resolved; of something that does not exist yet, the place where it will stand.
fn absolute(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    })
}
