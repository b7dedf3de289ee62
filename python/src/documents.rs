//! Bytes in memory to rows in memory.

use cablegram::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use cablegram::arrow::compute::concat_batches;
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::convert::{self, Batches, StopFlag, Summary};
use cablegram::write::Columns;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyCapsule, PyDict, PyList};

use crate::failure::{interruptible, of, raised, usage};
use crate::options::Options;
use crate::{capsule, values};

/// The column that says which document a row is of.
const SOURCE: &str = "source";

/// Rows in memory.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Batch {
    rows: RecordBatch,
    documents: Vec<i32>,
    summary: Summary,
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
    let asked = rules.columns.places(rules.schema.arrow()).map_err(|error| raised(&error))?;
    if let Columns::Keep(names) = &mut rules.columns {
        names.push(SOURCE.to_owned());
    }
    let whole = rules.schema.arrow().clone();
    let order = columns.unwrap_or_else(|| asked.iter().map(|&place| whole.field(place).name().clone()).collect());
    interruptible(py, &stop, move || {
        let documents = paths.clone().into_iter().zip(contents).map(|(path, bytes)| (path, bytes.to_vec()));
        let documents: Box<dyn Iterator<Item = (String, Vec<u8>)> + Send> = Box::new(documents);
        let mut batches = Batches::from_bytes(documents, rules)?;
        let built = batches.by_ref().collect::<Result<Vec<_>, _>>();
        let built = built.map_err(|error| cablegram::Error::format(error.to_string()))?;
        let schema = cablegram::arrow::array::RecordBatchReader::schema(&batches);
        Ok((assemble(&schema, &built, &paths, &order), batches.summary()))
    })?
    .map_err(|error: cablegram::Error| raised(&error))
    .and_then(|(rows, summary)| {
        let (rows, documents) = rows.map_err(|error| of(1, &error.to_string()))?;
        Ok(Batch { rows, documents, summary })
    })
}

type Assembled = Result<(RecordBatch, Vec<i32>), cablegram::arrow::error::ArrowError>;

fn assemble(schema: &SchemaRef, batches: &[RecordBatch], paths: &[String], order: &[String]) -> Assembled {
    let rows = concat_batches(schema, batches)?;
    let source = rows.column(schema.index_of(SOURCE)?).as_struct();
    let found = source.column_by_name("path").map(|paths| paths.as_string::<i32>().clone());
    let documents = found.map_or_else(Vec::new, |found| documents(&found, paths));
    let places = order.iter().map(|name| schema.index_of(name)).collect::<Result<Vec<_>, _>>()?;
    Ok((rows.project(&places)?, documents))
}

/// The place of each row's document: rows come in the order of the documents.
fn documents(found: &StringArray, paths: &[String]) -> Vec<i32> {
    let mut at = 0;
    let place = |path: &str, at: usize| paths[at..].iter().position(|given| given == path).map(|after| at + after);
    (0..found.len())
        .map(|row| {
            at = place(found.value(row), at).unwrap_or(at);
            i32::try_from(at).unwrap_or(i32::MAX)
        })
        .collect()
}

#[pymethods]
impl Batch {
    fn rows(&self) -> usize {
        self.rows.num_rows()
    }

    /// For each row the place of its document.
    fn documents(&self) -> Vec<i32> {
        self.documents.clone()
    }

    fn arrow_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, &self.rows.schema())
    }

    fn arrow_array<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        capsule::of_batch(py, &self.rows)
    }

    fn arrow_stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_stream(py, Box::new(Once(self.rows.schema(), Some(self.rows.clone()))))
    }

    fn summary(&self) -> String {
        convert::counts(&self.summary).to_string()
    }

    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        values::rows(py, &self.rows)
    }
}

/// A stream of one batch.
struct Once(SchemaRef, Option<RecordBatch>);

impl capsule::Source for Once {
    fn schema(&self) -> SchemaRef {
        self.0.clone()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        Ok(self.1.take())
    }
}
