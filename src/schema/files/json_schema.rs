//! JSON Schema 2020-12 for one document of the YAML.
//!
//! Value sets are described, never enumerated: a new value must not break an old validator.

use super::json::JsonTree;
use super::{ColumnKind, Description, Schema, is_always_there, is_always_written};

/// `cable.schema.json`
pub fn render(schema: &Schema) -> String {
    let version = schema.version();
    let mut properties =
        vec![("schema".to_owned(), described("Version of the schema.", vec![("const", version.into())]))];
    properties.extend(schema.descriptions().map(property));
    let mut required = vec![JsonTree::from("schema")];
    required.extend(schema.descriptions().filter(|column| is_always_there(column)).map(|column| column.name.into()));
    JsonTree::map([
        ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
        ("$id", format!("urn:cablegram:schema:{version}").into()),
        ("title", format!("cablegram schema {version}").into()),
        ("description", "One diplomatic cable: one document of the YAML. What is absent is null or empty.".into()),
        ("type", "object".into()),
        ("properties", JsonTree::Map(properties)),
        ("required", JsonTree::List(required)),
        ("additionalProperties", JsonTree::Bool(false)),
    ])
    .file()
}

fn property(description: &Description) -> (String, JsonTree) {
    (description.name.to_owned(), described(description.doc, kind(&description.kind)))
}

fn described(doc: &str, kind: Vec<(&str, JsonTree)>) -> JsonTree {
    let members = [("description", doc.into())].into_iter().chain(kind);
    JsonTree::Map(members.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn kind(kind: &ColumnKind) -> Vec<(&'static str, JsonTree)> {
    match kind {
        ColumnKind::Text => vec![("type", "string".into())],
        ColumnKind::Int => vec![
            ("type", "integer".into()),
            ("minimum", JsonTree::Number(i32::MIN.into())),
            ("maximum", JsonTree::Number(i32::MAX.into())),
        ],
        ColumnKind::Long => vec![("type", "integer".into())],
        ColumnKind::Bool => vec![("type", "boolean".into())],
        ColumnKind::Date => vec![("type", "string".into()), ("format", "date".into())],
        ColumnKind::Instant => vec![("type", "string".into()), ("format", "date-time".into())],
        ColumnKind::List(item) => {
            let item = self::kind(item).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            vec![("type", "array".into()), ("items", JsonTree::Map(item))]
        }
        ColumnKind::Struct(members) => object(members),
    }
}

fn object(members: &[Description]) -> Vec<(&'static str, JsonTree)> {
    let required = members.iter().filter(|member| is_always_written(member)).map(|member| member.name.into());
    vec![
        ("type", "object".into()),
        ("properties", JsonTree::Map(members.iter().map(property).collect())),
        ("required", JsonTree::List(required.collect())),
        ("additionalProperties", JsonTree::Bool(false)),
    ]
}
