//! `cablegram convert`: the options to a plan, and its summary to a person.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use cablegram::convert::{self, Effect, Empty, Plan, Reread};
use cablegram::error::{Error, Result};
use cablegram::job;
use cablegram::write::{self, Existing, Layout, Output};

use super::arguments::{ConvertOptions, LogFormat, Verbosity, Voice};
use super::console::Console;
use super::signals::{Signals, Unfinished};
use super::{RunEnding, reading, say, summary};

/// Converts, and reports what was done.
pub fn run(arguments: &ConvertOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let plan = plan(arguments, signals)?;
    let inputs = arguments.reading.inputs.iter().map(|input| job::output_in(input)).collect::<Result<Vec<_>>>()?;
    let ours = convert::are_outputs(&inputs, &plan.selection)?;
    plan.outputs.iter().filter_map(|output| output.path()).for_each(|path| signals.clean(beside(path)));
    plan.report.iter().chain(&plan.inventory).for_each(|path| signals.clean(beside(path)));
    if ours && plan.inventory.is_some() {
        let advice = "an inventory is of what was delivered: give the original files as input";
        return Err(Error::usage(format!("outputs of cablegram have no inventory; {advice}")));
    }
    let console = Console::begin(voice, signals);
    let result = match ours {
        true => convert::reconvert(&plan, &inputs, &console),
        false => convert::convert(&plan, &console),
    };
    let elapsed = console.end();
    let summary = result?;
    let ending = if summary.bad > 0 { RunEnding::WithBadInputs } else { RunEnding::Clean };
    console.log_end(ending, &summary);
    match voice.log_format {
        LogFormat::Json => {}
        LogFormat::Human if voice.verbosity() == Verbosity::Quiet => {}
        LogFormat::Human => {
            say::lines(&summary::text(&summary, elapsed));
            let unmatched = plan.selection.filter.unmatched();
            unmatched.iter().for_each(|glob| say::sentence(&format!("{glob} matched nothing")));
        }
    }
    Ok(ending)
}

/// Where something is until it is complete.
pub fn beside(path: &Path) -> Unfinished {
    Unfinished::In(write::staging_folder(path))
}

fn plan(arguments: &ConvertOptions, signals: &Signals) -> Result<Plan> {
    let outputs = outputs(&arguments.outputs)?;
    let places = outputs.iter().filter_map(|output| output.path()).map(PathBuf::from);
    let others = [&arguments.inventory, &arguments.reading.quarantine];
    let places: Vec<PathBuf> = places.chain(others.into_iter().flatten().cloned()).collect();
    let reading = &arguments.reading;
    Ok(Plan {
        rules: reading::rules(reading, signals.stop.clone())?,
        existing: if arguments.overwrite { Existing::Replace } else { Existing::Refuse },
        effect: if arguments.dry_run { Effect::DryRun } else { Effect::Publish },
        empty: if arguments.allow_empty { Empty::Allow } else { Empty::Refuse },
        reread: if reading.schema.is_some() { Reread::TakesSchemaOfRules } else { Reread::KeepsSchema },
        report: reading.report.clone(),
        inventory: arguments.inventory.clone(),
        settings: reading.config.clone().filter(|file| file != Path::new("-")),
        ..Plan::new(reading::selection(reading, places)?, outputs)
    })
}

fn outputs(texts: &[String]) -> Result<Vec<Output>> {
    if texts.is_empty() {
        return Err(Error::usage(
            "no output; add for example -o cables.parquet, or -o yaml:- for standard output".to_owned(),
        ));
    }
    let outputs: Vec<Output> = texts.iter().map(|text| Output::parse(text)).collect::<Result<_>>()?;
    let to_standard_output = outputs.iter().filter(|output| output.layout == Layout::StandardOutput).count();
    if to_standard_output > 1 {
        return Err(Error::usage("standard output takes one output; give the others a path".to_owned()));
    }
    if to_standard_output == 1 && std::io::stdout().is_terminal() {
        let advice = "name a file, or pipe it on; cablegram show prints one cable";
        return Err(Error::usage(format!("whole archives are not written to a terminal; {advice}")));
    }
    Ok(outputs)
}
