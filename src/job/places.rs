//! A job to a refusal where what it writes would bury what it reads, or itself.

use std::path::Path;

use super::config::Job;
use super::generation::name_of;
use super::targets::Targets;
use crate::error::{Error, Result};
use crate::write::{Destinations, Manner};

/// Refuses places that cannot all be written.
///
/// # Errors
/// Of kind `Usage` that names two of them.
pub fn check(job: &Job, targets: &Targets) -> Result<()> {
    refuse_inputs_as_dataset(job)?;
    Destinations::of(&targets.outputs, &job.dataset.join(name_of(0)))?;
    let Some(metrics) = &job.metrics_file else { return Ok(()) };
    let mut written = Destinations::default();
    written.add(format!("the metrics file {}", metrics.display()), metrics, Manner::File)?;
    written.refuse_inputs(job.inputs.iter().chain(&job.file).map(|input| input.as_path()))?;
    written.add(format!("the dataset {}", job.dataset.display()), &job.dataset, Manner::Folder)
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
