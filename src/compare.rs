//! Two outputs to what differs between them: rows added, gone and changed, and how often each column changed.
//!
//! A row is the same row in both where `source` has the same path, member and start; outputs without `source` are
//! matched by `mrn` and the value of the whole row. Compares values, never bytes: format, order and compression do not
//! count. Never changes a file, and holds two hashes a row, not the rows.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use arrow::datatypes::Field;
use serde::Serialize;
use serde_json::{Map, Number, Value as Json, json};

use crate::convert::StopFlag;
use crate::error::{Error, Result};
use crate::read::{self, OutputPart};
use crate::schema::{Schema, core};
use crate::write::moment;
use crate::write::value::{Rows, Value, View};

/// Examples kept of each column, and of the rows that were added or are gone.
const EXAMPLES: usize = 3;

/// What differs between two outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Rows of the old output.
    pub old_rows: u64,
    /// Rows of the new output.
    pub new_rows: u64,
    /// Rows that only the new output has.
    pub added: u64,
    /// Rows that only the old output has.
    pub gone: u64,
    /// Rows of both in which a value differs.
    pub changed: u64,
    /// In how many rows each column differs; columns that differ in none are left out.
    pub columns: BTreeMap<String, u64>,
    /// Columns that only the old output has. They are not compared.
    pub only_old: Vec<String>,
    /// Columns that only the new output has. They are not compared.
    pub only_new: Vec<String>,
    /// The first rows that differ: three of each column, three added and three gone.
    pub examples: Vec<Example>,
}

/// One row that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Example {
    /// Where the row comes from, or its message reference number in outputs without `source`.
    pub row: String,
    /// What differs.
    #[serde(flatten)]
    pub difference: Difference,
}

/// How one row differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Difference {
    /// Only the new output has the row.
    Added,
    /// Only the old output has the row.
    Gone,
    /// A column has another value.
    Changed {
        /// Name of the column.
        column: String,
        /// Value in the old output.
        old: Json,
        /// Value in the new output.
        new: Json,
    },
}

impl Comparison {
    /// Whether both outputs have the same columns, rows and values.
    pub fn is_equal(&self) -> bool {
        self.added + self.gone + self.changed == 0 && self.only_old.is_empty() && self.only_new.is_empty()
    }

    /// Everything as JSON, with whether both are equal.
    pub fn to_json(&self) -> Json {
        #[derive(Serialize)]
        struct WholeComparison<'c> {
            equal: bool,
            #[serde(flatten)]
            comparison: &'c Comparison,
        }
        json!(WholeComparison { equal: self.is_equal(), comparison: self })
    }
}

/// Compares two outputs of any format: files, or folders of parts.
///
/// # Errors
///
/// Of the kind `NotFound` if nothing is at a path, and `Verification` if a file is damaged or none of ours.
pub fn compare(old: &Path, new: &Path) -> Result<Comparison> {
    compare_unless_stopped(old, new, &StopFlag::default())
}

/// Does what `compare` does until the flag is raised.
///
/// # Errors
///
/// As `compare`, and of the kind `Stopped`.
pub fn compare_unless_stopped(old: &Path, new: &Path, stop: &StopFlag) -> Result<Comparison> {
    let (old, new) = (Side::open(old, stop)?, Side::open(new, stop)?);
    let mut comparison = Comparison {
        only_old: missing(&old.columns, &new.columns),
        only_new: missing(&new.columns, &old.columns),
        ..Comparison::default()
    };
    let common: Vec<&str> = old.columns.iter().filter(|name| new.columns.contains(name)).map(String::as_str).collect();
    let changes = ChangedRows::find(&old, &new, &common, &mut comparison)?;
    changes.count(&old, &common, &mut comparison)?;
    complete(&new, &mut comparison)?;
    Ok(comparison)
}

/// The names in `all` that are not in `others`.
fn missing(all: &[String], others: &[String]) -> Vec<String> {
    all.iter().filter(|name| !others.contains(name)).cloned().collect()
}

/// One of the two outputs.
struct Side<'s> {
    parts: Vec<OutputPart>,
    /// Names of its columns, in order.
    columns: Vec<String>,
    stop: &'s StopFlag,
}

impl<'s> Side<'s> {
    fn open(path: &Path, stop: &'s StopFlag) -> Result<Side<'s>> {
        let parts = read::parts(path)?;
        let mut columns: Vec<String> = Vec::new();
        for part in &parts {
            if let Some(batch) = read::open_part(part, &Schema::arrow_of)?.next()? {
                let names = batch.schema_ref().fields().iter().map(|field| field.name());
                let new: Vec<String> = names.filter(|name| !columns.contains(name)).cloned().collect();
                columns.extend(new);
                break;
            }
        }
        Ok(Side { parts, columns, stop })
    }

    /// Shows every row to `take`, in the order of the files.
    fn each(&self, mut take: impl FnMut(&BatchRow<'_>)) -> Result<()> {
        let mut seen: HashMap<u64, u32> = HashMap::new();
        for part in &self.parts {
            let mut reader = read::open_part(part, &Schema::arrow_of)?;
            while let Some(batch) = reader.next()? {
                self.stop.check()?;
                let unknown = || Error::verification(format!("{}: a column has an unknown type", part.path.display()));
                let rows = Rows::of(&batch).ok_or_else(unknown)?;
                for index in 0..rows.len {
                    take(&BatchRow::of(&rows, index, &mut seen));
                }
            }
        }
        Ok(())
    }
}

/// One row of a batch.
struct BatchRow<'r> {
    rows: &'r Rows<'r>,
    index: usize,
    /// What distinguishes it from all other rows of its output.
    key: u64,
}

impl<'r> BatchRow<'r> {
    /// A row of a batch; `seen` counts the rows of the same origin before it.
    fn of(rows: &'r Rows<'r>, index: usize, seen: &mut HashMap<u64, u32>) -> BatchRow<'r> {
        let mut row = BatchRow { rows, index, key: 0 };
        let origin = row.origin();
        let repetition = seen.entry(origin).or_default();
        row.key = hash_of(&(origin, *repetition));
        *repetition += 1;
        row
    }
}

impl BatchRow<'_> {
    fn value(&self, name: &str) -> Value<'_> {
        self.rows.column(name).map_or(Value::Null, |view| view.value(self.index))
    }

    /// A hash of where the row comes from, else of all of its values.
    fn origin(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self.value(core::SOURCE) {
            Value::Struct(fields, index) => {
                let place = fields.iter().filter(|(field, _)| core::PLACE.contains(&field.name().as_str()));
                place.for_each(|(_, view)| hash(&view.value(index), &mut hasher));
            }
            _ => self.rows.columns.iter().for_each(|(_, view)| hash(&view.value(self.index), &mut hasher)),
        }
        hasher.finish()
    }

    /// The name of the row for a person.
    fn name(&self) -> String {
        let mrn = self.value(core::MRN).text().unwrap_or_default();
        let Value::Struct(fields, index) = self.value(core::SOURCE) else { return mrn.to_owned() };
        let field =
            |name: &str| fields.iter().find(|(field, _)| field.name() == name).map(|(_, view)| view.value(index));
        let text = |name: &str| field(name).and_then(|value| value.text());
        let path = text(core::PATH).unwrap_or(mrn);
        match (text(core::MEMBER), field(core::START)) {
            (Some(member), _) => format!("{path}!/{member}"),
            (None, Some(Value::Int(start))) if start > 0 => format!("{path}@{start}"),
            _ => path.to_owned(),
        }
    }

    /// A hash of each of the columns.
    fn hashes(&self, columns: &[&str]) -> Vec<u64> {
        let of = |name: &&str| {
            let mut hasher = DefaultHasher::new();
            hash(&self.value(name), &mut hasher);
            hasher.finish()
        };
        columns.iter().map(of).collect()
    }
}

/// The rows that differ: the hashes of their columns in the new output, by their keys.
struct ChangedRows {
    new: HashMap<u64, Vec<u64>>,
    /// Keys of the rows that only the old output has.
    gone: HashMap<u64, u64>,
}

impl ChangedRows {
    fn find(old: &Side<'_>, new: &Side<'_>, columns: &[&str], comparison: &mut Comparison) -> Result<ChangedRows> {
        let mut left = HashMap::new();
        old.each(|row| {
            comparison.old_rows += 1;
            left.insert(row.key, hash_of(&row.hashes(columns)));
        })?;
        let mut changes = ChangedRows { new: HashMap::new(), gone: HashMap::new() };
        new.each(|row| {
            comparison.new_rows += 1;
            let hashes = row.hashes(columns);
            match left.remove(&row.key) {
                Some(hash) if hash == hash_of(&hashes) => {}
                Some(_) => {
                    comparison.changed += 1;
                    changes.new.insert(row.key, hashes);
                }
                None => {
                    if comparison.added < EXAMPLES as u64 {
                        comparison.examples.push(Example { row: row.name(), difference: Difference::Added });
                    }
                    comparison.added += 1;
                }
            }
        })?;
        comparison.gone = left.len() as u64;
        changes.gone = left;
        Ok(changes)
    }

    /// Counts the columns of changed rows, and keeps the old values of the first.
    fn count(&self, old: &Side<'_>, columns: &[&str], comparison: &mut Comparison) -> Result<()> {
        if self.new.is_empty() && self.gone.is_empty() {
            return Ok(());
        }
        let mut gone = 0;
        old.each(|row| {
            if self.gone.contains_key(&row.key) {
                if gone < EXAMPLES {
                    comparison.examples.push(Example { row: row.name(), difference: Difference::Gone });
                }
                gone += 1;
            }
            let Some(hashes) = self.new.get(&row.key) else { return };
            for ((name, new), old) in columns.iter().zip(hashes).zip(row.hashes(columns)) {
                if *new == old {
                    continue;
                }
                let count = comparison.columns.entry((*name).to_owned()).or_default();
                if *count < EXAMPLES as u64 {
                    let difference = Difference::Changed {
                        column: (*name).to_owned(),
                        old: json_of(&row.value(name)),
                        new: Json::Null,
                    };
                    comparison.examples.push(Example { row: row.name(), difference });
                }
                *count += 1;
            }
        })
    }
}

/// Adds the new values to the examples of changed columns.
fn complete(side: &Side<'_>, comparison: &mut Comparison) -> Result<()> {
    let mut open: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, example) in comparison.examples.iter().enumerate() {
        if matches!(example.difference, Difference::Changed { .. }) {
            open.entry(example.row.clone()).or_default().push(index);
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    side.each(|row| {
        for index in open.remove(&row.name()).unwrap_or_default() {
            if let Difference::Changed { column, new, .. } = &mut comparison.examples[index].difference {
                *new = json_of(&row.value(column));
            }
        }
    })
}

fn hash_of(hashes: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    hashes.hash(&mut hasher);
    hasher.finish()
}

fn hash(value: &Value<'_>, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Text(text) => text.hash(hasher),
        Value::Int(number) | Value::Instant(number) => number.hash(hasher),
        Value::Bool(truth) => truth.hash(hasher),
        Value::Date(days) => days.hash(hasher),
        Value::List(elements, range) => {
            range.len().hash(hasher);
            range.clone().for_each(|index| hash(&elements.value(index), hasher));
        }
        Value::Struct(fields, index) => fields.iter().for_each(|(_, view)| hash(&view.value(*index), hasher)),
    }
}

/// A value as JSON; dates and instants as outputs write them.
fn json_of(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::String((*text).to_owned()),
        Value::Int(number) => Json::Number(Number::from(*number)),
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Date(days) => moment::day(*days).map_or(Json::Null, |day| day.to_string().into()),
        Value::Instant(microseconds) => moment::instant(*microseconds).map_or(Json::Null, |at| at.to_string().into()),
        Value::List(elements, range) => range.clone().map(|index| json_of(&elements.value(index))).collect(),
        Value::Struct(fields, index) => {
            let named = |(field, view): &(&Field, View<'_>)| (field.name().clone(), json_of(&view.value(*index)));
            Json::Object(fields.iter().map(named).collect::<Map<_, _>>())
        }
    }
}
