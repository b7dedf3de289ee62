//! A folder of files and the manifest that names each of them.
//!
//! `_cablegram.json` is written line by line as the files end, so that it is never held in memory.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use arrow::datatypes::Schema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::stream::Ended;
use crate::contract::LIST;
use crate::error::{Error, Result};
use crate::write::digest::hexadecimal;
use crate::write::staging::{self, Staging};
use crate::write::{Format, Staged, WriteContext, failure, hint};

/// A folder being filled under its temporary name.
pub struct Folder {
    staging: Staging,
    manifest: BufWriter<File>,
    files: u64,
    rows: u64,
    bytes: u64,
}

/// One line of the manifest.
#[derive(Serialize)]
struct Entry<'f> {
    name: &'f str,
    size: u64,
    sha256: String,
    rows: u64,
}

/// What the manifest of a folder says first.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

impl Folder {
    /// A folder that will stand at `target`.
    pub fn open(target: &Path, format: &dyn Format, schema: &Schema, context: &WriteContext) -> Result<Folder> {
        if staging::check(target, context.existing)?.is_some() {
            check_replaceable(target, schema)?;
        }
        let staging = Staging::folder(target, context.existing)?;
        let manifest = File::create_new(staging.path().join(LIST)).map(BufWriter::new);
        let manifest = manifest.map_err(|error| failure::output("cannot write", target, error))?;
        let mut folder = Folder { staging, manifest, files: 0, rows: 0, bytes: 0 };
        let (version, format) = (quoted(hint::version(schema)), quoted(format.name()));
        let tool = quoted(&context.tool);
        folder.put(&format!("{{\n\"schema\": {version},\n\"format\": {format},\n\"tool\": {tool},\n\"files\": ["))?;
        Ok(folder)
    }

    /// Where the files go for now.
    pub fn path(&self) -> &Path {
        self.staging.path()
    }

    /// Where they will stand.
    pub fn target(&self) -> &Path {
        self.staging.target()
    }

    /// Creates the file `name`, and the folders it stands in.
    pub fn create(&self, name: &str) -> io::Result<HashedFile> {
        let path = self.path().join(name);
        let created = File::create_new(&path);
        let file = match created {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(staging::folder_of(&path))?;
                File::create_new(&path)?
            }
            result => result?,
        };
        Ok(HashedFile { file, hash: Sha256::new() })
    }

    /// A failure to do something to the file `name`, in words about where it will stand.
    pub fn failure(&self, name: &str, error: io::Error) -> Error {
        failure::output("cannot write", self.staging.target().join(name), error)
    }

    /// Lists a file that has ended.
    pub fn add(&mut self, name: &str, ended: Ended<HashedFile>) -> Result<()> {
        let separator = if self.files == 0 { "\n" } else { ",\n" };
        let sha256 = hexadecimal(&ended.output.hash.finalize());
        let entry = Entry { name, size: ended.bytes, sha256, rows: ended.proof.rows };
        let entry = serde_json::to_string(&entry).map_err(failure::encoder)?;
        self.files += 1;
        self.rows += ended.proof.rows;
        self.bytes += ended.bytes;
        self.put(&format!("{separator}{entry}"))
    }

    /// Ends the manifest and syncs the file system of the folder, all files at once.
    pub fn complete(mut self) -> Result<Staged> {
        let rows = self.rows;
        self.put(&format!("\n],\n\"rows\": {rows}\n}}\n"))?;
        let synced = self.manifest.flush().and_then(|()| sync(&self.staging.handle));
        synced.map_err(|error| self.failure("", error))?;
        Ok(Staged::new(self.staging, self.files, self.rows, self.bytes))
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.manifest.write_all(text.as_bytes()).map_err(|error| self.failure(LIST, error))
    }
}

/// A file that is hashed as it is written.
pub struct HashedFile {
    file: File,
    hash: Sha256,
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Only a folder that we wrote, with the same schema, is ever replaced.
fn check_replaceable(target: &Path, schema: &Schema) -> Result<()> {
    let shown = target.display();
    if !target.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return Err(Error::output(format!("{shown} is no folder: give another path")));
    }
    if staging::is_empty_folder(target) {
        return Ok(());
    }
    let head = File::open(target.join(LIST)).ok().map(BufReader::new);
    let head: Option<Head> = head.and_then(|manifest| serde_json::from_reader(manifest).ok());
    let version = hint::version(schema);
    match head {
        Some(head) if head.schema == version => Ok(()),
        Some(head) => Err(Error::schema_conflict(format!(
            "{shown} holds schema {}, this run writes {version}: give another path, or remove the folder",
            head.schema
        ))),
        None => Err(Error::output(format!(
            "{shown} has no {LIST}, so cablegram did not write it and will not replace it: give another path"
        ))),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Syncs the file system that a folder stands in: all its files at once.
#[cfg(target_os = "linux")]
pub fn sync(folder: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(folder)?)
}

/// Syncs all file systems: here there is no call for one.
#[cfg(not(target_os = "linux"))]
pub fn sync(_: &File) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}
