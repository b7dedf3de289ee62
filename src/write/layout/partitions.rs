//! Rows to one folder of parts for each value of a column: `year=2009/part-00000.parquet`.
//!
//! Hundreds of open writers would hold gigabytes, so rows are first written to a spill and then encoded one partition
//! after another, in the order of their names. Holds one group of rows, and four bytes for each partition in it.

use std::collections::BTreeMap;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Field};
use sha2::{Digest, Sha256};

use super::folder::Folder;
use super::parts::{Parts, PartsPlan};
use super::spill::{Spill, Spilled};
use crate::error::{Error, Result};
use crate::write::cut::{Cutter, Group, Limit};
use crate::write::digest::hexadecimal;
use crate::write::hint::{Nature, nature};
use crate::write::value::{Value, View};
use crate::write::{Batch, Sink, Staged, failure, moment};

/// What the name of a folder says for a null, as Hive does.
pub const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// Bytes of a folder's name; file systems take 255.
const LONGEST: usize = 200;

/// A folder of folders of parts.
pub struct Partitions {
    plan: PartsPlan,
    folder: Folder,
    column: usize,
    cutter: Cutter,
    spill: Spill,
    /// The pieces of each partition in the spill.
    pieces: BTreeMap<PartitionRows, Vec<usize>>,
}

/// The rows of one value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PartitionRows {
    /// The name of the folder, such as `year=2009`.
    folder: String,
    /// The value, where the name does not tell it exactly: it was too long, or it is the empty text, which engines
    /// would take for a null.
    value: Option<String>,
}

/// Refuses a column that engines could not take back from the name of a folder, or that nearly every row has to itself.
pub fn check_column(field: &Field) -> Result<()> {
    let name = field.name();
    let why = match field.data_type() {
        DataType::Utf8 if nature(field) == Nature::Key => "nearly every row would have a folder to itself",
        DataType::Utf8 if nature(field) == Nature::Prose => "a long text cannot name a folder",
        DataType::Utf8 | DataType::Int32 | DataType::Int64 | DataType::Date32 => return Ok(()),
        DataType::Boolean | DataType::Timestamp(..) => "engines would not read its type back from the name of a folder",
        _ => "a list or group cannot name a folder",
    };
    Err(Error::usage(format!("by={name}: {why}; take a column of words, numbers or dates, such as by=year")))
}

impl Partitions {
    /// Parts by the values of the column at the place `column`.
    pub fn new(plan: PartsPlan, folder: Folder, column: usize) -> Result<Partitions> {
        let spill = Spill::create(folder.path(), &plan.schema)?;
        let cutter = Cutter::new(Limit::default());
        Ok(Partitions { plan, folder, column, cutter, spill, pieces: BTreeMap::new() })
    }

    fn spill(&mut self, group: &Group) -> Result<()> {
        let records = group.records()?;
        let mut rows: BTreeMap<PartitionRows, Vec<u32>> = BTreeMap::new();
        for (row, partition) in partitions(&records, self.column)?.into_iter().enumerate() {
            rows.entry(partition).or_default().push(row as u32);
        }
        for (partition, rows) in rows {
            let taken = take_record_batch(&records, &UInt32Array::from(rows)).map_err(failure::encoder)?;
            self.pieces.entry(partition).or_default().push(self.spill.write(&taken)?);
        }
        Ok(())
    }
}

impl Sink for Partitions {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.cutter.push(rows).iter().try_for_each(|group| self.spill(group))
    }

    fn complete(mut self: Box<Self>) -> Result<Staged> {
        if let Some(group) = self.cutter.rest() {
            self.spill(&group)?;
        }
        let Partitions { plan, mut folder, column, spill, pieces, .. } = *self;
        let mut spilled = spill.finish()?;
        if pieces.is_empty() {
            Parts::new("").finish(&plan, &mut folder)?;
        }
        let notes = notes(plan.schema.field(column).name(), pieces.keys());
        let mut pieces: Vec<_> = pieces.into_iter().collect();
        for partitions in pieces.chunk_by_mut(|(one, _), (other, _)| one.folder == other.folder) {
            write_folder(&plan, &mut folder, &mut spilled, partitions)?;
        }
        Ok(folder.complete()?.noting(notes))
    }
}

/// Says which names of folders are not the values of their rows.
fn notes<'p>(column: &str, partitions: impl Iterator<Item = &'p PartitionRows>) -> Vec<String> {
    let cut = partitions.filter(|partition| partition.value.as_ref().is_some_and(|value| !value.is_empty())).count();
    match cut {
        0 => Vec::new(),
        cut => vec![format!("by={column}: values too long for a name ({cut}) are cut, and end in ~ and a hash")],
    }
}

/// Writes the partitions of one folder: nearly always one.
fn write_folder(
    plan: &PartsPlan,
    folder: &mut Folder,
    spilled: &mut Spilled,
    partitions: &mut [(PartitionRows, Vec<usize>)],
) -> Result<()> {
    let mut parts = Parts::new(format!("{}/", partitions[0].0.folder));
    for (partition, pieces) in partitions {
        parts.turn_to(folder, partition.value.take())?;
        for piece in pieces {
            let rows = spilled.read(*piece)?;
            let batch = plan.context.pool.install(|| Batch::new(rows, Vec::new()))?;
            parts.write(plan, folder, &batch)?;
        }
    }
    parts.finish(plan, folder)
}

/// The folder of the partition that each of `records` belongs to, by the values of `column`.
pub fn partition_names(records: &RecordBatch, column: usize) -> Result<Vec<String>> {
    Ok(partitions(records, column)?.into_iter().map(|partition| partition.folder).collect())
}

fn partitions(records: &RecordBatch, column: usize) -> Result<Vec<PartitionRows>> {
    let schema = records.schema_ref();
    let view = View::of(records.column(column)).ok_or_else(|| failure::encoder("unreadable partition"))?;
    (0..records.num_rows()).map(|row| partition(schema.field(column).name(), view.value(row))).collect()
}

/// `year=2009`, as Hive names and escapes it.
fn partition(column: &str, value: Value<'_>) -> Result<PartitionRows> {
    let told = match value {
        Value::Null | Value::Bool(_) | Value::Instant(_) | Value::List(..) | Value::Struct(..) => {
            NULL_PARTITION.to_owned()
        }
        Value::Text(text) => return Ok(text_partition(column, text)),
        Value::Int(number) => number.to_string(),
        Value::Date(days) => moment::day(days)?.to_string(),
    };
    Ok(PartitionRows { folder: format!("{column}={told}"), value: None })
}

fn text_partition(column: &str, text: &str) -> PartitionRows {
    if text.is_empty() || text == NULL_PARTITION {
        return PartitionRows { folder: format!("{column}={NULL_PARTITION}"), value: Some(text.to_owned()) };
    }
    let mut folder = format!("{column}=");
    for letter in text.chars() {
        let start = folder.len();
        put_escaped(&mut folder, letter);
        // `~`, and eight digits of a hash, which distinguish names that begin alike.
        if folder.len() > LONGEST - 9 && column.len() + 1 + escaped_length(text) > LONGEST {
            folder.truncate(start);
            folder += &format!("~{}", &hexadecimal(&Sha256::digest(text))[..8]);
            return PartitionRows { folder, value: Some(text.to_owned()) };
        }
    }
    PartitionRows { folder, value: None }
}

fn escaped_length(text: &str) -> usize {
    let mut escaped = String::new();
    text.chars().for_each(|letter| put_escaped(&mut escaped, letter));
    escaped.len()
}

/// Escapes what Hive escapes in names of partitions, and what a listing would not show as it is: controls, and marks
/// that turn the direction of text around.
fn put_escaped(name: &mut String, letter: char) {
    let misleads =
        matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    if letter.is_control() || misleads || "\"#%'*/:=?\\{[]^".contains(letter) {
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            name.push_str(&format!("%{byte:02X}"));
        }
    } else {
        name.push(letter);
    }
}

/// The text that `name` is for, the inverse of the escapes; `None` if it is not one of ours.
pub fn unescaped(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        bytes.push(match (byte, after) {
            (b'%', [high, low, after @ ..]) => {
                rest = after;
                let digit = |digit: u8| char::from(digit).to_digit(16);
                (digit(*high)? * 16 + digit(*low)?) as u8
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_tell_their_values() {
        for text in ["TUNIS", "A/B=C%\n é", "..", "\u{85}\u{202E}x", "%", "~12345678"] {
            let PartitionRows { folder, value } = text_partition("post", text);
            let name = folder.strip_prefix("post=").unwrap();
            assert_eq!((unescaped(name).as_deref(), value), (Some(text), None));
            assert!(!folder.contains(['/', '\n', '\u{85}', '\u{202E}']), "{folder}");
        }
    }

    #[test]
    fn a_value_that_its_name_does_not_tell_is_kept_beside_it() {
        let long = ["é".repeat(300), format!("{}é", "é".repeat(299)), "/".repeat(100), "x".repeat(195)];
        for text in &long {
            let PartitionRows { folder, value } = text_partition("post", text);
            let cut = folder.len() <= LONGEST && folder.contains('~') && value.as_deref() == Some(text);
            assert_eq!(cut, text.len() != 195, "{folder}");
        }
        let other = text_partition("post", &format!("{}e", "é".repeat(299)));
        assert_ne!(text_partition("post", &long[0]).folder, other.folder);
        let empty = text_partition("post", "");
        assert_eq!((empty.folder.as_str(), empty.value.as_deref()), ("post=__HIVE_DEFAULT_PARTITION__", Some("")));
    }
}
