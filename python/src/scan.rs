//! A scan: what is to be read, how, and a stream of it for everybody who asks.
//!
//! Nothing is read, and no thread is started, before the first batch of a stream is asked for. A stream that is dropped
//! stops its threads.

use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use cablegram::arrow::array::RecordBatch;
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::convert::{self, Batches, Rules, StopFlag, Summary};
use cablegram::source::{Selection, WalkPart};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};

use crate::failure::{raised, usage};
use crate::options::Options;
use crate::{capsule, values};

/// What a run that came to its end counted.
type Last = Arc<Mutex<Option<Summary>>>;

/// A table of cables.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Scan {
    selection: Selection,
    part: WalkPart,
    rules: Rules,
    view: View,
    last: Last,
}

/// The columns in the order in which they were asked for.
#[derive(Clone)]
struct View {
    schema: SchemaRef,
    places: Vec<usize>,
}

impl View {
    /// Of all columns that `rules` have built, those named, in that order.
    fn new(rules: &Rules, columns: Option<&[String]>) -> PyResult<View> {
        let whole = rules.schema.arrow();
        let places = rules.columns.places(whole).map_err(|error| raised(&error))?;
        let built = whole.project(&places).map_err(|error| usage(error.to_string()))?;
        let places: Vec<usize> = match columns {
            None => (0..built.fields().len()).collect(),
            Some(columns) => columns.iter().filter_map(|name| built.index_of(name).ok()).collect(),
        };
        let schema = built.project(&places).map_err(|error| usage(error.to_string()))?;
        Ok(View { schema: Arc::new(schema), places })
    }

    fn of(&self, batch: &RecordBatch) -> Result<RecordBatch, String> {
        batch.project(&self.places).map_err(|error| error.to_string())
    }
}

#[pymethods]
impl Scan {
    #[new]
    fn new(
        inputs: Vec<PathBuf>,
        options: &Bound<'_, PyDict>,
        columns: Option<Vec<String>>,
        part: Option<(u64, u64)>,
    ) -> PyResult<Scan> {
        let options = Options(options);
        let selection = options.selection(&inputs, Vec::new())?;
        let rules = options.rules(columns.clone(), StopFlag::default())?;
        let view = View::new(&rules, columns.as_deref())?;
        let part = part.map_or(WalkPart::ALL, |(first, count)| WalkPart { first, count });
        Ok(Scan { selection, part, rules, view, last: Last::default() })
    }

    fn columns(&self) -> Vec<String> {
        self.view.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn version(&self) -> &'static str {
        self.rules.schema.version()
    }

    fn arrow_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, &self.view.schema)
    }

    fn stream<'py>(&self, py: Python<'py>, requested: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_stream(py, Box::new(self.lazy(requested.as_ref())?))
    }

    /// One stream, which can be asked what stopped it.
    fn run(&self, requested: Option<Bound<'_, PyAny>>) -> PyResult<Run> {
        Ok(Run(Mutex::new(Some(self.lazy(requested.as_ref())?)), Failure::default()))
    }

    /// An iterator over lists of rows.
    fn batches(&self) -> PyResult<RowsOfBatches> {
        Ok(RowsOfBatches(Mutex::new(self.lazy(None)?)))
    }

    fn splits(&self, py: Python<'_>, bytes: u64) -> PyResult<Vec<(u64, u64)>> {
        let parts = py.detach(|| self.selection.splits(bytes)).map_err(|error| raised(&error))?;
        Ok(parts.into_iter().map(|part| (part.first, part.count)).collect())
    }

    fn summary(&self) -> Option<String> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().map(|summary| convert::counts(summary).to_string())
    }
}

impl Scan {
    fn lazy(&self, requested: Option<&Bound<'_, PyAny>>) -> PyResult<Lazy> {
        let (mut rules, mut view) = (self.rules.clone(), self.view.clone());
        if let Some(names) = requested.map(capsule::names).transpose()? {
            // A request is a wish: one that we cannot fulfil is the consumer's to cast.
            if !names.is_empty() && names.iter().all(|name| self.view.schema.index_of(name).is_ok()) {
                rules.columns = cablegram::write::Columns::Keep(names.clone());
                view = View::new(&rules, Some(&names))?;
            }
        }
        let home = Home { process: process::id(), thread: thread::current().id() };
        let (selection, part, last) = (self.selection.clone(), self.part, self.last.clone());
        Ok(Lazy { selection, part, rules, view, batches: None, home, last, failure: None })
    }
}

/// What stopped a stream, as Python would have it.
type Failure = Arc<Mutex<Option<PyErr>>>;

/// One stream of a scan.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Run(Mutex<Option<Lazy>>, Failure);

#[pymethods]
impl Run {
    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let lazy = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut lazy = lazy.ok_or_else(|| usage("this stream was taken already"))?;
        lazy.failure = Some(self.1.clone());
        capsule::of_stream(py, Box::new(lazy))
    }

    fn failure<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let failure = self.1.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map(|failure| failure.into_value(py).into_bound(py).into_any())
    }
}

/// Where a stream was made.
struct Home {
    process: u32,
    thread: ThreadId,
}

/// A run that begins when its first batch is asked for.
struct Lazy {
    selection: Selection,
    part: WalkPart,
    rules: Rules,
    view: View,
    batches: Option<Batches>,
    home: Home,
    last: Last,
    failure: Option<Failure>,
}

impl Lazy {
    /// Keeps what stopped the stream for whoever asks, and says it in words.
    fn told(&self, error: PyErr) -> String {
        let text = error.to_string();
        if let Some(failure) = &self.failure {
            *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
        text
    }

    fn batch(&mut self) -> Result<Option<RecordBatch>, PyErr> {
        let failed = |message: String| crate::failure::of(1, &message);
        if self.home.process != process::id() {
            return Err(failed(
                "this stream was made before the process forked; ask the scan for a new one".to_owned(),
            ));
        }
        let batches = match &mut self.batches {
            Some(batches) => batches,
            None => {
                let opened = Batches::open_part(&self.selection, self.part, self.rules.clone());
                self.batches.insert(opened.map_err(|error| raised(&error))?)
            }
        };
        match batches.next() {
            Some(Ok(batch)) => self.view.of(&batch).map(Some).map_err(failed),
            Some(Err(error)) => Err(match &error {
                cablegram::arrow::error::ArrowError::ExternalError(cause) => match cause.downcast_ref() {
                    Some(cause) => raised(cause),
                    None => failed(cause.to_string()),
                },
                other => failed(other.to_string()),
            }),
            None => {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(batches.summary());
                Ok(None)
            }
        }
    }
}

impl capsule::Source for Lazy {
    fn schema(&self) -> SchemaRef {
        self.view.schema.clone()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        // Only the thread that asked for the stream is known not to wait for Python's lock on our behalf.
        if self.home.thread == thread::current().id() {
            let interrupt = Python::try_attach(|py| py.check_signals()).and_then(Result::err);
            if let Some(interrupt) = interrupt {
                self.batches = None;
                if self.failure.is_none() {
                    // SAFETY: may be called at any time. The interrupt is raised once the consumer is back in Python.
                    unsafe { pyo3::ffi::PyErr_SetInterrupt() };
                }
                return Err(self.told(interrupt));
            }
        }
        self.batch().map_err(|error| self.told(error))
    }
}

/// The rows of a scan, a list for each batch.
#[pyclass(frozen, module = "cablegram._core")]
pub struct RowsOfBatches(Mutex<Lazy>);

#[pymethods]
impl RowsOfBatches {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        py.check_signals()?;
        let batch = py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).batch())?;
        batch.map(|batch| values::rows(py, &batch)).transpose()
    }
}
