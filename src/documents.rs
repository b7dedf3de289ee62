//! Documents that are not one whole row, as outputs list them: dumps, containers, pages of which a stretch was kept; and
//! how many documents are not in the output at all.
//!
//! A document that is one whole row is proven by its row and is not listed. Here is what the rows of the others do not
//! say: how large a document is, its SHA-256, and which of its records are no row. With it `restore` writes the
//! document again. Knows no format: outputs carry the list and the counts as one line of JSON each.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::contract::ListTexts;
use crate::error::{Error, Result};
use crate::source::DocumentId;

/// Keys of the metadata that hold the list and the counts.
pub use crate::contract::{DOCUMENTS_KEY, LEFT_OUT_KEY};

/// A document that is not one whole row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ListedDocument {
    /// Path as in `source.path`.
    pub path: String,
    /// Name within the container, as in `source.member`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The dialect, as in `source.dialect`, or the kind of container.
    pub kind: String,
    /// Number of bytes.
    pub size: u64,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Number of records in it; none for a container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// The records that are no row, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_rows: Vec<NotRow>,
}

/// A record that is not a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct NotRow {
    /// Its number in the document, from 0.
    pub record: u32,
    /// Its first byte in the document.
    pub start: u64,
    /// Why it is not a row.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Why a record is not a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It equals a row but for the line end.
    SameAs {
        /// SHA-256 of its bytes without the line end, which are also those of the row.
        text_sha256: String,
        /// Its line end.
        line_end: String,
    },
    /// It could not be read, or is no cable.
    Left(String),
}

impl ListedDocument {
    /// Its name.
    pub fn id(&self) -> DocumentId {
        DocumentId::of(&self.path, self.member.as_deref())
    }

    /// Whether it is one record of which a row keeps a stretch: a web page.
    pub fn is_page(&self) -> bool {
        self.records == Some(1) && self.not_rows.is_empty()
    }
}

/// How many documents a run looked at that are not in its outputs: files, and members of containers. A record that is no
/// row is not counted: its document is listed. Nor is what a run does not look at: links, and what a filter leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LeftOut {
    /// Documents with the bytes of an earlier one.
    #[serde(skip_serializing_if = "is_zero")]
    pub duplicates: u64,
    /// Whether the run ended at its limit of rows, so that what comes after the last row was not looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
    /// Documents that are no cables.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_cables: u64,
    /// Documents that could not be read, or not to their end.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable: u64,
}

/// What an output says of its documents besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputLists {
    /// The documents that are not one whole row.
    pub documents: Vec<ListedDocument>,
    /// What is not in the output: nothing where all is, or where the output does not say.
    pub left_out: LeftOut,
}

impl LeftOut {
    /// How many documents are known not to be in the output.
    pub fn documents(&self) -> u64 {
        self.duplicates + self.not_cables + self.unreadable
    }

    /// Whether nothing is known to be left out.
    pub fn is_empty(&self) -> bool {
        *self == LeftOut::default()
    }

    /// Adds what another run, or another part of one, left out.
    pub fn add(&mut self, other: LeftOut) {
        self.duplicates = self.duplicates.saturating_add(other.duplicates);
        self.not_cables = self.not_cables.saturating_add(other.not_cables);
        self.unreadable = self.unreadable.saturating_add(other.unreadable);
        self.limited |= other.limited;
    }
}

/// The counts by reason, such as `2 not cables, 1 unreadable`.
impl fmt::Display for LeftOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            (self.duplicates, "duplicate", "duplicates"),
            (self.not_cables, "not a cable", "not cables"),
            (self.unreadable, "unreadable", "unreadable"),
        ];
        let counted = named.into_iter().filter(|(count, ..)| *count > 0);
        for (place, (count, one, many)) in counted.enumerate() {
            let separator = if place == 0 { "" } else { ", " };
            write!(out, "{separator}{count} {}", if count == 1 { one } else { many })?;
        }
        Ok(())
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The counts as an output carries them, and what proves them and the list.
#[derive(Default, Deserialize, Serialize)]
struct SealedCounts {
    #[serde(flatten)]
    left_out: LeftOut,
    /// SHA-256 of both, as `seal` gives it. Earlier programs wrote none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lists_sha256: Option<String>,
}

impl OutputLists {
    /// What an output carries.
    ///
    /// # Errors
    /// Of kind `Verification` if it is damaged.
    pub fn of(texts: &ListTexts) -> Result<OutputLists> {
        let (lists, seal) = parsed(texts)?;
        match seal.is_none_or(|seal| seal == self::seal(&lists.documents, lists.left_out)) {
            true => Ok(lists),
            false => Err(damaged("it is not what was written")),
        }
    }

    /// What an output carries, for those who prove each document by itself.
    ///
    /// # Errors
    /// Of kind `Verification` if it cannot be read.
    pub fn unproven(texts: &ListTexts) -> Result<OutputLists> {
        parsed(texts).map(|(lists, _)| lists)
    }

    /// Adds what another file of the same output, or another output, carries.
    pub fn add(&mut self, other: OutputLists) {
        self.documents.extend(other.documents);
        self.left_out.add(other.left_out);
    }
}

/// What an output is to carry of these; no text where nothing is to be said.
pub fn texts(documents: &[ListedDocument], left_out: LeftOut) -> ListTexts {
    if documents.is_empty() && left_out.is_empty() {
        return ListTexts::default();
    }
    let counts = SealedCounts { left_out, lists_sha256: Some(seal(documents, left_out)) };
    ListTexts { documents: (!documents.is_empty()).then(|| json(&documents)), left_out: Some(json(&counts)) }
}

/// What an output carries, and its seal.
fn parsed(texts: &ListTexts) -> Result<(OutputLists, Option<String>)> {
    let documents = texts.documents.as_deref().map(serde_json::from_str).transpose().map_err(damaged)?;
    let counts = texts.left_out.as_deref().map(serde_json::from_str).transpose().map_err(damaged)?;
    let SealedCounts { left_out, lists_sha256 } = counts.unwrap_or_default();
    Ok((OutputLists { documents: documents.unwrap_or_default(), left_out }, lists_sha256))
}

/// The SHA-256 of the JSON of the list and the counts.
fn seal(documents: &[ListedDocument], left_out: LeftOut) -> String {
    Sha256::digest(json(&(documents, left_out))).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Texts and numbers are always JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn damaged(what: impl fmt::Display) -> Error {
    Error::verification(format!("the list of documents is damaged: {what}"))
}
