//! JSON whose members keep their order, whatever features `serde_json` is built with.

use serde::{Serialize, Serializer};

/// One JSON value.
#[derive(Serialize)]
#[serde(untagged)]
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
    Map(#[serde(serialize_with = "members")] Vec<(String, JsonTree)>),
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

fn members<S: Serializer>(members: &[(String, JsonTree)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
}
