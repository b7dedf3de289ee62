//! Steps of a walk to small files that were read and cut, many at a time; what is large is only opened.

use std::sync::Mutex;

use rayon::ThreadPool;

use super::super::Accepted;
use super::cutter::{DocumentName, cut_bytes};
use super::large::Large;
use super::{FeedInput, FeedRules, Limits};
use crate::source::container::ContainerKind;
use crate::source::{FoundFile, Opened, RecordId, Step, Unreadable, UnreadableReason};

/// A step that was looked at.
pub enum LookedAt {
    /// What it was cut into.
    Cut(Vec<FeedInput>),
    /// It is to be read bit by bit.
    Large(Large),
}

/// What the threads that look at some steps share.
struct SharedSteps<'s, S> {
    steps: &'s mut S,
    taken: usize,
    bytes: usize,
}

/// Looks at the next steps, in order, until there are so many files or bytes, or one that is large.
pub fn look_at<S: Iterator<Item = Step> + Send>(
    steps: &mut S,
    pool: &ThreadPool,
    limits: Limits,
    rules: &FeedRules,
) -> Vec<LookedAt> {
    let progress = Mutex::new(SharedSteps { steps, taken: 0, bytes: 0 });
    let all = Mutex::new(Vec::new());
    pool.in_place_scope(|scope| {
        for _ in 0..pool.current_num_threads() {
            scope.spawn(|_| look_until_full(&progress, &all, limits, rules));
        }
    });
    let mut all = all.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    all.sort_unstable_by_key(|&(index, _)| index);
    all.into_iter().map(|(_, looked)| looked).collect()
}

/// One thread: takes the next step, looks at it, and so on until there is enough. What is taken is a run of the walk
/// without gaps, since steps are handed out in order.
fn look_until_full<S: Iterator<Item = Step>>(
    progress: &Mutex<SharedSteps<'_, S>>,
    all: &Mutex<Vec<(usize, LookedAt)>>,
    limits: Limits,
    rules: &FeedRules,
) {
    let mut own = Vec::new();
    let mut last_bytes = 0;
    while let Some((index, step)) = take(progress, last_bytes, limits) {
        let looked = look_at_one(step, rules);
        last_bytes = match &looked {
            LookedAt::Cut(inputs) => inputs.iter().map(bytes).sum(),
            LookedAt::Large(_) => limits.chunk_bytes,
        };
        own.push((index, looked));
    }
    if let Ok(mut all) = all.lock() {
        all.append(&mut own);
    }
}

fn bytes(input: &FeedInput) -> usize {
    if let FeedInput::Record(ready) = input { ready.bytes.len() } else { 0 }
}

fn take<S: Iterator<Item = Step>>(
    progress: &Mutex<SharedSteps<'_, S>>,
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

pub fn look_at_one(step: Step, rules: &FeedRules) -> LookedAt {
    match step {
        Step::Found(found) => open(found, rules),
        Step::Unreadable(Unreadable { id, reason }) => {
            LookedAt::Cut(vec![FeedInput::Unreadable(RecordId::whole(id), reason)])
        }
        Step::Passed(passed, id) => LookedAt::Cut(vec![FeedInput::Passed(passed, id)]),
    }
}

fn open(found: FoundFile, rules: &FeedRules) -> LookedAt {
    let name = DocumentName { file_name: found.file_name().into(), id: found.id.clone() };
    match found.open(rules.limit) {
        Ok(Opened::Whole(bytes))
            if rules.accepted == Accepted::SingleRecords || ContainerKind::of(&bytes).is_none() =>
        {
            let mut inputs = Vec::with_capacity(1);
            // A list takes all.
            let _ = cut_bytes(name, bytes, rules, &mut |input| {
                inputs.push(input);
                Ok(())
            });
            LookedAt::Cut(inputs)
        }
        Ok(Opened::File(_)) if rules.accepted == Accepted::SingleRecords => {
            let reason = UnreadableReason::TooLarge(rules.limit as u64);
            LookedAt::Cut(vec![FeedInput::Unreadable(RecordId::whole(name.id), reason)])
        }
        Ok(opened) => LookedAt::Large(Large { name, opened }),
        Err(Unreadable { id, reason }) => LookedAt::Cut(vec![FeedInput::Unreadable(RecordId::whole(id), reason)]),
    }
}
