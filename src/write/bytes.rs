//! The bytes of a file: how many, and their SHA-256.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::digest::hexadecimal;

/// What the bytes of a file are known by.
pub struct Bytes {
    /// How many.
    pub size: u64,
    /// Their SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// SHA-256 of a regular file; `None` if it cannot be read.
pub fn sha256(path: &Path) -> Option<String> {
    bytes(path).ok().map(|bytes| bytes.sha256)
}

/// Reads a regular file; anything else, such as a link to a device, might never end.
pub fn bytes(path: &Path) -> Result<Bytes, String> {
    let metadata = path.metadata().map_err(|error| format!("it cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let mut hash = Sha256::new();
    let copied = File::open(path).and_then(|mut file| copy(&mut file, &mut hash));
    let size = copied.map_err(|error| format!("it cannot be read: {error}"))?;
    Ok(Bytes { size, sha256: hexadecimal(&hash.finalize()) })
}

fn copy(file: &mut File, hash: &mut Sha256) -> io::Result<u64> {
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(length) => {
                hash.update(&buffer[..length]);
                size += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
