//! A job and the generation in force to the rules of a run.

use super::generation::Generation;
use super::{Job, Request, manifest};
use crate::convert::{MaxBad, Rules};
use crate::error::{Error, Result};
use crate::schema::Schema;
use crate::source::Filter;

/// How the inputs of a run are read.
///
/// # Errors
/// Of kind `SchemaConflict` if the generation has a schema that this program does not know.
pub fn of(job: &Job, current: Option<&Generation>, request: &Request) -> Result<Rules> {
    Ok(Rules {
        threads: job.threads.try_into().ok(),
        max_bad: MaxBad::Unlimited,
        html_source: job.html_source,
        members: Filter::new(&job.include, &job.exclude)?,
        stop: request.stop.clone(),
        ..Rules::new(job.schema.map_or_else(|| schema_of(current), Ok)?)
    })
}

/// The schema of a job that names none: that of its generation, so that a newer program changes no columns; the newest for
/// the first one.
fn schema_of(current: Option<&Generation>) -> Result<&'static Schema> {
    match current.and_then(|current| manifest::rules_of(&current.path)) {
        Some(rules) => Schema::named(&rules.schema).map_err(Error::schema_conflict),
        None => Ok(Schema::newest()),
    }
}
