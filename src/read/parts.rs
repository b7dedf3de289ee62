//! The files of an output: one file, or the parts of a dataset as its `_cablegram.json` lists them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::contract::LIST;
use crate::error::{Error, Result};

/// One file of an output, and what the dataset says of it.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it is.
    pub path: PathBuf,
    /// What the list of the dataset says of it; `None` for a file that stands alone.
    pub listed: Option<Listed>,
}

/// What the list of a dataset says of one file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Listed {
    /// Path relative to the dataset, `/`-separated.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Rows in the file.
    pub rows: u64,
}

#[derive(Deserialize)]
struct DatasetList {
    files: Vec<Listed>,
}

/// The files of the output at `path`, in order.
pub fn parts(path: &Path) -> Result<Vec<Part>> {
    let metadata = fs::metadata(path).map_err(|_| Error::not_found(format!("{}: nothing is there", path.display())))?;
    if metadata.is_file() {
        return Ok(vec![Part { path: path.to_owned(), listed: None }]);
    }
    let list = path.join(LIST);
    let text = fs::read_to_string(&list).map_err(|_| {
        Error::not_found(format!("{}: a directory without {LIST} is no dataset of cablegram", path.display()))
    })?;
    let list: DatasetList =
        serde_json::from_str(&text).map_err(|error| Error::verification(format!("{}: {error}", list.display())))?;
    list.files.into_iter().map(|listed| part(path, listed)).collect()
}

fn part(root: &Path, listed: Listed) -> Result<Part> {
    let escapes = |component: &str| component.is_empty() || component == "." || component == "..";
    if listed.name.split('/').any(escapes) {
        return Err(Error::verification(format!("{}: {:?} leaves the dataset", root.display(), listed.name)));
    }
    Ok(Part { path: root.join(&listed.name), listed: Some(listed) })
}
