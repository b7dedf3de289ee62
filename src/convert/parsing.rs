//! Batches of inputs to what is in them: parsed side by side on a pool, given back in the order in which they came.
//!
//! No loop of the parser runs without making progress, and no record takes more than a second. If one takes a minute all
//! the same, it is bad, and the run continues without it and without the thread that is lost in it. Whoever waits looks
//! at the stop flag. Reads no clock: it counts how often it waited in vain.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rayon::ThreadPool;

use super::StopFlag;
use super::outcome::{BytesProof, Outcome, Status};
use super::rows::{ParsedInput, PendingInput};
use super::seen::Appearance;
use crate::error::{Error, Result};
use crate::mutex::locked;
use crate::source::{RecordId, UnreadableReason};

/// How long one wait lasts.
const WAIT: Duration = Duration::from_millis(100);

/// So many waits are a minute, the most that one record may take. A program that is not optimized gets ten.
const WAITS: u32 = if cfg!(debug_assertions) { 6000 } else { 600 };

/// Batches under way, oldest first.
pub struct Parsing<L> {
    look_into: L,
    most: usize,
    /// Threads that are not lost.
    threads: usize,
    waits: u32,
    under_way: VecDeque<Arc<BatchUnderWay>>,
}

/// A batch that the pool and whoever waits for it share.
struct BatchUnderWay {
    progress: Mutex<BatchProgress>,
    moved: Condvar,
}

/// How far a batch is.
struct BatchProgress {
    left: VecDeque<PendingInput>,
    /// The input that is looked into.
    at: Option<(RecordId, Option<BytesProof>)>,
    parsed: Vec<ParsedInput>,
    /// How often the task that looks into it was replaced: what earlier tasks find no longer counts.
    task: u32,
    failure: Option<Error>,
}

impl<L: Fn(PendingInput) -> Result<ParsedInput> + Clone + Send + 'static> Parsing<L> {
    /// Room for one batch more than the pool has threads, so that none waits while a result is taken.
    pub fn new(pool: &ThreadPool, look_into: L) -> Parsing<L> {
        let threads = pool.current_num_threads();
        Parsing { look_into, most: threads + 1, threads, waits: WAITS, under_way: VecDeque::new() }
    }

    /// Whether a result must be taken before the next batch is started.
    pub fn is_full(&self) -> bool {
        self.under_way.len() >= self.most
    }

    /// Whether no result is left to be taken.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Has these inputs looked into.
    pub fn start(&mut self, pool: &ThreadPool, inputs: Vec<PendingInput>) {
        let parsed = Vec::with_capacity(inputs.len());
        let progress = BatchProgress { left: inputs.into(), at: None, parsed, task: 0, failure: None };
        let batch = Arc::new(BatchUnderWay { progress: Mutex::new(progress), moved: Condvar::new() });
        self.under_way.push_back(batch.clone());
        self.spawn(pool, batch, 0);
    }

    fn spawn(&self, pool: &ThreadPool, batch: Arc<BatchUnderWay>, task: u32) {
        let look_into = self.look_into.clone();
        pool.spawn(move || while batch.next_input(task).is_some_and(|input| batch.take(task, look_into(input))) {});
    }

    /// Waits for the oldest batch; `None` if none is under way.
    ///
    /// # Errors
    /// Of kind `Stopped` once the flag is up, `Input` if a record took too long on each of the threads.
    pub fn next(&mut self, pool: &ThreadPool, stop: &StopFlag) -> Result<Option<Vec<ParsedInput>>> {
        let Some(batch) = self.under_way.pop_front() else { return Ok(None) };
        let mut progress = batch.progress();
        let mut waits = 0;
        loop {
            if let Some(failure) = progress.failure.take() {
                return Err(failure);
            }
            if progress.left.is_empty() && progress.at.is_none() {
                return Ok(Some(std::mem::take(&mut progress.parsed)));
            }
            stop.check()?;
            let before = progress.parsed.len();
            progress = batch.moved.wait_timeout(progress, WAIT).unwrap_or_else(PoisonError::into_inner).0;
            // A batch that waits for a thread is not slow.
            let is_slow = progress.parsed.len() == before && progress.at.is_some();
            waits = if is_slow { waits + 1 } else { 0 };
            if waits >= self.waits
                && let Some((id, proof)) = progress.at.take()
            {
                waits = 0;
                self.threads -= 1;
                if self.threads == 0 {
                    let advice = "leave it out with --exclude, and report it";
                    return Err(Error::input(format!("{id}: {}; {advice}", UnreadableReason::TooSlow)));
                }
                progress.give_up(id, proof);
                self.spawn(pool, batch.clone(), progress.task);
            }
        }
    }
}

impl BatchUnderWay {
    fn progress(&self) -> MutexGuard<'_, BatchProgress> {
        locked(&self.progress)
    }

    /// The next input for the task of that number; `None` where none is left, or another task took over.
    fn next_input(&self, task: u32) -> Option<PendingInput> {
        let mut progress = self.progress();
        if progress.task != task {
            return None;
        }
        let input = progress.left.pop_front()?;
        progress.at = Some(input.name());
        Some(input)
    }

    /// Takes what is in the input at hand; whether more is wanted.
    fn take(&self, task: u32, parsed: Result<ParsedInput>) -> bool {
        let mut progress = self.progress();
        if progress.task != task {
            return false;
        }
        progress.at = None;
        match parsed {
            Ok(parsed) => progress.parsed.push(parsed),
            Err(failure) => progress.failure = Some(failure),
        }
        let is_over = progress.left.is_empty() || progress.failure.is_some();
        if is_over {
            self.moved.notify_all();
        }
        !is_over
    }
}

impl BatchProgress {
    /// Makes the input at hand a bad one, and leaves the rest to another task.
    fn give_up(&mut self, id: RecordId, proof: Option<BytesProof>) {
        let outcome = Outcome { id, proof, status: Status::Unreadable(UnreadableReason::TooSlow) };
        self.parsed.push(ParsedInput::Input { outcome, record: None, appearance: Appearance::First });
        self.task += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::source::{DocumentId, Passed};

    fn input(name: &str) -> PendingInput {
        let status = Status::Passed(Passed::Link);
        PendingInput::Settled(Outcome { id: RecordId::whole(DocumentId::file(name)), proof: None, status })
    }

    /// Looks into inputs, and does not come back from those called `slow` until the test is over.
    fn parsing(
        threads: usize,
    ) -> (ThreadPool, Parsing<impl Fn(PendingInput) -> Result<ParsedInput> + Clone>, Sender<()>) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (over, wait): (Sender<()>, Receiver<()>) = channel();
        let wait = Arc::new(Mutex::new(wait));
        let look_into = move |input: PendingInput| {
            let PendingInput::Settled(outcome) = input else { return Err(Error::defect("no input of the test")) };
            if outcome.id.document.path() == "slow" {
                let _ = wait.lock().unwrap().recv();
            }
            Ok(ParsedInput::Input { outcome, record: None, appearance: Appearance::First })
        };
        let parsing = Parsing { waits: 2, ..Parsing::new(&pool, look_into) };
        (pool, parsing, over)
    }

    fn names(parsed: Vec<ParsedInput>) -> Vec<String> {
        let name = |parsed| match parsed {
            ParsedInput::Input { outcome, .. } => format!("{}: {}", outcome.id, outcome.status.name()),
            ParsedInput::End(_) => String::new(),
        };
        parsed.into_iter().map(name).collect()
    }

    #[test]
    fn a_record_that_never_ends_is_bad_and_the_run_goes_on() {
        let (pool, mut parsing, over) = parsing(2);
        parsing.start(&pool, ["a", "slow", "b", "c"].map(input).into());
        parsing.start(&pool, ["d"].map(input).into());
        let first = parsing.next(&pool, &StopFlag::default()).unwrap().unwrap();
        assert_eq!(names(first), ["a: passed", "slow: bad", "b: passed", "c: passed"]);
        assert_eq!(names(parsing.next(&pool, &StopFlag::default()).unwrap().unwrap()), ["d: passed"]);
        assert!(parsing.is_empty() && parsing.next(&pool, &StopFlag::default()).unwrap().is_none());
        drop(over);
    }

    #[test]
    fn a_run_whose_threads_are_all_lost_ends_and_names_the_record() {
        let (pool, mut parsing, over) = parsing(1);
        parsing.start(&pool, ["a", "slow"].map(input).into());
        let error = parsing.next(&pool, &StopFlag::default()).unwrap_err();
        assert!(error.to_string().starts_with("slow: "), "{error}");
        drop(over);
    }

    #[test]
    fn the_stop_flag_is_seen_while_a_record_is_parsed() {
        let (pool, mut parsing, over) = parsing(1);
        let (stop, raised) = (StopFlag::default(), StopFlag::default());
        raised.raise();
        parsing.start(&pool, ["a"].map(input).into());
        assert_eq!(parsing.next(&pool, &stop).unwrap().unwrap().len(), 1);
        parsing.start(&pool, ["slow"].map(input).into());
        let error = parsing.next(&pool, &raised).unwrap_err();
        assert_eq!(error.kind(), crate::error::ErrorKind::Stopped);
        drop(over);
    }
}
