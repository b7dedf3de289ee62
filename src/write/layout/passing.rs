//! Everything to standard output, a pipe or a device, as it comes: nothing to publish.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;

use super::stream::Stream;
use crate::error::{Error, Result};
use crate::write::{Batch, Format, Sink, Staged, StreamShape, WriteContext, failure};

/// Opens standard output.
pub fn to_standard_output(format: &dyn Format, schema: &SchemaRef, context: &WriteContext) -> Result<Box<dyn Sink>> {
    pass(io::stdout(), Path::new("-"), format, schema, context)
}

/// Opens what is at `target`; a pipe waits for its reader.
pub fn to_device(
    target: &Path,
    format: &dyn Format,
    schema: &SchemaRef,
    context: &WriteContext,
) -> Result<Box<dyn Sink>> {
    let shown = target.display();
    if format.name() == "arrow" {
        let why = "an Arrow file is read from its end, which a pipe does not have";
        return Err(Error::usage(format!("{shown} is not a file, and {why}: write arrows:{shown}")));
    }
    let device = File::options().write(true).open(target);
    let device = device.map_err(|error| failure::output("cannot write", target, error))?;
    pass(device, target, format, schema, context)
}

fn pass(
    to: impl Write + Send + 'static,
    path: &Path,
    format: &dyn Format,
    schema: &SchemaRef,
    context: &WriteContext,
) -> Result<Box<dyn Sink>> {
    let writer = format.open(schema, context, StreamShape::Pipe)?;
    Ok(Box::new(Passing { stream: Stream::new(writer, to, path), path: path.to_owned() }))
}

struct Passing<W> {
    stream: Stream<W>,
    path: PathBuf,
}

impl<W: Write + Send> Sink for Passing<W> {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.stream.write(rows)
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        let ended = self.stream.finish()?;
        Ok(Staged::sent(&self.path, ended.proof.rows, ended.bytes))
    }
}
