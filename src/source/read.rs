//! A found file to a document: open, read, close, and no other call to the system.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

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
        Location::File(file) => File::open(file).and_then(|file| read_at_most(file, limit + 1)),
        Location::StandardInput => read_at_most(io::stdin().lock(), limit + 1),
        Location::Memory(bytes) => Ok(bytes),
    };
    let bytes = bytes.map_err(|error| UnreadableReason::System(error.to_string()))?;
    if bytes.len() as u64 > limit { Err(UnreadableReason::TooLarge(limit)) } else { Ok(bytes) }
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
