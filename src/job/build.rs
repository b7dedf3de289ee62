//! The outputs of a generation in the making: touched files are written, the others taken over by hard links, and
//! what was written is read again.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::changes::row_changed;
use super::fates::{Candidate, Facts, Reach};
use super::generation::failed;
use super::listing::{self, take_over};
use super::manifest::{BadReason, Entry, RowState};
use super::rows::{Exact, Merge, RowOrigin, RowSeen, parts_of, rows_seen};
use super::targets::{Touched, is_per_row, is_touched};
use super::{JobEvent, JobObserver, JobRun};
use crate::convert::{self, Duplicates, Event, Lanes, Observer, Rules, Status, Target, write_all};
use crate::error::{Error, Result};
use crate::read::{ListedFile, OutputPart};
use crate::source::{DocumentId, Step, UnreadableReason};
use crate::verify::verify_part;
use crate::write::digest::hexadecimal;
use crate::write::{Batch, Existing, Output, Published, Sink, Staged, WriteContext};

/// What inputs hold, by their paths; nothing is written.
pub fn facts(run: &JobRun<'_>, steps: Vec<Step>) -> Result<HashMap<DocumentId, Facts>> {
    let gather = Gather::new(run.observer);
    let rules = Rules { duplicates: Duplicates::Keep, ..run.rules.clone() };
    convert::rows(steps.into_iter(), &rules, &run.pool, &gather, &mut |batch| {
        gather.add(rows_seen(&batch, &run.targets)?);
        Ok(())
    })?;
    Ok(gather.finish())
}

/// Writes every output from its inputs in one pass, and says what they hold.
pub fn all_outputs(
    run: &JobRun<'_>,
    steps: Vec<Step>,
    staged: &Path,
) -> Result<(HashMap<DocumentId, Facts>, Vec<Published>)> {
    let gather = Gather::new(run.observer);
    let outputs: Vec<&Output> = run.targets.outputs.iter().collect();
    let published = write(run, &outputs, None, staged, |lanes| {
        let mut memory = Exact::default();
        convert::rows_remembering(&mut memory, steps.into_iter(), &run.rules, &run.pool, &gather, &mut |batch| {
            gather.add(rows_seen(&batch, &run.targets)?);
            lanes.send(batch)
        })?;
        Ok(())
    })?;
    finish(run, None, staged)?;
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
    let outputs: Vec<&Output> = run.targets.outputs.iter().collect();
    let published = match touched.units.is_empty() {
        true => Vec::new(),
        false => write(run, &outputs, Some(touched), staged, |lanes| {
            touched.units.iter().try_for_each(|unit| send_unit(run, candidates, entries, touched, unit, lanes))
        })?,
    };
    finish(run, Some(touched), staged)?;
    Ok(published)
}

/// Sends the rows of one unit in input order, wherever they come from.
fn send_unit(
    run: &JobRun<'_>,
    candidates: &[Candidate],
    entries: &[Entry],
    touched: &Touched,
    unit: &str,
    lanes: &Lanes,
) -> Result<()> {
    let record = run.targets.record();
    let wanted = candidates.iter().zip(entries).filter_map(|(candidate, entry)| {
        let row = entry.row().filter(|row| row.unit == unit)?;
        if record.is_none() && !touched.stems.contains(&row.stem) {
            return None;
        }
        // Rows of a damaged file are read from their inputs, as if those had changed.
        let published = record.is_some() && !row_changed(candidate, entry) && !touched.damaged.contains(unit);
        match candidate.sighting() {
            Some(sighting) if !published => Some(RowOrigin::Input(entry, sighting)),
            _ => Some(RowOrigin::Published(entry)),
        }
    });
    let wanted: Vec<RowOrigin<'_>> = wanted.collect();
    let is_read = wanted.iter().any(|origin| matches!(origin, RowOrigin::Published(_)));
    let parts = match (record, &run.current) {
        (Some(record), Some(current)) if is_read => parts_of(record, &current.path, unit)?,
        _ => Vec::new(),
    };
    let mut emit = |batch: Arc<Batch>| lanes.send(batch);
    Merge { rules: &run.rules, pool: &run.pool, restless: &run.restless, emit: &mut emit }.rows(&wanted, &parts)
}

/// Opens outputs below `staged`, lets `produce` fill them, and gives them their names there.
fn write(
    run: &JobRun<'_>,
    outputs: &[&Output],
    touched: Option<&Touched>,
    staged: &Path,
    produce: impl FnOnce(&Lanes) -> Result<()>,
) -> Result<Vec<Published>> {
    let context = WriteContext::new(run.pool.clone(), Existing::Refuse, convert::TOOL);
    let sinks = outputs.iter().map(|output| {
        let below = output.below(staged);
        if let Some(parent) = below.path().and_then(Path::parent) {
            fs::create_dir_all(parent).map_err(|error| failed("cannot create", parent, error))?;
        }
        let sink = below.open(run.rules.schema.arrow(), &context)?;
        Ok(match touched.filter(|_| is_per_row(output)) {
            Some(touched) => Box::new(Chosen { stems: touched.stems.clone(), sink }) as Box<dyn Sink>,
            None => sink,
        })
    });
    let targets = sinks
        .map(|sink: Result<Box<dyn Sink>>| sink.map(|sink| Target { sink, schema: 0 }))
        .collect::<Result<Vec<_>>>()?;
    let ((), staged) = write_all(targets, run.rules.limits.queued_batches, produce)?;
    run.rules.stop.check()?;
    staged.into_iter().map(Staged::publish).collect()
}

/// Completes every output: takes over what no change touched, lists all, and reads again what was written.
fn finish(run: &JobRun<'_>, touched: Option<&Touched>, staged: &Path) -> Result<()> {
    let mut verified = 0;
    for output in &run.targets.outputs {
        let Some(path) = output.path() else { continue };
        let written = staged.join(path);
        let published = run.current.as_ref().map(|current| current.path.join(path));
        verified += match output.is_folder() {
            true => finish_folder(run, output, touched, published.as_deref(), &written)?,
            false => finish_file(run, touched, published.as_deref(), &written)?,
        };
    }
    run.observer.event(JobEvent::Verified { files: verified });
    Ok(())
}

fn finish_folder(
    run: &JobRun<'_>,
    output: &Output,
    touched: Option<&Touched>,
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
    let is_new = written.exists();
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
    let left = listing.write(written, output, run.rules.schema.arrow())?;
    let new: Vec<ListedFile> = new.into_iter().filter(|file| left.contains(&file.name)).collect();
    for file in &new {
        verify_written(run, OutputPart::listed(written, output.by(), file.clone())?)?;
    }
    Ok(new.len() as u64)
}

fn finish_file(run: &JobRun<'_>, touched: Option<&Touched>, published: Option<&Path>, written: &Path) -> Result<u64> {
    if written.exists() {
        verify_written(run, OutputPart::alone(written))?;
        return Ok(1);
    }
    let published = published.filter(|_| touched.is_some());
    let published = published.ok_or_else(|| Error::output(format!("{}: nothing was written", written.display())))?;
    if let Some(parent) = written.parent() {
        fs::create_dir_all(parent).map_err(|error| failed("cannot create", parent, error))?;
    }
    take_over(published, written)?;
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

/// Passes the progress of a pass over inputs on, and gathers what they hold.
struct Gather<'g> {
    observer: &'g dyn JobObserver,
    facts: Mutex<HashMap<DocumentId, Facts>>,
    rows: Mutex<Vec<RowSeen>>,
}

impl<'g> Gather<'g> {
    fn new(observer: &'g dyn JobObserver) -> Gather<'g> {
        Gather { observer, facts: Mutex::default(), rows: Mutex::default() }
    }

    fn add(&self, rows: Vec<RowSeen>) {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).extend(rows);
    }

    fn finish(self) -> HashMap<DocumentId, Facts> {
        let mut facts = self.facts.into_inner().unwrap_or_else(PoisonError::into_inner);
        for row in self.rows.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let RowSeen { id, mrn, unit, stem } = row;
            if let Some(facts) = facts.get_mut(&id.document) {
                facts.row = Some(RowState { mrn, unit, stem, repeated: false });
            }
        }
        facts
    }
}

impl Observer for Gather<'_> {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Input(outcome, _) => {
                let status = &outcome.status;
                let bad =
                    status.bad_code().map(|code| BadReason { code: code.to_owned(), message: status.to_string() });
                let reach = match status {
                    Status::Unreadable(UnreadableReason::System(_)) => Reach::OutOfReach,
                    _ => Reach::Read,
                };
                let facts =
                    Facts { sha256: outcome.proof.map(|proof| hexadecimal(&proof.sha256)), row: None, bad, reach };
                self.facts.lock().unwrap_or_else(PoisonError::into_inner).insert(outcome.id.document.clone(), facts);
            }
            Event::Batch(summary) => self.observer.event(JobEvent::Progress(summary)),
            _ => {}
        }
    }
}
