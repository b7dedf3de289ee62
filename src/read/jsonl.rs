//! JSON Lines back into batches: one object a cable.
//!
//! Led by the fields of the schema, which bounds how deep an object can go; a line is bounded by `LONGEST`. A file
//! without a line is an output without a row.

use std::io::{BufRead, Read};

use arrow::array::RecordBatch;
use arrow::datatypes::{Fields, Schema, SchemaRef};
use serde::Deserialize;
use serde::de::DeserializeSeed;

use super::document::RowShape;
use super::encoding::DecodedText;
use super::node::{Node, batch};
use super::{BATCH_BYTES, BATCH_ROWS, Catalog, FileClaim, Reader, damaged, narrowed};
use crate::error::Result;

/// No line of ours is longer: a text of 8 MiB is written twice, and a control character takes six bytes.
const LONGEST: u64 = 128 << 20;

struct JsonLinesFile {
    lines: DecodedText,
    /// The line that was read to learn the schema, until its row is taken.
    first: Option<String>,
    version: String,
    columns: Option<String>,
    schema: SchemaRef,
}

/// What the first object says of all of them.
#[derive(Deserialize)]
struct FirstObject {
    schema: String,
    columns: Option<String>,
}

/// Reads JSON Lines.
pub fn open(mut lines: DecodedText, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let Some(first) = next_line(&mut lines)? else {
        let schema = SchemaRef::new(Schema::empty());
        return Ok(Box::new(JsonLinesFile { lines, first: None, version: String::new(), columns: None, schema }));
    };
    let head: FirstObject = serde_json::from_str(&first)
        .map_err(|error| damaged(format!("the first line is not a cable of cablegram as JSON: {error}")))?;
    let schema = narrowed(&head.schema, head.columns.as_deref(), catalog)?;
    Ok(Box::new(JsonLinesFile { lines, first: Some(first), version: head.schema, columns: head.columns, schema }))
}

/// The next line that is not empty.
fn next_line(lines: &mut DecodedText) -> Result<Option<String>> {
    loop {
        let mut line = String::new();
        let length = lines.by_ref().take(LONGEST).read_line(&mut line).map_err(damaged)?;
        match line.trim_ascii() {
            _ if length == 0 => return Ok(None),
            "" => {}
            _ if length as u64 == LONGEST => return Err(damaged("a line is longer than any that cablegram writes")),
            _ => return Ok(Some(line)),
        }
    }
}

impl JsonLinesFile {
    fn row(&self, line: &str) -> Result<Vec<Node>> {
        let shape = RowShape { fields: self.schema.fields(), version: &self.version, columns: self.columns.as_deref() };
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let row = shape.deserialize(&mut deserializer).map_err(damaged)?;
        deserializer.end().map_err(damaged)?;
        Ok(row)
    }
}

impl Reader for JsonLinesFile {
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
            let line = match self.first.take() {
                Some(line) => line,
                None => match next_line(&mut self.lines)? {
                    Some(line) => line,
                    None => break,
                },
            };
            bytes += line.len() as u64;
            rows.push(self.row(&line)?);
        }
        if rows.is_empty() { Ok(None) } else { batch(rows, &self.schema).map(Some) }
    }

    /// JSON Lines have no trailer: they claim nothing.
    fn claim(&self) -> Option<FileClaim> {
        None
    }

    fn has_list(&self) -> bool {
        false
    }
}
