//! What a generation was made of: every input and what became of it, as lines of JSON.
//!
//! An input that is one record is one line; the records of one that has many are in a compact file beside it (`records`).
//!
//! In the generation, so that data and state are published by one rename. Holds no clock time of its own. Its last line
//! says how many lines came before it and gives their SHA-256: a manifest that is cut or changed is not believed, and
//! one in a newer format is refused.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::{BadReason, Contents, Entry, Fate, RecordState, Remark, RowState};
use super::records;
use super::survey::Sighting;
use crate::error::{Error, Result};
use crate::source::{DocumentId, RecordId};
use crate::write::digest::{Hash, Hashed, from_hexadecimal, hexadecimal};
use crate::write::replace;

/// Number of the format; raised when an older program would misread it.
const FORMAT: u32 = 4;

/// Name of the manifest within a generation.
pub const MANIFEST: &str = "_manifest.jsonl";

/// Name of the file beside it that has the records of inputs of many, as `records` writes them.
pub const RECORDS: &str = "_records.bin";

/// What a generation was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// By which rules it was made.
    pub rules: RulesUsed,
    /// Every input in input order.
    pub entries: Vec<Entry>,
}

/// By which rules a generation was made; other rules mean that everything is made again.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct RulesUsed {
    /// Version of the schema.
    pub schema: String,
    /// Version of the parser's rules.
    pub parser: u32,
    /// Name and version of the program.
    pub tool: String,
    /// Inputs and outputs of the job, as its file says them, wherever the file is: names of records hang on the inputs.
    pub settings: Vec<String>,
    /// Its filters: `include`, then `exclude`.
    #[serde(default)]
    pub filters: [Vec<String>; 2],
}

/// How the rules of this run are to those of the published generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rulebook {
    /// The same.
    Same,
    /// Another version of the parser or the program, or other filters: rows are made again where they can be, and kept
    /// where they cannot.
    Newer,
    /// Another schema, or other inputs or outputs: no row can be kept.
    Other,
}

impl Rulebook {
    /// Compares them.
    pub fn of(before: &RulesUsed, now: &RulesUsed) -> Rulebook {
        match (before == now, (&before.schema, &before.settings) == (&now.schema, &now.settings)) {
            (true, _) => Rulebook::Same,
            (false, true) => Rulebook::Newer,
            (false, false) => Rulebook::Other,
        }
    }
}

/// The first line: the format, then the rules.
#[derive(Deserialize, Serialize)]
struct FirstLine {
    format: u32,
    #[serde(flatten)]
    rules: RulesUsed,
}

/// The format alone, whatever else a line says.
#[derive(Deserialize)]
struct FormatLine {
    #[serde(default = "first_format")]
    format: u32,
}

fn first_format() -> u32 {
    1
}

/// The rules by which the generation in `directory` was made, as far as its manifest can be read: its first line says
/// them, whatever became of the rest.
pub fn rules_of(directory: &Path) -> Option<RulesUsed> {
    let mut first = Vec::new();
    BufReader::new(File::open(directory.join(MANIFEST)).ok()?).read_until(b'\n', &mut first).ok()?;
    let FormatLine { format } = serde_json::from_slice(&first).ok()?;
    serde_json::from_slice(&first).ok().filter(|_| format <= FORMAT)
}

/// The line of one input.
#[derive(Deserialize, Serialize)]
struct InputLine {
    path: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Of an input that is one record: the SHA-256 of its text without the line end, where there is one, and that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    line_end: String,
    /// What became of an input that is one record.
    fate: LineFate,
    #[serde(skip_serializing_if = "Option::is_none")]
    bad: Option<BadReason>,
    /// Documents in it that were left after their beginning.
    #[serde(default, skip_serializing_if = "is_zero")]
    left: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    tombstone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parser: Option<u32>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum LineFate {
    Row {
        mrn: String,
        unit: String,
        stem: String,
        repeated: bool,
    },
    Duplicate,
    Nothing,
    /// It is many records, which are in so many bytes of the file of records.
    Records {
        count: u64,
        rows: u64,
        bytes: u64,
        /// Copies and bad records among them; earlier versions do not say.
        #[serde(default)]
        duplicates: Option<u64>,
        #[serde(default)]
        bad: Option<u64>,
    },
}

/// The last line.
#[derive(Deserialize, PartialEq, Eq, Serialize)]
struct LastLine {
    end: LinesProof,
}

#[derive(Deserialize, PartialEq, Eq, Serialize)]
struct LinesProof {
    entries: u64,
    sha256: String,
    /// SHA-256 of the file of records, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    records_sha256: Option<String>,
}

impl InputLine {
    /// The line of an entry; records that do not fit in it go to `records`.
    fn of(entry: &Entry, records: &mut Vec<u8>) -> InputLine {
        let Entry { id, size, modified, changed, contents, tombstone, parser } = entry;
        let mut line = InputLine {
            path: id.path().to_owned(),
            size: *size,
            modified: *modified,
            changed: *changed,
            sha256: contents.sha256.clone(),
            text_sha256: None,
            line_end: String::new(),
            fate: LineFate::Nothing,
            bad: contents.bad.clone(),
            left: contents.left,
            tombstone: *tombstone,
            parser: *parser,
        };
        if let Some(record) = contents.single() {
            line.text_sha256 = record.text.filter(|_| !record.line_end.is_empty()).map(|text| hexadecimal(&text));
            line.line_end = record.line_end.to_owned();
            line.bad = contents.bad(id).next().map(|(_, bad, _)| bad.clone());
            line.fate = match &record.fate {
                Fate::Row(RowState { mrn, unit, stem, repeated }) => {
                    let [mrn, unit, stem] = [mrn, unit, stem].map(|text| text.to_string());
                    LineFate::Row { mrn, unit, stem, repeated: *repeated }
                }
                Fate::Duplicate => LineFate::Duplicate,
                Fate::Nothing => LineFate::Nothing,
            };
        } else if !contents.records.is_empty() || !contents.documents.is_empty() {
            let before = records.len();
            records::encode(contents, records);
            line.fate = LineFate::Records {
                count: contents.records.len() as u64,
                rows: contents.rows().count() as u64,
                bytes: (records.len() - before) as u64,
                duplicates: Some(contents.duplicates().count() as u64),
                bad: Some(contents.bad(id).count() as u64 - u64::from(contents.bad.is_some())),
            };
        }
        line
    }

    /// The entry of a line; `None` if the line, or its records, which `records` begins with, say nonsense.
    fn entry(self, records: &mut &[u8]) -> Option<Entry> {
        let InputLine { path, size, modified, changed, sha256, text_sha256, line_end, fate, bad, left, .. } = self;
        let (tombstone, parser) = (self.tombstone, self.parser);
        let id = DocumentId::file(path);
        let mut contents = Contents { sha256, bad, left, ..Contents::default() };
        let fate = match fate {
            LineFate::Records { bytes, .. } => {
                let (own, rest) = records.split_at_checked(usize::try_from(bytes).ok()?)?;
                let held = records::decode(&id, own)?;
                contents = Contents { records: held.records, documents: held.documents, ..contents };
                *records = rest;
                None
            }
            LineFate::Row { mrn, unit, stem, repeated } => {
                let [mrn, unit, stem] = [mrn, unit, stem].map(Arc::from);
                Some(Fate::Row(RowState { mrn, unit, stem, repeated }))
            }
            LineFate::Duplicate => Some(Fate::Duplicate),
            LineFate::Nothing => Some(Fate::Nothing),
        };
        // What could not be read has no hash, and no record.
        if let (Some(fate), Some(sha256)) = (fate, &contents.sha256) {
            let text = hash_of(text_sha256.as_ref().unwrap_or(sha256))?;
            // An input that could not be read, whose row was kept, is bad as a whole: it is read again.
            let of_record = contents.bad.take_if(|bad| !bad.is_unreadable());
            let bad = of_record.map(|bad| Remark::Bad { bad, sha256: Some(sha256.clone()) });
            let line_end = records::line_end(&line_end)?;
            let (id, remark) = (RecordId::whole(id.clone()), bad.map(Box::new));
            contents.records = [RecordState { id, text: Some(text), line_end, read_as: 0, fate, remark }].into();
        }
        Some(Entry { id, size, modified, changed, contents, tombstone, parser })
    }
}

/// What a generation counts that is as its inputs are.
#[derive(Debug, Default)]
pub struct UnchangedCounts {
    /// Inputs.
    pub found: u64,
    /// Rows.
    pub rows: u64,
    /// Copies that became no row.
    pub duplicates: u64,
    /// Inputs that are no cables and hold none.
    pub not_cables: u64,
    /// What is bad.
    pub bad: Vec<(RecordId, BadReason)>,
}

/// What the generation in `directory` counts, if it was made by these rules of these inputs as they look now. Holds one line
/// at a time and reads no records; `None` where more is to be known.
pub fn if_unchanged(directory: &Path, rules: &RulesUsed, sightings: &[Sighting]) -> Option<UnchangedCounts> {
    let path = directory.join(MANIFEST);
    let mut lines = ManifestLines { file: BufReader::new(File::open(&path).ok()?), hash: Sha256::new() };
    let first = lines.next(&path).ok()??;
    let FormatLine { format } = serde_json::from_slice(&first).ok()?;
    if format != FORMAT || serde_json::from_slice::<RulesUsed>(&first).ok()? != *rules {
        return None;
    }
    lines.hash.update(&first);
    let mut counts = UnchangedCounts::default();
    for sighting in sightings {
        let line = lines.next(&path).ok()??;
        counts.add(serde_json::from_slice(&line).ok()?, sighting)?;
        lines.hash.update(&line);
    }
    let LastLine { end } = serde_json::from_slice(&lines.next(&path).ok()??).ok()?;
    let proof = hexadecimal(&lines.hash.clone().finalize());
    let is_whole = lines.next(&path).ok()?.is_none() && (end.entries, end.sha256) == (counts.found, proof);
    is_whole.then_some(counts)
}

impl UnchangedCounts {
    /// Adds an input; `None` if it does not look as it did, or if more of it is to be known.
    fn add(&mut self, line: InputLine, sighting: &Sighting) -> Option<()> {
        let is_known = line.sha256.is_some() || line.bad.is_some();
        let looks_so = line.path == sighting.id.path() && sighting.looks(line.size, line.modified, line.changed);
        if !is_known || !looks_so || line.tombstone {
            return None;
        }
        self.found += 1;
        match line.fate {
            LineFate::Row { .. } => self.rows += 1,
            LineFate::Duplicate => self.duplicates += 1,
            LineFate::Nothing => self.not_cables += u64::from(line.bad.is_none()),
            LineFate::Records { rows, duplicates: Some(duplicates), bad: Some(0), .. } => {
                self.rows += rows;
                self.duplicates += duplicates;
                self.not_cables += u64::from(rows + duplicates == 0 && line.bad.is_none());
            }
            LineFate::Records { .. } => return None,
        }
        self.bad.extend(line.bad.map(|bad| (RecordId::whole(sighting.id.clone()), bad)));
        Some(())
    }
}

/// The hash that so many hexadecimal digits are.
fn hash_of(digits: &str) -> Option<Hash> {
    from_hexadecimal(digits)?.try_into().ok()
}

impl Manifest {
    /// Reads the manifest of the generation in `directory`.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::error::ErrorKind::Verification) if it is missing, cut or changed,
    /// [`ErrorKind::SchemaConflict`](crate::error::ErrorKind::SchemaConflict) if a newer program wrote it.
    pub fn read(directory: &Path) -> Result<Manifest> {
        let path = directory.join(MANIFEST);
        let broken = |what: &dyn std::fmt::Display| Error::verification(format!("{}: {what}", path.display()));
        let file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => broken(&"the manifest is missing"),
            _ => Error::unreadable("read", &path, error),
        })?;
        let mut lines = ManifestLines { file: BufReader::new(file), hash: Sha256::new() };
        let first = lines.next(&path)?.ok_or_else(|| broken(&"the manifest is empty"))?;
        let FormatLine { format } = serde_json::from_slice(&first).map_err(|error| broken(&error))?;
        if format > FORMAT {
            let path = path.display();
            return Err(Error::schema_conflict(format!(
                "{path}: a newer cablegram wrote this (format {format}, this one knows {FORMAT}); run that one, or make \
                 everything again with --full"
            )));
        }
        let mut rules: RulesUsed = serde_json::from_slice(&first).map_err(|error| broken(&error))?;
        if format < FORMAT {
            // Earlier programs read no dumps, or did not count what they left: everything is made again.
            rules.tool.clear();
        }
        let records = match fs::read(directory.join(RECORDS)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::unreadable("read", directory.join(RECORDS), error)),
        };
        let mut left = records.as_deref().unwrap_or_default();
        let mut manifest = Manifest { rules, entries: Vec::new() };
        lines.hash.update(&first);
        while let Some(line) = lines.next(&path)? {
            if let Ok(end) = serde_json::from_slice::<LastLine>(&line) {
                let is_last = lines.next(&path)?.is_none();
                let sound =
                    is_last && end == self::end(manifest.entries.len(), &lines.hash, &records) && left.is_empty();
                return match (sound, &end.end.records_sha256) {
                    (true, _) => Ok(manifest),
                    (false, None) => Err(broken(&"its last line does not prove it")),
                    (false, Some(_)) => Err(broken(&format!("its last line does not prove it and {RECORDS}"))),
                };
            }
            let read: InputLine = serde_json::from_slice(&line).map_err(|error| broken(&error))?;
            let entry = read.entry(&mut left).ok_or_else(|| broken(&format!("it and {RECORDS} do not fit")))?;
            manifest.entries.push(entry);
            lines.hash.update(&line);
        }
        // The first format had no such line, and its rules are older than any now.
        if format == 1 { Ok(manifest) } else { Err(broken(&"it is cut: its last line is missing")) }
    }

    /// Writes the manifest into `directory`; one that is there is replaced in one step.
    pub fn write(&self, directory: &Path) -> Result<()> {
        let mut records = Vec::new();
        let entries: Vec<InputLine> = self.entries.iter().map(|entry| InputLine::of(entry, &mut records)).collect();
        let records = (!records.is_empty()).then_some(records);
        if let Some(records) = &records {
            // Where there are some already, they are the same: times are all that may be new.
            replace(&directory.join(RECORDS), |file| file.write_all(records))?;
        }
        replace(&directory.join(MANIFEST), |file| {
            let mut lines = Hashed::new(file);
            put_line(&mut lines, &FirstLine { format: FORMAT, rules: self.rules.clone() })?;
            entries.iter().try_for_each(|line| put_line(&mut lines, line))?;
            let end = end(entries.len(), &lines.hash, &records);
            put_line(&mut lines, &end)
        })
    }
}

fn end(entries: usize, lines: &Sha256, records: &Option<Vec<u8>>) -> LastLine {
    let sha256 = hexadecimal(&lines.clone().finalize());
    let records_sha256 = records.as_ref().map(|records| hexadecimal(&Sha256::digest(records)));
    LastLine { end: LinesProof { entries: entries as u64, sha256, records_sha256 } }
}

/// Lines that are read, and the hash of those that were taken.
struct ManifestLines {
    file: BufReader<File>,
    hash: Sha256,
}

impl ManifestLines {
    /// The next line with its end.
    fn next(&mut self, path: &Path) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        match self.file.read_until(b'\n', &mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(error) => Err(Error::io("cannot read", path, error)),
        }
    }
}

fn put_line(out: &mut impl Write, line: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
