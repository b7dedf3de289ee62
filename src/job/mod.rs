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
mod config;
mod event;
mod fates;
mod generation;
mod listing;
mod lock;
mod manifest;
mod quarantine;
mod rows;
mod survey;
mod targets;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rayon::ThreadPool;

pub use crate::convert::QUARANTINE_INDEX;
pub use changes::Changes;
pub use config::{Amount, Effective, Job, OnError, OnMissing, Origin, Settings};
pub use event::{JobEvent, JobObserver};
pub use generation::{CURRENT, Dataset, Generation, Success};
pub use lock::Lock;
pub use manifest::{Bad, Entry, Fate, MANIFEST, Manifest, Row, RulesUsed};
pub use quarantine::QUARANTINE;

use crate::convert::{self, MaxBad, Rules, StopFlag};
use crate::error::{Error, Result};
use crate::parse::RULES_VERSION;
use crate::source::DocumentId;
use crate::write::Published;
use changes::{count, is_unchanged, touched};
use fates::{Candidate, Facts, decide, unknown_rows};
use survey::{Sighting, survey};
use targets::Targets;

/// What one run is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is made anew.
    pub mode: Mode,
    /// What a run that finds no input is.
    pub empty: convert::Empty,
    /// Ends the run early.
    pub stop: StopFlag,
    /// The time of the run.
    pub now: Timestamp,
}

/// What is made anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// What changed.
    #[default]
    Incremental,
    /// What changed, and bad inputs even if they did not.
    Requeue,
    /// Everything.
    Full,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How much had changed.
    pub changes: Changes,
    /// Rows of the generation in force now.
    pub rows: u64,
    /// Copies that became no row.
    pub duplicates: u64,
    /// Rows whose input is gone.
    pub tombstones: u64,
    /// Bad inputs that were not bad before.
    pub new_bad: u64,
    /// Bad inputs that were bad before.
    pub known_bad: u64,
    /// Partitions and files of one row that were written anew.
    pub rewritten: u64,
    /// Outputs as they stand in the staged generation.
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
        job.schema.check_partition(column).map_err(Error::Usage)?;
    }
    let dataset = Dataset::create(&job.dataset)?;
    let _lock = Lock::take(&job.dataset, Duration::from_secs(job.lock_timeout), &request.stop)?;
    dataset.clear_staging()?;
    let rules = rules(job, request);
    let pool = rules.pool()?;
    let current = dataset.current()?;
    observer.event(JobEvent::Start { generation: current.as_ref().map(|generation| generation.number) });
    let run = Run { job, request, targets, dataset, rules, pool, current, observer };
    let result = run.go();
    // What a failed run leaves takes up space; where it cannot be removed now, the next run removes it.
    drop(run.dataset.clear_staging());
    result
}

fn rules(job: &Job, request: &Request) -> Rules {
    Rules {
        threads: job.threads.try_into().ok(),
        max_bad: MaxBad::Unlimited,
        stop: request.stop.clone(),
        ..Rules::new(job.schema)
    }
}

/// A run under way, lock held.
struct Run<'r> {
    job: &'r Job,
    request: &'r Request,
    targets: Targets,
    dataset: Dataset,
    rules: Rules,
    pool: Arc<ThreadPool>,
    current: Option<Generation>,
    observer: &'r dyn JobObserver,
}

impl Run<'_> {
    fn go(&self) -> Result<Report> {
        let before = self.published_manifest()?;
        let same_rules = before.as_ref().is_some_and(|manifest| manifest.rules == self.rules_used());
        let full = !same_rules || self.request.mode == Mode::Full;
        let mut candidates = self.candidates(before.map(|manifest| manifest.entries).unwrap_or_default(), full)?;
        if !same_rules && candidates.iter().any(is_kept_row) {
            return Err(rows_of_other_rules());
        }
        let changes = count(&candidates, full);
        self.observer.event(JobEvent::Plan(&changes));
        self.check_missing(&changes)?;
        if changes.found == 0 && self.request.empty == convert::Empty::Refuse {
            return Err(Error::input("no input was found; check inputs, or allow it with --allow-empty".to_owned()));
        }
        if full && !candidates.iter().any(is_kept_row) {
            return self.make_anew(candidates, changes);
        }
        self.read_unknown(&mut candidates)?;
        let entries = decide(&candidates);
        let report = self.report(&candidates, &entries, changes)?;
        if !full && is_unchanged(&candidates, &entries) {
            return Ok(report);
        }
        let touched = touched(&candidates, &entries, full);
        let staged = self.dataset.stage()?;
        let outputs = build::touched_outputs(self, &candidates, &entries, &touched, &staged)?;
        let report = Report { rewritten: touched.units.len() as u64, outputs, ..report };
        self.publish(&candidates, entries, &staged, report)
    }

    /// Reads and writes everything in one pass.
    fn make_anew(&self, mut candidates: Vec<Candidate>, changes: Changes) -> Result<Report> {
        let staged = self.dataset.stage()?;
        let steps = candidates.iter().filter_map(|candidate| Some(candidate.sighting.as_ref()?.step.clone()));
        let (gathered, outputs) = build::all_outputs(self, steps.collect(), &staged)?;
        learn(&mut candidates, gathered);
        let entries = decide(&candidates);
        let rewritten = touched(&candidates, &entries, true).units.len() as u64;
        let report = Report { rewritten, outputs, ..self.report(&candidates, &entries, changes)? };
        self.publish(&candidates, entries, &staged, report)
    }

    /// The manifest in force; a full run does without one that is damaged, unless it is to keep rows.
    fn published_manifest(&self) -> Result<Option<Manifest>> {
        let Some(current) = &self.current else { return Ok(None) };
        match Manifest::read(&current.path) {
            Err(_) if self.request.mode == Mode::Full && self.job.on_missing != OnMissing::Keep => Ok(None),
            manifest => manifest.map(Some),
        }
    }

    fn rules_used(&self) -> RulesUsed {
        let paths = self.job.inputs.iter().map(|path| path.display().to_string());
        let words = [&self.job.include, &self.job.exclude, &self.job.outputs].into_iter().flatten().cloned();
        RulesUsed {
            schema: self.job.schema.version().to_owned(),
            parser: RULES_VERSION,
            tool: convert::TOOL.to_owned(),
            settings: paths.chain(words).collect(),
        }
    }

    /// Every input that is there, and every one that is gone and whose row is kept, in input order.
    fn candidates(&self, before: Vec<Entry>, full: bool) -> Result<Vec<Candidate>> {
        let now = i64::try_from(self.request.now.as_nanosecond()).unwrap_or(i64::MAX);
        let sightings = survey(self.job, now, &self.pool)?;
        let present: HashSet<DocumentId> = sightings.iter().map(|sighting| sighting.id.clone()).collect();
        let mut known: HashMap<DocumentId, Entry> = HashMap::new();
        let mut gone = Vec::new();
        for entry in before {
            match present.contains(&entry.id) {
                true => drop(known.insert(entry.id.clone(), entry)),
                false => gone.push(entry),
            }
        }
        let seen = sightings.into_iter().map(|sighting| {
            let before = known.remove(&sighting.id);
            let facts =
                before.as_ref().filter(|entry| !full && self.is_trusted(&sighting, entry)).and_then(known_facts);
            Candidate { id: sighting.id.clone(), facts, sighting: Some(sighting), before }
        });
        let gone = gone.into_iter().map(|entry| self.gone(entry));
        Ok(in_input_order(seen.collect(), gone.collect()))
    }

    /// An input that is not there any more: its row is kept only if the job says so.
    fn gone(&self, entry: Entry) -> Candidate {
        let keeps = self.job.on_missing == OnMissing::Keep;
        let facts = if keeps { known_facts(&entry) } else { Some(Facts::default()) };
        let facts = facts.or_else(|| Some(Facts::default()));
        Candidate { id: entry.id.clone(), facts, sighting: None, before: Some(entry) }
    }

    fn is_trusted(&self, sighting: &Sighting, entry: &Entry) -> bool {
        let same = sighting.modified.is_some()
            && (sighting.size, sighting.modified) == (entry.size, entry.modified)
            && entry.sha256.is_some();
        same && !(self.request.mode == Mode::Requeue && entry.bad.is_some())
    }

    fn check_missing(&self, changes: &Changes) -> Result<()> {
        if self.job.on_missing == OnMissing::Fail && changes.missing > 0 {
            let advice = "on_missing = \"drop\" lets their rows go, \"keep\" keeps them";
            return Err(Error::input(format!("{} inputs are gone; {advice}", changes.missing)));
        }
        Ok(())
    }

    /// Reads what is not known, until it is known what every row will be.
    fn read_unknown(&self, candidates: &mut [Candidate]) -> Result<()> {
        let is_new = |candidate: &Candidate| {
            let trusted = candidate.sighting.as_ref().zip(candidate.before.as_ref());
            candidate.facts.is_none() && !trusted.is_some_and(|(sighting, entry)| self.is_trusted(sighting, entry))
        };
        let new: Vec<usize> = (0..candidates.len()).filter(|place| is_new(&candidates[*place])).collect();
        self.read_facts(candidates, &new)?;
        loop {
            let unknown = unknown_rows(candidates);
            if unknown.is_empty() {
                return Ok(());
            }
            self.read_facts(candidates, &unknown)?;
        }
    }

    fn read_facts(&self, candidates: &mut [Candidate], places: &[usize]) -> Result<()> {
        let steps = places.iter().filter_map(|place| Some(candidates[*place].sighting.as_ref()?.step.clone()));
        let mut gathered = build::facts(self, steps.collect())?;
        for place in places {
            candidates[*place].facts = Some(gathered.remove(&candidates[*place].id).unwrap_or_default());
        }
        Ok(())
    }

    fn report(&self, candidates: &[Candidate], entries: &[Entry], changes: Changes) -> Result<Report> {
        let mut report = Report { changes, ..Report::default() };
        for (candidate, entry) in candidates.iter().zip(entries) {
            report.rows += u64::from(entry.row().is_some());
            report.duplicates += u64::from(entry.fate == Fate::Duplicate);
            report.tombstones += u64::from(entry.tombstone && entry.row().is_some());
            let Some(bad) = &entry.bad else { continue };
            let known =
                candidate.before.as_ref().is_some_and(|before| before.bad.is_some() && before.sha256 == entry.sha256);
            *if known { &mut report.known_bad } else { &mut report.new_bad } += 1;
            self.observer.event(JobEvent::FileError { input: &entry.id, bad, known });
        }
        if self.job.on_error == OnError::Fail && report.new_bad > 0 {
            return Err(Error::too_many_bad(report.new_bad, 0));
        }
        let allowed = self.job.max_bad.allowed(report.changes.found);
        if report.new_bad > allowed {
            return Err(Error::too_many_bad(report.new_bad, allowed));
        }
        Ok(report)
    }

    /// Makes the staged folder the current generation.
    fn publish(
        &self,
        candidates: &[Candidate],
        entries: Vec<Entry>,
        staged: &Path,
        mut report: Report,
    ) -> Result<Report> {
        let kept = entries.into_iter().filter(|entry| !entry.tombstone || entry.row().is_some());
        let manifest = Manifest { rules: self.rules_used(), entries: kept.collect() };
        manifest.write(staged)?;
        if self.job.on_error == OnError::Quarantine {
            let published = self.current.as_ref().map(|current| current.path.as_path());
            quarantine::write(staged, published, &manifest.entries, candidates)?;
        }
        let number = self.dataset.next_number()?;
        generation::write_success(staged, &self.success(number, &report))?;
        self.request.stop.check()?;
        let generation = self.dataset.publish(staged, number)?;
        self.observer.event(JobEvent::Published(&generation));
        report.published = Some(number);
        self.tidy();
        Ok(report)
    }

    /// Removes what nobody needs any more. The data stand by now: what cannot be done is told, and left to later runs.
    fn tidy(&self) {
        // In this order: until the disk holds the new link, a loss of power brings the old one back.
        let tidied = self.dataset.sync().and_then(|()| self.dataset.prune(self.job.keep));
        if let Err(error) = tidied {
            self.observer.event(JobEvent::Postponed(&error));
        }
    }

    fn success(&self, number: u64, report: &Report) -> Success {
        Success {
            generation: number,
            published_at: self.request.now.to_string(),
            found: report.changes.found,
            rows: report.rows,
            duplicates: report.duplicates,
            bad: report.new_bad + report.known_bad,
            tombstones: report.tombstones,
        }
    }
}

/// Whether an input is gone and its row is to stay.
fn is_kept_row(candidate: &Candidate) -> bool {
    let facts = candidate.facts.as_ref();
    candidate.sighting.is_none() && facts.is_some_and(|facts| facts.row.is_some())
}

/// Kept rows have no input that they could be made anew from.
fn rows_of_other_rules() -> Error {
    let advice = "get their inputs back with `cablegram restore`, or let them go with --on-missing drop";
    let reason = "rows without an input were made by another schema, program or job file";
    Error::schema_conflict(format!("{reason} and cannot be made anew: {advice}"))
}

/// Gives each input what a pass over all of them told.
fn learn(candidates: &mut [Candidate], mut gathered: HashMap<DocumentId, Facts>) {
    for candidate in candidates {
        if let Some(facts) = gathered.remove(&candidate.id) {
            candidate.facts = Some(facts);
        }
    }
}

/// What an entry tells of an input that did not change; a copy tells nothing of what stands in it.
fn known_facts(entry: &Entry) -> Option<Facts> {
    let row = match &entry.fate {
        Fate::Duplicate => return None,
        Fate::Row(row) => Some(row.clone()),
        Fate::Nothing => None,
    };
    Some(Facts { sha256: entry.sha256.clone(), row, bad: entry.bad.clone() })
}

/// Puts inputs that are gone where the walk would have found them.
fn in_input_order(seen: Vec<Candidate>, gone: Vec<Candidate>) -> Vec<Candidate> {
    if gone.is_empty() {
        return seen;
    }
    let mut gone = gone.into_iter().peekable();
    let mut merged = Vec::with_capacity(seen.len());
    for candidate in seen {
        while let Some(earlier) = gone.next_if(|one| one.id < candidate.id) {
            merged.push(earlier);
        }
        merged.push(candidate);
    }
    merged.extend(gone);
    merged
}
