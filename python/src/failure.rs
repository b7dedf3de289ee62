//! What stops a run to a Python exception, and an interrupt to a request to stop.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use cablegram::Error;
use cablegram::convert::StopFlag;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// How often Python is asked whether the user interrupts.
const LOOK: Duration = Duration::from_millis(50);

/// The exception of that failure.
pub fn raised(error: &Error) -> PyErr {
    of(error.kind().exit_code(), &error.to_string())
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
