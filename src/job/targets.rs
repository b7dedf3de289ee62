//! The outputs of a job within a generation: what each holds, and which of its files a change touches.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::entry::RowState;
use crate::error::{Error, Result};
use crate::read::ListedFile;
use crate::write::{Columns, Layout, Output};

/// The outputs of a job; those in partitions share one column.
#[derive(Clone, Debug)]
pub struct Targets {
    /// The outputs, with paths relative to a generation.
    pub outputs: Vec<Output>,
    /// The column of the partitions, if there are any.
    pub column: Option<String>,
}

/// What a change touches: everything in it is written again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Folders of partitions.
    pub units: BTreeSet<String>,
    /// Stems of files with one row.
    pub stems: BTreeSet<String>,
    /// Partitions whose published rows cannot be trusted: they are read from their inputs.
    pub damaged: BTreeSet<String>,
    /// Outputs, as they are written, whose list of files cannot be trusted.
    pub lists: BTreeSet<String>,
}

impl Touched {
    /// Adds what a row is in.
    pub fn add(&mut self, row: &RowState) {
        for (set, name) in [(&mut self.units, &row.unit), (&mut self.stems, &row.stem)] {
            if !set.contains(&**name) {
                set.insert(name.to_string());
            }
        }
    }
}

impl Targets {
    /// Reads the outputs of a job and checks that they fit together.
    pub fn parse(outputs: &[String]) -> Result<Targets> {
        let outputs: Vec<Output> = outputs.iter().map(|output| Output::parse(output)).collect::<Result<_>>()?;
        outputs.iter().try_for_each(check_path)?;
        let columns: BTreeSet<&str> = outputs.iter().filter_map(Output::by).collect();
        let column = columns.first().map(|column| (*column).to_owned());
        if columns.len() > 1 {
            return Err(Error::usage("all partitioned outputs of a job take the same by=".to_owned()));
        }
        let is_whole = |output: &&Output| matches!(output.layout, Layout::File(_) | Layout::Dataset { .. });
        if let (Some(column), Some(whole)) = (&column, outputs.iter().find(is_whole)) {
            let advice = format!("give it by={column} too, or write it by a job of its own");
            return Err(Error::usage(format!("{whole} holds all rows, other outputs only by={column}: {advice}")));
        }
        let targets = Targets { outputs, column };
        if targets.record().is_none() && !targets.outputs.iter().all(is_per_row) {
            let reason = "unchanged rows are read back from it";
            return Err(Error::usage(format!("one output of a job, not per=cable, must hold all columns: {reason}")));
        }
        Ok(targets)
    }

    /// The output that unchanged rows are read back from: it holds every column, in input order. A job that writes
    /// nothing but a file a cable needs none.
    pub fn record(&self) -> Option<&Output> {
        self.outputs.iter().find(|output| output.columns == Columns::All && !is_per_row(output))
    }

    /// The output that rows are read back from whose inputs cannot be looked at: that one, or else files of a row that hold
    /// every column.
    pub fn kept_in(&self) -> Option<&Output> {
        self.record().or_else(|| self.outputs.iter().find(|output| output.columns == Columns::All))
    }
}

/// Whether an output is a file a row.
pub fn is_per_row(output: &Output) -> bool {
    matches!(output.layout, Layout::PerRow { .. })
}

/// An output of a job is within its generation.
fn check_path(output: &Output) -> Result<()> {
    let path = output.path().unwrap_or(Path::new(""));
    let plain = path.components().all(|component| matches!(component, Component::Normal(_)));
    let hidden = path.to_string_lossy().starts_with(['_', '.']);
    match plain && !hidden && path.components().next().is_some() {
        true => Ok(()),
        false => {
            Err(Error::usage(format!("{output}: an output of a job is a path within the dataset, such as parquet/")))
        }
    }
}

/// Whether a change touches a listed file of `output`.
pub fn is_touched(output: &Output, file: &ListedFile, touched: &Touched) -> bool {
    match &output.layout {
        Layout::Partitions { .. } => {
            let unit = file.name.split('/').next().unwrap_or_default();
            touched.units.contains(unit)
        }
        Layout::PerRow { .. } => touched.stems.contains(stem(&file.name)),
        _ => true,
    }
}

/// `2009/ASTANA/09ASTANA1005` of `2009/ASTANA/09ASTANA1005~1c004ac4.xml`.
pub fn stem(name: &str) -> &str {
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    name[file..].find('~').map_or(name, |end| &name[..file + end])
}
