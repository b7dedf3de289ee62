//! What schemas tell writers about a field, as field metadata: text keys and values, so that neither imports the other.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};

use crate::contract::{BY_KEY, COLUMNS_KEY, NATURE_KEY, PLACE_KEY, VERSION_KEY};
pub use crate::contract::{Nature, XmlPlace};

/// Where the values of `field` are in XML.
pub fn place(field: &Field) -> XmlPlace {
    XmlPlace::of_name(field.metadata().get(PLACE_KEY).map(String::as_str))
}

/// What the values of `field` are like.
pub fn nature(field: &Field) -> Nature {
    Nature::of_name(field.metadata().get(NATURE_KEY).map(String::as_str))
}

/// The columns of an output that leaves others out, separated by spaces.
pub fn columns(schema: &Schema) -> Option<&str> {
    schema.metadata().get(COLUMNS_KEY).map(String::as_str)
}

/// The column that the path of a file gives, so that formats which engines read by path leave it out of the file.
pub fn by(schema: &Schema) -> Option<&str> {
    schema.metadata().get(BY_KEY).map(String::as_str)
}

/// `schema` with a word that the path of a file gives `column`.
pub fn with_by(schema: &Schema, column: &str) -> Schema {
    let mut schema = schema.clone();
    schema.metadata.insert(BY_KEY.to_owned(), column.to_owned());
    schema
}

/// The schema of a file of rows of `schema`, and the place of the column that is left out of it.
pub fn stored(schema: &SchemaRef) -> (SchemaRef, Option<usize>) {
    let Some(place) = by(schema).and_then(|column| schema.index_of(column).ok()) else { return (schema.clone(), None) };
    let mut stored = schema.as_ref().clone();
    let fields = stored.fields.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, field)| field.clone());
    stored.fields = fields.collect();
    (Arc::new(stored), Some(place))
}

/// The version `schema` names itself, such as `v1`.
pub fn version(schema: &Schema) -> &str {
    schema.metadata().get(VERSION_KEY).map_or("unnamed", String::as_str)
}
