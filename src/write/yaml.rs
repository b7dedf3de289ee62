//! Rows to YAML: one document a row, read alike by YAML 1.1 and YAML 1.2.
//!
//! serde_yaml quotes whatever either version would take for something else than text; what is decided here is when
//! text is a literal block.

use arrow::datatypes::SchemaRef;
use serde::ser::{Serialize, Serializer};
use serde_yaml::{DoubleQuoted, LitStr, SerializerOptions};

use super::digest::{Digest, Proof};
use super::document::{Document, Texts};
use super::failure::encoder;
use super::hint;
use super::options::Options;
use super::{Batch, Format, Out, StreamShape, WriteContext, Writer, render};
use crate::error::Result;

/// How the first line begins; the version of the schema follows.
pub(crate) const FIRST_LINE: &str = "# cablegram schema ";
/// How the second line begins where columns were left out; the names of the others follow.
pub(crate) const COLUMNS_LINE: &str = "# columns: ";
/// How the last line begins; the proof of the rows follows.
pub(crate) const END_LINE: &str = "# end rows:";
/// Line before it that lists documents, as JSON.
pub(crate) const DOCUMENTS_LINE: &str = "# documents: ";
/// Line before it that counts documents which are not there, as JSON.
pub(crate) const LEFT_OUT_LINE: &str = "# left out: ";

#[derive(Clone, Copy, Debug)]
struct Yaml;

/// YAML has no options.
pub fn build(_: &mut Options) -> Result<Box<dyn Format>> {
    Ok(Box::new(Yaml))
}

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, _: StreamShape) -> Result<Box<dyn Writer>> {
        let version = hint::version(schema).to_owned();
        let mut start = format!("{FIRST_LINE}{version}, written by {}\n", context.tool);
        if let Some(columns) = hint::columns(schema) {
            start += &format!("{COLUMNS_LINE}{columns}\n");
        }
        let digest = Digest::new(schema);
        Ok(Box::new(YamlWriter { version, start: Some(start), context: context.clone(), digest }))
    }
}

struct YamlWriter {
    version: String,
    /// The first line, until it is written.
    start: Option<String>,
    context: WriteContext,
    digest: Digest,
}

impl YamlWriter {
    fn put_start(&mut self, bytes: &mut Vec<u8>) {
        bytes.extend(self.start.take().unwrap_or_default().into_bytes());
    }
}

impl Writer for YamlWriter {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        self.put_start(out.bytes());
        self.digest.push(rows.seals());
        let version = &self.version;
        render::put_rows(&self.context.pool, rows, out.bytes(), |view, row, bytes| {
            bytes.extend_from_slice(b"---\n");
            let document = Document::<LiteralBlocks>::new(version, &view.columns, row);
            serde_yaml::to_io_writer_with_options(bytes, &document, style()).map_err(encoder)
        })
    }

    fn finish(mut self: Box<Self>, out: &mut dyn Out) -> Result<Proof> {
        let bytes = out.bytes();
        self.put_start(bytes);
        let proof = self.digest.finish();
        let listed = &self.context.documents;
        let line = |start: &str, json: Option<&str>| json.map(|json| format!("{start}{json}\n")).unwrap_or_default();
        let documents = line(DOCUMENTS_LINE, listed.json()) + &line(LEFT_OUT_LINE, listed.left_out());
        // A mark of the end without a document before it is no YAML.
        let stop = if proof.rows == 0 { "" } else { "...\n" };
        let end = format!("{stop}{documents}{END_LINE} {} digest: {}\n", proof.rows, proof.hexadecimal());
        bytes.extend_from_slice(end.as_bytes());
        Ok(proof)
    }
}

fn style() -> SerializerOptions {
    serde_yaml::ser_options! { prefer_block_scalars: false, compact_list_indent: true }
}

/// Text of several lines as literal blocks.
struct LiteralBlocks;

impl Texts for LiteralBlocks {
    fn put<S: Serializer>(text: &str, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        put_text(text, serializer)
    }
}

/// Text of several lines is a literal block, unless its first character but for LF is a TAB, which `PyYAML` takes for
/// indentation, or there is none.
fn put_text<S: Serializer>(text: &str, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    if !text.contains('\n') {
        return serializer.serialize_str(text);
    }
    match text.trim_start_matches('\n').as_bytes().first() {
        None | Some(b'\t') => DoubleQuoted(text).serialize(serializer),
        Some(_) => LitStr(text).serialize(serializer),
    }
}
