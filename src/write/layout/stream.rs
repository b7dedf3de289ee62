//! A writer and the place its bytes go to.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::write::digest::Proof;
use crate::write::{Batch, Writer, failure};

/// One stream of bytes being written.
pub struct Stream<W> {
    writer: Box<dyn Writer>,
    output: StreamEnd<W>,
    buffer: Vec<u8>,
}

/// One stream of bytes that has ended.
pub struct Ended<W> {
    /// What it was written to.
    pub output: W,
    /// What it holds.
    pub proof: Proof,
    /// Its size.
    pub bytes: u64,
}

struct StreamEnd<W> {
    to: W,
    path: PathBuf,
    bytes: u64,
}

impl<W: Write> Stream<W> {
    /// Sends what `writer` makes to `to`, which messages call `path`.
    pub fn new(writer: Box<dyn Writer>, to: W, path: impl AsRef<Path>) -> Stream<W> {
        let output = StreamEnd { to, path: path.as_ref().to_owned(), bytes: 0 };
        Stream { writer, output, buffer: Vec::new() }
    }

    /// Takes more rows.
    pub fn write(&mut self, rows: &Batch) -> Result<()> {
        self.writer.write(rows, &mut self.buffer)?;
        self.output.send(&mut self.buffer)
    }

    /// About the size it would have if it ended now.
    pub fn size(&self) -> u64 {
        self.output.bytes + self.writer.held_back()
    }

    /// Ends the stream.
    pub fn finish(mut self) -> Result<Ended<W>> {
        while self.writer.release(&mut self.buffer)? {
            self.output.send(&mut self.buffer)?;
        }
        let proof = self.writer.finish(&mut self.buffer)?;
        self.output.send(&mut self.buffer)?;
        Ok(Ended { output: self.output.to, proof, bytes: self.output.bytes })
    }
}

impl<W: Write> StreamEnd<W> {
    fn send(&mut self, buffer: &mut Vec<u8>) -> Result<()> {
        let sent = self.to.write_all(buffer).and_then(|()| self.to.flush());
        self.bytes += buffer.len() as u64;
        buffer.clear();
        sent.map_err(|error| failure::output("cannot write", &self.path, error))
    }
}
