//! JSON Schema 2020-12 for one document of the YAML.
//!
//! Value sets are described, never enumerated: a new value must not break an old validator.

use super::json::Json;
use super::{Description, Kind, Schema, is_always_there, is_always_written};

/// `cable.schema.json`
pub fn render(schema: &Schema) -> String {
    let version = schema.version();
    let mut properties =
        vec![("schema".to_owned(), described("Version of the schema.", vec![("const", version.into())]))];
    properties.extend(schema.descriptions().map(property));
    let mut required = vec![Json::from("schema")];
    required.extend(schema.descriptions().filter(|column| is_always_there(column)).map(|column| column.name.into()));
    Json::map([
        ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
        ("$id", format!("urn:cablegram:schema:{version}").into()),
        ("title", format!("cablegram schema {version}").into()),
        ("description", "One diplomatic cable: one document of the YAML. What is absent is null or empty.".into()),
        ("type", "object".into()),
        ("properties", Json::Map(properties)),
        ("required", Json::List(required)),
        ("additionalProperties", Json::Bool(false)),
    ])
    .file()
}

fn property(description: &Description) -> (String, Json) {
    (description.name.to_owned(), described(description.doc, kind(&description.kind)))
}

fn described(doc: &str, kind: Vec<(&str, Json)>) -> Json {
    let members = [("description", doc.into())].into_iter().chain(kind);
    Json::Map(members.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn kind(kind: &Kind) -> Vec<(&'static str, Json)> {
    match kind {
        Kind::Text => vec![("type", "string".into())],
        Kind::Int => vec![
            ("type", "integer".into()),
            ("minimum", Json::Number(i32::MIN.into())),
            ("maximum", Json::Number(i32::MAX.into())),
        ],
        Kind::Long => vec![("type", "integer".into())],
        Kind::Bool => vec![("type", "boolean".into())],
        Kind::Date => vec![("type", "string".into()), ("format", "date".into())],
        Kind::Instant => vec![("type", "string".into()), ("format", "date-time".into())],
        Kind::List(item) => {
            let item = self::kind(item).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            vec![("type", "array".into()), ("items", Json::Map(item))]
        }
        Kind::Struct(members) => object(members),
    }
}

fn object(members: &[Description]) -> Vec<(&'static str, Json)> {
    let required = members.iter().filter(|member| is_always_written(member)).map(|member| member.name.into());
    vec![
        ("type", "object".into()),
        ("properties", Json::Map(members.iter().map(property).collect())),
        ("required", Json::List(required.collect())),
        ("additionalProperties", Json::Bool(false)),
    ]
}
