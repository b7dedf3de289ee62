//! Checksums beside an output, compared with what is there.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::count::count;
use crate::read::List;
use crate::write::file_sha256;
use crate::write::{parsed_checksum, sidecar_of};

/// The lines of a file of checksums: SHA-256 by name.
#[derive(Debug)]
pub struct ChecksumLines(HashMap<String, String>);

/// The checksums beside the output at `path`, if there are any.
pub fn read(path: &Path) -> Result<Option<ChecksumLines>, String> {
    let sidecar = sidecar_of(path);
    let wrong = |what: &str| format!("{}: {what}", sidecar.display());
    let text = match fs::read_to_string(&sidecar) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| wrong(&error.to_string()))?,
    };
    let lines =
        text.lines().map(|line| parsed_checksum(line).ok_or_else(|| wrong("a line is not a checksum of a file")));
    let lines = lines.map(|line| line.map(|(sha256, name)| (name, sha256)));
    lines.collect::<Result<_, _>>().map(|lines| Some(ChecksumLines(lines)))
}

impl ChecksumLines {
    /// The SHA-256 of the file at `path`, which the lines are beside.
    pub fn of(&self, path: &Path) -> Result<String, String> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.0.get(name.as_ref()).cloned().ok_or_else(|| format!("the .sha256 file beside it does not name {name}"))
    }

    /// How they differ from the list of the folder at `root`, and from the file `own` that holds it.
    pub fn differ(&self, list: &List, own: Option<&Path>, root: &Path) -> Vec<String> {
        let front = root.file_name().unwrap_or_default().to_string_lossy();
        let mut wrong = Vec::new();
        let own = own.map(|own| (relative(root, own), file_sha256(own).unwrap_or_default()));
        let listed = list.files.iter().map(|file| (file.name.clone(), file.sha256.clone()));
        for (name, sha256) in listed.chain(own) {
            match self.0.get(&format!("{front}/{name}")) {
                Some(found) if *found == sha256 => {}
                Some(_) => wrong.push(format!("the .sha256 file beside the folder gives {name} other bytes")),
                None => wrong.push(format!("the .sha256 file beside the folder does not name {name}")),
            }
        }
        let more = self.0.len().saturating_sub(list.files.len() + 1);
        if more > 0 {
            let files = count(more as u64, "file", "files");
            wrong.push(format!("the .sha256 file beside the folder names {files} that the list does not"));
        }
        wrong
    }
}

/// The name of a file in the folder, as lists write it.
pub fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
