//! A found file to its bytes: open, read, close, and no other call to the system for a small one.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek};
use std::path::Path;
use std::time::Duration;

use super::container::ContainerKind;
use super::{FoundFile, Location, RecordRun, Unreadable, UnreadableReason, path};
use crate::local::is_nothing;

/// Bytes a thread keeps to read into; one read takes a whole cable, and its size need not be asked for.
const BUFFER: usize = 256 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(BUFFER));
}

/// A file that was opened.
pub enum Opened {
    /// It is small: these are its bytes.
    Whole(Vec<u8>),
    /// It is large, and is read from its beginning.
    File(File),
    /// Some of its records are to be read.
    Records(File, RecordRun),
    /// It comes once, from its beginning.
    Stream(Box<dyn Read + Send>),
}

impl FoundFile {
    /// Opens the file, and reads it where it has at most `limit` bytes.
    pub fn open(self, limit: usize) -> Result<Opened, Unreadable> {
        let FoundFile { id, location } = self;
        let opened = match location {
            Location::File(file) => patient(&file, |file| open(file, limit)),
            Location::Records(file, run) => patient(&file, Ok).map(|file| Opened::Records(file, run)),
            Location::StandardInput => Ok(Opened::Stream(Box::new(io::stdin()))),
            // What is too large for one record is cut bit by bit, as a file is; a container is read where it lies.
            Location::Memory(bytes) if bytes.len() > limit && ContainerKind::of(&bytes).is_none() => {
                Ok(Opened::Stream(Box::new(Cursor::new(bytes))))
            }
            Location::Memory(bytes) => Ok(Opened::Whole(bytes)),
        };
        opened.map_err(|reason| Unreadable { id, reason })
    }

    /// Name without directories and extension; `-` for standard input.
    pub fn file_name(&self) -> String {
        match &self.location {
            Location::File(file) | Location::Records(file, _) => path::stem(file),
            Location::StandardInput => "-".to_owned(),
            Location::Memory(_) => path::stem(Path::new(self.id.path())),
        }
    }
}

fn patient<T>(file: &Path, read: impl Fn(File) -> io::Result<T>) -> Result<T, UnreadableReason> {
    with_patience(|| File::open(file).and_then(&read)).map_err(|error| match error.kind() {
        ErrorKind::NotFound if is_gone(file) => UnreadableReason::Vanished,
        _ => UnreadableReason::of(&error),
    })
}

/// Whether nothing has that name any more; a link that leads nowhere is there.
fn is_gone(file: &Path) -> bool {
    file.symlink_metadata().is_err_and(|error| is_nothing(&error))
}

/// Waits a moment and tries again where the machine has nothing left for the moment.
fn with_patience<T>(read: impl Fn() -> io::Result<T>) -> io::Result<T> {
    for pause in PAUSES {
        match read() {
            Err(error) if is_passing(&error) => std::thread::sleep(Duration::from_millis(pause)),
            result => return result,
        }
    }
    read()
}

/// Milliseconds, together a third of a second, in which other threads close what they read.
const PAUSES: [u64; 5] = [1, 10, 50, 100, 150];

fn is_passing(error: &io::Error) -> bool {
    matches!(UnreadableReason::of(error), UnreadableReason::Exhausted(_))
        || matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// Reads into the thread's buffer and copies what came, so that no document holds more memory than it has bytes.
fn open(mut file: File, limit: usize) -> io::Result<Opened> {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.clear();
        (&mut file).take(limit as u64 + 1).read_to_end(scratch)?;
        let opened = match scratch.len() <= limit {
            true => Opened::Whole(scratch.as_slice().to_vec()),
            false if file.rewind().is_ok() => Opened::File(file),
            false => Opened::Stream(Box::new(Cursor::new(scratch.as_slice().to_vec()).chain(file))),
        };
        scratch.shrink_to(BUFFER);
        Ok(opened)
    })
}
