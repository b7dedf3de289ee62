//! Entries to bytes: CSV, JSON Lines or Parquet, by the ending of the name.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::entry::{InventoryEntry, Kind, columns};
use crate::contract::INVENTORY_COLUMNS;
use crate::error::{Error, Result};
use crate::read::node::{self, Node};

/// How an inventory is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InventoryForm {
    /// A line of names, then one line an entry (RFC 4180).
    Csv,
    /// One object a line; what there is no value for is left out.
    JsonLines,
    /// One row an entry.
    Parquet,
}

impl InventoryForm {
    /// The form that the ending of a name means.
    ///
    /// # Errors
    /// Of kind `Usage` if it means none.
    pub fn of(path: &Path) -> Result<InventoryForm> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(InventoryForm::Csv),
            Some("jsonl" | "ndjson") => Ok(InventoryForm::JsonLines),
            Some("parquet") => Ok(InventoryForm::Parquet),
            _ => Err(Error::usage(format!(
                "{}: the name does not tell the form of the inventory; let it end in .csv, .jsonl or .parquet",
                path.display()
            ))),
        }
    }
}

/// Entries of a Parquet file that are encoded together.
const ROWS: usize = 4096;

/// Writes entries in one of the forms.
pub enum Encoder {
    Csv(BufWriter<File>),
    JsonLines(BufWriter<File>),
    Parquet { writer: Box<ArrowWriter<File>>, entries: Vec<InventoryEntry> },
}

impl Encoder {
    /// Begins a file.
    pub fn begin(form: InventoryForm, file: File) -> io::Result<Encoder> {
        match form {
            InventoryForm::Csv => {
                let mut file = BufWriter::new(file);
                let names = INVENTORY_COLUMNS.join(",");
                file.write_all(names.as_bytes()).and_then(|()| file.write_all(b"\r\n"))?;
                Ok(Encoder::Csv(file))
            }
            InventoryForm::JsonLines => Ok(Encoder::JsonLines(BufWriter::new(file))),
            InventoryForm::Parquet => {
                let zstd = Compression::ZSTD(ZstdLevel::default());
                let properties = WriterProperties::builder().set_compression(zstd).build();
                let writer = ArrowWriter::try_new(file, schema(), Some(properties)).map_err(io::Error::other)?;
                Ok(Encoder::Parquet { writer: Box::new(writer), entries: Vec::new() })
            }
        }
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: InventoryEntry) -> io::Result<()> {
        match self {
            Encoder::Csv(file) => {
                let cells: Vec<String> = entry.cells().into_iter().map(csv).collect();
                file.write_all(cells.join(",").as_bytes())?;
                file.write_all(b"\r\n")
            }
            Encoder::JsonLines(file) => {
                serde_json::to_writer(&mut *file, &entry)?;
                file.write_all(b"\n")
            }
            Encoder::Parquet { writer, entries } => {
                entries.push(entry);
                if entries.len() < ROWS { Ok(()) } else { flush(writer, entries) }
            }
        }
    }

    /// Ends the file.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Encoder::Csv(mut file) | Encoder::JsonLines(mut file) => file.flush(),
            Encoder::Parquet { mut writer, mut entries } => {
                flush(&mut writer, &mut entries)?;
                writer.close().map(drop).map_err(io::Error::other)
            }
        }
    }
}

/// A value as CSV has it; a text that holds a separator, a quote or a line end is in quotes.
fn csv(cell: Node) -> String {
    match cell {
        Node::Text(text) => quoted(text),
        Node::Int(number) => number.to_string(),
        Node::List(words) => words.into_iter().map(csv).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

fn quoted(text: String) -> String {
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// A line of CSV, its end included.
pub fn csv_line(values: &[&str]) -> String {
    values.iter().map(|value| quoted((*value).to_owned())).collect::<Vec<_>>().join(",") + "\r\n"
}

fn schema() -> SchemaRef {
    let fields = columns().map(|(name, kind)| {
        let data_type = match kind {
            Kind::Text => DataType::Utf8,
            Kind::Number => DataType::Int64,
            Kind::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Words => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
        };
        Field::new(name, data_type, true)
    });
    Arc::new(Schema::new(fields.to_vec()))
}

fn flush(writer: &mut ArrowWriter<File>, entries: &mut Vec<InventoryEntry>) -> io::Result<()> {
    let rows = entries.iter().map(InventoryEntry::cells).collect();
    let batch = node::batch(rows, &schema()).map_err(io::Error::other)?;
    writer.write(&batch).map_err(io::Error::other)?;
    entries.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_go_around_what_would_end_a_value() {
        for (text, expected) in
            [("a.txt", "a.txt"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\nb", "\"a\nb\"")]
        {
            assert_eq!(csv(Node::Text(text.to_owned())), expected);
        }
        assert_eq!(csv(Node::Null), "");
    }
}
