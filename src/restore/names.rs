//! Documents to the paths that they are written to: their own, or another where that would lead out of the folder, where
//! no file system holds it, or where another document has it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::local::is_taken;
use crate::source::{DocumentId, file_path, safe_path, short_name};

/// Where documents are restored to. Keeps only those that are not under their own name.
pub struct RestoredNames<'r> {
    directory: &'r Path,
    renamed: HashMap<DocumentId, PathBuf>,
    /// The paths in `renamed`.
    taken: HashSet<PathBuf>,
    /// The last number that was given to a path that several documents asked for.
    numbers: HashMap<PathBuf, u64>,
}

impl<'r> RestoredNames<'r> {
    /// Names below `directory`.
    pub fn below(directory: &'r Path) -> RestoredNames<'r> {
        RestoredNames { directory, renamed: HashMap::new(), taken: HashSet::new(), numbers: HashMap::new() }
    }

    /// Where a document goes, a member below its container; always the same.
    pub fn path(&mut self, document: &DocumentId) -> PathBuf {
        if let Some(path) = self.renamed.get(document) {
            return path.clone();
        }
        let mut safe = match document.path() {
            "-" => PathBuf::from("standard-input"),
            path => safe_path(path),
        };
        if let Some(member) = document.member() {
            safe.push(safe_path(member));
        }
        let path = self.directory.join(&safe);
        if safe.as_os_str() == own_path(document).as_os_str() && !self.taken.contains(&path) {
            return path;
        }
        let path = self.free(path);
        self.taken.insert(path.clone());
        self.renamed.insert(document.clone(), path.clone());
        path
    }

    /// The path, or one made of it where it is taken.
    fn free(&mut self, path: PathBuf) -> PathBuf {
        let mut free = path.clone();
        while self.taken.contains(&free) || is_taken(&free).unwrap_or(false) {
            let number = self.numbers.entry(path.clone()).or_insert(1);
            *number += 1;
            let mut name = path.file_name().unwrap_or_default().to_os_string();
            name.push(format!("~{number}"));
            free = path.with_file_name(short_name(name));
        }
        free
    }

    /// The documents that were written under another name, each with it.
    pub fn renamed(&self) -> Vec<String> {
        let written =
            self.renamed.iter().filter(|(document, path)| document.path() != "-" && is_taken(path).unwrap_or(false));
        let mut renamed: Vec<String> = written
            .map(|(document, path)| {
                format!("{document} is {}", path.strip_prefix(self.directory).unwrap_or(path).display())
            })
            .collect();
        renamed.sort_unstable();
        renamed
    }
}

/// The path that the name of a document spells.
fn own_path(document: &DocumentId) -> PathBuf {
    let path = document.path();
    file_path(&document.member().map_or_else(|| path.to_owned(), |member| format!("{path}/{member}")))
}
