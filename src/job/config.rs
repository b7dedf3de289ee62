//! A job file to a `Job`: every setting, and where it came from.
//!
//! Settings come in layers (default, file, environment, flag); a later layer wins. Unknown keys are errors with
//! line and column. Paths in a job file are relative to the file.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::convert::{HtmlSource, MAX_THREADS, MaxBad};
use crate::error::{Error, Result};
use crate::local::{self, Standing};
use crate::schema::Schema;
use crate::write::Output;

/// Where a setting came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingOrigin {
    /// Nobody said anything.
    #[default]
    Default,
    /// The job file.
    File,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            SettingOrigin::Default => "default",
            SettingOrigin::File => "file",
            SettingOrigin::Environment => "environment",
            SettingOrigin::Flag => "flag",
        })
    }
}

/// Some settings: one layer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Directory of the dataset: generations, `current`, quarantine.
    pub dataset: Option<PathBuf>,
    /// Files and directories to read.
    pub inputs: Option<Vec<PathBuf>>,
    /// The same before they became relative to the working directory.
    #[serde(skip)]
    pub inputs_as_written: Option<Vec<PathBuf>>,
    /// The file that they were read from.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// Globs of names or paths to read.
    pub include: Option<Vec<String>>,
    /// Globs of names or paths not to read.
    pub exclude: Option<Vec<String>>,
    /// Whether symbolic links are followed.
    pub follow: Option<bool>,
    /// What is written, as after `-o`; paths are within the dataset.
    pub outputs: Option<Vec<String>>,
    /// Version of the schema.
    pub schema: Option<String>,
    /// How much of a web page is kept: `record` or `page`.
    pub html_source: Option<HtmlSource>,
    /// What happens to bad inputs.
    pub on_error: Option<OnError>,
    /// How many bad inputs a run may have: `10` or `"2%"`.
    #[serde(default, deserialize_with = "amount")]
    pub max_bad: Option<String>,
    /// What happens to rows whose input is gone.
    pub on_missing: Option<OnMissing>,
    /// How many rows may go in one run: `10` or `"5%"`.
    #[serde(default, deserialize_with = "amount")]
    pub max_missing: Option<String>,
    /// What happens to inputs that have another text than before.
    pub on_changed: Option<OnChanged>,
    /// Generations that are kept, the current one included.
    pub keep: Option<u32>,
    /// Threads; 0 for as many as there are cores.
    pub threads: Option<usize>,
    /// Seconds to wait for another run to end.
    pub lock_timeout: Option<u64>,
    /// File that gets counts in OpenMetrics text after each run.
    pub metrics_file: Option<PathBuf>,
}

/// What happens to bad inputs.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OnError {
    /// Their bytes are kept aside, and they are named and counted.
    #[default]
    Quarantine,
    /// They are named and counted.
    Skip,
    /// The run fails.
    Fail,
}

/// What happens to rows whose input is gone.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OnMissing {
    /// They go too.
    #[default]
    Drop,
    /// They stay.
    Keep,
    /// The run fails.
    Fail,
}

/// What happens to inputs that have another text than before.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OnChanged {
    /// The new text is taken.
    #[default]
    Take,
    /// The run fails: in an archive nothing changes.
    Fail,
}

/// Reads a number, or a text such as `2%`.
fn amount<'d, D: Deserializer<'d>>(deserializer: D) -> std::result::Result<Option<String>, D::Error> {
    match toml::Value::deserialize(deserializer)? {
        toml::Value::Integer(count) if count >= 0 => Ok(Some(count.to_string())),
        toml::Value::String(text) => Ok(Some(text)),
        other => Err(D::Error::custom(format!("{other} is not a number of inputs; write 10, or \"2%\""))),
    }
}

impl Settings {
    /// Reads a job file; its paths become relative to the working directory.
    pub fn read(path: &Path) -> Result<Settings> {
        let text = text(path).map_err(|error| {
            let hint = match error.kind() {
                io::ErrorKind::NotFound => "; write one with `cablegram init > JOB.toml`",
                _ => "",
            };
            Error::usage(format!("cannot read the job file {}: {error}{hint}", path.display()))
        })?;
        let mut settings: Settings = toml::from_str(&text).map_err(|error| Error::toml(path, &text, &error))?;
        let base = base_of(path)?;
        settings.inputs_as_written.clone_from(&settings.inputs);
        settings.file = Some(path.to_owned());
        for path in settings.paths() {
            local::check(path)?;
            *path = base.join(&path);
        }
        Ok(settings)
    }

    /// The metrics file that a job file names, whatever else is wrong in it; `None` where it cannot be told.
    pub fn metrics_file_in(path: &Path) -> Option<PathBuf> {
        if path == Path::new("-") {
            return None;
        }
        let table: toml::Table = toml::from_str(&fs::read_to_string(path).ok()?).ok()?;
        let named = Path::new(table.get("metrics_file")?.as_str()?).to_owned();
        local::check(&named).ok()?;
        Some(base_of(path).ok()?.join(named))
    }

    fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let own = self.dataset.iter_mut().chain(self.metrics_file.iter_mut());
        own.chain(self.inputs.iter_mut().flatten())
    }
}

/// What the paths in a job file are relative to: its folder. What has none speaks of the working directory.
fn base_of(path: &Path) -> Result<&Path> {
    Ok(match local::standing(path)? {
        _ if path == Path::new("-") => Path::new(""),
        Standing::Stream => Path::new(""),
        _ => path.parent().unwrap_or(Path::new("")),
    })
}

fn text(path: &Path) -> io::Result<String> {
    if path == Path::new("-") { io::read_to_string(io::stdin()) } else { fs::read_to_string(path) }
}

/// A setting as it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effective {
    /// Key in the job file.
    pub name: &'static str,
    /// Value as it would be written in the job file.
    pub value: String,
    /// Where it came from.
    pub origin: SettingOrigin,
}

/// A job, wholly decided.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Job {
    /// Directory of the dataset.
    pub dataset: PathBuf,
    /// Files and directories to read.
    pub inputs: Vec<PathBuf>,
    /// Globs to read.
    pub include: Vec<String>,
    /// Globs not to read.
    pub exclude: Vec<String>,
    /// Whether symbolic links are followed.
    pub follow: bool,
    /// What is written, as after `-o`; paths are within a generation.
    pub outputs: Vec<String>,
    /// Schema of the rows; that of the current generation, where it is not said.
    pub schema: Option<&'static Schema>,
    /// How much of a web page is kept.
    pub html_source: HtmlSource,
    /// What happens to bad inputs.
    pub on_error: OnError,
    /// How many bad inputs a run may have.
    pub max_bad: MaxBad,
    /// What happens to rows whose input is gone.
    pub on_missing: OnMissing,
    /// How many rows may go in one run.
    pub max_missing: MaxBad,
    /// What happens to inputs that have another text than before.
    pub on_changed: OnChanged,
    /// Inputs and outputs as they were written, wherever the job file is.
    pub as_written: Vec<String>,
    /// Generations that are kept.
    pub keep: u32,
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Seconds to wait for the lock.
    pub lock_timeout: u64,
    /// File for OpenMetrics text.
    pub metrics_file: Option<PathBuf>,
    /// The job file.
    pub file: Option<PathBuf>,
    /// Every setting and where it came from.
    pub effective: Vec<Effective>,
}

impl Job {
    /// Decides every setting from layers, the weakest first, and checks the whole.
    pub fn resolve(layers: &[(SettingOrigin, Settings)]) -> Result<Job> {
        let mut resolver = Resolver { layers, effective: Vec::new() };
        let paths = |paths: &Vec<PathBuf>| list(paths.iter().map(|path| path.display().to_string()));
        let texts = |texts: &Vec<String>| list(texts.iter().cloned());
        let mut job = Job {
            dataset: resolver
                .optional("dataset", |s| s.dataset.clone(), |v| quoted(v.display()))
                .ok_or_else(|| missing("dataset", "\"cables-dataset\""))?,
            inputs: resolver
                .optional("inputs", |s| s.inputs.clone(), paths)
                .filter(|inputs| !inputs.is_empty())
                .ok_or_else(|| missing("inputs", "[\"cables\"]"))?,
            include: resolver.or("include", |s| s.include.clone(), texts, Vec::new()),
            exclude: resolver.or("exclude", |s| s.exclude.clone(), texts, Vec::new()),
            follow: resolver.or("follow", |s| s.follow, bool::to_string, false),
            outputs: resolver.or("outputs", |s| s.outputs.clone(), texts, vec![DEFAULT_OUTPUT.to_owned()]),
            schema: resolver
                .optional("schema", |s| s.schema.clone(), |v| quoted(v))
                .map(|version| Schema::named(&version))
                .transpose()
                .map_err(Error::usage)?,
            html_source: resolver.or("html_source", |s| s.html_source, lower, HtmlSource::default()),
            on_error: resolver.or("on_error", |s| s.on_error, lower, OnError::default()),
            max_bad: MaxBad::parse(&resolver.or("max_bad", |s| s.max_bad.clone(), |v| quoted(v), "0".to_owned()))?,
            on_missing: resolver.or("on_missing", |s| s.on_missing, lower, OnMissing::default()),
            max_missing: MaxBad::parse_as(
                "max_missing",
                &resolver.or("max_missing", |s| s.max_missing.clone(), |v| quoted(v), MAX_MISSING.to_owned()),
            )?,
            on_changed: resolver.or("on_changed", |s| s.on_changed, lower, OnChanged::default()),
            as_written: Vec::new(),
            keep: resolver.or("keep", |s| s.keep, u32::to_string, 3).max(1),
            threads: resolver.or("threads", |s| s.threads, usize::to_string, 0),
            lock_timeout: resolver.or("lock_timeout", |s| s.lock_timeout, u64::to_string, 0),
            metrics_file: resolver.optional("metrics_file", |s| s.metrics_file.clone(), |v| quoted(v.display())),
            file: layers.iter().rev().find_map(|(_, settings)| settings.file.clone()),
            effective: resolver.effective,
        };
        let written = layers.iter().rev().find_map(|(_, settings)| settings.inputs_as_written.clone());
        let inputs = written.unwrap_or_else(|| job.inputs.clone());
        let plain = |path: &PathBuf| path.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
        let inputs = inputs.iter().map(|path| plain(path).display().to_string());
        job.as_written = inputs.chain(job.outputs.iter().cloned()).collect();
        if job.html_source == HtmlSource::Page {
            job.as_written.push("html_source = page".to_owned());
        }
        if job.outputs.is_empty() {
            return Err(Error::usage(format!(
                "outputs = [] publishes nothing; write for example outputs = [{DEFAULT_OUTPUT:?}]"
            )));
        }
        job.outputs.iter().try_for_each(|output| check_output(output))?;
        [Some(&job.dataset), job.metrics_file.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(|path| local::check(path))?;
        if job.threads > MAX_THREADS {
            let threads = job.threads;
            return Err(Error::usage(format!("threads = {threads} are too many: write a number up to {MAX_THREADS}")));
        }
        Ok(job)
    }
}

/// Rows that may go in one run where nothing is said.
const MAX_MISSING: &str = "5%";

const DEFAULT_OUTPUT: &str = "parquet,by=year:parquet/";

/// Takes settings out of the layers and notes where each came from.
struct Resolver<'l> {
    layers: &'l [(SettingOrigin, Settings)],
    effective: Vec<Effective>,
}

impl Resolver<'_> {
    /// A setting, where it is given.
    fn optional<T>(
        &mut self,
        name: &'static str,
        get: impl Fn(&Settings) -> Option<T>,
        show: impl Fn(&T) -> String,
    ) -> Option<T> {
        let given = self.layers.iter().rev().find_map(|(origin, settings)| Some((*origin, get(settings)?)));
        let (origin, value) = given?;
        self.effective.push(Effective { name, value: show(&value), origin });
        Some(value)
    }

    /// A setting that has a default.
    fn or<T>(
        &mut self,
        name: &'static str,
        get: impl Fn(&Settings) -> Option<T>,
        show: impl Fn(&T) -> String,
        default: T,
    ) -> T {
        self.optional(name, get, &show).unwrap_or_else(|| {
            self.effective.push(Effective { name, value: show(&default), origin: SettingOrigin::Default });
            default
        })
    }
}

/// Checks what can be checked of an output before the run.
fn check_output(text: &str) -> Result<()> {
    match Output::parse(text)?.schema {
        None => Ok(()),
        Some(version) => Err(Error::usage(format!(
            "{text}: the outputs of a job have one schema; write schema = {version:?} in the job file instead"
        ))),
    }
}

fn missing(key: &str, example: &str) -> Error {
    Error::usage(format!("the job file does not say {key}; write for example {key} = {example}"))
}

fn quoted(value: impl fmt::Display) -> String {
    format!("{:?}", value.to_string())
}

fn lower(value: &impl fmt::Debug) -> String {
    quoted(format!("{value:?}").to_lowercase())
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}
