//! What came of a run to an exit code and, where it failed, a sentence.

use std::error::Error as _;
use std::io;

use cablegram::error::{Error, ErrorKind, Result};

use super::arguments::LogFormat;
use super::log::LogEvent;
use super::signals::Signals;
use super::{RunEnding, say};

/// The arguments or the configuration do not make sense.
pub const USAGE: u8 = 2;
/// A pipe that nobody reads any more ends the run as the signal would.
const BROKEN_PIPE: u8 = 128 + 13;

/// The exit code; says why, if the run failed.
pub fn code(result: &Result<RunEnding>, format: LogFormat, signals: &Signals) -> u8 {
    match result {
        Ok(ending) => ending.number(),
        Err(error) if is_broken_pipe(error) => BROKEN_PIPE,
        Err(error) => {
            let code = number(error, signals);
            tell(error, code, format);
            code
        }
    }
}

fn tell(error: &Error, exit_code: u8, format: LogFormat) {
    match format {
        LogFormat::Human => say::sentence(&format!("cablegram: {error}")),
        LogFormat::Json => say::event(&LogEvent::failed(exit_code, error)),
    }
}

/// The exit code of a failure.
pub fn number(error: &Error, signals: &Signals) -> u8 {
    match error.kind() {
        ErrorKind::Stopped => 128 + signals.received(),
        kind => kind.exit_code(),
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe)
}
