//! A folder and its list, compared in both directions.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use walkdir::WalkDir;

use super::sidecar::{ChecksumLines, relative};
use crate::count::count;
use crate::error::{Error, Result};
use crate::read::List;
use crate::write::{file_sha256, list_of};

/// What a folder and its list do not have in common.
#[derive(Debug, Default)]
pub struct FolderFindings {
    /// What is wrong with the list itself.
    pub list: Option<Vec<String>>,
    /// Files that are not in the list, by their names, with what is to be said of each.
    pub unlisted: Vec<(String, String)>,
    /// Names of files that are not in the list, by their SHA-256.
    pub moved: HashMap<String, String>,
}

/// Compares the folder at `root` with `list`, and the list with the lines of its sidecar.
pub fn compare(
    root: &Path,
    list: &List,
    sidecar: std::result::Result<Option<ChecksumLines>, String>,
) -> Result<FolderFindings> {
    let own = list_of(root)?;
    let mut wrong = faults(list);
    let names: HashSet<&str> = list.files.iter().map(|file| file.name.as_str()).collect();
    let by_hash = LazyCell::new(|| self::names(list));
    let mut found = FolderFindings::default();
    for entry in WalkDir::new(root).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::verification(error.to_string()))?;
        let name = relative(root, entry.path());
        if entry.file_type().is_dir() || own.as_deref() == Some(entry.path()) || names.contains(name.as_str()) {
            continue;
        }
        let sha256 = if entry.file_type().is_file() { file_sha256(entry.path()) } else { None };
        let twin = sha256.as_ref().and_then(|sha256| by_hash.get(sha256.as_str()));
        let what = match twin {
            Some(twin) => format!("it is not in the list; its bytes are those that the list gives to {twin}"),
            None => "it is not in the list, but whoever opens the folder reads it: move it out".to_owned(),
        };
        sha256.map(|sha256| found.moved.insert(sha256, name.clone()));
        found.unlisted.push((name, what));
    }
    match sidecar {
        Ok(None) => {}
        Ok(Some(lines)) => wrong.extend(lines.differ(list, own.as_deref(), root)),
        Err(what) => wrong.push(what),
    }
    found.list = (!wrong.is_empty()).then_some(wrong);
    Ok(found)
}

/// Names of listed files by the SHA-256 that the list gives them.
pub fn names(list: &List) -> HashMap<&str, &str> {
    list.files.iter().map(|file| (file.sha256.as_str(), file.name.as_str())).collect()
}

fn faults(list: &List) -> Vec<String> {
    let mut wrong = Vec::new();
    let rows: u64 = list.files.iter().map(|file| file.rows).sum();
    match list.rows {
        None => wrong.push("the list is cut: it does not say how many rows there are".to_owned()),
        Some(claimed) if claimed != rows => {
            wrong.push(format!(
                "the list names files of {}, where it claims {claimed}: an entry is missing",
                count(rows, "row", "rows")
            ));
        }
        Some(_) => {}
    }
    if list.files.is_empty() && list.rows != Some(0) {
        wrong.push("the list names no file".to_owned());
    }
    let mut seen = HashSet::new();
    let twice = list.files.iter().filter(|file| !seen.insert(file.name.as_str()));
    wrong.extend(twice.map(|file| format!("the list names {} twice", file.name)));
    wrong
}
