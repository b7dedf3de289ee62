//! A job file, variables and flags to a job.

use std::path::Path;

use cablegram::error::Result;
use cablegram::job::{Amount, Job, SettingOrigin, Settings};

use super::arguments::{Layers, Overrides};

/// The job, decided from file, environment and flags.
pub fn job(file: &Path, said: &Layers) -> Result<Job> {
    Job::resolve(&[
        (SettingOrigin::File, Settings::read(file)?),
        (SettingOrigin::Environment, settings(&said.environment)),
        (SettingOrigin::Flag, settings(&said.flags)),
    ])
}

/// The job as its file says.
pub fn job_of_file(file: &Path) -> Result<Job> {
    Job::resolve(&[(SettingOrigin::File, Settings::read(file)?)])
}

fn settings(overrides: &Overrides) -> Settings {
    Settings {
        dataset: overrides.dataset.clone(),
        on_error: overrides.on_error,
        max_bad: overrides.max_bad.clone().map(Amount::Text),
        on_missing: overrides.on_missing,
        max_missing: overrides.max_missing.clone().map(Amount::Text),
        on_changed: overrides.on_changed,
        keep: overrides.keep,
        threads: overrides.threads,
        lock_timeout: overrides.lock_timeout,
        metrics_file: overrides.metrics_file.clone(),
        ..Settings::default()
    }
}
