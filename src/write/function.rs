//! A function of one's own to a format: it appends the bytes of a batch, and nothing else is asked of it.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::digest::{Digest, Proof};
use super::{Batch, Format, Out, StreamShape, WriteContext, Writer};
use crate::error::Result;

/// Appends the bytes of rows.
type Put = Arc<dyn Fn(&Batch, &mut Vec<u8>) -> Result<()> + Send + Sync>;

/// A format that is a function.
pub struct Function(pub Put);

impl fmt::Debug for Function {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Function")
    }
}

impl Format for Function {
    fn name(&self) -> &'static str {
        "function"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn open(&self, schema: &SchemaRef, _: &WriteContext, _: StreamShape) -> Result<Box<dyn Writer>> {
        Ok(Box::new(FunctionWriter { put: self.0.clone(), digest: Digest::new(schema) }))
    }
}

struct FunctionWriter {
    put: Put,
    digest: Digest,
}

impl Writer for FunctionWriter {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        self.digest.push(rows.seals());
        (self.put)(rows, out.bytes())
    }

    fn finish(self: Box<Self>, _: &mut dyn Out) -> Result<Proof> {
        Ok(self.digest.finish())
    }
}
