//! A file whose bytes go to the disk while more of them are made.
//!
//! A system keeps what is written in memory, and an output is published only when the disk holds all of it: a run would
//! wait at its end for a disk that had nothing to do before.

use std::fs::File;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::thread::{self, JoinHandle};

/// Bytes that are written before the disk is set to work on them.
const STRIDE: usize = 16 << 20;

/// A file being written.
#[derive(Debug)]
pub struct DiskFile {
    file: File,
    /// Bytes written since the disk was last set to work.
    waiting: usize,
    /// The disk at work. A system tells of a failure once, to whoever waits, so this is always waited for.
    at_work: Option<JoinHandle<io::Result<()>>>,
}

impl DiskFile {
    /// Writes to `file` from where it stands.
    pub fn new(file: File) -> DiskFile {
        DiskFile { file, waiting: 0, at_work: None }
    }

    /// Waits until the disk holds all of it.
    pub fn sync(mut self) -> io::Result<()> {
        self.settle()?;
        self.file.sync_all()
    }

    /// Waits for the disk where it is at work.
    pub fn settle(&mut self) -> io::Result<()> {
        self.at_work.take().map_or(Ok(()), |work| work.join().unwrap_or_else(|panic| resume_unwind(panic)))
    }

    /// Sets the disk to work, unless it still is. Where there is no thread for it, or no second handle, there is as much
    /// more to wait for at the end.
    fn set_to_work(&mut self) -> io::Result<()> {
        if self.at_work.as_ref().is_some_and(|work| !work.is_finished()) {
            return Ok(());
        }
        self.settle()?;
        self.waiting = 0;
        if let Ok(file) = self.file.try_clone() {
            self.at_work = thread::Builder::new().name("disk".to_owned()).spawn(move || file.sync_data()).ok();
        }
        Ok(())
    }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waiting >= STRIDE {
            self.set_to_work()?;
        }
        let count = self.file.write(bytes)?;
        self.waiting += count;
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
    fn the_disk_is_at_work_before_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = DiskFile::new(File::create_new(&path).unwrap());
        file.write_all(&PIECE).unwrap();
        assert!(file.at_work.is_none());
        (0..STRIDE / PIECE.len()).for_each(|_| file.write_all(&PIECE).unwrap());
        assert!(file.at_work.is_some());
        file.sync().unwrap();
        assert_eq!(path.metadata().unwrap().len() as usize, STRIDE + PIECE.len());
    }

    /// Only a file can be synced: a pipe stands for a disk that fails.
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
