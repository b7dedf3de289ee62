//! Where the bytes of an output go.
//!
//! A layout opens writers and names what they write; it knows no encoding.

mod dataset;
mod disk;
mod file;
mod folder;
mod list;
mod partitions;
mod parts;
mod passing;
mod per_row;
mod spill;
mod stream;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use self::dataset::DatasetSink;
use self::folder::Folder;
use self::partitions::Partitions;
use self::parts::{Parts, PartsPlan};

pub use self::folder::sync;
pub use self::list::{List, ListedFile, each_listed, list_keeps_its_bytes, list_of, whole_of_partition};
pub use self::partitions::{NULL_PARTITION, partition_names, unescaped};
use self::per_row::PerRow;
use super::{Format, Sink, WriteContext, hint, projection};
use crate::error::Result;

/// One file, a stream, or a folder of files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
        /// Where its values are.
        place: PartitionColumn,
        /// Bytes after which the next part begins.
        file_size: u64,
    },
    /// A folder with one file a row.
    PerRow {
        /// The folder.
        folder: PathBuf,
    },
}

/// Where the values of the column of partitions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartitionColumn {
    /// In the names of the folders, from which engines take it; text formats, which nobody reads so, have it in the
    /// files as well.
    InPath,
    /// In the names of the folders and in the files.
    InPathAndFiles,
}

impl Layout {
    /// The schema of the files of rows of `schema`, which names the column that only their paths give.
    pub(super) fn schema(&self, schema: SchemaRef) -> Result<SchemaRef> {
        let Layout::Partitions { column, place, .. } = self else { return Ok(schema) };
        partitions::check_column(schema.field(projection::find(&schema, column)?))?;
        Ok(match place {
            PartitionColumn::InPath => Arc::new(hint::with_by(&schema, column)),
            PartitionColumn::InPathAndFiles => schema,
        })
    }

    /// Opens the output for rows of a schema from `schema`; refuses immediately what cannot end well.
    pub(super) fn open(
        &self,
        format: &Arc<dyn Format>,
        schema: &SchemaRef,
        context: &WriteContext,
    ) -> Result<Box<dyn Sink>> {
        let open_folder = |target: &Path| Folder::open(target, None, format, schema, context);
        let plan = |file_size: u64| PartsPlan {
            format: format.clone(),
            schema: schema.clone(),
            context: context.of_part(),
            file_size,
        };
        Ok(match self {
            Layout::StandardOutput => passing::to_standard_output(format.as_ref(), schema, context)?,
            Layout::File(path) => file::open(path, format.as_ref(), schema, context)?,
            Layout::Dataset { folder, file_size } => {
                Box::new(DatasetSink { plan: plan(*file_size), folder: open_folder(folder)?, parts: Parts::new("") })
            }
            Layout::Partitions { folder, column, file_size, .. } => {
                let folder = Folder::open(folder, Some(column), format, schema, context)?;
                Box::new(Partitions::new(plan(*file_size), folder, projection::find(schema, column)?)?)
            }
            Layout::PerRow { folder } => {
                Box::new(PerRow::new(format.clone(), schema, &context.of_part(), open_folder(folder)?))
            }
        })
    }
}
