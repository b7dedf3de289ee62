//! What a run reports while it runs; who listens decides what to show.

use super::DocumentEnd;
use super::outcome::Outcome;
use super::summary::Summary;
use crate::schema::Row;
use crate::source::Step;
use crate::write::Published;

/// Listens to a run.
pub trait Observer: Sync {
    /// Receives one event. Events come in input order.
    fn event(&self, event: Event<'_>);
}

/// Ignores every event.
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: Event<'_>) {}
}

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The walk came upon something: told ahead of what becomes of it, in the same order.
    Found(&'e Step),
    /// An input was settled; with its row, where it is one.
    Input(&'e Outcome, Option<&'e Row>),
    /// A document that is not one whole record was read to its end; its records were settled before.
    Document(&'e DocumentEnd),
    /// A batch was handed to the outputs; these are the counts so far.
    Batch(&'e Summary),
    /// Every output is written; nothing is visible yet.
    Complete,
    /// An output is under its final name.
    Published(&'e Published),
}
