//! JSON whose members keep their order, whatever features `serde_json` is built with.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// One JSON value.
pub enum JsonTree {
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A number.
    Number(i64),
    /// An array.
    List(Vec<JsonTree>),
    /// An object.
    Map(Vec<(String, JsonTree)>),
}

impl JsonTree {
    /// An object of these members.
    pub fn map<const N: usize>(members: [(&str, JsonTree); N]) -> JsonTree {
        JsonTree::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The text of a file.
    pub fn file(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("text, numbers and names of text are legal JSON");
        text.push('\n');
        text
    }
}

impl From<&str> for JsonTree {
    fn from(text: &str) -> JsonTree {
        JsonTree::Text(text.to_owned())
    }
}

impl From<String> for JsonTree {
    fn from(text: String) -> JsonTree {
        JsonTree::Text(text)
    }
}

impl Serialize for JsonTree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            JsonTree::Text(text) => serializer.serialize_str(text),
            JsonTree::Bool(truth) => serializer.serialize_bool(*truth),
            JsonTree::Number(number) => serializer.serialize_i64(*number),
            JsonTree::List(items) => serializer.collect_seq(items),
            JsonTree::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}
