//! The counts of a run.

use std::collections::BTreeMap;

use super::feed::DocumentEnd;
use super::outcome::{Outcome, Status};
use crate::contract::ListTexts;
use crate::count::count;
use crate::diagnostic::Code;
use crate::dialect::NotACable;
use crate::documents::{self, LeftOut, ListedDocument, NotRow, OutputLists, Reason};
use crate::error::{Error, Result};
use crate::schema::Row;
use crate::source::{DocumentId, Passed};
use crate::write::Published;
use crate::write::digest::hexadecimal;

/// Classifications that are counted one by one; what comes after them is counted together.
const CLASSIFICATIONS: usize = 32;

/// What a run found and wrote.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Inputs found: files, containers, standard input.
    pub found: u64,
    /// Documents in them.
    pub documents: u64,
    /// Records in them, those included that became no row.
    pub records: u64,
    /// Bytes of the records that were read.
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
    /// Cables by level when sent; the empty name is for none.
    pub classifications: BTreeMap<String, u64>,
    /// Diagnostics by code.
    pub diagnostics: BTreeMap<Code, u64>,
    /// What was written.
    pub outputs: Vec<Published>,
    /// The documents that are not one whole row.
    pub listed: Vec<ListedDocument>,
    /// The documents that are in no output.
    pub left_out: LeftOut,
    /// The document that was reported last, and its records that are no row.
    last: Option<(DocumentId, Vec<NotRow>)>,
}

impl Summary {
    /// Counts what became of one record, or of a document as a whole.
    pub fn count(&mut self, outcome: &Outcome) {
        if !matches!(outcome.status, Status::Passed(_)) {
            self.enter(&outcome.id.document);
            self.records += 1;
        }
        if let (Some((_, not_rows)), Some(not_row)) = (&mut self.last, not_row(outcome)) {
            not_rows.push(not_row);
        }
        self.left_out.add(left_out(outcome));
        self.bytes += outcome.proof.map_or(0, |proof| proof.size);
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

    /// Refuses a run that found no cable; `advice` is what else the command offers.
    pub(crate) fn refuse_empty(&self, advice: &str) -> Result<()> {
        match (self.cables, self.found) {
            (0, 0) => Err(Error::input(format!("no file was found; check the input and --include{advice}"))),
            (0, found) => {
                let (files, kinds) = (count(found, "file", "files"), self.what_else());
                Err(Error::input(format!("no cable among {files}{kinds}; name other inputs{advice}")))
            }
            _ => Ok(()),
        }
    }

    /// What was found that is no cable, each kind with what to do; empty if there is nothing to tell.
    fn what_else(&self) -> String {
        let ignored = self.ignored.iter().map(|(kind, count)| match kind.advice() {
            Some(advice) => format!("{} {count} ({advice})", kind.name()),
            None => format!("{} {count}", kind.name()),
        });
        let kinds: Vec<String> = ignored.chain((self.bad > 0).then(|| format!("bad {}", self.bad))).collect();
        if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) }
    }

    /// The counts without the lists, which grow with the documents.
    pub(crate) fn counts_alone(&self) -> Summary {
        Summary {
            ignored: self.ignored.clone(),
            forms: self.forms.clone(),
            classifications: self.classifications.clone(),
            diagnostics: self.diagnostics.clone(),
            outputs: Vec::new(),
            listed: Vec::new(),
            last: None,
            ..*self
        }
    }

    /// Lists a document that is not one whole row, or a container.
    pub fn end(&mut self, whole: DocumentEnd) {
        let not_rows = match &mut self.last {
            Some((last, not_rows)) if *last == whole.id => std::mem::take(not_rows),
            _ => {
                self.enter_input(&whole.id);
                Vec::new()
            }
        };
        self.listed.push(whole.listed(not_rows));
    }

    /// Lists what an output lists.
    pub(super) fn list(&mut self, texts: &ListTexts) -> Result<()> {
        self.take(OutputLists::of(texts)?);
        Ok(())
    }

    /// Takes over what outputs list.
    pub(super) fn take(&mut self, lists: OutputLists) {
        self.listed.extend(lists.documents);
        self.left_out.add(lists.left_out);
    }

    /// What the outputs of the run are to list.
    pub(crate) fn lists(&self) -> ListTexts {
        documents::texts(&self.listed, self.left_out)
    }

    /// Counts a document that is reported for the first time, and the input it is in.
    fn enter(&mut self, document: &DocumentId) {
        if self.last.as_ref().is_none_or(|(last, _)| last != document) {
            self.documents += 1;
            self.enter_input(document);
        }
    }

    fn enter_input(&mut self, document: &DocumentId) {
        self.found += u64::from(self.last.as_ref().is_none_or(|(last, _)| last.path() != document.path()));
        self.last = Some((document.clone(), Vec::new()));
    }

    /// Counts what one row holds.
    pub fn describe(&mut self, record: &Row) {
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

impl DocumentEnd {
    /// What an output lists of it; `not_rows` are those of its records that are no row.
    pub(crate) fn listed(&self, not_rows: Vec<NotRow>) -> ListedDocument {
        let DocumentEnd { id, kind, size, sha256, records } = self;
        let (path, member) = (id.path().to_owned(), id.member().map(str::to_owned));
        let (kind, sha256) = (kind.to_string(), hexadecimal(sha256));
        ListedDocument { path, member, kind, size: *size, sha256, records: *records, not_rows }
    }
}

/// What is in no output because of this: a document as a whole that is not a row.
fn left_out(outcome: &Outcome) -> LeftOut {
    let mut left_out = LeftOut::default();
    if outcome.id.number.is_none() {
        match outcome.status {
            Status::Duplicate => left_out.duplicates = 1,
            Status::Ignored(_) => left_out.not_cables = 1,
            Status::Unreadable(_) => left_out.unreadable = 1,
            Status::Cable | Status::Damaged { .. } | Status::Passed(_) => {}
        }
    }
    left_out
}

/// What a list says of a record that is not a row; nothing of a document that is one record.
fn not_row(outcome: &Outcome) -> Option<NotRow> {
    let record = outcome.id.number?;
    let reason = match (&outcome.status, &outcome.proof) {
        (Status::Cable | Status::Damaged { .. }, _) => return None,
        (Status::Duplicate, Some(proof)) => {
            let line_end = proof.line_end.to_owned();
            Reason::SameAs { text_sha256: hexadecimal(&proof.text_sha256), line_end }
        }
        (status, _) => Reason::Left(status.to_string()),
    };
    Some(NotRow { record, start: outcome.id.start, reason })
}
