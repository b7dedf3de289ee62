//! What the keeper's record says of a cable: its numbers, its state, its indexes and its release.
//!
//! The keeper's word is never the cable's: nothing here fills a field of the cable itself.

use jiff::Timestamp;
use jiff::civil::Date;

/// The record that the keeper of a cable has of it; empty where a document is the cable alone.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct KeeperRecord {
    /// What kind of document the keeper says it is.
    pub kind: Option<RecordKind>,
    /// Number of the document or of the record, as found.
    pub number: Option<String>,
    /// How much of the text the keeper has.
    pub text_state: Option<TextState>,
    /// When the record says that the cable was sent.
    pub recorded_at: Option<Timestamp>,
    /// Day on which the cable was drafted.
    pub drafted_on: Option<Date>,
    /// Day on which the record was released.
    pub released_on: Option<Date>,
    /// Number of the microfilm and its frame, such as `D750242-0001`.
    pub film_number: Option<String>,
    /// Office that had action or wrote the cable, as found.
    pub office: Option<String>,
    /// SHA-256 of the whole page that the record is a stretch of, in lower-case hexadecimal digits.
    pub page_sha256: Option<String>,
    /// Number of bytes of that page.
    pub page_size: Option<u64>,
    /// Addressees as the keeper's index has them.
    pub recipients: Vec<String>,
    /// Handling restrictions that the record has now; those when sent are the cable's `controls`.
    pub restrictions: Vec<String>,
    /// Channels, such as `ROG`.
    pub channels: Vec<String>,
    /// Subjects from the keeper's controlled vocabulary.
    pub concepts: Vec<String>,
    /// TAGS as the keeper lists them, canonical.
    pub tags: Vec<String>,
    /// Canonical message reference numbers of the cables that the record lists as cited.
    pub cited_mrns: Vec<String>,
    /// Addresses of articles that used the cable.
    pub articles: Vec<String>,
    /// Reasons for which parts were not released, such as `B1`.
    pub release_exemptions: Vec<String>,
    /// Who released the record.
    pub release_authority: Option<String>,
    /// Number of the case in which it was released.
    pub case_number: Option<String>,
    /// Number of the document in that case.
    pub release_document: Option<String>,
}

named! {
    /// What kind of document a record is of.
    #[non_exhaustive]
    pub enum RecordKind {
        /// A telegram.
        Telegram = "telegram",
        /// An airgram: a dispatch that went by mail.
        Airgram = "airgram",
        /// A line of an index to documents that are kept elsewhere.
        IndexEntry = "index-entry",
        /// A notice that a document was withdrawn.
        Notice = "notice",
    }
}

named! {
    /// How much of the text a keeper has.
    #[non_exhaustive]
    pub enum TextState {
        /// All of it.
        Complete = "complete",
        /// Some of it: the text is known to be cut.
        Part = "part",
        /// It can no longer be read.
        Lost = "lost",
        /// It is on microfilm alone.
        Microfilm = "microfilm",
        /// It is withheld.
        Withheld = "withheld",
        /// The record never had one.
        None = "none",
    }
}
