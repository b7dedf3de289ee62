//! Flags and environment variables to layers of settings.

use std::path::{Path, PathBuf};

use cablegram::error::{Error, Result};
use cablegram::job::{Amount, Job, OnError, OnMissing, Origin, Settings};

use super::arguments::Overrides;

/// The job, decided from file, environment and flags.
pub fn job(file: &Path, flags: &Overrides) -> Result<Job> {
    Job::resolve(&[
        (Origin::File, Settings::read(file)?),
        (Origin::Environment, settings(&environment())?),
        (Origin::Flag, settings(flags)?),
    ])
}

/// What `CABLEGRAM_*` variables say.
fn environment() -> Overrides {
    let text = |name: &str| std::env::var(format!("CABLEGRAM_{name}")).ok().filter(|value| !value.is_empty());
    Overrides {
        dataset: text("DATASET").map(PathBuf::from),
        on_error: text("ON_ERROR"),
        max_bad: text("MAX_BAD"),
        on_missing: text("ON_MISSING"),
        keep: text("KEEP"),
        threads: text("THREADS"),
        lock_timeout: text("LOCK_TIMEOUT"),
        metrics_file: text("METRICS_FILE").map(PathBuf::from),
    }
}

fn settings(overrides: &Overrides) -> Result<Settings> {
    Ok(Settings {
        dataset: overrides.dataset.clone(),
        on_error: one_of(&overrides.on_error, "on-error", &ON_ERROR)?,
        max_bad: overrides.max_bad.clone().map(Amount::Text),
        on_missing: one_of(&overrides.on_missing, "on-missing", &ON_MISSING)?,
        keep: number(&overrides.keep, "keep")?,
        threads: number(&overrides.threads, "threads")?,
        lock_timeout: number(&overrides.lock_timeout, "lock-timeout")?,
        metrics_file: overrides.metrics_file.clone(),
        ..Settings::default()
    })
}

const ON_ERROR: [(&str, OnError); 3] =
    [("quarantine", OnError::Quarantine), ("skip", OnError::Skip), ("fail", OnError::Fail)];
const ON_MISSING: [(&str, OnMissing); 3] =
    [("drop", OnMissing::Drop), ("keep", OnMissing::Keep), ("fail", OnMissing::Fail)];

fn one_of<T: Copy>(value: &Option<String>, name: &str, choices: &[(&str, T)]) -> Result<Option<T>> {
    let Some(value) = value else { return Ok(None) };
    let chosen = choices.iter().find(|(word, _)| word == value).map(|(_, choice)| *choice);
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    let refuse = || Error::usage(format!("--{name} {value:?} is unknown; write one of {}", words.join(", ")));
    chosen.map(Some).ok_or_else(refuse)
}

fn number<T: std::str::FromStr>(value: &Option<String>, name: &str) -> Result<Option<T>> {
    let Some(value) = value else { return Ok(None) };
    let refuse = |_| Error::usage(format!("--{name} {value:?} is no number; write for example --{name} 3"));
    value.parse().map(Some).map_err(refuse)
}
