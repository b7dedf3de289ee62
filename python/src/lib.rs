//! Python's view of cablegram: `cablegram._core`, which the Python side of the package makes comfortable.
//!
//! Data crosses as Arrow capsules. Python's lock is released while Rust works; nothing is started before it is needed, so
//! that a process may fork after the import. Prints nothing but as the command, and never ends the process.

mod capsule;
mod documents;
mod failure;
mod options;
mod scan;
mod values;

use pyo3::prelude::*;

/// What the Python side of the package calls.
#[pymodule]
mod _core {
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::sync::Mutex;
    use std::time::{Duration, Instant};

    use cablegram::convert as conversion;
    use cablegram::convert::{Effect, Empty, Event, Observer, Plan, Rules, StopFlag};
    use cablegram::schema::files::Rendering;
    use cablegram::write::{Existing, Output};
    use pyo3::prelude::*;
    use pyo3::types::{PyCapsule, PyDict};

    use crate::capsule;
    use crate::failure::{interruptible, of, raised, usage};
    use crate::options::{self, Options};

    #[pymodule_export]
    use crate::documents::{Batch, parse_batch};
    #[pymodule_export]
    use crate::scan::{RowsOfBatches, Run, Scan};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }

    /// The lines of a cable with what each was read as: number, zone, text, notes.
    #[pyfunction]
    fn explain(py: Python<'_>, content: Vec<u8>) -> PyResult<Vec<(u32, String, String, Vec<String>)>> {
        py.detach(|| {
            let reading = cablegram::read(content).map_err(|error| raised(&error))?;
            let mut notes: BTreeMap<u32, Vec<String>> = BTreeMap::new();
            for diagnostic in reading.diagnostics() {
                let (severity, code) = (diagnostic.code.severity(), diagnostic.code.name());
                let note = format!("{severity}: {code}: {}", diagnostic.detail);
                notes.entry(diagnostic.line.unwrap_or(0)).or_default().push(note);
            }
            let mut lines = Vec::new();
            if let Some(notes) = notes.remove(&0) {
                lines.push((0, String::new(), String::new(), notes));
            }
            for claim in reading.claims() {
                let line = claim.piece.line;
                let notes = notes.remove(&line).unwrap_or_default();
                lines.push((line, claim.zone.name().to_owned(), claim.piece.text.to_owned(), notes));
            }
            Ok(lines)
        })
    }

    /// Why the bytes are no cable; none where they are one.
    #[pyfunction]
    fn refuse(py: Python<'_>, content: Vec<u8>) -> PyResult<()> {
        py.detach(|| cablegram::read(content).map(drop).map_err(|error| raised(&error)))
    }

    /// Converts; gives the counts as JSON.
    #[pyfunction]
    fn convert(
        py: Python<'_>,
        inputs: Vec<PathBuf>,
        outputs: Vec<String>,
        options: &Bound<'_, PyDict>,
        told: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let stop = StopFlag::default();
        let plan = plan(&inputs, &outputs, &Options(options), &stop)?;
        let ours = inputs.iter().filter(|input| conversion::is_output(input)).count();
        if ours > 0 && ours < inputs.len() {
            return Err(usage("cables and outputs of cablegram are not read together; convert them one by one"));
        }
        let listener =
            Listener { told, stop: stop.clone(), last: Mutex::new(Instant::now()), failure: Mutex::default() };
        let result = interruptible(py, &stop, || match ours {
            0 => conversion::convert(&plan, &listener),
            _ => conversion::reconvert(&plan, &inputs, &listener),
        })?;
        if let Some(failure) = listener.failure.into_inner().ok().flatten() {
            return Err(failure);
        }
        let summary = result.map_err(|error| raised(&error))?;
        Ok(conversion::counts(&summary).to_string())
    }

    fn plan(inputs: &[PathBuf], outputs: &[String], options: &Options<'_, '_>, stop: &StopFlag) -> PyResult<Plan> {
        if outputs.is_empty() {
            return Err(usage("no output; write outputs=[\"cables.parquet\"]"));
        }
        let parsed = outputs.iter().map(|text| Output::parse(text)).collect::<Result<Vec<_>, _>>();
        let outputs = parsed.map_err(|error| raised(&error))?;
        let paths: Vec<PathBuf> = outputs.iter().filter_map(|output| output.path()).map(PathBuf::from).collect();
        if paths.len() < outputs.len() {
            return Err(usage("standard output belongs to Python; name a file"));
        }
        let repeated = (1..paths.len()).find(|&index| paths[..index].contains(&paths[index]));
        if let Some(index) = repeated {
            return Err(usage(format!("{} is named twice; give each output its own path", paths[index].display())));
        }
        let mut plan = Plan::new(options.selection(inputs, paths)?, outputs).rules(options.rules(None, stop.clone())?);
        plan.report = options.get("report")?;
        if options.is_on("overwrite")? {
            plan.existing = Existing::Replace;
        }
        if options.is_on("dry_run")? {
            plan.effect = Effect::DryRun;
        }
        if options.is_on("allow_empty")? {
            plan.empty = Empty::Allow;
        }
        Ok(plan)
    }

    /// Tells a Python function of the counts, not too often; its exception ends the run.
    struct Listener {
        told: Option<Py<PyAny>>,
        stop: StopFlag,
        last: Mutex<Instant>,
        failure: Mutex<Option<PyErr>>,
    }

    impl Observer for Listener {
        fn event(&self, event: Event<'_>) {
            const PAUSE: Duration = Duration::from_millis(200);
            let (Some(told), Event::Batch(summary)) = (&self.told, event) else { return };
            let Ok(mut last) = self.last.lock() else { return };
            if last.elapsed() < PAUSE {
                return;
            }
            *last = Instant::now();
            let counts = conversion::counts(summary).to_string();
            if let Err(error) = Python::attach(|py| told.call1(py, (counts,)).map(drop)) {
                self.stop.raise();
                if let Ok(mut failure) = self.failure.lock() {
                    *failure = Some(error);
                }
            }
        }
    }

    /// Verifies: files, rows, proven rows, and what carries no proof.
    #[pyfunction]
    fn verify(py: Python<'_>, path: PathBuf, threads: Option<usize>) -> PyResult<(u64, u64, u64, Vec<String>)> {
        let options = PyDict::new(py);
        options.set_item("threads", threads)?;
        let rules: Rules = Options(&options).rules(None, StopFlag::default())?;
        let verdict = interruptible(py, &StopFlag::default(), || {
            let pool = rules.pool()?;
            cablegram::verify(&path, &pool)
        })?;
        let verdict = verdict.map_err(|error| raised(&error))?;
        match verdict.failures.is_empty() {
            true => Ok((verdict.files, verdict.rows, verdict.sources, verdict.unproven)),
            false => Err(of(8, &verdict.failures.join("\n"))),
        }
    }

    /// Restores: documents and bytes.
    #[pyfunction]
    fn restore(py: Python<'_>, path: PathBuf, to: PathBuf) -> PyResult<(u64, u64)> {
        let restored = interruptible(py, &StopFlag::default(), || {
            cablegram::restore(&path, Path::new(&to), cablegram::restore::Partial::Refuse)
        })?;
        restored.map(|restored| (restored.documents, restored.bytes)).map_err(|error| raised(&error))
    }

    /// The name of a version, or of the newest.
    #[pyfunction]
    fn find_schema(version: Option<String>) -> PyResult<&'static str> {
        options::schema(version).map(|schema| schema.version())
    }

    /// The names of all versions.
    #[pyfunction]
    fn schemas() -> Vec<&'static str> {
        cablegram::Schema::all().iter().map(|schema| schema.version()).collect()
    }

    /// The names of the columns of a version, each with what it means.
    #[pyfunction]
    fn columns(version: String) -> PyResult<Vec<(&'static str, &'static str)>> {
        let schema = options::schema(Some(version))?;
        Ok(schema.descriptions().map(|column| (column.name, column.doc)).collect())
    }

    /// A version as text.
    #[pyfunction]
    fn render(version: String, form: &str) -> PyResult<String> {
        let schema = options::schema(Some(version))?;
        let known = Rendering::ALL.into_iter().find(|rendering| rendering.name() == form);
        let rendering = known.ok_or_else(|| {
            let names: Vec<&str> = Rendering::ALL.iter().map(|rendering| rendering.name()).collect();
            usage(format!("there is no form {form:?}; write one of: {}", names.join(", ")))
        })?;
        Ok(rendering.of(schema))
    }

    /// A version as a capsule.
    #[pyfunction]
    fn arrow_schema<'py>(py: Python<'py>, version: String) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::of_schema(py, options::schema(Some(version))?.arrow())
    }

    /// A table that is compiled in, as tab-separated text.
    #[pyfunction]
    fn table(name: &str) -> PyResult<&'static str> {
        match name {
            "posts" => Ok(include_str!("../../src/tables/posts.tsv")),
            "tags" => Ok(include_str!("../../src/tables/tags.tsv")),
            "plads" => Ok(include_str!("../../src/tables/plads.tsv")),
            other => Err(usage(format!("there is no table {other:?}; write one of: posts, tags, plads"))),
        }
    }

    /// The command: arguments, the first of them its name, to an exit code.
    #[pyfunction]
    fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
        py.detach(|| cablegram::cli::run(arguments))
    }
}
