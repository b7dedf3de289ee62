//! Rows to Parquet.
//!
//! Every column of a row group is a task of the pool of its own, and several groups are under way at a time; they are
//! appended in order, and only when the queue is full, so that neither the bytes nor the sizes told depend on the
//! threads. Bounded by `IN_FLIGHT` groups, and by what the footer says of each group, under 100 KiB. No clock time enters
//! the file.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
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

use super::cut::{Cutter, Group, Limit};
use super::digest::{Digest, Proof};
use super::failure::encoder;
use super::hint::{self, Nature};
use super::options::Options;
use super::{Batch, Format, StreamShape, WriteContext, Writer};
use crate::contract::LIST_KEY;
use crate::error::Result;
use crate::in_order::InOrder;

/// Row groups encoded or waiting to be appended. A constant: it shows in where a dataset starts its next file.
const IN_FLIGHT: usize = 2;

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

    fn list_file(&self, schema: &SchemaRef, list: &str) -> Result<Option<Vec<u8>>> {
        let (stored, _) = hint::stored(schema);
        let mut file = ArrowWriter::try_new(Vec::new(), stored, None).map_err(encoder)?;
        file.append_key_value_metadata(KeyValue::new(LIST_KEY.to_owned(), list.to_owned()));
        file.into_inner().map(Some).map_err(encoder)
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, _: StreamShape) -> Result<Box<dyn Writer>> {
        let (stored, left_out) = hint::stored(schema);
        let options = ArrowWriterOptions::new().with_properties(properties(self, &stored)?);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), stored.clone(), options).map_err(encoder)?;
        let (file, groups) = writer.into_serialized_writer().map_err(encoder)?;
        Ok(Box::new(ParquetWriter {
            file,
            groups,
            in_flight: InOrder::new(IN_FLIGHT * stored.fields().len()),
            schema: stored,
            left_out,
            context: context.clone(),
            cutter: Cutter::new(self.limit),
            sizes: VecDeque::new(),
            started: 0,
            digest: Digest::new(schema),
        }))
    }
}

struct ParquetWriter {
    file: SerializedFileWriter<Vec<u8>>,
    groups: ArrowRowGroupWriterFactory,
    /// The columns of the file.
    schema: SchemaRef,
    /// The place of the column that is not among them.
    left_out: Option<usize>,
    context: WriteContext,
    cutter: Cutter,
    /// The columns of one group after those of another.
    in_flight: InOrder<Encoded>,
    /// Bytes of data of each group in flight.
    sizes: VecDeque<u64>,
    started: usize,
    digest: Digest,
}

impl Writer for ParquetWriter {
    fn write(&mut self, rows: &Batch, bytes: &mut Vec<u8>) -> Result<()> {
        self.digest.push(rows.seals());
        let narrowed = self.left_out.map(|column| rows.without(column)).transpose()?;
        for group in self.cutter.push(narrowed.as_ref().unwrap_or(rows)) {
            if self.in_flight.is_full() {
                self.append_next()?;
            }
            self.start(group)?;
        }
        super::hand_over(self.file.inner_mut(), bytes);
        Ok(())
    }

    fn held_back(&self) -> u64 {
        /// What cables are packed to, about.
        const RATIO: u64 = 4;
        let waiting: u64 = self.sizes.iter().sum();
        (waiting + self.cutter.bytes()) / RATIO
    }

    fn release(&mut self, bytes: &mut Vec<u8>) -> Result<bool> {
        if let Some(group) = self.cutter.rest() {
            self.start(group)?;
        }
        self.append_next()?;
        super::hand_over(self.file.inner_mut(), bytes);
        Ok(!self.in_flight.is_empty())
    }

    fn finish(mut self: Box<Self>, bytes: &mut Vec<u8>) -> Result<Proof> {
        while self.release(bytes)? {}
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
        self.sizes.push_back(group.bytes);
        let mut columns = columns(&group, writers);
        // The largest first: the many small ones fill the time that it takes.
        columns.sort_by_key(|column| Reverse(column.bytes));
        for column in columns {
            self.in_flight.start(&self.context.pool, move || column.encode().map_err(encoder));
        }
        Ok(())
    }

    fn append_next(&mut self) -> Result<()> {
        let columns = std::iter::from_fn(|| self.in_flight.next()).take(self.schema.fields().len());
        let mut columns: Vec<Encoded> = columns.collect::<Result<_>>()?;
        columns.sort_by_key(|column| column.place);
        let chunks: Vec<ArrowColumnChunk> = columns.into_iter().flat_map(|column| column.chunks).collect();
        if chunks.is_empty() {
            return Ok(());
        }
        self.sizes.pop_front();
        let bytes: u64 = chunks.iter().map(|chunk| chunk.close().bytes_written).sum();
        self.file.inner_mut().reserve_exact(bytes as usize);
        let mut row_group = self.file.next_row_group().map_err(encoder)?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut row_group).map_err(encoder)?;
        }
        row_group.close().map_err(encoder)?;
        Ok(())
    }
}

/// A column of a group that is encoded: a chunk for each leaf.
struct Encoded {
    place: usize,
    chunks: Vec<ArrowColumnChunk>,
}

/// A column of a group: its pieces, and the writers of its leaves.
struct GroupColumn {
    place: usize,
    bytes: usize,
    field: FieldRef,
    pieces: Vec<ArrayRef>,
    writers: Vec<ArrowColumnWriter>,
}

fn columns(group: &Group, writers: Vec<ArrowColumnWriter>) -> Vec<GroupColumn> {
    let mut writers = writers.into_iter();
    let column = |(place, field): (usize, &FieldRef)| {
        let pieces = group.columns(place);
        GroupColumn {
            place,
            bytes: pieces.iter().map(|piece| piece.get_array_memory_size()).sum(),
            field: field.clone(),
            pieces,
            writers: writers.by_ref().take(leaves(field.data_type())).collect(),
        }
    };
    group.schema().fields().iter().enumerate().map(column).collect()
}

fn leaves(data_type: &DataType) -> usize {
    match data_type {
        DataType::List(element) => leaves(element.data_type()),
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        _ => 1,
    }
}

impl GroupColumn {
    /// Encodes the column a stride at a time; where pages end depends on the strides, never on the pieces.
    fn encode(mut self) -> parquet::errors::Result<Encoded> {
        for stride in strides(self.pieces, stride(&self.field)) {
            let leaves = compute_leaves(&self.field, &stride?)?;
            self.writers.iter_mut().zip(&leaves).try_for_each(|(writer, leaf)| writer.write(leaf))?;
        }
        let chunks = self.writers.into_iter().map(ArrowColumnWriter::close).collect::<parquet::errors::Result<_>>()?;
        Ok(Encoded { place: self.place, chunks })
    }
}

/// Rows of a column that are encoded in one go: few of prose, so that pages end near their limit and hardly any row is
/// copied; many of everything else, since every stride has its price.
fn stride(field: &Field) -> usize {
    if holds_prose(field) { 32 } else { 1024 }
}

fn holds_prose(field: &Field) -> bool {
    hint::nature(field) == Nature::Prose
        || match field.data_type() {
            DataType::List(element) => holds_prose(element),
            DataType::Struct(fields) => fields.iter().any(|field| holds_prose(field)),
            _ => false,
        }
}

/// The rows of `pieces` in strides of one length: a view where one is in a single piece, else a small copy.
fn strides(pieces: Vec<ArrayRef>, length: usize) -> impl Iterator<Item = arrow::error::Result<ArrayRef>> {
    let mut pieces = pieces.into_iter();
    let mut rest: Option<ArrayRef> = None;
    std::iter::from_fn(move || {
        let mut stride: Vec<ArrayRef> = Vec::new();
        let mut missing = length;
        while missing > 0
            && let Some(piece) = rest.take().or_else(|| pieces.next())
        {
            let taken = missing.min(piece.len());
            stride.push(piece.slice(0, taken));
            missing -= taken;
            rest = (taken < piece.len()).then(|| piece.slice(taken, piece.len() - taken));
        }
        match &stride[..] {
            [] => None,
            [whole] => Some(Ok(whole.clone())),
            parts => Some(concat(&parts.iter().map(|part| part.as_ref()).collect::<Vec<_>>())),
        }
    })
}

fn properties(format: &Parquet, schema: &SchemaRef) -> Result<WriterProperties> {
    let level = ZstdLevel::try_new(format.level).map_err(encoder)?;
    // A column that has statistics is one page a group: those of pages would say the same again, and fill the footer.
    let mut builder = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        // A bloom filter has room for so many keys before it is folded to those that came.
        .set_max_row_group_row_count(Some(format.limit.rows as usize))
        .set_statistics_enabled(EnabledStatistics::Chunk)
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

/// Prose gains nothing from a dictionary or from its least and greatest value; keys are looked up by a bloom filter.
fn tune_leaf(builder: WriterPropertiesBuilder, leaf: ColumnPath, nature: Nature) -> WriterPropertiesBuilder {
    match nature {
        Nature::Usual => builder,
        Nature::Prose => builder
            .set_column_dictionary_enabled(leaf.clone(), false)
            .set_column_statistics_enabled(leaf, EnabledStatistics::None),
        Nature::Key => {
            builder.set_column_dictionary_enabled(leaf.clone(), false).set_column_bloom_filter_enabled(leaf, true)
        }
    }
}
