//! What stops a run to a Python exception, an interrupt to a request to stop, and what a run counted to JSON.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use cablegram::Error;
use cablegram::arrow::error::ArrowError;
use cablegram::convert::{self, Outcome, Status, StopFlag, Summary};
use cablegram::error::ErrorKind;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// How often Python is asked whether the user interrupts.
const LOOK: Duration = Duration::from_millis(50);

/// The exception of that failure.
pub fn raised(error: &Error) -> PyErr {
    of(error.kind().exit_code(), &error.to_string())
}

/// The exception of that failure; where there were too many bad inputs, it names them.
pub fn raised_for(error: &Error, bad: &[Outcome]) -> PyErr {
    let raised = raised(error);
    if error.kind() == ErrorKind::BadInput {
        // An exception that takes no attribute says the most important thing all the same.
        let _ = Python::attach(|py| raised.value(py).setattr("bad", named(bad)));
    }
    raised
}

/// The exception of what ended a stream of batches.
pub fn raised_by_arrow(error: &ArrowError, bad: &[Outcome]) -> PyErr {
    match error {
        ArrowError::ExternalError(cause) => match cause.downcast_ref::<Error>() {
            Some(cause) => raised_for(cause, bad),
            None => of(1, &cause.to_string()),
        },
        other => of(1, &other.to_string()),
    }
}

/// Bad inputs, each with what is wrong with it.
pub fn named(bad: &[Outcome]) -> Vec<(String, String)> {
    bad.iter().map(|outcome| (outcome.id.to_string(), outcome.status.to_string())).collect()
}

/// Path, member, number and start of what cannot be read, and why.
pub type Unreadable = (String, Option<String>, Option<u32>, u64, String);

/// Those of the bad inputs that are no row.
pub fn unreadable(bad: &[Outcome]) -> Vec<Unreadable> {
    let named = |Outcome { id, status, .. }: &Outcome| {
        let (path, member) = (id.document.path().to_owned(), id.document.member().map(str::to_owned));
        (path, member, id.number, id.start, status.to_string())
    };
    bad.iter().filter(|outcome| is_unreadable(outcome)).map(named).collect()
}

/// Whether a bad input is not a row.
pub fn is_unreadable(outcome: &Outcome) -> bool {
    matches!(outcome.status, Status::Unreadable(_))
}

/// The counts of a run as JSON, with its bad inputs by name.
pub fn counted(summary: &Summary, bad: &[Outcome]) -> String {
    let mut counts = convert::counts(summary);
    counts["bad_inputs"] = serde_json::json!(named(bad));
    counts.to_string()
}

/// The exception of a failure with that exit code.
pub fn of(exit_code: u8, message: &str) -> PyErr {
    Python::attach(|py| {
        let made = py.import("cablegram._errors").and_then(|errors| errors.getattr("of")?.call1((exit_code, message)));
        made.map_or_else(|error| error, PyErr::from_value)
    })
}

/// Arguments that do not make sense.
pub fn usage(message: impl Into<String>) -> PyErr {
    raised(&Error::usage(message))
}

/// Does work without Python's lock; an interrupt raises the flag, waits for the work to end, and is raised in turn.
pub fn interruptible<T: Send>(py: Python<'_>, stop: &StopFlag, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, done) = channel();
            scope.spawn(move || drop(sender.send(work())));
            loop {
                match done.recv_timeout(LOOK) {
                    Ok(value) => return Ok(value),
                    Err(RecvTimeoutError::Timeout) => {
                        if let Err(interrupt) = Python::attach(|py| py.check_signals()) {
                            stop.raise();
                            drop(done.recv());
                            return Err(interrupt);
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(PyRuntimeError::new_err("a fault of cablegram, please report it"));
                    }
                }
            }
        })
    })
}
