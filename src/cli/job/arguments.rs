//! Options of the job's commands.

use std::path::PathBuf;

use cablegram::job::{OnChanged, OnError, OnMissing, Settings};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};

use crate::cli::arguments::one_of;
use crate::cli::config::source;

/// Options of `sync`. Settings without a flag or a variable come from the job file.
#[derive(Debug, Args)]
pub struct SyncOptions {
    /// The job file; `cablegram init` writes one.
    #[arg(value_name = "JOB.toml")]
    pub job: PathBuf,
    /// Rebuilds everything, changed or not. The result is the same, byte for byte.
    #[arg(long, env = "CABLEGRAM_FULL", conflicts_with = "requeue")]
    pub full: bool,
    /// Reads bad inputs again, even if they did not change; use it after a fix.
    #[arg(long, env = "CABLEGRAM_REQUEUE")]
    pub requeue: bool,
    /// Prints every setting in force and where it came from, and ends.
    #[arg(long, env = "CABLEGRAM_SHOW_CONFIG")]
    pub show_config: bool,
    /// Succeeds even if no input is found.
    #[arg(long, env = "CABLEGRAM_ALLOW_EMPTY")]
    pub allow_empty: bool,
    /// Lets any number of rows go this once, whatever max_missing says.
    #[arg(long, env = "CABLEGRAM_ALLOW_MISSING")]
    pub allow_missing: bool,
    /// Ends the hold that a rollback left: what is there now is published.
    #[arg(long, env = "CABLEGRAM_RELEASE")]
    pub release: bool,
    /// Settings that win over the file and the environment.
    #[command(flatten)]
    pub settings: Layers,
}

/// Settings of a job that can be given as flags or variables.
#[derive(Debug, Default, Args)]
pub struct Overrides {
    /// Directory of the dataset. Example: --dataset /srv/cables
    #[arg(long, value_name = "DIR", env = "CABLEGRAM_DATASET")]
    pub dataset: Option<PathBuf>,
    /// What happens to bad inputs. Example: --on-error skip
    #[arg(long, value_name = "WHAT", env = "CABLEGRAM_ON_ERROR", value_parser = one_of(ON_ERROR))]
    pub on_error: Option<OnError>,
    /// How many inputs may newly be bad. Examples: --max-bad 10; --max-bad 2%
    #[arg(long, value_name = "N|P%", env = "CABLEGRAM_MAX_BAD")]
    pub max_bad: Option<String>,
    /// What happens to rows whose input is gone. Example: --on-missing keep
    #[arg(long, value_name = "WHAT", env = "CABLEGRAM_ON_MISSING", value_parser = one_of(ON_MISSING))]
    pub on_missing: Option<OnMissing>,
    /// How many rows may go at once (else exit 5). Examples: --max-missing 100; --max-missing 5%
    #[arg(long, value_name = "N|P%", env = "CABLEGRAM_MAX_MISSING")]
    pub max_missing: Option<String>,
    /// What happens to inputs that have another text than before. Example: --on-changed fail
    #[arg(long, value_name = "WHAT", env = "CABLEGRAM_ON_CHANGED", value_parser = one_of(ON_CHANGED))]
    pub on_changed: Option<OnChanged>,
    /// Generations that are kept. Example: --keep 5
    #[arg(long, value_name = "N", env = "CABLEGRAM_KEEP")]
    pub keep: Option<u32>,
    /// Threads, up to 1024; 0 for as many as there are cores. Example: --threads 2
    #[arg(long, value_name = "N", env = "CABLEGRAM_THREADS")]
    pub threads: Option<usize>,
    /// Seconds to wait for another run to end (else exit 11). Example: --lock-timeout 600
    #[arg(long, value_name = "SECONDS", env = "CABLEGRAM_LOCK_TIMEOUT")]
    pub lock_timeout: Option<u64>,
    /// File that gets counts in OpenMetrics text after each run. Example: --metrics-file cablegram.prom
    #[arg(long, value_name = "FILE", env = "CABLEGRAM_METRICS_FILE")]
    pub metrics_file: Option<PathBuf>,
}

/// What the environment says, and what the command line says.
#[derive(Debug)]
pub struct Layers {
    /// Weaker.
    pub environment: Settings,
    /// Stronger.
    pub flags: Settings,
}

impl Args for Layers {
    fn augment_args(command: Command) -> Command {
        Overrides::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Overrides::augment_args_for_update(command)
    }
}

impl FromArgMatches for Layers {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Layers, clap::Error> {
        let layer = |layer: ValueSource| Overrides::from_arg_matches(matches).map(|all| all.only(matches, layer));
        Ok(Layers { environment: layer(ValueSource::EnvVariable)?, flags: layer(ValueSource::CommandLine)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        Layers::from_arg_matches(matches).map(|layers| *self = layers)
    }
}

impl Overrides {
    /// What one layer says.
    fn only(self, matches: &ArgMatches, layer: ValueSource) -> Settings {
        let says = |id: &str| source(matches, id) == Some(layer);
        Settings {
            dataset: self.dataset.filter(|_| says("dataset")),
            on_error: self.on_error.filter(|_| says("on_error")),
            max_bad: self.max_bad.filter(|_| says("max_bad")),
            on_missing: self.on_missing.filter(|_| says("on_missing")),
            max_missing: self.max_missing.filter(|_| says("max_missing")),
            on_changed: self.on_changed.filter(|_| says("on_changed")),
            keep: self.keep.filter(|_| says("keep")),
            threads: self.threads.filter(|_| says("threads")),
            lock_timeout: self.lock_timeout.filter(|_| says("lock_timeout")),
            metrics_file: self.metrics_file.filter(|_| says("metrics_file")),
            ..Settings::default()
        }
    }
}

const ON_ERROR: [(&str, OnError); 3] =
    [("quarantine", OnError::Quarantine), ("skip", OnError::Skip), ("fail", OnError::Fail)];
const ON_MISSING: [(&str, OnMissing); 3] =
    [("drop", OnMissing::Drop), ("keep", OnMissing::Keep), ("fail", OnMissing::Fail)];

const ON_CHANGED: [(&str, OnChanged); 2] = [("take", OnChanged::Take), ("fail", OnChanged::Fail)];

/// A dataset, and how a command comes to it.
#[derive(Debug, Args)]
pub struct DatasetPlace {
    /// The job file, or the directory of the dataset.
    #[arg(value_name = "JOB.toml|DATASET")]
    pub job: PathBuf,
    /// Directory of the dataset, where it is not as the job file says. Example: --dataset /srv/cables
    #[arg(long, value_name = "DIR", env = "CABLEGRAM_DATASET")]
    pub dataset: Option<PathBuf>,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub struct StatusOptions {
    /// Which dataset.
    #[command(flatten)]
    pub place: DatasetPlace,
    /// Names the records whose rows differ between two generations, instead: + added, - gone, ~ other text, > the same
    /// text under another name (exit 9).
    ///
    /// Example: --diff 6 7
    #[arg(long, num_args = 2, value_names = ["N", "M"], env = "CABLEGRAM_DIFF")]
    pub diff: Vec<u64>,
    /// Prints JSON instead of a table.
    #[arg(long, env = "CABLEGRAM_JSON")]
    pub json: bool,
}

/// Options of `rollback`.
#[derive(Debug, Args)]
pub struct RollbackOptions {
    /// Which dataset.
    #[command(flatten)]
    pub place: DatasetPlace,
    /// Number of the generation; without it the one before the current. Example: --to 7
    #[arg(long, value_name = "N", env = "CABLEGRAM_TO")]
    pub to: Option<u64>,
    /// Seconds to wait for a run to end (else exit 11). Example: --lock-timeout 600
    #[arg(long, value_name = "SECONDS", env = "CABLEGRAM_LOCK_TIMEOUT", default_value_t = 0)]
    pub lock_timeout: u64,
}

/// Options of `gc`.
#[derive(Debug, Args)]
pub struct GcOptions {
    /// Which dataset.
    #[command(flatten)]
    pub place: DatasetPlace,
    /// Generations that are kept; without it as the job file says, or 3. Example: --keep 2
    #[arg(long, value_name = "N", env = "CABLEGRAM_KEEP")]
    pub keep: Option<u32>,
    /// Seconds to wait for a run to end (else exit 11). Example: --lock-timeout 600
    #[arg(long, value_name = "SECONDS", env = "CABLEGRAM_LOCK_TIMEOUT", default_value_t = 0)]
    pub lock_timeout: u64,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct InitOptions {
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
