//! What came of a run to an exit code and, where it failed, a sentence.

use std::io::ErrorKind;
use std::process::ExitCode;

use cablegram::error::{Error, Result};

use super::Ending;
use super::arguments::LogFormat;
use super::console::begin_json;
use super::escape::escaped;
use super::signals::Signals;

/// A pipe that nobody reads any more ends the run as the signal would.
const BROKEN_PIPE: u8 = 128 + 13;

/// The exit code; says why, if the run failed.
pub fn code(result: &Result<Ending>, format: LogFormat, signals: &Signals) -> ExitCode {
    match result {
        Ok(ending) => ExitCode::from(ending.number()),
        Err(error) if is_broken_pipe(error) => ExitCode::from(BROKEN_PIPE),
        Err(error) => {
            let code = number(error, signals);
            tell(error, code, format);
            ExitCode::from(code)
        }
    }
}

fn tell(error: &Error, exit_code: u8, format: LogFormat) {
    match format {
        LogFormat::Human => eprintln!("cablegram: {}", escaped(&error.to_string())),
        LogFormat::Json => {
            begin_json();
            tracing::error!(event = "run_end", exit_code, error = %error);
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
