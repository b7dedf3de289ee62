//! Rows to counts: which columns are filled in which form of cable, what was odd, which years and posts are there.
//!
//! Reads batches of any schema version by the names of its columns. Never holds a row.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use crate::schema::core;
use crate::write::value::{Rows, Value, View};

/// Counts over rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Rows by form of the header.
    pub forms: BTreeMap<String, u64>,
    /// Columns in order, fields of structs as `routing.station`.
    pub columns: Vec<Coverage>,
    /// Diagnostics by code and severity.
    pub diagnostics: BTreeMap<(String, String), u64>,
    /// Rows by year; `None` where it is unknown.
    pub years: BTreeMap<Option<i64>, u64>,
    /// Rows by post; `None` where it is unknown.
    pub posts: BTreeMap<Option<String>, u64>,
}

/// How many rows have a value in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Name of the column.
    pub column: String,
    /// Rows with a value, by form of the header.
    pub filled: BTreeMap<String, u64>,
}

impl Coverage {
    /// Rows with a value.
    pub fn total(&self) -> u64 {
        self.filled.values().sum()
    }
}

impl Stats {
    /// Counts the rows of a batch.
    pub fn add(&mut self, batch: &RecordBatch) {
        let Some(rows) = Rows::of(batch) else { return };
        let forms: Vec<String> =
            (0..rows.len).map(|row| text_at(&rows, core::HEADER_FORM, row).unwrap_or_default()).collect();
        for form in &forms {
            *self.forms.entry(form.clone()).or_default() += 1;
        }
        let mut index = 0;
        for (field, view) in &rows.columns {
            self.cover(field.name(), view, &forms, &mut index);
        }
        self.count_diagnostics(&rows);
        self.count_origins(&rows);
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.forms.values().sum()
    }

    fn cover(&mut self, name: &str, view: &View<'_>, forms: &[String], index: &mut usize) {
        if let View::Struct(_, fields) = view {
            for (field, view) in fields {
                self.cover(&format!("{name}.{}", field.name()), view, forms, index);
            }
            return;
        }
        if self.columns.len() == *index {
            self.columns.push(Coverage { column: name.to_owned(), filled: BTreeMap::new() });
        }
        let filled = &mut self.columns[*index].filled;
        for (row, form) in forms.iter().enumerate() {
            if is_filled(&view.value(row)) {
                match filled.get_mut(form) {
                    Some(count) => *count += 1,
                    None => drop(filled.insert(form.clone(), 1)),
                }
            }
        }
        *index += 1;
    }

    fn count_diagnostics(&mut self, rows: &Rows<'_>) {
        let Some(View::List(lists, elements)) = rows.column(core::DIAGNOSTICS) else { return };
        let View::Struct(_, fields) = elements.as_ref() else { return };
        let field = |name: &str| fields.iter().find(|(field, _)| field.name() == name).map(|(_, view)| view);
        let (Some(codes), Some(severities)) = (field(core::CODE), field(core::SEVERITY)) else { return };
        let offsets = lists.value_offsets();
        let (first, last) = (offsets.first().copied().unwrap_or(0), offsets.last().copied().unwrap_or(0));
        for element in first as usize..last as usize {
            if let (Value::Text(code), Value::Text(severity)) = (codes.value(element), severities.value(element)) {
                *self.diagnostics.entry((code.to_owned(), severity.to_owned())).or_default() += 1;
            }
        }
    }

    fn count_origins(&mut self, rows: &Rows<'_>) {
        for row in 0..rows.len {
            let year = match rows.column(core::YEAR).map(|years| years.value(row)) {
                Some(Value::Int(year)) => Some(year),
                _ => None,
            };
            *self.years.entry(year).or_default() += 1;
            *self.posts.entry(text_at(rows, core::POST, row)).or_default() += 1;
        }
    }
}

fn text_at(rows: &Rows<'_>, name: &str, row: usize) -> Option<String> {
    rows.column(name)?.value(row).text().map(str::to_owned)
}

/// Whether a cell says anything: no null, no empty list, no `false`.
fn is_filled(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::List(_, range) => !range.is_empty(),
        _ => true,
    }
}
