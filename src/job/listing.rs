//! The list of files of a dataset folder, put together from files just written and files taken over.
//!
//! Sorted by name, so that a run that takes files over and a run that writes them all give the same list.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use arrow::datatypes::SchemaRef;

use crate::error::{Error, Result};
use crate::local::folder_of;
use crate::read::{List, ListedFile};
use crate::write::{DocumentList, Output};

/// The list of one dataset folder.
#[derive(Debug)]
pub struct Listing(List);

/// Reads the list in `folder`.
pub fn read(folder: &Path) -> Result<Listing> {
    List::read(folder).map(Listing)
}

impl Listing {
    /// The files.
    pub fn files(&self) -> &[ListedFile] {
        &self.0.files
    }

    /// The same list without a file.
    pub fn without_files(&self) -> Listing {
        Listing(List { files: Vec::new(), rows: None, ..self.0.clone() })
    }

    /// Takes files of the published folder `from` over into `folder` by hard links, and lists them too.
    pub fn take_over(&mut self, files: Vec<ListedFile>, from: &Path, folder: &Path) -> Result<()> {
        for file in files {
            let target = folder.join(&file.name);
            make_parent(&target)?;
            link_or_copy(&from.join(&file.name), &target)?;
            self.0.files.push(file);
        }
        Ok(())
    }

    /// Sets what it says of documents besides its files.
    pub fn list_documents(&mut self, listed: &DocumentList) -> Result<()> {
        let value = |json: Option<&str>| {
            let value = json.map(serde_json::from_str).transpose();
            value.map_err(|error| Error::defect(format!("the list of documents: {error}")))
        };
        (self.0.documents, self.0.left_out) = (value(listed.json())?, value(listed.left_out())?);
        Ok(())
    }

    /// Writes the list of files of `output` into `folder` and gives the names in it; the empty file of an output without
    /// rows goes where there are others.
    pub fn write(mut self, folder: &Path, output: &Output, schema: &SchemaRef) -> Result<HashSet<String>> {
        let files = &mut self.0.files;
        if files.iter().any(|file| file.rows > 0) {
            for empty in files.extract_if(.., |file| file.rows == 0) {
                let path = folder.join(&empty.name);
                fs::remove_file(&path).map_err(|error| Error::cannot("remove", &path, error))?;
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        self.0.rows = Some(files.iter().map(|file| file.rows).sum());
        // Where there is no row, and a file is a row, no file has made the folder.
        make_folder(folder)?;
        self.0.write(folder, output.format.as_ref(), &output.schema(schema)?)?;
        Ok(self.0.files.into_iter().map(|file| file.name).collect())
    }
}

/// Makes the folder that a file is to be in.
pub fn make_parent(file: &Path) -> Result<()> {
    make_folder(&folder_of(file))
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Error::cannot("create", folder, error))
}

/// Gives a published file a second name, or copies it where the file system has no links.
pub fn link_or_copy(source: &Path, target: &Path) -> Result<()> {
    let linked = fs::hard_link(source, target).or_else(|_| fs::copy(source, target).map(|_| ()));
    linked.map_err(|error| Error::cannot("take over into", target, error))
}
