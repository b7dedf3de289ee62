//! Rows to JSON Lines: one object a line, `schema` first; nothing before the first row and nothing after the last.
//!
//! Null and the empty list are absent. A file whose columns are not all those of its schema names them in `columns`
//! of its first object, since nothing else could tell a column that was left out from one that is null.

use arrow::datatypes::SchemaRef;
use serde::Serializer;

use super::digest::{Digest, Proof};
use super::document::{Document, Texts};
use super::failure::encoder;
use super::hint;
use super::options::Options;
use super::{Batch, Format, Out, StreamShape, WriteContext, Writer, render};
use crate::error::Result;

#[derive(Clone, Copy, Debug)]
struct JsonLines;

/// JSON Lines have no options.
pub fn build(_: &mut Options) -> Result<Box<dyn Format>> {
    Ok(Box::new(JsonLines))
}

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, _: StreamShape) -> Result<Box<dyn Writer>> {
        Ok(Box::new(JsonLinesWriter {
            version: hint::version(schema).to_owned(),
            columns: hint::columns(schema).map(str::to_owned),
            context: context.clone(),
            digest: Digest::new(schema),
        }))
    }
}

struct JsonLinesWriter {
    version: String,
    /// The names of the columns where others are left out, until the first row is written.
    columns: Option<String>,
    context: WriteContext,
    digest: Digest,
}

impl Writer for JsonLinesWriter {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.digest.push(rows.seals());
        let columns = self.columns.take();
        render::put_rows(&self.context.pool, rows, out.bytes(), |view, row, bytes| {
            let listed = columns.as_deref().filter(|_| row == 0);
            let document = Document::<PlainText>::new(&self.version, &view.columns, row).listing(listed);
            serde_json::to_writer(&mut *bytes, &document).map_err(encoder)?;
            bytes.push(b'\n');
            Ok(())
        })
    }

    fn finish(self: Box<Self>, _: &mut dyn Out) -> Result<Proof> {
        Ok(self.digest.finish())
    }
}

/// JSON has one way to write text.
struct PlainText;

impl Texts for PlainText {
    fn put<S: Serializer>(text: &str, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }
}
