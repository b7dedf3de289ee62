//! Names that come one after another, and a number for those that come again.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The names so far, by hash: 16 bytes for each and for each folder they are in.
#[derive(Debug, Default)]
pub struct NameHashes(HashMap<u64, UsedName>);

#[derive(Debug)]
struct UsedName {
    by: Role,
    /// How many documents asked for that name.
    times: u32,
}

/// What a name, or the beginning of one, is used for. No name is both: the documents could not be restored as files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Document,
    Folder,
}

impl NameHashes {
    /// The name, or `NAME~2` where a document or a folder had it before; `FOLDER~2/NAME` where a document had that of its
    /// folder.
    pub fn unique(&mut self, name: String) -> String {
        let mut unique = String::with_capacity(name.len());
        let mut parts = name.split('/').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                self.append(&mut unique, part, Role::Document);
            } else {
                self.append(&mut unique, part, Role::Folder);
                unique.push('/');
            }
        }
        unique
    }

    /// Appends `part` to the folders before it, with a number where it is taken.
    fn append(&mut self, path: &mut String, part: &str, role: Role) {
        path.push_str(part);
        let length = path.len();
        let mut folder = 1;
        loop {
            let mut hasher = DefaultHasher::new();
            path.hash(&mut hasher);
            let number = match self.0.entry(hasher.finish()) {
                Entry::Vacant(free) => {
                    free.insert(UsedName { by: role, times: 1 });
                    return;
                }
                Entry::Occupied(taken) if role == Role::Folder && taken.get().by == Role::Folder => return,
                // All documents of a folder stay together.
                Entry::Occupied(_) if role == Role::Folder => {
                    folder += 1;
                    folder
                }
                Entry::Occupied(mut taken) => {
                    taken.get_mut().times += 1;
                    taken.get().times
                }
            };
            path.truncate(length);
            let _ = write!(path, "~{number}");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_one_name_gets_numbers() {
        let mut names = NameHashes::default();
        let mut unique = |name: &str| names.unique(name.to_owned());
        assert_eq!(["a", "a", "a~2", "a"].map(&mut unique), ["a", "a~2", "a~2~2", "a~3"]);
        assert_eq!(["x/a", "x/a", "y/a", "x/b"].map(&mut unique), ["x/a", "x/a~2", "y/a", "x/b"]);
    }

    #[test]
    fn no_name_is_a_document_and_a_folder() {
        let mut names = NameHashes::default();
        let mut unique = |name: &str| names.unique(name.to_owned());
        assert_eq!(["a", "a/b", "a/c", "a/b"].map(&mut unique), ["a", "a~2/b", "a~2/c", "a~2/b~2"]);
        assert_eq!(["f/g/h", "f/g", "f", "f/g"].map(&mut unique), ["f/g/h", "f/g~2", "f~2", "f/g~3"]);
        // The number of the folder is taken by a document.
        assert_eq!(["d", "d~2", "d/e", "d/e/i", "d/k"].map(&mut unique), ["d", "d~2", "d~3/e", "d~3/e~2/i", "d~3/k"]);
    }
}
