//! Ready files for who sets up a job: the job file and units of schedulers.

use cablegram::error::Result;

use super::arguments::{InitOptions, Template};
use crate::cli::RunEnding;
use crate::cli::pages::print;

/// Prints a template.
pub fn init(arguments: &InitOptions) -> Result<RunEnding> {
    print(text(arguments.what).as_bytes())
}

fn text(template: Template) -> &'static str {
    match template {
        Template::Job => include_str!("units/JOB.toml"),
        Template::Systemd => include_str!("units/systemd.txt"),
        Template::Cron => include_str!("units/cron.txt"),
        Template::Airflow => include_str!("units/airflow.py"),
        Template::K8s => include_str!("units/k8s.yaml"),
    }
}
