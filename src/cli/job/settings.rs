//! A job file, variables and flags to a job.

use std::path::{Path, PathBuf};

use cablegram::error::Result;
use cablegram::job::{Job, SettingOrigin, Settings};

use super::arguments::Layers;

/// The job, decided from file, environment and flags.
pub fn job(file: &Path, said: &Layers) -> Result<Job> {
    Job::resolve(&[
        (SettingOrigin::File, Settings::read(file)?),
        (SettingOrigin::Environment, said.environment.clone()),
        (SettingOrigin::Flag, said.flags.clone()),
    ])
}

/// Where the metrics go of a run whose job cannot be read, as far as it says so.
pub fn metrics_file(file: &Path, said: &Layers) -> Option<PathBuf> {
    let flag = said.flags.metrics_file.clone().or_else(|| said.environment.metrics_file.clone());
    flag.or_else(|| Settings::metrics_file_in(file))
}

/// The job as its file says.
pub fn job_of_file(file: &Path) -> Result<Job> {
    Job::resolve(&[(SettingOrigin::File, Settings::read(file)?)])
}
