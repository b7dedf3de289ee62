//! The files of an output: one file, or the parts of a dataset as its list names them.

use std::path::{Path, PathBuf};

use crate::contract::ListTexts;
use crate::error::{Error, Result};
use crate::local::{Standing, standing};
pub use crate::write::{List, ListedFile};
use crate::write::{NULL_PARTITION, unescaped};

/// One file of an output, and what the dataset says of it.
#[derive(Clone, Debug)]
pub struct OutputPart {
    /// Where it is.
    pub path: PathBuf,
    /// What the list of the dataset says of it; `None` for a file by itself.
    pub listed: Option<ListedFile>,
    /// The partition it is in.
    pub partition: Option<Partition>,
}

/// A column and the one value that all rows of a part have in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partition {
    /// Name of the column.
    pub column: String,
    /// The value as text; `None` is null.
    pub value: Option<String>,
}

impl OutputPart {
    /// A file by itself.
    pub fn alone(path: &Path) -> OutputPart {
        OutputPart { path: path.to_owned(), listed: None, partition: None }
    }

    /// A file of the dataset in `root`, which is in partitions by the column `by`, if there are any.
    ///
    /// # Errors
    /// `ErrorKind::Verification` if its name leads out of the dataset, or is not that of a partition.
    pub fn listed(root: &Path, by: Option<&str>, listed: ListedFile) -> Result<OutputPart> {
        let wrong = |what: &str| Error::verification(format!("{}: {:?} {what}", root.display(), listed.name));
        let escapes = |component: &str| component.is_empty() || component == "." || component == "..";
        if listed.name.split('/').any(escapes) {
            return Err(wrong("leaves the dataset"));
        }
        let in_folder = listed.name.split_once('/').map(|(folder, _)| folder);
        let partition = by.zip(in_folder).map(|(column, folder)| {
            let value = || {
                let name = folder.strip_prefix(column)?.strip_prefix('=')?;
                match &listed.value {
                    Some(value) => Some(Some(value.clone())),
                    None if name == NULL_PARTITION => Some(None),
                    None => unescaped(name).map(Some),
                }
            };
            let value = value().ok_or_else(|| wrong(&format!("is in no partition by {column}")))?;
            Ok(Partition { column: column.to_owned(), value })
        });
        Ok(OutputPart { path: root.join(&listed.name), partition: partition.transpose()?, listed: Some(listed) })
    }
}

/// The files of the output at `path`, in order.
///
/// # Errors
/// `ErrorKind::NotFound` if nothing of ours is there, `ErrorKind::Verification` if its list is damaged.
pub fn parts(path: &Path) -> Result<Vec<OutputPart>> {
    match standing(path)? {
        Standing::Nothing => return Err(Error::not_found(format!("{}: nothing is there", path.display()))),
        Standing::File => return Ok(vec![OutputPart::alone(path)]),
        Standing::Folder | Standing::Stream => {}
    }
    let List { by, files, .. } = List::read(path)?;
    files.into_iter().map(|listed| OutputPart::listed(path, by.as_deref(), listed)).collect()
}

/// What the list of the folder at `path` says of documents besides its files; nothing of a file.
///
/// # Errors
/// Of kind `Verification` if the list is damaged.
pub fn lists_of_folder(path: &Path) -> Result<ListTexts> {
    if standing(path)? != Standing::Folder {
        return Ok(ListTexts::default());
    }
    List::read(path).map(|list| list.texts())
}
