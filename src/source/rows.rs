//! A table of documents to found files: each row is the path of one and its bytes, wherever they came from.
//!
//! An Arrow file, a stream of one, or a Parquet file; columns other than `path` and `content` are not looked at. Holds
//! one batch of rows at a time.

use std::collections::HashSet;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray, LargeBinaryArray, RecordBatch, StringArray};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::names::PathHashes;
use super::rules::WalkRules;
use super::{DocumentId, FoundFile, Location, Step, Unreadable, UnreadableReason, path};
use crate::error::{Error, Result};

/// The columns, and what their values are taken for.
const COLUMNS: [(&str, DataType); 2] = [("path", DataType::Utf8), ("content", DataType::LargeBinary)];

/// Rows of Parquet that are read in one go: a document may be large.
const ROWS: usize = 64;

type TableBatches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The documents that a table holds, in its order.
pub struct DocumentRows {
    batches: TableBatches,
    batch: Option<(StringArray, LargeBinaryArray)>,
    /// The next row of the batch.
    row: usize,
    /// Rows of the batches before it.
    passed: u64,
    table: PathBuf,
    rules: Arc<WalkRules>,
    names: PathHashes,
}

/// A row as it is.
struct DocumentRow {
    /// Its place in the table, counted from 0.
    number: u64,
    path: Option<String>,
    content: Option<Vec<u8>>,
}

impl DocumentRows {
    /// Opens a table; `-` is standard input. No path of it begins with one of `taken`, the names of other inputs.
    pub fn open(table: &Path, taken: HashSet<String>, rules: Arc<WalkRules>) -> Result<DocumentRows> {
        let batches = opened(table).and_then(|input| guarded(|| begun(input.batches()?))).map_err(|reason| {
            let table = table.display();
            let advice = "give an Arrow or Parquet file with the columns path and content";
            Error::input(format!("cannot read the documents in {table}: {reason}; {advice}"))
        })?;
        let (table, names) = (table.to_owned(), PathHashes::new(taken));
        Ok(DocumentRows { batches, batch: None, row: 0, passed: 0, table, rules, names })
    }

    /// The next row; an error ends the table.
    fn row(&mut self) -> std::result::Result<Option<DocumentRow>, String> {
        loop {
            if let Some((paths, contents)) = self.batch.as_ref().filter(|(paths, _)| self.row < paths.len()) {
                let row = self.row;
                self.row += 1;
                let path = paths.is_valid(row).then(|| paths.value(row).to_owned()).filter(|path| !path.is_empty());
                let content = contents.is_valid(row).then(|| contents.value(row).to_vec());
                return Ok(Some(DocumentRow { number: self.passed + row as u64, path, content }));
            }
            self.passed += self.row as u64;
            (self.batch, self.row) = (None, 0);
            match guarded(|| self.batches.next().transpose().map_err(said))? {
                Some(batch) => self.batch = Some(columns(&batch)?),
                None => return Ok(None),
            }
        }
    }

    fn unreadable(id: String, reason: impl Into<String>) -> Step {
        Step::Unreadable(Unreadable { id: DocumentId::file(id), reason: UnreadableReason::System(reason.into()) })
    }
}

impl Iterator for DocumentRows {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let DocumentRow { number, path, content } = match self.row() {
                Ok(row) => row?,
                Err(reason) => {
                    (self.batches, self.batch) = (Box::new(std::iter::empty()), None);
                    return Some(DocumentRows::unreadable(path::portable(&self.table), reason));
                }
            };
            let Some(path) = path else {
                let id = format!("{}#{number}", path::portable(&self.table));
                return Some(DocumentRows::unreadable(id, "the row has no path"));
            };
            if !self.rules.filter.wants_listed(Path::new(&path)) {
                continue;
            }
            let path = self.names.unique(path);
            return Some(match content {
                Some(bytes) => Step::Found(FoundFile { id: DocumentId::file(path), location: Location::Memory(bytes) }),
                None => DocumentRows::unreadable(path, "the row has no content"),
            });
        }
    }
}

/// The batches, of which the first can be read: one that cannot may be compressed in a way that is not known here.
fn begun(mut batches: TableBatches) -> std::result::Result<TableBatches, String> {
    match batches.next().transpose().map_err(said)? {
        None => Ok(batches),
        Some(first) => Ok(Box::new(std::iter::once(Ok(first)).chain(batches))),
    }
}

/// The two columns of a batch.
fn columns(batch: &RecordBatch) -> std::result::Result<(StringArray, LargeBinaryArray), String> {
    let [path, content] = COLUMNS.map(|(name, kind)| {
        let column = batch.column_by_name(name).ok_or_else(|| format!("there is no column {name}"))?;
        cast(column, &kind).map_err(said)
    });
    Ok((path?.as_string::<i32>().clone(), content?.as_binary::<i64>().clone()))
}

/// A table before its first batch.
enum OpenTable {
    File(File, TableKind),
    Stream(Box<dyn Read + Send>),
}

/// What a table begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableKind {
    Parquet,
    ArrowFile,
    ArrowStream,
}

impl TableKind {
    fn of(bytes: &[u8]) -> std::result::Result<TableKind, String> {
        match bytes {
            [b'P', b'A', b'R', b'1', ..] => Ok(TableKind::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Ok(TableKind::ArrowFile),
            [0xFF, 0xFF, 0xFF, 0xFF, ..] => Ok(TableKind::ArrowStream),
            _ => Err("it is not a table".to_owned()),
        }
    }
}

/// Looks at the first bytes; what has its list of contents at its end is kept in a temporary file if it comes as a stream.
fn opened(table: &Path) -> std::result::Result<OpenTable, String> {
    let mut first = Vec::new();
    let mut input: Box<dyn Read + Send> = Box::new(io::stdin());
    if table != Path::new("-") {
        let mut file = File::open(table).map_err(said)?;
        if file.rewind().is_ok() {
            (&mut file).take(8).read_to_end(&mut first).and_then(|_| file.rewind()).map_err(said)?;
            return Ok(OpenTable::File(file, TableKind::of(&first)?));
        }
        input = Box::new(file);
    }
    (&mut input).take(8).read_to_end(&mut first).map_err(said)?;
    let beginning = TableKind::of(&first)?;
    let mut input = Cursor::new(first).chain(input);
    if beginning == TableKind::ArrowStream {
        return Ok(OpenTable::Stream(Box::new(input)));
    }
    let mut file = tempfile::tempfile().map_err(said)?;
    io::copy(&mut input, &mut file).and_then(|_| file.rewind()).map_err(said)?;
    Ok(OpenTable::File(file, beginning))
}

impl OpenTable {
    fn batches(self) -> std::result::Result<TableBatches, String> {
        match self {
            OpenTable::File(file, TableKind::Parquet) => {
                let table = ParquetRecordBatchReaderBuilder::try_new(file).map_err(said)?;
                let places = places(table.schema())?;
                let wanted = ProjectionMask::roots(table.parquet_schema(), places);
                Ok(Box::new(table.with_projection(wanted).with_batch_size(ROWS).build().map_err(said)?))
            }
            OpenTable::File(file, TableKind::ArrowFile) => {
                let places = places(&FileReader::try_new(&file, None).map_err(said)?.schema())?;
                Ok(Box::new(FileReader::try_new_buffered(file, Some(places.to_vec())).map_err(said)?))
            }
            OpenTable::File(file, TableKind::ArrowStream) => stream(BufReader::new(file)),
            OpenTable::Stream(stream_of_bytes) => stream(BufReader::new(stream_of_bytes)),
        }
    }
}

fn stream(bytes: impl Read + Send + 'static) -> std::result::Result<TableBatches, String> {
    let table = StreamReader::try_new(bytes, None).map_err(said)?;
    places(&table.schema())?;
    Ok(Box::new(table))
}

/// Where the two columns are.
fn places(schema: &Schema) -> std::result::Result<[usize; 2], String> {
    let [path, content] = COLUMNS.map(|(name, kind)| {
        let (place, field) = schema.column_with_name(name).ok_or_else(|| format!("there is no column {name}"))?;
        // A number can be cast to text, and is not a path.
        match !field.data_type().is_numeric() && can_cast_types(field.data_type(), &kind) {
            true => Ok(place),
            false => Err(format!("the column {name} is of type {}", field.data_type())),
        }
    });
    Ok([path?, content?])
}

fn said(error: impl Display) -> String {
    error.to_string()
}

/// Decoders panic at some damage.
fn guarded<T>(read: impl FnOnce() -> std::result::Result<T, String>) -> std::result::Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the table is damaged".to_owned()))
}
