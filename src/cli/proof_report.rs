//! The report of `verify`: a JSON file with an entry for every file that was checked.

use std::path::Path;

use cablegram::convert::TOOL;
use cablegram::error::Result;
use cablegram::verify::Checked;
use cablegram::write::{Existing, Journal};
use jiff::{Timestamp, Unit};
use serde_json::json;

/// A report in the making.
pub struct ProofReport {
    journal: Journal,
    separator: &'static str,
}

impl ProofReport {
    /// Begins the report at `path`, where nothing but an earlier report may be.
    pub fn begin(path: &Path) -> Result<ProofReport> {
        let mut journal = Journal::begin(path, Existing::ReplaceReport)?;
        let now = Timestamp::now().round(Unit::Second).unwrap_or_default().to_string();
        journal.put(&format!("{{\"tool\":{},\"checked\":{},\"files\":[", json!(TOOL), json!(now)))?;
        Ok(ProofReport { journal, separator: "\n" })
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
        self.journal.put(&format!("{separator}{entry}"))
    }

    /// Ends the report with the exit code, and puts it in its place.
    pub fn finish(mut self, exit: u8) -> Result<()> {
        self.journal.put(&format!("\n],\"exit\":{exit}}}\n"))?;
        self.journal.complete()?.publish()
    }
}
