//! Values to lines of JSON that wait on the disk until all is known that belongs with them.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use serde::Serialize;

/// Lines that were set aside. Whoever sets them aside cannot fail, so the first failure is told at the end.
#[derive(Debug)]
pub struct NotedLines {
    lines: BufWriter<File>,
    failure: Option<io::Error>,
}

impl NotedLines {
    /// Begins in a file without a name.
    pub fn begin(folder: &Path) -> io::Result<NotedLines> {
        Ok(NotedLines { lines: BufWriter::new(tempfile::tempfile_in(folder)?), failure: None })
    }

    /// Sets a value aside.
    pub fn put(&mut self, value: &impl Serialize) {
        if self.failure.is_none() {
            let written = serde_json::to_writer(&mut self.lines, value).map_err(io::Error::from);
            self.failure = written.and_then(|()| self.lines.write_all(b"\n")).err();
        }
    }

    /// All lines, from the first.
    pub fn finish(self) -> io::Result<File> {
        self.failure.map_or(Ok(()), Err)?;
        let mut lines = self.lines.into_inner().map_err(io::IntoInnerError::into_error)?;
        lines.rewind()?;
        Ok(lines)
    }
}
