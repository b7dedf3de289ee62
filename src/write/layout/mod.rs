//! Where the bytes of an output go.
//!
//! A layout opens writers and names what they write; it knows no encoding.

mod file;
mod standard;
mod stream;

use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::{Format, Sink, WriteContext};
use crate::error::Result;

/// One file, a stream, or a folder of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Standard output.
    StandardOutput,
    /// One file.
    File(PathBuf),
    /// A folder of parts.
    Dataset {
        /// The folder.
        folder: PathBuf,
        /// Bytes after which the next part begins.
        file_size: u64,
    },
    /// A folder with one folder of parts for each value of a column (`year=2009`).
    Partitions {
        /// The folder.
        folder: PathBuf,
        /// The column.
        column: String,
        /// Bytes after which the next part begins.
        file_size: u64,
    },
    /// A folder with one file a row.
    PerRow {
        /// The folder.
        folder: PathBuf,
    },
}

impl Layout {
    /// Opens the output; refuses at once what cannot end well.
    pub(super) fn open(
        &self,
        format: &Arc<dyn Format>,
        schema: &SchemaRef,
        context: &WriteContext,
    ) -> Result<Box<dyn Sink>> {
        match self {
            Layout::StandardOutput => standard::open(format.as_ref(), schema, context),
            Layout::File(path) => file::open(path, format.as_ref(), schema, context),
            _ => Err(crate::error::Error::Usage("folders are not written yet".to_owned())),
        }
    }
}
