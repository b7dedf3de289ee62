//! The scheduled job: brings a dataset up to date with its inputs, and is safe to run every minute.
//!
//! ```text
//! lock ─► survey ─► read what changed ─► decide fates ─► write what is touched ─► link the rest
//!                                                                                     │
//! current ◄─ swap the link ◄─ rename to gen-n ◄─ manifest, _SUCCESS ◄─ re-read, hash ◄┘
//! ```
//!
//! Incremental by content: what is unchanged is not read, what is touched is recognized by its hash, and a full run
//! gives the same bytes. Killed at any moment, `current` is a complete generation. Reads no clock: the time comes in
//! with the request.

mod build;
mod changes;
mod check;
mod config;
mod entry;
mod event;
mod fates;
mod gather;
mod generation;
mod hold;
mod inputs;
mod listing;
mod lock;
mod manifest;
mod output;
mod places;
mod proof;
mod published;
mod quarantine;
mod records;
mod request;
mod rows;
mod rules;
mod scrub;
mod seal;
mod survey;
mod targets;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rayon::ThreadPool;

pub use crate::convert::QUARANTINE_INDEX;
pub use changes::{Changes, Differences, Move, RowChanges};
pub use config::{Effective, Job, OnChanged, OnError, OnMissing, SettingOrigin, Settings};
pub use entry::{BadReason, Contents, Entry, Fate, RecordState, Remark, RowState};
pub use event::{JobEvent, JobObserver};
pub use generation::{CURRENT, Dataset, Generation, Success};
pub use hold::Hold;
pub use lock::Lock;
pub use manifest::{MANIFEST, Manifest, RECORDS, RulesUsed};
pub use output::output_in;
pub use places::{check_metrics, metrics_file};
pub use request::{AtHold, Missing, Mode, Request};
pub use scrub::{is_dataset, scrub};
pub use seal::{FileSeals, QUARANTINE};

use crate::convert::{self, Rules};
use crate::error::{Error, ErrorKind, Result};
use crate::local::is_taken;
use crate::parse::RULES_VERSION;
use crate::schema::Schema;
use crate::source::DocumentId;
use crate::write::Published;
use changes::{Drift, count, difference, spread, touched};
use fates::{Candidate, Facts, decide, unknown_rows};
use inputs::{ChangeCounts, hides_row, kept_facts};
use manifest::{Rulebook, UnchangedCounts};
use published::nothing_is_known;
use rows::{ChangedMeanwhile, KnownRecords};
use survey::Survey;
use targets::Targets;

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// How much had changed.
    pub changes: Changes,
    /// Rows of the generation in force now.
    pub rows: u64,
    /// Copies that became no row.
    pub duplicates: u64,
    /// Inputs that are no cables and hold none.
    pub not_cables: u64,
    /// Rows whose input is gone.
    pub tombstones: u64,
    /// Rows that are added, removed and edited.
    pub row_changes: RowChanges,
    /// Folders of inputs that cannot be read; what is known of them stays.
    pub hidden_folders: u64,
    /// Inputs with rows that cannot be read; their rows stay.
    pub hidden_inputs: u64,
    /// The generation that a rollback holds; nothing was published for that reason.
    pub held: Option<u64>,
    /// Its rows.
    pub held_rows: u64,
    /// Bad inputs that were not bad before.
    pub new_bad: u64,
    /// Bad inputs that were bad before.
    pub known_bad: u64,
    /// Partitions and files of one row that were written again.
    pub rewritten: u64,
    /// Outputs as they are in the staged generation.
    pub outputs: Vec<Published>,
    /// Number of the generation that was published; `None` where nothing had changed.
    pub published: Option<u64>,
}

/// Runs a job once.
pub fn sync(job: &Job, request: &Request, observer: &dyn JobObserver) -> Result<Report> {
    let targets = Targets::parse(&job.outputs)?;
    if job.on_missing == OnMissing::Keep && targets.record().is_none() {
        let reason = "kept rows are read back from an output that is not per=cable";
        return Err(Error::usage(format!("on_missing = \"keep\": {reason}; add one, or write \"drop\"")));
    }
    if let Some(column) = &targets.column {
        Schema::check_partition(column).map_err(Error::usage)?;
    }
    places::check(job, &targets)?;
    let dataset = Dataset::create(&job.dataset)?;
    let timeout = Duration::from_secs(job.lock_timeout);
    let lock = Lock::take(&job.dataset, timeout, (request.now)(), &request.stop);
    let _lock = lock.map_err(|error| lock::found_again(&job.dataset, error))?;
    dataset.clear_staging()?;
    if dataset.generations()?.is_empty() {
        dataset.check_links()?;
    }
    if request.mode == Mode::Full {
        dataset.mend_current()?;
    }
    let number = dataset.next_number()?;
    let taken_up = if request.mode == Mode::Full { dataset.replace_broken() } else { dataset.take_up() };
    if let Some(generation) = taken_up? {
        observer.event(JobEvent::TakenUp(&generation));
    }
    let current = match dataset.current() {
        Err(error) if request.mode == Mode::Full && error.kind() == ErrorKind::NotFound => None,
        current => current?,
    };
    if current.is_none() && job.on_missing != OnMissing::Drop && dataset.has_lost_all()? {
        return Err(nothing_is_known(&format!("no generation in {} is whole any more", job.dataset.display())));
    }
    let rules = rules::of(job, current.as_ref(), request)?;
    let pool = rules.pool()?;
    observer.event(JobEvent::Start { generation: current.as_ref().map(|generation| generation.number) });
    let run = JobRun {
        job,
        request,
        targets,
        dataset,
        rules,
        pool,
        current,
        number,
        observer,
        changed: ChangedMeanwhile::default(),
    };
    let result = run.go();
    // What a failed run leaves takes up space; where it cannot be removed now, the next run removes it.
    drop(run.dataset.clear_staging());
    result
}

/// A run under way, lock held.
struct JobRun<'r> {
    job: &'r Job,
    request: &'r Request,
    targets: Targets,
    dataset: Dataset,
    rules: Rules,
    pool: Arc<ThreadPool>,
    current: Option<Generation>,
    /// Number of the generation that is published, if one is.
    number: u64,
    observer: &'r dyn JobObserver,
    /// Inputs that changed since it was decided what becomes of them.
    changed: ChangedMeanwhile,
}

/// Attempts of a run, each with what changed during the last one; in the third, what still changes stays as it was.
const ATTEMPTS: usize = 4;

impl JobRun<'_> {
    fn go(&self) -> Result<Report> {
        if self.request.hold == AtHold::Release || self.request.mode == Mode::Full {
            self.dataset.release()?;
        }
        let mut change_counts = ChangeCounts::new();
        for _ in 1..ATTEMPTS {
            let result = self.attempt(&change_counts);
            let changed = self.changed.take();
            if changed.is_empty() || result.is_ok() {
                return result;
            }
            for id in changed {
                *change_counts.entry(id).or_default() += 1;
            }
        }
        self.attempt(&change_counts)
    }

    fn attempt(&self, change_counts: &ChangeCounts) -> Result<Report> {
        let survey = self.survey()?;
        if let Some(report) = self.nothing_new(&survey, change_counts)? {
            return Ok(report);
        }
        let mut before = self.published_manifest()?;
        let used = self.rules_used();
        let rulebook = before.as_ref().map_or(Rulebook::Other, |before| Rulebook::of(&before.rules, &used));
        let full = rulebook != Rulebook::Same || self.request.mode == Mode::Full;
        if let Some(before) = before.as_mut().filter(|_| rulebook == Rulebook::Newer) {
            // Kept rows say by which rules they were made.
            for entry in &mut before.entries {
                entry.parser.get_or_insert(before.rules.parser);
            }
        }
        let entries = before.map(|manifest| manifest.entries).unwrap_or_default();
        let (mut candidates, folders) = self.candidates(survey, entries, full, change_counts)?;
        if rulebook == Rulebook::Other && candidates.iter().any(Candidate::has_kept_rows) {
            return Err(rows_of_other_rules());
        }
        let changes = count(&candidates, full);
        self.observer.event(JobEvent::Plan(&changes));
        self.check_missing(&candidates)?;
        if changes.found + changes.hidden == 0 && self.request.empty == convert::Empty::Refuse {
            return Err(Error::input("no input was found; check inputs, or allow it with --allow-empty".to_owned()));
        }
        if full && !candidates.iter().any(Candidate::has_kept_rows) {
            match self.make_again(&candidates, changes.clone(), folders)? {
                Some(report) => return Ok(report),
                // Rows of inputs that cannot be read now stay, so each is looked at on its own.
                None => self.dataset.clear_staging()?,
            }
        }
        self.read_unknown(&mut candidates, full)?;
        let entries = decide(&candidates);
        let report = self.count_and_refuse(&candidates, &entries, changes, folders)?;
        if let Some(held) = self.settle_hold(&candidates, &entries)? {
            // What cannot be read here stops no run that publishes nothing.
            let success = self.current.as_ref().and_then(|current| current.success().ok());
            let held_rows = success.map_or(0, |success| success.rows);
            return Ok(Report { held: Some(held), held_rows, ..report });
        }
        let difference = difference(&candidates, &entries);
        let bad = entries.iter().filter(|entry| entry.contents.is_bad()).count();
        if !full && difference != Drift::Data && self.quarantine_stands(bad)? {
            self.keep_times(entries, difference)?;
            self.tidy();
            return Ok(report);
        }
        let mut touched = touched(&candidates, &entries, full);
        spread(&mut touched, &candidates, &entries);
        let damage = proof::damage(self, &candidates, &entries)?;
        touched.units.extend(damage.units);
        touched.stems.extend(damage.stems);
        touched.lists = damage.lists;
        build::touch_lists(self, &candidates, &entries, &mut touched);
        spread(&mut touched, &candidates, &entries);
        // A full run reads every row from its input, where there is one.
        touched.damaged = if full { touched.units.clone() } else { damage.damaged };
        if !candidates.iter().any(Candidate::has_kept_rows)
            && build::reads_more_than_all(self, &candidates, &entries, &touched)
        {
            match self.make_again(&candidates, report.changes.clone(), folders)? {
                Some(report) => return Ok(report),
                None => self.dataset.clear_staging()?,
            }
        }
        let staged = self.dataset.stage()?;
        let outputs = build::touched_outputs(self, &candidates, &entries, &touched, &staged)?;
        let report = Report { rewritten: touched.units.len() as u64, outputs, ..report };
        self.publish(&candidates, entries, &staged, report)
    }

    /// Reads and writes everything in one pass; `None` if an input that has a row cannot be read now.
    fn make_again(&self, candidates: &[Candidate], changes: Changes, folders: u64) -> Result<Option<Report>> {
        let mut candidates = candidates.to_vec();
        let staged = self.dataset.stage()?;
        let steps = candidates.iter().filter_map(|candidate| Some(candidate.sighting()?.step.clone()));
        let (gathered, outputs) = build::all_outputs(self, steps.collect(), &staged)?;
        learn(&mut candidates, gathered);
        if candidates.iter().any(|candidate| candidate.facts.as_ref().is_some_and(|facts| hides_row(candidate, facts)))
        {
            return Ok(None);
        }
        let entries = decide(&candidates);
        let rewritten = touched(&candidates, &entries, true).units.len() as u64;
        let report = Report { rewritten, outputs, ..self.count_and_refuse(&candidates, &entries, changes, folders)? };
        self.publish(&candidates, entries, &staged, report).map(Some)
    }

    /// What a run reports that has nothing to do, where the manifest shows that without its records.
    fn nothing_new(&self, survey: &Survey, change_counts: &ChangeCounts) -> Result<Option<Report>> {
        let Some(current) = &self.current else { return Ok(None) };
        let is_plain = self.request.mode == Mode::Incremental && change_counts.is_empty() && survey.folders.is_empty();
        if !is_plain || survey.sightings.is_empty() || self.dataset.hold()?.is_some() {
            return Ok(None);
        }
        let counts = manifest::if_unchanged(&current.path, &self.rules_used(), &survey.sightings);
        let Some(counts) = counts else { return Ok(None) };
        if !self.quarantine_stands(counts.bad.len())? {
            return Ok(None);
        }
        let changes = Changes { found: counts.found, ..Changes::default() };
        self.observer.event(JobEvent::Plan(&changes));
        for (input, bad) in &counts.bad {
            self.observer.event(JobEvent::FileError { input, bad, known: true });
        }
        self.tidy();
        let known_bad = counts.bad.len() as u64;
        let UnchangedCounts { rows, duplicates, not_cables, .. } = counts;
        Ok(Some(Report { changes, rows, duplicates, not_cables, known_bad, ..Report::default() }))
    }

    /// Whether the quarantine of the published generation is there, or not there, as the job says and so many bad inputs
    /// mean.
    fn quarantine_stands(&self, bad: usize) -> Result<bool> {
        let wanted = self.job.on_error == OnError::Quarantine && bad > 0;
        let Some(current) = &self.current else { return Ok(true) };
        Ok(is_taken(&current.path.join(QUARANTINE))? == wanted)
    }

    /// Notes times that are new in the manifest in force: that spares reading again, and changes no data.
    fn keep_times(&self, entries: Vec<Entry>, difference: Drift) -> Result<()> {
        match &self.current {
            Some(current) if difference == Drift::Times => {
                Manifest { rules: self.rules_used(), entries }.write(&current.path)
            }
            _ => Ok(()),
        }
    }

    fn rules_used(&self) -> RulesUsed {
        RulesUsed {
            schema: self.rules.schema.version().to_owned(),
            parser: RULES_VERSION,
            tool: convert::TOOL.to_owned(),
            settings: self.job.as_written.clone(),
            filters: [self.job.include.clone(), self.job.exclude.clone()],
        }
    }

    /// Reads what is not known, until it is known what every row will be.
    fn read_unknown(&self, candidates: &mut [Candidate], full: bool) -> Result<()> {
        let is_new = |candidate: &Candidate| candidate.facts.is_none() && candidate.sighting().is_some();
        let new: Vec<usize> = (0..candidates.len()).filter(|place| is_new(&candidates[*place])).collect();
        self.read_facts(candidates, &new, full)?;
        loop {
            let unknown = unknown_rows(candidates);
            if unknown.is_empty() {
                return Ok(());
            }
            self.read_facts(candidates, &unknown, full)?;
        }
    }

    /// Reads these inputs. Of one that has changed, records that are as they were are not parsed, unless by other rules.
    fn read_facts(&self, candidates: &mut [Candidate], places: &[usize], full: bool) -> Result<()> {
        let known = places.iter().filter(|_| !full).flat_map(|place| {
            let before = candidates[*place].before.as_ref().map(|before| &before.contents);
            let facts = candidates[*place].facts.as_ref().map(|facts| &facts.contents);
            [before, facts].into_iter().flatten().flat_map(|contents| contents.records.iter())
        });
        // Of a copy it is not known what is in it, of what is only bad there is nothing to know.
        let known = known
            .filter(|record| record.fate != Fate::Duplicate && record.text.is_some())
            .map(|record| (&record.id, record));
        let steps = places.iter().filter_map(|place| Some(candidates[*place].sighting()?.step.clone()));
        let mut gathered = build::facts(self, steps.collect(), &KnownRecords(known.collect()))?;
        for place in places {
            let candidate = &mut candidates[*place];
            let facts = gathered.remove(&candidate.id).unwrap_or_default();
            candidate.facts = Some(if hides_row(candidate, &facts) { kept_facts(candidate, facts) } else { facts });
        }
        Ok(())
    }

    /// Makes the staged folder the current generation.
    fn publish(
        &self,
        candidates: &[Candidate],
        entries: Vec<Entry>,
        staged: &Path,
        mut report: Report,
    ) -> Result<Report> {
        self.dataset.release()?;
        let kept = entries.into_iter().filter(|entry| !entry.tombstone || entry.contents.has_rows());
        let manifest = Manifest { rules: self.rules_used(), entries: kept.collect() };
        manifest.write(staged)?;
        if self.job.on_error == OnError::Quarantine {
            let published = self.current.as_ref().map(|current| current.path.as_path());
            quarantine::write(staged, published, &manifest.entries, candidates, &self.rules)?;
        }
        let number = self.number;
        generation::write_success(staged, &self.success(number, &report, staged)?)?;
        self.request.stop.check()?;
        let generation = self.dataset.publish(staged, number)?;
        self.observer.event(JobEvent::Published(&generation));
        report.published = Some(number);
        self.tidy();
        Ok(report)
    }

    /// Removes what nobody needs any more. The data are published by now: what cannot be done is reported, and left to later runs.
    fn tidy(&self) {
        // In this order: until the disk holds the new link, a loss of power brings the old one back.
        let tidied = self.dataset.sync().and_then(|()| self.dataset.prune(self.job.keep));
        if let Err(error) = tidied {
            self.observer.event(JobEvent::Postponed(&error));
        }
    }

    fn success(&self, number: u64, report: &Report, staged: &Path) -> Result<Success> {
        Ok(Success {
            generation: number,
            published_at: (self.request.now)().to_string(),
            found: report.changes.found,
            rows: report.rows,
            duplicates: report.duplicates,
            bad: report.new_bad + report.known_bad,
            tombstones: report.tombstones,
            files: seal::of(staged, &self.targets.outputs)?,
            sha256: String::new(),
        })
    }
}

/// Kept rows have no input that they could be rebuilt from.
fn rows_of_other_rules() -> Error {
    let advice = "get their inputs back with `cablegram restore`, or let them go with --on-missing drop";
    let reason = "rows whose inputs are not there were made by another schema or job file";
    Error::schema_conflict(format!("{reason} and cannot be made again: {advice}"))
}

/// Gives each input what a pass over all of them showed.
fn learn(candidates: &mut [Candidate], mut gathered: HashMap<DocumentId, Facts>) {
    for candidate in candidates {
        if let Some(facts) = gathered.remove(&candidate.id) {
            candidate.facts = Some(facts);
        }
    }
}
