//! The columns as a table for people.

use super::{ColumnKind, Description, Rendering, Schema};
use crate::contract::XmlPlace;

/// `README.md`
pub fn render(schema: &Schema) -> String {
    let mut text = format!("# cablegram schema {}\n\n{INTRODUCTION}", schema.version());
    for rendering in Rendering::ALL.iter().copied().filter(|rendering| *rendering != Rendering::Readme) {
        text.push_str(&format!("- `{}`: {}\n", rendering.file_name(), purpose(rendering)));
    }
    text.push_str(TABLE);
    if schema.descriptions().any(|column| column.name == "record") {
        text.push_str(RECORD);
    }
    text.push_str(HEAD);
    schema.descriptions().for_each(|column| put(&mut text, "", column));
    text
}

const INTRODUCTION: &str = "\
One row a cable. This file and those beside it are rendered from one table in the source and never edited by hand;
`cablegram schema show` prints them.

";

const TABLE: &str = "
`!` is never null. A list is never null: nothing is the empty list. In XML, `@` is an attribute, `=` the element's own
text, the rest are child elements; XML and YAML leave out what is null or empty. A row is told apart from all others by
`source.path`, `source.member` and `source.start`; `mrn` repeats where a cable has versions.

";

/// What is to be known of the column of that name.
const RECORD: &str = "\
`record` is what a keeper says of the cable, an archive or a publisher, and never fills a column of the cable itself. It is
never null: where no keeper speaks it is empty, and XML, YAML and JSON Lines leave it out.

";

const HEAD: &str = "\
| column | type | XML | what |
|---|---|---|---|
";

fn purpose(rendering: Rendering) -> &'static str {
    match rendering {
        Rendering::Xsd => "XML Schema 1.0 for the XML: `xmllint --noout --schema cable.xsd cables.xml`",
        Rendering::JsonSchema => "JSON Schema 2020-12 for each document of the YAML",
        Rendering::Arrow => "the Arrow schema",
        Rendering::Parquet => "the Parquet schema",
        Rendering::Sql => "views for DuckDB: each list as a table of its own, and the text as it reads",
        Rendering::SparkSql => "the same views for Spark SQL",
        Rendering::Style => {
            "a style sheet for browsers: put it beside `cables.xml`, written with `-o xml,stylesheet=cable.css:cables.xml`; \
             for `per=cable`, write `stylesheet=../../cable.css`"
        }
        Rendering::Readme => "this file",
    }
}

fn put(text: &mut String, above: &str, column: &Description) {
    let name = format!("{above}{}", column.name);
    let promise = if column.required { "!" } else { "" };
    let place = match column.place {
        XmlPlace::Child => "",
        XmlPlace::Attribute => "@",
        XmlPlace::OwnText => "=",
    };
    let doc = column.doc.replace('|', "\\|");
    text.push_str(&format!("| `{name}`{promise} | {} | {place} | {doc} |\n", kind(&column.kind)));
    members(&column.kind).iter().for_each(|member| put(text, &format!("{name}."), member));
}

fn members(kind: &ColumnKind) -> &[Description] {
    match kind {
        ColumnKind::Struct(members) => members,
        ColumnKind::List(item) => members(item),
        _ => &[],
    }
}

fn kind(kind: &ColumnKind) -> String {
    match kind {
        ColumnKind::Text => "text".to_owned(),
        ColumnKind::Int => "int".to_owned(),
        ColumnKind::Long => "long".to_owned(),
        ColumnKind::Bool => "bool".to_owned(),
        ColumnKind::Date => "date".to_owned(),
        ColumnKind::Instant => "timestamp, UTC".to_owned(),
        ColumnKind::List(item) => format!("list of {}", self::kind(item)),
        ColumnKind::Struct(_) => "struct".to_owned(),
    }
}
