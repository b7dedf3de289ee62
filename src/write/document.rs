//! A row as one document of a text format that has maps and lists: `schema` first, then the columns in order.
//!
//! Null and the empty list are absent; dates and instants are text. What is left to a format is how it writes text.

use std::marker::PhantomData;

use arrow::datatypes::Field;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use super::moment;
use super::value::{Value, View};

/// Key of every document that names the version of its schema.
pub(crate) const SCHEMA_KEY: &str = "schema";
/// Key of the first document where columns were left out; the names of the others follow.
pub(crate) const COLUMNS_KEY: &str = "columns";

/// How a format writes text.
pub trait Texts {
    /// Gives `text` to the serializer of the format.
    fn put<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error>;
}

/// One row.
pub struct Document<'r, T> {
    version: &'r str,
    listed: Option<&'r str>,
    columns: &'r [(&'r Field, View<'r>)],
    row: usize,
    texts: PhantomData<T>,
}

impl<'r, T: Texts> Document<'r, T> {
    /// The row at the place `row` of the columns, of the schema of that version.
    pub fn new(version: &'r str, columns: &'r [(&'r Field, View<'r>)], row: usize) -> Document<'r, T> {
        Document { version, listed: None, columns, row, texts: PhantomData }
    }

    /// The same with the names of its columns after the version.
    pub fn listing(self, columns: Option<&'r str>) -> Document<'r, T> {
        Document { listed: columns, ..self }
    }
}

impl<T: Texts> Serialize for Document<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(SCHEMA_KEY, self.version)?;
        if let Some(columns) = self.listed {
            map.serialize_entry(COLUMNS_KEY, columns)?;
        }
        put_entries::<T, _>(&mut map, self.columns, self.row)?;
        map.end()
    }
}

fn put_entries<T: Texts, M: SerializeMap>(
    map: &mut M,
    fields: &[(&Field, View<'_>)],
    row: usize,
) -> Result<(), M::Error> {
    for (field, view) in fields {
        let value = view.value(row);
        if !value.is_left_out(field) {
            map.serialize_entry(field.name(), &DocumentNode::<T>(value, PhantomData))?;
        }
    }
    Ok(())
}

struct DocumentNode<'v, T>(Value<'v>, PhantomData<T>);

impl<T: Texts> Serialize for DocumentNode<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Text(text) => T::put(text, serializer),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Date(days) => serializer.collect_str(&moment::day(*days).map_err(S::Error::custom)?),
            Value::Instant(microseconds) => {
                serializer.collect_str(&moment::instant(*microseconds).map_err(S::Error::custom)?)
            }
            Value::List(elements, range) => {
                serializer.collect_seq(range.clone().map(|at| DocumentNode::<T>(elements.value(at), PhantomData)))
            }
            Value::Struct(fields, row) => {
                let mut map = serializer.serialize_map(None)?;
                put_entries::<T, _>(&mut map, fields, *row)?;
                map.end()
            }
        }
    }
}
