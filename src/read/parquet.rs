//! Parquet back into batches: so many rows of a row group at a time as are of a usual size in memory, and fewer where its
//! dictionaries have long values, since a dictionary gives a value to any number of rows for next to nothing.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::RowGroupMetaData;

use super::blank::blank;
use super::{Catalog, FileClaim, Reader, conform, damaged, left_out};
use crate::contract::{BYTES_KEY, DIGEST_KEY, DOCUMENTS_KEY, LEFT_OUT_KEY, ListTexts, ROWS_KEY, VERSION_KEY};
use crate::error::{Error, Result};
use crate::write::parquet::seal;

/// What a column of a batch may hold if every row had the longest value that its dictionary can have.
const LARGEST_COLUMN: i64 = 1 << 30;

/// Bytes of a batch, about.
const USUAL_BATCH: i64 = 32 << 20;

struct ParquetFile {
    file: File,
    metadata: ArrowReaderMetadata,
    version: String,
    schema: SchemaRef,
    left_out: Option<String>,
    next_group: usize,
    /// What is left of the group before.
    rest: Option<ParquetRecordBatchReader>,
}

/// Opens a Parquet file.
pub fn open(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let file = File::open(path).map_err(|error| Error::unreadable("open", path, error))?;
    let found = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(damaged)?;
    let version = value(&found, VERSION_KEY);
    let (version, schema) = conform(found.schema(), version.as_ref(), catalog)?;
    let left_out = left_out(found.schema());
    let options = ArrowReaderOptions::new().with_schema(schema.clone());
    let metadata = ArrowReaderMetadata::try_new(found.metadata().clone(), options).map_err(damaged)?;
    Ok(Box::new(ParquetFile { file, metadata, version, schema, left_out, next_group: 0, rest: None }))
}

fn value(metadata: &ArrowReaderMetadata, key: &str) -> Option<String> {
    let pairs = metadata.metadata().file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.clone()
}

impl Reader for ParquetFile {
    fn version(&self) -> &str {
        &self.version
    }

    fn columns(&self) -> &Fields {
        self.schema.fields()
    }

    fn left_out(&self) -> Option<&str> {
        self.left_out.as_deref()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.rest.as_mut().and_then(Iterator::next) {
                let batch = batch.map_err(damaged)?;
                let batch = RecordBatch::try_new(self.schema.clone(), batch.columns().to_vec()).map_err(damaged)?;
                return blank(batch).map(Some);
            }
            if self.next_group == self.metadata.metadata().num_row_groups() {
                return Ok(None);
            }
            self.rest = Some(self.group(self.next_group)?);
            self.next_group += 1;
        }
    }

    fn claim(&self) -> Option<FileClaim> {
        let rows = value(&self.metadata, ROWS_KEY)?.parse().ok()?;
        Some(FileClaim { rows, digest: value(&self.metadata, DIGEST_KEY)? })
    }

    fn lists(&self) -> ListTexts {
        let [documents, left_out] = [DOCUMENTS_KEY, LEFT_OUT_KEY].map(|key| value(&self.metadata, key));
        ListTexts { documents, left_out }
    }

    fn keeps_its_bytes(&mut self) -> Result<Option<bool>> {
        if value(&self.metadata, BYTES_KEY).is_none() {
            return Ok(None);
        }
        let agrees = seal::agrees(&mut self.file).map_err(damaged)?;
        // A key that is there, but not as it is written, is not what was written.
        Ok(Some(agrees.unwrap_or(false)))
    }
}

impl ParquetFile {
    fn group(&self, group: usize) -> Result<ParquetRecordBatchReader> {
        let file = self.file.try_clone().map_err(damaged)?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(rows_at_a_time(self.metadata.metadata().row_group(group))?)
            .build()
            .map_err(damaged)
    }
}

/// How many rows of a group are read together: a usual batch, unless its dictionaries are suspiciously large.
fn rows_at_a_time(group: &RowGroupMetaData) -> Result<usize> {
    let dictionaries = group.columns().iter().filter(|column| column.dictionary_page_offset().is_some());
    let longest = dictionaries.map(|column| column.uncompressed_size()).max().unwrap_or_default();
    let usual = group.num_rows().saturating_mul(USUAL_BATCH) / group.total_byte_size().max(1);
    let rows = group.num_rows().min(usual).min(LARGEST_COLUMN / longest.max(1));
    usize::try_from(rows.max(1)).map_err(damaged)
}
