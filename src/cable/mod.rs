//! What a cable is, whatever the dialect it came in and the schema it goes out by.
//!
//! Plain owned values in the trade's words (5 FAH-2, ACP 127). Never knows an input or an output format;
//! an absent value is `None` or an empty list.

pub mod record;
pub mod reference;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::lex::class_word::Level;
pub use crate::lex::marking::Marking;
pub use crate::lex::mrn::Mrn;
pub use record::{KeeperRecord, RecordKind, TextState};
pub use reference::{Reference, ReferenceKind};

/// One diplomatic cable, normalized.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cable {
    /// Canonical message reference number, or the identifier as found where it cannot be repaired.
    pub mrn: String,
    /// The identifier as the document has it, or the file name where there is no envelope.
    pub mrn_as_found: String,
    /// Year of the message reference number, four digits.
    pub year: Option<i32>,
    /// Originating post in its canonical form, such as `NEWDELHI`.
    pub post: Option<String>,
    /// Serial number of the post in that year.
    pub serial: Option<i32>,
    /// Envelope title, verbatim.
    pub title: Option<String>,
    /// Calendar date of the envelope, else of `sent_at`.
    pub date: Option<Date>,
    /// Level when sent, in words: envelope, else text.
    pub classification: Option<String>,
    /// What follows `//` in the envelope's classification.
    pub controls: Vec<String>,
    /// Level of the text's own classification line, in words.
    pub text_classification: Option<String>,
    /// Origin as the envelope names it, such as `Embassy Astana`.
    pub origin: Option<String>,
    /// Which form of transmission header the document has.
    pub header_form: HeaderForm,
    /// The document has the partial-extract notice.
    pub partial: bool,
    /// The text is known to be cut.
    pub truncated: bool,
    /// The cable calls itself a corrected copy.
    pub corrected: bool,
    /// The cable asks for action.
    pub action_request: bool,
    /// Transmission identification (FL1), such as `VZCZCXRO7354`.
    pub transmission_id: Option<String>,
    /// Precedence for action addressees, from the date-time group line.
    pub action_precedence: Option<Precedence>,
    /// Precedence for information addressees, from the date-time group line.
    pub info_precedence: Option<Precedence>,
    /// Date-time group (FL5) as found.
    pub date_time_group: Option<String>,
    /// Number that the relay gave the message, from the dashed line of the office-distribution form.
    pub relay_counter: Option<String>,
    /// Best instant known: date-time group, DE line, dateline, record time.
    pub sent_at: Option<Timestamp>,
    /// The clock that `sent_at` is of.
    pub sent_at_basis: Option<Clock>,
    /// Operating signals with their arguments.
    pub signals: Vec<String>,
    /// Routing lines of the transmission header.
    pub routing: Option<Routing>,
    /// Originator (FM).
    pub originator: Option<String>,
    /// Action and information addressees in the order of the header.
    pub addressees: Vec<Addressee>,
    /// Offices of the office-distribution form.
    pub distribution_offices: Vec<DistributionOffice>,
    /// Drafters as found.
    pub drafters: Vec<String>,
    /// Approvers as found.
    pub approvers: Vec<String>,
    /// Clearances as found.
    pub clearances: Vec<String>,
    /// `n` of `SECTION n OF m`.
    pub section_number: Option<i32>,
    /// `m` of `SECTION n OF m`.
    pub section_count: Option<i32>,
    /// Sections of `m` that this text is known not to hold.
    pub missing_sections: Vec<i32>,
    /// Captions (`SIPDIS`, `NOFORN`, ...), a set in order of first appearance.
    pub captions: Vec<String>,
    /// Passing instructions, joined over wraps.
    pub passing_instructions: Vec<String>,
    /// Header and preamble lines that no other field takes.
    pub notes: Vec<String>,
    /// Number of the executive order.
    pub executive_order: Option<String>,
    /// Date of declassification.
    pub declassify_on: Option<Date>,
    /// Date of downgrading.
    pub downgrade_on: Option<Date>,
    /// Date on which the classification is to be reviewed (`RDS` of E.O. 12065).
    pub review_on: Option<Date>,
    /// Date on which the cable was already declassified.
    pub declassified_on: Option<Date>,
    /// Exemption marks (`OADR`, `X1`, ...).
    pub exemptions: Vec<String>,
    /// Value of the E.O. line after the number, as found.
    pub declassify_text: Option<String>,
    /// TAGS, canonical, in order of first appearance.
    pub tags: Vec<String>,
    /// Subject, unwrapped, without label and marking.
    pub subject: Option<String>,
    /// Portion marking of the subject.
    pub subject_marking: Option<Marking>,
    /// Items of the reference lines.
    pub references: Vec<Reference>,
    /// The original classification authority.
    pub classified_by: Option<ClassifiedBy>,
    /// Source of a derivative classification.
    pub derived_from: Option<String>,
    /// Reasons such as `1.4(b)`.
    pub classification_reasons: Vec<String>,
    /// Text of the summary.
    pub summary: Option<String>,
    /// Texts of the comments.
    pub comments: Vec<String>,
    /// Numbers of the paragraphs that carry the action request or that it names.
    pub action_paragraphs: Vec<i32>,
    /// Numbers of the paragraphs that ask to protect a source.
    pub protect_paragraphs: Vec<i32>,
    /// Paragraphs of the text.
    pub paragraphs: Vec<Paragraph>,
    /// Signers, upper case.
    pub signers: Vec<String>,
    /// Number of redactions.
    pub redaction_count: i32,
    /// What follows the signature.
    pub trailer: Option<String>,
    /// What the keeper's record says.
    pub record: KeeperRecord,
    /// Envelope or record fields that no other field takes.
    pub record_fields: Vec<RecordField>,
}

impl Cable {
    /// The highest level among envelope, classification line, subject, headings and paragraphs, in words.
    pub fn highest_classification(&self) -> Option<&'static str> {
        let words = [&self.classification, &self.text_classification].into_iter().flatten();
        let words = words.filter_map(|words| words.split("//").next());
        let headings = self.paragraphs.iter().filter_map(|paragraph| paragraph.heading_marking.as_ref());
        let portions = self.paragraphs.iter().filter_map(|paragraph| paragraph.marking.as_ref());
        let markings = self.subject_marking.iter().chain(headings).chain(portions);
        let levels = words.filter_map(|words| Level::of_words(words.trim()));
        levels.chain(markings.filter_map(|marking| Level::of_mark(marking.level()))).max().map(Level::words)
    }
}

named! {
    /// A clock that tells when a cable was sent, the best first.
    pub enum Clock {
        /// The date-time group.
        DateTimeGroup = "date-time-group",
        /// The time of file of the DE line.
        TimeOfFile = "time-of-file",
        /// An editor's dateline.
        Dateline = "dateline",
        /// The record around the cable.
        Record = "record",
    }
}

named! {
    /// Which form of transmission header a document has.
    #[derive(Default)]
    pub enum HeaderForm {
        /// Begins with a transmission identification.
        Routed = "routed",
        /// Begins with a date-time group, telex style.
        Unrouted = "unrouted",
        /// Begins with the office-distribution form.
        Office = "office",
        /// There is a text but no transmission header.
        #[default]
        None = "none",
        /// There is an envelope and nothing else.
        Empty = "empty",
    }
}

named! {
    /// How fast a message is to be handled (ACP 121).
    pub enum Precedence {
        /// `R`
        Routine = "ROUTINE",
        /// `P`
        Priority = "PRIORITY",
        /// `O`
        Immediate = "IMMEDIATE",
        /// `O` with the demand to wake the recipient: night action.
        NiactImmediate = "NIACT IMMEDIATE",
        /// `Z`
        Flash = "FLASH",
    }
}

impl Precedence {
    /// The precedence of a word, in any case.
    pub fn from_name(name: &str) -> Option<Precedence> {
        Precedence::ALL.iter().copied().find(|precedence| precedence.name().eq_ignore_ascii_case(name))
    }

    /// The precedence of a prosign letter (`Z`, `O`, `P`, `R`).
    pub fn from_letter(letter: char) -> Option<Precedence> {
        match letter {
            'Z' => Some(Precedence::Flash),
            'O' => Some(Precedence::Immediate),
            'P' => Some(Precedence::Priority),
            'R' => Some(Precedence::Routine),
            _ => None,
        }
    }
}

/// The routing lines of a transmission header (FL2 to FL4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// Routing indicators of the called stations.
    pub called_stations: Vec<String>,
    /// Precedence of the call.
    pub call_precedence: Option<Precedence>,
    /// Routing indicator of the originating station.
    pub station: Option<String>,
    /// Station serial number, the cable's serial modulo 10,000.
    pub station_serial: Option<i32>,
    /// `/01` after the station serial number.
    pub station_section: Option<i32>,
    /// Day and time of file.
    pub filed_at: Option<Timestamp>,
    /// Security warning as found, such as `ZNR UUUUU`.
    pub security_warning: Option<String>,
}

named! {
    /// Whether an addressee is to act or to know.
    pub enum Role {
        /// Under `TO`, or an action office.
        Action = "action",
        /// Under `INFO`, or an information office.
        Info = "info",
        /// The originating office of the office-distribution form.
        Origin = "origin",
    }
}

/// One addressee of the header.
#[derive(Clone, Debug, PartialEq)]
pub struct Addressee {
    /// Action or information.
    pub role: Role,
    /// Routing indicator before the slash.
    pub routing_indicator: Option<String>,
    /// Canonical post, where the addressee is one.
    pub to_post: Option<String>,
    /// Precedence word on the addressee's line.
    pub precedence: Option<Precedence>,
    /// Message continuity number, zeros kept.
    pub continuity_number: Option<String>,
    /// Plain language address designator, spaces collapsed.
    pub name: String,
    /// Office symbols between double slashes.
    pub offices: Vec<String>,
    /// Addressees of a collective that do not get the message (XMT).
    pub exclusions: Vec<String>,
}

/// One office of the office-distribution form.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionOffice {
    /// Action, information or origin.
    pub role: Role,
    /// Copies for the office.
    pub copy_count: Option<i32>,
    /// Symbol of the office.
    pub office: String,
}

/// Who classified the cable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassifiedBy {
    /// Name; two as `A and B`.
    pub name: Option<String>,
    /// Position, such as `Deputy Chief of Mission`.
    pub position: Option<String>,
    /// Office, such as `U.S. Embassy, Astana`.
    pub office: Option<String>,
    /// The whole field, wraps joined, without its label.
    pub text: String,
}

/// One paragraph of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paragraph {
    /// Number, where it has one.
    pub number: Option<i32>,
    /// Portion marking.
    pub marking: Option<Marking>,
    /// Section of the telegram in which it begins, where known.
    pub section: Option<i32>,
    /// Portion marking of the heading.
    pub heading_marking: Option<Marking>,
    /// Heading it is under, on the first paragraph under it.
    pub heading: Option<String>,
    /// Text without number, marking, page lines and debris; wraps joined, blocks separated by a blank line.
    pub text: String,
}

/// One field of an envelope or record that no column takes.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordField {
    /// Name of the field.
    pub name: String,
    /// Value as found.
    pub value: String,
    /// Whether the keeper's record holds the value whole: schemas that have a column for it need not repeat it.
    pub is_held: bool,
}

impl RecordField {
    /// A field that nothing else holds.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> RecordField {
        RecordField { name: name.into(), value: value.into(), is_held: false }
    }
}
