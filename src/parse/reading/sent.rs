//! When the cable was sent, and who says so.

use jiff::Timestamp;

use crate::cable::Clock;

/// An instant of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The instant.
    pub at: Timestamp,
    /// The clock that tells it.
    pub clock: Clock,
}

impl Sent {
    /// Makes instants of that clock.
    pub fn by(clock: Clock) -> impl Fn(Timestamp) -> Sent {
        move |at| Sent { at, clock }
    }
}
