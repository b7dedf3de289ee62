//! `cablegram package`: the options to a bag, and what was packed to a person.

use cablegram::error::{Error, Result};
use cablegram::package::{self, PackageRequest, Premis};
use indicatif::{DecimalBytes, HumanCount};

use super::arguments::{PackageOptions, PremisLevel, Verbosity, Voice};
use super::console::Console;
use super::signals::Signals;
use super::{RunEnding, convert, reading, report, say};

/// Packs, and tells what was packed and what is to be looked at.
pub fn run(arguments: &PackageOptions, voice: Voice, signals: &Signals) -> Result<RunEnding> {
    let (rules, max_bad) = reading::rules_of_facts(&arguments.reading, signals.stop.clone())?;
    if rules.row_limit.is_some() {
        return Err(Error::usage("a package holds all cables: leave --limit out"));
    }
    let request = PackageRequest {
        selection: reading::selection(&arguments.reading, vec![arguments.output.clone()])?,
        rules,
        report: report::request(&arguments.accession, max_bad)?,
        premis: match arguments.premis {
            PremisLevel::Package => Premis::Package,
            PremisLevel::Files => Premis::Files,
        },
    };
    signals.clean(convert::beside(&arguments.output));
    let console = Console::begin(voice, signals);
    let result = package::package(&request, &arguments.output, &console);
    console.end();
    let packed = result?;
    if voice.verbosity() > Verbosity::Quiet {
        let (files, bytes) = (HumanCount(packed.files), DecimalBytes(packed.bytes));
        let cables = HumanCount(packed.summary.cables);
        say::sentence(&format!("{files} files, {bytes}, {cables} cables, in {}", arguments.output.display()));
        report::tell(&packed.facts);
    }
    report::ending(&packed.summary, max_bad)
}
