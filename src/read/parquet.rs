//! Parquet back into batches, one row group at a time.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::{Catalog, Claim, Reader, conform, damaged, left_out};
use crate::contract::{DIGEST_KEY, ROWS_KEY, VERSION_KEY};
use crate::error::{Error, Result};

struct ParquetFile {
    file: File,
    metadata: ArrowReaderMetadata,
    version: String,
    schema: SchemaRef,
    left_out: Option<String>,
    next_group: usize,
}

/// Opens a Parquet file.
pub fn open(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let file = File::open(path).map_err(|error| Error::io("cannot open", path, error))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(damaged)?;
    let version = value(&metadata, VERSION_KEY);
    let (version, schema) = conform(metadata.schema(), version.as_ref(), catalog)?;
    let left_out = left_out(metadata.schema());
    Ok(Box::new(ParquetFile { file, metadata, version, schema, left_out, next_group: 0 }))
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
        if self.next_group == self.metadata.metadata().num_row_groups() {
            return Ok(None);
        }
        let group = self.next_group;
        self.next_group += 1;
        let file = self.file.try_clone().map_err(damaged)?;
        let rows = usize::try_from(self.metadata.metadata().row_group(group).num_rows()).map_err(damaged)?;
        let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(rows.max(1))
            .build()
            .map_err(damaged)?;
        let batch = reader.next().ok_or_else(|| damaged("a row group is empty"))?.map_err(damaged)?;
        RecordBatch::try_new(self.schema.clone(), batch.columns().to_vec()).map(Some).map_err(damaged)
    }

    fn claim(&self) -> Option<Claim> {
        let rows = value(&self.metadata, ROWS_KEY)?.parse().ok()?;
        Some(Claim { rows, digest: value(&self.metadata, DIGEST_KEY)? })
    }
}
