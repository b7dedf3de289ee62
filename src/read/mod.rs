//! Our own outputs back into batches: for `verify`, `restore` and re-conversion.
//!
//! Reading is safe: a forged or damaged file gives an error, never a panic, an expanded entity or an allocation
//! without bound. What a file claims of itself (rows and digest) is handed out, not believed.

mod blank;
mod document;
mod encoding;
mod foreign;
mod ipc;
mod jsonl;
pub(crate) mod node;
mod parquet;
mod partition;
mod parts;
mod xml;
mod yaml;

use std::fs::File;
use std::io::{BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

use crate::contract::ListTexts;
use crate::error::{Error, ErrorKind, Result};

pub use foreign::is_foreign;
pub use parts::{List, ListedFile, OutputPart, Partition, lists_of_folder, parts};

/// A batch read from a text format ends at this many rows...
const BATCH_ROWS: usize = 4096;
/// ...or this many bytes of the file, whichever comes first.
const BATCH_BYTES: u64 = 16 << 20;

/// Gives the Arrow schema of a version, if this program knows it.
pub type Catalog<'c> = &'c dyn Fn(&str) -> Option<SchemaRef>;

/// What a file claims of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileClaim {
    /// Number of rows.
    pub rows: u64,
    /// Digest over the canonical bytes of all rows, in lower-case hexadecimal digits.
    pub digest: String,
}

/// One file of ours, read batch by batch.
pub trait Reader: Send {
    /// Version of the schema the file names.
    fn version(&self) -> &str;

    /// The columns of every batch.
    fn columns(&self) -> &Fields;

    /// The column that is not among them because the path of the file gives it: the rows of such a part are whole only
    /// in the folder of its dataset.
    fn left_out(&self) -> Option<&str> {
        None
    }

    /// The next batch, or `None` after the last.
    fn next(&mut self) -> Result<Option<RecordBatch>>;

    /// What the file claims of itself; complete once `next` gave `None`.
    fn claim(&self) -> Option<FileClaim>;

    /// What the file says of documents besides its rows; complete once `next` gave `None`.
    fn lists(&self) -> ListTexts {
        ListTexts::default()
    }

    /// Whether the file has the bytes that it says it was written with; `None` if it does not say.
    fn keeps_its_bytes(&mut self) -> Result<Option<bool>> {
        Ok(None)
    }

    /// Whether files of its format have a place for such lists.
    fn has_list(&self) -> bool {
        true
    }
}

/// Opens a file of ours by itself; its bytes say which format it is.
pub fn open(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    open_part(&OutputPart::alone(path), catalog)
}

/// Opens a file of ours; a part of partitions has the column that its path gives.
pub fn open_part(part: &OutputPart, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let path = &part.path;
    let reader = guarded(path, || {
        let reader = open_by_content(path, catalog)?;
        match &part.partition {
            Some(partition) => partition::whole(reader, partition, catalog),
            None => Ok(reader),
        }
    })?;
    Ok(Box::new(Guarded { path: path.to_owned(), reader }))
}

fn open_by_content(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(|error| Error::unreadable("open", path, error))?;
    file.take(8).read_to_end(&mut start).map_err(|error| Error::unreadable("read", path, error))?;
    match start.as_slice() {
        [b'P', b'A', b'R', b'1', ..] => parquet::open(path, catalog),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => ipc::open_file(path, catalog),
        [0xFF, 0xFF, 0xFF, 0xFF, ..] => ipc::open_stream(path, catalog),
        _ => open_text(path, catalog),
    }
}

fn open_text(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let mut text = encoding::open(path)?;
    match text.fill_buf().map_err(damaged)?.first() {
        Some(b'<') => xml::open(text, catalog),
        Some(b'#') => yaml::open(text, catalog),
        Some(b'{') => jsonl::open(text, catalog),
        // JSON Lines are the one format in which no row is no byte.
        None if path.extension().is_some_and(|ending| ending == "jsonl" || ending == "ndjson") => {
            jsonl::open(text, catalog)
        }
        _ => Err(damaged("not a file that cablegram wrote")),
    }
}

/// A reader whose panics are errors that name the path.
struct Guarded {
    path: std::path::PathBuf,
    reader: Box<dyn Reader>,
}

impl Reader for Guarded {
    fn version(&self) -> &str {
        self.reader.version()
    }

    fn columns(&self) -> &Fields {
        self.reader.columns()
    }

    fn left_out(&self) -> Option<&str> {
        self.reader.left_out()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        guarded(&self.path, || self.reader.next())
    }

    fn claim(&self) -> Option<FileClaim> {
        self.reader.claim()
    }

    fn lists(&self) -> ListTexts {
        self.reader.lists()
    }

    fn keeps_its_bytes(&mut self) -> Result<Option<bool>> {
        guarded(&self.path, || self.reader.keeps_its_bytes())
    }

    fn has_list(&self) -> bool {
        self.reader.has_list()
    }
}

/// Runs `read`, turns a panic of a decoder into an error, and names the path in whatever went wrong.
fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T>) -> Result<T> {
    let damaged = |what: &str| Error::verification(format!("{}: {what}", path.display()));
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Err(error)) if error.kind() == ErrorKind::Verification => Err(damaged(&error.to_string())),
        Ok(result) => result,
        Err(_) => Err(damaged("the file is damaged: its decoder gave up")),
    }
}

/// Any decoder's complaint as an error of ours.
fn damaged(error: impl std::fmt::Display) -> Error {
    Error::verification(error.to_string())
}

/// The schema a file must follow: the one it names, less the columns it left out.
fn conform(found: &Schema, version: Option<&String>, catalog: Catalog<'_>) -> Result<(String, SchemaRef)> {
    let foreign = "the file names no schema of cablegram; a table of documents is read as documents, not as inputs";
    let version = version.ok_or_else(|| damaged(foreign))?;
    let known = known(version, catalog)?;
    let mut expected = known.fields().iter();
    let fields = found.fields().iter().map(|field| {
        let known = expected.find(|known| is_as(field, known));
        known.ok_or_else(|| damaged(format!("column {} is not as schema {version} has it", field.name())))
    });
    let fields: Fields = fields.map(|field| field.cloned()).collect::<Result<_>>()?;
    Ok((version.clone(), SchemaRef::new(Schema::new_with_metadata(fields, known.metadata().clone()))))
}

/// Whether `found` is `known`, with the same metadata or with none, as in small Parquet files.
fn is_as(found: &Field, known: &Field) -> bool {
    let has_its_type = match (found.data_type(), known.data_type()) {
        (DataType::List(found), DataType::List(known)) => is_as(found, known),
        (DataType::Struct(found), DataType::Struct(known)) => {
            found.len() == known.len() && found.iter().zip(known).all(|(found, known)| is_as(found, known))
        }
        (found, known) => found == known,
    };
    let has_its_metadata = found.metadata().is_empty() || found.metadata() == known.metadata();
    has_its_type && has_its_metadata && found.name() == known.name() && found.is_nullable() == known.is_nullable()
}

/// The column that the path of a file with this schema gives.
fn left_out(found: &Schema) -> Option<String> {
    crate::write::hint::by(found).filter(|column| found.index_of(column).is_err()).map(str::to_owned)
}

/// The schema of a text file that names its version and, where it left some out, its columns.
fn narrowed(version: &str, columns: Option<&str>, catalog: Catalog<'_>) -> Result<SchemaRef> {
    let schema = known(version, catalog)?;
    let Some(columns) = columns else { return Ok(schema) };
    let places = columns.split(' ').map(|name| schema.index_of(name).map_err(damaged)).collect::<Result<Vec<_>>>()?;
    schema.project(&places).map(SchemaRef::new).map_err(damaged)
}

fn known(version: &str, catalog: Catalog<'_>) -> Result<SchemaRef> {
    catalog(version).ok_or_else(|| damaged(format!("schema {version:.40?} is unknown to this version of cablegram")))
}
