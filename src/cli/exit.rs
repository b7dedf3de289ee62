//! What came of a run to an exit code and, where it failed, a sentence.

use std::io::ErrorKind;
use std::process::ExitCode;

use cablegram::error::{Error, Result};

use super::Ending;
use super::escape::escaped;
use super::signals::Signals;

/// A pipe that nobody reads any more ends the run as the signal would.
const BROKEN_PIPE: u8 = 128 + 13;

/// The exit code; says why, if the run failed.
pub fn code(result: &Result<Ending>, signals: &Signals) -> ExitCode {
    match result {
        Ok(ending) => ExitCode::from(ending.number()),
        Err(error) if is_broken_pipe(error) => ExitCode::from(BROKEN_PIPE),
        Err(error) => {
            eprintln!("cablegram: {}", escaped(&error.to_string()));
            ExitCode::from(number(error, signals))
        }
    }
}

/// The exit code of a failure.
pub fn number(error: &Error, signals: &Signals) -> u8 {
    match error {
        Error::Usage(_) => 2,
        Error::TooManyBad { .. } | Error::BadInput(_) => 4,
        Error::Input(_) => 5,
        Error::Output(_) => 6,
        Error::SchemaConflict(_) => 7,
        Error::Verification(_) => 8,
        Error::NotFound(_) => 10,
        Error::Locked(_) => 11,
        Error::Stopped => 128 + signals.received(),
        _ => 1,
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == ErrorKind::BrokenPipe)
}
