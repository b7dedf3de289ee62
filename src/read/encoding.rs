//! The bytes of a text format to UTF-8.
//!
//! Our files are UTF-8 without a byte order mark, but an XML processor must read both marks and UTF-16, and an editor may
//! have written any of them. What cannot be decoded is an error, never a replacement character.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, Result};

/// UTF-8 text.
pub type DecodedText = Box<dyn BufRead + Send>;

/// The file at `path` as UTF-8, without a byte order mark.
pub fn open(path: &Path) -> Result<DecodedText> {
    let file = File::open(path).map_err(|error| Error::unreadable("open", path, error))?;
    let mut input = BufReader::with_capacity(64 << 10, file);
    let start = input.fill_buf().map_err(|error| Error::unreadable("read", path, error))?;
    let (encoding, mark) = encoding(start);
    input.consume(mark);
    if encoding == UTF_8 {
        return Ok(Box::new(input));
    }
    let decoder = encoding.new_decoder_without_bom_handling();
    Ok(Box::new(BufReader::new(Decoded { input, decoder, text: Vec::new(), taken: 0, is_done: false })))
}

/// The encoding of a file that begins so, and the length of its byte order mark.
fn encoding(start: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(start) {
        return found;
    }
    match start {
        [b'<', 0, ..] => (UTF_16LE, 0),
        [0, b'<', ..] => (UTF_16BE, 0),
        _ => (declared(start).unwrap_or(UTF_8), 0),
    }
}

/// The encoding that an XML declaration names.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let declaration = start.strip_prefix(b"<?xml")?;
    let end = memchr::memchr(b'>', declaration)?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = value.split(['"', '\'']).nth(1)?;
    Encoding::for_label(label.as_bytes())
}

struct Decoded {
    input: BufReader<File>,
    decoder: encoding_rs::Decoder,
    /// Text that is decoded, and how much of it was taken.
    text: Vec<u8>,
    taken: usize,
    is_done: bool,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.text.len() && !self.is_done {
            self.decode()?;
        }
        let length = buffer.len().min(self.text.len() - self.taken);
        buffer[..length].copy_from_slice(&self.text[self.taken..self.taken + length]);
        self.taken += length;
        Ok(length)
    }
}

impl Decoded {
    fn decode(&mut self) -> io::Result<()> {
        let bytes = self.input.fill_buf()?;
        self.is_done = bytes.is_empty();
        self.text.resize(self.decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0), 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.text, self.is_done);
        self.input.consume(read);
        self.text.truncate(written);
        self.taken = 0;
        match result {
            DecoderResult::Malformed(..) => {
                let encoding = self.decoder.encoding().name();
                Err(io::Error::new(io::ErrorKind::InvalidData, format!("bytes that are no {encoding}")))
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(()),
        }
    }
}
