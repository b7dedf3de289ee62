//! A writer and the place its bytes go to.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::write::digest::Proof;
use crate::write::{Batch, Out, Writer, failure};

/// One stream of bytes being written.
pub struct Stream<W> {
    writer: Box<dyn Writer>,
    output: StreamEnd<W>,
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
    waiting: Vec<u8>,
    /// Bytes that were sent.
    sent: u64,
}

impl<W: Write> Stream<W> {
    /// Sends what `writer` makes to `to`, which messages call `path`.
    pub fn new(writer: Box<dyn Writer>, to: W, path: impl AsRef<Path>) -> Stream<W> {
        Stream { writer, output: StreamEnd { to, path: path.as_ref().to_owned(), waiting: Vec::new(), sent: 0 } }
    }

    /// Takes more rows.
    pub fn write(&mut self, rows: &Batch) -> Result<()> {
        self.writer.write(rows, &mut self.output)?;
        self.output.send()
    }

    /// About the size it would have if it ended now.
    pub fn size(&self) -> u64 {
        self.output.sent + self.writer.held_back()
    }

    /// Ends the stream.
    pub fn finish(mut self) -> Result<Ended<W>> {
        let proof = self.writer.finish(&mut self.output)?;
        self.output.send()?;
        Ok(Ended { output: self.output.to, proof, bytes: self.output.sent })
    }
}

impl<W: Write> Out for StreamEnd<W> {
    fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    fn send(&mut self) -> Result<()> {
        let sent = self.to.write_all(&self.waiting).and_then(|()| self.to.flush());
        self.sent += self.waiting.len() as u64;
        self.waiting.clear();
        sent.map_err(|error| failure::output("cannot write", &self.path, error))
    }
}
