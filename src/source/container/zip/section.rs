//! The beginning of a file as a file of its own.

use std::io::{self, Read, Seek, SeekFrom};

use crate::source::container::ReadSeek;

/// The bytes of a file before some place.
pub struct FileSection<'i> {
    input: &'i mut dyn ReadSeek,
    at: u64,
    end: u64,
}

impl<'i> FileSection<'i> {
    /// The first `end` bytes, from the first on.
    pub fn new(input: &'i mut dyn ReadSeek, end: u64) -> io::Result<FileSection<'i>> {
        input.rewind()?;
        Ok(FileSection { input, at: 0, end })
    }
}

impl Read for FileSection<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let length = buffer.len().min(left);
        let read = self.input.read(&mut buffer[..length])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for FileSection<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::End(offset) => {
                let place = self.end.checked_add_signed(offset);
                SeekFrom::Start(place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?)
            }
            other => other,
        };
        self.at = self.input.seek(to)?;
        Ok(self.at)
    }
}
