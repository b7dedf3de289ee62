//! `cablegram status`, `rollback` and `gc`: what is published, and which of it is in force.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cablegram::convert::StopFlag;
use cablegram::error::{Error, Result};
use cablegram::job::{Dataset, Differences, Generation, Hold, Lock, Manifest, Move, QUARANTINE, QUARANTINE_INDEX};
use cablegram::local::{Standing, standing};
use cablegram::source::RecordId;
use jiff::Timestamp;
use serde_json::json;

use super::arguments::{DatasetPlace, GcOptions, RollbackOptions, StatusOptions};
use super::settings;
use crate::cli::RunEnding;
use crate::cli::console::shown;
use crate::cli::escape::escaped;
use crate::cli::pages::print;
use crate::cli::summary::plural;

/// Generations that `gc` keeps where no job file says it.
const KEEP: u32 = 3;

/// Prints what is published.
pub fn status(arguments: &StatusOptions) -> Result<RunEnding> {
    let dataset = Dataset::open(&root(&arguments.place)?)?;
    let current = dataset.current()?;
    let generations = dataset.generations()?;
    if generations.is_empty() {
        return Err(Error::not_found(format!("{}: nothing is published yet", dataset.root().display())));
    }
    if let [before, after] = arguments.diff[..] {
        return differences(&generations, before, after, arguments.json);
    }
    let bad = open_quarantine(current.as_ref())?;
    let damaged = dataset.damaged_generations()?;
    let text = match arguments.json {
        true => json_text(&generations, current.as_ref(), &damaged, &bad)?,
        false => table(&generations, current.as_ref(), &damaged, &bad)?,
    };
    print(text.as_bytes())
}

/// Prints how the rows of two generations differ.
fn differences(generations: &[Generation], before: u64, after: u64, as_json: bool) -> Result<RunEnding> {
    let manifest = |number: u64| {
        let generation = generations.iter().find(|generation| generation.number == number);
        generation.map(|generation| Manifest::read(&generation.path)).unwrap_or_else(|| Err(unknown(generations)))
    };
    let differences = Differences::between(&manifest(before)?, &manifest(after)?);
    let names = |ids: &[RecordId]| ids.iter().map(RecordId::to_string).collect::<Vec<_>>();
    let Differences { added, removed, edited, moved, .. } = &differences;
    let text = match as_json {
        true => {
            let moved: Vec<_> = moved
                .iter()
                .map(|Move { from, to }| json!({ "from": from.to_string(), "to": to.to_string() }))
                .collect();
            let [added, removed, edited] = [added, removed, edited].map(|ids| names(ids));
            let differences = json!({
                "before": before, "after": after, "added": added, "gone": removed, "changed": edited, "moved": moved,
            });
            format!("{differences:#}\n")
        }
        false => {
            let moved = moved.iter().map(|Move { from, to }| format!("{from} -> {to}")).collect();
            let marked = [('+', names(added)), ('-', names(removed)), ('~', names(edited)), ('>', moved)];
            let counts: Vec<String> = marked.iter().map(|(mark, names)| format!("{mark}{}", names.len())).collect();
            let lines = marked.iter().flat_map(|(mark, names)| names.iter().map(move |name| (mark, name)));
            let lines: String = lines.map(|(mark, name)| format!("{mark} {}\n", escaped(name))).collect();
            format!("{lines}{before} -> {after}: {}\n", counts.join(" "))
        }
    };
    print(text.as_bytes())?;
    Ok(if differences.is_empty() { RunEnding::Clean } else { RunEnding::Different })
}

fn unknown(generations: &[Generation]) -> Error {
    let numbers: Vec<String> = generations.iter().map(|generation| generation.number.to_string()).collect();
    Error::not_found(format!("no such generation; there are {}", numbers.join(", ")))
}

/// Makes an earlier generation current.
pub fn rollback(arguments: &RollbackOptions, stop: &StopFlag) -> Result<RunEnding> {
    let dataset = Dataset::open(&root(&arguments.place)?)?;
    let _lock = Lock::take(dataset.root(), Duration::from_secs(arguments.lock_timeout), Timestamp::now(), stop)?;
    dataset.mend_current()?;
    // A link that leads nowhere is what this command mends.
    let current = dataset.current().ok().flatten().map(|generation| generation.number);
    let generations = dataset.generations()?;
    let wanted = |generation: &&Generation| match arguments.to {
        Some(number) => generation.number == number,
        None => current.is_none_or(|current| generation.number < current),
    };
    let chosen = generations.iter().rfind(wanted).ok_or_else(|| match (generations.is_empty(), arguments.to) {
        (true, _) => Error::not_found("there is no whole generation; make one with `cablegram sync --full`"),
        (false, None) => Error::not_found("no generation is older than the one in force: there is none to go back to"),
        (false, Some(_)) => unknown(&generations),
    })?;
    dataset.clear_staging()?;
    dataset.make_current(chosen)?;
    let instead_of = generations.last().map_or(chosen.number, |newest| newest.number).max(current.unwrap_or_default());
    match instead_of == chosen.number {
        true => dataset.release()?,
        false => dataset.set_hold(Hold { generation: chosen.number, instead_of })?,
    }
    dataset.clear_staging()?;
    dataset.sync()?;
    let held = match instead_of == chosen.number {
        true => "",
        false => ", and stays so until inputs change, or `cablegram sync --release`",
    };
    print(format!("generation {} is current{held}\n", chosen.number).as_bytes())
}

/// Removes what nobody needs any more.
pub fn gc(arguments: &GcOptions, stop: &StopFlag) -> Result<RunEnding> {
    let dataset = Dataset::open(&root(&arguments.place)?)?;
    let _lock = Lock::take(dataset.root(), Duration::from_secs(arguments.lock_timeout), Timestamp::now(), stop)?;
    dataset.clear_staging()?;
    let job = &arguments.place.job;
    let by_file = match standing(job)? {
        Standing::Folder => None,
        _ => Some(settings::job_of_file(job)?.keep),
    };
    let removed = dataset.prune(arguments.keep.or(by_file).unwrap_or(KEEP))?;
    print(format!("{} removed\n", plural(removed, "generation")).as_bytes())
}

/// The directory itself, the dataset that a variable or flag names, or the one of the job file.
fn root(place: &DatasetPlace) -> Result<PathBuf> {
    let path: &Path = &place.job;
    match (standing(path)?, &place.dataset) {
        (Standing::Folder, _) => Ok(path.to_owned()),
        (Standing::Nothing, _) => {
            Err(Error::not_found(format!("{} does not exist; name a job file or a dataset", path.display())))
        }
        (_, Some(dataset)) => Ok(dataset.clone()),
        (_, None) => Ok(settings::job_of_file(path)?.dataset),
    }
}

/// The lines of the quarantine's index.
fn open_quarantine(current: Option<&Generation>) -> Result<Vec<serde_json::Value>> {
    let index = current.map(|current| current.path.join(QUARANTINE).join(QUARANTINE_INDEX));
    let text = index.and_then(|index| fs::read_to_string(index).ok()).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| Error::verification(error.to_string())))
        .collect()
}

fn table(
    generations: &[Generation],
    current: Option<&Generation>,
    damaged: &[Generation],
    bad: &[serde_json::Value],
) -> Result<String> {
    let mut text =
        format!("{:<12}{:<32}{:>10}{:>12}{:>8}\n", "generation", "published at", "rows", "duplicates", "bad");
    for generation in generations {
        let success = generation.success()?;
        let mark = if Some(generation) == current { "* " } else { "  " };
        let (number, at) = (format!("{mark}{}", success.generation), success.published_at);
        text += &format!("{number:<12}{at:<32}{:>10}{:>12}{:>8}\n", success.rows, success.duplicates, success.bad);
    }
    for generation in damaged {
        let path = shown(&generation.path);
        text += &format!("damaged: {path}: _SUCCESS is missing, so it is never in force, and no run removes it\n");
    }
    for entry in bad {
        let word = |key: &str| entry.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        text += &escaped(&format!("quarantine: {}: {}", word("path"), word("message")));
        text.push('\n');
    }
    Ok(text)
}

fn json_text(
    generations: &[Generation],
    current: Option<&Generation>,
    damaged: &[Generation],
    bad: &[serde_json::Value],
) -> Result<String> {
    let generations: Vec<_> = generations.iter().map(Generation::success).collect::<Result<_>>()?;
    let current = current.map(|generation| generation.number);
    let damaged: Vec<u64> = damaged.iter().map(|generation| generation.number).collect();
    let state = json!({ "current": current, "generations": generations, "damaged": damaged, "quarantine": bad });
    Ok(format!("{state:#}\n"))
}
