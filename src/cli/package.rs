//! `cablegram package`: the options to a bag, and what was packed to a person.

use cablegram::error::{Error, Result};
use cablegram::package::{self, PackageRequest, Premis};
use cablegram::write::{Destinations, Manner};
use indicatif::DecimalBytes;

use super::arguments::{LogFormat, PackageOptions, PremisLevel, Verbosity, Voice};
use super::console::Console;
use super::log::LogEvent;
use super::signals::Signals;
use super::summary::plural;
use super::{RunEnding, convert, reading, report, say};

/// Packs, and tells what was packed and what is to be looked at.
pub fn run(arguments: &PackageOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let (rules, max_bad) = reading::rules_of_facts(&arguments.reading, signals.stop.clone())?;
    if rules.row_limit.is_some() {
        return Err(Error::usage("a package holds all cables: leave --limit out"));
    }
    let request = PackageRequest {
        selection: reading::selection_of_originals(&arguments.reading, vec![arguments.output.clone()])?,
        rules,
        report: report::request(&arguments.accession, max_bad)?,
        premis: match arguments.premis {
            PremisLevel::Package => Premis::Package,
            PremisLevel::Files => Premis::Files,
        },
    };
    signals.clean(convert::beside(&arguments.output));
    arguments.reading.report.iter().for_each(|path| signals.clean(convert::beside(path)));
    let mut written = Destinations::default();
    written.add(format!("the package {}", arguments.output.display()), &arguments.output, Manner::Folder)?;
    let console = Console::begin(voice, signals);
    let reported = reading::reported(&arguments.reading, &request.selection, written, &console)?;
    let result = package::pack(&request, &arguments.output, &reported);
    console.end();
    let inputs = reported.complete(result.as_ref().map(|bag| &bag.packed.summary))?;
    let published = result.and_then(package::CompletePackage::publish);
    inputs.publish()?;
    let packed = published?;
    if voice.verbosity() > Verbosity::Quiet {
        let (files, bytes) = (plural(packed.files, "file"), DecimalBytes(packed.bytes));
        let cables = plural(packed.summary.cables, "cable");
        let sentence = format!("{files}, {bytes}, {cables}, in {}", arguments.output.display());
        say::note(&sentence, voice.log_format);
        for shortened in &packed.shortened {
            say::note(&format!("under a shorter name: {shortened}"), voice.log_format);
        }
    }
    if voice.log_format == LogFormat::Json {
        say::event(&LogEvent::packed(&arguments.output, &packed));
    }
    report::tell(&packed.facts, voice);
    Ok(report::ending(&packed.summary, &console))
}
