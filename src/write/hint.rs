//! What schemas tell writers about a field, as field metadata: text keys and values, so that neither imports the other.

use arrow::datatypes::{Field, Schema};

/// Key of the schema metadata that names the schema version.
pub const VERSION_KEY: &str = "cablegram:schema";
/// Key of the schema metadata that names the columns of an output that leaves others out, parted by blanks.
pub const COLUMNS_KEY: &str = "cablegram:columns";
/// Key of the field metadata that says where a value stands in XML.
const PLACE_KEY: &str = "cablegram:xml";
/// Key of the field metadata that says what the values are like.
const NATURE_KEY: &str = "cablegram:nature";

/// Where a value stands in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A child element.
    Child,
    /// An attribute.
    Attribute,
    /// The element's own text.
    OwnText,
}

/// What the values of a field are like, for formats that store each kind its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Nothing is known.
    Usual,
    /// Long text that hardly repeats.
    Prose,
    /// Nearly unique values that rows are looked up by.
    Key,
}

/// Where the values of `field` stand in XML.
pub fn place(field: &Field) -> Place {
    match field.metadata().get(PLACE_KEY).map(String::as_str) {
        Some("attribute") => Place::Attribute,
        Some("text") => Place::OwnText,
        _ => Place::Child,
    }
}

/// What the values of `field` are like.
pub fn nature(field: &Field) -> Nature {
    match field.metadata().get(NATURE_KEY).map(String::as_str) {
        Some("prose") => Nature::Prose,
        Some("key") => Nature::Key,
        _ => Nature::Usual,
    }
}

/// The columns of an output that leaves others out, parted by blanks.
pub fn columns(schema: &Schema) -> Option<&str> {
    schema.metadata().get(COLUMNS_KEY).map(String::as_str)
}

/// The version `schema` names itself, such as `v1`.
pub fn version(schema: &Schema) -> &str {
    schema.metadata().get(VERSION_KEY).map_or("unnamed", String::as_str)
}
