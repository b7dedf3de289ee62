//! The Parquet schema, in the language of Parquet's own tools.

use std::fmt::Write;

use super::{ColumnKind, Description, Schema};

/// `parquet.txt`
pub fn render(schema: &Schema) -> String {
    let mut text = String::from("message arrow_schema {\n");
    schema.descriptions().for_each(|column| put_field(&mut text, 1, column));
    text.push_str("}\n");
    text
}

fn put_field(text: &mut String, level: usize, field: &Description) {
    let repetition = if field.required { "REQUIRED" } else { "OPTIONAL" };
    put(text, level, repetition, field.name, &field.kind);
}

fn put(text: &mut String, level: usize, repetition: &str, name: &str, kind: &ColumnKind) {
    let indent = "  ".repeat(level);
    let opening = format!("{indent}{repetition} ");
    text.push_str(&opening);
    // A string takes every text.
    let written = match kind {
        ColumnKind::Text => writeln!(text, "BYTE_ARRAY {name} (STRING);"),
        ColumnKind::Int => writeln!(text, "INT32 {name};"),
        ColumnKind::Long => writeln!(text, "INT64 {name};"),
        ColumnKind::Bool => writeln!(text, "BOOLEAN {name};"),
        ColumnKind::Date => writeln!(text, "INT32 {name} (DATE);"),
        ColumnKind::Instant => writeln!(text, "INT64 {name} (TIMESTAMP(MICROS,true));"),
        ColumnKind::List(item) => {
            text.push_str(&format!("group {name} (LIST) {{\n{indent}  REPEATED group list {{\n"));
            put(text, level + 2, "REQUIRED", "element", item);
            writeln!(text, "{indent}  }}\n{indent}}}")
        }
        ColumnKind::Struct(members) => {
            text.push_str(&format!("group {name} {{\n"));
            members.iter().for_each(|member| put_field(text, level + 1, member));
            writeln!(text, "{indent}}}")
        }
    };
    written.expect("a string takes every text");
}
