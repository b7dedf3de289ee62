//! Rows to Arrow IPC: the file format, whose footer carries the proof, and the stream format, which has room for none.

use arrow::datatypes::SchemaRef;
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

use super::cut::{Cutter, Group, Limit};
use super::digest::{Digest, Proof};
use super::failure::encoder;
use super::hint;
use super::options::Options;
use super::{Batch, Format, StreamShape, WriteContext, Writer};
use crate::error::{Error, Result};

#[derive(Clone, Copy, Debug)]
enum IpcKind {
    File,
    Stream,
}

#[derive(Clone, Copy, Debug)]
struct Ipc {
    kind: IpcKind,
    compression: Option<CompressionType>,
}

/// The file format; reads `compression=`.
pub fn build_file(options: &mut Options) -> Result<Box<dyn Format>> {
    Ok(Box::new(Ipc { kind: IpcKind::File, compression: compression(options)? }))
}

/// The stream format; reads `compression=`.
pub fn build_stream(options: &mut Options) -> Result<Box<dyn Format>> {
    Ok(Box::new(Ipc { kind: IpcKind::Stream, compression: compression(options)? }))
}

fn compression(options: &mut Options) -> Result<Option<CompressionType>> {
    match options.value("compression")?.as_deref() {
        None | Some("lz4") => Ok(Some(CompressionType::LZ4_FRAME)),
        Some("zstd") => Ok(Some(CompressionType::ZSTD)),
        Some("none") => Ok(None),
        Some(other) => Err(Error::usage(format!("compression={other}: write lz4, zstd or none"))),
    }
}

impl Format for Ipc {
    fn name(&self) -> &'static str {
        match self.kind {
            IpcKind::File => "arrow",
            IpcKind::Stream => "arrows",
        }
    }

    fn extension(&self) -> &'static str {
        self.name()
    }

    fn has_single_rows(&self) -> bool {
        false
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, _: StreamShape) -> Result<Box<dyn Writer>> {
        let options = IpcWriteOptions::default().try_with_compression(self.compression).map_err(encoder)?;
        let (stored, left_out) = hint::stored(schema);
        let encoding = match self.kind {
            IpcKind::File => FileWriter::try_new_with_options(Vec::new(), &stored, options).map(IpcEncoding::File),
            IpcKind::Stream => {
                StreamWriter::try_new_with_options(Vec::new(), &stored, options).map(IpcEncoding::Stream)
            }
        };
        Ok(Box::new(IpcWriter {
            encoding: encoding.map_err(encoder)?,
            schema: stored,
            left_out,
            context: context.clone(),
            cutter: Cutter::new(Limit::default()),
            digest: Digest::new(schema),
        }))
    }
}

struct IpcWriter {
    encoding: IpcEncoding,
    schema: SchemaRef,
    /// The place of the column that is not in the file.
    left_out: Option<usize>,
    context: WriteContext,
    cutter: Cutter,
    digest: Digest,
}

enum IpcEncoding {
    File(FileWriter<Vec<u8>>),
    Stream(StreamWriter<Vec<u8>>),
}

impl Writer for IpcWriter {
    fn write(&mut self, rows: &Batch, bytes: &mut Vec<u8>) -> Result<()> {
        self.digest.push(rows.seals());
        let narrowed = self.left_out.map(|column| rows.without(column)).transpose()?;
        for group in self.cutter.push(narrowed.as_ref().unwrap_or(rows)) {
            self.encoding.write(&group)?;
        }
        super::hand_over(self.encoding.bytes(), bytes);
        Ok(())
    }

    fn held_back(&self) -> u64 {
        self.cutter.bytes() / 2
    }

    fn finish(mut self: Box<Self>, bytes: &mut Vec<u8>) -> Result<Proof> {
        if let Some(group) = self.cutter.rest() {
            self.encoding.write(&group)?;
        }
        let proof = self.digest.finish();
        if let IpcEncoding::File(file) = &mut self.encoding {
            for (key, value) in super::metadata(&self.schema, &self.context, &proof) {
                file.write_metadata(key, value);
            }
        }
        self.encoding.finish()?;
        super::hand_over(self.encoding.bytes(), bytes);
        Ok(proof)
    }
}

impl IpcEncoding {
    fn write(&mut self, group: &Group) -> Result<()> {
        let records = group.records()?;
        match self {
            IpcEncoding::File(file) => file.write(&records),
            IpcEncoding::Stream(stream) => stream.write(&records),
        }
        .map_err(encoder)
    }

    fn finish(&mut self) -> Result<()> {
        match self {
            IpcEncoding::File(file) => file.finish(),
            IpcEncoding::Stream(stream) => stream.finish(),
        }
        .map_err(encoder)
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        match self {
            IpcEncoding::File(file) => file.get_mut(),
            IpcEncoding::Stream(stream) => stream.get_mut(),
        }
    }
}
