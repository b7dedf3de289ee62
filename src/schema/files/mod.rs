//! A schema to the files under `schemas/`, for validators, engines and people.
//!
//! Everything is rendered from the table of columns, so that no file can say otherwise than the code does.

mod arrow;
mod json;
mod json_schema;
mod parquet;
mod readme;
mod sql;
mod style;
mod xsd;

use super::Schema;
use super::column::{ColumnKind, Description};
use super::core;

/// Columns that every output holds, whatever else is left out of it.
const ALWAYS: [&str; 2] = [core::MRN, core::SOURCE];

named! {
    /// A way to write a schema down.
    pub enum Rendering {
        /// XML Schema 1.0 for the XML.
        Xsd = "xsd",
        /// JSON Schema 2020-12 for a document of the YAML.
        JsonSchema = "json-schema",
        /// The Arrow schema as JSON.
        Arrow = "arrow",
        /// The Parquet schema.
        Parquet = "parquet",
        /// Views for `DuckDB`.
        Sql = "sql",
        /// Views for Spark SQL.
        SparkSql = "spark-sql",
        /// A style sheet for opened XML.
        Style = "css",
        /// The columns as a table for people.
        Readme = "readme",
    }
}

impl Rendering {
    /// The name of the file under `schemas/VERSION/`.
    pub fn file_name(self) -> &'static str {
        match self {
            Rendering::Xsd => "cable.xsd",
            Rendering::JsonSchema => "cable.schema.json",
            Rendering::Arrow => "arrow.json",
            Rendering::Parquet => "parquet.txt",
            Rendering::Sql => "views.sql",
            Rendering::SparkSql => "views.spark.sql",
            Rendering::Style => "cable.css",
            Rendering::Readme => "README.md",
        }
    }

    /// The whole file.
    pub fn of(self, schema: &Schema) -> String {
        match self {
            Rendering::Xsd => xsd::render(schema),
            Rendering::JsonSchema => json_schema::render(schema),
            Rendering::Arrow => arrow::render(schema),
            Rendering::Parquet => parquet::render(schema),
            Rendering::Sql => sql::render(schema, &sql::DUCKDB),
            Rendering::SparkSql => sql::render(schema, &sql::SPARK),
            Rendering::Style => style::render(schema),
            Rendering::Readme => readme::render(schema),
        }
    }
}

/// Whether every output has the column.
fn is_always_there(column: &Description) -> bool {
    ALWAYS.contains(&column.name)
}

/// Whether a member of a struct is always written: a list is absent when it is empty.
fn is_always_written(member: &Description) -> bool {
    member.required && !matches!(member.kind, ColumnKind::List(_))
}
