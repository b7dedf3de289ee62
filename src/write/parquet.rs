//! Rows to Parquet.
//!
//! A row group is encoded whole on the pool, its columns in parallel, several groups at a time; they are appended in
//! order, and only when the queue is full, so that neither the bytes nor the sizes told depend on the threads. Bounded
//! by `IN_FLIGHT` groups. No clock time enters the file.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvError, sync_channel};

use arrow::array::ArrayRef;
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use super::cut::{Cutter, Group, Limit};
use super::digest::{Digest, Proof};
use super::failure::encoder;
use super::hint::{self, Nature};
use super::options::Options;
use super::{Batch, Format, Shape, WriteContext, Writer};
use crate::error::{Error, Result};

/// Row groups encoded or waiting to be appended. A constant: it shows in where a dataset starts its next file.
const IN_FLIGHT: usize = 3;

/// Options of Parquet.
#[derive(Clone, Copy, Debug)]
struct Parquet {
    level: i32,
    limit: Limit,
}

/// Reads `zstd=`, `rows=` and `bytes=`.
pub fn build(options: &mut Options) -> Result<Box<dyn Format>> {
    let usual = Limit::default();
    let level = options.number("zstd", 1, 22)?.unwrap_or(3);
    let rows = options.number("rows", 1, 1 << 24)?.unwrap_or(usual.rows);
    let bytes = options.bytes("bytes", 1 << 10, 1 << 30)?.unwrap_or(usual.bytes);
    Ok(Box::new(Parquet { level, limit: Limit { rows, bytes } }))
}

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extension(&self) -> &'static str {
        "parquet"
    }

    fn has_single_rows(&self) -> bool {
        false
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, _: Shape) -> Result<Box<dyn Writer>> {
        let options = ArrowWriterOptions::new().with_properties(properties(self, schema)?);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), schema.clone(), options).map_err(encoder)?;
        let (file, groups) = writer.into_serialized_writer().map_err(encoder)?;
        Ok(Box::new(ParquetWriter {
            file,
            groups,
            schema: schema.clone(),
            context: context.clone(),
            cutter: Cutter::new(self.limit),
            in_flight: VecDeque::new(),
            started: 0,
            digest: Digest::new(schema),
        }))
    }
}

struct ParquetWriter {
    file: SerializedFileWriter<Vec<u8>>,
    groups: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    context: WriteContext,
    cutter: Cutter,
    in_flight: VecDeque<InFlight>,
    started: usize,
    digest: Digest,
}

/// A row group that the pool encodes.
struct InFlight {
    bytes: u64,
    chunks: Receiver<Result<Vec<ArrowColumnChunk>>>,
}

impl Writer for ParquetWriter {
    fn write(&mut self, rows: &Batch, bytes: &mut Vec<u8>) -> Result<()> {
        self.digest.push(rows.seals());
        for group in self.cutter.push(rows) {
            if self.in_flight.len() == IN_FLIGHT {
                self.append_next()?;
            }
            self.start(group)?;
        }
        bytes.append(self.file.inner_mut());
        Ok(())
    }

    fn held_back(&self) -> u64 {
        /// What cables are packed to, about.
        const RATIO: u64 = 4;
        let waiting: u64 = self.in_flight.iter().map(|group| group.bytes).sum();
        (waiting + self.cutter.bytes()) / RATIO
    }

    fn finish(mut self: Box<Self>, bytes: &mut Vec<u8>) -> Result<Proof> {
        if let Some(group) = self.cutter.rest() {
            self.start(group)?;
        }
        while !self.in_flight.is_empty() {
            self.append_next()?;
        }
        let proof = self.digest.finish();
        for (key, value) in super::metadata(&self.schema, &self.context, &proof) {
            self.file.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        bytes.append(&mut self.file.into_inner().map_err(encoder)?);
        Ok(proof)
    }
}

impl ParquetWriter {
    fn start(&mut self, group: Group) -> Result<()> {
        let writers = self.groups.create_column_writers(self.started).map_err(encoder)?;
        self.started += 1;
        let (sender, chunks) = sync_channel(1);
        self.in_flight.push_back(InFlight { bytes: group.bytes, chunks });
        // A panic must not take the pool with it: the sender is dropped and the receiver tells. A receiver that is
        // gone means that the output was given up.
        let task = move || drop(sender.send(encode(group, writers)));
        self.context.pool.spawn(move || drop(catch_unwind(AssertUnwindSafe(task))));
        Ok(())
    }

    fn append_next(&mut self) -> Result<()> {
        let Some(group) = self.in_flight.pop_front() else { return Ok(()) };
        let chunks = group.chunks.recv().map_err(|RecvError| Error::Defect("encoding Parquet".to_owned()))??;
        let mut row_group = self.file.next_row_group().map_err(encoder)?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut row_group).map_err(encoder)?;
        }
        row_group.close().map_err(encoder)?;
        Ok(())
    }
}

fn encode(group: Group, writers: Vec<ArrowColumnWriter>) -> Result<Vec<ArrowColumnChunk>> {
    let columns = columns(&group, writers);
    drop(group);
    let chunks: Vec<Vec<ArrowColumnChunk>> =
        columns.into_par_iter().map(|column| column.encode().map_err(encoder)).collect::<Result<_>>()?;
    Ok(chunks.into_iter().flatten().collect())
}

/// A column of a group: its pieces, and the writers of its leaves. Put together on its own, so that a second copy of
/// no more than one column a thread is ever in memory.
struct Column {
    field: FieldRef,
    pieces: Vec<ArrayRef>,
    writers: Vec<ArrowColumnWriter>,
}

fn columns(group: &Group, writers: Vec<ArrowColumnWriter>) -> Vec<Column> {
    let mut writers = writers.into_iter();
    let mut column = |(index, field): (usize, &FieldRef)| Column {
        field: field.clone(),
        pieces: group.columns(index),
        writers: writers.by_ref().take(leaves(field.data_type())).collect(),
    };
    group.schema().fields().iter().enumerate().map(&mut column).collect()
}

fn leaves(data_type: &DataType) -> usize {
    match data_type {
        DataType::List(element) => leaves(element.data_type()),
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        _ => 1,
    }
}

impl Column {
    fn encode(self) -> parquet::errors::Result<Vec<ArrowColumnChunk>> {
        let Column { field, pieces, writers } = self;
        let array = concat(&pieces.iter().map(|piece| piece.as_ref()).collect::<Vec<_>>())?;
        drop(pieces);
        let leaves = compute_leaves(&field, &array)?;
        let encoded = leaves.iter().zip(writers).map(|(leaf, mut writer)| {
            writer.write(leaf)?;
            writer.close()
        });
        encoded.collect()
    }
}

fn properties(format: &Parquet, schema: &SchemaRef) -> Result<WriterProperties> {
    let level = ZstdLevel::try_new(format.level).map_err(encoder)?;
    let mut builder = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(level));
    for field in schema.fields() {
        builder = tune(builder, field, &mut Vec::new(), Nature::Usual);
    }
    Ok(builder.build())
}

/// Tunes the leaves of `field`; a nature holds for everything below.
fn tune(
    builder: WriterPropertiesBuilder,
    field: &Arc<Field>,
    path: &mut Vec<String>,
    above: Nature,
) -> WriterPropertiesBuilder {
    let nature = match hint::nature(field) {
        Nature::Usual => above,
        own => own,
    };
    path.push(field.name().clone());
    let builder = match field.data_type() {
        DataType::List(element) => {
            path.push("list".to_owned());
            let builder = tune(builder, element, path, nature);
            path.pop();
            builder
        }
        DataType::Struct(fields) => fields.iter().fold(builder, |builder, field| tune(builder, field, path, nature)),
        _ => tune_leaf(builder, ColumnPath::new(path.clone()), nature),
    };
    path.pop();
    builder
}

/// Prose gains nothing from a dictionary or from page statistics; keys are looked up by a bloom filter.
fn tune_leaf(builder: WriterPropertiesBuilder, leaf: ColumnPath, nature: Nature) -> WriterPropertiesBuilder {
    match nature {
        Nature::Usual => builder,
        Nature::Prose => builder
            .set_column_dictionary_enabled(leaf.clone(), false)
            .set_column_statistics_enabled(leaf, EnabledStatistics::Chunk),
        Nature::Key => {
            builder.set_column_dictionary_enabled(leaf.clone(), false).set_column_bloom_filter_enabled(leaf, true)
        }
    }
}
