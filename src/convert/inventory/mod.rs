//! What was delivered, and what became of each file and record: one line for each, as CSV, JSON Lines or Parquet.
//!
//! During a run, entries are set aside on the disk. Which row a copy equals and which file holds a row is known at the
//! end: then they are read again. What is in memory until then is 20 bytes for each text that came twice.

mod delivered;
mod encode;
mod entry;
mod read;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Mutex;

pub(crate) use delivered::Delivery;
pub use encode::InventoryForm;
pub(crate) use encode::csv_line;
pub use entry::{InputFate, InventoryEntry};
pub use read::{InventoryLine, read};

use super::outcome::{Outcome, Status};
use super::{DocumentEnd, NotedLines, WrittenFiles};
use crate::error::{Error, Result};
use crate::local::folder_of;
use crate::mutex::locked;
use crate::schema::Row;
use crate::source::Step;
use crate::write::digest::leading;
use crate::write::file_sha256;
use crate::write::{Existing, Staging, check_file};
use encode::Encoder;
use entry::Waiting;

/// An inventory in the making.
#[derive(Debug)]
pub struct Inventory {
    delivery: Delivery,
    pages: Mutex<Option<Pages>>,
}

/// What was set aside, until it is completed.
#[derive(Debug)]
struct Pages {
    form: InventoryForm,
    staging: Staging,
    notes: NotedLines,
}

/// The text that a copy has in common with a row; 96 bits of a SHA-256 are enough for a billion of them.
type TextMark = [u8; 12];

impl Inventory {
    /// Begins an inventory that will be at `path`.
    ///
    /// # Errors
    /// Of kind `Usage` if the name does not tell the form, `Output` if it cannot be written.
    pub fn begin(path: &Path, existing: Existing) -> Result<Inventory> {
        let form = InventoryForm::of(path)?;
        check_file(path, existing)?;
        let staging = Staging::file(path, existing)?;
        let notes = NotedLines::begin(&folder_of(path)).map_err(|error| refuse(path, error))?;
        let pages = Pages { form, staging, notes };
        Ok(Inventory { delivery: Delivery::default(), pages: Mutex::new(Some(pages)) })
    }

    /// Notes what the walk found.
    pub fn found(&self, step: &Step) {
        self.delivery.note(step);
    }

    /// Sets aside what became of one record, or of a document that is one.
    pub fn input(&self, outcome: &Outcome, row: Option<&Row>) {
        let delivered = self.delivery.find(outcome.id.document.path());
        let mut waiting = Waiting::of(outcome, row, delivered.as_ref());
        let is_file = outcome.id.document.member().is_none() && outcome.id.number.is_none();
        if let (Status::Ignored(_), true, None, Some(delivered)) = (&outcome.status, is_file, outcome.proof, &delivered)
        {
            // A large file that is no cable was left after its beginning.
            waiting.entry.sha256 = file_sha256(&delivered.file);
        }
        self.put(&waiting);
    }

    /// Sets aside a container, or a document of several records.
    pub fn whole(&self, whole: &DocumentEnd) {
        let delivered = self.delivery.find(whole.id.path());
        self.put(&Waiting::whole(whole, delivered.as_ref()));
    }

    fn put(&self, waiting: &Waiting) {
        if let Some(pages) = locked(&self.pages).as_mut() {
            pages.notes.put(waiting);
        }
    }

    /// Writes all entries, complete but not yet under their name; gives nothing the second time.
    ///
    /// # Errors
    /// Of kind `Output` if they cannot be written.
    pub fn complete(&self, written: WrittenFiles) -> Result<Option<Staging>> {
        let Some(Pages { form, staging, notes }) = locked(&self.pages).take() else { return Ok(None) };
        let completed = notes.finish().and_then(|mut spill| write(form, &staging, &mut spill, written));
        completed.map_err(|error| refuse(staging.target(), error))?;
        Ok(Some(staging))
    }
}

fn write(form: InventoryForm, staging: &Staging, spill: &mut File, mut written: WrittenFiles) -> io::Result<()> {
    let mut rows = copied(spill)?;
    let mut encoder = Encoder::begin(form, staging.handle.try_clone()?)?;
    let lines = spill.try_clone()?;
    each(spill, |at, Waiting { mut entry, text }| {
        match (entry.status, text.as_ref().map(leading)) {
            (InputFate::Duplicate, Some(text)) => {
                if let Some(Some(place)) = rows.get(&text) {
                    entry.same_as(&read_at(&lines, *place)?.entry);
                }
            }
            (InputFate::Row, Some(text)) => {
                if let Some(first) = rows.get_mut(&text) {
                    first.get_or_insert(at);
                }
            }
            _ => {}
        }
        entry.written(&mut written).map_err(io::Error::other)?;
        encoder.add(entry)
    })?;
    encoder.finish()?;
    staging.handle.sync_all()
}

/// Where an entry is among those set aside.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    length: u32,
}

/// The texts that came more than once; where their rows are is not known yet.
fn copied(spill: &mut File) -> io::Result<HashMap<TextMark, Option<Place>>> {
    let mut copied = HashMap::new();
    each(spill, |_, waiting| {
        if let (InputFate::Duplicate, Some(text)) = (waiting.entry.status, waiting.text) {
            copied.insert(leading(&text), None);
        }
        Ok(())
    })?;
    Ok(copied)
}

/// Reads all entries that were set aside.
fn each(spill: &mut File, mut take: impl FnMut(Place, Waiting) -> io::Result<()>) -> io::Result<()> {
    spill.rewind()?;
    let mut lines = BufReader::with_capacity(1 << 20, spill);
    let (mut line, mut start) = (String::new(), 0);
    while lines.read_line(&mut line)? > 0 {
        take(Place { start, length: line.len() as u32 }, serde_json::from_str(&line)?)?;
        start += line.len() as u64;
        line.clear();
    }
    Ok(())
}

fn read_at(spill: &File, place: Place) -> io::Result<Waiting> {
    let mut line = vec![0; place.length as usize];
    spill.read_exact_at(&mut line, place.start)?;
    Ok(serde_json::from_slice(&line)?)
}

fn refuse(path: &Path, error: io::Error) -> Error {
    let message = format!("cannot write the inventory {}: {error}; name another place", path.display());
    Error::output(message).caused_by(path, error)
}
