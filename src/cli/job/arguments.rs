//! Options of the job's commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `sync`. Settings without a flag or a `CABLEGRAM_*` variable come from the job file.
#[derive(Debug, Args)]
pub struct Sync {
    /// The job file; `cablegram init` writes one.
    #[arg(value_name = "JOB.toml")]
    pub job: PathBuf,
    /// Makes everything anew, changed or not. The data are the same bytes either way.
    #[arg(long, conflicts_with = "requeue")]
    pub full: bool,
    /// Reads bad inputs again, even if they did not change: after a fix.
    #[arg(long)]
    pub requeue: bool,
    /// Prints every setting in force and where it came from, and ends.
    #[arg(long)]
    pub show_config: bool,
    /// Succeeds even if no input is found.
    #[arg(long)]
    pub allow_empty: bool,
    /// Settings that win over the file and the environment.
    #[command(flatten)]
    pub settings: Overrides,
}

/// Settings of a job that can be given as flags.
#[derive(Debug, Default, Args)]
pub struct Overrides {
    /// Directory of the dataset. Twin: CABLEGRAM_DATASET
    #[arg(long, value_name = "DIR")]
    pub dataset: Option<PathBuf>,
    /// What happens to bad inputs: quarantine, skip or fail. Twin: CABLEGRAM_ON_ERROR
    #[arg(long, value_name = "WHAT")]
    pub on_error: Option<String>,
    /// How many inputs may newly be bad: 10 or 2%. Twin: CABLEGRAM_MAX_BAD
    #[arg(long, value_name = "N|P%")]
    pub max_bad: Option<String>,
    /// What happens to rows whose input is gone: drop, keep or fail. Twin: CABLEGRAM_ON_MISSING
    #[arg(long, value_name = "WHAT")]
    pub on_missing: Option<String>,
    /// Generations that are kept. Twin: CABLEGRAM_KEEP
    #[arg(long, value_name = "N")]
    pub keep: Option<String>,
    /// Threads; 0 for as many as there are cores. Twin: CABLEGRAM_THREADS
    #[arg(long, value_name = "N")]
    pub threads: Option<String>,
    /// Seconds to wait for another run to end (else exit 11). Twin: CABLEGRAM_LOCK_TIMEOUT
    #[arg(long, value_name = "SECONDS")]
    pub lock_timeout: Option<String>,
    /// File that gets counts in OpenMetrics text after each run. Twin: CABLEGRAM_METRICS_FILE
    #[arg(long, value_name = "FILE")]
    pub metrics_file: Option<PathBuf>,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// The job file, or the directory of the dataset.
    #[arg(value_name = "JOB.toml|DATASET")]
    pub job: PathBuf,
    /// Prints JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// Options of `rollback`.
#[derive(Debug, Args)]
pub struct Rollback {
    /// The job file, or the directory of the dataset.
    #[arg(value_name = "JOB.toml|DATASET")]
    pub job: PathBuf,
    /// Number of the generation; without it the one before the current.
    #[arg(long, value_name = "N")]
    pub to: Option<u64>,
}

/// Options of `gc`.
#[derive(Debug, Args)]
pub struct Gc {
    /// The job file, or the directory of the dataset.
    #[arg(value_name = "JOB.toml|DATASET")]
    pub job: PathBuf,
    /// Generations that are kept; without it as the job file says, or 3.
    #[arg(long, value_name = "N")]
    pub keep: Option<u32>,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// What to print: a job file, or a unit that runs one.
    #[arg(value_name = "WHAT", default_value = "job")]
    pub what: Template,
}

/// What `init` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A commented JOB.toml.
    Job,
    /// A systemd service and its timer.
    Systemd,
    /// A line for crontab.
    Cron,
    /// An Airflow task.
    Airflow,
    /// A Kubernetes CronJob.
    K8s,
}
