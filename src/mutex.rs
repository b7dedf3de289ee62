//! What a mutex holds, whatever became of the thread that had it last: a panic ends the run elsewhere.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What it holds, for as long as the guard lives.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What it held at last.
pub fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
