//! Which output of a generation is read where somebody names the dataset.

use std::fs;
use std::path::{Path, PathBuf};

use super::generation::CURRENT;
use super::manifest::MANIFEST;
use crate::convert::is_output;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::read;
use crate::schema::Schema;

/// The output to read of the dataset at `path`, which is in its generation in force, or of the generation at `path`; the path
/// itself where it is neither. Of several outputs, the one that is read fastest of those with all columns.
///
/// # Errors
/// Of kind `Io` if it cannot be looked at.
pub fn output_in(path: &Path) -> Result<PathBuf> {
    let current = path.join(CURRENT);
    let generation = if standing(&current)? == Standing::Folder { current } else { path.to_owned() };
    if standing(&generation.join(MANIFEST))? != Standing::File {
        return Ok(path.to_owned());
    }
    let unreadable = |error| Error::io("cannot look into", &generation, error);
    let mut outputs = Vec::new();
    for entry in fs::read_dir(&generation).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.path();
        if is_output(&name)? {
            outputs.push(name);
        }
    }
    outputs.sort();
    let best = outputs.into_iter().min_by_key(|output| Merit::of(output).unwrap_or_default());
    Ok(best.unwrap_or(generation))
}

/// How good an output is for reading; the best is the least.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Merit {
    lacks_columns: bool,
    /// Parquet is read fastest.
    is_slow: bool,
}

impl Default for Merit {
    /// That of an output which cannot be read.
    fn default() -> Merit {
        Merit { lacks_columns: true, is_slow: true }
    }
}

impl Merit {
    /// By the first of its files.
    fn of(output: &Path) -> Option<Merit> {
        let part = read::parts(output).ok()?.into_iter().next()?;
        let reader = read::open_part(&part, &Schema::arrow_of).ok()?;
        let columns = Schema::named(reader.version()).ok()?.arrow().fields().len();
        Some(Merit {
            lacks_columns: reader.columns().len() < columns,
            is_slow: part.path.extension().is_none_or(|ending| ending != "parquet"),
        })
    }
}
