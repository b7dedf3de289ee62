//! Bytes in memory to rows in memory.

use std::collections::VecDeque;

use cablegram::arrow::array::{Array, AsArray, RecordBatch};
use cablegram::arrow::compute::concat_batches;
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::convert::{Batches, Outcome, StopFlag, Summary};
use cablegram::write::Columns;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyCapsule, PyDict, PyList};

use crate::failure::{Unreadable, counted, interruptible, of, raised, raised_by_arrow, unreadable, usage};
use crate::options::Options;
use crate::view::View;
use crate::{capsule, values};

/// The column that says which document a row is of.
const SOURCE: &str = "source";

/// Rows in memory.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Batch {
    view: View,
    rows: Vec<RecordBatch>,
    documents: Vec<i32>,
    summary: Summary,
    bad: Vec<Outcome>,
}

/// Reads documents that are in memory.
#[pyfunction]
pub fn parse_batch(
    py: Python<'_>,
    paths: Vec<String>,
    contents: Vec<PyBackedBytes>,
    options: &Bound<'_, PyDict>,
    columns: Option<Vec<String>>,
) -> PyResult<Batch> {
    if paths.len() != contents.len() {
        return Err(usage(format!("{} paths for {} contents; give one for each", paths.len(), contents.len())));
    }
    let stop = StopFlag::default();
    let mut rules = Options(options).rules(columns.clone(), stop.clone())?;
    let view = View::new(rules.schema.arrow(), columns.as_deref())?;
    if let Columns::Keep(names) = &mut rules.columns {
        names.push(SOURCE.to_owned());
    }
    interruptible(py, &stop, move || {
        let documents = paths.clone().into_iter().zip(contents).map(|(path, bytes)| (path, bytes.to_vec()));
        let mut batches = Batches::from_bytes(documents, rules).map_err(|error| raised(&error))?;
        let (mut rows, mut places) = (Vec::new(), Places { paths: &paths, at: 0, found: Vec::new() });
        while let Some(batch) = batches.next() {
            let batch = batch.map_err(|error| raised_by_arrow(&error, &batches.take_bad()))?;
            places.add(&batch);
            rows.push(view.of(&batch)?);
        }
        let documents = places.found;
        Ok(Batch { view, rows, documents, summary: batches.summary(), bad: batches.take_bad() })
    })?
}

/// The place of each row's document: rows come in the order of the documents.
struct Places<'p> {
    paths: &'p [String],
    at: usize,
    found: Vec<i32>,
}

impl Places<'_> {
    fn add(&mut self, batch: &RecordBatch) {
        let source = batch.column_by_name(SOURCE).and_then(|source| source.as_struct_opt());
        let Some(paths) = source.and_then(|source| source.column_by_name("path")) else { return };
        let paths = paths.as_string::<i32>();
        for row in 0..paths.len() {
            let after = self.paths[self.at..].iter().position(|given| given == paths.value(row));
            self.at += after.unwrap_or(0);
            self.found.push(i32::try_from(self.at).unwrap_or(i32::MAX));
        }
    }
}

#[pymethods]
impl Batch {
    fn rows(&self) -> usize {
        self.rows.iter().map(RecordBatch::num_rows).sum()
    }

    /// For each row the place of its document.
    fn documents(&self) -> Vec<i32> {
        self.documents.clone()
    }

    /// The documents and records that cannot be read.
    fn unreadable(&self) -> Vec<Unreadable> {
        unreadable(&self.bad)
    }

    fn arrow_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, self.view.schema())
    }

    fn arrow_array<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let rows = py.detach(|| concat_batches(self.view.schema(), &self.rows));
        capsule::of_batch(py, &rows.map_err(|error| of(1, &error.to_string()))?)
    }

    fn arrow_stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let rows = self.rows.iter().cloned().collect();
        capsule::of_stream(py, Box::new(Kept { schema: self.view.schema().clone(), rows }))
    }

    fn summary(&self) -> String {
        counted(&self.summary, &self.bad)
    }

    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for rows in &self.rows {
            values::append(&list, rows)?;
        }
        Ok(list)
    }
}

/// A stream of batches that are there already.
struct Kept {
    schema: SchemaRef,
    rows: VecDeque<RecordBatch>,
}

impl capsule::Source for Kept {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        Ok(self.rows.pop_front())
    }
}
