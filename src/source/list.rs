//! A list of file names to found files, one entry at a time.
//!
//! Two files never share a path: of two that would (`x.txt` and `../x.txt`), the second gets `~2`. For that, 16 bytes
//! an entry are kept.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::names::PathHashes;
use super::rules::WalkRules;
use super::{DocumentId, FoundFile, Location, Step, Unreadable, UnreadableReason, path};
use crate::error::{Error, Result};

/// What separates the names of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListSeparator {
    /// NUL if the list holds one in its first 64 KiB, else a line feed.
    #[default]
    Guess,
    /// A line feed.
    Line,
    /// A NUL character, as `find -print0` writes.
    Nul,
}

/// The files a list names, in its order.
pub struct ListedPaths {
    entries: Box<dyn BufRead + Send>,
    separator: u8,
    list: PathBuf,
    rules: Arc<WalkRules>,
    names: PathHashes,
}

impl ListedPaths {
    /// Opens a list; `-` is standard input. No path of it begins with one of `taken`, the names of other inputs.
    pub fn open(
        list: &Path,
        separator: ListSeparator,
        taken: HashSet<String>,
        rules: Arc<WalkRules>,
    ) -> Result<ListedPaths> {
        let missing = |error: io::Error| {
            Error::input(format!("cannot read the list {}: {error}; name a file with one path a line", list.display()))
        };
        let mut entries: Box<dyn BufRead + Send> = match list == Path::new("-") {
            true => Box::new(BufReader::new(io::stdin())),
            false => Box::new(BufReader::with_capacity(64 * 1024, File::open(list).map_err(missing)?)),
        };
        let start = entries.fill_buf().map_err(missing)?;
        if is_utf16(start) {
            let list = list.display();
            return Err(Error::input(format!(
                "the list {list} is in UTF-16; make it UTF-8, such as with iconv -f UTF-16 -t UTF-8 {list}"
            )));
        }
        if start.starts_with(BYTE_ORDER_MARK) {
            entries.consume(BYTE_ORDER_MARK.len());
        }
        let separator = match separator {
            ListSeparator::Line => b'\n',
            ListSeparator::Nul => 0,
            ListSeparator::Guess if entries.fill_buf().map_err(missing)?.contains(&0) => 0,
            ListSeparator::Guess => b'\n',
        };
        Ok(ListedPaths { entries, separator, list: list.to_owned(), rules, names: PathHashes::new(taken) })
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
        Ok(Some(path::of_bytes(entry)))
    }
}

impl Iterator for ListedPaths {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let file = match self.entry() {
                Ok(file) => file?,
                Err(error) => {
                    self.entries = Box::new(io::empty());
                    let reason = UnreadableReason::of(&error);
                    return Some(Step::Unreadable(Unreadable {
                        id: DocumentId::file(path::portable(&self.list)),
                        reason,
                    }));
                }
            };
            let wanted = !file.as_os_str().is_empty() && self.rules.filter.wants_listed(&file);
            if wanted && !self.rules.is_output(&file) {
                let id = DocumentId::file(self.names.unique(path::portable(&file)));
                // What a list names and is not there was never found.
                return Some(match file.symlink_metadata() {
                    Ok(_) => Step::Found(FoundFile { id, location: Location::File(file) }),
                    Err(error) => Step::Unreadable(Unreadable { id, reason: UnreadableReason::of(&error) }),
                });
            }
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Whether the text says so at its start, or has a NUL at every other byte.
fn is_utf16(start: &[u8]) -> bool {
    let begins = |two: &[u8]| start.starts_with(two);
    let alternates = |first: usize| start.len() >= 4 && start[..4].iter().skip(first).step_by(2).all(|byte| *byte == 0);
    begins(b"\xFF\xFE") || begins(b"\xFE\xFF") || alternates(0) && start[1] != 0 || alternates(1) && start[0] != 0
}
