//! Outputs to a verdict: what is there, what should be, and whether every value and every source byte is as claimed.
//!
//! Reads each file whole and believes nothing it says of itself. Continues after a fault, so that all of them are reported.
//! Never changes a file.

mod against;
mod file;
mod folder;
mod sidecar;
mod tiling;

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::ThreadPool;

use crate::convert::StopFlag;
pub(crate) use crate::convert::{Ids, Sources};
use crate::count::count;
use crate::documents::OutputLists;
use crate::error::{Error, ErrorKind, Result};
use crate::local::{Standing, standing};
use crate::mutex::{into_inner, locked};
use crate::read::{List, OutputPart};
use crate::source::RecordId;
use crate::write::digest::{Digest, hexadecimal};
use crate::write::list_keeps_its_bytes;
use against::Originals;
pub(crate) use file::within;
pub(crate) use sidecar::relative;
use tiling::{Tiling, TilingFindings};

/// What is to be verified besides what an output says of itself.
#[derive(Clone, Debug, Default)]
pub struct VerifyRequest {
    /// The digest of all rows, or the SHA-256 of the file, as it was once written down elsewhere.
    pub expect: Option<String>,
    /// Folders of the original files, with each of which all is compared.
    pub against: Vec<PathBuf>,
    /// Ends the work early.
    pub stop: StopFlag,
}

impl VerifyRequest {
    /// The folders of original files.
    ///
    /// # Errors
    /// Of kind `NotFound` if one is not there.
    pub(crate) fn originals(&self) -> Result<Vec<Originals>> {
        self.against.iter().map(|root| Originals::open(root)).collect()
    }
}

/// What came of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// Where it is, or should be.
    pub path: PathBuf,
    /// Rows in it.
    pub rows: u64,
    /// Rows whose source bytes were rebuilt from their text, and agree with their SHA-256.
    pub sources: u64,
    /// The digest of its rows, in lower-case hexadecimal digits, where it could be read.
    pub digest: Option<String>,
    /// SHA-256 of its bytes, where it was there.
    pub sha256: Option<String>,
    /// What it is.
    pub status: FileStatus,
    /// What is wrong, or what is missing for a proof.
    pub problems: Vec<String>,
}

named! {
    /// What a file turned out to be.
    #[non_exhaustive]
    pub enum FileStatus {
        /// Everything agrees.
        Sound = "sound",
        /// Nothing is wrong, but nothing outside of its values says how many rows there should be, and which.
        Unproven = "unproven",
        /// It is in the folder, but not in the list: engines read it as if it were.
        Unlisted = "unlisted",
        /// It is in the list, but not in the folder.
        Missing = "missing",
        /// It is not what was written.
        Changed = "changed",
    }
}

/// What came of an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// Files looked at, those that are missing among them.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Rows whose source bytes were rebuilt and agree with their SHA-256.
    pub sources: u64,
    /// The digest of all rows in their order, in lower-case hexadecimal digits, where all could be read.
    pub digest: Option<String>,
    /// Files by what they are.
    pub counts: BTreeMap<FileStatus, u64>,
    /// What an archivist should know, though nothing is wrong.
    pub notes: Vec<String>,
    /// Files that nothing proves, each with what it lacks.
    pub unproven: Vec<String>,
    /// What is wrong, each with its path; empty for an output that is sound.
    pub failures: Vec<String>,
}

/// Verifies the output at `path`: a file or the folder of a dataset.
///
/// # Errors
/// `ErrorKind::NotFound` if nothing of ours is there, `ErrorKind::Stopped`.
pub fn verify(path: &Path, pool: &ThreadPool) -> Result<Verdict> {
    verify_each(path, &VerifyRequest::default(), pool, &mut |_| Ok(()))
}

/// Does what `verify` does, and hands out what came of each file as soon as it is known.
///
/// # Errors
/// As `verify`, and what `each` says.
pub fn verify_each(
    path: &Path,
    request: &VerifyRequest,
    pool: &ThreadPool,
    each: &mut dyn FnMut(&Checked) -> Result<()>,
) -> Result<Verdict> {
    verify_known(path, request, None, pool, each)
}

/// What is known of rows beside what their output says: asked of every row that is read.
pub(crate) trait KnownRows: Sync {
    /// How the row of `record` in a file differs from what is known of it; its bytes, where the row gives them back.
    fn differs(&self, part: &OutputPart, record: &RecordId, bytes: Option<&[u8]>) -> Option<String>;
}

/// Does what `verify_each` does, and compares every row with what is known of it.
pub(crate) fn verify_known(
    path: &Path,
    request: &VerifyRequest,
    known: Option<&dyn KnownRows>,
    pool: &ThreadPool,
    each: &mut dyn FnMut(&Checked) -> Result<()>,
) -> Result<Verdict> {
    let originals = request.originals()?;
    let mut run = Verification {
        request,
        pool,
        originals,
        known,
        each,
        verdict: Verdict::default(),
        tiling: Mutex::default(),
        digest: None,
        is_whole: true,
        is_the_one: false,
    };
    match standing(path)? {
        Standing::Folder => run.folder(path)?,
        _ => run.single(path)?,
    }
    run.finish(path)
}

/// Verifies one file that its dataset lists; what is wrong with it is an error.
pub fn verify_part(part: &OutputPart, pool: &ThreadPool) -> Result<()> {
    let checked = pool.install(|| file::check(part, &file::Expectation::default()));
    match checked.status {
        FileStatus::Sound | FileStatus::Unproven => Ok(()),
        _ => Err(Error::verification(format!("{}: {}", part.path.display(), checked.problems.join("; ")))),
    }
}

/// The record that a row was made of, and its bytes, proven against their size and SHA-256; `None` where the columns of
/// the source were left out.
pub fn source_of(rows: &arrow::array::RecordBatch, row: usize) -> Option<Result<(RecordId, Vec<u8>)>> {
    let sources = Sources::of(rows)?;
    Some(sources.bytes(row).map(|bytes| (sources.ids.get(row), bytes)).map_err(Error::verification))
}

struct Verification<'r> {
    request: &'r VerifyRequest,
    pool: &'r ThreadPool,
    originals: Vec<Originals>,
    tiling: Mutex<Tiling>,
    known: Option<&'r dyn KnownRows>,
    each: &'r mut dyn FnMut(&Checked) -> Result<()>,
    verdict: Verdict,
    /// The digest of all rows so far.
    digest: Option<Digest>,
    /// Whether all rows so far could be read.
    is_whole: bool,
    /// Whether the SHA-256 of the file is the one that is expected.
    is_the_one: bool,
}

impl Verification<'_> {
    fn single(&mut self, path: &Path) -> Result<()> {
        let sidecar = sidecar::read(path).and_then(|lines| lines.map(|lines| lines.of(path)).transpose());
        let (sha256, wrong) = match sidecar {
            Ok(sha256) => (sha256, None),
            Err(wrong) => (None, Some(wrong)),
        };
        let is_proven = self.request.expect.is_some();
        let mut checked =
            self.check(&OutputPart::alone(path), file::Expectation { sha256, is_proven, ..Default::default() })?;
        if let Some(wrong) = wrong {
            checked.status = FileStatus::Changed;
            checked.problems.push(wrong);
        }
        let found = self.tiled();
        if !found.wrong.is_empty() {
            checked.status = FileStatus::Changed;
            checked.problems.extend(found.wrong);
        }
        self.verdict.notes.extend(found.unlisted);
        self.is_the_one = self.request.expect.is_some() && self.request.expect == checked.sha256;
        self.tell(checked)
    }

    fn folder(&mut self, path: &Path) -> Result<()> {
        let list = match List::read(path) {
            Err(error) if error.kind() == ErrorKind::Verification => {
                return self.tell(Checked::of(path, FileStatus::Changed, vec![error.to_string()]));
            }
            list => list?,
        };
        if !list_keeps_its_bytes(path)? {
            let wrong =
                "its list is damaged: its bytes are not those it was written with, and engines may refuse the folder";
            self.tell(Checked::of(path, FileStatus::Changed, vec![wrong.to_owned()]))?;
        }
        let found = folder::compare(path, &list, sidecar::read(path))?;
        found.list.map_or(Ok(()), |wrong| self.tell(Checked::of(path, FileStatus::Changed, wrong)))?;
        let is_text = ["xml", "yaml", "jsonl"].contains(&list.format.as_str());
        let names = LazyCell::new(|| folder::names(&list));
        for listed in &list.files {
            let shown = path.join(&listed.name);
            let elsewhere = found.moved.get(&listed.sha256);
            match OutputPart::listed(path, list.by.as_deref(), listed.clone()) {
                Err(error) => self.tell(Checked::of(&shown, FileStatus::Changed, vec![error.to_string()]))?,
                Ok(part) if standing(&part.path)? == Standing::Nothing => {
                    let wrong = match elsewhere {
                        Some(name) => format!("it is not there; {name}, which is not in the list, holds its bytes"),
                        None => "it is not there".to_owned(),
                    };
                    self.is_whole = false;
                    self.tell(Checked::of(&shown, FileStatus::Missing, vec![wrong]))?;
                }
                Ok(part) => {
                    let mut checked = self.check(&part, file::Expectation { is_text, ..Default::default() })?;
                    let other = checked.sha256.as_ref().filter(|sha256| **sha256 != listed.sha256);
                    if let Some(name) = other.and_then(|sha256| names.get(sha256.as_str())) {
                        checked.problems.push(format!("its bytes are those that the list gives to {name}"));
                    }
                    self.tell(checked)?;
                }
            }
        }
        self.documents(path, &list)?;
        for (name, wrong) in found.unlisted {
            self.tell(Checked::of(&path.join(name), FileStatus::Unlisted, vec![wrong]))?;
        }
        Ok(())
    }

    /// Checks what the list of a folder says of documents.
    fn documents(&mut self, path: &Path, list: &List) -> Result<()> {
        let wrong = match OutputLists::of(&list.texts()) {
            Err(error) => vec![error.to_string()],
            Ok(lists) => {
                let differ = self.originals.iter().flat_map(|originals| originals.differ(&lists.documents));
                let mut wrong: Vec<String> = differ.collect();
                locked(&self.tiling).lists(lists);
                let found = self.tiled();
                wrong.extend(found.wrong);
                self.verdict.notes.extend(found.unlisted);
                wrong
            }
        };
        if wrong.is_empty() { Ok(()) } else { self.tell(Checked::of(path, FileStatus::Changed, wrong)) }
    }

    /// Whether the rows make the documents that are listed; where not all rows could be read, nothing is to be said.
    fn tiled(&mut self) -> TilingFindings {
        let tiling = into_inner(std::mem::take(&mut self.tiling));
        if self.is_whole { tiling.finish() } else { TilingFindings::default() }
    }

    fn check(&mut self, part: &OutputPart, expected: file::Expectation) -> Result<Checked> {
        let expected = file::Expectation { stop: self.request.stop.clone(), ..expected };
        expected.stop.check()?;
        let witnesses = file::Witnesses { originals: &self.originals, tiling: Some(&self.tiling), known: self.known };
        let digest = &mut self.digest;
        let checked = self.pool.install(|| {
            file::check_against(part, &expected, &witnesses, &mut |schema: &_, seals: &_| {
                digest.get_or_insert_with(|| Digest::new(schema)).push(seals);
            })
        });
        // What a stopped check found is no finding.
        self.request.stop.check()?;
        self.is_whole &= checked.digest.is_some();
        Ok(checked)
    }

    fn tell(&mut self, checked: Checked) -> Result<()> {
        self.verdict.add(&checked);
        (self.each)(&checked)
    }

    /// Tells of the output as a whole, which is not a file more.
    fn tell_of_whole(&mut self, checked: Checked) -> Result<()> {
        let files = self.verdict.files;
        self.verdict.add(&checked);
        self.verdict.files = files;
        (self.each)(&checked)
    }

    fn finish(mut self, path: &Path) -> Result<Verdict> {
        let digest = self.digest.take().filter(|_| self.is_whole).map(|digest| digest.finish());
        self.verdict.digest = digest.map(|proof| hexadecimal(&proof.digest));
        if let Some(expected) = &self.request.expect
            && !self.is_the_one
            && self.verdict.digest.as_ref() != Some(expected)
        {
            let found = match &self.verdict.digest {
                Some(digest) => digest,
                None if self.is_whole => "not known, since there is no file with rows",
                None => "not known, since not all rows can be read",
            };
            let wrong = format!("the digest of its rows is {found}, where {expected} is expected");
            self.tell_of_whole(Checked::of(path, FileStatus::Changed, vec![wrong]))?;
        }
        for originals in std::mem::take(&mut self.originals) {
            self.verdict.notes.extend(originals.finish()?);
        }
        if self.verdict.rows > self.verdict.sources && self.verdict.failures.is_empty() {
            let without = self.verdict.rows - self.verdict.sources;
            let rows = count(without, "row has", "rows have");
            self.verdict.notes.push(format!("{rows} no source_text, so no source byte is proven there"));
        }
        Ok(self.verdict)
    }
}

impl Verdict {
    /// Adds what came of one file.
    pub(crate) fn add(&mut self, checked: &Checked) {
        self.files += 1;
        self.rows += checked.rows;
        self.sources += checked.sources;
        *self.counts.entry(checked.status).or_default() += 1;
        let told = checked.problems.iter().map(|problem| format!("{}: {problem}", checked.path.display()));
        match checked.status {
            FileStatus::Sound => {}
            FileStatus::Unproven => self.unproven.extend(told),
            _ => self.failures.extend(told),
        }
    }

    /// Takes over what another verdict says in words; its counts may mean something else.
    pub(crate) fn take_words(&mut self, other: Verdict) {
        self.failures.extend(other.failures);
        self.unproven.extend(other.unproven);
        self.notes.extend(other.notes);
    }
}

impl Checked {
    pub(crate) fn of(path: &Path, status: FileStatus, problems: Vec<String>) -> Checked {
        Checked { path: path.to_owned(), rows: 0, sources: 0, digest: None, sha256: None, status, problems }
    }
}
