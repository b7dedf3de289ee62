//! JSON whose members keep their order, whatever features `serde_json` is built with.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// One JSON value.
pub enum Json {
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A number.
    Number(i64),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(Vec<(String, Json)>),
}

impl Json {
    /// An object of these members.
    pub fn map<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The text of a file.
    pub fn file(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("text, numbers and names of text are legal JSON");
        text.push('\n');
        text
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Text(text) => serializer.serialize_str(text),
            Json::Bool(truth) => serializer.serialize_bool(*truth),
            Json::Number(number) => serializer.serialize_i64(*number),
            Json::List(items) => serializer.collect_seq(items),
            Json::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}
