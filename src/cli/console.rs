//! What a run reports while it runs: a bar on a terminal, sentences or JSON lines on standard error.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cablegram::convert::{Event, Observer, Outcome, Status, Summary};
use cablegram::write::Published;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use super::arguments::{LogFormat, ProgressChoice, Verbosity, Voice};
use super::clock::Clock;
use super::escape::escaped;
use super::log::LogEvent;
use super::signals::Signals;
use super::{RunEnding, say};

/// Bad inputs that are named one by one; the report names all.
const NAMED_BAD: u64 = 20;

/// Listens to a run and reports it.
pub struct Console {
    voice: Voice,
    signals: Signals,
    bar: ProgressBar,
    clock: Clock,
    named_bad: AtomicU64,
}

impl Console {
    /// Begins to listen; the clock runs from here.
    pub fn begin(voice: Voice, signals: &Signals) -> Console {
        let console = Console {
            voice,
            signals: signals.clone(),
            bar: bar(voice),
            clock: Clock::begin(),
            named_bad: AtomicU64::new(0),
        };
        if voice.log_format == LogFormat::Json {
            say::event(&LogEvent::start(None));
        }
        console
    }

    /// Ends the bar; returns how long the run took.
    pub fn end(&self) -> Duration {
        self.bar.finish_and_clear();
        self.clock.elapsed()
    }

    /// Reports how the run ended, where JSON is wanted.
    pub fn log_end(&self, ending: RunEnding, summary: &Summary) {
        if self.voice.log_format == LogFormat::Json {
            let seconds = self.clock.elapsed().as_secs_f64();
            say::event(&LogEvent::converted(ending.number(), seconds, summary));
        }
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
            LogFormat::Json => self.name(outcome),
            LogFormat::Human if quiet => {}
            LogFormat::Human if named < NAMED_BAD => self.name(outcome),
            LogFormat::Human if named == NAMED_BAD => {
                self.say("further bad inputs are not named; --report FILE names all")
            }
            LogFormat::Human => {}
        }
    }

    fn name(&self, outcome: &Outcome) {
        match self.voice.log_format {
            LogFormat::Human => {
                self.say(&format!("{}: {}: {}", outcome.status.name(), outcome.id, outcome.reason()));
            }
            LogFormat::Json => say::event(&LogEvent::input(outcome)),
        }
    }

    fn say(&self, sentence: &str) {
        self.bar.suspend(|| say::sentence(&format!("cablegram: {sentence}")));
    }

    fn progress(&self, summary: &Summary) {
        let rate = summary.bytes as f64 / self.clock.elapsed().as_secs_f64().max(0.001);
        let (files, cables) = (HumanCount(summary.found), HumanCount(summary.cables));
        self.bar.set_message(format!("{files} files, {cables} cables, {}/s", HumanBytes(rate as u64)));
        if self.voice.log_format == LogFormat::Json && self.clock.is_due() {
            say::event(&LogEvent::progress(summary));
        }
    }

    fn published(&self, output: &Published) {
        if self.voice.log_format == LogFormat::Json {
            say::event(&LogEvent::published(output));
        }
    }
}

impl Observer for Console {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Input(outcome, _) => self.input(outcome),
            Event::Found(_) | Event::Document(_) => {}
            Event::Batch(summary) => self.progress(summary),
            Event::Complete => {
                self.signals.publishing();
                self.bar.set_message("publishing");
            }
            Event::Published(output) => self.published(output),
        }
    }
}

fn bar(voice: Voice) -> ProgressBar {
    let wanted = voice.progress == ProgressChoice::Auto
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

/// A path for a person to read.
pub fn shown(path: &Path) -> String {
    escaped(&path.display().to_string()).into_owned()
}
