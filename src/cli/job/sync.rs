//! `cablegram sync`: one run of a job.

use std::time::Duration;

use cablegram::convert::Empty;
use cablegram::error::{ErrorKind, Result};
use cablegram::job::{self, AtHold, Job, JobEvent, JobObserver, Missing, Mode, Report, Request};
use jiff::Timestamp;

use super::arguments::SyncOptions;
use super::log::Log;
use super::{metrics, settings};
use crate::cli::arguments::Voice;
use crate::cli::pages::print;
use crate::cli::signals::Signals;
use crate::cli::{RunEnding, exit};

/// Runs a job once.
pub fn sync(arguments: &SyncOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let job = settings::job(&arguments.job, &arguments.settings);
    let job = job.inspect_err(|error| tell_unread(arguments, exit::number(error, signals)))?;
    if arguments.show_config {
        return print(shown(&job).as_bytes());
    }
    let log = Log::begin(voice, &job.dataset, signals);
    // Where it is refused, the run is: it says why, and nothing is written there.
    let metrics_file = job::metrics_file(&job).unwrap_or_default();
    let result = job::sync(&job, &request(arguments, signals), &log);
    let code = result.as_ref().map_or_else(|error| exit::number(error, signals), |report| ending(report).number());
    log.end(&result, code);
    // The run that holds the lock reports how it went.
    let metrics_file = metrics_file.filter(|_| !matches!(&result, Err(error) if error.kind() == ErrorKind::Locked));
    let told =
        metrics_file.map(|path| metrics::write(path, result.as_ref().ok(), code, log.elapsed(), Timestamp::now()));
    if let Some(Err(error)) = told {
        log.event(JobEvent::Postponed(&error));
    }
    Ok(ending(&result?))
}

/// Writes the metrics of a run whose job cannot be read. That nothing can be written there is no news beside it.
fn tell_unread(arguments: &SyncOptions, code: u8) {
    let named = settings::metrics_file(&arguments.job, &arguments.settings).filter(|_| !arguments.show_config);
    if let Some(file) = named.filter(|file| job::check_metrics(file).is_ok()) {
        drop(metrics::write(&file, None, code, Duration::ZERO, Timestamp::now()));
    }
}

fn request(arguments: &SyncOptions, signals: &Signals) -> Request {
    let mode = match (arguments.full, arguments.requeue) {
        (true, _) => Mode::Full,
        (false, true) => Mode::Requeue,
        (false, false) => Mode::Incremental,
    };
    let empty = if arguments.allow_empty { Empty::Allow } else { Empty::Refuse };
    let missing = if arguments.allow_missing { Missing::Allow } else { Missing::AsJobSays };
    let hold = if arguments.release { AtHold::Release } else { AtHold::Respect };
    Request { mode, empty, missing, hold, stop: signals.stop.clone(), now: Timestamp::now }
}

/// How a run that did not fail ended.
fn ending(report: &Report) -> RunEnding {
    let hidden = report.hidden_folders + report.hidden_inputs;
    if report.new_bad + hidden > 0 { RunEnding::WithBadInputs } else { RunEnding::Clean }
}

/// Every setting as it would be written in the job file, with its origin as a comment.
fn shown(job: &Job) -> String {
    let lines = job.effective.iter().map(|setting| {
        let line = format!("{} = {}", setting.name, setting.value);
        format!("{line:<60} # {}\n", setting.origin)
    });
    lines.collect()
}
