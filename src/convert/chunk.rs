//! Steps of a walk to bytes and their SHA-256: the pool walks and reads, and order is kept.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

use rayon::ThreadPool;
use sha2::{Digest, Sha256};

use super::Limits;
use crate::source::{Document, DocumentId, Found, Passed, Step, Unreadable};
use crate::write::digest::Hash;

/// A document with the hash that tells copies from versions.
#[derive(Debug)]
pub struct Hashed {
    /// The document.
    pub document: Document,
    /// SHA-256 of its bytes.
    pub sha256: Hash,
}

/// An input that was looked at.
#[derive(Debug)]
pub enum Input {
    /// A file that was read.
    Read(Hashed),
    /// A file or directory that could not be read.
    Unreadable(Unreadable),
    /// No input.
    Passed(Passed, DocumentId),
}

/// Reads inputs a chunk at a time; a chunk ends after so many files or bytes, whichever comes first.
pub struct Chunks<'p, S> {
    steps: S,
    pool: &'p ThreadPool,
    limits: Limits,
}

/// What the threads that read one chunk share.
struct Progress<'s, S> {
    steps: &'s mut S,
    taken: usize,
    bytes: usize,
}

impl<'p, S: Iterator<Item = Step> + Send> Chunks<'p, S> {
    /// Reads what `steps` finds.
    pub fn new(steps: S, pool: &'p ThreadPool, limits: Limits) -> Chunks<'p, S> {
        Chunks { steps, pool, limits }
    }

    /// Reads one chunk while another waits, for as long as somebody takes them.
    pub fn read_ahead<'scope>(mut self, scope: &'scope Scope<'scope, '_>) -> Receiver<Vec<Input>>
    where
        Self: 'scope,
    {
        let (sender, chunks) = sync_channel(1);
        scope.spawn(move || {
            loop {
                let chunk = self.next_chunk();
                if chunk.is_empty() || sender.send(chunk).is_err() {
                    return;
                }
            }
        });
        chunks
    }

    /// The next inputs in order; none at the end.
    fn next_chunk(&mut self) -> Vec<Input> {
        let limits = self.limits;
        let progress = Mutex::new(Progress { steps: &mut self.steps, taken: 0, bytes: 0 });
        let inputs = Mutex::new(Vec::new());
        self.pool.in_place_scope(|scope| {
            for _ in 0..self.pool.current_num_threads() {
                scope.spawn(|_| read_until_full(&progress, &inputs, limits));
            }
        });
        let mut inputs = inputs.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        inputs.sort_unstable_by_key(|&(index, _)| index);
        inputs.into_iter().map(|(_, input)| input).collect()
    }
}

/// One thread: takes the next step, reads it, and so on until the chunk is full. What is taken is a run of the
/// walk without gaps, since steps are handed out in order.
fn read_until_full<S: Iterator<Item = Step>>(
    progress: &Mutex<Progress<'_, S>>,
    inputs: &Mutex<Vec<(usize, Input)>>,
    limits: Limits,
) {
    let mut read = Vec::new();
    let mut last_bytes = 0;
    while let Some((index, step)) = take(progress, last_bytes, limits) {
        let input = look_at(step, limits.document_bytes);
        last_bytes = if let Input::Read(hashed) = &input { hashed.document.bytes.len() } else { 0 };
        read.push((index, input));
    }
    if let Ok(mut inputs) = inputs.lock() {
        inputs.append(&mut read);
    }
}

fn take<S: Iterator<Item = Step>>(
    progress: &Mutex<Progress<'_, S>>,
    bytes_read: usize,
    limits: Limits,
) -> Option<(usize, Step)> {
    let mut progress = progress.lock().ok()?;
    progress.bytes += bytes_read;
    if progress.taken >= limits.chunk_files || progress.bytes >= limits.chunk_bytes {
        return None;
    }
    let step = progress.steps.next()?;
    progress.taken += 1;
    Some((progress.taken, step))
}

fn look_at(step: Step, limit: u64) -> Input {
    match step {
        Step::Found(found) => read(found, limit),
        Step::Unreadable(unreadable) => Input::Unreadable(unreadable),
        Step::Passed(passed, id) => Input::Passed(passed, id),
    }
}

fn read(found: Found, limit: u64) -> Input {
    match found.read(limit) {
        Ok(document) => {
            let sha256 = Sha256::digest(&document.bytes).into();
            Input::Read(Hashed { document, sha256 })
        }
        Err(unreadable) => Input::Unreadable(unreadable),
    }
}
