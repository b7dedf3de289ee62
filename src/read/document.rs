//! Documents of maps and lists back into rows, led by the fields of the schema: the inverse of `write::document`.
//!
//! What the schema does not know is an error, so nothing can grow deeper or wider than a row.

use std::fmt;

use arrow::datatypes::{DataType, Field, Fields};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::node::Node;
use crate::write::document::{COLUMNS_KEY, SCHEMA_KEY};

/// A row: the `schema` key, perhaps the names of the columns, and one key a field.
pub struct RowShape<'s> {
    /// The columns.
    pub fields: &'s Fields,
    /// The version that the row must name.
    pub version: &'s str,
    /// The names of the columns, where not all are there.
    pub columns: Option<&'s str>,
}

impl<'de> DeserializeSeed<'de> for RowShape<'_> {
    type Value = Vec<Node>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowShape<'_> {
    type Value = Vec<Node>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the columns of a cable")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Vec<Node>, A::Error> {
        let mut nodes: Vec<Node> = self.fields.iter().map(|field| Node::absent(field)).collect();
        while let Some(key) = map.next_key::<String>()? {
            if key == SCHEMA_KEY {
                let version: String = map.next_value()?;
                if version != self.version {
                    return Err(serde::de::Error::custom("documents name different schemas"));
                }
                continue;
            }
            if key == COLUMNS_KEY {
                let columns: String = map.next_value()?;
                if Some(columns.as_str()) != self.columns {
                    return Err(serde::de::Error::custom("documents name different columns"));
                }
                continue;
            }
            let index = self.fields.iter().position(|field| *field.name() == key);
            let index = index.ok_or_else(|| serde::de::Error::custom(format!("{key:?} is not in the schema")))?;
            nodes[index] = map.next_value_seed(FieldValue(&self.fields[index]))?;
        }
        Ok(nodes)
    }
}

/// The value of one field.
struct FieldValue<'s>(&'s Field);

impl<'de> DeserializeSeed<'de> for FieldValue<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Node, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for FieldValue<'_> {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} as {}", self.0.name(), self.0.data_type())
    }

    fn visit_none<E>(self) -> std::result::Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_unit<E>(self) -> std::result::Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Node, D::Error> {
        match self.0.data_type() {
            DataType::List(_) => deserializer.deserialize_seq(self),
            DataType::Struct(_) => deserializer.deserialize_map(self),
            DataType::Int32 | DataType::Int64 => deserializer.deserialize_i64(self),
            DataType::Boolean => deserializer.deserialize_bool(self),
            _ => deserializer.deserialize_string(self),
        }
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Node, E> {
        Ok(Node::Int(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> std::result::Result<Node, E> {
        i64::try_from(number).map(Node::Int).map_err(E::custom)
    }

    fn visit_bool<E>(self, truth: bool) -> std::result::Result<Node, E> {
        Ok(Node::Bool(truth))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> std::result::Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Node, A::Error> {
        let DataType::List(item) = self.0.data_type() else { return Err(unexpected("a list", self.0)) };
        let mut nodes = Vec::new();
        while let Some(node) = items.next_element_seed(FieldValue(item))? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Node, A::Error> {
        let DataType::Struct(fields) = self.0.data_type() else { return Err(unexpected("a map", self.0)) };
        let mut nodes: Vec<Node> = fields.iter().map(|field| Node::absent(field)).collect();
        while let Some(key) = map.next_key::<String>()? {
            let index = fields.iter().position(|field| *field.name() == key);
            let index = index.ok_or_else(|| serde::de::Error::custom(format!("{key:?} is not in the schema")))?;
            nodes[index] = map.next_value_seed(FieldValue(&fields[index]))?;
        }
        Ok(Node::Struct(nodes))
    }
}

fn unexpected<E: serde::de::Error>(what: &str, field: &Field) -> E {
    E::custom(format!("found {what} where {} is expected", field.name()))
}
