//! The reading options to a selection and the rules it is read by.

use std::path::{Path, PathBuf};

use cablegram::convert::{self, Duplicates, MaxBad, Observer, OnBad, Reported, Rules, StopFlag};
use cablegram::error::{Error, Result};
use cablegram::job;
use cablegram::schema::Schema;
use cablegram::source::{Filter, Input, Links, ListSeparator, Selection};
use cablegram::write::{Destinations, Existing, Manner};

use super::arguments::{HtmlSourceChoice, OnErrorChoice, ReadingOptions};

/// What is read.
pub fn selection(reading: &ReadingOptions, mut outputs: Vec<PathBuf>) -> Result<Selection> {
    outputs.extend(reading.report.clone());
    let list = reading.files_from.iter().map(|list| Input::List(list.clone(), ListSeparator::Guess));
    let table = reading.documents.iter().cloned().map(Input::Documents);
    let inputs: Vec<Input> = reading.inputs.iter().map(|input| input_of(input)).chain(list).chain(table).collect();
    if inputs.is_empty() {
        return Err(Error::usage("no input; name a directory or a file, or - for standard input".to_owned()));
    }
    if reading.base.is_some() && (reading.files_from.is_some() || reading.documents.is_some()) {
        let advice = "what a list or a table names has the path that is there";
        return Err(Error::usage(format!("--base goes with inputs; {advice}")));
    }
    if inputs.iter().filter(|input| reads_standard_input(input)).count() > 1 {
        return Err(Error::usage("standard input can be read once; name - only once".to_owned()));
    }
    let filter = Filter::new(&reading.include, &reading.exclude)?;
    let links = if reading.follow { Links::Follow } else { Links::PassOver };
    Ok(Selection { inputs, filter, base: reading.base.clone(), links, outputs })
}

/// What is read by a command that counts what was delivered; an output of this program says nothing of that.
pub fn selection_of_originals(reading: &ReadingOptions, outputs: Vec<PathBuf>) -> Result<Selection> {
    for input in &reading.inputs {
        if convert::is_output(&job::output_in(input)?)? {
            let input = input.display();
            return Err(Error::usage(format!(
                "{input} is an output of cablegram: name the original files it was made of"
            )));
        }
    }
    selection(reading, outputs)
}

/// Begins the report that `--report` asks for, beside what else the command writes; hands on what the run tells.
pub fn reported<'o>(
    reading: &ReadingOptions,
    selection: &Selection,
    mut written: Destinations,
    observer: &'o dyn Observer,
) -> Result<Reported<'o>> {
    if let Some(report) = reading.report.as_deref().filter(|report| *report != Path::new("-")) {
        written.add(format!("the report {}", report.display()), report, Manner::File)?;
        written.refuse_inputs(selection.paths().chain(reading.config.as_deref()))?;
    }
    Reported::begin(reading.report.as_deref(), Existing::Refuse, observer)
}

fn input_of(path: &Path) -> Input {
    match path == Path::new("-") {
        true => Input::StandardInput,
        false => Input::Path(path.to_owned()),
    }
}

fn reads_standard_input(input: &Input) -> bool {
    match input {
        Input::StandardInput => true,
        Input::List(list, _) | Input::Documents(list) => list == Path::new("-"),
        Input::Path(_) | Input::Copies(..) => false,
    }
}

/// How it is read.
pub fn rules(reading: &ReadingOptions, stop: StopFlag) -> Result<Rules> {
    Ok(Rules {
        threads: reading.threads,
        duplicates: if reading.keep_duplicates { Duplicates::Keep } else { Duplicates::First },
        on_bad: on_bad(reading)?,
        max_bad: reading.max_bad.as_deref().map_or(Ok(MaxBad::Unlimited), MaxBad::parse)?,
        row_limit: reading.limit,
        html_source: match reading.html_source {
            HtmlSourceChoice::Record => convert::HtmlSource::Record,
            HtmlSourceChoice::Page => convert::HtmlSource::Page,
        },
        stop,
        ..Rules::new(schema(reading.schema.as_deref())?)
    })
}

/// How it is read where bad inputs are facts to be written down: none ends the run, and what `--max-bad` allows is
/// compared with them after it.
pub fn rules_of_facts(reading: &ReadingOptions, stop: StopFlag) -> Result<(Rules, MaxBad)> {
    let mut rules = rules(reading, stop)?;
    // Not `Unlimited`, for which a folder that cannot be read ends the run.
    let max_bad = std::mem::replace(&mut rules.max_bad, MaxBad::Count(u64::MAX));
    Ok((rules, max_bad))
}

/// The schema of that version; the newest where none is named.
pub fn schema(version: Option<&str>) -> Result<&'static Schema> {
    version.map_or(Ok(Schema::newest()), Schema::named).map_err(Error::usage)
}

fn on_bad(reading: &ReadingOptions) -> Result<OnBad> {
    match (reading.on_error, &reading.quarantine) {
        (None | Some(OnErrorChoice::Quarantine), Some(folder)) => Ok(OnBad::Quarantine(folder.clone())),
        (Some(OnErrorChoice::Quarantine), None) => {
            Err(Error::usage("--on-error quarantine needs a folder; add for example --quarantine bad/".to_owned()))
        }
        (Some(OnErrorChoice::Skip | OnErrorChoice::Fail), Some(_)) => {
            Err(Error::usage("--quarantine goes with --on-error quarantine only; leave one of them out".to_owned()))
        }
        (None | Some(OnErrorChoice::Skip), None) => Ok(OnBad::Skip),
        (Some(OnErrorChoice::Fail), None) => Ok(OnBad::Fail),
    }
}
