//! Two outputs to what differs between them: rows added, gone, moved and changed, and how often each column changed.
//!
//! A row is the same row in both where its record is: by its place (path, member and number in `source`) and its bytes,
//! else by its bytes alone, first in the same document. So records of a dump are known that come after one that is gone.
//! What is left is the same row where it is the same cable of the same document, or the same file. Where an output has no
//! `source`, rows are matched by the values of the columns that both have, else by the number of their cable.
//!
//! Compares values, never bytes: format, order and compression do not count. Never changes a file, and holds some hashes
//! a row, not the rows.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;
use std::path::Path;

use arrow::datatypes::Field;
use serde::Serialize;
use serde_json::{Map, Number, Value as Json, json};

use crate::convert::StopFlag;
use crate::error::{Error, Result};
use crate::pairs::take_pairs;
use crate::read::{self, OutputPart};
use crate::schema::{Schema, core};
use crate::source::{DocumentId, RecordId};
use crate::write::moment;
use crate::write::value::{Rows, Value, View};

/// Examples kept of each column, and of the rows that were added, are gone or have moved.
const EXAMPLES: u64 = 3;

/// The members of `source` that name a record.
const NAME: [&str; 3] = [core::PATH, core::MEMBER, core::RECORD];
/// The members of `source` that say where a row comes from. The others say what it is.
const PLACE: [&str; 4] = [core::PATH, core::MEMBER, core::RECORD, core::START];

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
    /// Rows of both that come from another place and have the same values.
    pub moved: u64,
    /// Rows of both in which a value differs.
    pub changed: u64,
    /// In how many rows each column differs; columns that differ in none are left out.
    pub columns: BTreeMap<String, u64>,
    /// Columns that only the old output has. They are not compared.
    pub only_old: Vec<String>,
    /// Columns that only the new output has. They are not compared.
    pub only_new: Vec<String>,
    /// The first rows that differ: three of each column, three added, three gone and three moved.
    pub examples: Vec<Example>,
}

/// One row that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Example {
    /// Where the row comes from, as in the new output if it is there, or its message reference number in outputs without
    /// `source`.
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
    /// The row comes from another place.
    Moved {
        /// Where it comes from in the old output.
        from: String,
    },
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
        self.added + self.gone + self.moved + self.changed == 0 && self.only_old.is_empty() && self.only_new.is_empty()
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
    let (mut old, mut new) = (Side::open(old, stop)?, Side::open(new, stop)?);
    // A folder with a file for each cable has no file where it has no cable, and then says nothing of columns.
    match (old.parts.is_empty(), new.parts.is_empty()) {
        (true, _) => old.columns.clone_from(&new.columns),
        (false, true) => new.columns.clone_from(&old.columns),
        (false, false) => {}
    }
    let mut comparison = Comparison {
        only_old: missing(&old.columns, &new.columns),
        only_new: missing(&new.columns, &old.columns),
        ..Comparison::default()
    };
    let common: Vec<&str> = old.columns.iter().filter(|name| new.columns.contains(name)).map(String::as_str).collect();
    DifferentRows::find(&old, &new, &common, &mut comparison)?.tell(&old, &new, &common, &mut comparison)?;
    Ok(comparison)
}

/// The names in `all` that are not in `others`.
fn missing(all: &[String], others: &[String]) -> Vec<String> {
    all.iter().filter(|name| !others.contains(name)).cloned().collect()
}

/// One of the two outputs.
struct Side<'s> {
    parts: Vec<OutputPart>,
    /// Names of its columns.
    columns: Vec<String>,
    stop: &'s StopFlag,
}

impl<'s> Side<'s> {
    fn open(path: &Path, stop: &'s StopFlag) -> Result<Side<'s>> {
        let parts = read::parts(path)?;
        let mut columns = Vec::new();
        if let Some(part) = parts.first() {
            let reader = read::open_part(part, &Schema::arrow_of)?;
            let names = reader.columns().iter().map(|field| field.name().as_str());
            // The one part of a dataset without rows is in no partition, which would give the column.
            columns = names.chain(reader.left_out()).map(str::to_owned).collect();
        }
        Ok(Side { parts, columns, stop })
    }

    /// Shows every row to `take`, in the order of the files; `columns` are those that both outputs have.
    fn each(&self, columns: &[&str], mut take: impl FnMut(&BatchRow<'_>)) -> Result<()> {
        let mut seen: HashMap<u64, u32> = HashMap::new();
        for part in &self.parts {
            let mut reader = read::open_part(part, &Schema::arrow_of)?;
            while let Some(batch) = reader.next()? {
                self.stop.check()?;
                let unknown = || Error::verification(format!("{}: a column has an unknown type", part.path.display()));
                let rows = Rows::of(&batch).ok_or_else(unknown)?;
                for index in 0..rows.len {
                    take(&BatchRow::of(&rows, index, columns, &mut seen));
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
    /// A row of a batch; `seen` counts the rows of the same place before it.
    fn of(rows: &'r Rows<'r>, index: usize, columns: &[&str], seen: &mut HashMap<u64, u32>) -> BatchRow<'r> {
        let mut row = BatchRow { rows, index, key: 0 };
        let place = row.place(columns);
        let repetition = seen.entry(place).or_default();
        row.key = hash_of(&(place, *repetition));
        *repetition += 1;
        row
    }
}

impl BatchRow<'_> {
    fn value(&self, name: &str) -> Value<'_> {
        self.rows.column(name).map_or(Value::Null, |view| view.value(self.index))
    }

    /// A member of its source; null where there is none.
    fn of_source(&self, name: &str) -> Value<'_> {
        let Value::Struct(members, index) = self.value(core::SOURCE) else { return Value::Null };
        let member = members.iter().find(|(member, _)| member.name() == name);
        member.map_or(Value::Null, |(_, view)| view.value(index))
    }

    /// A hash of the name of its record, else of its values in these columns.
    fn place(&self, columns: &[&str]) -> u64 {
        match columns.contains(&core::SOURCE) {
            true => hash_of_all(NAME.iter().map(|name| self.of_source(name))),
            false => hash_of_all(columns.iter().map(|name| self.value(name))),
        }
    }

    /// The name of the row for a person.
    fn name(&self) -> String {
        let Some(path) = self.of_source(core::PATH).text() else {
            return self.value(core::MRN).text().unwrap_or_default().to_owned();
        };
        let document = DocumentId::of(path, self.of_source(core::MEMBER).text());
        RecordId { document, number: self.number(), start: 0 }.to_string()
    }

    /// The number of its record; `None` where its document is by nature one record.
    fn number(&self) -> Option<u32> {
        match self.of_source(core::RECORD) {
            Value::Int(number) => u32::try_from(number).ok(),
            _ => None,
        }
    }

    /// A hash of each of the columns, the place aside.
    fn hashes(&self, columns: &[&str]) -> Vec<u64> {
        let of = |name: &&str| match self.value(name) {
            Value::Struct(members, index) if *name == core::SOURCE => {
                let others = members.iter().filter(|(member, _)| !PLACE.contains(&member.name().as_str()));
                hash_of_all(others.map(|(_, view)| view.value(index)))
            }
            value => hash_of_all([value]),
        };
        columns.iter().map(of).collect()
    }
}

/// What a row is told by, in hashes.
#[derive(Clone, Copy)]
struct RowMarks {
    key: u64,
    /// Its values, the place aside.
    values: u64,
    /// Its document, the bytes of its record, and its cable, where it has a source.
    source: Option<[u64; 3]>,
    /// Its cable, where it has none.
    cable: Option<u64>,
    /// Whether it is the whole of its document.
    is_whole: bool,
}

impl RowMarks {
    fn of(row: &BatchRow<'_>, columns: &[&str]) -> RowMarks {
        let document = [core::PATH, core::MEMBER].map(|name| row.of_source(name));
        let cable = row.value(core::MRN).text().map(|mrn| hash_of(&mrn));
        let marks = || {
            let bytes = hash_of_all([row.of_source(core::SHA256)]);
            [hash_of_all(document), bytes, cable.unwrap_or(row.key)]
        };
        let source = columns.contains(&core::SOURCE).then(marks);
        let is_whole = source.is_some() && row.number().is_none();
        let cable = cable.filter(|_| source.is_none() && columns.contains(&core::MRN));
        RowMarks { key: row.key, values: hash_of(&row.hashes(columns)), source, cable, is_whole }
    }
}

/// What two rows have in common if they are one; `None` where a row has no such thing.
type RowKin = fn(&RowMarks) -> Option<[u64; 2]>;

/// Every kind of kin, the nearest first.
const KINS: [RowKin; 6] = [
    |row| row.source.map(|[_, bytes, _]| [row.key, bytes]),
    |row| row.source.map(|[document, bytes, _]| [document, bytes]),
    |row| row.source.map(|[_, bytes, _]| [bytes, 0]),
    |row| row.source.map(|[document, _, cable]| [document, cable]),
    |row| row.source.filter(|_| row.is_whole).map(|[document, ..]| [document, 0]),
    |row| row.cable.map(|cable| [cable, 0]),
];

/// The keys of the rows that differ.
#[derive(Default)]
struct DifferentRows {
    gone: HashSet<u64>,
    added: HashSet<u64>,
    /// By the key in the new output, that in the old one.
    moved: HashMap<u64, u64>,
    /// As well.
    changed: HashMap<u64, u64>,
}

impl DifferentRows {
    fn find(old: &Side<'_>, new: &Side<'_>, columns: &[&str], comparison: &mut Comparison) -> Result<DifferentRows> {
        let (mut gone, mut added) = (Vec::new(), Vec::new());
        old.each(columns, |row| gone.push(RowMarks::of(row, columns)))?;
        comparison.old_rows = gone.len() as u64;
        let mut known: HashMap<u64, u64> = gone.iter().map(|row| (row.key, row.values)).collect();
        new.each(columns, |row| {
            comparison.new_rows += 1;
            let marks = RowMarks::of(row, columns);
            match known.get(&marks.key) {
                Some(values) if *values == marks.values => drop(known.remove(&marks.key)),
                _ => added.push(marks),
            }
        })?;
        gone.retain(|row| known.contains_key(&row.key));
        let mut rows = DifferentRows::default();
        for kin in KINS {
            for (was, is) in take_pairs(&mut gone, &mut added, kin) {
                let pairs = if was.values == is.values { &mut rows.moved } else { &mut rows.changed };
                pairs.insert(is.key, was.key);
            }
        }
        (comparison.gone, comparison.added) = (gone.len() as u64, added.len() as u64);
        (comparison.moved, comparison.changed) = (rows.moved.len() as u64, rows.changed.len() as u64);
        [rows.gone, rows.added] = [gone, added].map(|marks| marks.into_iter().map(|row| row.key).collect());
        Ok(rows)
    }

    /// Counts the columns of changed rows, and keeps the first rows of every kind.
    fn tell(&self, old: &Side<'_>, new: &Side<'_>, columns: &[&str], comparison: &mut Comparison) -> Result<()> {
        if comparison.is_equal() {
            return Ok(());
        }
        let Comparison { columns: counts, examples, .. } = comparison;
        let were: HashSet<u64> = self.changed.values().copied().collect();
        let mut hashes_before = HashMap::new();
        let (mut gone, mut added, mut moved) = (0, 0, 0);
        let is_shown = |count: &mut u64| {
            *count += 1;
            *count <= EXAMPLES
        };
        old.each(columns, |row| {
            if self.gone.contains(&row.key) && is_shown(&mut gone) {
                examples.push(Example { row: row.name(), difference: Difference::Gone });
            } else if were.contains(&row.key) {
                hashes_before.insert(row.key, row.hashes(columns));
            }
        })?;
        // Examples by the keys of the rows in the old output, which says the rest of them.
        let mut open: HashMap<u64, Vec<usize>> = HashMap::new();
        new.each(columns, |row| {
            let mut show = |difference, was: Option<u64>| {
                was.into_iter().for_each(|was| open.entry(was).or_default().push(examples.len()));
                examples.push(Example { row: row.name(), difference });
            };
            if self.added.contains(&row.key) && is_shown(&mut added) {
                show(Difference::Added, None);
            } else if let Some(was) = self.moved.get(&row.key)
                && is_shown(&mut moved)
            {
                show(Difference::Moved { from: String::new() }, Some(*was));
            } else if let Some(was) = self.changed.get(&row.key)
                && let Some(before) = hashes_before.get(was)
            {
                let hashes = before.iter().zip(row.hashes(columns));
                for (name, _) in columns.iter().zip(hashes).filter(|(_, (before, now))| *before != now) {
                    if is_shown(counts.entry((*name).to_owned()).or_default()) {
                        let (column, new) = ((*name).to_owned(), json_of(&row.value(name)));
                        show(Difference::Changed { column, old: Json::Null, new }, Some(*was));
                    }
                }
            }
        })?;
        old.each(columns, |row| {
            for index in open.remove(&row.key).unwrap_or_default() {
                match &mut examples[index].difference {
                    Difference::Moved { from } => *from = row.name(),
                    Difference::Changed { column, old, .. } => *old = json_of(&row.value(column)),
                    Difference::Added | Difference::Gone => {}
                }
            }
        })
    }
}

/// A hash of values in their order.
fn hash_of_all<'v>(values: impl IntoIterator<Item = Value<'v>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    values.into_iter().for_each(|value| hash(&value, &mut hasher));
    hasher.finish()
}

fn hash_of(hashes: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    hashes.hash(&mut hasher);
    hasher.finish()
}

/// Hashes a value with its kind, so that no two rows of values run into the same bytes.
fn hash(value: &Value<'_>, hasher: &mut DefaultHasher) {
    discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_different_kinds_are_different() {
        let alike = [
            [Value::Null, Value::Int(1)],
            [Value::Int(256), Value::Null],
            [Value::Bool(false), Value::Int(1)],
            [Value::Null, Value::Date(1)],
            [Value::Text(""), Value::Int(1)],
        ];
        let hashes: HashSet<u64> = alike.into_iter().map(hash_of_all).collect();
        assert_eq!(hashes.len(), 5);
    }
}
