//! A compressed stream to the one member in it: gzip, bzip2, xz, Zstandard, several streams one after another too.

use std::io::{self, BufRead, Read};

use super::members::{Beginning, ContainerPlace, Flow, Members};
use super::{ContainerKind, Fault, Layer};

/// Bytes read at a time from the compressed stream.
const BUFFER: usize = 64 * 1024;

/// What an xz decoder needs beside its window, in KiB.
const XZ_BESIDE_WINDOW: u64 = 1024;

/// Reads the member of a layer, or the members of a tar in it.
pub fn read(members: &mut Members<'_>, layer: Layer, bytes: &mut dyn Read, place: &ContainerPlace) -> Flow {
    let mut expanded = Beginning::read(Expanded::new(layer, bytes, members.limits.window));
    if let Some(error) = expanded.lost() {
        let fault = members.fault(error)?;
        return members.bad(place, None, fault);
    }
    let name = without_ending(&place.name).as_bytes();
    let member = match ContainerKind::of(expanded.head()) {
        Some(ContainerKind::Tar) => {
            super::tar::read(members, &mut expanded, place)?;
            None
        }
        _ => {
            members.count()?;
            members.member(place, name, None, &mut expanded)?;
            Some(name)
        }
    };
    // What comes before is whole.
    match expanded.into_rest().has_others {
        true => members.bad(place, member, Fault::Corrupt("other bytes follow the compressed ones".to_owned())),
        false => Ok(()),
    }
}

/// `cables.csv` of `cables.csv.gz`.
fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((front, _)) if !front.is_empty() => front,
        _ => name,
    }
}

/// The bytes that streams hold, one after another.
struct Expanded<R: Read> {
    stream: LayerStream<R>,
    window: u64,
    /// Whether what follows the last stream is none.
    has_others: bool,
}

enum LayerStream<R: Read> {
    Gzip(Box<flate2::bufread::GzDecoder<PeekBuffer<R>>>),
    Bzip2(bzip2::bufread::BzDecoder<PeekBuffer<R>>),
    Xz(Box<lzma_rust2::XzReader<PeekBuffer<R>>>),
    Zstd(zstd::Decoder<'static, PeekBuffer<R>>),
    Ended,
}

impl<R: Read> Expanded<R> {
    fn new(layer: Layer, bytes: R, window: u64) -> Expanded<R> {
        let mut expanded = Expanded { stream: LayerStream::Ended, window, has_others: false };
        expanded.start(layer, PeekBuffer::new(bytes));
        expanded
    }

    fn start(&mut self, layer: Layer, bytes: PeekBuffer<R>) {
        self.stream = match layer {
            Layer::Gzip => LayerStream::Gzip(Box::new(flate2::bufread::GzDecoder::new(bytes))),
            Layer::Bzip2 => LayerStream::Bzip2(bzip2::bufread::BzDecoder::new(bytes)),
            Layer::Xz => {
                let limit = u32::try_from(self.window / 1024 + XZ_BESIDE_WINDOW).unwrap_or(u32::MAX);
                LayerStream::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, false, limit)))
            }
            Layer::Zstd => match zstd_decoder(bytes, self.window) {
                Ok(decoder) => LayerStream::Zstd(decoder),
                Err(_) => LayerStream::Ended,
            },
        };
    }

    /// Goes from the end of one stream to the beginning of the next, if there is one.
    fn start_next(&mut self) -> io::Result<Option<()>> {
        let mut bytes = match std::mem::replace(&mut self.stream, LayerStream::Ended) {
            LayerStream::Gzip(decoder) => decoder.into_inner(),
            LayerStream::Bzip2(decoder) => decoder.into_inner(),
            LayerStream::Xz(decoder) => decoder.into_inner(),
            LayerStream::Zstd(decoder) => decoder.finish(),
            LayerStream::Ended => return Ok(None),
        };
        bytes.drop_zeros()?;
        let next = bytes.peek(Layer::HEAD)?;
        match Layer::of(next) {
            Some(layer) => self.start(layer, bytes),
            None => {
                self.has_others = !next.is_empty();
                return Ok(None);
            }
        }
        Ok(Some(()))
    }
}

fn zstd_decoder<R: Read>(bytes: PeekBuffer<R>, window: u64) -> io::Result<zstd::Decoder<'static, PeekBuffer<R>>> {
    let mut decoder = zstd::Decoder::with_buffer(bytes)?.single_frame();
    decoder.window_log_max(window.max(1024).ilog2())?;
    Ok(decoder)
}

impl<R: Read> Read for Expanded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let read = match &mut self.stream {
                LayerStream::Gzip(decoder) => decoder.read(buffer),
                LayerStream::Bzip2(decoder) => decoder.read(buffer),
                LayerStream::Xz(decoder) => decoder.read(buffer),
                LayerStream::Zstd(decoder) => decoder.read(buffer),
                LayerStream::Ended => return Ok(0),
            }?;
            if read > 0 || self.start_next()?.is_none() {
                return Ok(read);
            }
        }
    }
}

/// Buffered bytes of which the next few can be looked at.
struct PeekBuffer<R> {
    bytes: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
}

impl<R: Read> PeekBuffer<R> {
    fn new(bytes: R) -> PeekBuffer<R> {
        PeekBuffer { bytes, buffer: vec![0; BUFFER].into_boxed_slice(), start: 0, end: 0 }
    }

    /// The next bytes: `count` of them, or all there are.
    fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.end - self.start < count {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            while self.end < count {
                match self.bytes.read(&mut self.buffer[self.end..])? {
                    0 => break,
                    read => self.end += read,
                }
            }
        }
        Ok(&self.buffer[self.start..self.end.min(self.start + count)])
    }

    /// Some writers fill up what follows a stream, to whole blocks.
    fn drop_zeros(&mut self) -> io::Result<()> {
        loop {
            let waiting = self.fill_buf()?;
            let zeros = waiting.iter().take_while(|&&byte| byte == 0).count();
            let is_all = zeros == waiting.len() && zeros > 0;
            self.consume(zeros);
            if !is_all {
                return Ok(());
            }
        }
    }
}

impl<R: Read> Read for PeekBuffer<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let waiting = self.fill_buf()?;
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for PeekBuffer<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            self.end = self.bytes.read(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
    }
}
