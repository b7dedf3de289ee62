//! Steps of a walk to records: files opened, containers expanded, documents cut, all in the order of the walk.
//!
//! Small files are read whole by the threads of the pool, many at a time. A large file, a container and standard input
//! are read by the one thread that feeds the run: it only reads, expands and cuts, never on the pool and never under a
//! lock that stops it, and its records leave in chunks of a few megabytes.
//!
//! What comes out is a function of the inputs alone, for any number of threads and any size of block.

mod cutter;
mod large;
mod ready;
mod small;
mod stored;

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use rayon::ThreadPool;

pub use cutter::{DocumentEnd, Take};
pub use ready::{Ready, number_of};
pub use stored::Stored;

use super::{Accepted, HtmlSource, Indexes, Limits, StopFlag};
use crate::dialect::{self, Form, Head, NotACable, Position};
use crate::error::Result as Fallible;
use crate::source::{DocumentId, Filter, FoundFile, Passed, RecordId, Step, UnreadableReason, container};
use small::LookedAt;

/// What a run is fed with.
#[derive(Debug)]
pub enum FeedInput {
    /// A record.
    Record(Ready),
    /// A record, a file or a directory that cannot be read.
    Unreadable(RecordId, UnreadableReason),
    /// A document that is no cable, left after its beginning; or what is before the cables of one.
    Ignored(RecordId, NotACable),
    /// No input.
    Passed(Passed, DocumentId),
    /// A document that is not one whole record was read to its end.
    End(DocumentEnd),
}

/// Nobody needs more.
#[derive(Debug)]
pub struct GivenUp;

/// How documents are read.
#[derive(Clone, Debug)]
pub struct FeedRules {
    /// Bytes that a record may have.
    pub limit: usize,
    /// Bytes of a stream that are read in one go.
    pub block: usize,
    /// Which documents are read.
    pub accepted: Accepted,
    /// Which members of containers are wanted.
    pub filter: Filter,
    /// How much of a web page is kept.
    pub html_source: HtmlSource,
    /// Whether lists of telegrams are read.
    pub indexes: Indexes,
    /// What is allowed to a container.
    pub containers: container::ContainerLimits,
    /// Ends the run early.
    pub stop: StopFlag,
}

impl FeedRules {
    /// The form of a document; a list of telegrams has none where it may not be read.
    fn open(&self, head: &Head<'_>) -> Result<Arc<dyn Form>, NotACable> {
        let form = dialect::open(head)?;
        match self.indexes {
            Indexes::Skip if form.is_index() => Err(NotACable::TelegramIndex),
            _ => Ok(form),
        }
    }

    /// So many bytes before the first record are kept with it; more of them are none of its own.
    fn front(&self) -> usize {
        self.limit / 2
    }

    /// The stretch of a record that is kept.
    fn stretch(&self, form: &dyn Form, bytes: &[u8], position: Position) -> Range<usize> {
        match self.html_source {
            HtmlSource::Record => form.stretch(bytes, position),
            HtmlSource::Page => 0..bytes.len(),
        }
    }
}

/// Feeds a run with what `steps` find.
pub struct Feed<'p, S> {
    pub steps: S,
    pub pool: &'p ThreadPool,
    pub limits: Limits,
    pub rules: FeedRules,
}

/// Something that a run is fed from.
pub trait Inputs {
    /// Reads one chunk while another waits, for as long as somebody takes them; an error ends it.
    fn read_ahead<'scope>(self, scope: &'scope Scope<'scope, '_>) -> Receiver<Fallible<Vec<FeedInput>>>
    where
        Self: 'scope;
}

impl<S: Iterator<Item = Step> + Send> Inputs for Feed<'_, S> {
    fn read_ahead<'scope>(mut self, scope: &'scope Scope<'scope, '_>) -> Receiver<Fallible<Vec<FeedInput>>>
    where
        Self: 'scope,
    {
        let (sender, chunks) = sync_channel(1);
        scope.spawn(move || {
            let mut chunks = Chunks::new(sender, self.limits);
            while let Ok(true) = self.go_on(&mut chunks) {}
            // Nobody listens any more where the run was given up.
            drop(chunks.send());
        });
        chunks
    }
}

impl<S: Iterator<Item = Step> + Send> Feed<'_, S> {
    /// Reads some files, many at a time; then those among them that are large, one by one. Says whether there may be more.
    fn go_on(&mut self, chunks: &mut Chunks) -> Result<bool, GivenUp> {
        let looked = small::look_at(&mut self.steps, self.pool, self.limits, &self.rules);
        if looked.is_empty() {
            return Ok(false);
        }
        for looked in looked {
            match looked {
                LookedAt::Cut(inputs) => inputs.into_iter().try_for_each(|input| chunks.push(input))?,
                LookedAt::Large(large) => {
                    chunks.send()?;
                    large.read(&self.rules, &mut |input| chunks.push(input))?;
                }
            }
        }
        Ok(true)
    }
}

/// Gathers inputs to chunks, and sends them.
struct Chunks {
    sender: SyncSender<Fallible<Vec<FeedInput>>>,
    chunk: Vec<FeedInput>,
    bytes: usize,
    limits: Limits,
}

impl Chunks {
    fn new(sender: SyncSender<Fallible<Vec<FeedInput>>>, limits: Limits) -> Chunks {
        Chunks { sender, chunk: Vec::new(), bytes: 0, limits }
    }

    fn push(&mut self, input: FeedInput) -> Result<(), GivenUp> {
        if let FeedInput::Record(ready) = &input {
            self.bytes += ready.bytes.len();
        }
        self.chunk.push(input);
        let is_full = self.chunk.len() >= self.limits.chunk_files || self.bytes >= self.limits.chunk_bytes;
        if is_full { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), GivenUp> {
        self.bytes = 0;
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() { Ok(()) } else { self.sender.send(Ok(chunk)).map_err(|_| GivenUp) }
    }
}

impl FeedInput {
    /// Why it is no record, for a person to read.
    pub fn reason(&self) -> String {
        match self {
            FeedInput::Unreadable(_, reason) => reason.to_string(),
            FeedInput::Ignored(_, kind) => kind.name().to_owned(),
            FeedInput::Passed(passed, _) => passed.name().to_owned(),
            FeedInput::Record(_) | FeedInput::End(_) => String::new(),
        }
    }
}

/// Cuts one file, here and now, for as long as `take` accepts more.
pub fn each(found: FoundFile, rules: &FeedRules, take: Take<'_>) -> Result<(), GivenUp> {
    match small::look_at_one(Step::Found(found), rules) {
        LookedAt::Cut(inputs) => inputs.into_iter().try_for_each(take),
        LookedAt::Large(large) => large.read(rules, take),
    }
}
