//! Rows to one folder of parts for each value of a column: `year=2009/part-00000.parquet`.
//!
//! Hundreds of open writers would hold gigabytes, so rows are first divided, side by side, and set aside in a spill, and
//! then encoded in the order of the names of their partitions: small ones side by side, large ones one after another. Holds
//! three strips of rows and sixteen bytes for each partition in a strip, then the rows of some small partitions.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Field};
use sha2::{Digest, Sha256};

use super::folder::Folder;
use super::parts::{Parts, PartsPlan, SmallParts};
use super::spill::{PackedRows, Spill, SpillColumns, SpilledPiece};
use crate::error::{Error, Result};
use crate::in_order::InOrder;
use crate::write::cut::{Cutter, Limit, Strip};
use crate::write::digest::{Seal, hexadecimal};
use crate::write::hint::{Nature, nature};
use crate::write::value::{Value, View};
use crate::write::{Batch, Sink, Staged, failure, moment};

/// What the name of a folder says for a null, as Hive does.
pub const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// Bytes of a folder's name; file systems take 255.
const LONGEST: usize = 200;

/// Bytes of data of a partition that is written in one task.
const SMALL: u64 = 16 << 20;

/// Rows that are divided in one go.
const STRIP: Limit = Limit { rows: 16_384, bytes: 16 << 20 };

/// Strips that are divided while another is put down.
const IN_FLIGHT: usize = 2;

/// A folder of folders of parts.
pub struct Partitions {
    plan: PartsPlan,
    folder: Folder,
    column: usize,
    cutter: Cutter,
    dividing: InOrder<Vec<DividedRows>>,
    spill: Spill,
    /// What is in the spill, of each partition.
    spilled: BTreeMap<PartitionName, SpilledRows>,
}

/// The rows of a partition that are in the spill.
#[derive(Default)]
struct SpilledRows {
    pieces: Vec<SpilledPiece>,
    /// Bytes of data in them.
    bytes: u64,
}

/// The rows of one strip that are of one partition.
struct DividedRows {
    partition: PartitionName,
    rows: PackedRows,
    /// Bytes of data in them.
    bytes: u64,
}

/// One value of the column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PartitionName {
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
        let (cutter, dividing) = (Cutter::new(STRIP), InOrder::new(IN_FLIGHT));
        Ok(Partitions { plan, folder, column, cutter, dividing, spill, spilled: BTreeMap::new() })
    }

    /// Starts to divide a strip, and puts down one that was started before.
    fn divide(&mut self, strip: Strip) -> Result<()> {
        if self.dividing.is_full() {
            self.put_next()?;
        }
        let (column, columns) = (self.column, self.spill.columns().clone());
        self.dividing.start(&self.plan.context.pool, move || divided(strip, column, &columns));
        Ok(())
    }

    fn put_next(&mut self) -> Result<()> {
        for DividedRows { partition, rows, bytes } in self.dividing.next().transpose()?.into_iter().flatten() {
            let spilled = self.spilled.entry(partition).or_default();
            spilled.pieces.push(self.spill.put(&rows)?);
            spilled.bytes += bytes;
        }
        Ok(())
    }
}

/// The rows of each partition in a strip.
fn divided(strip: Strip, column: usize, columns: &SpillColumns) -> Result<Vec<DividedRows>> {
    let seals: Vec<Seal> = strip.seals().copied().collect();
    let records = strip.into_records()?;
    let mut divided: BTreeMap<PartitionName, (Vec<u32>, Vec<Seal>)> = BTreeMap::new();
    for ((row, partition), seal) in (0..).zip(partitions(&records, column)?).zip(seals) {
        let (rows, seals) = divided.entry(partition).or_default();
        rows.push(row);
        seals.push(seal);
    }
    let packed = divided.into_iter().map(|(partition, (rows, seals))| {
        let rows = take_record_batch(&records, &UInt32Array::from(rows)).map_err(failure::encoder)?;
        let bytes = seals.iter().map(|seal| seal.size).sum();
        Ok(DividedRows { partition, rows: columns.packed(&rows, &seals)?, bytes })
    });
    packed.collect()
}

impl Sink for Partitions {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.cutter.push(rows).into_iter().try_for_each(|strip| self.divide(strip))
    }

    fn complete(mut self: Box<Self>) -> Result<Staged> {
        if let Some(strip) = self.cutter.rest() {
            self.divide(strip)?;
        }
        while !self.dividing.is_empty() {
            self.put_next()?;
        }
        let Partitions { plan, mut folder, column, spill, spilled, .. } = *self;
        let spill = Arc::new(spill);
        if spilled.is_empty() {
            Parts::new("").finish(&plan, &mut folder)?;
        }
        let notes = notes(plan.schema.field(column).name(), spilled.keys());
        let mut spilled: Vec<_> = spilled.into_iter().collect();
        let mut small = SmallParts::new(plan);
        for partitions in spilled.chunk_by_mut(|(one, _), (other, _)| one.folder == other.folder) {
            write_folder(&mut small, &mut folder, &spill, partitions)?;
        }
        small.settle(&mut folder)?;
        // Before the sync, which would write to the disk what was set aside.
        drop(spill);
        Ok(folder.complete()?.noting(notes))
    }
}

/// Says which names of folders are not the values of their rows.
fn notes<'p>(column: &str, partitions: impl Iterator<Item = &'p PartitionName>) -> Vec<String> {
    let cut = partitions.filter(|partition| partition.value.as_ref().is_some_and(|value| !value.is_empty())).count();
    match cut {
        0 => Vec::new(),
        cut => vec![format!("by={column}: values too long for a name ({cut}) are cut, and end in ~ and a hash")],
    }
}

/// Writes the partitions of one folder: nearly always one.
fn write_folder(
    small: &mut SmallParts,
    folder: &mut Folder,
    spill: &Arc<Spill>,
    partitions: &mut [(PartitionName, SpilledRows)],
) -> Result<()> {
    let prefix = format!("{}/", partitions[0].0.folder);
    if let [(partition, spilled)] = partitions
        && spilled.bytes <= SMALL.min(small.plan().file_size / 4)
    {
        let (spill, pieces) = (spill.clone(), std::mem::take(&mut spilled.pieces));
        let rows = pieces.into_iter().map(move |piece| spill.read(piece));
        return small.start(folder, &prefix, partition.value.take(), rows);
    }
    small.settle(folder)?;
    let plan = small.plan();
    let mut parts = Parts::new(prefix);
    for (partition, spilled) in partitions {
        parts.turn_to(folder, partition.value.take())?;
        for piece in &spilled.pieces {
            parts.write(plan, folder, &spill.read(*piece)?)?;
        }
    }
    parts.finish(plan, folder)
}

/// The folder of the partition that each of `records` belongs to, by the values of `column`.
pub fn partition_names(records: &RecordBatch, column: usize) -> Result<Vec<String>> {
    Ok(partitions(records, column)?.into_iter().map(|partition| partition.folder).collect())
}

fn partitions(records: &RecordBatch, column: usize) -> Result<Vec<PartitionName>> {
    let schema = records.schema_ref();
    let view = View::of(records.column(column)).ok_or_else(|| failure::encoder("unreadable partition"))?;
    (0..records.num_rows()).map(|row| partition(schema.field(column).name(), view.value(row))).collect()
}

/// `year=2009`, as Hive names and escapes it.
fn partition(column: &str, value: Value<'_>) -> Result<PartitionName> {
    let told = match value {
        Value::Null | Value::Bool(_) | Value::Instant(_) | Value::List(..) | Value::Struct(..) => {
            NULL_PARTITION.to_owned()
        }
        Value::Text(text) => return Ok(text_partition(column, text)),
        Value::Int(number) => number.to_string(),
        Value::Date(days) => moment::day(days)?.to_string(),
    };
    Ok(PartitionName { folder: format!("{column}={told}"), value: None })
}

fn text_partition(column: &str, text: &str) -> PartitionName {
    if text.is_empty() || text == NULL_PARTITION {
        return PartitionName { folder: format!("{column}={NULL_PARTITION}"), value: Some(text.to_owned()) };
    }
    let mut folder = format!("{column}=");
    for letter in text.chars() {
        let start = folder.len();
        put_escaped(&mut folder, letter);
        // `~`, and eight digits of a hash, which distinguish names that begin alike.
        if folder.len() > LONGEST - 9 && column.len() + 1 + escaped_length(text) > LONGEST {
            folder.truncate(start);
            folder += &format!("~{}", &hexadecimal(&Sha256::digest(text))[..8]);
            return PartitionName { folder, value: Some(text.to_owned()) };
        }
    }
    PartitionName { folder, value: None }
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
            let PartitionName { folder, value } = text_partition("post", text);
            let name = folder.strip_prefix("post=").unwrap();
            assert_eq!((unescaped(name).as_deref(), value), (Some(text), None));
            assert!(!folder.contains(['/', '\n', '\u{85}', '\u{202E}']), "{folder}");
        }
    }

    #[test]
    fn a_value_that_its_name_does_not_tell_is_kept_beside_it() {
        let long = ["é".repeat(300), format!("{}é", "é".repeat(299)), "/".repeat(100), "x".repeat(195)];
        for text in &long {
            let PartitionName { folder, value } = text_partition("post", text);
            let cut = folder.len() <= LONGEST && folder.contains('~') && value.as_deref() == Some(text);
            assert_eq!(cut, text.len() != 195, "{folder}");
        }
        let other = text_partition("post", &format!("{}e", "é".repeat(299)));
        assert_ne!(text_partition("post", &long[0]).folder, other.folder);
        let empty = text_partition("post", "");
        assert_eq!((empty.folder.as_str(), empty.value.as_deref()), ("post=__HIVE_DEFAULT_PARTITION__", Some("")));
    }
}
