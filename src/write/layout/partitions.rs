//! Rows to one folder of parts for each value of a column: `year=2009/part-00000.parquet`.
//!
//! Hundreds of open writers would hold gigabytes, so rows are first written to a spill and then encoded one partition
//! after another, in the order of their names. Holds one group of rows, and four bytes for each partition in it.

use std::collections::BTreeMap;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;

use super::folder::Folder;
use super::parts::{Parts, Plan};
use super::spill::{Spill, Spilled};
use crate::error::{Error, Result};
use crate::write::cut::{Cutter, Group, Limit};
use crate::write::value::{Value, View};
use crate::write::{Batch, Sink, Staged, failure, moment};

/// A folder of folders of parts.
pub struct Partitions {
    plan: Plan,
    folder: Folder,
    column: usize,
    cutter: Cutter,
    spill: Spill,
    /// The pieces of each partition in the spill, by the name of its folder.
    pieces: BTreeMap<String, Vec<usize>>,
}

impl Partitions {
    /// Parts by the values of the column at the place `column`.
    pub fn new(plan: Plan, folder: Folder, column: usize) -> Result<Partitions> {
        let field = plan.schema.field(column);
        if field.data_type().is_nested() {
            return Err(Error::usage(format!("by={}: a list or group cannot name a folder", field.name())));
        }
        let spill = Spill::create(folder.path(), &plan.schema)?;
        let cutter = Cutter::new(Limit::default());
        Ok(Partitions { plan, folder, column, cutter, spill, pieces: BTreeMap::new() })
    }

    fn spill(&mut self, group: &Group) -> Result<()> {
        let records = group.records()?;
        let mut rows: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (row, name) in partition_names(&records, self.column)?.into_iter().enumerate() {
            rows.entry(name).or_default().push(row as u32);
        }
        for (name, rows) in rows {
            let taken = take_record_batch(&records, &UInt32Array::from(rows)).map_err(failure::encoder)?;
            self.pieces.entry(name).or_default().push(self.spill.write(&taken)?);
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
        let Partitions { plan, mut folder, spill, pieces, .. } = *self;
        let mut spilled = spill.finish()?;
        if pieces.is_empty() {
            Parts::new("").finish(&plan, &mut folder)?;
        }
        for (name, pieces) in pieces {
            write_partition(&plan, &mut folder, &mut spilled, &name, &pieces)?;
        }
        folder.complete()
    }
}

fn write_partition(
    plan: &Plan,
    folder: &mut Folder,
    spilled: &mut Spilled,
    name: &str,
    pieces: &[usize],
) -> Result<()> {
    let mut parts = Parts::new(format!("{name}/"));
    for piece in pieces {
        let rows = spilled.read(*piece)?;
        let batch = plan.context.pool.install(|| Batch::new(rows, Vec::new()))?;
        parts.write(plan, folder, &batch)?;
    }
    parts.finish(plan, folder)
}

/// The folder of the partition that each of `records` belongs to, by the values of `column`.
pub fn partition_names(records: &RecordBatch, column: usize) -> Result<Vec<String>> {
    let schema = records.schema_ref();
    let view = View::of(records.column(column)).ok_or_else(|| failure::encoder("unreadable partition"))?;
    (0..records.num_rows()).map(|row| folder_name(schema.field(column).name(), view.value(row))).collect()
}

/// `year=2009`, as Hive names and escapes it.
fn folder_name(column: &str, value: Value<'_>) -> Result<String> {
    let value = match value {
        Value::Text("") | Value::Null | Value::List(..) | Value::Struct(..) => "__HIVE_DEFAULT_PARTITION__".to_owned(),
        Value::Text(text) => escaped(text),
        Value::Int(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Date(days) => moment::day(days)?.to_string(),
        Value::Instant(microseconds) => escaped(&moment::instant(microseconds)?.to_string()),
    };
    Ok(format!("{}={value}", escaped(column)))
}

/// Escapes what Hive escapes in names of partitions.
fn escaped(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_control() || "\"#%'*/:=?\\{[]^".contains(letter) {
            name.push_str(&format!("%{:02X}", u32::from(letter)));
        } else {
            name.push(letter);
        }
    }
    name
}
