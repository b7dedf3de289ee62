//! What a run reports in JSON: the events of every command, each with its stable name and fields.

use std::path::Path;

use cablegram::convert::{Outcome, Status, Summary, counts};
use cablegram::error::Error;
use cablegram::job::{Changes, Generation, JobEvent, Report};
use cablegram::package::Packed;
use cablegram::restore::Restored;
use cablegram::write::Published;
use cablegram::write::digest::hexadecimal;
use serde::Serialize;
use serde_json::Value;

/// Something that happened, with its name as `event`. What does not apply is left out.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LogEvent {
    /// The run begins; of a job: the lock is held.
    RunStart {
        /// Generation in force.
        #[serde(skip_serializing_if = "Option::is_none")]
        generation: Option<u64>,
        version: &'static str,
    },
    /// No generation was in force, and this one is now.
    TakenUp { generation: u64 },
    /// It is known what changed.
    Plan { found: u64, changed: u64, missing: u64, hidden: u64, full: bool },
    /// An input became no row, and that is as it should be.
    Input { path: String, status: &'static str, reason: String },
    /// An input is bad.
    FileError {
        path: String,
        reason: String,
        /// Of a job: whether it was bad before.
        #[serde(skip_serializing_if = "Option::is_none")]
        known: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// A folder cannot be read; what is known of it stays.
    Hidden { path: String, reason: String, inputs: u64 },
    /// An input changes all the time; it stays as it was.
    Restless { path: String },
    /// A published file is damaged; what it holds is made again.
    Damaged { path: String },
    /// A glob matched nothing.
    Unmatched { glob: String },
    /// So far.
    Progress { found: u64, cables: u64, bytes: u64 },
    /// Files that were written were read again.
    Verify { files: u64 },
    /// An output or a generation has its final name.
    Publish {
        #[serde(skip_serializing_if = "Option::is_none")]
        generation: Option<u64>,
        path: String,
        #[serde(flatten)]
        size: Option<Size>,
    },
    /// Something besides the data could not be done.
    Postponed { reason: String },
    /// What came of a command that is no job, in words.
    Note { text: String },
    /// Always last.
    RunEnd {
        exit_code: u8,
        #[serde(flatten)]
        outcome: RunOutcome,
    },
}

/// How large an output is.
#[derive(Debug, Serialize)]
pub struct Size {
    files: u64,
    rows: u64,
    bytes: u64,
}

/// What came of a run.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum RunOutcome {
    /// A conversion ended.
    Converted { seconds: f64, counts: Value },
    /// Originals were written back.
    Restored { files: u64, bytes: u64 },
    /// A job ended.
    Synced {
        seconds: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        published: Option<u64>,
        rows: u64,
        duplicates: u64,
        not_cables: u64,
        new_bad: u64,
        known_bad: u64,
        tombstones: u64,
        added: u64,
        removed: u64,
        edited: u64,
        rewritten: u64,
    },
    /// A run failed.
    Failed { error: String },
}

/// How much an event matters.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// As it should be.
    Info,
    /// Odd.
    Warn,
    /// The run failed.
    Error,
}

impl LogEvent {
    /// A run begins, on that generation if there is one.
    pub fn start(generation: Option<u64>) -> LogEvent {
        LogEvent::RunStart { generation, version: env!("CARGO_PKG_VERSION") }
    }

    /// What became of an input that is not a row or is bad.
    pub fn input(outcome: &Outcome) -> LogEvent {
        let (path, reason) = (outcome.id.to_string(), outcome.reason());
        match &outcome.status {
            Status::Damaged { .. } | Status::Unreadable(_) => {
                let sha256 = outcome.proof.map(|proof| hexadecimal(&proof.sha256));
                LogEvent::FileError { path, reason, known: None, sha256 }
            }
            status => LogEvent::Input { path, status: status.name(), reason },
        }
    }

    /// The counts so far.
    pub fn progress(summary: &Summary) -> LogEvent {
        LogEvent::Progress { found: summary.found, cables: summary.cables, bytes: summary.bytes }
    }

    /// An output has its final name.
    pub fn published(output: &Published) -> LogEvent {
        let size = Size { files: output.files, rows: output.rows, bytes: output.bytes };
        LogEvent::Publish { generation: None, path: shown(&output.path), size: Some(size) }
    }

    /// A package has its name.
    pub fn packed(package: &Path, packed: &Packed) -> LogEvent {
        let size = Size { files: packed.files, rows: packed.facts.proof.rows, bytes: packed.bytes };
        LogEvent::Publish { generation: None, path: shown(package), size: Some(size) }
    }

    /// A conversion ended.
    pub fn converted(exit_code: u8, seconds: f64, summary: &Summary) -> LogEvent {
        LogEvent::RunEnd { exit_code, outcome: RunOutcome::Converted { seconds, counts: counts(summary) } }
    }

    /// A job ended.
    pub fn synced(exit_code: u8, seconds: f64, report: &Report) -> LogEvent {
        let &Report { published, rows, duplicates, not_cables, new_bad, known_bad, .. } = report;
        let &Report { tombstones, rewritten, row_changes, .. } = report;
        let outcome = RunOutcome::Synced {
            seconds,
            published,
            rows,
            duplicates,
            not_cables,
            new_bad,
            known_bad,
            tombstones,
            added: row_changes.added,
            removed: row_changes.removed,
            edited: row_changes.edited,
            rewritten,
        };
        LogEvent::RunEnd { exit_code, outcome }
    }

    /// Originals were written back.
    pub fn restored(exit_code: u8, restored: &Restored) -> LogEvent {
        let outcome = RunOutcome::Restored { files: restored.documents, bytes: restored.bytes };
        LogEvent::RunEnd { exit_code, outcome }
    }

    /// A run failed.
    pub fn failed(exit_code: u8, error: &Error) -> LogEvent {
        LogEvent::RunEnd { exit_code, outcome: RunOutcome::Failed { error: error.to_string() } }
    }

    /// What a job reports; `None` for what a log does not hold.
    pub fn of_job(event: &JobEvent<'_>) -> Option<LogEvent> {
        Some(match *event {
            JobEvent::Start { generation } => LogEvent::start(generation),
            JobEvent::TakenUp(&Generation { number, .. }) => LogEvent::TakenUp { generation: number },
            JobEvent::Plan(&Changes { found, changed, missing, hidden, full, .. }) => {
                LogEvent::Plan { found, changed, missing, hidden, full }
            }
            JobEvent::Progress(summary) => LogEvent::progress(summary),
            JobEvent::FileError { input, bad, known } => LogEvent::FileError {
                path: input.to_string(),
                reason: bad.message.clone(),
                known: Some(known),
                sha256: None,
            },
            JobEvent::Damaged { path } => LogEvent::Damaged { path: shown(path) },
            JobEvent::Hidden { folder, reason, inputs } => {
                LogEvent::Hidden { path: folder.to_string(), reason: reason.to_string(), inputs }
            }
            JobEvent::Restless(id) => LogEvent::Restless { path: id.to_string() },
            JobEvent::Unmatched(glob) => LogEvent::Unmatched { glob: glob.to_owned() },
            JobEvent::Verified { files } => LogEvent::Verify { files },
            JobEvent::Published(Generation { number, path }) => {
                LogEvent::Publish { generation: Some(*number), path: shown(path), size: None }
            }
            JobEvent::Postponed(error) => LogEvent::Postponed { reason: error.to_string() },
        })
    }

    /// How much it matters.
    pub fn level(&self) -> LogLevel {
        match self {
            LogEvent::FileError { .. }
            | LogEvent::TakenUp { .. }
            | LogEvent::Hidden { .. }
            | LogEvent::Restless { .. }
            | LogEvent::Damaged { .. }
            | LogEvent::Unmatched { .. }
            | LogEvent::Postponed { .. } => LogLevel::Warn,
            LogEvent::RunEnd { outcome: RunOutcome::Failed { .. }, .. } => LogLevel::Error,
            _ => LogLevel::Info,
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
