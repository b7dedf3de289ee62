//! Names that come one after another, and a number for those that come again.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The names so far, by hash: 16 bytes for each.
#[derive(Debug, Default)]
pub struct NameHashes(HashMap<u64, u32>);

impl NameHashes {
    /// The name, or `NAME~2` where it came before.
    pub fn unique(&mut self, name: String) -> String {
        let mut unique = name.clone();
        loop {
            let mut hasher = DefaultHasher::new();
            unique.hash(&mut hasher);
            let times = self.0.entry(hasher.finish()).or_insert(0);
            *times += 1;
            match *times {
                1 => return unique,
                times => unique = format!("{name}~{times}"),
            }
        }
    }
}

/// The paths of a list so far: the same path of two entries becomes two.
pub struct PathHashes {
    taken: HashSet<String>,
    paths: NameHashes,
}

impl PathHashes {
    /// None so far; none is to begin with one of `taken`.
    pub fn new(taken: HashSet<String>) -> PathHashes {
        PathHashes { taken, paths: NameHashes::default() }
    }

    /// The path, or one made of it that no earlier one is.
    pub fn unique(&mut self, path: String) -> String {
        let first = path.split('/').next().unwrap_or_default();
        let is_taken = self.taken.contains(first);
        self.paths.unique(if is_taken { format!("{first}~2{}", &path[first.len()..]) } else { path })
    }
}
