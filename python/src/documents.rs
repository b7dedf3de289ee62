//! Bytes in memory to rows in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use cablegram::arrow::array::{AsArray, RecordBatch, StringArray, StructArray};
use cablegram::arrow::compute::concat_batches;
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::arrow::error::ArrowError;
use cablegram::arrow::ipc::reader::StreamReader;
use cablegram::arrow::ipc::writer::StreamWriter;
use cablegram::convert::{Batches, Outcome, StopFlag};
use cablegram::source::DocumentId;
use cablegram::write::Columns;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList};

use crate::failure::{
    Unreadable, counted, interruptible, is_unreadable, of, raised, raised_by_arrow, unreadable, usage,
};
use crate::options::Options;
use crate::view::View;
use crate::{capsule, values};

/// The column that says which document a row is of, and where in it.
const SOURCE: &str = "source";
const PATH: &str = "path";

/// Rows in memory.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Batch {
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
    told: Told,
}

/// What is known of the rows of a batch besides their values. It crosses to Python as a dict.
#[derive(Clone, FromPyObject, IntoPyObject)]
#[pyo3(from_item_all)]
struct Told {
    /// For each row the place of its document.
    documents: Vec<i32>,
    /// The counts as JSON.
    summary: String,
    /// The documents and records that cannot be read.
    unreadable: Vec<Unreadable>,
    /// For each of these the place of its document.
    unreadable_documents: Vec<i32>,
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
        let names = Names::of(&paths);
        let documents = names.unique.iter().cloned().zip(contents).map(|(name, bytes)| (name, bytes.to_vec()));
        let documents: Vec<(String, Vec<u8>)> = documents.collect();
        let mut batches = Batches::from_bytes(documents, rules).map_err(|error| raised(&error))?;
        let (mut rows, mut documents) = (Vec::new(), Vec::new());
        while let Some(batch) = batches.next() {
            let batch = batch.map_err(|error| raised_by_arrow(&error, &batches.take_bad()))?;
            let (batch, places) = names.named(&batch, &paths).map_err(|error| of(1, &error.to_string()))?;
            rows.push(view.of(&batch)?);
            documents.extend(places);
        }
        let (bad, bad_documents) = names.bad(batches.take_bad(), &paths);
        let unread = bad.iter().zip(bad_documents).filter(|(outcome, _)| is_unreadable(outcome));
        let told = Told {
            documents,
            summary: counted(&batches.summary(), &bad),
            unreadable: unreadable(&bad),
            unreadable_documents: unread.map(|(_, place)| place).collect(),
        };
        Ok(Batch { schema: view.schema().clone(), rows, told })
    })?
}

/// A name for each document that no other has: its path, or where an earlier one has that, one made of it.
struct Names {
    unique: Vec<String>,
    /// The place of the document of each.
    places: HashMap<String, i32>,
}

impl Names {
    fn of(paths: &[String]) -> Names {
        let mut names = Names { unique: Vec::with_capacity(paths.len()), places: HashMap::with_capacity(paths.len()) };
        for (place, path) in (0..).zip(paths) {
            // A cable without an envelope is named by what comes after the last slash.
            let name = if names.places.contains_key(path) { format!("\u{1}{place}/{path}") } else { path.clone() };
            names.places.insert(name.clone(), place);
            names.unique.push(name);
        }
        names
    }

    fn place(&self, name: &str) -> i32 {
        self.places.get(name).copied().unwrap_or_default()
    }

    /// The rows with the paths of their documents, and the places of these.
    fn named(&self, batch: &RecordBatch, paths: &[String]) -> Result<(RecordBatch, Vec<i32>), ArrowError> {
        let (at, _) = batch
            .schema_ref()
            .column_with_name(SOURCE)
            .ok_or_else(|| ArrowError::SchemaError(format!("the rows have no column {SOURCE}")))?;
        let (fields, mut arrays, nulls) = batch.column(at).as_struct().clone().into_parts();
        let (child, _) = fields.find(PATH).ok_or_else(|| ArrowError::SchemaError(format!("{SOURCE} has no {PATH}")))?;
        let places: Vec<i32> =
            arrays[child].as_string::<i32>().iter().map(|name| self.place(name.unwrap_or_default())).collect();
        let path = |&place: &i32| paths.get(place as usize).map_or("", String::as_str);
        arrays[child] = Arc::new(StringArray::from_iter_values(places.iter().map(path)));
        let mut columns = batch.columns().to_vec();
        columns[at] = Arc::new(StructArray::try_new(fields, arrays, nulls)?);
        Ok((RecordBatch::try_new(batch.schema(), columns)?, places))
    }

    /// Bad inputs with the paths of their documents, and the places of these.
    fn bad(&self, bad: Vec<Outcome>, paths: &[String]) -> (Vec<Outcome>, Vec<i32>) {
        let named = |mut outcome: Outcome| {
            let place = self.place(outcome.id.document.path());
            let path = paths.get(place as usize).map_or("", String::as_str);
            outcome.id.document = DocumentId::of(path, outcome.id.document.member());
            (outcome, place)
        };
        bad.into_iter().map(named).unzip()
    }
}

#[pymethods]
impl Batch {
    fn rows(&self) -> usize {
        self.rows.iter().map(RecordBatch::num_rows).sum()
    }

    /// For each row the place of its document.
    fn documents(&self) -> Vec<i32> {
        self.told.documents.clone()
    }

    /// The documents and records that cannot be read.
    fn unreadable(&self) -> Vec<Unreadable> {
        self.told.unreadable.clone()
    }

    /// For each of them the place of its document.
    fn unreadable_documents(&self) -> Vec<i32> {
        self.told.unreadable_documents.clone()
    }

    /// All of it, for `from_state`: the rows as an Arrow stream, and what is known of them.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>, Told)> {
        let stream = py.detach(|| {
            let mut writer = StreamWriter::try_new(Vec::new(), &self.schema)?;
            self.rows.iter().try_for_each(|rows| writer.write(rows))?;
            writer.into_inner()
        });
        Ok((PyBytes::new(py, &stream.map_err(|error| of(1, &error.to_string()))?), self.told.clone()))
    }

    /// The batch of which this is the state.
    #[staticmethod]
    fn from_state(py: Python<'_>, stream: PyBackedBytes, told: Told) -> PyResult<Batch> {
        py.detach(|| {
            let reader = StreamReader::try_new(&*stream, None)?;
            Ok(Batch { schema: reader.schema(), rows: reader.collect::<Result<_, _>>()?, told })
        })
        .map_err(|error: ArrowError| of(1, &error.to_string()))
    }

    fn arrow_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, &self.schema)
    }

    fn arrow_array<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let rows = py.detach(|| concat_batches(&self.schema, &self.rows)).map_err(|error| match error {
            ArrowError::OffsetOverflowError(_) => usage(
                "a column has more text than one Arrow array holds (2 GiB); take the rows as a stream, as pyarrow.table does",
            ),
            other => of(1, &other.to_string()),
        });
        capsule::of_batch(py, &rows?)
    }

    fn arrow_stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let rows = self.rows.iter().cloned().collect();
        capsule::of_stream(py, Box::new(Kept { schema: self.schema.clone(), rows }))
    }

    fn summary(&self) -> String {
        self.told.summary.clone()
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
