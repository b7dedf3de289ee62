//! Views that flatten the rows for SQL: the plain columns, each list as a table of its own, and the text as it reads.

use super::{ColumnKind, Description, Schema, core};
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
    /// The value of the record field `NAME`.
    record_field: &'static str,
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
    record_field: "[f.value FOR f IN record_fields IF f.name = 'NAME'][1]",
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
    record_field: "get(filter(record_fields, f -> f.name = 'NAME'), 0).value",
};

/// Attributes of the National Archives' records, and the column that holds each; the others are record fields.
const ATTRIBUTES: [(&str, &str); 41] = [
    ("Document Number", "record.number"),
    ("Draft Date", "record.drafted_on"),
    ("From", "origin"),
    ("To", "record.recipients"),
    ("Subject", "title"),
    ("TAGS", "record.tags"),
    ("Concepts", "record.concepts"),
    ("Reference", "record.cited_mrns"),
    ("Film Number", "record.film_number"),
    ("Office", "record.office"),
    ("Locator", ""),
    ("Original Classification", "classification"),
    ("Original Handling Restrictions", "controls"),
    ("Previous Classification", ""),
    ("Previous Handling Restrictions", ""),
    ("Current Classification", ""),
    ("Handling Restrictions", "record.restrictions"),
    ("Channel Indicators", "record.channels"),
    ("Previous Channel Indicators", ""),
    ("Drafter", ""),
    ("Executive Order", ""),
    ("Enclosure", ""),
    ("Disposition Action", ""),
    ("Disposition Date", "record.released_on"),
    ("Disposition Authority", "record.release_authority"),
    ("Disposition Case Number", "record.case_number"),
    ("Disposition Comment", ""),
    ("Review Action", ""),
    ("Review Date", ""),
    ("Review Authority", ""),
    ("Review Exemptions", "record.release_exemptions"),
    ("Review History", ""),
    ("Review Withdrawn Fields", ""),
    ("Markings", ""),
    ("Copy", ""),
    ("Document Source", ""),
    ("Errors", ""),
    ("Line Count", ""),
    ("Page Count", ""),
    ("Legacy Key", ""),
    ("Status", ""),
];

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
    let is_first = schema.version() == Schema::v1().version();
    for column in &columns {
        match &column.kind {
            ColumnKind::List(item) => text.push_str(&list_view(dialect, &columns, None, column, item)),
            // Version 1 was released without views of these.
            ColumnKind::Struct(members) if !is_first => {
                for member in members {
                    if let ColumnKind::List(item) = &member.kind {
                        text.push_str(&list_view(dialect, &columns, Some(column), member, item));
                    }
                }
            }
            _ => {}
        }
    }
    if !is_first {
        text.push_str(&archive_view(dialect, &columns));
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

/// The records of the National Archives by the names of their attributes.
fn archive_view(dialect: &ViewDialect, columns: &[&Description]) -> String {
    let mut fields = keys(dialect, columns);
    fields.extend(ATTRIBUTES.iter().map(|(name, column)| {
        let value = match column.split_once('.') {
            Some((group, member)) => format!("{}.{}", quoted(dialect, group), quoted(dialect, member)),
            None if column.is_empty() => dialect.record_field.replace("NAME", name),
            None => quoted(dialect, column),
        };
        format!("{value} AS {}", quoted(dialect, name))
    }));
    let doc = "Records of the National Archives by the names of their attributes; null where a record says nothing.";
    view(dialect, "national_archives", doc, &fields, "archive")
}

/// A list, perhaps of a group, as a table: the keys of the cable, the place of the item, and the item.
fn list_view(
    dialect: &ViewDialect,
    columns: &[&Description],
    group: Option<&Description>,
    list: &Description,
    item: &ColumnKind,
) -> String {
    let mut fields = keys(dialect, columns);
    fields.push(format!("{} AS ordinal", dialect.ordinal));
    match item {
        ColumnKind::Struct(members) => {
            let member = |member: &Description| format!("item.{0} AS {0}", quoted(dialect, member.name));
            fields.extend(members.iter().map(member));
        }
        _ => fields.push(format!("item AS {}", quoted(dialect, item_name(list.name)))),
    }
    let (name, path) = match group {
        None => (list.name.to_owned(), quoted(dialect, list.name)),
        Some(group) => (
            format!("{}_{}", group.name, list.name),
            format!("{}.{}", quoted(dialect, group.name), quoted(dialect, list.name)),
        ),
    };
    view(dialect, &name, list.doc, &fields, &dialect.items.replace("LIST", &path))
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
                let key = |member: &&Description| core::PLACE.contains(&member.name);
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
