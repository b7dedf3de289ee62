//! The bytes of a file: how many, and their SHA-256.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::digest::hexadecimal;
use crate::error::{Error, Result};

/// What the bytes of a file are known by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FileBytes {
    /// How many.
    pub size: u64,
    /// Their SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
}

impl FileBytes {
    /// Whether the file at `path` has these bytes; a missing one does not.
    pub(crate) fn are_in(&self, path: &Path) -> Result<bool> {
        // What is not a file might never end.
        let is_as_large = path.metadata().map(|found| found.is_file() && found.len() == self.size);
        let held = match is_as_large {
            Ok(true) => hash_file(path),
            Ok(false) => return Ok(false),
            Err(error) => Err(error),
        };
        match held {
            Ok(held) => Ok(held == *self),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io("cannot read", path, error)),
        }
    }
}

/// SHA-256 of a regular file; `None` if it cannot be read.
pub fn file_sha256(path: &Path) -> Option<String> {
    file_bytes(path).ok().map(|bytes| bytes.sha256)
}

/// Reads a regular file; anything else, such as a link to a device, might never end.
pub fn file_bytes(path: &Path) -> std::result::Result<FileBytes, String> {
    let failed = |error| format!("it cannot be read: {error}");
    match path.metadata().map_err(failed)?.is_file() {
        true => hash_file(path).map_err(failed),
        false => Err("it is not a regular file".to_owned()),
    }
}

/// Reads whatever is at a path to its end.
pub fn hash_file(path: &Path) -> io::Result<FileBytes> {
    let mut file = File::open(path)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(FileBytes { size, sha256: hexadecimal(&hash.finalize()) }),
            Ok(length) => {
                hash.update(&buffer[..length]);
                size += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
