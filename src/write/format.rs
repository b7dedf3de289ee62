//! What a format is: batches to bytes, without a file.

use std::fmt::Debug;

use arrow::datatypes::SchemaRef;

use super::digest::Proof;
use super::options::Options;
use super::{Batch, WriteContext, ipc, jsonl, parquet, xml, yaml};
use crate::error::Result;

/// How many rows a stream of bytes is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamShape {
    /// Any number.
    Rows,
    /// Exactly one.
    SingleRow,
}

/// An encoding and its options.
pub trait Format: Debug + Send + Sync {
    /// The word users write.
    fn name(&self) -> &'static str;

    /// What file names end in, without the dot.
    fn extension(&self) -> &'static str;

    /// Whether one row can be in a file of its own.
    fn has_single_rows(&self) -> bool;

    /// The bytes of a file without rows that holds the list of a folder of this format, where engines that open the
    /// folder would stumble over any other file.
    fn list_file(&self, _schema: &SchemaRef, _list: &str) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// Opens a stream of rows of `schema`.
    fn open(&self, schema: &SchemaRef, context: &WriteContext, shape: StreamShape) -> Result<Box<dyn Writer>>;
}

/// One stream of bytes.
pub trait Writer: Send {
    /// Appends the bytes of `rows` to `bytes`, but for what is held back to be encoded with rows to come.
    fn write(&mut self, rows: &Batch, bytes: &mut Vec<u8>) -> Result<()>;

    /// About how many bytes are held back. A function of the rows taken, never of time or threads.
    fn held_back(&self) -> u64;

    /// After the last row: appends a part of what is held back, and tells whether there is more. So that parts can be
    /// written while others are still encoded.
    fn release(&mut self, _bytes: &mut Vec<u8>) -> Result<bool> {
        Ok(false)
    }

    /// Appends what is left, ends the stream, and says what it holds.
    fn finish(self: Box<Self>, bytes: &mut Vec<u8>) -> Result<Proof>;
}

/// A format as users name it.
pub struct Known {
    /// The word before the first `:` of an output.
    pub name: &'static str,
    /// Endings of file names that mean it.
    pub extensions: &'static [&'static str],
    /// Makes it from its options.
    pub build: fn(&mut Options) -> Result<Box<dyn Format>>,
}

/// Every format there is.
pub const KNOWN: &[Known] = &[
    Known { name: "parquet", extensions: &["parquet"], build: parquet::build },
    Known { name: "arrow", extensions: &["arrow"], build: ipc::build_file },
    Known { name: "arrows", extensions: &["arrows"], build: ipc::build_stream },
    Known { name: "xml", extensions: &["xml"], build: xml::build },
    Known { name: "yaml", extensions: &["yaml", "yml"], build: yaml::build },
    Known { name: "jsonl", extensions: &["jsonl", "ndjson"], build: jsonl::build },
];
