//! The counts of a run.

use std::collections::BTreeMap;

use super::outcome::{Outcome, Status};
use crate::diagnostic::Code;
use crate::dialect::NotACable;
use crate::schema::Record;
use crate::source::Passed;
use crate::write::Published;

/// Classifications that are counted one by one; what comes after them is counted together.
const CLASSIFICATIONS: usize = 32;

/// What a run found and wrote.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Files found.
    pub found: u64,
    /// Bytes of the files that were read.
    pub bytes: u64,
    /// Rows.
    pub cables: u64,
    /// Copies of earlier documents that became no row.
    pub duplicates: u64,
    /// Documents that are no cables, by kind.
    pub ignored: BTreeMap<NotACable, u64>,
    /// Bad inputs.
    pub bad: u64,
    /// Links not followed.
    pub links: u64,
    /// Cables by form of the header.
    pub forms: BTreeMap<&'static str, u64>,
    /// Cables by level when sent; the empty name stands for none.
    pub classifications: BTreeMap<String, u64>,
    /// Diagnostics by code.
    pub diagnostics: BTreeMap<Code, u64>,
    /// What was written.
    pub outputs: Vec<Published>,
}

impl Summary {
    /// Counts what became of one input.
    pub fn count(&mut self, outcome: &Outcome) {
        self.found += u64::from(!matches!(outcome.status, Status::Passed(_)));
        self.bytes += outcome.bytes.map_or(0, |(_, size)| size);
        match &outcome.status {
            Status::Cable => self.cables += 1,
            Status::Damaged { .. } => {
                self.cables += 1;
                self.bad += 1;
            }
            Status::Duplicate => self.duplicates += 1,
            Status::Ignored(kind) => *self.ignored.entry(*kind).or_default() += 1,
            Status::Unreadable(_) => self.bad += 1,
            Status::Passed(Passed::Link) => self.links += 1,
            Status::Passed(_) => {}
        }
    }

    /// Counts what stands in one row.
    pub fn describe(&mut self, record: &Record) {
        *self.forms.entry(record.cable.header_form.name()).or_default() += 1;
        for diagnostic in &record.diagnostics {
            *self.diagnostics.entry(diagnostic.code).or_default() += 1;
        }
        let level = record.cable.classification.as_deref().unwrap_or_default();
        if let Some(count) = self.classifications.get_mut(level) {
            *count += 1;
        } else {
            let level = if self.classifications.len() < CLASSIFICATIONS { level } else { "OTHER" };
            *self.classifications.entry(level.to_owned()).or_default() += 1;
        }
    }

    /// Documents that are no cables.
    pub fn not_cables(&self) -> u64 {
        self.ignored.values().sum()
    }
}
