//! SIGINT and SIGTERM to a request to stop, and to an end within a second whatever the program waits for.
//!
//! The first signal asks the run to stop. A run that cannot notice it (it reads a pipe that nobody writes to, waits for a
//! slow output or a disk, or computes) is ended from here, after what it left under temporary names is removed. The
//! second signal ends the program at once; the next run removes what is left then.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use cablegram::convert::StopFlag;
use cablegram::job::Dataset;
use cablegram::write;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals as Caught;
use signal_hook::{flag, low_level};

/// Time for a run to stop by itself.
const GRACE: Duration = Duration::from_millis(700);

/// Time for a run whose outputs are complete to give them their names.
const PUBLISHING: Duration = Duration::from_secs(10);

/// The signals of this run.
#[derive(Clone, Debug)]
pub struct Signals {
    /// Raised by the first signal.
    pub stop: StopFlag,
    received: Arc<AtomicUsize>,
    publishing: Arc<AtomicBool>,
    unfinished: Arc<Mutex<Vec<Unfinished>>>,
}

/// Where a run may have something under temporary names.
#[derive(Clone, Debug)]
pub enum Unfinished {
    /// In this folder, beside what it writes.
    In(PathBuf),
    /// Within this dataset, whose lock it holds.
    Dataset(PathBuf),
}

impl Signals {
    /// Begins to catch them. A system that refuses leaves them as they are: they end the program.
    pub fn catch() -> Signals {
        let signals = Signals {
            stop: StopFlag::default(),
            received: Arc::default(),
            publishing: Arc::default(),
            unfinished: Arc::default(),
        };
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first raises the flag, which then arms the end for the second.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, signals.stop.shared());
            let _ = flag::register_usize(signal, signals.received.clone(), signal as usize);
            let _ = flag::register(signal, signals.stop.shared());
        }
        if let Ok(mut caught) = Caught::new([SIGINT, SIGTERM]) {
            let ends = signals.clone();
            // Without this thread the run ends as soon as it looks at the flag.
            let _ = thread::Builder::new().name("signals".to_owned()).spawn(move || {
                if let Some(signal) = caught.forever().next() {
                    ends.end(signal);
                }
            });
        }
        signals
    }

    /// The number of the signal that stopped the run.
    pub fn received(&self) -> u8 {
        u8::try_from(self.received.load(Ordering::Relaxed)).unwrap_or(SIGTERM as u8)
    }

    /// From here on something may be unfinished there.
    pub fn clean(&self, unfinished: Unfinished) {
        self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).push(unfinished);
    }

    /// Everything is written, and gets its names now: whoever stops the run here waits for that.
    pub fn publishing(&self) {
        self.publishing.store(true, Ordering::Relaxed);
    }

    /// Gives the run time to end by itself, then ends it.
    fn end(&self, signal: i32) {
        thread::sleep(GRACE);
        if self.publishing.load(Ordering::Relaxed) {
            thread::sleep(PUBLISHING);
        }
        for unfinished in self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            match unfinished {
                Unfinished::In(folder) => write::remove_unfinished(folder),
                Unfinished::Dataset(root) => drop(Dataset::open(root).and_then(|dataset| dataset.clear_staging())),
            }
        }
        low_level::exit(128 + signal);
    }
}
