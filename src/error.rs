//! What stops a run: one opaque type that says what kind of failure it is, where, and why.
//!
//! What is odd inside a cable is a `Diagnostic`, never an error.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The result of whatever can stop a run.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run stopped. Its text names the path, what was being done, and what to try.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    path: Option<PathBuf>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of failures, each with an exit code of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The arguments or the configuration do not make sense.
    Usage,
    /// A bad input in a run that allows none, or more of them than it allows, or a delivery that fails a rule.
    BadInput,
    /// An input is missing or unreadable, or nothing was found.
    Input,
    /// An output cannot be written: it exists, or there is no space or permission.
    Output,
    /// What is at the output follows another schema.
    SchemaConflict,
    /// An output does not prove what it claims.
    Verification,
    /// A dataset or state was not found.
    NotFound,
    /// Another run holds the lock.
    Locked,
    /// The run was asked to stop.
    Stopped,
    /// Reading or writing failed for a reason of the machine.
    Io,
    /// An encoder or decoder of a format failed.
    Format,
    /// Something happened that never should: a fault of this program.
    Defect,
}

impl ErrorKind {
    /// The exit code of the command line. A run that a signal stopped ends with 128 and the number of the signal
    /// instead.
    pub fn exit_code(self) -> u8 {
        match self {
            ErrorKind::Usage => 2,
            ErrorKind::BadInput => 4,
            ErrorKind::Input => 5,
            ErrorKind::Output => 6,
            ErrorKind::SchemaConflict => 7,
            ErrorKind::Verification => 8,
            ErrorKind::NotFound => 10,
            ErrorKind::Locked => 11,
            ErrorKind::Stopped => 128,
            ErrorKind::Io | ErrorKind::Format | ErrorKind::Defect => 1,
        }
    }
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What kind of failure of the machine it was, where it was one.
    pub(crate) fn source_kind(&self) -> Option<io::ErrorKind> {
        let source = self.0.source.as_ref()?.downcast_ref::<io::Error>()?;
        Some(source.kind())
    }

    /// The same failure, of something that is to be read and that nobody may read: the machine is sound.
    pub fn of_reading(mut self) -> Error {
        if self.0.kind == ErrorKind::Io && self.source_kind() == Some(io::ErrorKind::PermissionDenied) {
            self.0.kind = ErrorKind::Input;
        }
        self
    }

    /// The file or folder that a failure of the machine is about.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner { kind, message: message.into(), path: None, source: None }))
    }

    /// The arguments or the configuration do not make sense.
    pub fn usage(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Usage, message)
    }

    /// A text that people write is no TOML, or not what is asked for; says where.
    pub(crate) fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Error {
        let place = place(text, error.span().map_or(0, |span| span.start));
        Error::usage(format!("{}, {place}: {}", path.display(), in_plain_words(error.message())))
    }

    /// An input is missing or unreadable, or nothing was found.
    pub fn input(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Input, message)
    }

    /// More bad inputs than allowed; `advice` says where they are named.
    pub(crate) fn too_many_bad(bad: u64, allowed: u64, advice: &str) -> Error {
        let inputs = if bad == 1 { "input" } else { "inputs" };
        Error::new(
            ErrorKind::BadInput,
            format!("{bad} bad {inputs}, more than the {allowed} allowed; raise --max-bad or {advice}"),
        )
    }

    /// A bad input, in a run that allows none.
    pub(crate) fn bad_input(input: impl fmt::Display, reason: impl fmt::Display) -> Error {
        let advice = "skip such inputs with --on-error skip";
        Error::new(ErrorKind::BadInput, format!("{input}: {reason}; {advice}"))
    }

    /// A delivery fails a rule of the archive.
    pub(crate) fn rule_failed(found: &str) -> Error {
        let advice = "[rules] in the file of --info say which findings fail a delivery";
        Error::new(ErrorKind::BadInput, format!("not to be accepted as it is: {found} {advice}"))
    }

    /// An output cannot be written.
    pub fn output(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Output, message)
    }

    /// What is at the output follows another schema.
    pub fn schema_conflict(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::SchemaConflict, message)
    }

    /// An output does not prove what it claims.
    pub fn verification(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Verification, message)
    }

    /// A dataset or state was not found.
    pub fn not_found(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::NotFound, message)
    }

    /// Another run holds the lock.
    pub(crate) fn locked(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Locked, message)
    }

    /// The run was asked to stop.
    pub fn stopped() -> Error {
        Error::new(ErrorKind::Stopped, "stopped; nothing half-written is visible")
    }

    /// An encoder or decoder of a format failed.
    pub fn format(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Format, message)
    }

    /// Something happened that never should.
    pub(crate) fn defect(message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::Defect, format!("{message}; this is a fault of cablegram, please report it"))
    }

    /// Something of an output cannot be done, such as `write`, to that path.
    pub(crate) fn cannot(action: &str, path: &Path, source: io::Error) -> Error {
        Error::output(format!("cannot {action} {}: {source}", path.display())).caused_by(path, source)
    }

    /// What is to be read cannot be: what was being done, such as `open`, to which path, and why it failed.
    pub(crate) fn unreadable(action: &str, path: impl AsRef<Path>, source: io::Error) -> Error {
        let path = path.as_ref();
        Error::input(format!("cannot {action} {}: {source}", path.display())).caused_by(path, source)
    }

    /// A failure of the machine: what was being done, such as `cannot read`, to which path, and why it failed.
    pub fn io(action: &'static str, path: impl AsRef<Path>, source: io::Error) -> Error {
        let path = path.as_ref();
        Error::new(ErrorKind::Io, format!("{action} {}: {source}", path.display())).caused_by(path, source)
    }

    /// The same failure with its path and its cause, whose words the message holds already.
    pub(crate) fn caused_by(mut self, path: &Path, source: impl StdError + Send + Sync + 'static) -> Error {
        self.0.path = Some(path.to_owned());
        self.0.source = Some(Box::new(source));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, .. } = &*self.0;
        write!(out, "{kind:?}: {message}")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// `line 4, column 1` of a byte of a text; columns count characters.
fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    format!("line {}, column {}", before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// What a library says of a setting, as one says it to who wrote it.
fn in_plain_words(message: &str) -> String {
    let Some((what, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let names = expected.trim_start_matches("one of ").replace('`', "");
    let wanted = match expected {
        "a sequence" => "a list, such as [\"one\", \"two\"]",
        "a string" => "a text in quotes",
        "a boolean" => "true or false, without quotes",
        "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more, without quotes",
        other => other,
    };
    let kinds = ["unknown field ", "unknown variant ", "invalid type: ", "invalid value: "];
    match kinds.map(|kind| what.strip_prefix(kind)) {
        [Some(name), ..] => format!("{name} is not a setting: write one of {names}"),
        [_, Some(name), ..] => format!("{name} is unknown: write one of {names}"),
        [_, _, Some(value), _] | [.., Some(value)] => format!("write {wanted}, in place of {value}"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_machine_says_where_and_why() {
        let error = Error::io("cannot read", "a/b", io::Error::from(io::ErrorKind::PermissionDenied));
        assert_eq!(error.to_string(), "cannot read a/b: permission denied");
        assert_eq!((error.kind().exit_code(), error.path()), (1, Some(Path::new("a/b"))));
        let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        assert_eq!(source.map(io::Error::kind), Some(io::ErrorKind::PermissionDenied));
    }
}
