//! The rows of a generation in the making: unchanged ones from the published files, changed ones from the inputs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use rayon::ThreadPool;

use super::manifest::Entry;
use super::survey::Sighting;
use super::targets::{Targets, Touched, is_touched};
use crate::convert::{self, Appearance, BytesProof, Event, Memory, Observer, OwnMemory, Rules};
use crate::error::{Error, Result};
use crate::read::{self, OutputPart};
use crate::schema::core;
use crate::source::{DocumentId, RecordId};
use crate::verify::{Ids, catalog};
use crate::write::digest::{Hash, hexadecimal};
use crate::write::{Batch, Output};

/// An entry that is a row, and where the row comes from.
#[derive(Clone, Copy, Debug)]
pub enum RowOrigin<'o> {
    /// The published generation.
    Published(&'o Entry),
    /// The input itself.
    Input(&'o Entry, &'o Sighting),
}

impl<'o> RowOrigin<'o> {
    fn entry(&self) -> &'o Entry {
        match self {
            RowOrigin::Published(entry) | RowOrigin::Input(entry, _) => entry,
        }
    }
}

/// Takes each batch.
pub type TakeBatch<'e> = dyn FnMut(Arc<Batch>) -> Result<()> + 'e;

/// Merges the rows of one unit: `wanted` in order, those that are published from `parts`.
pub struct Merge<'m> {
    /// How inputs are read.
    pub rules: &'m Rules,
    /// Computes.
    pub pool: &'m ThreadPool,
    /// Receives inputs that changed since it was decided what becomes of them.
    pub restless: &'m Restless,
    /// Takes the rows in order.
    pub emit: &'m mut TakeBatch<'m>,
}

/// Inputs that changed while a run was at work.
#[derive(Debug, Default)]
pub struct Restless(Mutex<BTreeSet<DocumentId>>);

impl Restless {
    fn add(&self, id: &DocumentId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }

    /// Takes them out.
    pub fn take(&self) -> BTreeSet<DocumentId> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Merge<'_> {
    /// Emits the rows of `wanted` in order.
    pub fn rows(&mut self, wanted: &[RowOrigin<'_>], parts: &[OutputPart]) -> Result<()> {
        let places: HashMap<&DocumentId, usize> =
            wanted.iter().enumerate().map(|(place, origin)| (&origin.entry().id, place)).collect();
        let mut next = 0;
        if wanted.iter().any(|origin| matches!(origin, RowOrigin::Published(_))) {
            for part in parts {
                let mut reader = read::open_part(part, &catalog)?;
                while let Some(batch) = reader.next()? {
                    self.rules.stop.check()?;
                    next = self.published(&batch, wanted, &places, next)?;
                }
            }
        }
        self.inputs(&wanted[next..])
    }

    /// Emits the wanted rows of a published batch, and before each the inputs that stand before it.
    fn published(
        &mut self,
        batch: &RecordBatch,
        wanted: &[RowOrigin<'_>],
        places: &HashMap<&DocumentId, usize>,
        mut next: usize,
    ) -> Result<usize> {
        let ids = ids(batch)?;
        let mut row = 0;
        while row < ids.len() {
            let place = places.get(&ids[row].document).copied();
            let Some(place) = place.filter(|place| matches!(wanted[*place], RowOrigin::Published(_))) else {
                row += 1;
                continue;
            };
            if place < next {
                return Err(disagreement(&ids[row].document));
            }
            self.inputs(&wanted[next..place])?;
            let run = run_length(&ids[row..], &wanted[place..]);
            let rows = batch.slice(row, run);
            (self.emit)(self.pool.install(|| convert::batch_of(self.rules.schema, rows))?)?;
            row += run;
            next = place + run;
        }
        Ok(next)
    }

    /// Emits rows that come from inputs.
    fn inputs(&mut self, origins: &[RowOrigin<'_>]) -> Result<()> {
        let mut expected = HashMap::new();
        let mut steps = Vec::with_capacity(origins.len());
        for origin in origins {
            let RowOrigin::Input(entry, sighting) = origin else { return Err(disagreement(&origin.entry().id)) };
            expected.insert(&entry.id, *entry);
            steps.push(sighting.step.clone());
        }
        if steps.is_empty() {
            return Ok(());
        }
        let count = steps.len() as u64;
        let mut memory = Decided(&expected);
        let watch = Watch { expected: &expected, restless: self.restless, changed: AtomicBool::new(false) };
        let steps = steps.into_iter();
        let summary = convert::rows_remembering(&mut memory, steps, self.rules, self.pool, &watch, self.emit)?;
        let unchanged = summary.cables == count && !watch.changed.into_inner();
        if unchanged { Ok(()) } else { Err(changed_meanwhile()) }
    }
}

/// How many rows follow one another both in the published batch and in what is wanted.
fn run_length(ids: &[RecordId], wanted: &[RowOrigin<'_>]) -> usize {
    let alike = |(id, origin): &(&RecordId, &RowOrigin<'_>)| matches!(origin, RowOrigin::Published(entry) if entry.id == id.document);
    ids.iter().zip(wanted).take_while(alike).count()
}

fn ids(batch: &RecordBatch) -> Result<Vec<RecordId>> {
    let ids = Ids::of(batch).ok_or_else(|| Error::verification("the published rows hold no source".to_owned()))?;
    Ok((0..batch.num_rows()).map(|row| ids.get(row)).collect())
}

fn disagreement(input: &DocumentId) -> Error {
    Error::verification(format!("the published files and their manifest disagree on {input}; run with --full"))
}

/// An input is not what it was when it was decided what becomes of it.
fn changed_meanwhile() -> Error {
    Error::input("inputs change while they are read, again and again; nothing was published, the next run takes them")
}

/// Repeats were decided from the whole list; copies are not among the inputs.
struct Decided<'d>(&'d HashMap<&'d DocumentId, &'d Entry>);

impl Memory for Decided<'_> {
    fn appearance(&mut self, _: &RecordId, _: &BytesProof) -> Appearance {
        Appearance::First
    }

    fn is_repeated(&mut self, record: &RecordId, _: &str) -> bool {
        self.0.get(&record.document).and_then(|entry| entry.row()).is_some_and(|row| row.repeated)
    }
}

/// What a run over all inputs knows of those before: copies are alike in every byte.
#[derive(Default)]
pub struct Exact {
    seen: HashSet<Hash>,
    numbers: OwnMemory,
}

impl Memory for Exact {
    fn appearance(&mut self, _: &RecordId, proof: &BytesProof) -> Appearance {
        if self.seen.insert(proof.sha256) { Appearance::First } else { Appearance::Again }
    }

    fn is_repeated(&mut self, record: &RecordId, mrn: &str) -> bool {
        self.numbers.is_repeated(record, mrn)
    }
}

/// Notices inputs that are not what they were when it was decided what becomes of them.
struct Watch<'w> {
    expected: &'w HashMap<&'w DocumentId, &'w Entry>,
    restless: &'w Restless,
    changed: AtomicBool,
}

impl Observer for Watch<'_> {
    fn event(&self, event: Event<'_>) {
        let Event::Input(outcome, _) = event else { return };
        let sha256 = outcome.proof.map(|proof| hexadecimal(&proof.sha256));
        if self.expected.get(&outcome.id.document).is_none_or(|entry| entry.sha256 != sha256) {
            self.restless.add(&outcome.id.document);
            self.changed.store(true, Ordering::Relaxed);
        }
    }
}

/// The published files that hold the rows of `unit` (all of them where outputs have no partitions), in order.
pub fn parts_of(record: &Output, generation: &Path, unit: &str) -> Result<Vec<OutputPart>> {
    let Some(path) = record.path() else { return Ok(Vec::new()) };
    let touched = Touched { units: [unit.to_owned()].into(), ..Touched::default() };
    let parts = read::parts(&generation.join(path))?;
    let holds = |part: &OutputPart| part.listed.as_ref().is_none_or(|listed| is_touched(record, listed, &touched));
    Ok(parts.into_iter().filter(holds).collect())
}

/// A row as it went by.
#[derive(Clone, Debug)]
pub struct RowSeen {
    /// The record.
    pub id: RecordId,
    /// Message reference number.
    pub mrn: String,
    /// Folder of its partition.
    pub unit: String,
    /// Stem of its own file.
    pub stem: String,
}

/// What the manifest keeps of the rows of a batch.
pub fn rows_seen(batch: &Batch, targets: &Targets) -> Result<Vec<RowSeen>> {
    let records = batch.records();
    let units = match &targets.column {
        Some(column) => {
            let place = records.schema_ref().index_of(column).map_err(|error| Error::usage(error.to_string()))?;
            crate::write::partition_names(records, place)?
        }
        None => vec![String::new(); batch.len()],
    };
    let mrns = records.column_by_name(core::MRN).and_then(|mrn| mrn.as_string_opt::<i32>());
    let mrns = mrns.ok_or_else(|| Error::verification("the rows hold no mrn".to_owned()))?;
    let rows = ids(records)?.into_iter().zip(units).enumerate().map(|(row, (id, unit))| RowSeen {
        id,
        mrn: mrns.value(row).to_owned(),
        unit,
        stem: batch.stem(row).to_owned(),
    });
    Ok(rows.collect())
}
