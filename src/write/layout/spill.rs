//! Rows set aside on disk with their seals, to be read back in another order.
//!
//! Messages of Arrow IPC, one after another, in a file without a name: it vanishes with the process, however that ends.
//! Rows are packed and read back by any thread; only putting them down has an order.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch};
use arrow::buffer::Buffer;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::ipc::reader::FileDecoder;
use arrow::ipc::writer::{IpcWriteOptions, write_message};
use arrow::ipc::{Block, MetadataVersion};

use crate::error::{Error, Result};
use crate::write::digest::Seal;
use crate::write::{Batch, failure, ipc};

/// Where every message begins is a multiple of this: a smaller one than in an output, since pieces may be of one row.
const ALIGNMENT: usize = 8;

/// What was set aside.
pub struct Spill {
    file: File,
    size: u64,
    columns: SpillColumns,
}

/// How rows are in a spill.
#[derive(Clone)]
pub struct SpillColumns {
    rows: SchemaRef,
    /// The columns of the rows, and the seal of each row.
    stored: SchemaRef,
    options: IpcWriteOptions,
}

/// Rows to be set aside.
pub struct PackedRows {
    bytes: Vec<u8>,
    header: usize,
}

/// Where some rows are in a spill.
#[derive(Clone, Copy, Debug)]
pub struct SpilledPiece {
    start: u64,
    header: u32,
    body: u32,
}

impl Spill {
    /// A spill on the disk of `folder`.
    pub fn create(folder: &Path, schema: &SchemaRef) -> Result<Spill> {
        let path = folder.join(".spill");
        let options = File::options().read(true).write(true).create_new(true).open(&path);
        let file = options.and_then(|file| fs::remove_file(&path).map(|()| file));
        let file = file.map_err(|error| failure::output("cannot write", &path, error))?;
        Ok(Spill { file, size: 0, columns: SpillColumns::new(schema)? })
    }

    /// How its rows are packed.
    pub fn columns(&self) -> &SpillColumns {
        &self.columns
    }

    /// Sets rows aside.
    pub fn put(&mut self, rows: &PackedRows) -> Result<SpilledPiece> {
        self.file.write_all(&rows.bytes).map_err(lost)?;
        let start = self.size;
        self.size += rows.bytes.len() as u64;
        let body = u32::try_from(rows.bytes.len() - rows.header).map_err(failure::encoder)?;
        Ok(SpilledPiece { start, header: rows.header as u32, body })
    }

    /// The rows of a piece.
    pub fn read(&self, piece: SpilledPiece) -> Result<Batch> {
        let mut bytes = vec![0; piece.header as usize + piece.body as usize];
        self.file.read_exact_at(&mut bytes, piece.start).map_err(lost)?;
        self.columns.unpacked(bytes, piece.header)
    }
}

impl SpillColumns {
    fn new(schema: &SchemaRef) -> Result<SpillColumns> {
        let seal = Arc::new(Field::new("seal", DataType::FixedSizeBinary(Seal::LENGTH as i32), false));
        let stored = Arc::new(Schema::new(schema.fields().iter().cloned().chain([seal]).collect::<Vec<_>>()));
        // Not compressed: that would save half of the space on the disk, and take a tenth of the time of a run.
        let options = IpcWriteOptions::try_new(ALIGNMENT, false, MetadataVersion::V5).map_err(failure::encoder)?;
        Ok(SpillColumns { rows: schema.clone(), stored, options })
    }

    /// Packs rows and the seal of each.
    pub fn packed(&self, rows: &RecordBatch, seals: &[Seal]) -> Result<PackedRows> {
        let seals = FixedSizeBinaryArray::try_from_iter(seals.iter().map(Seal::bytes)).map_err(failure::encoder)?;
        let columns = rows.columns().iter().cloned().chain([Arc::new(seals) as ArrayRef]).collect();
        let rows = RecordBatch::try_new(self.stored.clone(), columns).map_err(failure::encoder)?;
        let message = ipc::encoded(&rows, &self.options)?;
        let mut bytes = Vec::with_capacity(message.ipc_message.len() + message.arrow_data.len() + 2 * ALIGNMENT);
        let (header, _) = write_message(&mut bytes, message, &self.options).map_err(failure::encoder)?;
        Ok(PackedRows { bytes, header })
    }

    fn unpacked(&self, bytes: Vec<u8>, header: u32) -> Result<Batch> {
        let block = Block::new(0, header as i32, (bytes.len() - header as usize) as i64);
        let decoder = FileDecoder::new(self.stored.clone(), MetadataVersion::V5);
        let rows = decoder.read_record_batch(&block, &Buffer::from_vec(bytes)).map_err(failure::encoder)?;
        let rows = rows.ok_or_else(|| failure::encoder("the spill holds no rows there"))?;
        let (seals, columns) =
            rows.columns().split_last().ok_or_else(|| failure::encoder("the spill has no columns"))?;
        let seals =
            seals.as_fixed_size_binary().iter().map(|seal| seal.and_then(Seal::of_bytes)).collect::<Option<_>>();
        let seals = seals.ok_or_else(|| failure::encoder("the spill holds a row without a seal"))?;
        let rows = RecordBatch::try_new(self.rows.clone(), columns.to_vec()).map_err(failure::encoder)?;
        Ok(Batch::sealed(rows, seals))
    }
}

fn lost(error: std::io::Error) -> Error {
    failure::output("cannot write or read back", "the spill of by=", error)
}
