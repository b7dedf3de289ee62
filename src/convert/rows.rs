//! Documents to a batch: recognized, parsed and built, in input order.
//!
//! A task of the pool does one of these for one batch and never waits for another task: a thread that waits takes up
//! whatever comes, and what it waited for comes after that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;

use super::feed::{DocumentEnd, Ready};
use super::outcome::{BytesProof, Outcome, Status};
use super::seen::Appearance;
use crate::diagnostic::Severity;
use crate::dialect::{self, Recognized};
use crate::error::{Error, Result};
use crate::in_order::panic_message;
use crate::parse;
use crate::provenance::{Encoding, Provenance};
use crate::schema::{self, Row, Schema};
use crate::source::RecordId;
use crate::write::digest::{KnownHashes, hexadecimal};
use crate::write::{Batch, FileNames};

/// An input on its way to the batch it belongs to.
#[derive(Debug)]
pub enum PendingInput {
    /// A record to be parsed.
    Record(Ready, Appearance),
    /// An input that becomes no row; it waits for its turn to be reported.
    Settled(Outcome),
    /// The end of a document of several records.
    End(DocumentEnd),
}

/// An input that was looked into.
#[derive(Debug)]
pub enum ParsedInput {
    /// A record, or a document as a whole.
    Input {
        /// What it turned out to be.
        outcome: Outcome,
        /// The row, where it is a cable.
        record: Option<Box<Row>>,
        /// Whether the record came before.
        appearance: Appearance,
    },
    /// The end of a document of several records.
    End(DocumentEnd),
}

/// The rows of `records` in order, in each of these schemas.
pub fn batches(schemas: &[&'static Schema], records: &[Box<Row>]) -> Result<Vec<Arc<Batch>>> {
    let batches = Schema::batches(schemas, records);
    let names = Arc::new(batches.first().map(file_names).unwrap_or_default());
    let sealed = schemas.iter().zip(batches).map(|(schema, rows)| {
        let known = schema.known_hashes(records).map(|(column, hashes)| KnownHashes { column, hashes });
        Batch::with_known(rows, names.clone(), known.as_ref()).map(Arc::new)
    });
    sealed.collect()
}

/// The rows of `records` in order.
pub fn batch(schema: &'static Schema, records: &[Box<Row>]) -> Result<Arc<Batch>> {
    batches(&[schema], records).map(|mut batches| batches.swap_remove(0))
}

/// Rows with what every output needs of them: the names of their files, and their seals.
pub fn sealed(rows: RecordBatch) -> Result<Arc<Batch>> {
    let names = Arc::new(file_names(&rows));
    Batch::with_known(rows, names, None).map(Arc::new)
}

/// What the files of rows are called: the same in every schema, since all have the columns that say so.
fn file_names(rows: &RecordBatch) -> FileNames {
    FileNames { stems: schema::file_stems(rows), versions: schema::file_versions(rows) }
}

impl PendingInput {
    /// What it is called, and what is known of its bytes.
    pub fn name(&self) -> (RecordId, Option<BytesProof>) {
        match self {
            PendingInput::Record(ready, _) => (ready.id.clone(), Some(ready.proof)),
            PendingInput::Settled(outcome) => (outcome.id.clone(), outcome.proof),
            PendingInput::End(whole) => (RecordId::whole(whole.id.clone()), None),
        }
    }
}

/// Looks into one input.
pub fn look_into(waiting: PendingInput) -> Result<ParsedInput> {
    match waiting {
        PendingInput::Settled(outcome) => {
            Ok(ParsedInput::Input { outcome, record: None, appearance: Appearance::First })
        }
        PendingInput::End(whole) => Ok(ParsedInput::End(whole)),
        PendingInput::Record(ready, appearance) => {
            let id = ready.id.clone();
            // The parser never panics; should it, the run ends with the name of the record instead of nothing.
            catch_unwind(AssertUnwindSafe(|| parse_one(ready, appearance)))
                .map_err(|panic| Error::defect(format!("reading {id}: {}", panic_message(&*panic))))
        }
    }
}

/// The row of one record, or what it is instead.
#[cfg(feature = "cli")]
pub fn row_of_record(ready: Ready) -> Result<(Outcome, Option<Box<Row>>)> {
    match look_into(PendingInput::Record(ready, Appearance::First))? {
        ParsedInput::Input { outcome, record, .. } => Ok((outcome, record)),
        ParsedInput::End(_) => Err(Error::defect("a record was no record")),
    }
}

fn parse_one(mut ready: Ready, appearance: Appearance) -> ParsedInput {
    let (id, proof, page) = (ready.id.clone(), ready.proof, ready.page.take());
    let (status, record) = match ready.transcribe() {
        Recognized::Cable(transcript) => {
            let mut record = record(transcript, id.clone(), &proof);
            if let Some(page) = page {
                record.cable.record.page_sha256 = Some(page.sha256);
                record.cable.record.page_size = Some(page.size);
            }
            (status(&record), Some(Box::new(record)))
        }
        Recognized::Ignored(kind) => (Status::Ignored(kind), None),
    };
    ParsedInput::Input { outcome: Outcome { id, proof: Some(proof), status }, record, appearance }
}

fn record(transcript: dialect::Transcript, id: RecordId, proof: &BytesProof) -> Row {
    let reading = parse::parse(&transcript);
    let (cable, diagnostics) = (reading.cable, reading.diagnostics);
    let (dialect, encoding) = (transcript.dialect(), transcript.encoding());
    let provenance = Provenance { id, dialect, size: proof.size, sha256: hexadecimal(&proof.sha256), encoding };
    let text_sha256 = (encoding == Encoding::Utf8).then_some(proof.sha256);
    Row { cable, diagnostics, provenance, source_text: transcript.into_source_text(), text_sha256 }
}

fn status(record: &Row) -> Status {
    let is_error = |code: crate::diagnostic::Code| code.severity() == Severity::Error;
    match record.diagnostics.iter().find(|diagnostic| is_error(diagnostic.code)) {
        Some(diagnostic) => Status::Damaged { code: diagnostic.code, detail: diagnostic.detail.clone() },
        None => Status::Cable,
    }
}
