//! The list of the files of a folder: what `verify` checks them against, and what says that the folder is ours.
//!
//! It is `_cablegram.json`; in folders of Parquet it is the metadata of a Parquet file without rows, since some engines
//! refuse a folder in which a file is not Parquet. That file is beside the first part, in the first partition if there are any.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde::{Deserialize, Serialize};

use crate::contract::{LIST, LIST_KEY, ListTexts, PARQUET_LIST, find_list};
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
use crate::write::parquet::seal;
use crate::write::{Format, failure};

/// The line of a list after which every file has a line of its own, as [`Folder`](super::folder::Folder) writes it.
pub const FILES_LINE: &str = "\"files\": [";

/// The list of one folder.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct List {
    /// Version of the schema.
    pub schema: String,
    /// Name of the format.
    pub format: String,
    /// Name and version of the program that wrote the files.
    pub tool: String,
    /// The column that names the partitions, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The files.
    pub files: Vec<ListedFile>,
    /// The documents that are not one whole row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<serde_json::Value>,
    /// How many documents of the run are not in the output, where some are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<serde_json::Value>,
    /// Rows in all of them; `None` in a list that was cut.
    #[serde(default)]
    pub rows: Option<u64>,
}

/// What the list says of one file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ListedFile {
    /// Path relative to the folder, `/`-separated.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    pub sha256: String,
    /// Rows in the file.
    pub rows: u64,
    /// The value of the column of `by`, where the name of the folder does not tell it exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl List {
    /// Reads the list of `folder`.
    ///
    /// # Errors
    /// `ErrorKind::NotFound` if there is none, or the folder is one partition, `ErrorKind::Verification` if it is damaged,
    /// `ErrorKind::Io` if the folder cannot be looked into.
    pub fn read(folder: &Path) -> Result<List> {
        let shown = folder.display();
        let found = match find_list(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            found => found.map_err(|error| Error::io("cannot look into", folder, error))?,
        };
        let is_part =
            |whole: &Path| Error::not_found(format!("{shown} is one partition of {0}: give {0}", whole.display()));
        let Some(path) = found else {
            let names = format!("{LIST} or {PARQUET_LIST}");
            let no_list =
                || Error::not_found(format!("{shown}: a folder without {names} is not a dataset of cablegram"));
            return Err(whole_of_partition(folder)?.map_or_else(no_list, |whole| is_part(&whole)));
        };
        let list: List = serde_json::from_str(&text(&path)?).map_err(|error| damaged(&path, error))?;
        let is_of_more = path.parent() == Some(folder) && path.ends_with(PARQUET_LIST) && list.by.is_some();
        if is_of_more && !list.files.is_empty() && !list.files.iter().any(ListedFile::is_at_top) {
            return Err(is_part(&folder_above(folder)));
        }
        Ok(list)
    }

    /// What it says of documents besides its files.
    pub fn texts(&self) -> ListTexts {
        let [documents, left_out] =
            [&self.documents, &self.left_out].map(|list| list.as_ref().map(ToString::to_string));
        ListTexts { documents, left_out }
    }

    /// Writes the list into `folder`, in place of the one that is there.
    pub fn write(&self, folder: &Path, format: &dyn Format, schema: &SchemaRef) -> Result<()> {
        let old = find_list(folder).map_err(|error| failure::output("cannot look into", folder, error))?;
        if let Some(old) = old {
            fs::remove_file(&old).map_err(|error| failure::output("cannot remove", &old, error))?;
        }
        let text = serde_json::to_string_pretty(self).map_err(failure::encoder)? + "\n";
        let first = self.files.first().map(|file| file.name.as_str());
        let (name, bytes) = placed(first, text, format, schema)?;
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| failure::output("cannot write", &path, error))
    }
}

/// The file of the list of `folder`, if it has one.
///
/// # Errors
/// Of kind `Io` if the folder cannot be looked into.
pub fn list_of(folder: &Path) -> Result<Option<PathBuf>> {
    find_list(folder).map_err(|error| Error::io("cannot look into", folder, error))
}

/// The folder that `folder` is a partition of, if it is named like one and there is a list that tells of it.
///
/// # Errors
/// Of kind `Io` if the folder above cannot be looked into.
pub fn whole_of_partition(folder: &Path) -> Result<Option<PathBuf>> {
    let is_named_so = folder.file_name().is_some_and(|name| name.as_encoded_bytes().contains(&b'='));
    let whole = folder_above(folder);
    Ok(if is_named_so && list_of(&whole)?.is_some() { Some(whole) } else { None })
}

fn folder_above(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(above) if !above.as_os_str().is_empty() => above.to_owned(),
        _ => PathBuf::from(if folder.file_name().is_some() { "." } else { ".." }),
    }
}

/// What the list of `folder` says of each file, without holding all of it: a list has one line for each file.
///
/// # Errors
/// Of kind `Io` if it cannot be read, now or later, of kind `Verification` if a line of a file is broken, and as
/// [`List::read`].
pub fn each_listed(folder: &Path) -> Result<Box<dyn Iterator<Item = Result<ListedFile>>>> {
    let path = folder.join(LIST);
    let whole = || Ok(Box::new(List::read(folder)?.files.into_iter().map(Ok)) as Box<dyn Iterator<Item = _>>);
    if standing(&path)? != Standing::File {
        return whole();
    }
    let file = File::open(&path).map_err(|error| Error::io("cannot open", &path, error))?;
    let mut lines = BufReader::new(file).lines();
    if !lines.by_ref().map_while(io::Result::ok).any(|line| line == FILES_LINE) {
        return whole();
    }
    let of_files = lines.take_while(|line| line.as_ref().map_or(true, |line| !line.starts_with(']')));
    Ok(Box::new(of_files.map(move |line| {
        let line = line.map_err(|error| Error::io("cannot read", &path, error))?;
        serde_json::from_str(line.trim_end_matches(',')).map_err(|error| damaged(&path, error))
    })))
}

impl ListedFile {
    fn is_at_top(&self) -> bool {
        !self.name.contains('/')
    }
}

/// Name and bytes of the file that holds a list, of files the first of which is `first`.
pub fn placed(
    first: Option<&str>,
    text: String,
    format: &dyn Format,
    schema: &SchemaRef,
) -> Result<(PathBuf, Vec<u8>)> {
    match format.list_file(schema, &text)? {
        None => Ok((PathBuf::from(LIST), text.into_bytes())),
        Some(bytes) => {
            let beside = first.and_then(|first| Path::new(first).parent()).unwrap_or(Path::new(""));
            Ok((beside.join(PARQUET_LIST), bytes))
        }
    }
}

/// Whether the file of the list of `folder` has the bytes that it was written with; a list that is no Parquet does not say.
///
/// # Errors
/// Of kind `Io` if it cannot be read.
pub fn list_keeps_its_bytes(folder: &Path) -> Result<bool> {
    let Some(path) = list_of(folder)?.filter(|path| path.ends_with(PARQUET_LIST)) else { return Ok(true) };
    let agrees = File::open(&path).and_then(|mut file| seal::agrees(&mut file));
    agrees.map(|agrees| agrees == Some(true)).map_err(|error| Error::io("cannot read", &path, error))
}

/// What is wrong with the file of a list.
fn damaged(path: &Path, what: impl fmt::Display) -> Error {
    Error::verification(format!("{}: the list is damaged: {what}", path.display()))
}

/// The JSON in the file of a list.
fn text(path: &Path) -> Result<String> {
    if !path.ends_with(PARQUET_LIST) {
        let bytes = fs::read(path).map_err(|error| Error::io("cannot read", path, error))?;
        return String::from_utf8(bytes).map_err(|error| damaged(path, error.utf8_error()));
    }
    let file = File::open(path).map_err(|error| Error::io("cannot open", path, error))?;
    let reader = SerializedFileReader::new(file).map_err(|error| damaged(path, error))?;
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    let pair = pairs.into_iter().flatten().find(|pair| pair.key == LIST_KEY);
    pair.and_then(|pair| pair.value.clone()).ok_or_else(|| damaged(path, format!("it has no key {LIST_KEY}")))
}
