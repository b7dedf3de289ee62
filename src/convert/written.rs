//! Outputs that are complete to the file that holds each row, in the order of the rows.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::write::{Layout, ListedFile, Output, Staged, each_listed};

/// The files that hold the rows of an output, row by row.
pub struct WrittenFiles {
    files: Box<dyn Iterator<Item = Result<(String, u64)>>>,
    /// The file at hand, and how many rows of it are to come.
    last: Option<(String, u64)>,
}

impl WrittenFiles {
    /// No file.
    pub fn nowhere() -> WrittenFiles {
        WrittenFiles { files: Box::new(std::iter::empty()), last: None }
    }

    /// The files of the first output whose rows are in the order of the run, a file or a folder without partitions;
    /// below `base`, where there is one.
    ///
    /// # Errors
    /// Of kind `Io` if the list of a folder cannot be read.
    pub fn of(outputs: &[Output], staged: &[Staged], base: Option<&Path>) -> Result<WrittenFiles> {
        let below = |path: &Path| base.and_then(|base| path.strip_prefix(base).ok()).unwrap_or(path).to_owned();
        for (output, staged) in outputs.iter().zip(staged) {
            let Some(place) = staged.path() else { continue };
            match &output.layout {
                Layout::File(path) => {
                    let files = Box::new(std::iter::once(Ok((below(path).display().to_string(), u64::MAX))));
                    return Ok(WrittenFiles { files, last: None });
                }
                Layout::Dataset { folder, .. } | Layout::PerRow { folder } => {
                    return WrittenFiles::of_folder(place, below(folder));
                }
                Layout::StandardOutput | Layout::Partitions { .. } => {}
            }
        }
        Ok(WrittenFiles::nowhere())
    }

    fn of_folder(place: &Path, folder: PathBuf) -> Result<WrittenFiles> {
        let files = each_listed(place)?;
        let name = move |listed: ListedFile| (folder.join(&listed.name).display().to_string(), listed.rows);
        Ok(WrittenFiles { files: Box::new(files.map(move |listed| listed.map(&name))), last: None })
    }

    /// The file of the next row.
    ///
    /// # Errors
    /// Of kind `Io` if the list of a folder cannot be read.
    pub fn next(&mut self) -> Result<Option<String>> {
        while self.last.as_ref().is_none_or(|(_, rows)| *rows == 0) {
            let Some(file) = self.files.next() else { return Ok(None) };
            self.last = Some(file?);
        }
        let Some((name, rows)) = &mut self.last else { return Ok(None) };
        *rows -= 1;
        Ok(Some(name.clone()))
    }
}
