//! Inputs to `Document`s: where a cable file stands, and its raw bytes.
//!
//! Walks directories in byte order of names, reads lists and standard input. Lazy: beyond the names of the
//! directories that are open at the moment nothing is kept. Never looks into the bytes, never writes.

mod filter;
mod list;
mod path;
mod read;
mod rules;
mod walk;

use std::path::PathBuf;

pub use filter::Filter;
pub use list::Separator;
pub use path::file_path;
pub use walk::Walk;

/// Name of the file that marks a directory as one of our outputs; such a directory is never read as input.
pub const OUTPUT_MARK: &str = "_cablegram.json";

/// How the name of everything begins that a run has not finished writing.
pub const STAGING_PREFIX: &str = ".cablegram-";

/// What is to be read, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Inputs in the order in which they are read.
    pub inputs: Vec<Input>,
    /// Which files within directories and lists are wanted.
    pub filter: Filter,
    /// What happens to symbolic links within directories.
    pub links: Links,
    /// Files and directories that this run writes: never read as input.
    pub outputs: Vec<PathBuf>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A directory with everything below it, or one file.
    Path(PathBuf),
    /// A file that names files, one an entry; `-` is standard input.
    List(PathBuf, Separator),
    /// The one document that comes from standard input.
    StandardInput,
}

/// What happens to symbolic links within directories. A link that is itself an input is always followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// They are passed over and counted.
    #[default]
    PassOver,
    /// They are followed, but never in a loop.
    Follow,
}

/// What a walk comes upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A file to be read.
    Found(Found),
    /// A file or directory that cannot be read.
    Unreadable(Unreadable),
    /// Something that is no input, with its path.
    Passed(Passed, String),
}

/// Why a walk passes something over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// A symbolic link, not followed.
    Link,
    /// A pipe, a socket or a device.
    SpecialFile,
    /// An output of this or of an earlier run.
    Output,
}

impl Passed {
    /// The name as it stands in reports.
    pub fn name(self) -> &'static str {
        match self {
            Passed::Link => "link not followed",
            Passed::SpecialFile => "special file",
            Passed::Output => "output of cablegram",
        }
    }
}

/// A file that was found and not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Path relative to the input, as it will stand in `source.path`.
    pub path: String,
    /// Where its bytes are.
    pub location: Location,
}

/// Where bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In a file.
    File(PathBuf),
    /// They come from standard input.
    StandardInput,
}

/// A file with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Path relative to the input it came from, `/`-separated; bytes that are not UTF-8 as `%XX`; standard input is `-`.
    pub path: String,
    /// Name without directories and extension, for cables without an envelope.
    pub file_name: String,
    /// The bytes as they are.
    pub bytes: Vec<u8>,
}

/// Something that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Path as it would stand in `source.path`.
    pub path: String,
    /// Why it could not be read.
    pub reason: UnreadableReason,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableReason {
    /// The system says no.
    #[error("cannot read: {0}")]
    System(String),
    /// More bytes than a document may have.
    #[error("larger than the limit of {0} bytes")]
    TooLarge(u64),
}
