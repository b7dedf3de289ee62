//! Arguments to a plan, and what came of it to a person: the only place that parses arguments, prints, logs,
//! catches signals and looks at the clock.
//!
//! Data goes to standard output, everything else to standard error. Nothing from a cable reaches a terminal
//! unescaped.

mod arguments;
mod clock;
mod compare;
mod config;
mod console;
mod convert;
mod escape;
mod exit;
mod explain;
mod guesses;
mod job;
mod log;
mod package;
mod pages;
mod proof;
mod proof_report;
mod reading;
mod report;
mod say;
mod schema;
mod show;
mod signals;
mod stats;
mod summary;
mod tables;
mod version;

use std::ffi::OsString;

use cablegram::error::{Error, Result};

use arguments::{Arguments, Command};

/// How a run that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnding {
    /// Everything was as it should be.
    Clean,
    /// Some inputs were bad, within what is allowed.
    WithBadInputs,
    /// Two outputs that were compared differ.
    Different,
}

impl RunEnding {
    /// The exit code.
    pub fn number(self) -> u8 {
        match self {
            RunEnding::Clean => 0,
            RunEnding::WithBadInputs => 3,
            RunEnding::Different => 9,
        }
    }
}

/// The whole program: arguments, the first of them its name, to an exit code. Prints, and catches signals; never ends
/// the process but for a signal.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let signals = signals::Signals::catch();
    let arguments = match config::arguments(arguments.into_iter().collect(), &signals) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let format = arguments.voice.log_format;
    exit::code(&command(arguments, &signals), format, &signals)
}

fn command(arguments: Arguments, signals: &signals::Signals) -> Result<RunEnding> {
    let voice = arguments.voice;
    match arguments.command {
        Some(Command::Convert(command)) => convert::run(&command, voice, signals).map_err(Error::of_reading),
        Some(Command::Show(command)) => show::run(&command, voice).map_err(Error::of_reading),
        Some(Command::Stats(command)) => stats::run(&command, voice, signals).map_err(Error::of_reading),
        Some(Command::Report(command)) => report::run(&command, voice, signals),
        Some(Command::Package(command)) => package::run(&command, voice, signals),
        Some(Command::Verify(command)) => proof::verify(&command, voice, signals).map_err(Error::of_reading),
        Some(Command::Restore(command)) => proof::restore(&command, voice, signals).map_err(Error::of_reading),
        Some(Command::Compare(command)) => compare::run(&command).map_err(Error::of_reading),
        Some(Command::Sync(command)) => job::sync(&command, voice, signals),
        Some(Command::Init(command)) => job::init(&command),
        Some(Command::Status(command)) => job::status(&command),
        Some(Command::Rollback(command)) => job::rollback(&command, &signals.stop),
        Some(Command::Gc(command)) => job::gc(&command, &signals.stop),
        Some(Command::Schema(command)) => schema::run(&command),
        Some(Command::Tables(command)) => tables::run(command.table),
        Some(Command::Completions(command)) => pages::completions(command.shell),
        Some(Command::Man) => pages::manual(),
        None if arguments.version => version::print(voice.verbosity()),
        None => {
            Err(Error::usage("no command; write for example: cablegram convert FOLDER -o cables.parquet".to_owned()))
        }
    }
}
