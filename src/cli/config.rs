//! Arguments from the command line, the environment and a configuration file, in this order of weight.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use cablegram::error::{Error, Result};
use clap::{Arg, Command, CommandFactory, FromArgMatches};

use super::arguments::Arguments;

/// The arguments; fails with an exit code after it said why.
pub fn arguments(written: Vec<OsString>) -> std::result::Result<Arguments, u8> {
    let command = match file(&written) {
        Some(file) => configured(Arguments::command(), &file).map_err(|error| refuse(&error))?,
        None => Arguments::command(),
    };
    let parsed = command.try_get_matches_from(written).and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| {
        // Help and version are no failures, and a closed pipe is none either.
        let _ = error.print();
        u8::try_from(error.exit_code()).unwrap_or(2)
    })
}

fn refuse(error: &Error) -> u8 {
    eprintln!("cablegram: {}", super::escape::escaped(&error.to_string()));
    2
}

/// The file named by `--config` or the environment; it has to be known before the arguments can be parsed.
fn file(written: &[OsString]) -> Option<PathBuf> {
    let mut arguments = written.iter().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--") => break,
            Some("--config") => return arguments.next().map(PathBuf::from),
            Some(text) => {
                if let Some(file) = text.strip_prefix("--config=") {
                    return Some(PathBuf::from(file));
                }
            }
            None => {}
        }
    }
    std::env::var_os("CABLEGRAM_CONFIG").map(PathBuf::from)
}

/// The command with the values of the file as defaults.
fn configured(command: Command, file: &Path) -> Result<Command> {
    let refuse = |what: String| Error::usage(format!("{}: {what}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| refuse(format!("cannot read the configuration: {error}")))?;
    let table: toml::Table = text.parse().map_err(|error| refuse(format!("{error}")))?;
    table.into_iter().try_fold(command, |command, (key, value)| {
        let long = key.replace('_', "-");
        let values =
            values(&value).ok_or_else(|| refuse(format!("{key}: write a text, a number or a list of them")))?;
        if !knows(&command, &long) {
            return Err(refuse(format!("{key} is no option; write the long name of one, such as threads = 2")));
        }
        Ok(with_default(command, &long, &values))
    })
}

fn values(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => Some(vec![value.to_string()]),
        toml::Value::Array(items) => Some(items.iter().map(values).collect::<Option<Vec<_>>>()?.concat()),
        _ => None,
    }
}

fn knows(command: &Command, long: &str) -> bool {
    let knows = |command: &Command| command.get_arguments().any(|argument| argument.get_long() == Some(long));
    long != "config" && (knows(command) || command.get_subcommands().any(knows))
}

fn with_default(command: Command, long: &str, values: &[String]) -> Command {
    let set = |argument: Arg| match argument.get_long() == Some(long) {
        true => argument.default_values(values.to_vec()),
        false => argument,
    };
    command.mut_args(set).mut_subcommands(|command| command.mut_args(set))
}
