//! The bytes of a file: how many, and their SHA-256.

use std::fs::File;
use std::path::Path;

use super::digest::sha256_of;

/// What the bytes of a file are known by.
pub struct FileBytes {
    /// How many.
    pub size: u64,
    /// Their SHA-256, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// SHA-256 of a regular file; `None` if it cannot be read.
pub fn file_sha256(path: &Path) -> Option<String> {
    file_bytes(path).ok().map(|bytes| bytes.sha256)
}

/// Reads a regular file; anything else, such as a link to a device, might never end.
pub fn file_bytes(path: &Path) -> Result<FileBytes, String> {
    let metadata = path.metadata().map_err(|error| format!("it cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let hashed = File::open(path).and_then(sha256_of);
    let (size, sha256) = hashed.map_err(|error| format!("it cannot be read: {error}"))?;
    Ok(FileBytes { size, sha256 })
}
