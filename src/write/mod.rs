//! A stream of `RecordBatch`es to bytes: one encoding times one layout.
//!
//! A [`Format`] opens a [`Writer`], which turns batches into bytes and knows no file; a [`Layout`] puts the bytes
//! under names and knows no encoding; an [`Output`] is one of each. Nothing here knows a cable or a field name: what
//! a format needs beyond Arrow rides on field metadata ([`hint`]).
//!
//! To add a format: one file that implements `Format` and `Writer`, and its line in `format::KNOWN`.

mod batch;
mod bitmaps;
mod cut;
mod destinations;
pub mod digest;
pub(crate) mod document;
mod failure;
mod file_bytes;
mod format;
mod function;
pub mod hint;
mod ipc;
pub mod journal;
mod jsonl;
mod layout;
pub(crate) mod moment;
mod options;
mod output;
pub(crate) mod parquet;
mod projection;
mod render;
mod sidecar;
mod staging;
mod target;
pub mod value;
pub(crate) mod xml;
pub(crate) mod yaml;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

pub use batch::{Batch, FileNames};
pub use destinations::{Destinations, Manner};
pub use file_bytes::FileBytes;
pub(crate) use file_bytes::{file_bytes, file_sha256, hash_file};
pub use format::{Format, Out, StreamShape, Writer};
pub use journal::Journal;
pub use layout::{Layout, List, ListedFile, NULL_PARTITION, PartitionColumn, partition_names, sync, unescaped};
pub(crate) use layout::{each_listed, list_keeps_its_bytes, list_of, whole_of_partition};
pub use output::Output;
pub use projection::Columns;
pub(crate) use projection::naming_columns;
pub(crate) use sidecar::write_beside;
pub use sidecar::{Checksums, line as checksum_line, parsed as parsed_checksum, sidecar_of};
pub use staging::{Existing, Staged, remove_unfinished, replace, staging_folder};
pub(crate) use staging::{Staging, put, sweep};
pub(crate) use target::{check_file, check_folder, check_replaced, refuse_used};

use arrow::datatypes::Schema;

use crate::contract::{DIGEST_KEY, DOCUMENTS_KEY, LEFT_OUT_KEY, ListTexts, ROWS_KEY, TOOL_KEY, VERSION_KEY};
use crate::error::Result;
use digest::Proof;

/// What a run lends to its outputs.
#[derive(Clone)]
pub struct WriteContext {
    /// Encodes; a sink must be driven from a thread outside of it.
    pub pool: Arc<rayon::ThreadPool>,
    /// What to do with what is at the target.
    pub existing: Existing,
    /// Name and version of the program, such as `cablegram 0.1.0`, as outputs give it.
    pub tool: String,
    /// What outputs say of documents besides their rows.
    pub documents: DocumentList,
}

impl WriteContext {
    /// What a run lends to its outputs.
    pub fn new(pool: Arc<rayon::ThreadPool>, existing: Existing, tool: impl Into<String>) -> WriteContext {
        WriteContext { pool, existing, tool: tool.into(), documents: DocumentList::default() }
    }

    /// The same, for the files of a folder: the folder lists the documents, not each of its files.
    fn of_part(&self) -> WriteContext {
        WriteContext { documents: DocumentList::default(), ..self.clone() }
    }
}

/// The documents that are not one whole row, and how many are not there; known once all rows are.
#[derive(Clone, Debug, Default)]
pub struct DocumentList(Arc<OnceLock<ListTexts>>);

impl DocumentList {
    /// Says what is to be listed before outputs are completed.
    pub fn set(&self, texts: ListTexts) {
        // The first word counts: rows are over only once.
        let _ = self.0.set(texts);
    }

    /// The documents that are to be listed, if any are.
    pub fn json(&self) -> Option<&str> {
        self.0.get()?.documents.as_deref()
    }

    /// The counts of those that are not there, if any are not.
    pub fn left_out(&self) -> Option<&str> {
        self.0.get()?.left_out.as_deref()
    }
}

/// Takes the rows of one output in order.
///
/// Dropped before `complete`, it takes everything it wrote with it.
pub trait Sink: Send {
    /// Takes more rows.
    fn write(&mut self, rows: &Batch) -> Result<()>;

    /// Writes and syncs everything that is left, under temporary names.
    fn complete(self: Box<Self>) -> Result<Staged>;
}

/// An output that is under its final name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// Its file or folder; `-` for standard output.
    pub path: PathBuf,
    /// Files written.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// What a reader should know of them, in words for people.
    pub notes: Vec<String>,
}

/// What a format with room for key-value metadata says of itself; no clock time.
fn metadata(schema: &Schema, context: &WriteContext, proof: &Proof) -> Vec<(&'static str, String)> {
    let mut metadata = vec![
        (VERSION_KEY, hint::version(schema).to_owned()),
        (TOOL_KEY, context.tool.clone()),
        (ROWS_KEY, proof.rows.to_string()),
        (DIGEST_KEY, proof.hexadecimal()),
    ];
    metadata.extend(context.documents.json().map(|documents| (DOCUMENTS_KEY, documents.to_owned())));
    metadata.extend(context.documents.left_out().map(|left_out| (LEFT_OUT_KEY, left_out.to_owned())));
    metadata
}
