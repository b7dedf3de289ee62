//! What schemas tell writers about a field, as field metadata: text keys and values, so that neither imports the other.

use arrow::datatypes::{Field, Schema};

use crate::contract::{COLUMNS_KEY, NATURE_KEY, PLACE_KEY, VERSION_KEY};
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

/// The version `schema` names itself, such as `v1`.
pub fn version(schema: &Schema) -> &str {
    schema.metadata().get(VERSION_KEY).map_or("unnamed", String::as_str)
}
