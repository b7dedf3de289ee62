//! The Arrow schema, in the JSON of Arrow's own integration tests, with a `doc` beside each field.

use super::json::JsonTree;
use super::{ColumnKind, Description, Schema};
use crate::contract::{NATURE_KEY, PLACE_KEY, VERSION_KEY};

/// `arrow.json`
pub fn render(schema: &Schema) -> String {
    let fields = schema.descriptions().map(field).collect();
    let metadata = metadata(&[(VERSION_KEY, Some(schema.version()))]);
    JsonTree::map([("schema", JsonTree::map([("fields", JsonTree::List(fields)), ("metadata", metadata)]))]).file()
}

fn field(description: &Description) -> JsonTree {
    let hints = [(PLACE_KEY, description.place.name()), (NATURE_KEY, description.nature.name())];
    JsonTree::map([
        ("name", description.name.into()),
        ("doc", description.doc.into()),
        ("nullable", JsonTree::Bool(!description.required)),
        ("type", kind(&description.kind)),
        ("children", JsonTree::List(children(&description.kind))),
        ("metadata", metadata(&hints)),
    ])
}

fn element(element: &ColumnKind) -> JsonTree {
    JsonTree::map([
        ("name", "element".into()),
        ("nullable", JsonTree::Bool(false)),
        ("type", kind(element)),
        ("children", JsonTree::List(children(element))),
    ])
}

fn children(kind: &ColumnKind) -> Vec<JsonTree> {
    match kind {
        ColumnKind::List(item) => vec![element(item)],
        ColumnKind::Struct(members) => members.iter().map(field).collect(),
        _ => Vec::new(),
    }
}

fn kind(kind: &ColumnKind) -> JsonTree {
    let integer =
        |bits| [("name", "int".into()), ("bitWidth", JsonTree::Number(bits)), ("isSigned", JsonTree::Bool(true))];
    match kind {
        ColumnKind::Text => JsonTree::map([("name", "utf8".into())]),
        ColumnKind::Int => JsonTree::map(integer(32)),
        ColumnKind::Long => JsonTree::map(integer(64)),
        ColumnKind::Bool => JsonTree::map([("name", "bool".into())]),
        ColumnKind::Date => JsonTree::map([("name", "date".into()), ("unit", "DAY".into())]),
        ColumnKind::Instant => {
            JsonTree::map([("name", "timestamp".into()), ("unit", "MICROSECOND".into()), ("timezone", "UTC".into())])
        }
        ColumnKind::List(_) => JsonTree::map([("name", "list".into())]),
        ColumnKind::Struct(_) => JsonTree::map([("name", "struct".into())]),
    }
}

fn metadata(pairs: &[(&str, Option<&str>)]) -> JsonTree {
    let pair = |(key, value): &(&str, Option<&str>)| {
        value.map(|value| JsonTree::map([("key", (*key).into()), ("value", value.into())]))
    };
    JsonTree::List(pairs.iter().filter_map(pair).collect())
}
