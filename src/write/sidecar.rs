//! The file of checksums beside an output, as `sha256sum` writes and checks it: `cables.parquet.sha256`.
//!
//! Beside a folder it names the list and every file of it, so that anybody can prove the folder without this program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::file_bytes::hash_file;
use super::layout::List;
use super::staging::{Existing, Staging};
use super::{Batch, Sink, Staged, failure, target};
use crate::contract::find_list;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};

/// Whether checksums are written beside an output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Checksums {
    /// None are.
    #[default]
    Absent,
    /// They are, as `NAME.sha256`.
    Beside,
}

/// Where the checksums of the output at `target` are: its name and `.sha256`.
pub fn sidecar_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".sha256");
    PathBuf::from(name)
}

/// Whether checksums of an earlier output are beside `target`. They are replaced even where nobody asks for checksums: the
/// old ones would call the new output damaged.
pub fn are_beside(target: &Path) -> Result<bool> {
    Ok(standing(&sidecar_of(target))? == Standing::File)
}

/// An output that is given a file of checksums when it is complete.
pub struct Summed {
    sink: Box<dyn Sink>,
    target: PathBuf,
    existing: Existing,
}

impl Summed {
    /// Refuses immediately if the file of checksums could not be written.
    pub fn open(sink: Box<dyn Sink>, target: &Path, existing: Existing) -> Result<Summed> {
        if standing(target)? == Standing::Stream {
            let target = target.display();
            return Err(Error::usage(format!(
                "{target} is not a file, so that sha256=true has nothing to sum: leave it out"
            )));
        }
        target::check_file(&sidecar_of(target), existing)?;
        Ok(Summed { sink, target: target.to_owned(), existing })
    }
}

impl Sink for Summed {
    fn write(&mut self, rows: &Batch) -> Result<()> {
        self.sink.write(rows)
    }

    fn complete(self: Box<Self>) -> Result<Staged> {
        let Summed { sink, target, existing } = *self;
        let staged = sink.complete()?;
        let Some(path) = staged.path() else { return Ok(staged) };
        let lines = lines(path, &target)?;
        let target = sidecar_of(&target);
        let mut staging = Staging::file(&target, existing)?;
        let written = staging.handle.write_all(lines.as_bytes()).and_then(|()| staging.handle.sync_all());
        written.map_err(|error| failure::output("cannot write", &target, error))?;
        Ok(staged.beside(staging))
    }
}

/// Writes the checksums of the output at `target` beside it, for whoever put it together by itself.
pub(crate) fn write_beside(target: &Path) -> Result<()> {
    let path = sidecar_of(target);
    fs::write(&path, lines(target, target)?).map_err(|error| failure::output("cannot write", &path, error))
}

/// The lines of the output that is complete at `path` and will be at `target`.
fn lines(path: &Path, target: &Path) -> Result<String> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    if standing(path)? != Standing::Folder {
        return Ok(line(&sha256(path)?, &name));
    }
    let files = List::read(path)?.files;
    let mut lines: String = files.iter().map(|file| line(&file.sha256, &format!("{name}/{}", file.name))).collect();
    let list = find_list(path).map_err(|error| failure::output("cannot look into", path, error))?;
    if let Some(list) = list {
        let below = list.strip_prefix(path).unwrap_or(&list).to_string_lossy();
        lines += &line(&sha256(&list)?, &format!("{name}/{below}"));
    }
    Ok(lines)
}

fn sha256(path: &Path) -> Result<String> {
    let hashed = hash_file(path).map_err(|error| failure::output("cannot read back", path, error));
    hashed.map(|bytes| bytes.sha256)
}

/// One line: the SHA-256 of a file, and its name relative to the folder of the checksums.
pub fn line(sha256: &str, name: &str) -> String {
    let escaped = name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    let mark = if escaped == name { "" } else { "\\" };
    format!("{mark}{sha256}  {escaped}\n")
}

/// The SHA-256 and the name in one line, the inverse of `line`; `None` if it is not one.
pub fn parsed(line: &str) -> Option<(String, String)> {
    let (is_escaped, line) = line.strip_prefix('\\').map_or((false, line), |line| (true, line));
    let (sha256, name) = line.split_at_checked(64)?;
    let name = name.strip_prefix("  ").or_else(|| name.strip_prefix(" *"))?;
    let is_hash = sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    let name = if is_escaped { unescaped(name)? } else { name.to_owned() };
    is_hash.then(|| (sha256.to_ascii_lowercase(), name))
}

fn unescaped(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let mut plain = String::with_capacity(name.len());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            letter => letter,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back() {
        let hash = "0123456789abcdef".repeat(4);
        for name in ["cables.parquet", "a b/~2.xml", "back\\slash", "line\nend\r"] {
            let line = line(&hash, name);
            assert_eq!(line.matches('\n').count(), 1);
            assert_eq!(parsed(line.trim_end_matches('\n')), Some((hash.clone(), name.to_owned())));
        }
        assert_eq!(parsed(&format!("{hash} *cables.xml")), Some((hash, "cables.xml".to_owned())));
        assert_eq!(parsed("not a checksum"), None);
    }
}
