//! A folder of files and the manifest that names each of them.
//!
//! The list is written line by line as the files end. It is read whole at the end, when the format may make a file of its
//! own of it.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use sha2::Digest;
use walkdir::WalkDir;

use super::disk::DiskFile;
use super::list::{self, FILES_LINE, List, ListedFile};
use super::stream::Ended;
use crate::contract::{LIST, PARQUET_LIST, find_list};
use crate::error::{Error, Result};
use crate::local::{Standing, folder_of, place, standing};
use crate::write::digest::{Hashed, hexadecimal};
use crate::write::staging::Staging;
use crate::write::target;
use crate::write::{DocumentList, Format, Staged, WriteContext, failure, hint};

/// A folder being filled under its temporary name.
pub struct Folder {
    staging: Staging,
    format: Arc<dyn Format>,
    schema: SchemaRef,
    manifest: BufWriter<File>,
    documents: DocumentList,
    /// The first file.
    first: Option<String>,
    /// Files that are called otherwise at the end than the list says so far.
    renamed: HashMap<String, String>,
    files: u64,
    rows: u64,
    bytes: u64,
}

impl Folder {
    /// A folder that will be at `target`, in partitions by the column `by`, if there is one.
    pub fn open(
        target: &Path,
        by: Option<&str>,
        format: &Arc<dyn Format>,
        schema: &SchemaRef,
        context: &WriteContext,
    ) -> Result<Folder> {
        if target::check_folder(target, context.existing)? != Standing::Nothing {
            check_replaceable(target, schema)?;
        }
        let staging = Staging::folder(target, context.existing)?;
        let manifest = File::create_new(staging.path().join(LIST)).map(BufWriter::new);
        let manifest = manifest.map_err(|error| failure::output("cannot write", target, error))?;
        let (version, name) = (quoted(hint::version(schema)), quoted(format.name()));
        let (format, schema, documents) = (format.clone(), schema.clone(), context.documents.clone());
        let (first, renamed, files, rows, bytes) = (None, HashMap::new(), 0, 0, 0);
        let mut folder = Folder { staging, format, schema, manifest, documents, first, renamed, files, rows, bytes };
        let tool = quoted(&context.tool);
        let by = by.map(|by| format!("\"by\": {},\n", quoted(by))).unwrap_or_default();
        folder.put(&format!("{{\n\"schema\": {version},\n\"format\": {name},\n\"tool\": {tool},\n{by}{FILES_LINE}"))?;
        Ok(folder)
    }

    /// Where the files go for now.
    pub fn path(&self) -> &Path {
        self.staging.path()
    }

    /// Where they will be.
    pub fn target(&self) -> &Path {
        self.staging.target()
    }

    /// Creates the file `name`, and the folders it is in.
    pub fn create(&self, name: &str) -> io::Result<Hashed<DiskFile>> {
        let path = self.path().join(name);
        let created = File::create_new(&path);
        let file = match created {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder_of(&path))?;
                File::create_new(&path)?
            }
            result => result?,
        };
        Ok(Hashed::new(DiskFile::new(file)))
    }

    /// A failure to do something to the file `name`, in words about where it will be.
    pub fn failure(&self, name: &str, error: io::Error) -> Error {
        failure::output("cannot write", self.staging.target().join(name), error)
    }

    /// Gives a file that is listed already another name.
    pub fn rename(&mut self, from: String, to: String) -> Result<()> {
        let renamed = fs::rename(self.path().join(&from), self.path().join(&to));
        renamed.map_err(|error| self.failure(&to, error))?;
        self.renamed.insert(from, to);
        Ok(())
    }

    /// Lists a file that has ended; `value` is that of its partition where its name does not tell it.
    pub fn add(&mut self, name: &str, value: Option<&str>, mut ended: Ended<Hashed<DiskFile>>) -> Result<()> {
        ended.output.stream.settle().map_err(|error| self.failure(name, error))?;
        let separator = if self.files == 0 { "\n" } else { ",\n" };
        let sha256 = hexadecimal(&ended.output.hash.finalize());
        let value = value.map(str::to_owned);
        let entry = ListedFile { name: name.to_owned(), size: ended.bytes, sha256, rows: ended.proof.rows, value };
        let entry = serde_json::to_string(&entry).map_err(failure::encoder)?;
        self.first.get_or_insert_with(|| name.to_owned());
        self.files += 1;
        self.rows += ended.proof.rows;
        self.bytes += ended.bytes;
        self.put(&format!("{separator}{entry}"))
    }

    /// Ends the manifest and syncs the file system of the folder, all files together.
    pub fn complete(mut self) -> Result<Staged> {
        let rows = self.rows;
        let member =
            |name: &str, json: Option<&str>| json.map(|json| format!("\"{name}\": {json},\n")).unwrap_or_default();
        let documents = member("documents", self.documents.json());
        let left_out = member("left_out", self.documents.left_out());
        self.put(&format!("\n],\n{documents}{left_out}\"rows\": {rows}\n}}\n"))?;
        let flushed = self.manifest.flush();
        flushed.map_err(|error| self.failure(LIST, error))?;
        self.place_list()?;
        let synced = sync(&self.staging.handle);
        synced.map_err(|error| self.failure("", error))?;
        Ok(Staged::new(self.staging, self.files, self.rows, self.bytes))
    }

    /// Puts the list where its format has it.
    fn place_list(&self) -> Result<()> {
        let written = self.path().join(LIST);
        if !self.renamed.is_empty() {
            self.list_renamed(&written).map_err(|error| self.failure(LIST, error))?;
        }
        let text = fs::read_to_string(&written).map_err(|error| self.failure(LIST, error))?;
        let (name, bytes) = list::placed(self.first.as_deref(), text, self.format.as_ref(), &self.schema)?;
        if name.as_os_str() == LIST {
            return Ok(());
        }
        let placed = fs::write(self.path().join(&name), bytes).and_then(|()| fs::remove_file(&written));
        placed.map_err(|error| self.failure(&name.to_string_lossy(), error))
    }

    /// Writes the list again with the names that files have now, line by line.
    fn list_renamed(&self, written: &Path) -> io::Result<()> {
        let again = written.with_extension("again");
        let mut output = BufWriter::new(File::create_new(&again)?);
        for line in BufReader::new(File::open(written)?).lines() {
            let line = line?;
            let entry = line.strip_suffix(',').unwrap_or(&line);
            match serde_json::from_str::<ListedFile>(entry) {
                Ok(mut listed) => {
                    if let Some(name) = self.renamed.get(&listed.name) {
                        listed.name.clone_from(name);
                    }
                    let separator = &line[entry.len()..];
                    writeln!(output, "{}{separator}", serde_json::to_string(&listed)?)?;
                }
                Err(_) => writeln!(output, "{line}")?,
            }
        }
        output.flush()?;
        fs::rename(again, written)
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.manifest.write_all(text.as_bytes()).map_err(|error| self.failure(LIST, error))
    }
}

/// Only a folder that we wrote, with the same schema, is ever replaced.
fn check_replaceable(target: &Path, schema: &Schema) -> Result<()> {
    let shown = target.display();
    if standing(target)? != Standing::Folder {
        return Err(Error::output(format!("{shown} is not a folder: give another path")));
    }
    if target::is_empty_folder(target) {
        return Ok(());
    }
    let list = find_list(target).map_err(|error| failure::output("cannot look into", target, error))?;
    if list.is_none() {
        return Err(Error::output(format!(
            "{shown} has no {LIST} or {PARQUET_LIST}, so cablegram did not write it and will not replace it: give another \
             path"
        )));
    }
    let list = List::read(target)?;
    refuse_foreign(target, &list)?;
    let (found, version) = (list.schema, hint::version(schema));
    if found == version {
        return Ok(());
    }
    Err(Error::schema_conflict(format!(
        "{shown} holds schema {found}, this run writes {version}: give another path, or remove the folder"
    )))
}

/// Files that others put into a folder of ours would go with it.
fn refuse_foreign(target: &Path, list: &List) -> Result<()> {
    let shown = target.display();
    let listed: HashSet<&str> = list.files.iter().map(|file| file.name.as_str()).collect();
    let target = place(target);
    for entry in WalkDir::new(&target).into_iter().flatten().filter(|entry| !entry.file_type().is_dir()) {
        let name = entry.path().strip_prefix(&target).unwrap_or(entry.path());
        let is_list = [LIST, PARQUET_LIST].iter().any(|list| entry.file_name() == *list);
        if !is_list && !name.to_str().is_some_and(|name| listed.contains(name)) {
            return Err(Error::output(format!(
                "{shown} holds {}, which cablegram did not write and would remove: move it away, or give another path",
                name.display()
            )));
        }
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Syncs the file system that a folder is on: all its files together.
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
