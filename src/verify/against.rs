//! The original files that rows were made of, compared with what the rows give back.
//!
//! A dump or a container is compared as a whole too, where the output lists its SHA-256: no row shows what was added after
//! the last; so is a page of which a row keeps a stretch. An original has its own name, or as in a package the one that
//! its path is spelled with. Keeps 16 bytes for every row and for every document that was compared.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::Sources;
use crate::count::count;
use crate::documents::ListedDocument;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::mutex::{into_inner, locked};
use crate::source::{RecordId, copy_path, file_path};
use crate::write::digest::leading;
use crate::write::{FileBytes, file_sha256};

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
    /// How many rows come from what is not a file of the folder: from members of a container, or from standard input.
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
        if path == "-" || document.member().is_some() {
            *locked(&self.seen).inside.entry(mark(path.as_bytes())).or_default() += 1;
            return None;
        }
        let page = sources.page(row);
        let sha256 = page.as_ref().map_or(sources.hashes.value(row), |page| &page.sha256);
        locked(&self.seen).texts.insert(mark(sha256.as_bytes()));
        let (named, differs) = self.original(path, |file| match is_original(file, &record, page.as_ref(), bytes) {
            Err(error) => Some(format!("cannot be read: {error}")),
            Ok(true) => None,
            Ok(false) => Some("has other bytes".to_owned()),
        });
        locked(&self.seen).files.insert(named);
        differs
    }

    /// How the file of that path differs by `difference`, of which the name it has in a package is looked at as well; and
    /// the mark of that file.
    fn original(&self, path: &str, difference: impl Fn(&Path) -> Option<String>) -> ([u8; 16], Option<String>) {
        let (own, copy) = (self.root.join(file_path(path)), self.root.join(copy_path(path)));
        let mut file = &own;
        let mut differs = difference(file);
        if differs.is_some() && copy != own && copy.symlink_metadata().is_ok() {
            file = &copy;
            differs = difference(file);
        }
        let differs = differs.map(|differs| format!("{path}: its original {} {differs}", file.display()));
        (mark_of(file), differs)
    }

    /// How documents that are not one whole row differ from what the output lists of them.
    pub fn differ(&self, listed: &[ListedDocument]) -> Vec<String> {
        let files = listed.iter().filter(|listed| listed.member.is_none() && listed.path != "-");
        files.filter_map(|listed| self.listed_differs(listed)).collect()
    }

    fn listed_differs(&self, listed: &ListedDocument) -> Option<String> {
        let (named, differs) = self.original(&listed.path, |file| match file.metadata() {
            Err(error) => Some(format!("cannot be read: {error}")),
            Ok(metadata) if metadata.len() != listed.size => {
                Some(format!("has {} bytes, where {} were read", metadata.len(), listed.size))
            }
            Ok(_) if file_sha256(file).as_ref() != Some(&listed.sha256) => Some("has other bytes".to_owned()),
            Ok(_) => None,
        });
        // The row of its stretch tells of a page.
        if differs.is_none() && !listed.is_page() {
            let mut seen = locked(&self.seen);
            let is_of_members = seen.inside.remove(&mark(listed.path.as_bytes())).is_some();
            let is_of_records = listed.records.is_some_and(|records| records > listed.not_rows.len() as u64);
            if is_of_members || is_of_records {
                seen.files.insert(named);
                seen.texts.insert(mark(listed.sha256.as_bytes()));
            }
        }
        differs
    }

    /// What is to be said at the end: which files of the folder are in no row.
    pub fn finish(self) -> Result<Vec<String>> {
        let seen = into_inner(self.seen);
        let (mut rows, mut copies, mut others) = (0u64, 0u64, 0u64);
        for entry in WalkDir::new(&self.root).min_depth(1) {
            let entry = entry.map_err(|error| Error::input(error.to_string()))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let is_copy = || seen.texts.contains(&mark(file_sha256(entry.path()).unwrap_or_default().as_bytes()));
            let count = match seen.files.contains(&mark_of(entry.path())) {
                true => &mut rows,
                false if is_copy() => &mut copies,
                false => &mut others,
            };
            *count += 1;
        }
        let (root, files) = (self.root.display(), count(rows + copies + others, "file", "files"));
        let rows = count(rows, "is a row", "are rows");
        let copies = count(copies, "is a copy of these", "are copies of these");
        let others = count(others, "is neither", "are neither");
        let mut notes = vec![format!("of {files} below {root}, {rows}, {copies} and {others}")];
        let inside: u64 = seen.inside.values().sum();
        if inside > 0 {
            let rows = count(inside, "row comes", "rows come");
            let were = if inside == 1 { "was" } else { "were" };
            notes.push(format!("{rows} from containers or standard input and {were} not compared"));
        }
        Ok(notes)
    }
}

/// Whether a record has these bytes in `file`, and the file no others where the record is all of it, or all of the page
/// of which it is a stretch.
fn is_original(file: &Path, record: &RecordId, page: Option<&FileBytes>, bytes: &[u8]) -> io::Result<bool> {
    let found = file.metadata()?;
    if !found.is_file() {
        // It might never end.
        return Err(io::Error::other("it is not a regular file"));
    }
    // A record without a number is the only one of its document; one that does not begin it is a stretch of a page.
    let is_whole = record.number.is_none() && record.start == 0;
    let whole = page.map(|page| page.size).or(is_whole.then_some(bytes.len() as u64));
    if whole.is_some_and(|size| size != found.len())
        || page.is_some_and(|page| file_sha256(file).as_ref() != Some(&page.sha256))
    {
        return Ok(false);
    }
    let mut original = vec![0; bytes.len()];
    match File::open(file)?.read_exact_at(&mut original, record.start) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| original == bytes),
    }
}

fn mark_of(file: &Path) -> [u8; 16] {
    mark(file.as_os_str().as_encoded_bytes())
}

fn mark(bytes: &[u8]) -> [u8; 16] {
    leading(&Sha256::digest(bytes).into())
}
