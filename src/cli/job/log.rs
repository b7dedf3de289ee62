//! What a job reports while it runs: JSON lines with stable event names, or sentences.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cablegram::error::Result;
use cablegram::job::{JobEvent, JobObserver, Report, RowChanges};

use crate::cli::arguments::{LogFormat, Verbosity, Voice};
use crate::cli::clock::Clock;
use crate::cli::log::LogEvent;
use crate::cli::say;
use crate::cli::signals::{Signals, Unfinished};
use crate::cli::summary::{ending, plural};

/// Listens to a job and reports it.
pub struct Log {
    voice: Voice,
    dataset: PathBuf,
    signals: Signals,
    clock: Clock,
}

impl Log {
    /// Begins to listen; the clock runs from here.
    pub fn begin(voice: Voice, dataset: &Path, signals: &Signals) -> Log {
        let (dataset, signals) = (dataset.to_owned(), signals.clone());
        Log { voice, dataset, signals, clock: Clock::begin() }
    }

    /// How long the run has taken so far.
    pub fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Reports how the run ended; `exit_code` is the program's.
    pub fn end(&self, result: &Result<Report>, exit_code: u8) {
        let seconds = self.elapsed().as_secs_f64();
        // Whatever ends the program says why a run failed.
        let Ok(report) = result else { return };
        match self.voice.log_format {
            LogFormat::Json => say::event(&LogEvent::synced(exit_code, seconds, report)),
            LogFormat::Human => self.say(Verbosity::Normal, &summary(report, seconds)),
        }
    }

    fn say(&self, least: Verbosity, sentence: &str) {
        if self.voice.verbosity() >= least {
            say::sentence(sentence);
        }
    }

    fn sentence(&self, event: JobEvent<'_>) {
        match event {
            JobEvent::Plan(changes) => {
                let kind = if changes.full { "everything" } else { "what changed" };
                let (found, changed, missing) = (plural(changes.found, "input"), changes.changed, changes.missing);
                let plan = format!("{found}, {changed} changed, {missing} gone: makes {kind}");
                self.say(Verbosity::Verbose, &plan);
            }
            JobEvent::TakenUp(generation) => {
                let number = generation.number;
                self.say(Verbosity::Normal, &format!("no generation was in force; generation {number} is now"));
            }
            JobEvent::FileError { input, bad, known: false } => {
                self.say(Verbosity::Normal, &format!("bad: {input}: {}", bad.message));
            }
            JobEvent::FileError { input, bad, known: true } => {
                self.say(Verbosity::Verbose, &format!("bad as before: {input}: {}", bad.message));
            }
            JobEvent::Damaged { path } => {
                self.say(Verbosity::Normal, &format!("damaged, and made again from the inputs: {}", path.display()));
            }
            JobEvent::Hidden { folder, reason, inputs } => {
                let folder = if folder.path().is_empty() { "the input".to_owned() } else { folder.to_string() };
                let inputs = plural(inputs, "input");
                self.say(Verbosity::Normal, &format!("{folder}: {reason}; what is known of its {inputs} stays"));
            }
            JobEvent::Restless(id) => {
                self.say(Verbosity::Normal, &format!("{id} changes while it is read; it stays as it was"));
            }
            JobEvent::Unmatched(glob) => self.say(Verbosity::Verbose, &format!("{glob} matched nothing")),
            JobEvent::Verified { files } => {
                self.say(Verbosity::Verbose, &format!("{} read again", plural(files, "file")));
            }
            JobEvent::Postponed(error) => self.say(Verbosity::Quiet, &format!("left to the next run: {error}")),
            _ => {}
        }
    }
}

impl JobObserver for Log {
    fn event(&self, event: JobEvent<'_>) {
        // The lock is held from here on: what is unfinished there is of this run.
        if let JobEvent::Start { .. } = event {
            self.signals.clean(Unfinished::Dataset(self.dataset.clone()));
        }
        match self.voice.log_format {
            LogFormat::Json if matches!(event, JobEvent::Progress(_)) && !self.clock.is_due() => {}
            LogFormat::Json => LogEvent::of_job(&event).iter().for_each(say::event),
            LogFormat::Human => self.sentence(event),
        }
    }
}

fn summary(report: &Report, seconds: f64) -> String {
    let state = match (report.published, report.held) {
        (Some(number), _) => format!("published generation {number}"),
        (None, Some(number)) => {
            let cables = plural(report.held_rows, "cable");
            format!("generation {number} is held since a rollback (sync --release ends that): {cables}; the inputs now")
        }
        (None, None) => "nothing to do".to_owned(),
    };
    let RowChanges { added, removed, edited, .. } = report.row_changes;
    let changes = match (report.published, added + removed + edited) {
        (None, _) | (_, 0) => String::new(),
        (Some(_), _) => format!(" (+{added} −{removed} ~{edited})"),
    };
    let Report { rows, duplicates, not_cables, new_bad, known_bad, tombstones, .. } = report;
    let bad = new_bad + known_bad;
    let cables = format!("{rows} cable{}", ending(*rows));
    let duplicates = format!("{duplicates} duplicate{}", ending(*duplicates));
    let others = format!("{not_cables} other file{}", ending(*not_cables));
    format!(
        "{state}: {cables}{changes}, {duplicates}, {others}, {bad} bad ({new_bad} new), {tombstones} kept \
         without input, {seconds:.2} s"
    )
}
