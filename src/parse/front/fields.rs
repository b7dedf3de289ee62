//! What a document says of the cable outside its text.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cable::RecordField;
use crate::dialect::Envelope;

/// What the envelope and the record around a cable say of it.
#[derive(Debug, Default)]
pub struct Fields<'t> {
    /// The envelope, where there is one; without it the fields of a record are the cable's own.
    pub envelope: Option<Envelope<'t>>,
    /// Whether nothing but the envelope is there.
    pub is_all: bool,
    /// The identifier as it is in the document, else the name of the file.
    pub mrn_as_found: String,
    /// Title, verbatim.
    pub title: Option<String>,
    /// Calendar date.
    pub date: Option<Date>,
    /// Level, in words.
    pub classification: Option<String>,
    /// What follows `//` in the classification.
    pub controls: Vec<String>,
    /// Origin, such as `Embassy Astana`.
    pub origin: Option<String>,
    /// Whether the notice says that the text is an extract.
    pub partial: bool,
    /// When the record says the cable was sent.
    pub recorded_at: Option<Timestamp>,
    /// What no other field takes.
    pub record_fields: Vec<RecordField>,
}
