//! One run at a time: a lock on a file inside the dataset.
//!
//! The operating system holds the lock and lets go of it however a run ends, so a lock can never be left behind; the
//! file only says who holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::generation::failed;
use crate::convert::StopFlag;
use crate::error::{Error, Result};

/// How often a waiting run looks again.
const INTERVAL: Duration = Duration::from_millis(100);

/// Held while a run works on a dataset.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the dataset at `root`; waits up to `timeout` for another run to end, or until `stop` is
    /// raised.
    pub fn take(root: &Path, timeout: Duration, stop: &StopFlag) -> Result<Lock> {
        let path = root.join(".lock");
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let mut file = options.open(&path).map_err(|error| failed("cannot open the lock", &path, error))?;
        // Sleeps are counted, so that no clock is read.
        let mut waited = Duration::ZERO;
        loop {
            stop.check()?;
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited < timeout => {
                    thread::sleep(INTERVAL);
                    waited += INTERVAL;
                }
                Err(TryLockError::WouldBlock) => return Err(held(&path)),
                Err(TryLockError::Error(error)) => return Err(failed("cannot lock", &path, error)),
            }
        }
        // Who holds it is only for people to read; a run goes on without.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", holder()));
        Ok(Lock { _file: file })
    }
}

fn holder() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("process {} on {host}", std::process::id())
}

fn held(path: &Path) -> Error {
    let holder = fs::read_to_string(path).unwrap_or_default();
    let holder = if holder.is_empty() { "another run".to_owned() } else { holder };
    Error::locked(format!("{holder} holds the lock {}; wait for it, or give --lock-timeout SECONDS", path.display()))
}
