//! Rows set aside on disk with their seals, to be read back in another order.
//!
//! An Arrow IPC file without a name: it vanishes with the process, however that ends.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Seek};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::ipc::CompressionType;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions};

use crate::error::{Error, Result};
use crate::write::digest::Seal;
use crate::write::{Batch, failure};

/// A spill being written.
pub struct Spill {
    writer: FileWriter<BufWriter<File>>,
    /// The columns of the rows.
    schema: SchemaRef,
    /// The same, and the seal of each row.
    stored: SchemaRef,
    pieces: usize,
}

impl Spill {
    /// A spill on the disk of `folder`.
    pub fn create(folder: &Path, schema: &SchemaRef) -> Result<Spill> {
        let path = folder.join(".spill");
        let options = File::options().read(true).write(true).create_new(true).open(&path);
        let file = options.and_then(|file| fs::remove_file(&path).map(|()| file));
        let file = file.map_err(|error| failure::output("cannot write", &path, error))?;
        let seal = Arc::new(Field::new("seal", DataType::FixedSizeBinary(Seal::LENGTH as i32), false));
        let stored = Arc::new(Schema::new(schema.fields().iter().cloned().chain([seal]).collect::<Vec<_>>()));
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME));
        let writer = options
            .and_then(|options| FileWriter::try_new_with_options(BufWriter::new(file), &stored, options))
            .map_err(disk)?;
        Ok(Spill { writer, schema: schema.clone(), stored, pieces: 0 })
    }

    /// Sets rows aside and gives the number to read them back by.
    pub fn write(&mut self, rows: &RecordBatch, seals: &[Seal]) -> Result<usize> {
        let seals = FixedSizeBinaryArray::try_from_iter(seals.iter().map(Seal::bytes)).map_err(disk)?;
        let columns = rows.columns().iter().cloned().chain([Arc::new(seals) as ArrayRef]).collect();
        let rows = RecordBatch::try_new(self.stored.clone(), columns).map_err(disk)?;
        self.writer.write(&rows).map_err(disk)?;
        self.pieces += 1;
        Ok(self.pieces - 1)
    }

    /// Ends writing.
    pub fn finish(self) -> Result<Spilled> {
        let mut file =
            self.writer.into_inner().map_err(disk)?.into_inner().map_err(|error| lost(error.into_error()))?;
        file.rewind().map_err(lost)?;
        let reader = FileReader::try_new(BufReader::new(file), None).map_err(disk)?;
        Ok(Spilled { reader, schema: self.schema })
    }
}

/// A spill being read.
pub struct Spilled {
    reader: FileReader<BufReader<File>>,
    schema: SchemaRef,
}

impl Spilled {
    /// The rows of that number.
    pub fn read(&mut self, piece: usize) -> Result<Batch> {
        self.reader.set_index(piece).map_err(disk)?;
        let rows = self.reader.next().ok_or_else(|| failure::encoder("the spill ended early"))?.map_err(disk)?;
        let (seals, columns) =
            rows.columns().split_last().ok_or_else(|| failure::encoder("the spill has no columns"))?;
        let seals =
            seals.as_fixed_size_binary().iter().map(|seal| seal.and_then(Seal::of_bytes)).collect::<Option<_>>();
        let seals = seals.ok_or_else(|| failure::encoder("the spill holds a row without a seal"))?;
        Ok(Batch::sealed(RecordBatch::try_new(self.schema.clone(), columns.to_vec()).map_err(disk)?, seals))
    }
}

fn disk(error: arrow::error::ArrowError) -> Error {
    match error {
        arrow::error::ArrowError::IoError(_, error) => lost(error),
        other => failure::encoder(other),
    }
}

fn lost(error: std::io::Error) -> Error {
    failure::output("cannot write or read back", "the spill of by=", error)
}
