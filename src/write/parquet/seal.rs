//! The SHA-256 of a Parquet file in the file: of all its bytes, the digits themselves as zeros.
//!
//! The digest of the rows says nothing of statistics, page indexes and bloom filters, by which engines leave rows out, nor
//! of headers that one reader skips and another obeys. This says it of every byte.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use memchr::memmem;
use sha2::{Digest, Sha256};

use crate::contract::BYTES_KEY;
use crate::error::{Error, Result};
use crate::write::digest::hexadecimal;

const DIGITS: usize = 64;

/// What is in the place of the digits while they are not known.
pub const ZEROS: &str = match std::str::from_utf8(&[b'0'; DIGITS]) {
    Ok(zeros) => zeros,
    Err(_) => "",
};

/// How the footer writes that a text of so many bytes follows as the value of a key.
const VALUE: [u8; 2] = [0x18, DIGITS as u8];

/// The last bytes of a file: the size of the footer, and the mark.
const TAIL: usize = 8;

/// The hash of a file that is being written.
#[derive(Default)]
pub struct BytesSeal(Sha256);

impl BytesSeal {
    /// Takes the next bytes of the file, but for the last.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Puts the digits in their place in the last bytes, which hold the footer.
    pub fn close(&mut self, last: &mut [u8]) -> Result<()> {
        let place = place(last).ok_or_else(|| Error::defect(format!("the footer has no place for {BYTES_KEY}")))?;
        self.0.update(&last);
        last[place].copy_from_slice(hexadecimal(&self.0.finalize_reset()).as_bytes());
        Ok(())
    }
}

/// Whether a file has the bytes that it says it was written with; `None` if it does not say. Whether its footer names the
/// key is known to whoever asks.
///
/// # Errors
/// If it cannot be read.
pub fn agrees(file: &mut (impl Read + Seek)) -> io::Result<Option<bool>> {
    let size = file.seek(SeekFrom::End(0))?;
    let Some(tail_at) = size.checked_sub(TAIL as u64) else { return Ok(None) };
    let tail = bytes_at(file, tail_at, TAIL as u64)?;
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    let Some(start) = tail_at.checked_sub(length) else { return Ok(None) };
    let mut end = bytes_at(file, start, size - start)?;
    let Some(place) = place(&end) else { return Ok(None) };
    let digits = end[place.clone()].to_vec();
    end[place].fill(b'0');
    let mut hash = Sha256::new();
    file.seek(SeekFrom::Start(0))?;
    let mut rest = file.take(start);
    let mut block = vec![0; 1 << 16];
    loop {
        match rest.read(&mut block)? {
            0 => break,
            length => hash.update(&block[..length]),
        }
    }
    hash.update(&end);
    Ok(Some(hexadecimal(&hash.finalize()).as_bytes() == digits))
}

/// Where the digits are: the key is the last that the footer names.
fn place(end: &[u8]) -> Option<Range<usize>> {
    let before = [BYTES_KEY.as_bytes(), &VALUE].concat();
    let start = memmem::rfind(end, &before)? + before.len();
    (start + DIGITS <= end.len()).then_some(start..start + DIGITS)
}

fn bytes_at(file: &mut (impl Read + Seek), start: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
