//! Arrow IPC files and streams back into batches, one message at a time.
//!
//! Every length a message names is checked before a decoder allocates by it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::datatypes::{Fields, SchemaRef};
use arrow::ipc::convert::try_fb_to_schema;
use arrow::ipc::reader::read_record_batch;
use arrow::ipc::{Block, Message, root_as_footer, root_as_message};

use super::blank::blank;
use super::{Catalog, FileClaim, Reader, conform, damaged, left_out};
use crate::contract::{DIGEST_KEY, DOCUMENTS_KEY, LEFT_OUT_KEY, ListTexts, ROWS_KEY, VERSION_KEY};
use crate::error::{Error, Result};

/// No buffer of a batch of ours is larger than this, compressed or not.
const LARGEST_BUFFER: i64 = 1 << 30;
/// Nor is a batch of ours larger than this when its buffers are unpacked.
const LARGEST_BATCH: i64 = 2 << 30;
/// What comes before a buffer that was stored as it is.
const STORED: i64 = -1;

struct IpcFile {
    file: File,
    size: u64,
    version: String,
    schema: SchemaRef,
    left_out: Option<String>,
    blocks: std::vec::IntoIter<Block>,
    claim: Option<FileClaim>,
    lists: ListTexts,
}

/// Opens an Arrow IPC file.
pub fn open_file(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let mut file = File::open(path).map_err(|error| Error::unreadable("open", path, error))?;
    let size = file.metadata().map_err(damaged)?.len();
    let footer = footer_bytes(&mut file, size)?;
    let footer = root_as_footer(&footer).map_err(damaged)?;
    let found = footer.schema().ok_or_else(|| damaged("the footer holds no schema"))?;
    let found = try_fb_to_schema(found).map_err(damaged)?;
    let (version, schema) = conform(&found, found.metadata().get(VERSION_KEY), catalog)?;
    let left_out = left_out(&found);
    let value = |key: &str| {
        let pair = footer.custom_metadata()?.iter().find(|pair| pair.key() == Some(key))?;
        Some(pair.value()?.to_owned())
    };
    let rows = value(ROWS_KEY).and_then(|rows| rows.parse().ok());
    let claim = rows.zip(value(DIGEST_KEY)).map(|(rows, digest)| FileClaim { rows, digest });
    let lists = ListTexts { documents: value(DOCUMENTS_KEY), left_out: value(LEFT_OUT_KEY) };
    let blocks: Vec<Block> = footer.recordBatches().into_iter().flatten().copied().collect();
    let blocks = blocks.into_iter();
    Ok(Box::new(IpcFile { file, size, version, schema, left_out, blocks, claim, lists }))
}

/// The footer: before its length and the magic at the end of the file.
fn footer_bytes(file: &mut File, size: u64) -> Result<Vec<u8>> {
    let end = size.checked_sub(10).ok_or_else(|| damaged("the file is cut"))?;
    let tail = bytes_at(file, end, 10)?;
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    match end.checked_sub(length) {
        Some(start) if &tail[4..] == b"ARROW1" => bytes_at(file, start, length),
        _ => Err(damaged("the file is cut or its end is damaged")),
    }
}

/// `length` bytes from `start`, both within the file.
fn bytes_at(file: &mut File, start: u64, length: u64) -> Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start)).map_err(damaged)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(damaged)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(damaged("the file is cut")) }
}

impl Reader for IpcFile {
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
        let Some(block) = self.blocks.next() else { return Ok(None) };
        let metadata = u64::try_from(block.metaDataLength()).map_err(damaged)?;
        let body = u64::try_from(block.bodyLength()).map_err(damaged)?;
        let start = u64::try_from(block.offset()).map_err(damaged)?;
        let length = metadata.saturating_add(body);
        if start.saturating_add(length) > self.size {
            return Err(damaged("a block reaches beyond the end of the file"));
        }
        let bytes = bytes_at(&mut self.file, start, length)?;
        decode(bytes, metadata as usize, &self.schema).and_then(blank).map(Some)
    }

    fn claim(&self) -> Option<FileClaim> {
        self.claim.clone()
    }

    fn lists(&self) -> ListTexts {
        self.lists.clone()
    }
}

/// The rows of an encapsulated message whose first `head` bytes are its metadata.
fn decode(bytes: Vec<u8>, head: usize, schema: &SchemaRef) -> Result<RecordBatch> {
    let bytes = Buffer::from_vec(bytes);
    let (metadata, body) = (bytes.slice_with_length(0, head), bytes.slice(head));
    let message = message(&metadata)?;
    let batch = message.header_as_record_batch().ok_or_else(|| damaged("a message holds no rows"))?;
    check_buffers(batch, &body)?;
    read_record_batch(&body, batch, schema.clone(), &HashMap::new(), None, &message.version()).map_err(damaged)
}

/// The message after the continuation mark and the length of an encapsulated message.
fn message(head: &[u8]) -> Result<Message<'_>> {
    let start = if head.starts_with(&[0xFF; 4]) { 8 } else { 4 };
    root_as_message(head.get(start..).ok_or_else(|| damaged("a message is cut"))?).map_err(damaged)
}

/// Refuses buffers that lie outside the body, or that would grow beyond reason when decompressed.
fn check_buffers(batch: arrow::ipc::RecordBatch<'_>, body: &[u8]) -> Result<()> {
    let mut unpacked = 0;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).map_err(damaged)?;
        let length = usize::try_from(buffer.length()).map_err(damaged)?;
        let bytes = start.checked_add(length).and_then(|end| body.get(start..end));
        let bytes = bytes.ok_or_else(|| damaged("a buffer reaches beyond its message"))?;
        if batch.compression().is_some() && length > 0 {
            let prefix = bytes.first_chunk().ok_or_else(|| damaged("a compressed buffer is cut"))?;
            let size = i64::from_le_bytes(*prefix);
            if size != STORED && !(0..=LARGEST_BUFFER).contains(&size) {
                return Err(damaged("a compressed buffer claims an impossible size"));
            }
            unpacked += size.max(0);
            if unpacked > LARGEST_BATCH {
                return Err(damaged("a batch would unpack to more than 2 GiB"));
            }
        }
    }
    Ok(())
}

struct IpcStream {
    input: BufReader<File>,
    version: String,
    schema: SchemaRef,
    left_out: Option<String>,
}

/// Opens an Arrow IPC stream.
pub fn open_stream(path: &Path, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let file = File::open(path).map_err(|error| Error::unreadable("open", path, error))?;
    let mut input = BufReader::new(file);
    let (first, _) = next_message(&mut input)?.ok_or_else(|| damaged("the stream is empty"))?;
    let found = message(&first)?.header_as_schema().ok_or_else(|| damaged("the stream begins without a schema"))?;
    let found = try_fb_to_schema(found).map_err(damaged)?;
    let (version, schema) = conform(&found, found.metadata().get(VERSION_KEY), catalog)?;
    let left_out = left_out(&found);
    Ok(Box::new(IpcStream { input, version, schema, left_out }))
}

/// The bytes of the next encapsulated message and how many of them are metadata, or `None` at the end-of-stream mark.
fn next_message(input: &mut impl Read) -> Result<Option<(Vec<u8>, usize)>> {
    let mut bytes = Vec::new();
    take(input, 8, &mut bytes)?;
    if bytes[..4] != [0xFF; 4] {
        return Err(damaged("a message of the stream has no continuation mark"));
    }
    let length = i64::from(i32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]));
    if length == 0 {
        return Ok(None);
    }
    take(input, length, &mut bytes)?;
    let head = bytes.len();
    let body = message(&bytes)?.bodyLength();
    take(input, body, &mut bytes)?;
    Ok(Some((bytes, head)))
}

/// Appends exactly `length` bytes; memory grows with what is there, not with what is claimed.
fn take(input: &mut impl Read, length: i64, bytes: &mut Vec<u8>) -> Result<()> {
    let length = u64::try_from(length).map_err(damaged)?;
    let taken = input.take(length).read_to_end(bytes).map_err(damaged)?;
    if taken as u64 == length { Ok(()) } else { Err(damaged("the stream is cut")) }
}

impl Reader for IpcStream {
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
        let Some((bytes, head)) = next_message(&mut self.input)? else { return Ok(None) };
        decode(bytes, head, &self.schema).and_then(blank).map(Some)
    }

    /// A stream is written before its rows are known: it claims nothing.
    fn claim(&self) -> Option<FileClaim> {
        None
    }

    fn has_list(&self) -> bool {
        false
    }
}
