//! Rows to XML: one element a row, attributes and children as the field metadata says.
//!
//! A list is an element of its name with an element of that name less its `s` for each item; null and the empty list
//! are absent. No mixed content, and nothing that an archive's validator would refuse.

mod documents;
mod element;
mod text;

pub(crate) use self::documents::DOCUMENTS;
pub(crate) use self::text::unescape;

use arrow::datatypes::SchemaRef;

use self::element::Element;
use self::text::{Inside, XmlSpelling};
use super::digest::{Digest, Proof};
use super::hint;
use super::options::Options;
use super::{Batch, Format, Out, StreamShape, WriteContext, Writer, render};
use crate::contract::XmlList;
use crate::error::{Error, Result};

/// Namespace of every element, less the version at its end.
pub(crate) const NAMESPACE: &str = "urn:cablegram:schema:";
/// Attribute of a root that names the columns, where others were left out.
pub(crate) const COLUMNS: &str = "columns";
/// Last child of a root, with the proof of its rows.
pub(crate) const END: &str = "end";
/// Element of one row.
pub(crate) const ROW: &str = "cable";
/// Root element around rows.
pub(crate) const ROWS: &str = "cables";

#[derive(Clone, Debug)]
struct Xml {
    /// What comes before the root element.
    prolog: Vec<u8>,
}

/// Reads the option of XML: `stylesheet=HREF` names a style sheet, as each file is to give it.
pub fn build(options: &mut Options) -> Result<Box<dyn Format>> {
    let mut prolog = DECLARATION.to_vec();
    if let Some(href) = options.value("stylesheet")? {
        prolog.extend_from_slice(stylesheet(&href)?.as_bytes());
    }
    Ok(Box::new(Xml { prolog }))
}

/// The line that gives browsers a style sheet.
fn stylesheet(href: &str) -> Result<String> {
    let ends_it = |letter: char| matches!(letter, '"' | '<' | '>' | '&') || letter.is_control() || letter == ' ';
    if href.is_empty() || href.contains(ends_it) {
        let advice = "write a URL with %20 for a space, such as cable.css, or ../../cable.css for xml,per=cable";
        return Err(Error::usage(format!("stylesheet={href}: {advice}")));
    }
    Ok(format!("<?xml-stylesheet type=\"text/css\" href=\"{href}\"?>\n"))
}

impl Format for Xml {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn open(&self, schema: &SchemaRef, context: &WriteContext, shape: StreamShape) -> Result<Box<dyn Writer>> {
        let row = Element::of_row(ROW, schema.fields());
        let root = root_attributes(schema, context);
        let (context, digest, prolog) = (context.clone(), Digest::new(schema), self.prolog.clone());
        Ok(match shape {
            StreamShape::Rows | StreamShape::Pipe | StreamShape::Together => {
                let list = XmlList::of(hint::version(schema));
                Box::new(XmlRows { row, start: Some([prolog, rows_tag(&root)].concat()), list, context, digest })
            }
            StreamShape::SingleRow => Box::new(SingleRow { row, prolog, root, digest }),
        })
    }
}

fn root_attributes(schema: &SchemaRef, context: &WriteContext) -> Vec<u8> {
    let mut bytes = format!(" xmlns=\"{NAMESPACE}").into_bytes();
    text::put(&mut bytes, hint::version(schema), Inside::Attribute, XmlSpelling::Plain);
    bytes.extend_from_slice(b"\" generator=\"");
    text::put(&mut bytes, &context.tool, Inside::Attribute, XmlSpelling::Plain);
    bytes.push(b'"');
    if let Some(columns) = hint::columns(schema) {
        put_all(&mut bytes, &[b" ", COLUMNS.as_bytes(), b"=\"", columns.as_bytes(), b"\""]);
    }
    bytes
}

/// The start of the element around rows.
fn rows_tag(attributes: &[u8]) -> Vec<u8> {
    [b"<", ROWS.as_bytes(), attributes, b">\n"].concat()
}

/// Any number of rows under one root.
struct XmlRows {
    row: Element,
    /// What comes before the first row, until it is written.
    start: Option<Vec<u8>>,
    /// How documents are listed.
    list: XmlList,
    context: WriteContext,
    digest: Digest,
}

impl XmlRows {
    fn put_start(&mut self, bytes: &mut Vec<u8>) {
        bytes.extend(self.start.take().unwrap_or_default());
    }
}

impl Writer for XmlRows {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        self.put_start(out.bytes());
        self.digest.push(rows.seals());
        let element = &self.row;
        render::put_rows(&self.context.pool, rows, out.bytes(), |view, row, bytes| {
            element.put(bytes, 1, &view.columns, row)
        })
    }

    fn finish(mut self: Box<Self>, out: &mut dyn Out) -> Result<Proof> {
        let bytes = out.bytes();
        self.put_start(bytes);
        match (self.context.documents.json(), self.list) {
            (None, _) => {}
            (Some(json), XmlList::Element) => documents::put(bytes, json)?,
            (Some(json), XmlList::Comment) => {
                let json = json.replace("--", "-\\u002d");
                put_all(bytes, &[b"  <!--", DOCUMENTS_COMMENT.as_bytes(), json.as_bytes(), b" -->\n"]);
            }
        }
        // The schemas that were released have no element for it.
        if let Some(json) = self.context.documents.left_out() {
            put_all(bytes, &[b"  <!--", LEFT_OUT_COMMENT.as_bytes(), json.as_bytes(), b" -->\n"]);
        }
        Ok(put_end(bytes, self.digest, ROWS))
    }
}

/// One row that is the root itself.
struct SingleRow {
    row: Element,
    /// What comes before the root.
    prolog: Vec<u8>,
    /// Attributes that the root has beyond those of the row.
    root: Vec<u8>,
    digest: Digest,
}

impl Writer for SingleRow {
    fn write(&mut self, rows: &Batch, out: &mut dyn Out) -> Result<()> {
        self.digest.push(rows.seals());
        let (view, bytes) = (rows.rows()?, out.bytes());
        bytes.extend_from_slice(&self.prolog);
        self.row.put_tag(bytes, 0, &self.root, &view.columns, 0)?;
        bytes.extend_from_slice(b">\n");
        self.row.put_children(bytes, 1, &view.columns, 0)
    }

    fn finish(self: Box<Self>, out: &mut dyn Out) -> Result<Proof> {
        Ok(put_end(out.bytes(), self.digest, ROW))
    }
}

/// What the comment that lists documents begins with; two hyphens, which no comment may hold, are spelled in JSON.
pub(crate) const DOCUMENTS_COMMENT: &str = " documents: ";

/// What the comment that counts documents which are not there begins with.
pub(crate) const LEFT_OUT_COMMENT: &str = " left out: ";

const DECLARATION: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Ends the document with its proof.
fn put_end(bytes: &mut Vec<u8>, digest: Digest, root: &str) -> Proof {
    let proof = digest.finish();
    let end = format!("  <{END} rows=\"{}\" digest=\"{}\"/>\n</{root}>\n", proof.rows, proof.hexadecimal());
    bytes.extend_from_slice(end.as_bytes());
    proof
}

fn put_all(bytes: &mut Vec<u8>, pieces: &[&[u8]]) {
    pieces.iter().for_each(|piece| bytes.extend_from_slice(piece));
}
