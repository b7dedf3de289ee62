//! Rows to Arrow IPC: the file format, whose footer carries the proof, and the stream format, which has room for none.
//!
//! A strip of rows is one message, which a task of the pool encodes; messages are appended in order, and only when the
//! queue is full, so that neither the bytes nor the sizes reported depend on the threads. Bounded by `IN_FLIGHT` strips.

use std::collections::VecDeque;

use arrow::array::RecordBatch;
use arrow::datatypes::{Metadata, SchemaRef};
use arrow::ipc::convert::{IpcSchemaEncoder, metadata_to_fb};
use arrow::ipc::writer::{
    DictionaryTracker, EncodedData, IpcDataGenerator, IpcWriteContext, IpcWriteOptions, write_message,
};
use arrow::ipc::{Block, CompressionType, FooterBuilder, MetadataVersion};
use flatbuffers::FlatBufferBuilder;

use super::bitmaps;
use super::cut::{Cutter, Limit, Strip};
use super::digest::{Digest, Proof};
use super::failure::encoder;
use super::hint;
use super::options::Options;
use super::{Batch, Format, Out, StreamShape, WriteContext, Writer};
use crate::error::{Error, Result};
use crate::in_order::InOrder;

/// Strips encoded or waiting to be appended. A constant: it shows in where a dataset starts its next file.
const IN_FLIGHT: usize = 2;

/// What a file begins and ends with.
const MAGIC: &[u8] = b"ARROW1";

/// Where every message begins is a multiple of this.
const ALIGNMENT: usize = 64;

/// What ends the messages.
const END_OF_STREAM: [u8; 8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

#[derive(Clone, Copy, Debug)]
enum IpcKind {
    File,
    Stream,
}

#[derive(Clone, Copy, Debug)]
struct Ipc {
    kind: IpcKind,
    compression: IpcCompression,
}

#[derive(Clone, Copy, Debug)]
enum IpcCompression {
    /// LZ4 on a disk; none through a pipe, whose reader would only have to undo it.
    ByShape,
    Fixed(Option<CompressionType>),
}

/// The file format; reads `compression=`.
pub fn build_file(options: &mut Options) -> Result<Box<dyn Format>> {
    Ok(Box::new(Ipc { kind: IpcKind::File, compression: compression(options)? }))
}

/// The stream format; reads `compression=`.
pub fn build_stream(options: &mut Options) -> Result<Box<dyn Format>> {
    Ok(Box::new(Ipc { kind: IpcKind::Stream, compression: compression(options)? }))
}

fn compression(options: &mut Options) -> Result<IpcCompression> {
    let Some(word) = options.value("compression")? else { return Ok(IpcCompression::ByShape) };
    match word.as_str() {
        "lz4" => Ok(IpcCompression::Fixed(Some(CompressionType::LZ4_FRAME))),
        "zstd" => Ok(IpcCompression::Fixed(Some(CompressionType::ZSTD))),
        "none" => Ok(IpcCompression::Fixed(None)),
        other => Err(Error::usage(format!("compression={other}: write lz4, zstd or none"))),
    }
}

impl Format for Ipc {
    fn name(&self) -> &'static str {
        match self.kind {
            IpcKind::File => "arrow",
            IpcKind::Stream => "arrows",
        }
    }

    fn has_single_rows(&self) -> bool {
        false
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, shape: StreamShape) -> Result<Box<dyn Writer>> {
        let compression = match (self.compression, shape) {
            (IpcCompression::Fixed(compression), _) => compression,
            (IpcCompression::ByShape, StreamShape::Pipe) => None,
            (IpcCompression::ByShape, _) => Some(CompressionType::LZ4_FRAME),
        };
        let options = IpcWriteOptions::try_new(ALIGNMENT, false, MetadataVersion::V5);
        let options = options.and_then(|options| options.try_with_compression(compression)).map_err(encoder)?;
        let (stored, left_out) = hint::stored(schema);
        Ok(Box::new(IpcWriter {
            kind: self.kind,
            shape,
            options,
            schema: stored,
            left_out,
            context: context.clone(),
            cutter: Cutter::new(Limit::default()),
            in_flight: InOrder::new(IN_FLIGHT),
            sizes: VecDeque::new(),
            size: 0,
            blocks: Vec::new(),
            digest: Digest::new(schema),
        }))
    }
}

struct IpcWriter {
    kind: IpcKind,
    shape: StreamShape,
    options: IpcWriteOptions,
    schema: SchemaRef,
    /// The place of the column that is not in the file.
    left_out: Option<usize>,
    context: WriteContext,
    cutter: Cutter,
    in_flight: InOrder<EncodedData>,
    /// Bytes of data of each strip in flight.
    sizes: VecDeque<u64>,
    /// Bytes written so far.
    size: usize,
    /// Where each message of rows is.
    blocks: Vec<Block>,
    digest: Digest,
}

impl Writer for IpcWriter {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        self.put_start(out)?;
        self.digest.push(rows.seals());
        let narrowed = self.left_out.map(|column| rows.without(column)).transpose()?;
        for strip in self.cutter.push(narrowed.as_ref().unwrap_or(rows)) {
            if self.in_flight.is_full() {
                self.append_next(out)?;
            }
            self.start(strip);
        }
        Ok(())
    }

    fn held_back(&self) -> u64 {
        let waiting: u64 = self.sizes.iter().sum();
        (waiting + self.cutter.bytes()) / 2
    }

    fn finish(mut self: Box<Self>, out: &mut dyn Out) -> Result<Proof> {
        self.put_start(out)?;
        if let Some(strip) = self.cutter.rest() {
            self.start(strip);
        }
        while !self.in_flight.is_empty() {
            self.append_next(out)?;
        }
        out.bytes().extend(END_OF_STREAM);
        let proof = self.digest.finish();
        if let IpcKind::File = self.kind {
            let pairs = super::metadata(&self.schema, &self.context, &proof);
            let footer = footer(&self.schema, &self.blocks, pairs);
            out.bytes().extend(&footer);
            out.bytes().extend((footer.len() as i32).to_le_bytes());
            out.bytes().extend(MAGIC);
        }
        Ok(proof)
    }
}

impl IpcWriter {
    /// Appends what comes before the first rows, once.
    fn put_start(&mut self, out: &mut dyn Out) -> Result<()> {
        if self.size > 0 {
            return Ok(());
        }
        if let IpcKind::File = self.kind {
            out.bytes().extend(MAGIC);
            out.bytes().resize(ALIGNMENT, 0);
            self.size = ALIGNMENT;
        }
        let mut dictionaries = DictionaryTracker::new(true);
        let generator = IpcDataGenerator::default();
        let schema = generator.schema_to_bytes_with_dictionary_tracker(&self.schema, &mut dictionaries, &self.options);
        let (header, body) = write_message(out.bytes(), schema, &self.options).map_err(encoder)?;
        self.size += header + body;
        Ok(())
    }

    fn start(&mut self, strip: Strip) {
        let options = self.options.clone();
        self.sizes.push_back(strip.bytes);
        let encode = move || encoded(&bitmaps::ended(&strip.into_records()?).map_err(encoder)?, &options);
        match self.shape {
            StreamShape::Together => self.in_flight.put(encode()),
            _ => self.in_flight.start(&self.context.pool, encode),
        }
    }

    fn append_next(&mut self, out: &mut dyn Out) -> Result<()> {
        let Some(message) = self.in_flight.next() else { return Ok(()) };
        self.sizes.pop_front();
        let (header, body) = write_message(out.bytes(), message?, &self.options).map_err(encoder)?;
        self.blocks.push(Block::new(self.size as i64, header as i32, body as i64));
        self.size += header + body;
        out.send()
    }
}

/// The message of `rows`. No schema of ours has dictionaries.
pub fn encoded(rows: &RecordBatch, options: &IpcWriteOptions) -> Result<EncodedData> {
    let (mut dictionaries, mut context) = (DictionaryTracker::new(true), IpcWriteContext::default());
    let message = IpcDataGenerator::default().encode(rows, &mut dictionaries, options, &mut context);
    message.map(|(_, message)| message).map_err(encoder)
}

/// The footer of a file: schema, where the messages are, and what the file says of itself.
fn footer(schema: &SchemaRef, blocks: &[Block], pairs: Vec<(&str, String)>) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let no_dictionaries = builder.create_vector::<Block>(&[]);
    let blocks = builder.create_vector(blocks);
    let mut dictionaries = DictionaryTracker::new(true);
    let schema =
        IpcSchemaEncoder::new().with_dictionary_tracker(&mut dictionaries).schema_to_fb_offset(&mut builder, schema);
    let pairs: Metadata = pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let pairs = metadata_to_fb(&mut builder, &pairs);
    let mut footer = FooterBuilder::new(&mut builder);
    footer.add_version(MetadataVersion::V5);
    footer.add_schema(schema);
    footer.add_dictionaries(no_dictionaries);
    footer.add_recordBatches(blocks);
    footer.add_custom_metadata(pairs);
    let footer = footer.finish();
    builder.finish(footer, None);
    builder.finished_data().to_vec()
}
