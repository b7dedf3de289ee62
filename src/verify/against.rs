//! The original files that rows were made of, compared with what the rows give back.
//!
//! A dump or a container is compared as a whole too, where the output lists its SHA-256: no row shows what was added after
//! the last. Keeps 16 bytes for every row and for every document that was compared.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::Sources;
use crate::documents::ListedDocument;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::mutex::{into_inner, locked};
use crate::source::{RecordId, file_path};
use crate::write::digest::leading;
use crate::write::file_sha256;

/// A folder of original files.
#[derive(Debug)]
pub struct Originals {
    root: PathBuf,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    files: HashSet<[u8; 16]>,
    texts: HashSet<[u8; 16]>,
    /// How many rows come from what is no file of the folder: from members of a container, or from standard input.
    inside: HashMap<[u8; 16], u64>,
}

impl Originals {
    /// The files below `root`.
    pub fn open(root: &Path) -> Result<Originals> {
        match standing(root)? {
            Standing::Folder => Ok(Originals { root: root.to_owned(), seen: Mutex::default() }),
            _ => Err(Error::not_found(format!("{}: there is no such folder of originals", root.display()))),
        }
    }

    /// How the bytes of a row differ from those of its original; `None` if they do not.
    pub fn differs(&self, sources: &Sources<'_>, row: usize, bytes: &[u8]) -> Option<String> {
        let record = sources.ids.get(row);
        let document = &record.document;
        let path = document.path();
        let file = self.root.join(file_path(path));
        let named = mark_of(&file);
        let mut seen = locked(&self.seen);
        if path == "-" || document.member().is_some() {
            *seen.inside.entry(named).or_default() += 1;
            return None;
        }
        seen.files.insert(named);
        seen.texts.insert(mark(sources.hashes.value(row).as_bytes()));
        drop(seen);
        match original(&file, &record, bytes.len()) {
            Err(error) => Some(format!("{path}: its original {} cannot be read: {error}", file.display())),
            Ok(original) if original == bytes => None,
            Ok(_) => Some(format!("{path}: its original {} has other bytes", file.display())),
        }
    }

    /// How documents that are not one whole row differ from what the output lists of them.
    pub fn differ(&self, listed: &[ListedDocument]) -> Vec<String> {
        let files = listed.iter().filter(|listed| listed.member.is_none() && listed.path != "-");
        files.filter_map(|listed| self.listed_differs(listed)).collect()
    }

    fn listed_differs(&self, listed: &ListedDocument) -> Option<String> {
        let file = self.root.join(file_path(&listed.path));
        let (path, shown) = (&listed.path, file.display());
        let size = match file.metadata() {
            Ok(metadata) => metadata.len(),
            Err(error) => return Some(format!("{path}: its original {shown} cannot be read: {error}")),
        };
        if size != listed.size {
            return Some(format!("{path}: its original {shown} has {size} bytes, where {} were read", listed.size));
        }
        if file_sha256(&file).as_ref() != Some(&listed.sha256) {
            return Some(format!("{path}: its original {shown} has other bytes"));
        }
        let named = mark_of(&file);
        let mut seen = locked(&self.seen);
        seen.files.insert(named);
        seen.inside.remove(&named);
        None
    }

    /// What is to be said at the end: which files of the folder are in no row.
    pub fn finish(self) -> Result<Vec<String>> {
        let seen = into_inner(self.seen);
        let (mut copies, mut others, mut files) = (0u64, 0u64, 0u64);
        for entry in WalkDir::new(&self.root).min_depth(1) {
            let entry = entry.map_err(|error| Error::input(error.to_string()))?;
            if !entry.file_type().is_file() {
                continue;
            }
            files += 1;
            if !seen.files.contains(&mark_of(entry.path())) {
                let sha256 = file_sha256(entry.path()).unwrap_or_default();
                let is_copy = seen.texts.contains(&mark(sha256.as_bytes()));
                *if is_copy { &mut copies } else { &mut others } += 1;
            }
        }
        let root = self.root.display();
        let mut notes = vec![format!(
            "{} of the {files} files below {root} are rows; {copies} copies of them and {others} others are not",
            seen.files.len()
        )];
        let inside: u64 = seen.inside.values().sum();
        if inside > 0 {
            notes.push(format!("{inside} rows come from containers or standard input and were not compared"));
        }
        Ok(notes)
    }
}

/// The bytes of `file` that the record is said to have.
fn original(file: &Path, record: &RecordId, length: usize) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(file)?;
    file.seek(SeekFrom::Start(record.start))?;
    let mut bytes = Vec::new();
    // One byte more shows that a document goes on where a row that is all of it ends.
    let is_whole = record.number.is_none();
    file.take(length as u64 + u64::from(is_whole)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn mark_of(file: &Path) -> [u8; 16] {
    mark(file.as_os_str().as_encoded_bytes())
}

fn mark(bytes: &[u8]) -> [u8; 16] {
    leading(&Sha256::digest(bytes).into())
}
