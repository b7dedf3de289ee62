//! What a job tells while it runs: JSON lines with stable event names, or sentences.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cablegram::error::Result;
use cablegram::job::{JobEvent, JobObserver, Report};

use crate::cli::arguments::{LogFormat, Verbosity, Voice};
use crate::cli::console::begin_json;
use crate::cli::escape::escaped;

/// Time between two lines of progress.
const INTERVAL: Duration = Duration::from_secs(5);

/// Listens to a job and tells of it.
pub struct Log {
    voice: Voice,
    start: Instant,
    last_progress: AtomicU64,
}

impl Log {
    /// Begins to listen; the clock runs from here.
    pub fn begin(voice: Voice) -> Log {
        if voice.log_format == LogFormat::Json {
            begin_json();
        }
        Log { voice, start: Instant::now(), last_progress: AtomicU64::new(0) }
    }

    /// How long the run has taken so far.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Tells how the run ended; `exit_code` is the program's.
    pub fn end(&self, result: &Result<Report>, exit_code: u8) {
        let seconds = self.elapsed().as_secs_f64();
        match (self.voice.log_format, result) {
            (LogFormat::Json, Ok(report)) => tracing::info!(
                event = "run_end",
                exit_code,
                seconds,
                published = report.published,
                rows = report.rows,
                duplicates = report.duplicates,
                new_bad = report.new_bad,
                known_bad = report.known_bad,
                tombstones = report.tombstones,
                rewritten = report.rewritten,
            ),
            (LogFormat::Human, Ok(report)) => self.say(Verbosity::Normal, &summary(report, seconds)),
            // Whatever ends the program says so.
            (_, Err(_)) => {}
        }
    }

    fn say(&self, least: Verbosity, sentence: &str) {
        if self.voice.verbosity() >= least {
            eprintln!("{}", escaped(sentence));
        }
    }

    /// Whether it is time for another line of progress.
    fn is_due(&self) -> bool {
        let now = self.start.elapsed().as_millis() as u64;
        let last = self.last_progress.load(Ordering::Relaxed);
        let due = now.saturating_sub(last) >= INTERVAL.as_millis() as u64;
        if due {
            self.last_progress.store(now, Ordering::Relaxed);
        }
        due
    }

    fn json(&self, event: JobEvent<'_>) {
        match event {
            JobEvent::Start { generation } => {
                tracing::info!(event = "run_start", generation, version = env!("CARGO_PKG_VERSION"));
            }
            JobEvent::Plan(changes) => tracing::info!(
                event = "plan",
                found = changes.found,
                changed = changes.changed,
                missing = changes.missing,
                full = changes.full,
            ),
            JobEvent::Progress(summary) if self.is_due() => {
                tracing::info!(
                    event = "progress",
                    found = summary.found,
                    cables = summary.cables,
                    bytes = summary.bytes
                );
            }
            JobEvent::FileError { input, bad, known } => {
                tracing::warn!(event = "file_error", path = %input, reason = bad.message, known);
            }
            JobEvent::Verified { files } => tracing::info!(event = "verify", files),
            JobEvent::Published(generation) => {
                tracing::info!(event = "publish", generation = generation.number, path = %generation.path.display());
            }
            JobEvent::Postponed(error) => tracing::warn!(event = "postponed", reason = %error),
            _ => {}
        }
    }

    fn sentence(&self, event: JobEvent<'_>) {
        match event {
            JobEvent::Plan(changes) => {
                let kind = if changes.full { "everything anew" } else { "what changed" };
                let (found, changed, missing) = (changes.found, changes.changed, changes.missing);
                let plan = format!("{found} inputs, {changed} changed, {missing} gone: makes {kind}");
                self.say(Verbosity::Verbose, &plan);
            }
            JobEvent::FileError { input, bad, known: false } => {
                self.say(Verbosity::Normal, &format!("bad: {input}: {}", bad.message));
            }
            JobEvent::FileError { input, bad, known: true } => {
                self.say(Verbosity::Verbose, &format!("bad as before: {input}: {}", bad.message));
            }
            JobEvent::Verified { files } => self.say(Verbosity::Verbose, &format!("{files} files read again")),
            JobEvent::Postponed(error) => self.say(Verbosity::Quiet, &format!("left to the next run: {error}")),
            _ => {}
        }
    }
}

impl JobObserver for Log {
    fn event(&self, event: JobEvent<'_>) {
        match self.voice.log_format {
            LogFormat::Json => self.json(event),
            LogFormat::Human => self.sentence(event),
        }
    }
}

fn summary(report: &Report, seconds: f64) -> String {
    let state = match report.published {
        Some(number) => format!("published generation {number}"),
        None => "nothing to do".to_owned(),
    };
    let Report { rows, duplicates, new_bad, known_bad, tombstones, .. } = report;
    let bad = new_bad + known_bad;
    format!(
        "{state}: {rows} cables, {duplicates} duplicates, {bad} bad ({new_bad} new), {tombstones} kept without input, {seconds:.2} s"
    )
}
