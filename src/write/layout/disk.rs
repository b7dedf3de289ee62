//! A file that is synced to its disk while more of it is written.
//!
//! The system keeps in memory what is written, and an output is published only when the disk holds all of it. Without
//! this, a run would wait at its end for a disk that was idle before.

use std::fs::File;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::thread::{self, JoinHandle};

/// Bytes that are written before they are synced.
const STRIDE: usize = 16 << 20;

/// A file being written.
#[derive(Debug)]
pub struct DiskFile {
    file: File,
    /// Bytes written since the last sync was started.
    unsynced: usize,
    /// The sync that is running. The system reports a failure only once, so its result is always read.
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl DiskFile {
    /// Writes to `file` from its position on.
    pub fn new(file: File) -> DiskFile {
        DiskFile { file, unsynced: 0, syncing: None }
    }

    /// Waits until the disk holds all of it.
    pub fn sync(mut self) -> io::Result<()> {
        self.settle()?;
        self.file.sync_all()
    }

    /// Waits for the sync that is running, if there is one.
    pub fn settle(&mut self) -> io::Result<()> {
        self.syncing.take().map_or(Ok(()), |work| work.join().unwrap_or_else(|panic| resume_unwind(panic)))
    }

    /// Starts a sync, unless one is running. Where there is no thread or no second handle for it, only the end takes longer.
    fn start_sync(&mut self) -> io::Result<()> {
        if self.syncing.as_ref().is_some_and(|work| !work.is_finished()) {
            return Ok(());
        }
        self.settle()?;
        self.unsynced = 0;
        if let Ok(file) = self.file.try_clone() {
            self.syncing = thread::Builder::new().name("disk".to_owned()).spawn(move || file.sync_data()).ok();
        }
        Ok(())
    }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.unsynced >= STRIDE {
            self.start_sync()?;
        }
        let count = self.file.write(bytes)?;
        self.unsynced += count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PIECE: [u8; 1 << 20] = [b'x'; 1 << 20];

    #[test]
    fn a_sync_is_started_before_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = DiskFile::new(File::create_new(&path).unwrap());
        file.write_all(&PIECE).unwrap();
        assert!(file.syncing.is_none());
        (0..STRIDE / PIECE.len()).for_each(|_| file.write_all(&PIECE).unwrap());
        assert!(file.syncing.is_some());
        file.sync().unwrap();
        assert_eq!(path.metadata().unwrap().len() as usize, STRIDE + PIECE.len());
    }

    /// A pipe cannot be synced: it takes the place of a disk that fails.
    #[test]
    fn what_the_disk_did_not_take_is_told() {
        let (mut reader, writer) = io::pipe().unwrap();
        let read = thread::spawn(move || io::copy(&mut reader, &mut io::sink()));
        let mut file = DiskFile::new(File::from(std::os::fd::OwnedFd::from(writer)));
        (0..=STRIDE / PIECE.len()).for_each(|_| file.write_all(&PIECE).unwrap());
        assert_eq!(file.settle().unwrap_err().kind(), io::ErrorKind::InvalidInput);
        drop(file);
        read.join().unwrap().unwrap();
    }
}
