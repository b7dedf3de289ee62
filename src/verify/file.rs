//! One file: its bytes, its rows, and the sources of its rows.

use std::path::Path;
use std::sync::Mutex;

use arrow::datatypes::Schema as ArrowSchema;

use super::Sources;
use super::against::Originals;
use super::tiling::Tiling;
use super::{Checked, FileStatus, Ids, KnownRows};
use crate::convert::StopFlag;
use crate::count::count;
use crate::documents::OutputLists;
use crate::error::{Error, Result};
use crate::mutex::locked;
use crate::read::{self, OutputPart, Reader};
use crate::schema::Schema;
use crate::write::digest::{Digest, Seal, seals};
use crate::write::value::Rows;
use crate::write::{FileBytes, file_bytes};

/// Problems of one file that are told one by one.
const TOLD: usize = 20;

/// What is known of a file from outside.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// Its rows are compared with something that was written down elsewhere.
    pub is_proven: bool,
    /// It is of a format that people may edit or lay out differently.
    pub is_text: bool,
    /// Ends the work early, in the middle of the file.
    pub stop: StopFlag,
}

/// What rows are compared with besides what their file says.
#[derive(Default)]
pub struct Witnesses<'w> {
    /// Folders of the original files.
    pub originals: &'w [Originals],
    /// Takes which records are rows, and what the file lists of their documents.
    pub tiling: Option<&'w Mutex<Tiling>>,
    /// What is known of rows.
    pub known: Option<&'w dyn KnownRows>,
}

/// Takes the seals of rows in their order.
pub type Seals<'s> = dyn FnMut(&ArrowSchema, &[Seal]) + 's;

/// Checks a file.
pub fn check(part: &OutputPart, expected: &Expectation) -> Checked {
    check_against(part, expected, &Witnesses::default(), &mut |_, _| {})
}

/// Checks a file, and its rows against what is known of them.
pub fn check_against(
    part: &OutputPart,
    expected: &Expectation,
    witnesses: &Witnesses<'_>,
    seals: &mut Seals<'_>,
) -> Checked {
    let mut checked = Checked::of(&part.path, FileStatus::Sound, Vec::new());
    let bytes = match file_bytes(&part.path) {
        Ok(bytes) => bytes,
        Err(wrong) => return Checked { status: FileStatus::Changed, problems: vec![wrong], ..checked },
    };
    let other_bytes = other_bytes(part, expected, &bytes);
    checked.sha256 = Some(bytes.sha256);
    let mut findings = FileFindings::default();
    if let Err(error) = read_rows(part, expected, witnesses, seals, &mut checked, &mut findings) {
        findings.wrong(within(&part.path, &error));
    }
    if let Some(listed) = part.listed.as_ref().filter(|listed| listed.rows != checked.rows && findings.is_empty()) {
        findings.wrong(format!("{}, where the list gives {}", count(checked.rows, "row", "rows"), listed.rows));
    }
    if let Some(wrong) = other_bytes {
        let is_harmless = expected.is_text && findings.is_empty() && findings.agrees;
        findings.wrong(match is_harmless {
            true => {
                format!("{wrong}, but every value is as it was written: the change is harmless, such as of line ends")
            }
            false => wrong,
        });
    }
    let is_listed = part.listed.is_some() || expected.sha256.is_some() || expected.is_proven;
    checked.status = if !findings.is_empty() {
        FileStatus::Changed
    } else if is_listed || findings.agrees {
        FileStatus::Sound
    } else {
        FileStatus::Unproven
    };
    checked.problems = findings.told();
    if checked.status == FileStatus::Unproven {
        checked.problems.extend(findings.lacks);
    }
    checked
}

/// Says how the bytes are not those of the list or of the sidecar.
fn other_bytes(part: &OutputPart, expected: &Expectation, found: &FileBytes) -> Option<String> {
    let listed = part.listed.as_ref();
    match (listed, &expected.sha256) {
        (Some(listed), _) if listed.size != found.size => {
            Some(format!("{} bytes, where the list gives {}", found.size, listed.size))
        }
        (Some(listed), _) if listed.sha256 != found.sha256 => {
            Some("its bytes are not those that the list gives".to_owned())
        }
        (_, Some(sha256)) if *sha256 != found.sha256 => {
            Some("its bytes are not those that the .sha256 file beside it gives".to_owned())
        }
        _ => None,
    }
}

/// What was found out about the rows of a file.
#[derive(Default)]
struct FileFindings {
    wrong: Vec<String>,
    more: u64,
    /// What it lacks for a proof.
    lacks: Vec<String>,
    /// Its rows are those that the file itself claims.
    agrees: bool,
}

impl FileFindings {
    fn wrong(&mut self, problem: String) {
        match self.wrong.len() < TOLD {
            true => self.wrong.push(problem),
            false => self.more += 1,
        }
    }

    fn is_empty(&self) -> bool {
        self.wrong.is_empty()
    }

    fn told(&mut self) -> Vec<String> {
        if self.more > 0 {
            self.wrong.push(format!("{} more of the kind", self.more));
        }
        std::mem::take(&mut self.wrong)
    }
}

/// Reads all rows, and compares them with what the file claims of itself.
fn read_rows(
    part: &OutputPart,
    expected: &Expectation,
    witnesses: &Witnesses<'_>,
    seals_of: &mut Seals<'_>,
    checked: &mut Checked,
    findings: &mut FileFindings,
) -> Result<()> {
    let mut reader = read::open_part(part, &Schema::arrow_of)?;
    let schema = ArrowSchema::new(reader.columns().clone());
    let mut digest = Digest::new(&schema);
    while let Some(batch) = reader.next()? {
        expected.stop.check()?;
        let view = Rows::of(&batch).ok_or_else(|| Error::verification("a column has an unknown type".to_owned()))?;
        let seals = seals(&view, None);
        digest.push(&seals);
        seals_of(&schema, &seals);
        checked.rows += batch.num_rows() as u64;
        if let Some(tiling) = witnesses.tiling.filter(|_| batch.num_rows() > 0) {
            match Ids::of(&batch) {
                Some(ids) => locked(tiling).rows(&ids, batch.num_rows()),
                None => locked(tiling).nameless_rows(),
            }
        }
        if let Some(sources) = Sources::of(&batch) {
            let wrong = sources.prove(|row, bytes| {
                let original = witnesses.originals.iter().find_map(|originals| originals.differs(&sources, row, bytes));
                original.or_else(|| witnesses.known?.differs(part, &sources.ids.get(row), Some(bytes)))
            });
            checked.sources += (batch.num_rows() - wrong.len()) as u64;
            wrong.into_iter().for_each(|wrong| findings.wrong(wrong));
        } else if let (Some(ids), Some(known)) = (Ids::of(&batch), witnesses.known) {
            let wrong = (0..batch.num_rows()).filter_map(|row| known.differs(part, &ids.get(row), None));
            wrong.for_each(|wrong| findings.wrong(wrong));
        }
    }
    match OutputLists::of(&reader.lists()) {
        Err(error) => findings.wrong(error.to_string()),
        Ok(lists) => {
            let wrong = witnesses.originals.iter().flat_map(|originals| originals.differ(&lists.documents));
            wrong.for_each(|wrong| findings.wrong(wrong));
            if let Some(tiling) = witnesses.tiling.filter(|_| reader.has_list()) {
                locked(tiling).lists(lists);
            }
        }
    }
    let digest = digest.finish().hexadecimal();
    compare(reader.as_ref(), checked.rows, &digest, findings);
    // Where a list or a .sha256 file gives the SHA-256 of all bytes, that says it already.
    let is_hashed = part.listed.is_some() || expected.sha256.is_some();
    if !is_hashed && reader.keeps_its_bytes()? == Some(false) {
        findings.wrong(
            "its bytes are not those it was written with: statistics and indexes, by which engines leave rows out, may be \
             wrong even where every value is right"
                .to_owned(),
        );
    }
    checked.digest = Some(digest);
    Ok(())
}

fn compare(reader: &dyn Reader, rows: u64, digest: &str, findings: &mut FileFindings) {
    if let Some(column) = reader.left_out() {
        let what = format!("it is a part of a folder by={column} and lacks that column: verify the whole folder");
        return findings.lacks.push(what);
    }
    match reader.claim() {
        None => findings.lacks.push(
            "it has no digest of its own, and no .sha256 file is beside it: write it with sha256=true, give \
             --expect DIGEST, or --allow-unproven"
                .to_owned(),
        ),
        Some(claim) if claim.rows != rows => {
            findings.wrong(format!("{}, where the file claims {}", count(rows, "row", "rows"), claim.rows))
        }
        Some(claim) if claim.digest != digest => {
            findings.wrong("a value differs: the digest of the rows is not the one the file claims".to_owned());
        }
        Some(_) => findings.agrees = true,
    }
}

/// The message of an error about a file, without its path.
pub fn within(path: &Path, error: &Error) -> String {
    let message = error.to_string();
    let front = format!("{}: ", path.display());
    message.strip_prefix(&front).map_or(message.clone(), str::to_owned)
}
