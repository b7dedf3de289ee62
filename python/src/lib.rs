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
mod view;

use pyo3::prelude::*;

/// One line of a cable: its number, its zone, its text, and notes.
type ExplainedLine = (u32, String, String, Vec<String>);

/// What the Python side of the package calls.
#[pymodule]
mod _core {
    use std::borrow::Cow;
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use cablegram::convert as conversion;
    use cablegram::convert::{Effect, Empty, Event, Observer, Outcome, Plan, Reread, Rules, StopFlag};
    use cablegram::diagnostic::{Code, Diagnostic};
    use cablegram::local::must_exist;
    use cablegram::package;
    use cablegram::restore::Partial;
    use cablegram::schema::files::Rendering;
    use cablegram::verify::VerifyRequest;
    use cablegram::write::{Existing, Output};
    use pyo3::prelude::*;
    use pyo3::types::{PyCapsule, PyDict};

    use crate::ExplainedLine;
    use crate::capsule;
    use crate::failure::{counted, interruptible, of, raised, raised_for, usage};
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
    fn explain(py: Python<'_>, content: Vec<u8>) -> PyResult<Vec<ExplainedLine>> {
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
        let inputs = options::outputs_in(inputs)?;
        let plan = plan(&inputs, &outputs, &Options(options), &stop)?;
        let are_outputs = conversion::are_outputs(&inputs, &plan.selection).map_err(|error| raised(&error))?;
        let listener = Listener { told, stop: stop.clone(), heard: Mutex::new(Heard::default()) };
        let result = interruptible(py, &stop, || match are_outputs {
            false => conversion::convert(&plan, &listener),
            true => conversion::reconvert(&plan, &inputs, &listener),
        })?;
        let heard = listener.heard.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(failure) = heard.failure {
            return Err(failure);
        }
        let summary = result.map_err(|error| raised_for(&error, &heard.bad))?;
        Ok(counted(&summary, &heard.bad))
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
        plan.inventory = options.get("inventory")?;
        if options.get::<String>("schema")?.is_some() {
            plan.reread = Reread::TakesSchemaOfRules;
        }
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

    /// Tells a Python function of the counts, not too often; its exception ends the run. Remembers bad inputs.
    struct Listener {
        told: Option<Py<PyAny>>,
        stop: StopFlag,
        heard: Mutex<Heard>,
    }

    #[derive(Default)]
    struct Heard {
        last: Option<Instant>,
        failure: Option<PyErr>,
        bad: Vec<Outcome>,
    }

    impl Observer for Listener {
        fn event(&self, event: Event<'_>) {
            const PAUSE: Duration = Duration::from_millis(200);
            const BAD_KEPT: usize = 10_000;
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            match (event, &self.told) {
                (Event::Input(outcome, _), _) if outcome.status.is_bad() && heard.bad.len() < BAD_KEPT => {
                    heard.bad.push(outcome.clone());
                }
                (Event::Batch(summary), Some(told)) if heard.last.is_none_or(|last| last.elapsed() >= PAUSE) => {
                    heard.last = Some(Instant::now());
                    let counts = counted(summary, &heard.bad);
                    if let Err(error) = Python::attach(|py| told.call1(py, (counts,)).map(drop)) {
                        self.stop.raise();
                        heard.failure = Some(error);
                    }
                }
                _ => {}
            }
        }
    }

    /// Files, rows, rows proven to the byte, digest, files without proof, and what should be known besides.
    type Verdict = (u64, u64, u64, Option<String>, Vec<String>, Vec<String>);

    /// Verifies; what is not sound is an exception.
    #[pyfunction]
    fn verify(
        py: Python<'_>,
        path: PathBuf,
        expect: Option<String>,
        against: Option<PathBuf>,
        threads: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Verdict> {
        let stop = StopFlag::default();
        let options = PyDict::new(py);
        options.set_item("threads", threads)?;
        let rules: Rules = Options(&options).rules(None, stop.clone())?;
        let request = VerifyRequest { expect, against: against.into_iter().collect(), stop: stop.clone() };
        let verdict = interruptible(py, &stop, || {
            must_exist(&path)?;
            package::verify_any(&path, &request, &*rules.pool()?, &mut |_| Ok(()))
        })?;
        let verdict = verdict.map_err(|error| raised(&error))?;
        match verdict.failures.is_empty() {
            true => {
                let counts = (verdict.files, verdict.rows, verdict.sources);
                Ok((counts.0, counts.1, counts.2, verdict.digest, verdict.unproven, verdict.notes))
            }
            false => Err(of(8, &verdict.failures.join("\n"))),
        }
    }

    /// Restores; gives what was written as JSON.
    #[pyfunction]
    fn restore(py: Python<'_>, path: PathBuf, to: PathBuf, partial: bool) -> PyResult<String> {
        let stop = StopFlag::default();
        let partial = if partial { Partial::Records } else { Partial::Refuse };
        let restored = interruptible(py, &stop, || {
            cablegram::restore::restore_unless_stopped(&package::output_in(&path)?, Path::new(&to), partial, &stop)
        })?;
        let restored = restored.map_err(|error| raised(&error))?;
        let written = serde_json::json!({
            "documents": restored.documents,
            "bytes": restored.bytes,
            "containers": restored.containers,
            "open_ended": restored.open_ended,
            "incomplete": restored.incomplete,
            "cut": restored.cut,
            "renamed": restored.renamed,
            "left_out": restored.left_out.documents(),
        });
        Ok(written.to_string())
    }

    /// Compares two outputs; gives what differs as JSON.
    #[pyfunction]
    fn compare(py: Python<'_>, old: PathBuf, new: PathBuf) -> PyResult<String> {
        let stop = StopFlag::default();
        let comparison = interruptible(py, &stop, || {
            let (old, new) = (package::output_in(&old)?, package::output_in(&new)?);
            cablegram::compare::compare_unless_stopped(&old, &new, &stop)
        })?;
        comparison.map(|comparison| comparison.to_json().to_string()).map_err(|error| raised(&error))
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
        let known = Rendering::ALL.iter().find(|rendering| rendering.name() == form);
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

    /// What is said of a cable whose number an earlier document has with another text, as in the column `diagnostics`.
    #[pyfunction]
    fn mrn_repeated<'py>(py: Python<'py>, mrn: &str) -> PyResult<Bound<'py, PyDict>> {
        let Diagnostic { code, line, detail } = Diagnostic::mrn_repeated(mrn);
        let said = PyDict::new(py);
        said.set_item("code", code.name())?;
        said.set_item("severity", code.severity().to_string())?;
        said.set_item("line", line)?;
        said.set_item("detail", detail)?;
        Ok(said)
    }

    /// A table that is compiled in, as tab-separated text.
    #[pyfunction]
    fn table(name: &str) -> PyResult<Cow<'static, str>> {
        match name {
            "posts" => Ok(include_str!("../../src/tables/posts.tsv").into()),
            "tags" => Ok(include_str!("../../src/tables/tags.tsv").into()),
            "plads" => Ok(include_str!("../../src/tables/plads.tsv").into()),
            "levels" => Ok(include_str!("../../src/tables/levels.tsv").into()),
            "captions" => Ok(include_str!("../../src/tables/captions.tsv").into()),
            "diagnostics" => Ok(Code::table().into()),
            other => {
                let known = "posts, tags, plads, levels, captions, diagnostics";
                Err(usage(format!("there is no table {other:?}; write one of: {known}")))
            }
        }
    }

    /// The command: arguments, the first of them its name, to an exit code.
    #[pyfunction]
    fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
        py.detach(|| cablegram::cli::run(arguments))
    }
}
