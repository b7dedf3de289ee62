//! Everything to standard output; nothing to publish.

use std::io::{self, Stdout};

use arrow::datatypes::SchemaRef;

use super::stream::Stream;
use crate::error::Result;
use crate::write::{Batch, Format, Sink, Staged, StreamShape, WriteContext};

/// Opens standard output.
pub fn open(format: &dyn Format, schema: &SchemaRef, context: &WriteContext) -> Result<Box<dyn Sink>> {
    let writer = format.open(schema, context, StreamShape::Rows)?;
    Ok(Box::new(StandardOutput(Stream::new(writer, io::stdout(), "-"))))
}

struct StandardOutput(Stream<Stdout>);

impl Sink for StandardOutput {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.0.write(rows)
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        let ended = self.0.finish()?;
        Ok(Staged::standard_output(ended.proof.rows, ended.bytes))
    }
}
