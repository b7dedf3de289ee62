//! The outputs of a generation in the making: touched files are written, the others taken over by hard links, and
//! what was written is read again.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::changes::changed;
use super::entry::{Entry, RecordState, RowState};
use super::fates::{Candidate, Facts};
use super::gather::{Gather, lists_of};
use super::listing::{self, link_or_copy, make_parent};
use super::rows::{Exact, KnownRecords, Merge, RowOrigin, parts_of, rows_seen};
use super::targets::{Touched, is_per_row, is_touched};
use super::{JobEvent, JobRun};
use crate::convert::{self, Lanes, Target, write_all};
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::read::{ListedFile, OutputPart};
use crate::source::{DocumentId, RecordId, Step};
use crate::verify::verify_part;
use crate::write::{
    Batch, Checksums, DocumentList, Existing, Layout, Output, Published, Sink, Staged, WriteContext, write_beside,
};

/// What is in inputs, by their paths; nothing is written. Records that are as they are known are not parsed.
pub fn facts(run: &JobRun<'_>, steps: Vec<Step>, known: &KnownRecords<'_>) -> Result<HashMap<DocumentId, Facts>> {
    let gather = Gather::new(run.observer, Some(known));
    let (mut memory, steps) = (known, steps.into_iter());
    convert::rows(&mut memory, steps, &run.rules, &run.pool, &gather, &mut |batch| {
        gather.add(rows_seen(&batch, &run.targets)?);
        Ok(())
    })?;
    Ok(gather.finish())
}

/// Writes every output from its inputs in one pass, and tells what is in them.
pub fn all_outputs(
    run: &JobRun<'_>,
    steps: Vec<Step>,
    staged: &Path,
) -> Result<(HashMap<DocumentId, Facts>, Vec<Published>)> {
    let gather = Gather::new(run.observer, None);
    let listed = DocumentList::default();
    let published = write(run, None, &listed, staged, |lanes| {
        let (mut memory, steps) = (Exact::default(), steps.into_iter());
        let summary = convert::rows(&mut memory, steps, &run.rules, &run.pool, &gather, &mut |batch| {
            gather.add(rows_seen(&batch, &run.targets)?);
            lanes.send(batch)
        })?;
        listed.set(summary.lists());
        Ok(())
    })?;
    finish(run, None, &listed, staged)?;
    Ok((gather.finish(), published))
}

/// Writes what is touched and takes the rest over.
pub fn touched_outputs(
    run: &JobRun<'_>,
    candidates: &[Candidate],
    entries: &[Entry],
    touched: &Touched,
    staged: &Path,
) -> Result<Vec<Published>> {
    let listed = DocumentList::default();
    listed.set(lists_of(entries.iter()));
    let changed = new_rows(candidates, entries);
    let published = match touched.units.is_empty() {
        true => Vec::new(),
        false => write(run, Some(touched), &listed, staged, |lanes| {
            let units = Units { run, candidates, entries, touched, changed: &changed, lanes };
            touched.units.iter().try_for_each(|unit| units.send(unit))
        })?,
    };
    finish(run, Some(touched), &listed, staged)?;
    Ok(published)
}

/// The records whose rows are not those that are published.
fn new_rows<'c>(candidates: &'c [Candidate], entries: &'c [Entry]) -> HashSet<&'c RecordId> {
    let pairs = candidates.iter().zip(entries);
    pairs.flat_map(|(candidate, entry)| changed(candidate, entry).1).map(|record| &record.id).collect()
}

/// Touches the outputs that are one file, where what they list of documents is not what it was: the list is in the file.
pub fn touch_lists(run: &JobRun<'_>, candidates: &[Candidate], entries: &[Entry], touched: &mut Touched) {
    let is_file = |output: &Output| matches!(output.layout, Layout::File(_));
    if run.targets.outputs.iter().any(is_file)
        && lists_of(candidates.iter().filter_map(|candidate| candidate.before.as_ref())) != lists_of(entries.iter())
    {
        touched.units.insert(String::new());
    }
}

/// A record that is only found and hashed costs a tenth of one that is parsed and written.
const COST_OF_A_ROW: u64 = 10;

/// Whether the rows of `touched` are read from so many inputs of many records, unit by unit, that one pass over all
/// inputs is less work.
pub fn reads_more_than_all(run: &JobRun<'_>, candidates: &[Candidate], entries: &[Entry], touched: &Touched) -> bool {
    let changed = new_rows(candidates, entries);
    let (mut all, mut read) = (0, 0);
    for (candidate, entry) in candidates.iter().zip(entries) {
        let Some(sighting) = candidate.readable() else { continue };
        all += sighting.size;
        if entry.contents.records.len() < 2 {
            continue;
        }
        let is_read = |record: &&RecordState, row: &RowState| {
            run.targets.record().is_none() || touched.damaged.contains(&*row.unit) || changed.contains(&record.id)
        };
        let rows = entry.contents.records.iter().filter_map(|record| Some((record, record.row()?)));
        let wanted = rows.filter(|(record, row)| touched.units.contains(&*row.unit) && is_read(record, row));
        let units: HashSet<&str> = wanted.map(|(_, row)| &*row.unit).collect();
        read += sighting.size * units.len() as u64;
    }
    read > COST_OF_A_ROW * all
}

/// The units that are written.
struct Units<'u> {
    run: &'u JobRun<'u>,
    candidates: &'u [Candidate],
    entries: &'u [Entry],
    touched: &'u Touched,
    /// Records whose rows are not those that are published.
    changed: &'u HashSet<&'u RecordId>,
    lanes: &'u Lanes,
}

impl Units<'_> {
    /// Sends the rows of one unit in input order, wherever they come from.
    fn send(&self, unit: &str) -> Result<()> {
        let Units { run, lanes, .. } = self;
        let wanted: Vec<RowOrigin<'_>> =
            self.candidates.iter().zip(self.entries).flat_map(|(one, entry)| self.origins(one, entry, unit)).collect();
        let is_read = wanted.iter().any(|origin| matches!(origin, RowOrigin::Published(_)));
        let parts = match (run.targets.kept_in(), &run.current) {
            (Some(output), Some(current)) if is_read => parts_of(output, &current.path, unit, &wanted)?,
            _ => Vec::new(),
        };
        let mut emit = |batch: Arc<Batch>| lanes.send(batch);
        Merge { rules: &run.rules, pool: &run.pool, changed: &run.changed, emit: &mut emit }.rows(&wanted, &parts)
    }

    /// The rows of one input that are in the unit, and where each comes from.
    fn origins<'o>(
        &'o self,
        candidate: &'o Candidate,
        entry: &'o Entry,
        unit: &'o str,
    ) -> impl Iterator<Item = RowOrigin<'o>> {
        let has_record = self.run.targets.record().is_some();
        // Rows of a damaged file are read from their inputs, as if those had changed.
        let is_sound = has_record && !self.touched.damaged.contains(unit);
        entry.contents.records.iter().filter_map(move |record| {
            let row = record.row().filter(|row| &*row.unit == unit)?;
            if !has_record && !self.touched.stems.contains(&*row.stem) {
                return None;
            }
            Some(match candidate.readable() {
                Some(sighting) if !is_sound || self.changed.contains(&record.id) => RowOrigin::Input(record, sighting),
                _ => RowOrigin::Published(record),
            })
        })
    }
}

/// Opens outputs below `staged`, lets `produce` fill them, and gives them their names there.
fn write(
    run: &JobRun<'_>,
    touched: Option<&Touched>,
    listed: &DocumentList,
    staged: &Path,
    produce: impl FnOnce(&Lanes) -> Result<()>,
) -> Result<Vec<Published>> {
    let context = WriteContext {
        documents: listed.clone(),
        ..WriteContext::new(run.pool.clone(), Existing::Refuse, convert::TOOL)
    };
    let target = |output: &Output| {
        // Checksums are of all files of an output, so they are written once it is whole.
        let below = Output { checksums: Checksums::Absent, ..output.below(staged) };
        below.path().map_or(Ok(()), make_parent)?;
        let sink = below.open(run.rules.schema.arrow(), &context)?;
        let sink: Box<dyn Sink> = match touched.filter(|_| is_per_row(output)) {
            Some(touched) => Box::new(Chosen { stems: touched.stems.clone(), sink }),
            None => sink,
        };
        Ok(Target { sink, schema: 0 })
    };
    let targets = run.targets.outputs.iter().map(target).collect::<Result<_>>()?;
    let ((), staged) = write_all(targets, run.rules.limits.queued_batches, produce)?;
    run.rules.stop.check()?;
    Staged::publish_all(staged, None)
}

/// Completes every output: takes over what no change touched, lists all, and reads again what was written.
fn finish(run: &JobRun<'_>, touched: Option<&Touched>, listed: &DocumentList, staged: &Path) -> Result<()> {
    let mut verified = 0;
    for output in &run.targets.outputs {
        let Some(path) = output.path() else { continue };
        let written = staged.join(path);
        let published = run.current.as_ref().map(|current| current.path.join(path));
        verified += match output.is_folder() {
            true => finish_folder(run, output, touched, listed, published.as_deref(), &written)?,
            false => finish_file(run, touched, published.as_deref(), &written)?,
        };
        if output.checksums == Checksums::Beside {
            write_beside(&written)?;
        }
    }
    run.observer.event(JobEvent::Verified { files: verified });
    Ok(())
}

fn finish_folder(
    run: &JobRun<'_>,
    output: &Output,
    touched: Option<&Touched>,
    listed: &DocumentList,
    published: Option<&Path>,
    written: &Path,
) -> Result<u64> {
    let nothing = Touched::default();
    let before = match (touched, published) {
        // Where the list itself is damaged, everything is touched and nothing is taken over.
        (Some(touched), Some(published)) if !touched.lists.contains(&output.to_string()) => {
            Some((listing::read(published)?, published))
        }
        _ => None,
    };
    let is_new = standing(written)? != Standing::Nothing;
    let mut listing = match (&before, is_new) {
        (_, true) => listing::read(written)?,
        (Some((before, _)), false) => before.without_files(),
        (None, false) => return Err(Error::output(format!("{}: nothing was written", written.display()))),
    };
    let new = listing.files().to_vec();
    if let Some((before, published)) = before {
        let touched = touched.unwrap_or(&nothing);
        let keeps = |file: &ListedFile| !is_new || file.rows > 0 && !is_touched(output, file, touched);
        listing.take_over(before.files().iter().filter(|file| keeps(file)).cloned().collect(), published, written)?;
    }
    listing.list_documents(listed)?;
    let left = listing.write(written, output, run.rules.schema.arrow())?;
    let new: Vec<ListedFile> = new.into_iter().filter(|file| left.contains(&file.name)).collect();
    for file in &new {
        verify_written(run, OutputPart::listed(written, output.by(), file.clone())?)?;
    }
    Ok(new.len() as u64)
}

fn finish_file(run: &JobRun<'_>, touched: Option<&Touched>, published: Option<&Path>, written: &Path) -> Result<u64> {
    if standing(written)? != Standing::Nothing {
        verify_written(run, OutputPart::alone(written))?;
        return Ok(1);
    }
    let published = published.filter(|_| touched.is_some());
    let published = published.ok_or_else(|| Error::output(format!("{}: nothing was written", written.display())))?;
    make_parent(written)?;
    link_or_copy(published, written)?;
    Ok(0)
}

/// Reads a file again that was just written: what will be published is what was meant.
fn verify_written(run: &JobRun<'_>, part: OutputPart) -> Result<()> {
    run.rules.stop.check()?;
    verify_part(&part, &run.pool)
}

/// Passes only the rows of some stems on.
struct Chosen {
    stems: std::collections::BTreeSet<String>,
    sink: Box<dyn Sink>,
}

impl Sink for Chosen {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        let chosen = (0..rows.len()).filter(|row| self.stems.contains(rows.stem(*row))).collect::<Vec<_>>();
        chosen.into_iter().try_for_each(|row| self.sink.write(&rows.slice(row, 1)))
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        self.sink.complete()
    }
}
