//! Which columns of a schema an output holds.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};

use super::{Batch, Sink, Staged};
use crate::contract::COLUMNS_KEY;
use crate::error::{Error, Result};

/// A choice of columns; their order is always the schema's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Columns {
    /// All of them.
    #[default]
    All,
    /// Only these.
    Keep(Vec<String>),
    /// All but these.
    Drop(Vec<String>),
}

impl Columns {
    /// The places of the chosen columns in `schema`; refuses names it does not have.
    pub fn places(&self, schema: &SchemaRef) -> Result<Vec<usize>> {
        let all = 0..schema.fields().len();
        let places: Vec<usize> = match self {
            Columns::All => all.collect(),
            Columns::Keep(names) | Columns::Drop(names) => {
                let (named, keeps) = (find_all(schema, names)?, matches!(self, Columns::Keep(_)));
                all.filter(|place| named.contains(place) == keeps).collect()
            }
        };
        if places.is_empty() {
            return Err(Error::usage("no column is left: name one that is written".to_owned()));
        }
        Ok(places)
    }

    /// The schema of the chosen columns, which names them.
    pub fn narrow(&self, schema: &SchemaRef, places: &[usize]) -> Result<Schema> {
        let narrowed = schema.project(places).map_err(|error| Error::format(error.to_string()))?;
        Ok(naming_columns(narrowed))
    }
}

/// The schema of an output that leaves columns out, which names those it has: a text format could not tell a column that
/// was left out from one that is null.
pub fn naming_columns(mut schema: Schema) -> Schema {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let names = names.join(" ");
    schema.metadata.insert(COLUMNS_KEY.to_owned(), names);
    schema
}

/// The place of the column `name`.
pub fn find(schema: &SchemaRef, name: &str) -> Result<usize> {
    schema.index_of(name).map_err(|_| {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        Error::usage(format!("the schema has no column {name:?}; it has {}", names.join(" ")))
    })
}

fn find_all(schema: &SchemaRef, names: &[String]) -> Result<Vec<usize>> {
    names.iter().map(|name| find(schema, name)).collect()
}

/// Passes only some columns on.
pub struct Projected {
    pub places: Vec<usize>,
    pub pool: Arc<rayon::ThreadPool>,
    pub sink: Box<dyn Sink>,
}

impl Sink for Projected {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        let narrow = self.pool.install(|| rows.project(&self.places))?;
        self.sink.write(&narrow)
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        self.sink.complete()
    }
}
