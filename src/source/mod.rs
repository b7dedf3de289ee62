//! Inputs to `Document`s: where a cable file is, and its raw bytes.
//!
//! Walks directories in byte order of names, reads lists, tables of documents and standard input. Lazy: beyond the names of
//! the directories that are open at the moment nothing is kept. Never looks into the bytes of a document, never writes.

pub mod container;
mod filter;
mod id;
mod list;
mod names;
mod part;
mod path;
mod read;
mod rows;
mod rules;
mod walk;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

pub use filter::Filter;
pub use id::{DocumentId, RecordId};
pub use list::ListSeparator;
pub(crate) use part::parts;
pub use part::{RecordHead, RecordRun, WalkPart};
pub(crate) use path::copy_path;
pub use path::{file_path, safe_path, short_name};
pub use read::Opened;
pub use walk::Walk;

/// What is to be read, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Inputs in the order in which they are read.
    pub inputs: Vec<Input>,
    /// Which files within directories and lists are wanted.
    pub filter: Filter,
    /// The folder that paths are relative to; where there is none, they are relative to each input.
    pub base: Option<PathBuf>,
    /// What happens to symbolic links within directories.
    pub links: Links,
    /// Files and directories that this run writes: never read as input.
    pub outputs: Vec<PathBuf>,
}

impl Selection {
    /// Everything in these files and directories.
    pub fn of(paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Selection {
        let inputs = paths.into_iter().map(|path| Input::Path(path.into())).collect();
        Selection { inputs, ..Selection::default() }
    }

    /// The files and directories that are named as inputs; what lists name is not looked at.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Path(path) | Input::List(path, _) | Input::Documents(path) | Input::Copies(path, _) => {
                Some(path.as_path())
            }
            Input::StandardInput => None,
        })
    }
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// A directory with everything below it, or one file.
    Path(PathBuf),
    /// A file that names files, one an entry; `-` is standard input.
    List(PathBuf, ListSeparator),
    /// A table of documents, an Arrow or Parquet file with the columns `path` and `content`; `-` is standard input.
    Documents(PathBuf),
    /// A directory of copies, each with the path of its file as it is spelled; and the paths, by those of their copies,
    /// that had to be shortened. No filter leaves out a copy.
    Copies(PathBuf, BTreeMap<String, String>),
    /// The one document that comes from standard input.
    StandardInput,
}

/// What happens to symbolic links within directories. A link that is itself an input is always followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Links {
    /// They are skipped and counted.
    #[default]
    PassOver,
    /// They are followed, but never in a loop.
    Follow,
}

/// What a walk finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A file to be read.
    Found(FoundFile),
    /// A file or directory that cannot be read.
    Unreadable(Unreadable),
    /// Something that is no input.
    Passed(Passed, DocumentId),
}

impl Step {
    /// The name of what was found.
    pub fn name(&self) -> &str {
        match self {
            Step::Found(FoundFile { id, .. }) | Step::Unreadable(Unreadable { id, .. }) | Step::Passed(_, id) => {
                id.path()
            }
        }
    }
}

named! {
    /// Why a walk skips something.
    #[non_exhaustive]
    pub enum Passed {
        /// A symbolic link, not followed.
        Link = "link not followed",
        /// A pipe, a socket or a device.
        SpecialFile = "special file",
        /// An output of this or of an earlier run.
        Output = "output of cablegram",
        /// It was found, and was not there any more when it was to be read.
        Vanished = "not there any more",
    }
}

/// A file that was found and not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Its name from here on.
    pub id: DocumentId,
    /// Where its bytes are.
    pub location: Location,
}

/// Where bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// In a file.
    File(PathBuf),
    /// They are some records of a file.
    Records(PathBuf, RecordRun),
    /// They come from standard input.
    StandardInput,
    /// They are in memory already.
    Memory(Vec<u8>),
}

/// Something that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What could not be read.
    pub id: DocumentId,
    /// Why it could not be read.
    pub reason: UnreadableReason,
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableReason {
    /// The system says no.
    #[error("cannot read: {0}")]
    System(String),
    /// A directory that cannot be read: nobody knows what is in it.
    #[error("cannot read the folder: {0}")]
    Folder(String),
    /// It was found, and then was not there any more.
    #[error("not there any more")]
    Vanished,
    /// The machine has no memory or no descriptor left for it (the number of the system's error): that says nothing
    /// about the input.
    #[error("cannot read now: {}", io::Error::from_raw_os_error(*.0))]
    Exhausted(i32),
    /// More bytes than a record may have.
    #[error("larger than the limit of {0} bytes")]
    TooLarge(u64),
    /// A record that takes longer to be read than any should.
    #[error("takes more than a minute to be read")]
    TooSlow,
    /// A container, or a member of one.
    #[error("{0}")]
    Container(container::Fault),
}

impl UnreadableReason {
    /// What a failure to read a file means.
    pub fn of(error: &io::Error) -> UnreadableReason {
        let exhausted = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::NOBUFS].map(Errno::raw_os_error);
        match error.raw_os_error() {
            Some(number) if exhausted.contains(&number) => UnreadableReason::Exhausted(number),
            _ if error.kind() == io::ErrorKind::OutOfMemory => UnreadableReason::Exhausted(Errno::NOMEM.raw_os_error()),
            _ => UnreadableReason::System(error.to_string()),
        }
    }
}
