//! How long a run has taken, and when it is time to say how far it is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time between two lines of progress.
const INTERVAL: Duration = Duration::from_secs(5);

/// The clock of a run.
pub struct Clock {
    start: Instant,
    /// When progress was said last, in milliseconds.
    last: AtomicU64,
}

impl Clock {
    /// Runs from here.
    pub fn begin() -> Clock {
        Clock { start: Instant::now(), last: AtomicU64::new(0) }
    }

    /// How long the run has taken so far.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Whether it is time for another line of progress.
    pub fn is_due(&self) -> bool {
        let now = self.elapsed().as_millis() as u64;
        let due = now.saturating_sub(self.last.load(Ordering::Relaxed)) >= INTERVAL.as_millis() as u64;
        if due {
            self.last.store(now, Ordering::Relaxed);
        }
        due
    }
}
