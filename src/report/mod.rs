//! Inputs to a page that says whether they can be accepted, and why: one file of HTML, and the same facts as JSON.
//!
//! ```text
//! run ─► Tally ─► AccessionFacts ─► decide ─┬─► page (HTML)
//!        counts   numbers          └─► JSON
//! ```
//!
//! Memory does not grow with the number of cables but for eight bytes each and eight for each citation. The page loads and
//! runs nothing, and has no list of all cables. Prints nothing and reads no clock.

mod chart;
mod decide;
mod facts;
mod html;
mod info;
mod page;
mod previous;
mod series;
mod table;
mod tally;

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use facts::{
    Absent, Accession, AccessionFacts, Arrived, Characters, Count, Decision, DeliveryChanges, FORM, FilesAndBytes,
    Gaps, LevelCoverage, Line, Made, Markings, Names, OddLine, Oddity, Other, RowProof, Series, Version, Versions,
    Weight, Whole,
};
pub(crate) use html::Markup;
pub use info::{Info, Rule};
pub use page::page;
pub use tally::Tally;

use crate::convert::{MaxBad, Observer, Rules, Summary, TOOL, look};
use crate::error::{Error, Result};
use crate::parse::RULES_VERSION;
use crate::source::Selection;
use crate::write::{Existing, Staging, check_file};
use previous::Previous;

/// What a report says besides what it counts.
#[derive(Clone, Debug, Default)]
pub struct ReportRequest {
    /// Number or name of the accession.
    pub id: Option<String>,
    /// What the archive knows, and how it decides.
    pub info: Info,
    /// The inventory of the last delivery.
    pub previous: Option<PathBuf>,
    /// Bad inputs that are allowed.
    pub max_bad: MaxBad,
    /// When the report is made.
    pub now: Timestamp,
}

impl ReportRequest {
    /// Begins to count what a run tells, which is passed on.
    ///
    /// # Errors
    /// If the previous inventory cannot be read.
    pub fn tally<'o>(&self, observer: &'o dyn Observer) -> Result<Tally<'o>> {
        let previous = self.previous.as_deref().map(Previous::read).transpose()?;
        Ok(Tally::begin(observer, TimeZone::UTC.to_datetime(self.now).date(), previous))
    }

    /// What was counted, with what is to be decided.
    pub fn complete(&self, mut facts: AccessionFacts, schema: &str) -> AccessionFacts {
        facts.report = FORM;
        facts.accession = self.info.accession(self.id.as_deref());
        let (at, tool, schema) = (self.now.to_string(), TOOL.to_owned(), schema.to_owned());
        facts.made = Made { at, tool, schema, rules: RULES_VERSION };
        facts.decisions = decide::decide(&facts, &self.info, self.max_bad);
        facts
    }
}

impl AccessionFacts {
    /// Refuses what fails a rule.
    ///
    /// # Errors
    /// Of kind `BadInput`, with all that was found.
    pub fn refuse_failed(&self) -> Result<()> {
        let failed = self.decisions.iter().filter(|decision| decision.weight == Weight::Fail);
        let found: Vec<&str> = failed.map(|decision| decision.sentence.as_str()).collect();
        if found.is_empty() { Ok(()) } else { Err(Error::rule_failed(&found.join(" "))) }
    }
}

/// Reads a selection and gives the facts of its report; writes nothing.
///
/// # Errors
/// As those of a conversion, but for bad inputs, which are facts.
pub fn report(
    selection: &Selection,
    rules: &Rules,
    request: &ReportRequest,
    observer: &dyn Observer,
) -> Result<(AccessionFacts, Summary)> {
    let tally = request.tally(observer)?;
    let summary = look(selection, rules, &tally)?;
    let mut facts = tally.finish()?;
    facts.arrived.filters = selection.filter.words().map(str::to_owned).collect();
    Ok((request.complete(facts, rules.schema.version()), summary))
}

/// Where a report is written: the page, and the JSON beside it.
#[derive(Debug)]
pub struct Files {
    page: Staging,
    json: Staging,
}

impl Files {
    /// Refuses at once what cannot be written.
    ///
    /// # Errors
    /// Of kind `Usage` if the name does not end in `.html`, `Output` if it is taken.
    pub fn begin(page: &Path, existing: Existing) -> Result<Files> {
        if page.extension().is_none_or(|ending| ending != "html") {
            let advice = "let it end in .html; the same facts are written beside it as .json";
            return Err(Error::usage(format!("{}: {advice}", page.display())));
        }
        let json = page.with_extension("json");
        for path in [page, &json] {
            check_file(path, existing)?;
        }
        Ok(Files { page: Staging::file(page, existing)?, json: Staging::file(&json, existing)? })
    }

    /// Writes and publishes both.
    ///
    /// # Errors
    /// Of kind `Output`.
    pub fn finish(mut self, facts: &AccessionFacts) -> Result<()> {
        for (staging, text) in [(&mut self.page, page(facts)), (&mut self.json, json(facts))] {
            let written = staging.handle.write_all(text.as_bytes()).and_then(|()| staging.handle.sync_all());
            written.map_err(|error| {
                let path = staging.target();
                Error::output(format!("cannot write {}: {error}; name another place", path.display()))
            })?;
        }
        self.json.publish()?;
        self.page.publish()
    }
}

/// The facts as JSON, for people to read as well.
pub fn json(facts: &AccessionFacts) -> String {
    // Texts and numbers are always JSON.
    serde_json::to_string_pretty(facts).unwrap_or_default() + "\n"
}
