//! The Arrow schema, in the JSON of Arrow's own integration tests, with a `doc` beside each field.

use super::json::Json;
use super::{Description, Kind, Schema};
use crate::contract::{NATURE_KEY, PLACE_KEY, VERSION_KEY};

/// `arrow.json`
pub fn render(schema: &Schema) -> String {
    let fields = schema.descriptions().map(field).collect();
    let metadata = metadata(&[(VERSION_KEY, Some(schema.version()))]);
    Json::map([("schema", Json::map([("fields", Json::List(fields)), ("metadata", metadata)]))]).file()
}

fn field(description: &Description) -> Json {
    let hints = [(PLACE_KEY, description.place.name()), (NATURE_KEY, description.nature.name())];
    Json::map([
        ("name", description.name.into()),
        ("doc", description.doc.into()),
        ("nullable", Json::Bool(!description.required)),
        ("type", kind(&description.kind)),
        ("children", Json::List(children(&description.kind))),
        ("metadata", metadata(&hints)),
    ])
}

fn element(element: &Kind) -> Json {
    Json::map([
        ("name", "element".into()),
        ("nullable", Json::Bool(false)),
        ("type", kind(element)),
        ("children", Json::List(children(element))),
    ])
}

fn children(kind: &Kind) -> Vec<Json> {
    match kind {
        Kind::List(item) => vec![element(item)],
        Kind::Struct(members) => members.iter().map(field).collect(),
        _ => Vec::new(),
    }
}

fn kind(kind: &Kind) -> Json {
    let integer = |bits| [("name", "int".into()), ("bitWidth", Json::Number(bits)), ("isSigned", Json::Bool(true))];
    match kind {
        Kind::Text => Json::map([("name", "utf8".into())]),
        Kind::Int => Json::map(integer(32)),
        Kind::Long => Json::map(integer(64)),
        Kind::Bool => Json::map([("name", "bool".into())]),
        Kind::Date => Json::map([("name", "date".into()), ("unit", "DAY".into())]),
        Kind::Instant => {
            Json::map([("name", "timestamp".into()), ("unit", "MICROSECOND".into()), ("timezone", "UTC".into())])
        }
        Kind::List(_) => Json::map([("name", "list".into())]),
        Kind::Struct(_) => Json::map([("name", "struct".into())]),
    }
}

fn metadata(pairs: &[(&str, Option<&str>)]) -> Json {
    let pair = |(key, value): &(&str, Option<&str>)| {
        value.map(|value| Json::map([("key", (*key).into()), ("value", value.into())]))
    };
    Json::List(pairs.iter().filter_map(pair).collect())
}
