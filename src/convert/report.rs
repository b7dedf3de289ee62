//! The report: a JSON file that names every input that became no row, with the reason.

use std::path::Path;
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::event::{Event, Observer};
use super::inventory::Inventory;
use super::outcome::{Outcome, Status};
use super::summary::Summary;
use super::{Plan, WrittenFiles};
use crate::error::{Error, Result};
use crate::mutex::locked;
use crate::source::RecordId;
use crate::write::digest::hexadecimal;
use crate::write::{Existing, Journal, Staged, Staging, journal};

/// Passes events on, and writes the report of what became no row, where one is wanted.
pub struct Reported<'o> {
    observer: &'o dyn Observer,
    report: Option<Mutex<Option<InputReport>>>,
}

impl<'o> Reported<'o> {
    /// Begins the report that will be at `path`. Each run of a job writes it again: a report of an earlier run is replaced,
    /// and another file only where `existing` says so.
    ///
    /// # Errors
    /// Of kind `Output` if it cannot be written there.
    pub fn begin(path: Option<&Path>, existing: Existing, observer: &'o dyn Observer) -> Result<Reported<'o>> {
        let existing = if existing == Existing::Refuse { Existing::ReplaceReport } else { existing };
        let report = path.map(|path| InputReport::begin(path, existing)).transpose()?;
        Ok(Reported { observer, report: report.map(|report| Mutex::new(Some(report))) })
    }

    /// Ends the report with the counts, or with the reason why there are none. It waits for its name until the outputs
    /// have theirs, so that a full disk fails the run while nothing is published.
    ///
    /// # Errors
    /// Of kind `Output` if the disk takes no more.
    pub fn complete(&self, result: std::result::Result<&Summary, &Error>) -> Result<journal::CompleteJournal> {
        let taken = self.report.as_ref().and_then(|report| locked(report).take());
        taken.map_or_else(|| Ok(journal::CompleteJournal::default()), |report| report.complete(result))
    }
}

impl Observer for Reported<'_> {
    fn event(&self, event: Event<'_>) {
        if let (Event::Input(outcome, _), Some(report)) = (&event, &self.report)
            && let Some(report) = &mut *locked(report)
        {
            report.input(outcome);
        }
        self.observer.event(event);
    }
}

/// Passes events on, and writes down what the report and the inventory of a conversion need of them.
pub struct Reporter<'o> {
    reported: Reported<'o>,
    inventory: Option<Inventory>,
}

impl<'o> Reporter<'o> {
    /// Begins the report and the inventory, where they are wanted.
    pub fn begin(plan: &Plan, observer: &'o dyn Observer) -> Result<Reporter<'o>> {
        let inventory = plan.inventory.as_deref().map(|path| Inventory::begin(path, plan.existing)).transpose()?;
        Ok(Reporter { reported: Reported::begin(plan.report.as_deref(), plan.existing, observer)?, inventory })
    }

    /// Completes the inventory, where one is wanted, once all outputs are complete.
    pub fn inventory(&self, plan: &Plan, staged: &[Staged]) -> Result<Option<Staging>> {
        let Some(inventory) = &self.inventory else { return Ok(None) };
        inventory.complete(WrittenFiles::of(&plan.outputs, staged, plan.inventory_base.as_deref())?)
    }

    /// As [`Reported::complete`].
    pub fn report(&self, result: std::result::Result<&Summary, &Error>) -> Result<journal::CompleteJournal> {
        self.reported.complete(result)
    }
}

impl Observer for Reporter<'_> {
    fn event(&self, event: Event<'_>) {
        if let Some(inventory) = &self.inventory {
            match &event {
                Event::Found(step) => inventory.found(step),
                Event::Input(outcome, row) => inventory.input(outcome, *row),
                Event::Document(whole) => inventory.whole(whole),
                _ => {}
            }
        }
        self.reported.event(event);
    }
}

/// A report in the making. What cannot be written fails the run when it ends.
struct InputReport {
    journal: Journal,
    separator: &'static str,
    failure: Option<Error>,
}

impl InputReport {
    fn begin(path: &Path, existing: Existing) -> Result<InputReport> {
        let mut journal = Journal::begin(path, existing)?;
        let failure = journal.put("{\"inputs\":[").err();
        Ok(InputReport { journal, separator: "\n", failure })
    }

    fn input(&mut self, outcome: &Outcome) {
        if self.failure.is_none() && outcome.status != Status::Cable {
            self.failure = self.journal.put(&format!("{}{}", self.separator, entry(outcome))).err();
            self.separator = ",\n";
        }
    }

    fn complete(mut self, result: std::result::Result<&Summary, &Error>) -> Result<journal::CompleteJournal> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let end = match result {
            Ok(summary) => json!({ "summary": counts(summary) }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        self.journal.put(&format!("\n],\n{}\n", end.to_string().trim_start_matches('{')))?;
        self.journal.complete()
    }
}

fn entry(outcome: &Outcome) -> Value {
    let mut entry = json!({
        "status": outcome.status.name(),
        "reason": outcome.reason(),
        "sha256": outcome.proof.map(|proof| hexadecimal(&proof.sha256)),
        "size": outcome.proof.map(|proof| proof.size),
    });
    name(&mut entry, &outcome.id);
    entry
}

/// Names a record in a JSON object: its path, and its member, number and start where it has them.
pub fn name(object: &mut Value, id: &RecordId) {
    object["path"] = id.document.path().into();
    if let Some(member) = id.document.member() {
        object["member"] = member.into();
    }
    if let Some(number) = id.number {
        object["record"] = number.into();
        object["start"] = id.start.into();
    }
}

/// The counts of a run as JSON, for the report and for logs.
pub fn counts(summary: &Summary) -> Value {
    json!({
        "found": summary.found,
        "documents": summary.documents,
        "records": summary.records,
        "bytes": summary.bytes,
        "cables": summary.cables,
        "duplicates": summary.duplicates,
        "not_cables": object(summary.ignored.iter().map(|(kind, count)| (kind.name(), *count))),
        "bad": summary.bad,
        "links": summary.links,
        "forms": object(summary.forms.iter().map(|(form, count)| (*form, *count))),
        "classifications": object(summary.classifications.iter().map(|(level, count)| (level.as_str(), *count))),
        "diagnostics": object(summary.diagnostics.iter().map(|(code, count)| (code.name(), *count))),
        "outputs": summary.outputs.iter().map(|output| json!({
            "path": output.path, "files": output.files, "rows": output.rows, "bytes": output.bytes,
        })).collect::<Value>(),
    })
}

fn object<'n>(counts: impl Iterator<Item = (&'n str, u64)>) -> Value {
    counts.map(|(name, count)| (name.to_owned(), Value::from(count))).collect::<Map<_, _>>().into()
}
