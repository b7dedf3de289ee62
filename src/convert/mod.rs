//! A `Plan` to published outputs: one pass over the inputs for all outputs.
//!
//! ```text
//! walk ─► feed ─► copies dropped ─► parsed ─► settled ─► built ─┬─► channel ─► output
//!         read,   and batches cut,  on the    in input   on the └─► channel ─► output
//!         cut,    in input order    pool      order      pool
//!         hashed
//! ```
//!
//! Every stage works ahead of the next by a few batches (`in_order`); where a batch is cut depends on the
//! documents alone, never on the threads.
//!
//! Memory is bounded by `Limits` and by 64 bytes a cable. Every output is complete before the first is
//! published; a run that fails or is stopped leaves nothing visible. Knows no format, reads no clock.

mod again;
mod bad;
mod batches;
mod event;
mod feed;
pub mod inventory;
mod noted;
mod outcome;
mod outputs;
mod parsing;
mod pipeline;
mod plan;
mod quarantine;
mod report;
mod rows;
mod seen;
mod sources;
mod splits;
mod summary;
mod written;

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use rayon::ThreadPool;

pub use again::{are_outputs, is_output, reconvert};
pub use batches::{Batches, OutputFiles};
pub use event::{Event, Observer, Silent};
pub use feed::DocumentEnd;
#[cfg(feature = "cli")]
pub(crate) use feed::Ready;
pub(crate) use feed::{FeedInput, GivenUp};
pub(crate) use inventory::{Delivery, csv_line};
pub(crate) use noted::NotedLines;
pub use outcome::{BytesProof, Outcome, Status};
pub(crate) use outputs::{Lanes, Target, write_all};
pub(crate) use pipeline::rows;
pub use plan::{
    Accepted, Duplicates, Effect, Empty, HtmlSource, Indexes, Limits, MAX_THREADS, MaxBad, OnBad, Plan, Reread, Rules,
    StopFlag,
};
pub use quarantine::QUARANTINE_INDEX;
pub(crate) use quarantine::{BadInput, Quarantine};
pub use report::{Reported, counts};
pub(crate) use seen::{Appearance, Memory, OwnMemory};
pub(crate) use sources::{Ids, Sources};
pub use splits::{splits, splits_of};
pub use summary::Summary;
use written::WrittenFiles;

use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::schema::Schema;
use crate::source::{FoundFile, Selection};
use crate::write::{DocumentList, Output, Staged, Staging, WriteContext};
use report::Reporter;
#[cfg(feature = "cli")]
pub(crate) use rows::row_of_record;
pub(crate) use rows::sealed;

/// Name and version of this program, as outputs give it.
pub const TOOL: &str = concat!("cablegram ", env!("CARGO_PKG_VERSION"));

/// Version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads every document of the plan and writes every output.
///
/// # Errors
/// Of kind `Usage` if two of the files it is to write are one, or if one of them is among the inputs; see
/// [`ErrorKind`](crate::error::ErrorKind) for the others.
pub fn convert(plan: &Plan, observer: &dyn Observer) -> Result<Summary> {
    plan.destinations()?.refuse_inputs(plan.selection.paths())?;
    let schemas = InUse::of(plan, plan.rules.schema)?;
    written(plan, &schemas, observer, |pool, lanes, reporter| {
        let walk = plan.selection.walk()?.inspect(|step| reporter.event(Event::Found(step)));
        let rules = plan.rules.clone().reading(&plan.selection);
        let feed = pipeline::feed(walk, &rules, pool);
        pipeline::rows_of_each(&schemas.all, feed, &rules, pool, reporter, &mut |rows| lanes.send_each(&rows))
    })
}

/// Reads every document of a selection and tells the observer of each row; builds no batch and writes nothing.
///
/// # Errors
/// As [`convert`], less those of outputs.
pub fn look(selection: &Selection, rules: &Rules, observer: &dyn Observer) -> Result<Summary> {
    let pool = rules.pool()?;
    let rules = rules.clone().reading(selection);
    let walk = selection.walk()?.inspect(|step| observer.event(Event::Found(step)));
    let feed = pipeline::feed(walk, &rules, &pool);
    pipeline::run(&mut OwnMemory::default(), feed, &rules, &pool, observer, |_: &[_]| Ok(()), &mut |()| Ok(()))
}

/// The schemas in use, and which of them each output takes.
struct InUse {
    all: Vec<&'static Schema>,
    /// The columns of the rows in each of them.
    columns: Vec<SchemaRef>,
    of_outputs: Vec<usize>,
}

impl InUse {
    /// Those that the outputs ask for; `usual` for one that asks for none.
    fn of(plan: &Plan, usual: &'static Schema) -> Result<InUse> {
        let mut in_use = InUse { all: Vec::new(), columns: Vec::new(), of_outputs: Vec::new() };
        for output in &plan.outputs {
            let schema = output.schema.as_deref().map_or(Ok(usual), Schema::named).map_err(Error::usage)?;
            let known = in_use.all.iter().position(|known| known.version() == schema.version());
            in_use.of_outputs.push(known.unwrap_or(in_use.all.len()));
            if known.is_none() {
                in_use.all.push(schema);
                in_use.columns.push(schema.arrow().clone());
            }
        }
        Ok(in_use)
    }
}

/// Cuts one file into records, here and now, for as long as `take` accepts more.
pub(crate) fn records(
    found: FoundFile,
    rules: &Rules,
    take: &mut dyn FnMut(FeedInput) -> std::result::Result<(), GivenUp>,
) {
    // That nobody needs more is not a failure.
    let _ = feed::each(found, &rules.cutting(), take);
}

/// Opens the outputs, the report and the inventory, lets `produce` fill them, and publishes them once all are complete.
fn written(
    plan: &Plan,
    schemas: &InUse,
    observer: &dyn Observer,
    produce: impl FnOnce(&ThreadPool, &Lanes, &Reporter<'_>) -> Result<Summary>,
) -> Result<Summary> {
    let reporter = Reporter::begin(plan, observer)?;
    let result = complete(plan, schemas, &reporter, produce);
    let report = match reporter.report(result.as_ref().map(|complete| &complete.summary)) {
        Ok(report) => report,
        Err(error) => return Err(result.err().unwrap_or(error)),
    };
    let published = result.and_then(|complete| complete.publish(plan, observer));
    let reported = report.publish();
    published.and_then(|summary| reported.map(|()| summary))
}

/// Everything that is written, under temporary names still.
struct CompleteRun {
    summary: Summary,
    staged: Vec<Staged>,
    inventory: Option<Staging>,
}

impl CompleteRun {
    fn publish(self, plan: &Plan, observer: &dyn Observer) -> Result<Summary> {
        plan.rules.stop.check()?;
        observer.event(Event::Complete);
        for published in Staged::publish_all(self.staged, self.inventory)? {
            observer.event(Event::Published(&published));
        }
        Ok(self.summary)
    }
}

fn complete(
    plan: &Plan,
    schemas: &InUse,
    reporter: &Reporter<'_>,
    produce: impl FnOnce(&ThreadPool, &Lanes, &Reporter<'_>) -> Result<Summary>,
) -> Result<CompleteRun> {
    let pool = plan.rules.pool()?;
    let listed = DocumentList::default();
    let targets = open(plan, schemas, &pool, &listed)?;
    let queued = plan.rules.limits.queued_batches;
    let (mut summary, staged) = outputs::write_all(targets, queued, |lanes| {
        let summary = produce(&pool, lanes, reporter)?;
        if plan.empty == Empty::Refuse {
            summary.refuse_empty(", or allow it with --allow-empty")?;
        }
        listed.set(summary.lists());
        Ok(summary)
    })?;
    let inventory = reporter.inventory(plan, &staged)?;
    summary.outputs = staged.iter().map(|staged| staged.published().clone()).collect();
    Ok(CompleteRun { summary, staged, inventory })
}

fn open(plan: &Plan, schemas: &InUse, pool: &Arc<ThreadPool>, listed: &DocumentList) -> Result<Vec<Target>> {
    for column in plan.outputs.iter().filter_map(Output::by) {
        Schema::check_partition(column).map_err(Error::usage)?;
    }
    let context = WriteContext { documents: listed.clone(), ..WriteContext::new(pool.clone(), plan.existing, TOOL) };
    let mut targets = Vec::new();
    for (output, &schema) in plan.outputs.iter().zip(&schemas.of_outputs) {
        if plan.effect == Effect::Publish || is_replaced(output)? {
            targets.push(Target { sink: output.open(&schemas.columns[schema], &context)?, schema });
        }
    }
    if plan.effect == Effect::DryRun {
        // What cannot be written was refused; what was opened is closed without a row.
        targets.clear();
    }
    Ok(targets)
}

/// Whether an output gets its name only once it is complete; a stream is written as it comes.
fn is_replaced(output: &Output) -> Result<bool> {
    output.path().map_or(Ok(false), |path| Ok(standing(path)? != Standing::Stream))
}
