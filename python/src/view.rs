//! The columns of batches, in the order in which they were asked for.

use std::sync::Arc;

use cablegram::arrow::array::RecordBatch;
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::arrow::error::ArrowError;
use cablegram::write::Columns;
use pyo3::prelude::*;

use crate::failure::{of, raised};

/// Some columns of a schema.
#[derive(Clone)]
pub struct View(SchemaRef);

impl View {
    /// Those named, in that order; all where none are named.
    pub fn new(whole: &SchemaRef, columns: Option<&[String]>) -> PyResult<View> {
        let Some(names) = columns else { return Ok(View(whole.clone())) };
        // Says which columns there are, where a name is unknown.
        Columns::Keep(names.to_vec()).places(whole).map_err(|error| raised(&error))?;
        let places = places(whole, names.iter().map(String::as_str)).map_err(failed)?;
        whole.project(&places).map(|schema| View(Arc::new(schema))).map_err(failed)
    }

    /// Their schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.0
    }

    /// These columns of a batch that has them.
    pub fn of(&self, batch: &RecordBatch) -> PyResult<RecordBatch> {
        let names = self.0.fields().iter().map(|field| field.name().as_str());
        places(batch.schema_ref(), names).and_then(|places| batch.project(&places)).map_err(failed)
    }
}

fn places<'n>(schema: &SchemaRef, names: impl Iterator<Item = &'n str>) -> Result<Vec<usize>, ArrowError> {
    names.map(|name| schema.index_of(name)).collect()
}

fn failed(error: ArrowError) -> PyErr {
    of(1, &error.to_string())
}
