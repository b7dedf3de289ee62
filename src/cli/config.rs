//! Arguments from the command line, the environment and a configuration file, in this order of weight.
//!
//! An empty variable is an unset one. A variable of an option that may be given several times holds one value a line;
//! a variable of a switch says yes or no as people do.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use cablegram::error::{Error, Result};
use clap::builder::{BoolishValueParser, OsStr as Name, Resettable};
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};

use super::arguments::{Arguments, LogFormat};
use super::signals::Signals;
use super::{RunEnding, exit, guesses, say};

/// The arguments; fails with an exit code after it said why.
pub fn arguments(written: Vec<OsString>, signals: &Signals) -> std::result::Result<Arguments, u8> {
    let ended = |result: Result<RunEnding>| exit::code(&result, LogFormat::Human, signals);
    let command = match file(&written) {
        Some(file) => configured(Arguments::command(), &file).map_err(|error| ended(Err(error)))?,
        None => Arguments::command(),
    };
    let command = with_environment(command);
    let parsed = command.clone().try_get_matches_from(&written).and_then(|matches| parsed(&matches));
    parsed.map_err(|error| match error.use_stderr() {
        true => refuse(&error, &command, &written),
        false => ended(print(&error)),
    })
}

fn parsed(matches: &ArgMatches) -> std::result::Result<Arguments, clap::Error> {
    let mut arguments = Arguments::from_arg_matches(matches)?;
    arguments.voice.settle(|id| source(matches, id));
    Ok(arguments)
}

fn refuse(error: &clap::Error, command: &Command, written: &[OsString]) -> u8 {
    match guesses::instead(error) {
        Some(advice) => say::sentence(&format!("cablegram: {advice}")),
        // What cannot be said is dropped.
        None => drop(error.print()),
    }
    if let Some(variable) = variable_of(error, command, written) {
        say::sentence(&format!("cablegram: the value comes from the variable {variable}"));
    }
    exit::USAGE
}

/// Help is data: where it cannot be written, the program fails.
fn print(help: &clap::Error) -> Result<RunEnding> {
    let printed = help.print().and_then(|()| std::io::stdout().flush());
    printed.map(|()| RunEnding::Clean).map_err(|error| Error::cannot("write", "standard output".as_ref(), error))
}

/// The variable that a refused value came from, if it came from one.
fn variable_of(error: &clap::Error, command: &Command, written: &[OsString]) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (argument, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
    let option = argument.split([' ', '=']).next()?;
    let all = std::iter::once(command).chain(command.get_subcommands());
    let mut alike = all.flat_map(Command::get_arguments).filter(|known| known.get_long() == option.strip_prefix("--"));
    let name = alike.find_map(Arg::get_env)?;
    let on_command_line = written.iter().any(|one| one.to_string_lossy().starts_with(option));
    let is_it = !on_command_line && variable(name).is_some_and(|said| said == value);
    is_it.then(|| name.to_string_lossy().into_owned())
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
    variable(OsStr::new("CABLEGRAM_CONFIG")).map(PathBuf::from)
}

/// The value of a variable; an empty one is unset.
fn variable(name: &OsStr) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The command with variables that mean what people mean by them.
fn with_environment(command: Command) -> Command {
    command.mut_args(from_environment).mut_subcommands(|command| command.mut_args(from_environment))
}

fn from_environment(argument: Arg) -> Arg {
    let Some(name) = argument.get_env().map(OsStr::to_owned) else { return argument };
    let argument = match argument.get_action() {
        ArgAction::SetTrue => argument.value_parser(BoolishValueParser::new()),
        _ => argument,
    };
    let without_variable = |argument: Arg| argument.env(Resettable::<Name>::Reset);
    match (std::env::var_os(&name), argument.get_action()) {
        (Some(value), _) if value.is_empty() => without_variable(argument),
        (Some(value), ArgAction::Append) => without_variable(argument).default_values(lines(value)),
        _ => argument,
    }
}

/// The values of a list, one a line.
fn lines(list: OsString) -> Vec<OsString> {
    match list.to_str() {
        Some(text) => text.lines().filter(|line| !line.is_empty()).map(OsString::from).collect(),
        // A name that is not a text is one value.
        None => vec![list],
    }
}

/// The command with the values of the file as defaults.
fn configured(command: Command, file: &Path) -> Result<Command> {
    let refuse = |what: String| Error::usage(format!("{}: {what}", file.display()));
    let text = match file == Path::new("-") {
        true => std::io::read_to_string(std::io::stdin()),
        false => fs::read_to_string(file),
    };
    let text = text.map_err(|error| refuse(format!("cannot read the configuration: {error}")))?;
    let table: toml::Table = text.parse().map_err(|error| Error::toml(file, &text, &error))?;
    table.into_iter().try_fold(command, |command, (key, value)| {
        let long = key.replace('_', "-");
        let values =
            values(&value).ok_or_else(|| refuse(format!("{key}: write a text, a number or a list of them")))?;
        if !knows(&command, &long) {
            return Err(refuse(format!("{key} is not an option; write the long name of one, such as threads = 2")));
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

/// Where the value of an argument came from; `None` if nobody gave one.
pub fn source(matches: &ArgMatches, id: &str) -> Option<ValueSource> {
    matches.try_contains_id(id).ok().filter(|known| *known)?;
    matches.value_source(id)
}
