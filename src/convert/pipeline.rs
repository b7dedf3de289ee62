//! Steps of a walk to batches, in input order: read, drop copies, cut, parse, settle, build.
//!
//! Every stage works ahead of the next by a bounded number of batches, so that no thread waits for the slowest document.
//! The same steps give the same batches for any number of threads: where a batch is cut depends on the
//! documents alone, never on when they were read.

use std::io;
use std::sync::Arc;
use std::thread;

use rayon::ThreadPool;

use super::bad::BadPolicy;
use super::event::{Event, Observer};
use super::feed::{Feed, FeedInput, Inputs, Ready};
use super::outcome::{Outcome, Status};
use super::parsing::Parsing;
use super::rows::{self, ParsedInput, PendingInput};
use super::seen::{Appearance, Memory, OwnMemory};
use super::{Duplicates, Limits, MaxBad, Rules, Summary};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::in_order::InOrder;
use crate::schema::{Row, Schema};
use crate::source::{DocumentId, Passed, RecordId, Step, UnreadableReason};
use crate::write::Batch;

/// What `steps` find, read by `rules`.
pub fn feed<'p, S: Iterator<Item = Step> + Send>(steps: S, rules: &Rules, pool: &'p ThreadPool) -> Feed<'p, S> {
    Feed { steps, pool, limits: rules.limits, rules: rules.cutting() }
}

/// Reads all inputs and emits their rows as batches for outputs, one for each of the schemas.
pub fn rows_of_each(
    schemas: &[&'static Schema],
    inputs: impl Inputs + Send,
    rules: &Rules,
    pool: &ThreadPool,
    observer: &dyn Observer,
    emit: &mut dyn FnMut(Vec<Arc<Batch>>) -> Result<()>,
) -> Result<Summary> {
    let schemas: Arc<[&Schema]> = schemas.into();
    let build = move |records: &[_]| rows::batches(&schemas, records);
    run(&mut OwnMemory::default(), inputs, rules, pool, observer, build, emit)
}

/// Reads everything `steps` finds and emits it as batches for outputs. The memory may reach beyond these steps.
pub fn rows(
    memory: &mut dyn Memory,
    steps: impl Iterator<Item = Step> + Send,
    rules: &Rules,
    pool: &ThreadPool,
    observer: &dyn Observer,
    emit: &mut Emit<'_>,
) -> Result<Summary> {
    let schema = rules.schema;
    let build = move |records: &[_]| rows::batch(schema, records);
    run(memory, feed(steps, rules, pool), rules, pool, observer, build, emit)
}

/// Takes each batch as it is built.
pub type Emit<'e> = dyn FnMut(Arc<Batch>) -> Result<()> + 'e;

/// Reads all inputs, has `build` make batches of their records, on the pool, and emits them in order.
pub fn run<B, T>(
    memory: &mut dyn Memory,
    inputs: impl Inputs + Send,
    rules: &Rules,
    pool: &ThreadPool,
    observer: &dyn Observer,
    build: B,
    emit: &mut dyn FnMut(T) -> Result<()>,
) -> Result<Summary>
where
    B: Fn(&[Box<Row>]) -> Result<T> + Clone + Send + 'static,
    T: Send + 'static,
{
    let bad = BadPolicy::open(&rules.on_bad, rules.max_bad)?;
    let mut run = Run {
        rules,
        pool,
        observer,
        memory,
        build,
        emit,
        waiting: NextBatch::default(),
        parsing: Parsing::new(pool, rows::look_into as fn(_) -> _),
        // One more than the threads, so that none waits while a result is taken.
        building: InOrder::new(pool.current_num_threads() + 1),
        bad,
        summary: Summary::default(),
    };
    thread::scope(|scope| {
        for chunk in inputs.read_ahead(scope) {
            rules.stop.check()?;
            chunk?.into_iter().try_for_each(|input| run.take(input))?;
            if run.is_over() {
                break;
            }
        }
        run.finish()
    })
}

/// A run between two inputs.
struct Run<'r, B, T> {
    rules: &'r Rules,
    pool: &'r ThreadPool,
    observer: &'r dyn Observer,
    memory: &'r mut dyn Memory,
    build: B,
    emit: &'r mut dyn FnMut(T) -> Result<()>,
    waiting: NextBatch,
    parsing: Parsing<fn(PendingInput) -> Result<ParsedInput>>,
    building: InOrder<T>,
    bad: BadPolicy,
    summary: Summary,
}

impl<B, T> Run<'_, B, T>
where
    B: Fn(&[Box<Row>]) -> Result<T> + Clone + Send + 'static,
    T: Send + 'static,
{
    /// Puts an input in the next batch, which leaves once it is full.
    fn take(&mut self, input: FeedInput) -> Result<()> {
        if self.is_over() {
            return Ok(());
        }
        let waiting = match input {
            FeedInput::Record(ready) => self.unless_seen(ready),
            FeedInput::Unreadable(id, reason) => {
                let status = self.unreadable(&id.document, reason)?;
                settled(id, status)
            }
            FeedInput::Ignored(id, kind) => settled(id, Status::Ignored(kind)),
            FeedInput::Passed(passed, document) => settled(RecordId::whole(document), Status::Passed(passed)),
            FeedInput::End(whole) => PendingInput::End(whole),
        };
        self.waiting.push(waiting);
        if self.waiting.is_full(&self.rules.limits, self.rows_left()) { self.cut() } else { Ok(()) }
    }

    fn unless_seen(&mut self, ready: Ready) -> PendingInput {
        let appearance = self.memory.appearance(&ready.id, &ready.proof);
        if appearance == Appearance::First || self.rules.duplicates == Duplicates::Keep {
            return PendingInput::Record(ready, appearance);
        }
        PendingInput::Settled(Outcome { id: ready.id, proof: Some(ready.proof), status: Status::Duplicate })
    }

    /// What an input is that could not be read. A machine that has nothing left, and a folder that nobody knows the
    /// inputs of, say nothing about an input: they end the run.
    fn unreadable(&self, id: &DocumentId, reason: UnreadableReason) -> Result<Status> {
        let shown = match id.path() {
            "" => "an input",
            path => path,
        };
        match reason {
            UnreadableReason::Vanished => Ok(Status::Passed(Passed::Vanished)),
            UnreadableReason::Exhausted(number) => {
                Err(Error::io("cannot read", shown, io::Error::from_raw_os_error(number)))
            }
            UnreadableReason::Folder(_) if self.rules.max_bad == MaxBad::Unlimited => {
                let advice =
                    "what is in it would be left out; mend that, or give --max-bad N, for which it counts as one";
                Err(Error::input(format!("{shown}: {reason}; {advice}")))
            }
            reason => Ok(Status::Unreadable(reason)),
        }
    }

    /// Has what waits parsed as one batch.
    fn cut(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting).inputs;
        if waiting.is_empty() {
            return Ok(());
        }
        if self.parsing.is_full() {
            self.build_next()?;
        }
        self.parsing.start(self.pool, waiting);
        match self.rules.row_limit {
            // How many rows are left is known once all are counted.
            Some(_) => self.build_all(),
            None => Ok(()),
        }
    }

    /// Settles the oldest batch that was parsed, and has its rows built.
    fn build_next(&mut self) -> Result<()> {
        let Some(looked) = self.parsing.next(self.pool, &self.rules.stop)? else { return Ok(()) };
        let mut records = Vec::with_capacity(looked.len());
        for looked in looked {
            records.extend(self.settle(looked)?);
        }
        if !records.is_empty() {
            if self.building.is_full() {
                self.emit_next()?;
            }
            let build = self.build.clone();
            self.building.start(self.pool, move || build(&records));
        }
        self.observer.event(Event::Batch(&self.summary));
        Ok(())
    }

    fn build_all(&mut self) -> Result<()> {
        while !self.parsing.is_empty() {
            self.build_next()?;
        }
        Ok(())
    }

    fn emit_next(&mut self) -> Result<()> {
        match self.building.next() {
            Some(batch) => (self.emit)(batch?),
            None => Ok(()),
        }
    }

    /// Sends on everything that is left.
    fn finish(mut self) -> Result<Summary> {
        self.cut()?;
        self.build_all()?;
        while !self.building.is_empty() {
            self.emit_next()?;
        }
        self.bad.check_budget(self.summary.bad, self.summary.records)?;
        self.summary.left_out.limited = self.is_over();
        Ok(self.summary)
    }

    /// Counts and reports what became of one input; gives its row.
    fn settle(&mut self, looked: ParsedInput) -> Result<Option<Box<Row>>> {
        let (outcome, record, appearance) = match looked {
            ParsedInput::Input { outcome, record, appearance } => (outcome, record, appearance),
            ParsedInput::End(whole) => {
                self.observer.event(Event::Document(&whole));
                self.summary.end(whole);
                return Ok(None);
            }
        };
        let record = record.map(|record| match appearance {
            Appearance::First => self.compare_number(record),
            Appearance::Again => record,
        });
        if let Some(record) = &record {
            self.summary.describe(record);
        }
        self.summary.count(&outcome);
        self.observer.event(Event::Input(&outcome, record.as_deref()));
        self.bad.admit(&outcome, record.as_deref(), self.summary.bad)?;
        Ok(record)
    }

    /// The same number with other text is a version: two rows, and the later one says so.
    fn compare_number(&mut self, mut record: Box<Row>) -> Box<Row> {
        let mrn = &record.cable.mrn;
        if self.memory.is_repeated(&record.provenance.id, mrn) {
            record.diagnostics.insert(0, Diagnostic::mrn_repeated(mrn));
        }
        record
    }

    fn rows_left(&self) -> u64 {
        self.rules.row_limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.summary.cables))
    }

    fn is_over(&self) -> bool {
        self.rows_left() == 0
    }
}

fn settled(id: RecordId, status: Status) -> PendingInput {
    PendingInput::Settled(Outcome { id, proof: None, status })
}

/// The inputs of the next batch.
#[derive(Debug, Default)]
struct NextBatch {
    inputs: Vec<PendingInput>,
    records: usize,
    bytes: usize,
}

impl NextBatch {
    fn push(&mut self, waiting: PendingInput) {
        if let PendingInput::Record(ready, _) = &waiting {
            self.records += 1;
            self.bytes += arrow_bytes(ready);
        }
        self.inputs.push(waiting);
    }

    fn is_full(&self, limits: &Limits, rows_left: u64) -> bool {
        self.records >= limits.batch_rows
            || self.records as u64 >= rows_left
            || self.bytes >= limits.batch_bytes
            || self.inputs.len() >= limits.batch_inputs
    }
}

/// What a record will take in Arrow form: its text twice, whole and as paragraphs, and a little for
/// the rest. An estimate, so that batches can be cut before anything is parsed.
fn arrow_bytes(ready: &Ready) -> usize {
    1024 + 2 * ready.bytes.len()
}
