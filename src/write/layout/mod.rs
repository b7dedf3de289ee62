//! Where the bytes of an output go.
//!
//! A layout opens writers and names what they write; it knows no encoding.

mod dataset;
mod file;
mod folder;
mod partitions;
mod parts;
mod per_row;
mod spill;
mod standard;
mod stream;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use self::dataset::Dataset;
use self::folder::Folder;
use self::partitions::Partitions;
use self::parts::{Parts, Plan};

pub use self::folder::sync;
pub use self::partitions::partition_names;
use self::per_row::PerRow;
use super::{Format, Sink, WriteContext, projection};
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
        let open_folder = |target: &Path| Folder::open(target, format.as_ref(), schema, context);
        let plan = |file_size: u64| Plan {
            format: format.clone(),
            schema: schema.clone(),
            context: context.clone(),
            file_size,
        };
        Ok(match self {
            Layout::StandardOutput => standard::open(format.as_ref(), schema, context)?,
            Layout::File(path) => file::open(path, format.as_ref(), schema, context)?,
            Layout::Dataset { folder, file_size } => {
                Box::new(Dataset { plan: plan(*file_size), folder: open_folder(folder)?, parts: Parts::new("") })
            }
            Layout::Partitions { folder, column, file_size } => {
                let column = projection::find(schema, column)?;
                Box::new(Partitions::new(plan(*file_size), open_folder(folder)?, column)?)
            }
            Layout::PerRow { folder } => Box::new(PerRow::new(format.clone(), schema, context, open_folder(folder)?)),
        })
    }
}
