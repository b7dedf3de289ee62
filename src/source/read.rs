//! A found file to a document: open, read, close, and no other call to the system.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use super::{Document, Found, Location, Unreadable, UnreadableReason, path};

/// Bytes a thread keeps to read into; one read takes a whole cable, and its size need not be asked for.
const BUFFER: usize = 256 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(BUFFER));
}

impl Found {
    /// Reads the file; one of more than `limit` bytes is refused.
    pub fn read(self, limit: u64) -> Result<Document, Unreadable> {
        let file_name = self.file_name();
        let Found { id, location } = self;
        match bytes(location, limit) {
            Ok(bytes) => Ok(Document { id, file_name, bytes }),
            Err(reason) => Err(Unreadable { id, reason }),
        }
    }

    /// Name without directories and extension; `-` for standard input.
    pub fn file_name(&self) -> String {
        match &self.location {
            Location::File(file) => path::stem(file),
            Location::StandardInput => "-".to_owned(),
            Location::Memory(_) => path::stem(Path::new(self.id.path())),
        }
    }
}

fn bytes(location: Location, limit: u64) -> Result<Vec<u8>, UnreadableReason> {
    let bytes = match location {
        Location::File(file) => bytes_of_file(&file, limit)?,
        Location::StandardInput => {
            read_at_most(io::stdin().lock(), limit + 1).map_err(|error| UnreadableReason::of(&error))?
        }
        Location::Memory(bytes) => bytes,
    };
    if bytes.len() as u64 > limit { Err(UnreadableReason::TooLarge(limit)) } else { Ok(bytes) }
}

fn bytes_of_file(file: &Path, limit: u64) -> Result<Vec<u8>, UnreadableReason> {
    let read = with_patience(|| File::open(file).and_then(|file| read_at_most(file, limit + 1)));
    read.map_err(|error| match error.kind() {
        ErrorKind::NotFound if !is_link(file) => UnreadableReason::Vanished,
        _ => UnreadableReason::of(&error),
    })
}

/// A link that leads nowhere is there, and its file is not.
fn is_link(file: &Path) -> bool {
    file.symlink_metadata().is_ok_and(|found| found.is_symlink())
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
fn read_at_most(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.clear();
        source.take(most).read_to_end(scratch)?;
        let bytes = scratch.as_slice().to_vec();
        scratch.shrink_to(BUFFER);
        Ok(bytes)
    })
}
