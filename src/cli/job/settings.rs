//! A job file, variables and flags to a job.

use std::path::Path;

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

/// The job as its file says.
pub fn job_of_file(file: &Path) -> Result<Job> {
    Job::resolve(&[(SettingOrigin::File, Settings::read(file)?)])
}
