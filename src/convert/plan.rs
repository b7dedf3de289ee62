//! What a run is to do: everything that is decided before the first byte is read.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

use super::{Summary, feed};
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::schema::{Projection, Schema};
use crate::source::{Filter, Input, Selection, container};
use crate::write::{Columns, Destinations, Existing, Manner, Output};

/// One conversion.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Plan {
    /// What is read.
    pub selection: Selection,
    /// How it is read.
    pub rules: Rules,
    /// What is written, in one pass.
    pub outputs: Vec<Output>,
    /// What happens to outputs that are there already.
    pub existing: Existing,
    /// Whether outputs are written at all.
    pub effect: Effect,
    /// What a run that finds no cable is.
    pub empty: Empty,
    /// Which schema outputs get that are converted again.
    pub reread: Reread,
    /// File that names every input that became no row, with the reason.
    pub report: Option<PathBuf>,
    /// File with one line for every delivered file and record: `.csv`, `.jsonl` or `.parquet`.
    pub inventory: Option<PathBuf>,
    /// File that the settings come from, which nothing may replace.
    pub settings: Option<PathBuf>,
    /// The folder that files of outputs are relative to in the inventory; else they are named as the outputs are.
    pub inventory_base: Option<PathBuf>,
}

impl Plan {
    /// Reads a selection and writes it to these outputs: by the usual rules, over nothing that exists.
    pub fn new(selection: Selection, outputs: impl IntoIterator<Item = Output>) -> Plan {
        Plan { selection, outputs: outputs.into_iter().collect(), ..Plan::default() }
    }

    /// Sets how documents become rows.
    pub fn rules(mut self, rules: Rules) -> Plan {
        self.rules = rules;
        self
    }

    /// Everything that the run writes.
    pub(super) fn destinations(&self) -> Result<Destinations> {
        let mut destinations = Destinations::of(&self.outputs, Path::new(""))?;
        if let OnBad::Quarantine(folder) = &self.rules.on_bad {
            destinations.add(format!("the quarantine {}", folder.display()), folder, Manner::Additions)?;
        }
        if let Some(inventory) = &self.inventory {
            destinations.add(format!("the inventory {}", inventory.display()), inventory, Manner::File)?;
        }
        if let Some(report) = self.report.as_deref().filter(|report| *report != Path::new("-")) {
            destinations.add(format!("the report {}", report.display()), report, Manner::File)?;
        }
        destinations.refuse_inputs(self.settings.as_deref())?;
        Ok(destinations)
    }
}

/// Most threads of a run: more slow any machine down, and many more stop it.
pub const MAX_THREADS: usize = 1024;

/// Whether lists of telegrams, whose texts are in other files, are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Indexes {
    /// They are left alone: beside the texts they would double each telegram.
    #[default]
    Skip,
    /// Each row of them is a cable without a text.
    Read,
}

/// How documents become rows.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Rules {
    /// Schema of the rows.
    pub schema: &'static Schema,
    /// Columns of batches that are pulled; those left out are not built. Outputs have a choice of their own.
    pub columns: Columns,
    /// Threads of the pool; as many as there are cores, where it is not said.
    pub threads: Option<NonZeroUsize>,
    /// What happens to identical copies.
    pub duplicates: Duplicates,
    /// What happens to bad inputs.
    pub on_bad: OnBad,
    /// How many bad inputs a run may have.
    pub max_bad: MaxBad,
    /// Rows after which the run ends.
    pub row_limit: Option<u64>,
    /// Which documents are read.
    pub accepted: Accepted,
    /// Which members of containers are wanted; which files are is for the selection to say.
    pub members: Filter,
    /// How much of a web page is kept.
    pub html_source: HtmlSource,
    /// Whether lists of telegrams are read.
    pub indexes: Indexes,
    /// Bounds of memory.
    pub limits: Limits,
    /// Raised to end the run early.
    pub stop: StopFlag,
}

impl Rules {
    /// The rules a run has where nothing else is said.
    pub fn new(schema: &'static Schema) -> Rules {
        Rules { schema, ..Rules::default() }
    }

    /// Has only these columns built, for batches that are pulled.
    pub fn columns(mut self, columns: Columns) -> Rules {
        self.columns = columns;
        self
    }

    /// The same rules, with the filter of a selection for the members of containers. A list of telegrams is read where the
    /// selection is nothing but one file.
    pub(crate) fn reading(mut self, selection: &Selection) -> Rules {
        self.members = selection.filter.clone();
        self.indexes = match selection.inputs.as_slice() {
            // Of what cannot be looked at, the walk tells.
            [Input::Path(path)] if matches!(standing(path), Ok(Standing::File)) => Indexes::Read,
            [Input::StandardInput] => Indexes::Read,
            _ => self.indexes,
        };
        self
    }

    /// How documents are cut.
    pub(super) fn cutting(&self) -> feed::FeedRules {
        feed::FeedRules {
            limit: self.limits.record_bytes,
            block: self.limits.block_bytes,
            accepted: self.accepted,
            filter: self.members.clone(),
            html_source: self.html_source,
            indexes: self.indexes,
            containers: self.limits.containers,
            stop: self.stop.clone(),
        }
    }

    /// The columns of batches that are pulled.
    pub(crate) fn projection(&self) -> Result<Projection> {
        Ok(self.schema.project(self.columns.places(self.schema.arrow())?))
    }

    /// The one pool of a run; everything that computes runs in it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) for more than [`MAX_THREADS`] threads, or if the system starts
    /// no more.
    pub fn pool(&self) -> Result<Arc<rayon::ThreadPool>> {
        let threads = self.threads.map_or(0, NonZeroUsize::get);
        if threads > MAX_THREADS {
            return Err(Error::usage(format!(
                "{threads} threads are too many: write a number from 1 to {MAX_THREADS}"
            )));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|index| format!("pool-{index}"));
        let refuse = |error| Error::usage(format!("cannot start {threads} threads: {error}; try fewer"));
        pool.build().map(Arc::new).map_err(refuse)
    }
}

/// Whether outputs are written at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// They are written and published.
    #[default]
    Publish,
    /// Everything is read and counted, nothing is written.
    DryRun,
}

/// Which schema outputs get that are converted again and ask for none themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reread {
    /// The one that the rows have.
    #[default]
    KeepsSchema,
    /// The one of the rules: where it is another, the texts are parsed again.
    TakesSchemaOfRules,
}

/// What a run that finds no cable is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Empty {
    /// A failure.
    #[default]
    Refuse,
    /// As good as any.
    Allow,
}

/// What happens to identical copies, alike in every byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// The first in input order is the row, the others are counted.
    #[default]
    First,
    /// Every copy is a row.
    Keep,
}

/// Which documents are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accepted {
    /// All: texts, dumps, and the members of containers.
    #[default]
    All,
    /// Those that are one record; dumps and containers are named as what they are.
    SingleRecords,
}

/// How much of a web page is kept as the source of its row.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HtmlSource {
    /// The stretch that the cable is in.
    #[default]
    Record,
    /// The whole page, twenty times as much.
    Page,
}

/// What happens to a bad input: unreadable, too large, or a cable with an error among its diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnBad {
    /// It is named and counted.
    #[default]
    Skip,
    /// Its bytes are kept in this folder besides.
    Quarantine(PathBuf),
    /// The run fails.
    Fail,
}

/// How many bad inputs a run may have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum MaxBad {
    /// Any number.
    #[default]
    Unlimited,
    /// So many.
    Count(u64),
    /// So many of a hundred files found.
    Percent(f64),
}

impl MaxBad {
    /// Reads `10` or `2.5%`.
    pub fn parse(text: &str) -> Result<MaxBad> {
        MaxBad::parse_as("--max-bad", text)
    }

    /// Reads it for an option or setting of that name.
    pub fn parse_as(name: &str, text: &str) -> Result<MaxBad> {
        let refuse = || Error::usage(format!("{name} {text:?} is not a number of inputs: write 10, or 2%, up to 100%"));
        match text.strip_suffix('%') {
            None => text.parse().map(MaxBad::Count).map_err(|_| refuse()),
            Some(percent) => match percent.trim().parse() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(MaxBad::Percent(percent)),
                _ => Err(refuse()),
            },
        }
    }

    /// How many of `found` inputs may be bad.
    pub fn allowed(self, found: u64) -> u64 {
        match self {
            MaxBad::Unlimited => u64::MAX,
            MaxBad::Count(count) => count,
            MaxBad::Percent(percent) => (found as f64 * percent / 100.0).floor() as u64,
        }
    }

    /// Refuses a run that ended with more bad inputs.
    pub(crate) fn check(self, summary: &Summary) -> Result<()> {
        let allowed = self.allowed(summary.records);
        if summary.bad > allowed { Err(Error::too_many_bad(summary.bad, allowed, "see the report")) } else { Ok(()) }
    }
}

/// What bounds the memory of a run, whatever it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one record; libxml2 refuses longer text nodes. A document may have any size.
    pub record_bytes: usize,
    /// Bytes of a large file that are read in one go.
    pub block_bytes: usize,
    /// What is allowed to a container.
    pub containers: container::ContainerLimits,
    /// Files that are read together.
    pub chunk_files: usize,
    /// Bytes that are read together, and one document more a thread.
    pub chunk_bytes: usize,
    /// Rows of a batch. Batches are small: formats gather them to groups of their own size.
    pub batch_rows: usize,
    /// Bytes of a batch in Arrow form, as estimated from its documents.
    pub batch_bytes: usize,
    /// Inputs of a batch, those that become no row included.
    pub batch_inputs: usize,
    /// Batches that wait before each output.
    pub queued_batches: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            record_bytes: 8 << 20,
            block_bytes: 1 << 20,
            containers: container::ContainerLimits::default(),
            chunk_files: 256,
            chunk_bytes: 2 << 20,
            batch_rows: 4096,
            batch_bytes: 2 << 20,
            batch_inputs: 32_768,
            queued_batches: 2,
        }
    }
}

/// Raised to end the run; it ends between two batches, and leaves nothing visible.
#[derive(Clone, Debug, Default)]
pub struct StopFlag {
    own: Arc<AtomicBool>,
    above: Option<Arc<AtomicBool>>,
}

impl StopFlag {
    /// A flag of its own that is up as well once this one is.
    pub fn below(&self) -> StopFlag {
        StopFlag { own: Arc::default(), above: Some(self.own.clone()) }
    }

    /// Asks the run to end.
    pub fn raise(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// The flag itself, for a signal handler to set.
    pub fn shared(&self) -> Arc<AtomicBool> {
        self.own.clone()
    }

    /// Fails once the flag is up.
    pub fn check(&self) -> Result<()> {
        let is_up = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if is_up(&self.own) || self.above.as_ref().is_some_and(is_up) { Err(Error::stopped()) } else { Ok(()) }
    }
}
