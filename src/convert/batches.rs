//! Cables as Arrow batches, pulled one by one: for engines that read Arrow, and for loops.
//!
//! A thread of its own walks, reads and parses ahead by a few batches and waits until somebody takes them. Dropped
//! before its end, it stops and leaves nothing. Writes nothing, and seals nothing.

use std::fmt;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use rayon::ThreadPool;

use super::event::{Event, Observer};
use super::seen::OwnMemory;
use super::{Rules, StopFlag, Summary, pipeline};
use crate::error::{Error, Result};
use crate::source::{DocumentId, FoundFile, Location, Selection, Step, WalkPart};

/// Cables as Arrow batches in input order: an iterator, and a `RecordBatchReader` of one schema.
///
/// The first error ends it. The same inputs give the same batches for any number of threads.
///
/// ```
/// use cablegram::convert::{Batches, Rules};
///
/// let documents = [("a.txt", "UNCLAS ASTANA 001005\nTAGS: EAGR\nSUBJECT: GRAIN\n")];
/// let batches = Batches::from_bytes(documents, Rules::default())?;
/// assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 1);
/// # Ok::<(), cablegram::error::Error>(())
/// ```
pub struct Batches {
    schema: SchemaRef,
    batches: Receiver<Result<RecordBatch>>,
    summary: Arc<LatestCounts>,
    stop: StopFlag,
}

impl Batches {
    /// Begins to read a selection.
    ///
    /// # Errors
    /// Of kind `Input` if an input is missing, `Usage` if `rules` name a column that does not exist.
    pub fn open(selection: &Selection, rules: Rules) -> Result<Batches> {
        Batches::of(selection.walk()?, rules.reading(selection))
    }

    /// Begins to read one part of a selection, as [`Selection::splits`] gives it.
    ///
    /// # Errors
    /// As [`open`](Batches::open).
    pub fn open_part(selection: &Selection, part: WalkPart, rules: Rules) -> Result<Batches> {
        Batches::of(part.of(selection.walk()?), rules.reading(selection))
    }

    /// Begins to read documents that are in memory already, each with its path as it will be in `source.path`.
    ///
    /// # Errors
    /// Of kind `Usage` if `rules` name a column that does not exist.
    pub fn from_bytes<D, P, B>(documents: D, rules: Rules) -> Result<Batches>
    where
        D: IntoIterator<Item = (P, B)>,
        D::IntoIter: Send + 'static,
        P: Into<String>,
        B: Into<Vec<u8>>,
    {
        let steps = documents.into_iter().map(|(path, bytes)| {
            let (path, bytes): (String, Vec<u8>) = (path.into(), bytes.into());
            Step::Found(FoundFile { id: DocumentId::file(path), location: Location::Memory(bytes) })
        });
        Batches::of(steps, rules)
    }

    fn of(steps: impl Iterator<Item = Step> + Send + 'static, mut rules: Rules) -> Result<Batches> {
        let schema = rules.projection()?.arrow().clone();
        let pool = rules.pool()?;
        let stop = rules.stop.below();
        rules.stop = stop.clone();
        let (sender, batches) = sync_channel(rules.limits.queued_batches);
        let summary = Arc::new(LatestCounts::default());
        let progress = summary.clone();
        let run = move || {
            let mut emit = |rows| sender.send(Ok(rows)).map_err(|_| Error::stopped());
            if let Err(error) = produce(steps, &rules, &pool, &progress, &mut emit) {
                // Nobody listens any more where the reader was dropped.
                drop(sender.send(Err(error)));
            }
        };
        let started = thread::Builder::new().name("batches".to_owned()).spawn(run);
        started.map_err(|error| Error::usage(format!("cannot start a thread: {error}; try fewer threads")))?;
        Ok(Batches { schema, batches, summary, stop })
    }

    /// The counts of what was read so far; complete once the last batch was taken.
    pub fn summary(&self) -> Summary {
        self.summary.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn produce(
    steps: impl Iterator<Item = Step> + Send,
    rules: &Rules,
    pool: &ThreadPool,
    progress: &LatestCounts,
    emit: &mut dyn FnMut(RecordBatch) -> Result<()>,
) -> Result<()> {
    let projection = rules.projection()?;
    let build = move |records: &[_]| Ok(projection.batch(records));
    let summary = pipeline::run(&mut OwnMemory::default(), steps, rules, pool, progress, build, emit)?;
    progress.set(&summary);
    Ok(())
}

impl Iterator for Batches {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.recv().ok()?;
        Some(batch.map_err(|error| ArrowError::ExternalError(Box::new(error))))
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        self.stop.raise();
    }
}

impl fmt::Debug for Batches {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Batches").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// Keeps the latest counts.
#[derive(Default)]
struct LatestCounts(Mutex<Summary>);

impl LatestCounts {
    fn set(&self, summary: &Summary) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = summary.clone();
    }
}

impl Observer for LatestCounts {
    fn event(&self, event: Event<'_>) {
        if let Event::Batch(summary) = event {
            self.set(summary);
        }
    }
}
