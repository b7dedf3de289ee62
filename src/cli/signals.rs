//! SIGINT and SIGTERM to a request to stop; the second one ends the program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cablegram::convert::StopFlag;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals of this run.
#[derive(Debug)]
pub struct Signals {
    /// Raised by the first signal.
    pub stop: StopFlag,
    received: Arc<AtomicUsize>,
}

impl Signals {
    /// Begins to catch them. A system that refuses leaves them as they are: they end the program.
    pub fn catch() -> Signals {
        let signals = Signals { stop: StopFlag::default(), received: Arc::default() };
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first raises the flag, which then arms the end for the second.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, signals.stop.shared());
            let _ = flag::register_usize(signal, signals.received.clone(), signal as usize);
            let _ = flag::register(signal, signals.stop.shared());
        }
        signals
    }

    /// The number of the signal that stopped the run.
    pub fn received(&self) -> u8 {
        u8::try_from(self.received.load(Ordering::Relaxed)).unwrap_or(SIGTERM as u8)
    }
}
