//! Documents that are not one whole row, as outputs list them: dumps, containers, pages of which a stretch was kept.
//!
//! A document that is one whole row is proven by its row and is not listed. Here is what the rows of the others do not
//! say: how large a document is, its SHA-256, and which of its records are no row. With it `restore` writes the
//! document again. Knows no format: outputs carry the list as one line of JSON.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::source::DocumentId;

/// Key of the metadata that holds the list.
pub use crate::contract::DOCUMENTS_KEY;

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

/// A record that is no row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct NotRow {
    /// Its number in the document, from 0.
    pub record: u32,
    /// Its first byte in the document.
    pub start: u64,
    /// Why it is no row.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Why a record is no row.
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
}

/// The list as one line of JSON; nothing where there is none.
pub fn to_json(list: &[ListedDocument]) -> Option<String> {
    // Texts and numbers are always JSON.
    (!list.is_empty()).then(|| serde_json::to_string(list).unwrap_or_default())
}

/// The list that an output carries; empty where it carries none.
///
/// # Errors
/// Of kind `Verification` if it is damaged.
pub fn from_json(text: Option<&str>) -> Result<Vec<ListedDocument>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    serde_json::from_str(text)
        .map_err(|error| Error::verification(format!("the list of documents is damaged: {error}")))
}
