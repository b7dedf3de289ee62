//! A list of file names to found files, one entry at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rules::Rules;
use super::{DocumentId, Found, Location, Step, Unreadable, UnreadableReason, path};
use crate::error::{Error, Result};

/// What stands between the names of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// NUL if the list holds one in its first 64 KiB, else a line feed.
    #[default]
    Guess,
    /// A line feed.
    Line,
    /// A NUL character, as `find -print0` writes.
    Nul,
}

/// The files a list names, in its order.
pub struct Listed {
    entries: Box<dyn BufRead + Send>,
    separator: u8,
    list: PathBuf,
    rules: Arc<Rules>,
    front: String,
}

impl Listed {
    /// Opens a list; `-` is standard input.
    pub fn open(list: &Path, separator: Separator, front: String, rules: Arc<Rules>) -> Result<Listed> {
        let missing = |error: io::Error| {
            Error::input(format!("cannot read the list {}: {error}; name a file with one path a line", list.display()))
        };
        let mut entries: Box<dyn BufRead + Send> = match list == Path::new("-") {
            true => Box::new(BufReader::new(io::stdin())),
            false => Box::new(BufReader::with_capacity(64 * 1024, File::open(list).map_err(missing)?)),
        };
        let separator = match separator {
            Separator::Line => b'\n',
            Separator::Nul => 0,
            Separator::Guess if entries.fill_buf().map_err(missing)?.contains(&0) => 0,
            Separator::Guess => b'\n',
        };
        Ok(Listed { entries, separator, list: list.to_owned(), rules, front })
    }

    fn entry(&mut self) -> io::Result<Option<PathBuf>> {
        let mut entry = Vec::new();
        if self.entries.read_until(self.separator, &mut entry)? == 0 {
            return Ok(None);
        }
        if entry.last() == Some(&self.separator) {
            entry.pop();
        }
        if self.separator == b'\n' && entry.last() == Some(&b'\r') {
            entry.pop();
        }
        Ok(Some(path_of(entry)))
    }
}

impl Iterator for Listed {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let file = match self.entry() {
                Ok(file) => file?,
                Err(error) => {
                    self.entries = Box::new(io::empty());
                    let reason = UnreadableReason::System(error.to_string());
                    return Some(Step::Unreadable(Unreadable {
                        id: DocumentId::file(path::portable(&self.list)),
                        reason,
                    }));
                }
            };
            let wanted = !file.as_os_str().is_empty() && self.rules.filter.wants_file(&file);
            if wanted && !self.rules.is_output(&file) {
                let id = DocumentId::file(path::below(&self.front, &file));
                return Some(Step::Found(Found { id, location: Location::File(file) }));
            }
        }
    }
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
