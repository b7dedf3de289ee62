//! The rows of a generation in the making: unchanged ones from the published files, changed ones from the inputs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use arrow::array::{AsArray, RecordBatch};
use rayon::ThreadPool;

use super::entry::{RecordState, RowState};
use super::survey::Sighting;
use super::targets::{Targets, Touched, is_per_row, is_touched};
use crate::convert::{self, Appearance, BytesProof, Event, Memory, Observer, OwnMemory, Rules, Status};
use crate::error::{Error, Result};
use crate::mutex::{into_inner, locked};
use crate::read::{self, OutputPart, Reader};
use crate::schema::{Schema, core};
use crate::source::{DocumentId, RecordId};
use crate::verify::Ids;
use crate::write::digest::Hash;
use crate::write::{Batch, Output};

/// A record that is a row, and where the row comes from.
#[derive(Clone, Copy, Debug)]
pub enum RowOrigin<'o> {
    /// The published generation.
    Published(&'o RecordState),
    /// The input itself.
    Input(&'o RecordState, &'o Sighting),
}

impl<'o> RowOrigin<'o> {
    fn id(&self) -> &'o RecordId {
        match self {
            RowOrigin::Published(record) | RowOrigin::Input(record, _) => &record.id,
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
    pub changed: &'m ChangedMeanwhile,
    /// Takes the rows in order.
    pub emit: &'m mut TakeBatch<'m>,
}

/// Inputs that changed while a run was at work.
#[derive(Debug, Default)]
pub struct ChangedMeanwhile(Mutex<BTreeSet<DocumentId>>);

impl ChangedMeanwhile {
    fn add(&self, inputs: BTreeSet<DocumentId>) {
        locked(&self.0).extend(inputs);
    }

    fn is_empty(&self) -> bool {
        locked(&self.0).is_empty()
    }

    /// Takes them out.
    pub fn take(&self) -> BTreeSet<DocumentId> {
        std::mem::take(&mut *locked(&self.0))
    }
}

impl Merge<'_> {
    /// Emits the rows of `wanted` in order. Every input is read once, and the published rows are put between its rows.
    pub fn rows(&mut self, wanted: &[RowOrigin<'_>], parts: &[OutputPart]) -> Result<()> {
        let mut expected = HashMap::new();
        let mut steps = Vec::new();
        let mut last: Option<&DocumentId> = None;
        for (place, origin) in wanted.iter().enumerate() {
            let RowOrigin::Input(record, sighting) = origin else { continue };
            expected.insert(&record.id, (place, *record));
            if last != Some(&sighting.id) {
                steps.push(sighting.step.clone());
                last = Some(&sighting.id);
            }
        }
        let Merge { rules, pool, changed, emit } = self;
        let mut line = RowLine { rules, pool, wanted, next: 0, published: PublishedRows::new(parts), emit };
        if !steps.is_empty() {
            let watch = Watch { expected: &expected, seen: Mutex::default(), changed: Mutex::default() };
            let mut memory = Decided(&expected);
            let steps = steps.into_iter();
            let read =
                convert::rows(&mut memory, steps, rules, pool, &watch, &mut |batch| line.inputs(&batch, &expected));
            changed.add(watch.changed());
            if !changed.is_empty() {
                return Err(changed_meanwhile());
            }
            read?;
        }
        line.published_until(wanted.len())
    }
}

/// The rows that are wanted, in a line; the next one is at `next`.
struct RowLine<'l> {
    rules: &'l Rules,
    pool: &'l ThreadPool,
    wanted: &'l [RowOrigin<'l>],
    next: usize,
    published: PublishedRows<'l>,
    emit: &'l mut TakeBatch<'l>,
}

impl RowLine<'_> {
    /// Emits rows that were read from inputs, and before each the published rows that are wanted before it.
    fn inputs(&mut self, batch: &Batch, expected: &Expected<'_>) -> Result<()> {
        let ids = ids(batch.records())?;
        let place = |row: usize| ids.get(row).and_then(|id| expected.get(id)).map(|(place, _)| *place);
        let mut row = 0;
        while let Some(first) = place(row).filter(|first| *first >= self.next) {
            self.published_until(first)?;
            let run = (1..).take_while(|ahead| place(row + ahead) == Some(first + ahead)).count() + 1;
            (self.emit)(Arc::new(batch.slice(row, run)))?;
            self.next = first + run;
            row += run;
        }
        // That a row is not the one that was expected is told by the watch.
        Ok(())
    }

    /// Emits the published rows that are wanted before `place`.
    fn published_until(&mut self, place: usize) -> Result<()> {
        while self.next < place {
            self.rules.stop.check()?;
            let wanted = &self.wanted[self.next..place];
            let Some(rows) = self.published.run_of(wanted)? else { return Err(disagreement(wanted[0].id())) };
            self.next += rows.num_rows();
            (self.emit)(self.pool.install(|| convert::sealed(rows))?)?;
        }
        Ok(())
    }
}

/// The published rows of some parts, one batch at a time.
struct PublishedRows<'p> {
    parts: std::slice::Iter<'p, OutputPart>,
    reader: Option<Box<dyn Reader>>,
    batch: Option<(RecordBatch, Vec<RecordId>)>,
    row: usize,
}

impl<'p> PublishedRows<'p> {
    fn new(parts: &'p [OutputPart]) -> PublishedRows<'p> {
        PublishedRows { parts: parts.iter(), reader: None, batch: None, row: 0 }
    }

    /// The rows from the first of `wanted` on that follow one another there as here; `None` if it is not there.
    fn run_of(&mut self, wanted: &[RowOrigin<'_>]) -> Result<Option<RecordBatch>> {
        loop {
            if let Some((batch, ids)) = &self.batch {
                let found = ids[self.row..].iter().position(|id| id == wanted[0].id());
                if let Some(ahead) = found {
                    let start = self.row + ahead;
                    let pairs = ids[start..].iter().zip(wanted);
                    let run = pairs.take_while(|(id, wanted)| *id == wanted.id()).count();
                    self.row = start + run;
                    return Ok(Some(batch.slice(start, run)));
                }
            }
            match self.next_batch()? {
                Some(batch) => {
                    self.row = 0;
                    self.batch = Some((batch.clone(), ids(&batch)?));
                }
                None => return Ok(None),
            }
        }
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(reader) = &mut self.reader
                && let Some(batch) = reader.next()?
            {
                return Ok(Some(batch));
            }
            let Some(part) = self.parts.next() else { return Ok(None) };
            self.reader = Some(read::open_part(part, &Schema::arrow_of)?);
        }
    }
}

fn ids(batch: &RecordBatch) -> Result<Vec<RecordId>> {
    let ids = Ids::of(batch).ok_or_else(|| Error::verification("the published rows hold no source".to_owned()))?;
    Ok((0..batch.num_rows()).map(|row| ids.get(row)).collect())
}

fn disagreement(record: &RecordId) -> Error {
    Error::verification(format!("the published files and their manifest disagree on {record}; run with --full"))
}

/// An input is not what it was when it was decided what becomes of it.
fn changed_meanwhile() -> Error {
    Error::input("inputs change while they are read, again and again; nothing was published, the next run takes them")
}

/// The records that are read from inputs, and their places in the line.
type Expected<'e> = HashMap<&'e RecordId, (usize, &'e RecordState)>;

/// Repeats were decided from the whole list; records that are not wanted are left unread, as if they were copies.
struct Decided<'d>(&'d Expected<'d>);

impl Memory for Decided<'_> {
    fn appearance(&mut self, id: &RecordId, _: &BytesProof) -> Appearance {
        if self.0.contains_key(id) { Appearance::First } else { Appearance::Again }
    }

    fn is_repeated(&mut self, record: &RecordId, _: &str) -> bool {
        self.0.get(record).and_then(|(_, record)| record.row()).is_some_and(|row| row.repeated)
    }
}

/// What is known of records before they are read: those that are as they were are left unread.
pub struct KnownRecords<'k>(pub HashMap<&'k RecordId, &'k RecordState>);

impl<'k> KnownRecords<'k> {
    /// The record, if it was known under that name.
    pub fn record(&self, id: &RecordId) -> Option<&'k RecordState> {
        self.0.get(id).copied()
    }
}

impl Memory for &KnownRecords<'_> {
    fn appearance(&mut self, id: &RecordId, proof: &BytesProof) -> Appearance {
        match self.record(id) {
            Some(record) if is_read_as(record, proof) => Appearance::Again,
            _ => Appearance::First,
        }
    }

    fn is_repeated(&mut self, _: &RecordId, _: &str) -> bool {
        false
    }
}

/// Whether bytes are those of a record, in the same form and position.
fn is_read_as(record: &RecordState, proof: &BytesProof) -> bool {
    (record.text, record.line_end, record.read_as) == (Some(proof.text_sha256), proof.line_end, proof.read_as)
}

/// What a run over all inputs knows of those before. Every text is remembered by its whole hash, since entries are
/// compared so.
#[derive(Default)]
pub struct Exact {
    seen: HashSet<Hash>,
    numbers: OwnMemory,
}

impl Memory for Exact {
    fn appearance(&mut self, _: &RecordId, proof: &BytesProof) -> Appearance {
        if self.seen.insert(proof.text_sha256) { Appearance::First } else { Appearance::Again }
    }

    fn is_repeated(&mut self, record: &RecordId, mrn: &str) -> bool {
        self.numbers.is_repeated(record, mrn)
    }
}

/// Notices inputs that are not what they were when it was decided what becomes of them.
struct Watch<'w> {
    expected: &'w Expected<'w>,
    /// Records that were as expected.
    seen: Mutex<HashSet<RecordId>>,
    changed: Mutex<BTreeSet<DocumentId>>,
}

impl Watch<'_> {
    /// The inputs of records that are not what they were, or are not there.
    fn changed(self) -> BTreeSet<DocumentId> {
        let mut changed = into_inner(self.changed);
        let seen = into_inner(self.seen);
        let missing = self.expected.keys().filter(|id| !seen.contains(id));
        changed.extend(missing.map(|id| id.document.input()));
        changed
    }
}

impl Observer for Watch<'_> {
    fn event(&self, event: Event<'_>) {
        let Event::Input(outcome, _) = event else { return };
        let Some((_, record)) = self.expected.get(&outcome.id) else { return };
        // A document can be a row and bad: what was read of one that is cut. What is only bad is missed in the end.
        if !matches!(outcome.status, Status::Cable | Status::Damaged { .. }) {
            return;
        }
        match outcome.proof.as_ref().is_some_and(|proof| is_read_as(record, proof)) {
            true => drop(locked(&self.seen).insert(outcome.id.clone())),
            false => drop(locked(&self.changed).insert(outcome.id.document.input())),
        }
    }
}

/// The published files that hold the rows of `unit` (all of them where outputs have no partitions), in the order in which
/// those are wanted that come from there.
pub fn parts_of(output: &Output, generation: &Path, unit: &str, wanted: &[RowOrigin<'_>]) -> Result<Vec<OutputPart>> {
    let Some(path) = output.path() else { return Ok(Vec::new()) };
    let published = wanted.iter().filter_map(|origin| match origin {
        RowOrigin::Published(record) => record.row(),
        RowOrigin::Input(..) => None,
    });
    let mut touched = Touched { units: [unit.to_owned()].into(), ..Touched::default() };
    published.for_each(|row| touched.add(row));
    let mut parts = read::parts(&generation.join(path))?;
    parts.retain(|part| part.listed.as_ref().is_none_or(|listed| is_touched(output, listed, &touched)));
    if !is_per_row(output) {
        return Ok(parts);
    }
    // Files of a row come in the order of their names, and rows in that of their records.
    let places: HashMap<&RecordId, usize> =
        wanted.iter().enumerate().map(|(place, origin)| (origin.id(), place)).collect();
    let mut placed = Vec::new();
    for part in parts {
        let row = read::open_part(&part, &Schema::arrow_of)?.next()?;
        let place = row.map(|row| ids(&row)).transpose()?.and_then(|ids| places.get(ids.first()?).copied());
        placed.extend(place.map(|place| (place, part)));
    }
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, part)| part).collect())
}

/// What the manifest keeps of the rows of a batch.
pub fn rows_seen(batch: &Batch, targets: &Targets) -> Result<Vec<(RecordId, RowState)>> {
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
    let rows = ids(records)?.into_iter().zip(units).enumerate().map(|(row, (id, unit))| {
        let (mrn, stem) = (mrns.value(row).into(), batch.stem(row).into());
        (id, RowState { mrn, unit: unit.into(), stem, repeated: false })
    });
    Ok(rows.collect())
}
