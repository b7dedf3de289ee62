//! Names of what is read: a document, and a record within it. Cheap to clone, and ordered as the walk finds them.
//!
//! Never looks at a file: an identity is made where something is found, and travels from there to every output,
//! report and message.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A file, or one member of a container. Shown as `dump.zip!/cables.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentId {
    path: Arc<str>,
    member: Option<Arc<str>>,
}

impl DocumentId {
    /// The file of that path: `/`-separated, relative to the input, bytes that are not UTF-8 as `%XX`; standard input
    /// is `-`.
    pub fn file(path: impl Into<Arc<str>>) -> DocumentId {
        DocumentId { path: path.into(), member: None }
    }

    /// The document of that path and, where there is one, member: as outputs and inventories spell both.
    pub fn of(path: &str, member: Option<&str>) -> DocumentId {
        DocumentId { path: path.into(), member: member.map(Arc::from) }
    }

    /// The member of that name in the container that this document is.
    pub fn with_member(&self, member: impl Into<Arc<str>>) -> DocumentId {
        DocumentId { path: self.path.clone(), member: Some(member.into()) }
    }

    /// The file that it is, or that is the container it is in.
    pub fn input(&self) -> DocumentId {
        DocumentId { path: self.path.clone(), member: None }
    }

    /// Path of the file, as it is in `source.path`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Name within the container, as it is in `source.member`; `None` for a file.
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// Name without directories and extension.
    pub fn file_name(&self) -> &str {
        let name = self.member().unwrap_or(&self.path);
        let last = name.rsplit('/').next().unwrap_or_default();
        match last.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => last,
        }
    }
}

/// Names compare byte by byte, folder by folder: `a/b` comes before `a.txt`, as in a walk.
impl Ord for DocumentId {
    fn cmp(&self, other: &DocumentId) -> Ordering {
        let members = || self.member.cmp(&other.member);
        self.path.split('/').cmp(other.path.split('/')).then_with(members)
    }
}

impl PartialOrd for DocumentId {
    fn partial_cmp(&self, other: &DocumentId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        self.member.as_ref().map_or(Ok(()), |member| write!(out, "!/{member}"))
    }
}

/// The bytes of one cable within a document. Shown as `dump.zip!/cables.csv#123`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// The document it is in.
    pub document: DocumentId,
    /// Its number within the document, from 0; `None` where a document is by nature one record.
    pub number: Option<u32>,
    /// Its first byte within the document.
    pub start: u64,
}

impl RecordId {
    /// The document as one record.
    pub fn whole(document: DocumentId) -> RecordId {
        RecordId { document, number: None, start: 0 }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.document.fmt(out)?;
        self.number.map_or(Ok(()), |number| write!(out, "#{number}"))
    }
}
