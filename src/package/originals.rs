//! The delivered files to copies in the bag, byte for byte and with their times, hashed as they are read.
//!
//! A copy has the name that `source.path` spells, so that every name is UTF-8; one that is too long is shortened. What is no
//! file (links, pipes) is listed and never followed. A file that cannot be read ends the run: a package without
//! it would say that it was never delivered.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{DOCUMENTS, ORIGINALS, make_folder, refuse};
use crate::convert::{StopFlag, csv_line};
use crate::error::{Error, Result};
use crate::local::folder_of;
use crate::report::FilesAndBytes;
use crate::source::{Location, Passed, Selection, Step, copy_path};
use crate::write::digest::hexadecimal;

/// What was copied.
#[derive(Debug)]
pub struct Copied {
    /// How many files, and how many bytes.
    pub files: FilesAndBytes,
    /// The SHA-256 and the path within the bag of each, one a line.
    pub lines: File,
    /// Links, which are listed and not followed.
    pub links: u64,
    /// The paths that had to be shortened, by those of their copies.
    pub shortened: BTreeMap<String, String>,
}

/// The name within the bag of the copy of the file of that path.
pub fn name_of(path: &str) -> String {
    format!("{ORIGINALS}/{}", copied_as(path))
}

/// The path of the copy below the folder of copies.
fn copied_as(path: &str) -> String {
    copy_path(path).to_string_lossy().into_owned()
}

/// Copies everything that is selected below `root`.
pub fn copy(selection: &Selection, root: &Path, stop: &StopFlag) -> Result<Copied> {
    let spill = tempfile::tempfile_in(root).map_err(|error| refuse(root, error))?;
    let mut lines = BufWriter::new(spill);
    let mut left = Vec::new();
    let (mut files, mut links, mut shortened) = (FilesAndBytes::default(), 0, BTreeMap::new());
    for step in selection.walk()? {
        stop.check()?;
        match step {
            Step::Found(found) => {
                let Location::File(source) = &found.location else {
                    return Err(Error::usage("a package holds files: name them, not - for standard input"));
                };
                let path = found.id.path();
                let copy = copied_as(path);
                let name = name_of(path);
                if copy != path {
                    shortened.insert(copy, path.to_owned());
                }
                let (size, sha256) = copy_one(source, &root.join(&name))?;
                files.add(size);
                let line = super::manifest::line(&sha256, &name);
                lines.write_all(line.as_bytes()).map_err(|error| refuse(root, error))?;
            }
            Step::Unreadable(unreadable) => {
                let advice = "a package holds every file: mend that, or leave it out with --exclude";
                return Err(Error::input(format!("{}: {}; {advice}", unreadable.id, unreadable.reason)));
            }
            Step::Passed(passed, id) => {
                links += u64::from(passed == Passed::Link);
                left.push(csv_line(&[&id.to_string(), passed.name()]));
            }
        }
    }
    if !left.is_empty() {
        super::put(&root.join(DOCUMENTS).join("left-out.csv"), &format!("path,reason\r\n{}", left.concat()))?;
    }
    let mut lines = lines.into_inner().map_err(|error| refuse(root, error.into_error()))?;
    lines.rewind().map_err(|error| refuse(root, error))?;
    Ok(Copied { files, lines, links, shortened })
}

fn copy_one(source: &Path, target: &Path) -> Result<(u64, String)> {
    make_folder(&folder_of(target))?;
    let unreadable =
        |error: io::Error| Error::input(format!("cannot read {}: {error}", source.display())).caused_by(source, error);
    let mut from = File::open(source).map_err(unreadable)?;
    let mut to = File::create_new(target).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::usage(format!(
            "two inputs have the name {}; name the folder that both are in as the one input",
            target.file_name().unwrap_or_default().to_string_lossy()
        )),
        _ => refuse(target, error),
    })?;
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 256 << 10]);
    loop {
        let length = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
        hash.update(&buffer[..length]);
        to.write_all(&buffer[..length]).map_err(|error| refuse(target, error))?;
        size += length as u64;
    }
    if let Ok(modified) = fs::metadata(source).and_then(|metadata| metadata.modified()) {
        // A file system that keeps no times keeps the bytes all the same.
        drop(to.set_modified(modified));
    }
    Ok((size, hexadecimal(&hash.finalize())))
}
