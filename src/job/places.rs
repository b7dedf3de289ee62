//! A job to a refusal where what it writes would bury what it reads, or itself.

use std::path::Path;

use super::config::Job;
use super::generation::name_of;
use super::targets::Targets;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::write::{Destinations, Existing, Manner, check_replaced};

/// Refuses places that cannot all be written.
///
/// # Errors
/// Of kind `Usage` that names two of them.
pub fn check(job: &Job, targets: &Targets) -> Result<()> {
    refuse_inputs_as_dataset(job)?;
    Destinations::of(&targets.outputs, &job.dataset.join(name_of(0)))?;
    metrics_file(job).map(|_| ())
}

/// Where the metrics of a job go, if it names a file. One that is refused is never written, whatever came of the run.
///
/// # Errors
/// Of kind `Usage` if it would bury what the job reads or writes, `Output` if a folder is there, or a file that is none of
/// our metrics.
pub fn metrics_file(job: &Job) -> Result<Option<&Path>> {
    let Some(metrics) = job.metrics_file.as_deref() else { return Ok(None) };
    let mut written = Destinations::default();
    written.add(format!("the metrics file {}", metrics.display()), metrics, Manner::File)?;
    written.refuse_inputs(job.inputs.iter().chain(&job.file).map(|input| input.as_path()))?;
    written.add(format!("the dataset {}", job.dataset.display()), &job.dataset, Manner::Folder)?;
    check_metrics(metrics)?;
    Ok(Some(metrics))
}

/// Refuses a place of metrics by what is there.
///
/// # Errors
/// Of kind `Output` if it is a folder, or a file that is none of our metrics.
pub fn check_metrics(metrics: &Path) -> Result<()> {
    match standing(metrics)? {
        Standing::Stream => Ok(()),
        _ => check_replaced(metrics, Existing::ReplaceReport),
    }
}

/// A dataset in the place of an input, or around one, would be taken for the input or bury it.
fn refuse_inputs_as_dataset(job: &Job) -> Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let Some(dataset) = real(&job.dataset) else { return Ok(()) };
    match job.inputs.iter().find(|input| real(input).is_some_and(|input| input.starts_with(&dataset))) {
        None => Ok(()),
        Some(input) => {
            let (dataset, input) = (job.dataset.display(), input.display());
            Err(Error::usage(format!(
                "the dataset {dataset} holds the input {input}; give dataset a folder of its own"
            )))
        }
    }
}
