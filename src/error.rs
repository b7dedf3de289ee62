//! What stops a run: one type, few variants, each worded beside its name.
//!
//! What is odd inside a cable is a `Diagnostic`, never an error.

use std::io;
use std::path::{Path, PathBuf};

/// The result of whatever can stop a run.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run stopped. Every message names the path, what was being done, and what to try.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The arguments or the configuration do not make sense (exit 2).
    #[error("{0}")]
    Usage(String),
    /// An input is missing or unreadable, or nothing was found (exit 5).
    #[error("{0}")]
    Input(String),
    /// More bad inputs than allowed (exit 4).
    #[error("{bad} bad inputs, more than the {allowed} allowed; raise --max-bad or see the report")]
    TooManyBad {
        /// How many were bad.
        bad: u64,
        /// How many were allowed.
        allowed: u64,
    },
    /// A bad input, in a run that allows none (exit 4).
    #[error("{0}; skip such inputs with --on-error skip, or keep their bytes with --quarantine DIR")]
    BadInput(String),
    /// An output cannot be written: it exists, or there is no space or permission (exit 6).
    #[error("{0}")]
    Output(String),
    /// What stands at the output follows another schema (exit 7).
    #[error("{0}")]
    SchemaConflict(String),
    /// An output does not prove what it claims (exit 8).
    #[error("{0}")]
    Verification(String),
    /// A dataset or state was not found (exit 10).
    #[error("{0}")]
    NotFound(String),
    /// Another run holds the lock (exit 11).
    #[error("{0}")]
    Locked(String),
    /// The run was asked to stop.
    #[error("stopped; nothing half-written is visible")]
    Stopped,
    /// Reading or writing failed for a reason of the machine (exit 1).
    #[error("{action} {}: {source}", path.display())]
    Io {
        /// What was being done, such as `cannot read`.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Something happened that never should: a fault of this program (exit 1).
    #[error("{0}; this is a fault of cablegram, please report it")]
    Defect(String),
    /// An encoder or decoder of a format failed (exit 1).
    #[error("{0}")]
    Format(String),
}

impl Error {
    /// Wraps a failure of the machine with what was being done to which path.
    pub fn io(action: &'static str, path: impl AsRef<Path>, source: io::Error) -> Error {
        Error::Io { action, path: path.as_ref().to_owned(), source }
    }
}
