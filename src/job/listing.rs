//! The list of files of a dataset folder, put together from files just written and files taken over.
//!
//! Sorted by name, so that a run that takes files over and a run that writes them all give the same list.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::generation::failed;
use crate::contract::LIST;
use crate::error::{Error, Result};
use crate::read::Listed;

/// The list of one dataset folder.
#[derive(Debug, Deserialize, Serialize)]
pub struct Listing {
    schema: String,
    format: String,
    tool: String,
    /// The files.
    pub files: Vec<Listed>,
    rows: u64,
}

impl Listing {
    /// Reads the list in `folder`.
    pub fn read(folder: &Path) -> Result<Listing> {
        let path = folder.join(LIST);
        let text = fs::read_to_string(&path).map_err(|error| Error::io("cannot read", &path, error))?;
        serde_json::from_str(&text).map_err(|error| Error::verification(format!("{}: {error}", path.display())))
    }

    /// The same list without a file.
    pub fn without_files(&self) -> Listing {
        let Listing { schema, format, tool, .. } = self;
        Listing { schema: schema.clone(), format: format.clone(), tool: tool.clone(), files: Vec::new(), rows: 0 }
    }

    /// Takes files of the published folder `from` over into `folder` by hard links, and lists them too.
    pub fn take_over(&mut self, files: Vec<Listed>, from: &Path, folder: &Path) -> Result<()> {
        for file in files {
            let target = folder.join(&file.name);
            let parent = target.parent().unwrap_or(folder);
            fs::create_dir_all(parent).map_err(|error| failed("cannot create", parent, error))?;
            take_over(&from.join(&file.name), &target)?;
            self.files.push(file);
        }
        Ok(())
    }

    /// Writes the list into `folder` and gives the names in it; the empty file of an output without rows goes where
    /// there are others.
    pub fn write(mut self, folder: &Path) -> Result<HashSet<String>> {
        if self.files.iter().any(|file| file.rows > 0) {
            for empty in self.files.extract_if(.., |file| file.rows == 0) {
                let path = folder.join(&empty.name);
                fs::remove_file(&path).map_err(|error| failed("cannot remove", &path, error))?;
            }
        }
        self.files.sort_by(|one, other| one.name.cmp(&other.name));
        self.rows = self.files.iter().map(|file| file.rows).sum();
        let path = folder.join(LIST);
        let text = serde_json::to_string_pretty(&self).map_err(|error| Error::format(error.to_string()))?;
        fs::write(&path, text + "\n").map_err(|error| failed("cannot write", &path, error))?;
        Ok(self.files.into_iter().map(|file| file.name).collect())
    }
}

/// Gives a published file a second name, or copies it where the file system has no links.
pub fn take_over(source: &Path, target: &Path) -> Result<()> {
    let linked = fs::hard_link(source, target).or_else(|_| fs::copy(source, target).map(|_| ()));
    linked.map_err(|error| failed("cannot take over into", target, error))
}
