//! What a generation was made of: every input and what became of it, as lines of JSON.
//!
//! Stands inside the generation, so that data and state are published by one rename. Holds no clock time of its own.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::source::DocumentId;

/// Name of the manifest within a generation.
pub const MANIFEST: &str = "_manifest.jsonl";

/// What a generation was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// By which rules it was made.
    pub rules: RulesUsed,
    /// Every input in input order.
    pub entries: Vec<Entry>,
}

/// By which rules a generation was made; other rules mean that everything is made anew.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct RulesUsed {
    /// Version of the schema.
    pub schema: String,
    /// Version of the parser's rules.
    pub parser: u32,
    /// Name and version of the program.
    pub tool: String,
    /// Inputs, filters and outputs of the job, as written.
    pub settings: Vec<String>,
}

/// One input.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The input, a file: its path as it is in `source.path`.
    #[serde(rename = "path", with = "path_of_input")]
    pub id: DocumentId,
    /// Bytes of the file.
    pub size: u64,
    /// Time of its last change in nanoseconds since 1970; absent where it was too fresh to be trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    /// SHA-256 of its bytes, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// Why it is bad, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad: Option<Bad>,
    /// The input is gone; its row was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tombstone: bool,
}

/// Why an input is bad.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// The code of the first error of a damaged cable, or `unreadable`.
    pub code: String,
    /// The whole reason, for a person to read.
    pub message: String,
}

/// What became of an input.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It is a row.
    Row(Row),
    /// An earlier input has the same bytes.
    Duplicate,
    /// It is no cable, or could not be read.
    Nothing,
}

/// Where a row stands, and what other rows mean to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Row {
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
    /// The row it became.
    pub fn row(&self) -> Option<&Row> {
        match &self.fate {
            Fate::Row(row) => Some(row),
            _ => None,
        }
    }
}

impl Manifest {
    /// Reads the manifest of the generation in `directory`.
    pub fn read(directory: &Path) -> Result<Manifest> {
        let path = directory.join(MANIFEST);
        let broken = |error: &dyn std::fmt::Display| {
            Error::verification(format!("{}: {error}; run with --full to make everything anew", path.display()))
        };
        let file = File::open(&path).map_err(|error| Error::io("cannot read", &path, error))?;
        let mut lines = BufReader::new(file).lines();
        let first = lines.next().ok_or_else(|| broken(&"the manifest is empty"))?.map_err(|error| broken(&error))?;
        let rules = serde_json::from_str(&first).map_err(|error| broken(&error))?;
        let entries = lines.map(|line| {
            let line = line.map_err(|error| broken(&error))?;
            serde_json::from_str(&line).map_err(|error| broken(&error))
        });
        Ok(Manifest { rules, entries: entries.collect::<Result<_>>()? })
    }

    /// Writes the manifest into `directory`.
    pub fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(MANIFEST);
        let failed = |error| Error::output(format!("cannot write {}: {error}", path.display()));
        let mut file = BufWriter::new(File::create_new(&path).map_err(failed)?);
        put_line(&mut file, &self.rules).map_err(failed)?;
        self.entries.iter().try_for_each(|entry| put_line(&mut file, entry)).map_err(failed)?;
        file.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)
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
