//! Documents to a batch: recognized, parsed and built, in input order.
//!
//! A task of the pool does one of these for one batch and never waits for another task: a thread that waits takes up
//! whatever comes, and what it waited for is held up behind that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;

use super::chunk::Hashed;
use super::outcome::{Outcome, Status};
use super::seen::Appearance;
use crate::diagnostic::Severity;
use crate::dialect::{self, Recognized};
use crate::error::{Error, Result};
use crate::in_order::panic_message;
use crate::parse;
use crate::provenance::{Encoding, Provenance};
use crate::schema::{Record, Schema};
use crate::source::{Document, RecordId};
use crate::write::digest::{Hash, KnownHashes, hexadecimal};
use crate::write::{Batch, Names};

/// An input on its way to the batch it belongs to.
#[derive(Debug)]
pub enum Waiting {
    /// A document to be parsed.
    Document(Hashed, Appearance),
    /// An input that becomes no row; it waits for its turn to be told of.
    Settled(Outcome),
}

/// An input that was looked into.
#[derive(Debug)]
pub struct Looked {
    /// What it turned out to be.
    pub outcome: Outcome,
    /// The row, where it is a cable.
    pub record: Option<Box<Record>>,
    /// Whether the document came before.
    pub appearance: Appearance,
}

/// Looks into every input in order.
pub fn look_into(waiting: Vec<Waiting>) -> Result<Vec<Looked>> {
    waiting.into_iter().map(look_into_one).collect()
}

/// The rows of `records` in order.
pub fn batch(schema: &Schema, records: &[Box<Record>]) -> Result<Arc<Batch>> {
    let known = schema.known_hashes(records).map(|(column, hashes)| KnownHashes { column, hashes });
    sealed(schema, schema.batch(records), known.as_ref())
}

/// Rows with what every output needs of them: the names of their files, and their seals.
pub fn batch_of(schema: &Schema, rows: RecordBatch) -> Result<Arc<Batch>> {
    sealed(schema, rows, None)
}

fn sealed(schema: &Schema, rows: RecordBatch, known: Option<&KnownHashes>) -> Result<Arc<Batch>> {
    let names = Names { stems: schema.file_stems(&rows), versions: schema.file_versions(&rows) };
    Batch::with_known(rows, names, known).map(Arc::new)
}

fn look_into_one(waiting: Waiting) -> Result<Looked> {
    match waiting {
        Waiting::Settled(outcome) => Ok(Looked { outcome, record: None, appearance: Appearance::First }),
        Waiting::Document(hashed, appearance) => {
            let id = hashed.document.id.clone();
            // The parser never panics; should it, the run ends with the name of the file instead of nothing.
            catch_unwind(AssertUnwindSafe(|| read(hashed, appearance)))
                .map_err(|panic| Error::defect(format!("reading {id}: {}", panic_message(&*panic))))
        }
    }
}

fn read(hashed: Hashed, appearance: Appearance) -> Looked {
    let Hashed { document, sha256 } = hashed;
    let Document { id, file_name, bytes } = document;
    let id = RecordId::whole(id);
    let size = bytes.len() as u64;
    let (status, record) = match dialect::recognize(bytes, &file_name) {
        Recognized::Ignored(kind) => (Status::Ignored(kind), None),
        Recognized::Cable(transcript) => {
            let record = record(transcript, id.clone(), sha256, size);
            (status(&record), Some(Box::new(record)))
        }
    };
    Looked { outcome: Outcome { id, bytes: Some((sha256, size)), status }, record, appearance }
}

fn record(transcript: dialect::Transcript, id: RecordId, sha256: Hash, size: u64) -> Record {
    let reading = parse::parse(&transcript);
    let (cable, diagnostics) = (reading.cable, reading.diagnostics);
    let (dialect, encoding) = (transcript.dialect(), transcript.encoding());
    let provenance = Provenance { id, dialect, size, sha256: hexadecimal(&sha256), encoding };
    let text_sha256 = (transcript.encoding() == Encoding::Utf8).then_some(sha256);
    Record { cable, diagnostics, provenance, source_text: transcript.into_source_text(), text_sha256 }
}

fn status(record: &Record) -> Status {
    let is_error = |code: crate::diagnostic::Code| code.severity() == Severity::Error;
    match record.diagnostics.iter().find(|diagnostic| is_error(diagnostic.code)) {
        Some(diagnostic) => Status::Damaged { code: diagnostic.code, detail: diagnostic.detail.clone() },
        None => Status::Cable,
    }
}
