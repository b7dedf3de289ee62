//! An inventory back to its entries: what `report --previous` compares with.
//!
//! Reads entry by entry. Of an inventory of another tool it needs the columns `path` and `sha256`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::encode::InventoryForm;
use crate::error::{Error, Result};
use crate::source::{DocumentId, RecordId};
use crate::write::value::{Rows, Value};

/// What an inventory says of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InventoryLine {
    /// Path of the file.
    pub path: String,
    /// Name within the container.
    pub member: Option<String>,
    /// Number of the record in its document.
    pub record: Option<u64>,
    /// First byte of the record in its document.
    pub start: Option<u64>,
    /// Number of bytes.
    pub size: Option<u64>,
    /// SHA-256 of the bytes.
    pub sha256: Option<String>,
    /// The dialect, the kind of container, or what it is instead of a cable.
    pub kind: Option<String>,
    /// What became of it.
    pub status: Option<String>,
    /// The document of the row that a duplicate equals.
    pub same_as: Option<String>,
    /// Message reference number of the cable, if it became a row.
    pub mrn: Option<String>,
}

/// Gives every entry of the inventory at `path`.
///
/// # Errors
/// Of kind `Usage` if the name does not tell the form, `Input` if the file cannot be read or is not an inventory.
pub fn read(path: &Path, take: &mut dyn FnMut(InventoryLine)) -> Result<()> {
    let form = InventoryForm::of(path)?;
    let refuse = |error: io::Error| {
        Error::input(format!("cannot read the inventory {}: {error}", path.display())).caused_by(path, error)
    };
    let file = File::open(path).map_err(refuse)?;
    match form {
        InventoryForm::Csv => csv(BufReader::new(file), take),
        InventoryForm::JsonLines => json_lines(BufReader::new(file), take),
        InventoryForm::Parquet => parquet(file, take),
    }
    .map_err(refuse)
}

impl InventoryLine {
    /// The entry whose columns have these values; nothing where it has no path.
    fn of(value: impl Fn(&str) -> Option<String>) -> Option<InventoryLine> {
        let text = |name: &str| value(name).filter(|text| !text.is_empty());
        let number = |name: &str| text(name)?.parse().ok();
        Some(InventoryLine {
            path: text("path")?,
            member: text("member"),
            record: number("record"),
            start: number("start"),
            size: number("size"),
            sha256: text("sha256"),
            kind: text("kind"),
            status: text("status"),
            same_as: text("same_as_path"),
            mrn: text("mrn"),
        })
    }

    /// What the entry is of: a record, or a document as a whole.
    pub fn id(&self) -> RecordId {
        let number = self.record.and_then(|number| number.try_into().ok());
        let document = DocumentId::of(&self.path, self.member.as_deref());
        RecordId { document, number, start: self.start.unwrap_or_default() }
    }
}

fn json_lines(lines: impl BufRead, take: &mut dyn FnMut(InventoryLine)) -> io::Result<()> {
    let mut lines = lines.lines().peekable();
    if lines.peek().is_none() {
        return Err(invalid("it is empty, so it is not an inventory".to_owned()));
    }
    for line in lines {
        let entry: serde_json::Value = serde_json::from_str(&line?)?;
        let known = InventoryLine::of(|name| match &entry[name] {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        take(known.ok_or_else(|| no_column("path"))?);
    }
    Ok(())
}

fn parquet(file: File, take: &mut dyn FnMut(InventoryLine)) -> io::Result<()> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    for batch in reader.map_err(io::Error::other)? {
        let batch = batch.map_err(io::Error::other)?;
        let rows = Rows::of(&batch).ok_or_else(|| no_column("path"))?;
        for row in 0..rows.len {
            let known = InventoryLine::of(|wanted| match rows.column(wanted)?.value(row) {
                Value::Text(text) => Some(text.to_owned()),
                Value::Int(number) => Some(number.to_string()),
                _ => None,
            });
            take(known.ok_or_else(|| no_column("path"))?);
        }
    }
    Ok(())
}

fn csv(mut file: impl BufRead, take: &mut dyn FnMut(InventoryLine)) -> io::Result<()> {
    let names = csv_record(&mut file)?.unwrap_or_default();
    let place = |wanted: &str| names.iter().position(|name| name.trim_start_matches('\u{FEFF}') == wanted);
    for column in ["path", "sha256"] {
        place(column).ok_or_else(|| no_column(column))?;
    }
    while let Some(record) = csv_record(&mut file)? {
        if record.len() < names.len() {
            let (has, of) = (record.len(), names.len());
            return Err(invalid(format!("a row has {has} of {of} columns: the file was cut or edited")));
        }
        let known = InventoryLine::of(|name| record.get(place(name)?).cloned());
        take(known.ok_or_else(|| no_column("path"))?);
    }
    Ok(())
}

/// The fields of the next record; `None` at the end. A record ends with its line: else nobody knows whether it is whole.
fn csv_record(file: &mut impl BufRead) -> io::Result<Option<Vec<String>>> {
    let (mut fields, mut field, mut is_quoted, mut any, mut is_whole) = (Vec::new(), Vec::new(), false, false, false);
    let mut bytes = file.by_ref().bytes();
    while let Some(byte) = bytes.next().transpose()? {
        any = true;
        match byte {
            b'"' if is_quoted => match bytes.next().transpose()? {
                Some(b'"') => field.push(b'"'),
                Some(b',') => {
                    is_quoted = false;
                    fields.push(take_field(&mut field));
                }
                Some(b'\n') => {
                    is_whole = true;
                    break;
                }
                None => break,
                Some(_) => is_quoted = false,
            },
            byte if is_quoted => field.push(byte),
            b'"' if field.is_empty() => is_quoted = true,
            b',' => fields.push(take_field(&mut field)),
            b'\n' => {
                is_whole = true;
                break;
            }
            b'\r' => {}
            byte => field.push(byte),
        }
    }
    if !any {
        return Ok(None);
    }
    if !is_whole {
        return Err(invalid("its last row does not end with a line: the file was cut, or lost a line end".to_owned()));
    }
    fields.push(take_field(&mut field));
    Ok(Some(fields))
}

fn take_field(field: &mut Vec<u8>) -> String {
    String::from_utf8_lossy(&std::mem::take(field)).into_owned()
}

fn no_column(name: &str) -> io::Error {
    invalid(format!("it has no column {name}, so it is not an inventory"))
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_are_read() {
        let text = "path,member,sha256\r\n\"a,\"\"b\"\"\",\"x\ny\",00\r\nplain,,\r\nlast,m,1\n";
        let mut known = Vec::new();
        csv(text.as_bytes(), &mut |one| known.push((one.id().to_string(), one.sha256))).unwrap();
        let expected = [("a,\"b\"!/x\ny", Some("00")), ("plain", None), ("last!/m", Some("1"))];
        assert_eq!(known, expected.map(|(document, sha256)| (document.to_owned(), sha256.map(str::to_owned))));
    }
}
