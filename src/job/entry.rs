//! One input and what became of it: its records, each with its fate, and what else is known of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::convert::DocumentEnd;
use crate::source::{DocumentId, RecordId};
use crate::write::digest::Hash;

/// One input and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The input, a file.
    pub id: DocumentId,
    /// Bytes of the file.
    pub size: u64,
    /// Time of its last change in nanoseconds since 1970; absent where it was too fresh to be trusted.
    pub modified: Option<i64>,
    /// Time of the last change of the file or of what the file system says of it, in nanoseconds since 1970.
    pub changed: Option<i64>,
    /// What is in it.
    pub contents: Contents,
    /// The input is gone; its rows were kept.
    pub tombstone: bool,
    /// Version of the parser's rules that made the rows, where they were kept from other rules than those of the
    /// manifest.
    pub parser: Option<u32>,
}

/// What is in an input. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// SHA-256 of its bytes, where all could be read.
    pub sha256: Option<String>,
    /// Its records, in order.
    pub records: Arc<[RecordState]>,
    /// The documents in it that are not one whole record, as they end.
    pub documents: Arc<[DocumentEnd]>,
    /// Documents in it that are no cables and of which nothing else is known: they were left after their beginning.
    pub left: u64,
    /// Why it is bad as a whole, where it is.
    pub bad: Option<BadReason>,
}

/// One record of an input and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordState {
    /// Its name.
    pub id: RecordId,
    /// SHA-256 of its bytes without the line end, where they could be read: what copies have in common.
    pub text: Option<Hash>,
    /// Its line end.
    pub line_end: &'static str,
    /// What besides its bytes decides how it is read; as in [`BytesProof`](crate::convert::BytesProof).
    pub read_as: u64,
    /// What became of it.
    pub fate: Fate,
    /// What else is to be said of it.
    pub remark: Option<Box<Remark>>,
}

/// What is to be said of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// It is bad.
    Bad {
        /// Why.
        bad: BadReason,
        /// SHA-256 of its bytes, where they could be read.
        sha256: Option<String>,
    },
    /// It is no cable, but this, in the words of the status.
    NoCable(String),
}

/// Why an input is bad.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct BadReason {
    /// The code of the first error of a damaged cable, or `unreadable`.
    pub code: String,
    /// The whole reason, for a person to read.
    pub message: String,
}

impl BadReason {
    /// The code of what could not be read at all.
    pub const UNREADABLE: &str = "unreadable";

    /// Whether the input could not be read.
    pub fn is_unreadable(&self) -> bool {
        self.code == BadReason::UNREADABLE
    }
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is a row.
    Row(RowState),
    /// An earlier record has the same bytes but for the line end. What is in it is not known.
    Duplicate,
    /// It is no cable, or could not be read.
    Nothing,
}

/// Where a row is, and what other rows mean to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowState {
    /// Message reference number.
    pub mrn: Arc<str>,
    /// Folder of its partition; empty where outputs have none.
    pub unit: Arc<str>,
    /// Stem of its own file.
    pub stem: Arc<str>,
    /// Whether an earlier row has the same number and another text.
    pub repeated: bool,
}

impl Entry {
    /// Whether another entry says the same, times aside.
    pub fn says_as(&self, other: &Entry) -> bool {
        let timeless = |entry: &Entry| Entry { modified: None, changed: None, ..entry.clone() };
        self == other || timeless(self) == timeless(other)
    }

    /// The rows that it became.
    pub fn rows(&self) -> impl Iterator<Item = &RowState> {
        self.contents.rows()
    }
}

impl Contents {
    /// The rows among the records.
    pub fn rows(&self) -> impl Iterator<Item = &RowState> {
        self.records.iter().filter_map(RecordState::row)
    }

    /// The records that are rows.
    pub fn records_of_rows(&self) -> impl Iterator<Item = &RecordState> {
        self.records.iter().filter(|record| record.row().is_some())
    }

    /// Whether a row is among the records.
    pub fn has_rows(&self) -> bool {
        self.rows().next().is_some()
    }

    /// The records that are copies of earlier ones.
    pub fn duplicates(&self) -> impl Iterator<Item = &RecordState> {
        self.records.iter().filter(|record| record.fate == Fate::Duplicate)
    }

    /// Everything that is bad about it: the whole, with the input itself as its name, and records.
    pub fn bad<'c>(&'c self, input: &DocumentId) -> impl Iterator<Item = (RecordId, &'c BadReason, Option<&'c str>)> {
        let whole = self.bad.iter().map({
            let id = RecordId::whole(input.clone());
            move |bad| (id.clone(), bad, None)
        });
        let records = self.records.iter().filter_map(|record| match record.remark.as_deref()? {
            Remark::Bad { bad, sha256 } => Some((record.id.clone(), bad, sha256.as_deref())),
            Remark::NoCable(_) => None,
        });
        whole.chain(records)
    }

    /// Whether it was read and has nothing to do with cables: no row, no copy of one, and nothing that is bad.
    pub fn is_no_cable(&self) -> bool {
        let says_nothing = |record: &RecordState| record.fate == Fate::Nothing;
        self.sha256.is_some() && !self.is_bad() && self.records.iter().all(says_nothing)
    }

    /// Whether anything about it is bad.
    pub fn is_bad(&self) -> bool {
        let is_bad = |record: &RecordState| matches!(record.remark.as_deref(), Some(Remark::Bad { .. }));
        self.bad.is_some() || self.records.iter().any(is_bad)
    }

    /// The one record that the whole input is, where it is one.
    pub fn single(&self) -> Option<&RecordState> {
        match &*self.records {
            [record]
                if self.documents.is_empty() && record.id.number.is_none() && record.id.document.member().is_none() =>
            {
                Some(record)
            }
            _ => None,
        }
    }
}

impl RecordState {
    /// The row it became.
    pub fn row(&self) -> Option<&RowState> {
        match &self.fate {
            Fate::Row(row) => Some(row),
            Fate::Duplicate | Fate::Nothing => None,
        }
    }

    /// Whether another record is read as this one is.
    pub fn reads_as(&self, other: &RecordState) -> bool {
        let looks = |record: &RecordState| (record.text, record.line_end, record.read_as);
        self.text.is_some() && looks(self) == looks(other)
    }
}
