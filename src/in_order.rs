//! Tasks to results: computed side by side on a pool, given back in the order in which they were started.
//!
//! Never holds more results than asked for, so that whoever starts tasks waits for the slowest. A task that panics
//! gives an error, and takes neither the pool nor the others with it.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvError, sync_channel};

use rayon::ThreadPool;

use crate::error::{Error, Result};

/// Tasks under way, oldest first.
pub struct InOrder<T> {
    most: usize,
    under_way: VecDeque<Receiver<Result<T>>>,
}

impl<T: Send + 'static> InOrder<T> {
    /// Room for `most` tasks.
    pub fn new(most: usize) -> InOrder<T> {
        InOrder { most, under_way: VecDeque::with_capacity(most) }
    }

    /// Whether a result must be taken before the next task is started.
    pub fn is_full(&self) -> bool {
        self.under_way.len() >= self.most
    }

    /// Whether no result is left to be taken.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Starts `task` on `pool`.
    pub fn start(&mut self, pool: &ThreadPool, task: impl FnOnce() -> Result<T> + Send + 'static) {
        let (sender, result) = sync_channel(1);
        self.under_way.push_back(result);
        pool.spawn(move || {
            // Nobody listens any more where the run was given up.
            drop(sender.send(guarded(task)));
        });
    }

    /// Takes a result that needs no task.
    pub fn put(&mut self, result: Result<T>) {
        let (sender, oldest) = sync_channel(1);
        self.under_way.push_back(oldest);
        drop(sender.send(result));
    }
}

impl<T> Iterator for InOrder<T> {
    type Item = Result<T>;

    /// Waits for the result of the oldest task; `None` if none is under way.
    fn next(&mut self) -> Option<Result<T>> {
        let oldest = self.under_way.pop_front()?;
        Some(oldest.recv().unwrap_or_else(|RecvError| Err(Error::defect("a task ended without a result".to_owned()))))
    }
}

/// What a task gives; a panic is an error.
pub fn guarded<T>(task: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|panic| Err(Error::defect(panic_message(&*panic))))
}

/// What a panic said.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_tasks() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let mut tasks = InOrder::new(8);
        let mut results = Vec::new();
        for number in 0..100 {
            if tasks.is_full() {
                results.push(tasks.next().unwrap().unwrap());
            }
            tasks.start(&pool, move || {
                std::thread::yield_now();
                Ok(number)
            });
        }
        results.extend(std::iter::from_fn(|| tasks.next()).map(Result::unwrap));
        assert_eq!(results, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_is_an_error_of_its_own_task_alone() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let mut tasks = InOrder::new(2);
        tasks.start(&pool, || panic!("no such page"));
        tasks.start(&pool, || Ok(7));
        assert!(matches!(tasks.next(), Some(Err(error)) if error.to_string().starts_with("no such page")));
        assert_eq!(tasks.next().unwrap().unwrap(), 7);
        assert!(tasks.next().is_none());
    }
}
