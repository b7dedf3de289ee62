//! `cablegram report`: whether an accession can be accepted, as a page and as JSON.

use cablegram::convert::{MaxBad, Summary};
use cablegram::error::{Error, Result};
use cablegram::report::{self, AccessionFacts, Files, Info, ReportRequest};
use cablegram::write::{Destinations, Existing, Manner};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use super::arguments::{AccessionOptions, ReportOptions, Verbosity, Voice};
use super::console::Console;
use super::signals::Signals;
use super::summary::plural;
use super::{RunEnding, convert, reading, say};

/// Reads, counts and writes the page; fails after that if there are more bad inputs than are allowed, or if a rule of the
/// archive fails: the page says so.
pub fn run(arguments: &ReportOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let (rules, max_bad) = reading::rules_of_facts(&arguments.reading, signals.stop.clone())?;
    if rules.row_limit.is_some() {
        return Err(Error::usage("a report is of all that was delivered: leave --limit out"));
    }
    let request = request(&arguments.accession, max_bad)?;
    let existing = if arguments.overwrite { Existing::Replace } else { Existing::Refuse };
    let selection = reading::selection_of_originals(
        &arguments.reading,
        vec![arguments.output.clone(), arguments.output.with_extension("json")],
    )?;
    let json = arguments.output.with_extension("json");
    let mut written = Destinations::default();
    for path in [&arguments.output, &json] {
        signals.clean(convert::beside(path));
        written.add(path.display().to_string(), path, Manner::File)?;
    }
    arguments.reading.report.iter().for_each(|path| signals.clean(convert::beside(path)));
    let files = Files::begin(&arguments.output, existing)?;
    let console = Console::begin(voice, signals);
    let reported = reading::reported(&arguments.reading, &selection, written, &console)?;
    let result = report::report(&selection, &rules, &request, &reported);
    console.end();
    let result = result.and_then(|(facts, summary)| match summary.records {
        0 => {
            let files = plural(summary.found, "file");
            Err(Error::input(format!("nothing to report among {files}; check the input and --include")))
        }
        _ => Ok((facts, summary)),
    });
    let inputs = reported.complete(result.as_ref().map(|(_, summary)| summary))?;
    let written = result.and_then(|(facts, summary)| files.finish(&facts).map(|()| (facts, summary)));
    inputs.publish()?;
    let (facts, summary) = written?;
    tell(&facts, voice);
    max_bad.check(&summary)?;
    facts.refuse_failed()?;
    Ok(ending(&summary, &console))
}

/// Tells what fails, and what is to be looked at.
pub fn tell(facts: &AccessionFacts, voice: Voice) {
    if voice.verbosity() == Verbosity::Quiet {
        return;
    }
    for decision in facts.decisions.iter().filter(|decision| decision.weight != report::Weight::Pass) {
        say::note(&format!("{}: {}", decision.weight.name(), decision.sentence), voice.log_format);
    }
}

/// How a run ends that wrote down what was bad.
pub fn ending(summary: &Summary, console: &Console) -> RunEnding {
    let ending = if summary.bad > 0 { RunEnding::WithBadInputs } else { RunEnding::Clean };
    console.log_end(ending, summary);
    ending
}

/// What a report says besides what it counts.
pub fn request(accession: &AccessionOptions, max_bad: MaxBad) -> Result<ReportRequest> {
    let info = accession.info.as_deref().map(Info::read).transpose()?.unwrap_or_default();
    let now = moment(accession.date.as_deref())?;
    Ok(ReportRequest { id: accession.id.clone(), info, previous: accession.previous.clone(), max_bad, now })
}

/// The moment that is written down: what `--date` says, else `SOURCE_DATE_EPOCH`, else now.
fn moment(date: Option<&str>) -> Result<Timestamp> {
    let refuse = |name: &str, text: &str| {
        Error::usage(format!(
            "{name} {text:?} is not a date: write 2026-11-29, 2026-11-29T12:00:00Z, or for SOURCE_DATE_EPOCH seconds"
        ))
    };
    if let Some(text) = date {
        let day = || TimeZone::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
        return text.parse().ok().or_else(day).ok_or_else(|| refuse("--date", text));
    }
    match std::env::var("SOURCE_DATE_EPOCH").ok().filter(|text| !text.is_empty()) {
        Some(text) => {
            let seconds = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
            seconds.ok_or_else(|| refuse("SOURCE_DATE_EPOCH", &text))
        }
        None => Ok(Timestamp::now().round(Unit::Second).unwrap_or_default()),
    }
}
