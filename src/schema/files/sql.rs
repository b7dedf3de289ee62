//! Views that flatten the rows for SQL: the plain columns, each list as a table of its own, and the text as it reads.

use super::{ColumnKind, Description, Schema};
use crate::contract::item_name;

/// How an SQL dialect says what the views need.
pub struct ViewDialect {
    name: &'static str,
    /// How to make the view that all others read.
    start: &'static str,
    quote: char,
    /// Where the items of a list and their places come from: `LIST` is the list.
    items: &'static str,
    /// The place of an item, from 1.
    ordinal: &'static str,
    /// The paragraphs as one text.
    body: &'static str,
}

/// `DuckDB`
pub const DUCKDB: ViewDialect = ViewDialect {
    name: "DuckDB",
    start: "CREATE VIEW archive AS SELECT * FROM 'cables.parquet';   -- or 'cables/**/*.parquet'",
    quote: '"',
    items: "(SELECT *, unnest(LIST) AS item, generate_subscripts(LIST, 1) AS place FROM archive)",
    ordinal: "place",
    body: "array_to_string([concat_ws(chr(10), p.heading, concat_ws('. ', p.number, p.text)) FOR p IN paragraphs], \
           chr(10) || chr(10))",
};

/// Spark SQL
pub const SPARK: ViewDialect = ViewDialect {
    name: "Spark SQL",
    start: "CREATE TEMPORARY VIEW archive USING parquet OPTIONS (path 'cables/');",
    quote: '`',
    items: "archive LATERAL VIEW posexplode(LIST) AS place, item",
    ordinal: "place + 1",
    body: "array_join(transform(paragraphs, p -> concat_ws('\\n', p.heading, concat_ws('. ', p.number, p.text))), \
           '\\n\\n')",
};

/// `views.sql` and `views.spark.sql`
pub fn render(schema: &Schema, dialect: &ViewDialect) -> String {
    let columns: Vec<&Description> = schema.descriptions().collect();
    let mut text = format!(
        "-- cablegram schema {} in {}: views over a view named archive, which you make first:\n--   {}\n",
        schema.version(),
        dialect.name,
        dialect.start
    );
    text.push_str(&view(
        dialect,
        "cables",
        "One row a cable; groups flattened, lists as they are.",
        &flat(dialect, &columns),
        "archive",
    ));
    for column in &columns {
        if let ColumnKind::List(item) = &column.kind {
            text.push_str(&list_view(dialect, &columns, column, item));
        }
    }
    if columns.iter().any(|column| column.name == "paragraphs") {
        let mut fields = keys(dialect, &columns);
        fields.push(format!("{} AS body", dialect.body));
        text.push_str(&view(dialect, "bodies", "The text of each cable as it reads.", &fields, "archive"));
    }
    text
}

fn view(dialect: &ViewDialect, name: &str, doc: &str, fields: &[String], from: &str) -> String {
    let name = quoted(dialect, name);
    let temporary = if dialect.quote == '`' { "TEMPORARY " } else { "" };
    format!(
        "\n-- {doc}\nCREATE OR REPLACE {temporary}VIEW {name} AS\nSELECT\n  {}\nFROM {from};\n",
        fields.join(",\n  ")
    )
}

/// A list as a table: the keys of the cable, the place of the item, and the item.
fn list_view(dialect: &ViewDialect, columns: &[&Description], list: &Description, item: &ColumnKind) -> String {
    let mut fields = keys(dialect, columns);
    fields.push(format!("{} AS ordinal", dialect.ordinal));
    match item {
        ColumnKind::Struct(members) => {
            let member = |member: &Description| format!("item.{0} AS {0}", quoted(dialect, member.name));
            fields.extend(members.iter().map(member));
        }
        _ => fields.push(format!("item AS {}", quoted(dialect, item_name(list.name)))),
    }
    let from = dialect.items.replace("LIST", &quoted(dialect, list.name));
    view(dialect, list.name, list.doc, &fields, &from)
}

/// The columns, groups flattened.
fn flat(dialect: &ViewDialect, columns: &[&Description]) -> Vec<String> {
    let mut fields = Vec::new();
    for column in columns {
        match &column.kind {
            ColumnKind::Struct(members) => {
                fields.extend(members.iter().map(|member| flat_member(dialect, column, member)))
            }
            _ => fields.push(quoted(dialect, column.name)),
        }
    }
    fields
}

fn flat_member(dialect: &ViewDialect, group: &Description, member: &Description) -> String {
    let alias = quoted(dialect, &format!("{}_{}", group.name, member.name));
    format!("{}.{} AS {alias}", quoted(dialect, group.name), quoted(dialect, member.name))
}

/// What tells the cable of an item.
fn keys(dialect: &ViewDialect, columns: &[&Description]) -> Vec<String> {
    let mut keys = Vec::new();
    for column in columns.iter().filter(|column| super::is_always_there(column)) {
        match &column.kind {
            ColumnKind::Struct(members) => {
                let key = |member: &&Description| ["path", "member", "start"].contains(&member.name);
                keys.extend(members.iter().filter(key).map(|member| flat_member(dialect, column, member)));
            }
            _ => keys.push(quoted(dialect, column.name)),
        }
    }
    keys
}

fn quoted(dialect: &ViewDialect, name: &str) -> String {
    format!("{0}{name}{0}", dialect.quote)
}
