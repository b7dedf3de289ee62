//! Options of Python functions to a selection and rules.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use cablegram::convert::{Duplicates, HtmlSource, MaxBad, OnBad, Rules, StopFlag};
use cablegram::job::output_in;
use cablegram::schema::Schema;
use cablegram::source::{Filter, Input, Links, ListSeparator, Selection};
use cablegram::write::Columns;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::failure::{raised, usage};

/// Options by their names; one that is not there or is None has its default.
pub struct Options<'o, 'py>(pub &'o Bound<'py, PyDict>);

impl Options<'_, '_> {
    /// The value of that name.
    pub fn get<T: for<'a> FromPyObject<'a, 'a>>(&self, name: &str) -> PyResult<Option<T>> {
        match self.0.get_item(name)? {
            Some(value) if !value.is_none() => {
                let refuse = |_| {
                    usage(format!("{name} cannot be {}", value.repr().map_or(String::new(), |text| text.to_string())))
                };
                value.extract().map(Some).map_err(refuse)
            }
            _ => Ok(None),
        }
    }

    /// Whether the option of that name is on.
    pub fn is_on(&self, name: &str) -> PyResult<bool> {
        Ok(self.get(name)?.unwrap_or(false))
    }

    /// What is read.
    pub fn selection(&self, inputs: &[PathBuf], outputs: Vec<PathBuf>) -> PyResult<Selection> {
        let list = self.get::<PathBuf>("files_from")?.map(|list| Input::List(list, ListSeparator::Guess));
        let table = self.get::<PathBuf>("documents")?.map(Input::Documents);
        let inputs: Vec<Input> = inputs.iter().cloned().map(Input::Path).chain(list).chain(table).collect();
        if inputs.is_empty() {
            return Err(usage("no input; name a folder or a file"));
        }
        let globs = |name| self.get::<Vec<String>>(name).map(Option::unwrap_or_default);
        let filter = Filter::new(&globs("include")?, &globs("exclude")?).map_err(|error| raised(&error))?;
        let base: Option<PathBuf> = self.get("base")?;
        let is_named = |option| self.get::<PathBuf>(option).map(|path| path.is_some());
        if base.is_some() && (is_named("files_from")? || is_named("documents")?) {
            return Err(usage("base= goes with inputs; what a list or a table names has the path that is there"));
        }
        let mut selection = Selection { inputs, filter, base, outputs, ..Selection::default() };
        if self.is_on("follow")? {
            selection.links = Links::Follow;
        }
        Ok(selection)
    }

    /// How it is read.
    pub fn rules(&self, columns: Option<Vec<String>>, stop: StopFlag) -> PyResult<Rules> {
        let mut rules = Rules::new(schema(self.get("schema")?)?);
        rules.columns = columns.map_or(Columns::All, Columns::Keep);
        rules.threads = match self.get::<usize>("threads")? {
            None => None,
            Some(threads) => Some(NonZeroUsize::new(threads).ok_or_else(|| usage("threads=0; write 1 or more"))?),
        };
        if self.is_on("keep_duplicates")? {
            rules.duplicates = Duplicates::Keep;
        }
        rules.on_bad = self.on_bad()?;
        if let Some(text) = self.get::<String>("max_bad")? {
            rules.max_bad = MaxBad::parse(&text).map_err(|error| raised(&error))?;
        }
        rules.html_source = match self.get::<String>("html_source")?.as_deref() {
            None | Some("record") => HtmlSource::Record,
            Some("page") => HtmlSource::Page,
            Some(other) => return Err(usage(format!("html_source={other:?}; write \"record\" or \"page\""))),
        };
        rules.row_limit = self.get("limit")?;
        rules.stop = stop;
        Ok(rules)
    }

    fn on_bad(&self) -> PyResult<OnBad> {
        let what: Option<String> = self.get("on_error")?;
        match (what.as_deref().unwrap_or("skip"), self.get::<PathBuf>("quarantine")?) {
            ("skip", Some(folder)) => Ok(OnBad::Quarantine(folder)),
            ("skip", None) => Ok(OnBad::Skip),
            ("fail", None) => Ok(OnBad::Fail),
            ("fail", Some(_)) => Err(usage("quarantine= goes with on_error=\"skip\" only; leave one of them out")),
            (other, _) => Err(usage(format!("on_error={other:?}; write \"skip\" or \"fail\""))),
        }
    }
}

/// The inputs, with the output in the place of each dataset of a job.
pub fn outputs_in(inputs: Vec<PathBuf>) -> PyResult<Vec<PathBuf>> {
    inputs.iter().map(|input| output_in(input).map_err(|error| raised(&error))).collect()
}

/// The schema of that version; the newest where none is named.
pub fn schema(version: Option<String>) -> PyResult<&'static Schema> {
    let all = Schema::all();
    let Some(version) = version else { return all.into_iter().next_back().ok_or_else(|| usage("there is no schema")) };
    Schema::find(&version).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|schema| schema.version()).collect();
        usage(format!("there is no schema {version:?}; write one of: {}", known.join(", ")))
    })
}
