//! A scan: what is to be read, how, and a stream of it for everybody who asks.
//!
//! Nothing is read, and no thread is started, before the first batch of a stream is asked for. A stream that is dropped
//! stops its threads.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use cablegram::arrow::array::RecordBatch;
use cablegram::arrow::datatypes::SchemaRef;
use cablegram::convert::{Batches, Outcome, OutputFiles, Rules, StopFlag, Summary, are_outputs, splits, splits_of};
use cablegram::error::Error;
use cablegram::local::{Standing, standing};
use cablegram::source::{Selection, WalkPart};
use cablegram::write::Columns;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use serde::{Deserialize, Serialize};

use crate::failure::{Unreadable, counted, interruptible, of, raised, raised_by_arrow, unreadable, usage};
use crate::options::{self, Options};
use crate::view::View;
use crate::{capsule, values};

/// What a run that came to its end counted, and its bad inputs.
type Last = Arc<Mutex<Option<(Summary, Vec<Outcome>)>>>;

/// A table of cables.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Scan {
    what: What,
    rules: Rules,
    view: View,
    last: Last,
    was_read: Arc<AtomicBool>,
}

/// What is read.
#[derive(Clone)]
enum What {
    /// Cables: all of them, or a part.
    Cables(Box<Selection>, Option<WalkPart>),
    /// Outputs of this program.
    Outputs(OutputFiles, Reread),
}

/// How the rows of outputs are read.
#[derive(Clone, Copy)]
enum Reread {
    /// As they are.
    AsTheyAre,
    /// By parsing the text that each keeps: they are to have another schema.
    Parsed,
}

/// What of it is read, as text so that it can be sent to another process.
#[derive(Serialize, Deserialize)]
enum Share {
    /// A part of what a walk finds.
    Walk(WalkPart),
    /// One file of outputs.
    File(PathBuf),
}

impl What {
    fn of(inputs: &[PathBuf], options: &Options<'_, '_>, share: Option<Share>) -> PyResult<What> {
        let selection = options.selection(inputs, Vec::new())?;
        match (are_outputs(inputs, &selection).map_err(|error| raised(&error))?, share) {
            (false, Some(Share::File(_))) | (true, Some(Share::Walk(_))) => {
                Err(raised(&Error::input("the files changed since the parts were made; make the parts again")))
            }
            (false, share) => {
                let part = if let Some(Share::Walk(part)) = share { Some(part) } else { None };
                Ok(What::Cables(Box::new(selection), part))
            }
            (true, share) => {
                let files = OutputFiles::find(inputs).map_err(|error| raised(&error))?;
                let is_asked = match options.get::<String>("schema")? {
                    None => true,
                    asked => files.are_all_of(options::schema(asked)?).map_err(|error| raised(&error))?,
                };
                let reread = if is_asked { Reread::AsTheyAre } else { Reread::Parsed };
                let files = match share {
                    Some(Share::File(path)) => files.only(&path).map_err(|error| raised(&error))?,
                    _ => files,
                };
                Ok(What::Outputs(files, reread))
            }
        }
    }

    fn open(&self, rules: Rules) -> cablegram::error::Result<Batches> {
        match self {
            What::Cables(selection, None) => Batches::open(selection, rules),
            What::Cables(selection, Some(part)) => Batches::open_part(selection, part.clone(), rules),
            What::Outputs(files, Reread::AsTheyAre) => Batches::from_outputs(files, rules),
            What::Outputs(files, Reread::Parsed) => Batches::from_outputs_again(files, rules),
        }
    }

    fn shares(&self, rules: &Rules, bytes: u64) -> cablegram::error::Result<Vec<Share>> {
        match self {
            What::Cables(selection, part) => {
                let parts = match part {
                    None => splits(selection, rules, bytes)?,
                    Some(part) => splits_of(part, selection, rules, bytes)?,
                };
                Ok(parts.into_iter().map(Share::Walk).collect())
            }
            What::Outputs(files, _) => Ok(files.paths().map(|path| Share::File(path.to_owned())).collect()),
        }
    }

    /// Refuses what can be read once only, such as a pipe.
    fn refuse_streams(&self) -> cablegram::error::Result<()> {
        let What::Cables(selection, _) = self else { return Ok(()) };
        let is_stream = |path: &&Path| standing(path).is_ok_and(|found| found == Standing::Stream);
        match selection.paths().find(is_stream) {
            None => Ok(()),
            Some(path) => Err(Error::usage(format!(
                "{} can be read once only, and was read; keep its bytes in a file",
                path.display()
            ))),
        }
    }
}

#[pymethods]
impl Scan {
    #[new]
    fn new(
        inputs: Vec<PathBuf>,
        options: &Bound<'_, PyDict>,
        columns: Option<Vec<String>>,
        share: Option<&str>,
    ) -> PyResult<Scan> {
        let (options, inputs) = (Options(options), options::outputs_in(inputs)?);
        let share = share.map(|text| serde_json::from_str(text).map_err(|error| usage(error.to_string())));
        let what = What::of(&inputs, &options, share.transpose()?)?;
        let mut rules = options.rules(columns.clone(), StopFlag::default())?;
        let whole = match &what {
            What::Outputs(files, Reread::AsTheyAre) => {
                rules.schema = files.schema();
                files.columns()
            }
            What::Cables(..) | What::Outputs(_, Reread::Parsed) => rules.schema.arrow(),
        };
        let view = View::new(whole, columns.as_deref())?;
        Ok(Scan { what, rules, view, last: Last::default(), was_read: Arc::default() })
    }

    fn columns(&self) -> Vec<String> {
        self.view.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    fn version(&self) -> &'static str {
        self.rules.schema.version()
    }

    fn arrow_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, self.view.schema())
    }

    fn stream<'py>(&self, py: Python<'py>, requested: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_stream(py, Box::new(self.lazy(requested.as_ref())?))
    }

    /// One stream, which can be asked what stopped it and what was bad.
    fn run(&self, requested: Option<Bound<'_, PyAny>>) -> PyResult<Run> {
        let (failure, bad) = (Failure::default(), Bad::default());
        let lazy = Lazy { failure: Some(failure.clone()), bad: bad.clone(), ..self.lazy(requested.as_ref())? };
        Ok(Run { lazy: Mutex::new(Some(lazy)), failure, bad })
    }

    /// An iterator over lists of rows.
    fn batches(&self) -> PyResult<RowsOfBatches> {
        Ok(RowsOfBatches(Mutex::new(self.lazy(None)?)))
    }

    fn splits(&self, py: Python<'_>, bytes: u64) -> PyResult<Vec<String>> {
        let stop = StopFlag::default();
        let mut rules = self.rules.clone();
        rules.stop = stop.clone();
        let shares = interruptible(py, &stop, || self.what.shares(&rules, bytes))?.map_err(|error| raised(&error))?;
        shares.iter().map(|share| serde_json::to_string(share).map_err(|error| usage(error.to_string()))).collect()
    }

    fn summary(&self) -> Option<String> {
        locked(&self.last).as_ref().map(|(summary, bad)| counted(summary, bad))
    }
}

impl Scan {
    fn lazy(&self, requested: Option<&Bound<'_, PyAny>>) -> PyResult<Lazy> {
        let (mut rules, mut view) = (self.rules.clone(), self.view.clone());
        if let Some(names) = requested.map(capsule::names).transpose()? {
            // A request is a wish: one that we cannot fulfil is the consumer's to cast.
            if !names.is_empty() && names.iter().all(|name| view.schema().index_of(name).is_ok()) {
                view = View::new(view.schema(), Some(&names))?;
                rules.columns = Columns::Keep(names);
            }
        }
        let home = Home { process: process::id(), thread: thread::current().id() };
        let (what, last, was_read) = (self.what.clone(), self.last.clone(), self.was_read.clone());
        Ok(Lazy { what, rules, view, batches: None, home, last, was_read, failure: None, bad: Bad::default() })
    }
}

/// What stopped a stream, as Python would have it.
type Failure = Arc<Mutex<Option<PyErr>>>;

/// The bad inputs that a stream met and nobody asked for yet.
type Bad = Arc<Mutex<Vec<Outcome>>>;

/// One stream of a scan.
#[pyclass(frozen, module = "cablegram._core")]
pub struct Run {
    lazy: Mutex<Option<Lazy>>,
    failure: Failure,
    bad: Bad,
}

#[pymethods]
impl Run {
    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let lazy = locked(&self.lazy).take().ok_or_else(|| usage("this stream was taken already"))?;
        capsule::of_stream(py, Box::new(lazy))
    }

    fn failure<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let failure = locked(&self.failure).take();
        failure.map(|failure| failure.into_value(py).into_bound(py).into_any())
    }

    /// What could not be read since this was last asked.
    fn take_unreadable(&self) -> Vec<Unreadable> {
        unreadable(&std::mem::take(&mut *locked(&self.bad)))
    }
}

/// Where a stream was made.
struct Home {
    process: u32,
    thread: ThreadId,
}

/// Bad inputs that are kept of one stream, if nobody takes them.
const BAD_KEPT: usize = 10_000;

/// A run that begins when its first batch is asked for.
struct Lazy {
    what: What,
    rules: Rules,
    view: View,
    batches: Option<Batches>,
    home: Home,
    last: Last,
    /// Whether a stream of the same scan was begun.
    was_read: Arc<AtomicBool>,
    failure: Option<Failure>,
    bad: Bad,
}

impl Lazy {
    /// Keeps what stopped the stream for whoever asks, and says it in words.
    fn told(&self, error: PyErr) -> String {
        let text = error.to_string();
        if let Some(failure) = &self.failure {
            *locked(failure) = Some(error);
        }
        text
    }

    fn open(&self) -> cablegram::error::Result<Batches> {
        if self.was_read.swap(true, Ordering::Relaxed) {
            self.what.refuse_streams()?;
        }
        self.what.open(self.rules.clone())
    }

    fn batch(&mut self) -> Result<Option<RecordBatch>, PyErr> {
        if self.home.process != process::id() {
            let advice = "ask the scan for a new one";
            return Err(of(1, &format!("this stream was made before the process forked; {advice}")));
        }
        let batches = match &mut self.batches {
            Some(batches) => batches,
            None => {
                let batches = self.open().map_err(|error| raised(&error))?;
                self.batches.insert(batches)
            }
        };
        let next = batches.next();
        locked(&self.bad).extend(batches.take_bad());
        locked(&self.bad).truncate(BAD_KEPT);
        match next {
            Some(Ok(batch)) => self.view.of(&batch).map(Some),
            Some(Err(error)) => Err(raised_by_arrow(&error, &locked(&self.bad))),
            None => {
                *locked(&self.last) = Some((batches.summary(), locked(&self.bad).clone()));
                Ok(None)
            }
        }
    }
}

/// What a lock holds; a panic of another thread does not make it wrong.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl capsule::Source for Lazy {
    fn schema(&self) -> SchemaRef {
        self.view.schema().clone()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        // Only the thread that asked for the stream is known not to wait for Python's lock on our behalf.
        if self.home.thread == thread::current().id() {
            let interrupt = Python::try_attach(|py| py.check_signals()).and_then(Result::err);
            if let Some(interrupt) = interrupt {
                self.batches = None;
                let text = self.told(interrupt);
                if self.failure.is_none() {
                    // SAFETY: may be called at any time. The interrupt is raised once the consumer is back in Python; what
                    // runs in Python before that would take it.
                    unsafe { pyo3::ffi::PyErr_SetInterrupt() };
                }
                return Err(text);
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
        let Some(batch) = py.detach(|| locked(&self.0).batch())? else { return Ok(None) };
        let rows = PyList::empty(py);
        values::append(&rows, &batch)?;
        Ok(Some(rows))
    }
}
