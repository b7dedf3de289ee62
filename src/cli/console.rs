//! What a run tells while it goes on: a bar on a terminal, sentences or JSON lines on standard error.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cablegram::convert::{Event, Observer, Outcome, Status, Summary, counts};
use cablegram::write::Published;
use cablegram::write::digest::hexadecimal;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use tracing_subscriber::fmt::format::FmtSpan;

use super::arguments::{LogFormat, Progress, Verbosity, Voice};
use super::escape::{escaped, escaped_json};

/// Bad inputs that are named one by one; the report names all.
const NAMED_BAD: u64 = 20;

/// Listens to a run and tells of it.
pub struct Console {
    voice: Voice,
    bar: ProgressBar,
    start: Instant,
    named_bad: AtomicU64,
}

impl Console {
    /// Begins to listen; the clock runs from here.
    pub fn begin(voice: Voice) -> Console {
        if voice.log_format == LogFormat::Json {
            begin_json();
        }
        let console = Console { voice, bar: bar(voice), start: Instant::now(), named_bad: AtomicU64::new(0) };
        if voice.log_format == LogFormat::Json {
            tracing::info!(event = "run_start", version = env!("CARGO_PKG_VERSION"));
        }
        console
    }

    /// Ends the bar; returns how long the run took.
    pub fn end(&self) -> Duration {
        self.bar.finish_and_clear();
        self.start.elapsed()
    }

    /// Tells how the run ended, as a JSON line.
    pub fn log_end(&self, summary: &Summary, elapsed: Duration) {
        tracing::info!(event = "run_end", seconds = elapsed.as_secs_f64(), counts = %counts(summary));
    }

    fn input(&self, outcome: &Outcome) {
        match &outcome.status {
            Status::Cable => {}
            status if status.is_bad() => self.bad(outcome),
            _ if self.voice.verbosity() == Verbosity::Verbose => self.name(outcome),
            _ => {}
        }
    }

    fn bad(&self, outcome: &Outcome) {
        let named = self.named_bad.fetch_add(1, Ordering::Relaxed);
        let quiet = self.voice.verbosity() == Verbosity::Quiet;
        match self.voice.log_format {
            LogFormat::Json => tracing::warn!(
                event = "file_error",
                path = %outcome.id,
                reason = %outcome.status,
                sha256 = outcome.bytes.map(|(hash, _)| hexadecimal(&hash)),
            ),
            LogFormat::Human if quiet => {}
            LogFormat::Human if named < NAMED_BAD => self.name(outcome),
            LogFormat::Human if named == NAMED_BAD => {
                self.say("further bad inputs are not named; --report FILE names all")
            }
            LogFormat::Human => {}
        }
    }

    fn name(&self, outcome: &Outcome) {
        let reason = outcome.status.to_string();
        match self.voice.log_format {
            LogFormat::Human => self.say(&format!("{}: {}: {reason}", outcome.status.name(), outcome.id)),
            LogFormat::Json => {
                tracing::info!(event = "input", path = %outcome.id, status = outcome.status.name(), reason);
            }
        }
    }

    fn say(&self, sentence: &str) {
        self.bar.suspend(|| eprintln!("cablegram: {}", escaped(sentence)));
    }

    fn progress(&self, summary: &Summary) {
        let rate = summary.bytes as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        let (files, cables) = (HumanCount(summary.found), HumanCount(summary.cables));
        self.bar.set_message(format!("{files} files, {cables} cables, {}/s", HumanBytes(rate as u64)));
        if self.voice.log_format == LogFormat::Json {
            tracing::info!(event = "progress", found = summary.found, cables = summary.cables, bytes = summary.bytes);
        }
    }

    fn published(&self, output: &Published) {
        if self.voice.log_format == LogFormat::Json {
            let path = output.path.display();
            tracing::info!(event = "publish", %path, files = output.files, rows = output.rows, bytes = output.bytes);
        }
    }
}

impl Observer for Console {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Input(outcome) => self.input(outcome),
            Event::Batch(summary) => self.progress(summary),
            Event::Complete => self.bar.set_message("publishing"),
            Event::Published(output) => self.published(output),
        }
    }
}

fn bar(voice: Voice) -> ProgressBar {
    let wanted = voice.progress == Progress::Auto
        && voice.log_format == LogFormat::Human
        && voice.verbosity() != Verbosity::Quiet
        && std::io::stderr().is_terminal();
    if !wanted {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// From here on events go to standard error as JSON lines.
pub fn begin_json() {
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_target(false).with_span_events(FmtSpan::NONE);
    // A second subscriber in one process changes nothing.
    let _ = lines.with_current_span(false).with_writer(|| JsonLines).try_init();
}

/// A path for a person to read.
pub fn shown(path: &Path) -> String {
    escaped(&path.display().to_string()).into_owned()
}

/// Standard error for JSON lines: what a terminal might obey is written as JSON spells it.
struct JsonLines;

impl Write for JsonLines {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        std::io::stderr().write_all(escaped_json(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}
