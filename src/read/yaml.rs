//! YAML back into batches: one document a cable.
//!
//! Documents are cut at `---` lines, which are nowhere else in files of ours, and read one by one, led by the
//! fields of the schema. Where lines end in CR LF, an editor or a tool for versions changed the file: in YAML that means
//! the same, since a CR of a text is written as an escape. Aliases are refused, so nothing can grow beyond the file.

use std::io::BufRead;

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, SchemaRef};
use serde::de::DeserializeSeed;

use super::document::RowShape;
use super::encoding::DecodedText;
use super::node::{Node, batch};
use super::{BATCH_BYTES, BATCH_ROWS, Catalog, FileClaim, Reader, damaged, narrowed};
use crate::contract::ListTexts;
use crate::error::Result;
use crate::write::yaml::{COLUMNS_LINE, DOCUMENTS_LINE, END_LINE, FIRST_LINE, LEFT_OUT_LINE};

struct YamlFile {
    lines: DecodedText,
    version: String,
    schema: SchemaRef,
    claim: Option<FileClaim>,
    lists: ListTexts,
}

/// Reads YAML.
pub fn open(mut lines: DecodedText, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let mut first = String::new();
    lines.read_line(&mut first).map_err(damaged)?;
    let version = first.trim_end().strip_prefix(FIRST_LINE).and_then(|rest| rest.split([',', ' ']).next());
    let version = version.ok_or_else(|| damaged("the first line names no schema of cablegram"))?.to_owned();
    let columns = second_line(&mut lines)?;
    let schema = narrowed(&version, columns.as_deref(), catalog)?;
    Ok(Box::new(YamlFile { lines, version, schema, claim: None, lists: ListTexts::default() }))
}

/// The columns that the second line names, if it does.
fn second_line(lines: &mut DecodedText) -> Result<Option<String>> {
    if !lines.fill_buf().map_err(damaged)?.starts_with(COLUMNS_LINE.as_bytes()) {
        return Ok(None);
    }
    let mut line = String::new();
    lines.read_line(&mut line).map_err(damaged)?;
    Ok(line.trim_end().strip_prefix(COLUMNS_LINE).map(str::to_owned))
}

impl YamlFile {
    /// The text of the next document; the end line, which follows the last, becomes the claim.
    fn document(&mut self) -> Result<Option<String>> {
        let mut document = String::new();
        loop {
            let start = document.len();
            let length = self.lines.read_line(&mut document).map_err(damaged)?;
            if document.ends_with("\r\n") && length > 0 {
                document.truncate(document.len() - 2);
                document.push('\n');
            }
            if length == 0 && self.claim.is_none() {
                return Err(damaged("the file is cut off: the line that ends it is missing"));
            }
            if length == 0 || matches!(&document[start..], "---\n" | "...\n") {
                let at_end = document.len() == start;
                document.truncate(start);
                if !document.is_empty() || at_end {
                    return Ok((!document.is_empty()).then_some(document));
                }
            } else if let Some(documents) = document[start..].strip_prefix(DOCUMENTS_LINE) {
                self.lists.documents = Some(documents.trim_end().to_owned());
                document.truncate(start);
            } else if let Some(left_out) = document[start..].strip_prefix(LEFT_OUT_LINE) {
                self.lists.left_out = Some(left_out.trim_end().to_owned());
                document.truncate(start);
            } else if document[start..].starts_with(END_LINE) {
                self.claim = Some(claim(&document[start..])?);
                document.truncate(start);
            }
        }
    }
}

/// Reads `# end rows: N digest: ...`.
fn claim(line: &str) -> Result<FileClaim> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [_, _, "rows:", rows, "digest:", digest] = words[..] else { return Err(damaged("the end line is broken")) };
    Ok(FileClaim { rows: rows.parse().map_err(damaged)?, digest: digest.to_owned() })
}

impl Reader for YamlFile {
    fn version(&self) -> &str {
        &self.version
    }

    fn columns(&self) -> &Fields {
        self.schema.fields()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let mut rows = Vec::new();
        let mut bytes = 0;
        while rows.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let Some(document) = self.document()? else { break };
            bytes += document.len() as u64;
            rows.push(row(&document, &self.version, self.schema.fields())?);
        }
        if rows.is_empty() { Ok(None) } else { batch(rows, &self.schema).map(Some) }
    }

    fn claim(&self) -> Option<FileClaim> {
        self.claim.clone()
    }

    fn lists(&self) -> ListTexts {
        self.lists.clone()
    }
}

fn row(document: &str, version: &str, fields: &Fields) -> Result<Vec<Node>> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_aliases: 0, max_total_scalar_bytes: usize::MAX, max_events: usize::MAX, max_nodes: usize::MAX },
    };
    let shape = RowShape { fields, version, columns: None };
    let read = serde_yaml::with_deserializer_from_str_with_options(document, options, |deserializer| {
        shape.deserialize(deserializer)
    });
    read.map_err(damaged)
}
