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
    /// Any number, for a program that reads them as they come.
    Pipe,
    /// Any number, all of them together and in a task of the pool, which must not wait for other tasks.
    Together,
    /// Exactly one.
    SingleRow,
}

/// An encoding and its options.
pub trait Format: Debug + Send + Sync {
    /// The word users write.
    fn name(&self) -> &'static str;

    /// What file names end in, without the dot.
    fn extension(&self) -> &'static str {
        self.name()
    }

    /// Whether one row can be in a file of its own.
    fn has_single_rows(&self) -> bool {
        true
    }

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
    /// Appends the bytes of `rows` to `out`, but for what is held back to be encoded with rows to come.
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()>;

    /// About how many bytes are held back. A function of the rows taken, never of time or threads.
    fn held_back(&self) -> u64 {
        0
    }

    /// Appends what is left, ends the stream, and says what it holds.
    fn finish(self: Box<Self>, out: &mut dyn Out) -> Result<Proof>;
}

/// Where a writer puts its bytes.
pub trait Out {
    /// The bytes that were not sent on yet; more are appended.
    fn bytes(&mut self) -> &mut Vec<u8>;

    /// Sends them on, so that a writer which puts many need not have all of them in memory.
    fn send(&mut self) -> Result<()>;
}

/// Keeps all bytes.
impl Out for Vec<u8> {
    fn bytes(&mut self) -> &mut Vec<u8> {
        self
    }

    fn send(&mut self) -> Result<()> {
        Ok(())
    }
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
