//! One stream of batches to several outputs: one thread an output, each fed through a bounded channel, so that the
//! slowest output slows the reader and nothing piles up.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, ScopedJoinHandle};

use crate::error::{Error, Result};
use crate::in_order::panic_message;
use crate::write::{Batch, Sink, Staged};

/// What is sent to an output.
enum Message {
    Rows(Arc<Batch>),
    /// Everything came; without it the output is given up.
    End,
}

/// An output, and which of the schemas in use it takes.
pub struct Target {
    /// Where rows go.
    pub sink: Box<dyn Sink>,
    /// Place of its schema among those in use.
    pub schema: usize,
}

/// The way to one output.
struct Lane {
    schema: usize,
    way: SyncSender<Message>,
}

/// The way to every output.
pub struct Lanes(Vec<Lane>);

impl Lanes {
    /// Sends a batch to every output, where one schema is in use; waits for the slowest.
    pub fn send(&self, batch: Arc<Batch>) -> Result<()> {
        self.send_each(&[batch])
    }

    /// Sends the same rows to every output in its schema, one batch for each in use; waits for the slowest.
    pub fn send_each(&self, batches: &[Arc<Batch>]) -> Result<()> {
        let send = |Lane { schema, way }: &Lane| way.send(Message::Rows(batches[*schema].clone()));
        self.0.iter().try_for_each(|lane| send(lane).map_err(|_| given_up()))
    }

    fn end(self) {
        for lane in &self.0 {
            // An output that does not listen any more has its own error to report.
            let _ = lane.way.send(Message::End);
        }
    }
}

/// Runs `produce` and writes what it sends; returns the outputs complete, but not yet published.
pub fn write_all<T>(
    targets: Vec<Target>,
    queued: usize,
    produce: impl FnOnce(&Lanes) -> Result<T>,
) -> Result<(T, Vec<Staged>)> {
    thread::scope(|scope| {
        let (lanes, writers): (Vec<_>, Vec<_>) = targets
            .into_iter()
            .map(|Target { sink, schema }| {
                let (way, batches) = sync_channel(queued);
                (Lane { schema, way }, scope.spawn(move || drain(sink, &batches)))
            })
            .unzip();
        let lanes = Lanes(lanes);
        let produced = produce(&lanes);
        match produced.is_ok() {
            true => lanes.end(),
            false => drop(lanes),
        }
        let staged: Vec<Result<Option<Staged>>> = writers.into_iter().map(join).collect();
        // What an output says of itself comes first: the producer only knows that it stopped listening.
        let staged = staged.into_iter().collect::<Result<Vec<_>>>()?;
        Ok((produced?, staged.into_iter().flatten().collect()))
    })
}

fn drain(mut sink: Box<dyn Sink>, batches: &Receiver<Message>) -> Result<Option<Staged>> {
    for message in batches {
        match message {
            Message::Rows(batch) => sink.write(&batch)?,
            Message::End => return sink.complete().map(Some),
        }
    }
    Ok(None)
}

fn join(writer: ScopedJoinHandle<'_, Result<Option<Staged>>>) -> Result<Option<Staged>> {
    writer.join().unwrap_or_else(|panic| Err(Error::defect(format!("writing: {}", panic_message(&*panic)))))
}

fn given_up() -> Error {
    Error::defect("an output ended early without saying why".to_owned())
}
