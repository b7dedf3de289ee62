//! The report of `verify`: a JSON file with an entry for every file that was checked.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use cablegram::convert::TOOL;
use cablegram::error::{Error, Result};
use cablegram::verify::Checked;
use jiff::{Timestamp, Unit};
use serde_json::json;
use tempfile::NamedTempFile;

/// A report in the making, under a temporary name beside its place. Entries go out as they come.
pub struct ProofReport {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
    separator: &'static str,
}

impl ProofReport {
    /// Begins the report at `path`.
    pub fn begin(path: &Path) -> Result<ProofReport> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".cablegram-").tempfile_in(folder);
        let file = BufWriter::new(file.map_err(|error| refuse(path, &error))?);
        let mut report = ProofReport { file, path: path.to_owned(), separator: "\n" };
        let now = Timestamp::now().round(Unit::Second).unwrap_or_default().to_string();
        report.put(&format!("{{\"tool\":{},\"checked\":{},\"files\":[", json!(TOOL), json!(now)))?;
        Ok(report)
    }

    /// Adds an entry.
    pub fn file(&mut self, checked: &Checked) -> Result<()> {
        let entry = json!({
            "path": checked.path.display().to_string(),
            "status": checked.status.name(),
            "rows": checked.rows,
            "digest": checked.digest,
            "sha256": checked.sha256,
            "problems": checked.problems,
        });
        let separator = std::mem::replace(&mut self.separator, ",\n");
        self.put(&format!("{separator}{entry}"))
    }

    /// Ends the report with the exit code, and puts it in its place.
    pub fn finish(mut self, exit: u8) -> Result<()> {
        self.put(&format!("\n],\"exit\":{exit}}}\n"))?;
        let path = self.path;
        let file = self.file.into_inner().map_err(|error| refuse(&path, &error.into_error()))?;
        file.persist(&path).map_err(|error| refuse(&path, &error.error))?;
        Ok(())
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).map_err(|error| refuse(&self.path, &error))
    }
}

fn refuse(path: &Path, error: &io::Error) -> Error {
    Error::output(format!("cannot write the report {}: {error}; name another place", path.display()))
}
