//! Failures of the machine in words that say what to try.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::Error;

/// Why `path` could not be written, made, or renamed.
pub fn output(action: &'static str, path: impl AsRef<Path>, error: io::Error) -> Error {
    let path = path.as_ref();
    let advice = match error.kind() {
        ErrorKind::StorageFull => "free some space, or give an output on another disk",
        ErrorKind::QuotaExceeded => "the quota is used up: free some of it, or give an output elsewhere",
        ErrorKind::FileTooLarge => "the file system takes no larger file: write a folder with file_size=",
        ErrorKind::PermissionDenied => "give an output in a folder that you may write",
        ErrorKind::ReadOnlyFilesystem => "give an output on a file system that can be written",
        ErrorKind::IsADirectory => "give the path of a file",
        ErrorKind::NotFound => "make the folder first",
        ErrorKind::InvalidFilename => "give a shorter or simpler name",
        _ => return Error::io(action, path, error),
    };
    let message = format!("{action} {}: {error}; {advice}", path.display());
    Error::output(message).caused_by(path, error)
}

/// A failure of an encoder that writes to memory.
pub fn encoder(error: impl std::fmt::Display) -> Error {
    Error::format(error.to_string())
}
