//! A dataset, or one of its generations, to a verdict: every file against what proves it, and every row against the
//! manifest.
//!
//! ```text
//! _SUCCESS, which proves itself ─► single files, lists, quarantine ─► the files that a list names
//! _manifest.jsonl, which proves itself and _records.bin ◄─► rows
//! ```
//!
//! Changes nothing and needs no lock: of a published generation only times in the manifest are ever written again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::ThreadPool;
use walkdir::WalkDir;

use super::entry::{Entry, RecordState};
use super::generation::{CURRENT, Current, Dataset, Generation, SUCCESS, Success, name_of};
use super::manifest::{MANIFEST, Manifest, RECORDS};
use super::seal::QUARANTINE;
use super::targets::{is_per_row, stem};
use crate::contract::{LIST, PARQUET_LIST};
use crate::convert::BytesProof;
use crate::count::count;
use crate::error::{Error, ErrorKind, Result};
use crate::local::{Standing, is_taken, standing};
use crate::mutex::{into_inner, locked};
use crate::read::OutputPart;
use crate::source::RecordId;
use crate::verify::{Checked, FileStatus, KnownRows, Verdict, VerifyRequest, relative, verify_known, within};
use crate::write::{FileBytes, Layout, Output, list_of};

/// How the name of a file of checksums ends.
const CHECKSUMS: &str = ".sha256";

/// What is in every generation beside its outputs and its quarantine.
const OWN_FILES: [&str; 3] = [SUCCESS, MANIFEST, RECORDS];

/// Whether a folder is a dataset that [`sync`](super::sync) maintains, or a generation of one.
///
/// # Errors
/// Of kind `Io` if it cannot be looked at.
pub fn is_dataset(path: &Path) -> Result<bool> {
    if is_generation(path)? {
        return Ok(true);
    }
    Ok(standing(path)? == Standing::Folder && list_of(path)?.is_none() && Dataset::open(path).is_ok())
}

fn is_generation(path: &Path) -> Result<bool> {
    if standing(&path.join(MANIFEST))? == Standing::File {
        return Ok(true);
    }
    Ok(standing(path)? == Standing::Folder && Generation::at(path).is_some())
}

/// Verifies the generation in force of the dataset at `path`, or the generation at `path`. `each` is given every file
/// that is not sound, and every file of an output.
///
/// # Errors
/// `ErrorKind::NotFound` if nothing is published there, or if the generation was removed meanwhile; `ErrorKind::Stopped`;
/// `ErrorKind::SchemaConflict` if a newer program wrote its manifest.
pub fn scrub(
    path: &Path,
    request: &VerifyRequest,
    pool: &ThreadPool,
    each: &mut dyn FnMut(&Checked) -> Result<()>,
) -> Result<Verdict> {
    let mut run = Scrub { request, pool, each, verdict: Verdict::default() };
    match is_generation(path)? {
        true => run.generation(&resolved(path))?,
        false => run.dataset(&Dataset::open(path)?)?,
    }
    if !run.verdict.failures.is_empty() {
        let full = "`cablegram sync JOB.toml --full` makes everything again from the inputs";
        run.verdict.notes.push(format!("{full}, `cablegram rollback` goes back to the generation before"));
    }
    Ok(run.verdict)
}

/// Where `current` leads to now, and any other path as it is: while a generation is read, another may come into force.
fn resolved(path: &Path) -> PathBuf {
    // Without a slash at its end, which would be followed.
    let path: PathBuf = path.components().collect();
    match path.read_link() {
        Ok(target) => path.parent().unwrap_or(Path::new("")).join(target),
        Err(_) => path,
    }
}

/// Outputs, each with the SHA-256 of its bytes where it is a file that was sealed.
type SealedOutputs = BTreeMap<PathBuf, Option<String>>;

struct Scrub<'s> {
    request: &'s VerifyRequest,
    pool: &'s ThreadPool,
    each: &'s mut dyn FnMut(&Checked) -> Result<()>,
    verdict: Verdict,
}

impl Scrub<'_> {
    fn dataset(&mut self, dataset: &Dataset) -> Result<()> {
        let current = dataset.root().join(CURRENT);
        let whole = dataset.generations()?;
        match dataset.at_current()? {
            Current::Generation(generation) => self.generation(&generation.path),
            Current::Absent if whole.is_empty() => {
                let root = dataset.root().display();
                Err(Error::not_found(format!("{root}: nothing is published yet; run `cablegram sync` first")))
            }
            Current::Absent => self.wrong(&current, FileStatus::Missing, "it is not there, so nothing is in force"),
            Current::Folder => {
                self.wrong(&current, FileStatus::Changed, "it is a folder and no link, as after a copy without links")
            }
            // What is there of the generation is looked at all the same.
            Current::Broken => match Generation::at(&current) {
                Some(generation) => self.generation(&dataset.root().join(name_of(generation.number))),
                None => self.wrong(&current, FileStatus::Changed, "it leads to no generation"),
            },
        }
    }

    fn generation(&mut self, path: &Path) -> Result<()> {
        let success = self.success(path)?;
        let manifest = self.manifest(path)?;
        if let (Some(success), Some(manifest)) = (&success, &manifest) {
            self.counts(path, success, manifest)?;
        }
        let mut known: BTreeSet<String> = OWN_FILES.map(str::to_owned).into();
        let mut outputs = SealedOutputs::new();
        for (name, seal) in success.iter().flat_map(|success| &success.files) {
            known.insert(name.clone());
            let is_sound = self.sealed(path, name, seal)?;
            match output_of(name) {
                // What is damaged as a whole needs no closer look; what is not is proven by its seal.
                Some(output) if output == Path::new(name) && is_sound => {
                    drop(outputs.insert(output, Some(seal.sha256.clone())))
                }
                Some(output) if output != Path::new(name) => drop(outputs.insert(output, None)),
                _ => {}
            }
        }
        if known.len() == OWN_FILES.len() {
            // Nothing is sealed: what is there is taken for outputs and quarantine.
            outputs = find_outputs(path, path)?.into_iter().map(|output| (output, None)).collect();
            outputs.insert(PathBuf::from(QUARANTINE), None);
        }
        for (output, expect) in outputs.iter().filter(|(output, _)| **output != Path::new(QUARANTINE)) {
            let request = VerifyRequest { expect: expect.clone(), ..self.request.clone() };
            self.output(path, output, &request, manifest.as_ref())?;
        }
        self.unlisted(path, &known, &outputs)?;
        match standing(path)? == Standing::Folder {
            true => Ok(()),
            // What is missing then is no fault of the files.
            false => Err(Error::not_found(format!(
                "{}: it was removed while it was read, as newer ones were published; run this again",
                path.display()
            ))),
        }
    }

    fn success(&mut self, generation: &Path) -> Result<Option<Success>> {
        let path = generation.join(SUCCESS);
        let number = Generation::at(generation).map(|generation| generation.number);
        let read = Generation { number: number.unwrap_or_default(), path: generation.to_owned() }.success_and_proof();
        let (success, proof) = match read {
            Ok(read) => read,
            Err(_) if !is_taken(&path)? => {
                let wrong = "it is not there, and only it says that the generation is whole";
                return self.wrong(&path, FileStatus::Missing, wrong).map(|()| None);
            }
            Err(error) => return self.wrong(&path, FileStatus::Changed, error.to_string()).map(|()| None),
        };
        let other = number.filter(|number| *number != success.generation);
        match (proof, other) {
            (_, Some(number)) => {
                let wrong = format!("it is that of generation {}, in the folder of {number}", success.generation);
                self.wrong(&path, FileStatus::Changed, wrong)?;
            }
            (Some(false), _) => self.wrong(&path, FileStatus::Changed, "it is not what was written")?,
            (None, _) => self.wrong(&path, FileStatus::Unproven, "an earlier version wrote it without a proof")?,
            (Some(true), None) => self.sound(&path),
        }
        Ok(Some(success))
    }

    fn manifest(&mut self, generation: &Path) -> Result<Option<Manifest>> {
        let path = generation.join(MANIFEST);
        match Manifest::read(generation) {
            Ok(manifest) => {
                self.sound(&path);
                if is_taken(&generation.join(RECORDS))? {
                    self.sound(&generation.join(RECORDS));
                }
                Ok(Some(manifest))
            }
            Err(error) if error.kind() == ErrorKind::SchemaConflict => Err(error),
            Err(error) => {
                let status = if is_taken(&path)? { FileStatus::Changed } else { FileStatus::Missing };
                self.wrong(&path, status, within(&path, &error)).map(|()| None)
            }
        }
    }

    /// What `_SUCCESS` counts against what the manifest holds.
    fn counts(&mut self, generation: &Path, success: &Success, manifest: &Manifest) -> Result<()> {
        let rows = |entries: &mut dyn Iterator<Item = &Entry>| entries.map(|entry| entry.rows().count()).sum::<usize>();
        let duplicates = manifest.entries.iter().flat_map(|entry| entry.contents.duplicates()).count();
        let counts = [
            ("rows", success.rows, rows(&mut manifest.entries.iter())),
            ("duplicates", success.duplicates, duplicates),
            ("kept rows", success.tombstones, rows(&mut manifest.entries.iter().filter(|entry| entry.tombstone))),
        ];
        for (what, claimed, found) in counts.into_iter().filter(|(_, claimed, found)| *claimed != *found as u64) {
            let wrong = format!("it holds {found} {what}, where {SUCCESS} claims {claimed}");
            self.wrong(&generation.join(MANIFEST), FileStatus::Changed, wrong)?;
        }
        Ok(())
    }

    /// Whether a file is what was sealed; says so if it is not. A single output that is sound is counted where it is
    /// read.
    fn sealed(&mut self, generation: &Path, name: &str, seal: &FileBytes) -> Result<bool> {
        self.request.stop.check()?;
        let path = &generation.join(name);
        match seal.are_in(path) {
            Ok(true) => {
                if is_list(path) || output_of(name).is_none() {
                    self.sound(path);
                }
                return Ok(true);
            }
            Ok(false) if path.symlink_metadata().is_err() => {
                self.wrong(path, FileStatus::Missing, "it is not there")?;
            }
            Ok(false) => {
                let wrong = format!("its bytes are not those that {SUCCESS} gives");
                self.wrong(path, FileStatus::Changed, wrong)?;
            }
            Err(error) => self.wrong(path, FileStatus::Changed, error.to_string())?,
        }
        Ok(false)
    }

    /// Verifies an output, and compares its rows with the manifest in both directions.
    fn output(
        &mut self,
        generation: &Path,
        name: &Path,
        request: &VerifyRequest,
        manifest: Option<&Manifest>,
    ) -> Result<()> {
        let path = generation.join(name);
        let expected = manifest.map(|manifest| ManifestRows::of(manifest, name));
        let known = expected.as_ref().map(|rows| rows as &dyn KnownRows);
        let verdict = match verify_known(&path, request, known, self.pool, self.each) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return self.wrong(&path, FileStatus::Missing, error.to_string());
            }
            verdict => verdict?,
        };
        let name = name.display();
        let digest = verdict.digest.as_deref().map(|digest| format!(", digest {digest}")).unwrap_or_default();
        let (files, rows) = (count(verdict.files, "file", "files"), count(verdict.rows, "row", "rows"));
        self.verdict.notes.push(format!("{name}: {files}, {rows}{digest}"));
        let is_sound = verdict.failures.is_empty();
        let held = verdict.rows;
        self.add(verdict);
        match expected.filter(|_| is_sound) {
            Some(rows) => rows.missing(held).into_iter().try_for_each(|wrong| {
                let manifest = generation.join(MANIFEST);
                self.wrong(&manifest, FileStatus::Changed, format!("{name}: {wrong}"))
            }),
            None => Ok(()),
        }
    }

    /// Adds what came of an output. Every output holds the same rows, which count once.
    fn add(&mut self, verdict: Verdict) {
        let all = &mut self.verdict;
        all.files += verdict.files;
        all.rows = all.rows.max(verdict.rows);
        all.sources = all.sources.max(verdict.sources);
        for (status, count) in &verdict.counts {
            *all.counts.entry(*status).or_default() += count;
        }
        all.take_words(verdict);
    }

    /// Files of the generation that nothing names.
    fn unlisted(&mut self, generation: &Path, known: &BTreeSet<String>, outputs: &SealedOutputs) -> Result<()> {
        for entry in WalkDir::new(generation).min_depth(1).sort_by_file_name() {
            let entry = entry.map_err(|error| Error::io("cannot look into", generation, error.into()))?;
            let name = relative(generation, entry.path());
            let is_in_output = outputs.keys().any(|output| {
                let is_below = Path::new(&name).starts_with(output) && name.len() > output.as_os_str().len();
                is_below || Path::new(name.strip_suffix(CHECKSUMS).unwrap_or(&name)) == output
            });
            if !entry.file_type().is_dir() && !known.contains(&name) && !is_in_output {
                self.wrong(entry.path(), FileStatus::Unlisted, "no part of the generation; move it out")?;
            }
        }
        Ok(())
    }

    fn sound(&mut self, path: &Path) {
        self.verdict.add(&Checked::of(path, FileStatus::Sound, Vec::new()));
    }

    fn wrong(&mut self, path: &Path, status: FileStatus, problem: impl Into<String>) -> Result<()> {
        let checked = Checked::of(path, status, vec![problem.into()]);
        self.verdict.add(&checked);
        (self.each)(&checked)
    }
}

fn is_list(path: &Path) -> bool {
    path.ends_with(LIST) || path.ends_with(PARQUET_LIST)
}

/// The output that a sealed file is, or is the list of; `None` for checksums, and in the quarantine.
fn output_of(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.starts_with(QUARANTINE) || name.ends_with(CHECKSUMS) {
        return None;
    }
    if !is_list(path) {
        return Some(path.to_owned());
    }
    let folder = path.parent()?;
    let is_partition = path.ends_with(PARQUET_LIST) && folder.file_name()?.to_string_lossy().contains('=');
    Some(if is_partition { folder.parent()? } else { folder }.to_owned())
}

/// The outputs of a generation that has no seals, by what is there.
fn find_outputs(generation: &Path, folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut outputs = BTreeSet::new();
    let unreadable = |error| Error::io("cannot look into", folder, error);
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.strip_prefix(generation).unwrap_or(&path).to_owned();
        let is_own = name.to_string_lossy().starts_with('_') || name.to_string_lossy().ends_with(CHECKSUMS);
        match standing(&path)? {
            _ if is_own => {}
            Standing::Folder if list_of(&path)?.is_none() => outputs.extend(find_outputs(generation, &path)?),
            _ => drop(outputs.insert(name)),
        }
    }
    Ok(outputs)
}

/// The rows of a manifest, and which of them an output holds.
struct ManifestRows<'m> {
    rows: HashMap<&'m RecordId, &'m RecordState>,
    output: Option<Output>,
    seen: Mutex<HashSet<RecordId>>,
}

impl<'m> ManifestRows<'m> {
    /// The rows that the output called `name` should hold.
    fn of(manifest: &'m Manifest, name: &Path) -> ManifestRows<'m> {
        let records = manifest.entries.iter().flat_map(|entry| entry.contents.records_of_rows());
        let outputs = manifest.rules.settings.iter().filter_map(|setting| Output::parse(setting).ok());
        ManifestRows {
            rows: records.map(|record| (&record.id, record)).collect(),
            output: outputs.into_iter().find(|output| output.path() == Some(name)),
            seen: Mutex::default(),
        }
    }

    /// What is to be said of rows that are in no file of the output, which holds `count` rows.
    fn missing(self, count: u64) -> Option<String> {
        let seen = into_inner(self.seen);
        let all = self.rows.len() as u64;
        // An output may leave out the column that says which row is which.
        let first = self.rows.keys().filter(|id| !seen.contains(id)).min().filter(|_| !seen.is_empty());
        let first = first.map(|id| format!("; the first that no file holds is {id}")).unwrap_or_default();
        (all != count).then(|| format!("it has {all} rows, of which {count} are there{first}"))
    }

    /// Where a row is to be, if it is not there.
    fn misplaced(&self, part: &OutputPart, record: &RecordState) -> Option<String> {
        let (name, row) = (&part.listed.as_ref()?.name, record.row()?);
        let (is, should_be) = match self.output.as_ref()? {
            output if is_per_row(output) => (stem(name), &*row.stem),
            Output { layout: Layout::Partitions { .. }, .. } => (name.split_once('/')?.0, &*row.unit),
            _ => return None,
        };
        (is != should_be).then(|| format!("the manifest has it in {should_be}"))
    }
}

impl KnownRows for ManifestRows<'_> {
    fn differs(&self, part: &OutputPart, id: &RecordId, bytes: Option<&[u8]>) -> Option<String> {
        let proof = bytes.map(BytesProof::of);
        let is_other = |record: &RecordState| {
            proof
                .as_ref()
                .is_some_and(|proof| (record.text, record.line_end) != (Some(proof.text_sha256), proof.line_end))
        };
        let wrong = match self.rows.get(id) {
            None => "the manifest has no such row".to_owned(),
            Some(record) if is_other(record) => "its bytes are not those that the manifest gives".to_owned(),
            Some(record) => match self.misplaced(part, record) {
                Some(wrong) => wrong,
                None if locked(&self.seen).insert(id.clone()) => return None,
                None => "it is a row twice".to_owned(),
            },
        };
        Some(format!("{id}: {wrong}"))
    }
}
