//! Cables as Arrow batches, pulled one by one: for engines that read Arrow, and for loops.
//!
//! A thread of its own walks, reads and parses ahead by a few batches and waits until somebody takes them. Dropped
//! before its end, it stops and leaves nothing. Writes nothing, and seals nothing.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use rayon::ThreadPool;

use super::event::{Event, Observer};
use super::feed::{Inputs, Stored};
use super::seen::OwnMemory;
use super::{Duplicates, Outcome, Rules, StopFlag, Summary, again, pipeline};
use crate::error::{Error, Result};
use crate::in_order::guarded;
use crate::mutex::locked;
use crate::read::{self, OutputPart};
use crate::schema::Schema;
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
    progress: Arc<LatestCounts>,
    stop: StopFlag,
}

impl Batches {
    /// Begins to read a selection.
    ///
    /// # Errors
    /// Of kind `Input` if an input is missing, `Usage` if `rules` name a column that does not exist.
    pub fn open(selection: &Selection, rules: Rules) -> Result<Batches> {
        Batches::of(selection.walk()?, rules.reading(selection), || Ok(()))
    }

    /// Begins to read one part of a selection, as [`splits`](super::splits()) gives it.
    ///
    /// The last batch is followed by an error of kind `Input` if the files of the part changed since it was made.
    ///
    /// # Errors
    /// As [`open`](Batches::open).
    pub fn open_part(selection: &Selection, part: WalkPart, rules: Rules) -> Result<Batches> {
        let (steps, check) = part.of(selection.walk()?);
        Batches::of(steps, rules.reading(selection), move || check.check())
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
        Batches::of(steps, rules, || Ok(()))
    }

    /// Begins to read files that this program wrote, as [`OutputFiles`] finds them. Their rows come as they are; nothing
    /// is proven, which [`verify`](crate::verify()) is for.
    ///
    /// # Errors
    /// Of kind `Usage` if `rules` name a column that the files do not have.
    pub fn from_outputs(files: &OutputFiles, rules: Rules) -> Result<Batches> {
        let places = rules.columns.places(&files.columns)?;
        let schema = SchemaRef::new(files.columns.project(&places).map_err(|error| Error::format(error.to_string()))?);
        let files = files.clone();
        Batches::begin(schema, rules, move |rules, progress, emit| {
            let mut summary = Summary::default();
            for part in &files.parts {
                let mut reader = again::open(part)?;
                summary.found += 1;
                while let Some(records) = reader.next()? {
                    rules.stop.check()?;
                    let left = rules.row_limit.map_or(u64::MAX, |limit| limit - summary.cables);
                    if left == 0 {
                        return Ok(summary);
                    }
                    if records.schema_ref().fields() != files.columns.fields() {
                        return Err(again::other_columns(part));
                    }
                    let rows = usize::try_from(left).unwrap_or(usize::MAX).min(records.num_rows());
                    let records = records.slice(0, rows).project(&places);
                    summary.cables += rows as u64;
                    emit(records.map_err(|error| Error::format(error.to_string()))?)?;
                    progress.event(Event::Batch(&summary));
                }
            }
            Ok(summary)
        })
    }

    /// Begins to read files that this program wrote, and parses the text of each row again: the rows have the schema of
    /// `rules`, whatever the files have. Every byte is proven.
    ///
    /// # Errors
    /// Of kind `Usage` if `rules` name a column that does not exist, `Verification` if a file is damaged or its rows do not
    /// keep their text.
    pub fn from_outputs_again(files: &OutputFiles, rules: Rules) -> Result<Batches> {
        // What is a row already is no copy, however often it is there.
        let rules = Rules { duplicates: Duplicates::Keep, ..rules };
        let stored = Stored::open(&files.outputs, rules.limits, rules.stop.clone())?.only(&files.parts);
        let (schema, pool) = (rules.projection()?.arrow().clone(), rules.pool()?);
        Batches::begin(schema, rules, move |rules, progress, emit| rows_of(stored, rules, &pool, progress, emit))
    }

    /// Begins to read what a walk finds; `check` says in the end whether that was right.
    fn of(
        steps: impl Iterator<Item = Step> + Send + 'static,
        rules: Rules,
        check: impl FnOnce() -> Result<()> + Send + 'static,
    ) -> Result<Batches> {
        let (schema, pool) = (rules.projection()?.arrow().clone(), rules.pool()?);
        Batches::begin(schema, rules, move |rules, progress, emit| {
            let summary = rows_of(pipeline::feed(steps, rules, &pool), rules, &pool, progress, emit)?;
            check().map(|()| summary)
        })
    }

    /// Starts the thread that produces the batches.
    fn begin<P>(schema: SchemaRef, mut rules: Rules, produce: P) -> Result<Batches>
    where
        P: FnOnce(&Rules, &LatestCounts, &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Summary> + Send + 'static,
    {
        let stop = rules.stop.below();
        rules.stop = stop.clone();
        let (sender, batches) = sync_channel(rules.limits.queued_batches);
        let progress = Arc::new(LatestCounts::default());
        let heard = progress.clone();
        let run = move || {
            let mut emit = |rows| sender.send(Ok(rows)).map_err(|_| Error::stopped());
            // A thread that is gone would look like the end of the rows.
            match guarded(|| produce(&rules, &progress, &mut emit)) {
                Ok(summary) => progress.set(summary),
                // Nobody listens any more where the reader was dropped.
                Err(error) => drop(sender.send(Err(error))),
            }
        };
        let started = thread::Builder::new().name("batches".to_owned()).spawn(run);
        started.map_err(|error| Error::usage(format!("cannot start a thread: {error}; try fewer threads")))?;
        Ok(Batches { schema, batches, progress: heard, stop })
    }

    /// The counts of what was read so far; complete once the last batch was taken.
    pub fn summary(&self) -> Summary {
        locked(&self.progress.0).summary.clone()
    }

    /// The bad inputs that were met since this was last asked, the first ten thousand of them.
    pub fn take_bad(&self) -> Vec<Outcome> {
        std::mem::take(&mut locked(&self.progress.0).bad)
    }
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

/// Has the rows of the inputs built and emitted, with the columns that are asked for.
fn rows_of(
    inputs: impl Inputs + Send,
    rules: &Rules,
    pool: &ThreadPool,
    progress: &LatestCounts,
    emit: &mut dyn FnMut(RecordBatch) -> Result<()>,
) -> Result<Summary> {
    let projection = rules.projection()?;
    let build = move |records: &[_]| Ok(projection.batch(records));
    pipeline::run(&mut OwnMemory::default(), inputs, rules, pool, progress, build, emit)
}

/// Files that this program wrote, to be read again.
#[derive(Clone, Debug)]
pub struct OutputFiles {
    outputs: Vec<PathBuf>,
    parts: Vec<OutputPart>,
    schema: &'static Schema,
    columns: SchemaRef,
}

impl OutputFiles {
    /// Finds the files of these outputs, and looks at the columns of the first that has a row.
    ///
    /// # Errors
    /// Of kind `NotFound` if nothing of ours is at a path, `Verification` if the file is damaged.
    pub fn find(outputs: &[impl AsRef<Path>]) -> Result<OutputFiles> {
        let parts = outputs.iter().map(|path| read::parts(path.as_ref())).collect::<Result<Vec<_>>>()?.concat();
        let (schema, columns) = again::columns(&parts)?;
        let outputs = outputs.iter().map(|path| path.as_ref().to_owned()).collect();
        Ok(OutputFiles { outputs, parts, schema, columns })
    }

    /// Whether all of them have rows of this schema.
    ///
    /// # Errors
    /// Of kind `Verification` if a file is damaged.
    pub fn are_all_of(&self, schema: &Schema) -> Result<bool> {
        Ok(self.schema.version() == schema.version() && again::are_all_of(schema, &self.parts)?)
    }

    /// The schema of the first that has a row.
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// The columns of their rows.
    pub fn columns(&self) -> &SchemaRef {
        &self.columns
    }

    /// Where they are.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().map(|part| part.path.as_path())
    }

    /// One of the files.
    ///
    /// # Errors
    /// Of kind `Input` if it is not among them.
    pub fn only(&self, path: &Path) -> Result<OutputFiles> {
        let part = self.parts.iter().find(|part| part.path == path).cloned().ok_or_else(|| {
            let path = path.display();
            Error::input(format!("the files changed since the parts were made: {path} is gone; make the parts again"))
        })?;
        Ok(OutputFiles { parts: vec![part], ..self.clone() })
    }
}

/// Bad inputs that are kept for whoever asks.
const BAD_KEPT: usize = 10_000;

/// Keeps the latest counts, and bad inputs.
#[derive(Default)]
struct LatestCounts(Mutex<Heard>);

#[derive(Default)]
struct Heard {
    summary: Summary,
    bad: Vec<Outcome>,
}

impl LatestCounts {
    fn set(&self, summary: Summary) {
        locked(&self.0).summary = summary;
    }
}

impl Observer for LatestCounts {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Batch(summary) => self.set(summary.counts_alone()),
            Event::Input(outcome, _) if outcome.status.is_bad() => {
                let mut heard = locked(&self.0);
                if heard.bad.len() < BAD_KEPT {
                    heard.bad.push(outcome.clone());
                }
            }
            _ => {}
        }
    }
}
