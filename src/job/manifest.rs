//! What a generation was made of: every input and what became of it, as lines of JSON.
//!
//! In the generation, so that data and state are published by one rename. Holds no clock time of its own. Its last line
//! says how many lines came before it and gives their SHA-256: a manifest that is cut or changed is not believed, and
//! one in a newer format is refused.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::source::DocumentId;
use crate::write::digest::hexadecimal;
use crate::write::replace;

/// Number of the format; raised when an older program would misread it.
const FORMAT: u32 = 2;

/// Name of the manifest within a generation.
pub const MANIFEST: &str = "_manifest.jsonl";

/// What a generation was made of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// By which rules it was made.
    pub rules: RulesUsed,
    /// Every input in input order.
    pub entries: Vec<Entry>,
}

/// By which rules a generation was made; other rules mean that everything is made again.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RulesUsed {
    /// Version of the schema.
    pub schema: String,
    /// Version of the parser's rules.
    pub parser: u32,
    /// Name and version of the program.
    pub tool: String,
    /// Inputs, filters and outputs of the job, as its file says them, wherever the file is.
    pub settings: Vec<String>,
}

/// How the rules of this run are to those of the published generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rulebook {
    /// The same.
    Same,
    /// Another version of the parser or the program: rows are made again where they can be, and kept where they cannot.
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

/// The last line.
#[derive(Deserialize, PartialEq, Eq, Serialize)]
struct LastLine {
    end: LinesProof,
}

#[derive(Deserialize, PartialEq, Eq, Serialize)]
struct LinesProof {
    entries: u64,
    sha256: String,
}

/// One input.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The input, a file: its path as it is in `source.path`.
    #[serde(rename = "path", with = "path_of_input")]
    pub id: DocumentId,
    /// Bytes of the file.
    pub size: u64,
    /// Time of its last change in nanoseconds since 1970; absent where it was too fresh to be trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    /// Time of the last change of the file or of what the file system says of it, in nanoseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<i64>,
    /// SHA-256 of its bytes, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// Why it is bad, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad: Option<BadReason>,
    /// The input is gone; its row was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tombstone: bool,
    /// Version of the parser's rules that made the row, where it was kept from other rules than those of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parser: Option<u32>,
}

/// Why an input is bad.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BadReason {
    /// The code of the first error of a damaged cable, or `unreadable`.
    pub code: String,
    /// The whole reason, for a person to read.
    pub message: String,
}

impl BadReason {
    /// The code of what could not be read at all.
    pub const UNREADABLE: &str = "unreadable";

    /// Whether the input could not be read.
    pub fn is_unreadable(&self) -> bool {
        self.code == BadReason::UNREADABLE
    }
}

/// What became of an input.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Fate {
    /// It is a row.
    Row(RowState),
    /// An earlier input has the same bytes.
    Duplicate,
    /// It is no cable, or could not be read.
    Nothing,
}

/// Where a row is, and what other rows mean to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RowState {
    /// Message reference number.
    pub mrn: String,
    /// Folder of its partition; empty where outputs have none.
    pub unit: String,
    /// Stem of its own file.
    pub stem: String,
    /// Whether an earlier row has the same number and another text.
    pub repeated: bool,
}

impl Entry {
    /// Whether another entry says the same, times aside.
    pub fn says_as(&self, other: &Entry) -> bool {
        let timeless = |entry: &Entry| Entry { modified: None, changed: None, ..entry.clone() };
        self == other || timeless(self) == timeless(other)
    }

    /// The row it became.
    pub fn row(&self) -> Option<&RowState> {
        match &self.fate {
            Fate::Row(row) => Some(row),
            _ => None,
        }
    }
}

impl Manifest {
    /// Reads the manifest of the generation in `directory`.
    ///
    /// # Errors
    /// [`ErrorKind::Verification`](crate::error::ErrorKind::Verification) if it is missing, cut or changed,
    /// [`ErrorKind::SchemaConflict`](crate::error::ErrorKind::SchemaConflict) if a newer program wrote it.
    pub fn read(directory: &Path) -> Result<Manifest> {
        let path = directory.join(MANIFEST);
        let broken = |what: &dyn std::fmt::Display| {
            Error::verification(format!("{}: {what}; run with --full to make everything again", path.display()))
        };
        let file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => broken(&"the manifest is missing"),
            _ => Error::io("cannot read", &path, error),
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
        let rules: RulesUsed = serde_json::from_slice(&first).map_err(|error| broken(&error))?;
        let mut manifest = Manifest { rules, entries: Vec::new() };
        lines.hash(&first);
        while let Some(line) = lines.next(&path)? {
            if let Ok(end) = serde_json::from_slice::<LastLine>(&line) {
                let is_last = lines.next(&path)?.is_none();
                let sound = is_last && end == lines.end(manifest.entries.len());
                return if sound { Ok(manifest) } else { Err(broken(&"its last line does not prove it")) };
            }
            manifest.entries.push(serde_json::from_slice(&line).map_err(|error| broken(&error))?);
            lines.hash(&line);
        }
        // The first format had no such line, and its rules are older than any now.
        if format == 1 { Ok(manifest) } else { Err(broken(&"it is cut: its last line is missing")) }
    }

    /// Writes the manifest into `directory`; one that is there is replaced in one step.
    pub fn write(&self, directory: &Path) -> Result<()> {
        replace(&directory.join(MANIFEST), |file| {
            let mut lines = Hashing { file, hash: Sha256::new() };
            put_line(&mut lines, &FirstLine { format: FORMAT, rules: self.rules.clone() })?;
            self.entries.iter().try_for_each(|entry| put_line(&mut lines, entry))?;
            let sha256 = hexadecimal(&lines.hash.clone().finalize());
            put_line(&mut lines, &LastLine { end: LinesProof { entries: self.entries.len() as u64, sha256 } })
        })
    }
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

    fn hash(&mut self, line: &[u8]) {
        self.hash.update(line);
    }

    fn end(&self, entries: usize) -> LastLine {
        LastLine { end: LinesProof { entries: entries as u64, sha256: hexadecimal(&self.hash.clone().finalize()) } }
    }
}

/// Hashes what it writes.
struct Hashing<W> {
    file: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// An input as its path alone: it is never a member of something.
mod path_of_input {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::source::DocumentId;

    pub fn serialize<S: Serializer>(id: &DocumentId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(id.path())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DocumentId, D::Error> {
        String::deserialize(deserializer).map(DocumentId::file)
    }
}

fn put_line(out: &mut impl Write, line: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
