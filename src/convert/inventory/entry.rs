//! One line of an inventory, and its columns in their order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::outcome::{Outcome, Status};
use super::super::{DocumentEnd, WrittenFiles};
use super::delivered::Delivered;
use crate::contract::INVENTORY_COLUMNS;
use crate::count::count;
use crate::error::Result;
use crate::read::node::Node;
use crate::schema::Row;
use crate::source::{DocumentId, RecordId};
use crate::write::digest::{Hash, hexadecimal};

/// What became of one delivered file, of one record in it, or of a document of several records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct InventoryEntry {
    /// Path of the file, as in `source.path`.
    pub path: String,
    /// Name within the container, as in `source.member`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Number of the record in its document, from 0; `None` for a document that is one record, and for one as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u32>,
    /// First byte of the record in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    /// Number of bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When the file was last changed; `None` for what is inside a file.
    #[serde(with = "moment", skip_serializing_if = "Option::is_none", default)]
    pub modified: Option<Timestamp>,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The dialect, the kind of container, or what it is instead of a cable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What became of it.
    pub status: InputFate,
    /// Why it is not a row, or what makes it a bad one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The document of the row that a duplicate equals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as_path: Option<String>,
    /// First byte of that row in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as_start: Option<u64>,
    /// Message reference number of the row, or of the row that it equals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mrn: Option<String>,
    /// File that holds the row, of the first output that is not in partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Codes of the diagnostics of the row.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub diagnostics: Vec<String>,
}

named! {
    /// What became of an input.
    #[derive(Default, Deserialize, Serialize)]
    #[serde(rename_all = "lowercase")]
    #[non_exhaustive]
    pub enum InputFate {
        /// It is a row.
        Row = "row",
        /// Its bytes are those of a row, a line end aside.
        Duplicate = "duplicate",
        /// It could not be read.
        Bad = "bad",
        /// It is no cable.
        #[default]
        Ignored = "ignored",
        /// A container, or a document of several records: they have lines of their own.
        Document = "document",
    }
}

/// An entry with what copies have in common, as it waits for the end of the run.
#[derive(Debug, Deserialize, Serialize)]
pub struct Waiting {
    /// The entry, without what is known only at the end.
    pub entry: InventoryEntry,
    /// SHA-256 of the text without its line end, where the input is a row or equals one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Hash>,
}

impl Waiting {
    /// What became of one record, or of a document that is one.
    pub fn of(outcome: &Outcome, row: Option<&Row>, delivered: Option<&Delivered>) -> Waiting {
        let mut entry = InventoryEntry::named(&outcome.id, delivered);
        entry.size = outcome.proof.map(|proof| proof.size).or(entry.size);
        entry.sha256 = outcome.proof.map(|proof| hexadecimal(&proof.sha256));
        entry.kind = row.map(|row| row.provenance.dialect.to_owned());
        entry.mrn = row.map(|row| row.cable.mrn.clone());
        entry.diagnostics = row.map(codes).unwrap_or_default();
        entry.status = match &outcome.status {
            Status::Cable | Status::Damaged { .. } => InputFate::Row,
            Status::Duplicate => InputFate::Duplicate,
            Status::Unreadable(_) => InputFate::Bad,
            Status::Ignored(_) | Status::Passed(_) => InputFate::Ignored,
        };
        if let Status::Ignored(kind) = outcome.status {
            entry.kind = Some(kind.name().to_owned());
        }
        if outcome.status != Status::Cable {
            entry.reason = Some(outcome.reason());
        }
        let has_text = matches!(entry.status, InputFate::Row | InputFate::Duplicate);
        let text = outcome.proof.map(|proof| proof.text_sha256).filter(|_| has_text);
        Waiting { entry, text }
    }

    /// A container, or a document of several records.
    pub fn whole(whole: &DocumentEnd, delivered: Option<&Delivered>) -> Waiting {
        let mut entry = InventoryEntry::named(&RecordId::whole(whole.id.clone()), delivered);
        entry.start = None;
        entry.size = Some(whole.size);
        entry.sha256 = Some(hexadecimal(&whole.sha256));
        entry.kind = Some(whole.kind.to_string());
        entry.status = InputFate::Document;
        let records = |number| format!("{}, each with a line of its own", count(number, "record", "records"));
        entry.reason = whole.records.map(records);
        Waiting { entry, text: None }
    }
}

impl InventoryEntry {
    fn named(id: &RecordId, delivered: Option<&Delivered>) -> InventoryEntry {
        let file = delivered.filter(|_| id.document.member().is_none());
        InventoryEntry {
            path: id.document.path().to_owned(),
            member: id.document.member().map(str::to_owned),
            record: id.number,
            start: Some(id.start),
            size: file.map(|file| file.size),
            modified: file.and_then(|file| file.modified),
            ..InventoryEntry::default()
        }
    }

    /// Says which row a duplicate equals.
    pub fn same_as(&mut self, row: &InventoryEntry) {
        self.same_as_path = Some(DocumentId::of(&row.path, row.member.as_deref()).to_string());
        self.same_as_start = row.start;
        self.mrn.clone_from(&row.mrn);
        self.kind.clone_from(&row.kind);
    }

    /// Says which file holds the row.
    pub fn written(&mut self, written: &mut WrittenFiles) -> Result<()> {
        if self.status == InputFate::Row {
            self.output = written.next()?;
        }
        Ok(())
    }

    /// The values of all columns, in their order.
    pub fn cells(&self) -> Vec<Node> {
        let text = |text: &Option<String>| text.clone().map_or(Node::Null, Node::Text);
        let number = |number: Option<u64>| number.map_or(Node::Null, |number| Node::Int(number.cast_signed()));
        vec![
            Node::Text(self.path.clone()),
            text(&self.member),
            number(self.record.map(u64::from)),
            number(self.start),
            number(self.size),
            text(&self.modified.map(|moment| moment.to_string())),
            text(&self.sha256),
            text(&self.kind),
            Node::Text(self.status.name().to_owned()),
            text(&self.reason),
            text(&self.same_as_path),
            number(self.same_as_start),
            text(&self.mrn),
            text(&self.output),
            Node::List(self.diagnostics.iter().cloned().map(Node::Text).collect()),
        ]
    }
}

fn codes(row: &Row) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for diagnostic in &row.diagnostics {
        let code = diagnostic.code.name();
        if !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// Instants in RFC 3339.
mod moment {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(moment: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => serializer.collect_str(moment),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(de::Error::custom)).transpose()
    }
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// Instants.
    Moment,
    /// Lists of words.
    Words,
}

/// Names and kinds of the columns.
pub fn columns() -> [(&'static str, Kind); INVENTORY_COLUMNS.len()] {
    INVENTORY_COLUMNS.map(|name| {
        let kind = match name {
            "record" | "start" | "size" | "same_as_start" => Kind::Number,
            "modified" => Kind::Moment,
            "diagnostics" => Kind::Words,
            _ => Kind::Text,
        };
        (name, kind)
    })
}
