//! One run at a time: a lock on a file inside the dataset.
//!
//! The operating system holds the lock and lets go of it however a run ends, so a lock can never outlive its run; the
//! file only says who holds it. Who finds the same holder three times in a row says so: that run may hang.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::generation::LOCK;
use crate::convert::StopFlag;
use crate::error::{Error, ErrorKind, Result};
use crate::write::replace;

/// How often a waiting run looks again.
const INTERVAL: Duration = Duration::from_millis(100);

/// Runs in a row that may find the same holder; one more is a failure.
const PATIENCE: u32 = 2;

/// Name of the file that counts them.
const WAITING: &str = ".lock-waiting";

/// Held while a run works on a dataset.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Whom runs in a row found at work.
#[derive(Default, Deserialize, Serialize)]
struct WaitingRun {
    holder: String,
    runs: u32,
}

impl Lock {
    /// Takes the lock of the dataset at `root`; waits up to `timeout` for another run to end, or until `stop` is
    /// raised. `now` is what the lock says others.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`](crate::error::ErrorKind::Locked) if another run holds it.
    pub fn take(root: &Path, timeout: Duration, now: Timestamp, stop: &StopFlag) -> Result<Lock> {
        let path = root.join(LOCK);
        let mut file = open(&path)?;
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
                Err(TryLockError::Error(error)) => return Err(Error::cannot("lock", &path, error)),
            }
        }
        // Who holds it is only for people to read; a run goes on without.
        let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", holder(now)));
        let _ = fs::remove_file(root.join(WAITING));
        Ok(Lock { _file: file })
    }
}

/// Opens the file itself, never what a link at its place leads to.
fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    let file = options.open(path).map_err(|error| Error::cannot("open the lock", path, error))?;
    let is_file = file.metadata().is_ok_and(|found| found.is_file());
    match is_file {
        true => Ok(file),
        false => Err(Error::cannot("open the lock", path, io::Error::other("it is not a file"))),
    }
}

fn holder(now: Timestamp) -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("process {} on {host} since {now:.0}", std::process::id())
}

fn held(path: &Path) -> Error {
    let holder = holder_of(path);
    Error::locked(format!("{holder} holds the lock {}; wait for it, or give --lock-timeout SECONDS", path.display()))
}

fn holder_of(path: &Path) -> String {
    let holder = fs::read_to_string(path).unwrap_or_default();
    if holder.is_empty() { "another run".to_owned() } else { holder }
}

/// The failure to take the lock, which is a worse one where runs in a row found the same holder.
pub fn found_again(root: &Path, error: Error) -> Error {
    if error.kind() != ErrorKind::Locked {
        return error;
    }
    let path = root.join(LOCK);
    let holder = holder_of(&path);
    let runs = count(&root.join(WAITING), &holder);
    if runs <= PATIENCE {
        return error;
    }
    let advice = "see whether it hangs, and stop it if it does";
    let reason = io::Error::other(format!("{holder} holds the lock, as {runs} runs in a row found; {advice}"));
    Error::io("cannot lock", path, reason)
}

/// How many runs in a row found that holder, this one included. Where that cannot be kept, this one is the first.
fn count(path: &Path, holder: &str) -> u32 {
    let before =
        fs::read(path).ok().and_then(|text| serde_json::from_slice::<WaitingRun>(&text).ok()).unwrap_or_default();
    let runs = if before.holder == holder { before.runs.saturating_add(1) } else { 1 };
    let waiting = WaitingRun { holder: holder.to_owned(), runs };
    let _ = replace(path, |file| Ok(serde_json::to_writer(file, &waiting)?));
    runs
}
