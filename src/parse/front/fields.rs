//! What a document says of the cable outside its text: an envelope, the columns of a row, the table of a page.
//!
//! One table, [`read_field`], says for each key of a field which column it fills and as what its stretch is read,
//! whatever form the document has. A keeper's word never fills what only the cable can say: not its subject, references
//! and tags.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dates;
use super::keeper;
use crate::cable::{KeeperRecord, Precedence, RecordField};
use crate::diagnostic::Code;
use crate::dialect::{Content, DateForm, FieldKey, RecordKey, Transcript};
use crate::lex::Piece;
use crate::lex::date::{envelope_date, named_month_date};
use crate::lex::envelope::classification_parts;
use crate::parse::reading::{Notes, Zone};

/// What the envelope and the record around a cable say of it.
#[derive(Debug, Default)]
pub struct FrontFields<'t> {
    /// Where it is said.
    pub places: Places<'t>,
    /// Whether nothing but the fields is there.
    pub is_all: bool,
    /// Whether a part of the text is known to be missing, or all of it.
    pub is_incomplete: bool,
    /// The identifier as it is in the document, else the name of the file.
    pub mrn_as_found: String,
    /// How it is written.
    pub identifier_form: IdentifierForm,
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
    /// Precedence for the action addressees.
    pub precedence: Option<Precedence>,
    /// When the stamp of the record says it was declassified.
    pub declassified_on: Option<Date>,
    /// TAGS, as the keeper lists them.
    pub tags: Option<Piece<'t>>,
    /// What the keeper says of the record.
    pub record: KeeperRecord,
    /// What no other field takes.
    pub record_fields: Vec<RecordField>,
}

/// How the identifier of a record is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdentifierForm {
    /// As a message reference number: `09ASTANA1005`. Misspellings are repaired.
    #[default]
    Reference,
    /// As a document number of the Central Foreign Policy Files: `1975LIMA09123`. What is garbled stays so.
    DocumentNumber,
}

/// Where fields are that are compared with the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'t> {
    /// The identifier; without one the fields of a record within the text are the cable's own.
    pub id: Option<Piece<'t>>,
    /// The title.
    pub title: Option<Piece<'t>>,
    /// The date.
    pub date: Option<Piece<'t>>,
    /// The date, where its minute is not known.
    pub unsure_minute: Option<Piece<'t>>,
}

/// The lines of header and body.
#[derive(Debug, Default)]
pub struct ContentLines<'t> {
    /// Those of the header before those of the body.
    pub lines: Vec<Piece<'t>>,
    /// Where the body begins in the working text; `None` if the document does not say.
    pub border: Option<usize>,
}

/// Reads the fields; returns the lines of header and body as well.
pub fn read<'t>(transcript: &'t Transcript, notes: &mut Notes<'t>) -> (FrontFields<'t>, ContentLines<'t>) {
    let mut fields = FrontFields { is_incomplete: transcript.is_incomplete(), ..FrontFields::default() };
    for (key, value) in transcript.fields() {
        read_field(transcript, key, value, &mut fields, notes);
    }
    if fields.mrn_as_found.is_empty() {
        fields.mrn_as_found = transcript.file_name().to_owned();
    }
    let lines = match transcript.content() {
        Content::Whole(range) => ContentLines { lines: transcript.lines_of(range), border: None },
        Content::TextAlone(range) => ContentLines { lines: transcript.lines_of(range), border: Some(range.start) },
        Content::Halves { header, body } => {
            let mut lines = transcript.lines_of(header);
            lines.append(&mut transcript.lines_of(body));
            ContentLines { lines, border: Some(body.start) }
        }
    };
    fields.is_all = transcript.has_fields() && lines.lines.iter().all(Piece::is_blank);
    (fields, lines)
}

/// The table: what a key fills, and as what its value is read.
fn read_field<'t>(
    transcript: &'t Transcript,
    key: &FieldKey,
    value: Piece<'t>,
    fields: &mut FrontFields<'t>,
    notes: &mut Notes<'t>,
) {
    let text = value.text.trim();
    let zone = match key {
        FieldKey::Identifier | FieldKey::DocumentNumber => {
            if *key == FieldKey::DocumentNumber {
                fields.record.number = Some(text.to_owned());
                fields.identifier_form = IdentifierForm::DocumentNumber;
            }
            fields.mrn_as_found = text.to_owned();
            fields.places.id = Some(value);
            Zone::Identifier
        }
        FieldKey::Title => {
            let title = transcript.verbatim(&value);
            if is_cut(title) {
                notes.report(Code::TitleCut, &value, title.trim());
            }
            let is_filler = |sign: char| sign.is_whitespace() || sign == '\0';
            fields.title = Some(title.trim_end_matches(is_filler).to_owned());
            fields.places.title = Some(value);
            Zone::Title
        }
        FieldKey::Date(form) => {
            read_date(*form, value, fields, notes);
            Zone::Date
        }
        FieldKey::Drafted(form) => {
            read_date(*form, value, fields, notes);
            fields.record.drafted_on = fields.date;
            Zone::Date
        }
        FieldKey::Classification => {
            let mut parts = classification_parts(value.text).map(str::trim).filter(|part| !part.is_empty());
            fields.classification = parts.next().map(str::to_uppercase);
            fields.controls.extend(parts.map(str::to_owned));
            Zone::EnvelopeClassification
        }
        FieldKey::Origin => {
            fields.origin = Some(text.to_owned());
            Zone::Origin
        }
        FieldKey::Number => fields.record(RecordKey::Number, NUMBER, text),
        FieldKey::References => fields.record(RecordKey::CitedCables, REFERENCES, text),
        FieldKey::Released => fields.record(RecordKey::ReleasedOn(DateForm::Iso), "record_released", text),
        FieldKey::Article => fields.record(RecordKey::Article, "record_article", text),
        FieldKey::Record(key, name) => fields.record(*key, name, text),
        FieldKey::Tags => {
            fields.tags = Some(value);
            fields.keep(TAGS, text)
        }
        FieldKey::Handling => {
            let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
            fields.controls.extend(parts.map(str::to_owned));
            Zone::EnvelopeClassification
        }
        FieldKey::Precedence => {
            fields.precedence = Precedence::from_name(text);
            Zone::RecordField
        }
        FieldKey::Markings => {
            fields.declassified_on = last_date(text);
            fields.keep("Markings", text)
        }
        FieldKey::Other(name) => fields.keep(name, text),
    };
    notes.claim(value, zone);
}

/// Name of the record field that keeps the TAGS of a record where the text has its own.
const TAGS: &str = "TAGS";
/// Name of the record field that keeps the date of the record as found.
pub const DATE: &str = "record_date";
/// Name of the record field that keeps the number of the record.
pub const NUMBER: &str = "record_number";
/// Name of the record field that keeps the cables that a machine found to be referred to.
pub const REFERENCES: &str = "record_references";

impl<'t> FrontFields<'t> {
    /// Says that the record holds the TAGS whole.
    pub fn hold_tags(&mut self) {
        self.record_fields.iter_mut().filter(|field| field.name == TAGS).for_each(|field| field.is_held = true);
    }

    /// Drops the TAGS of the record from what no column takes, for a text that has none.
    pub fn forget_tags(&mut self) {
        self.record_fields.retain(|field| field.name != TAGS);
    }

    /// Keeps what no column takes.
    fn keep(&mut self, name: &str, value: &str) -> Zone {
        self.record_fields.push(RecordField::new(name, value));
        Zone::RecordField
    }

    /// Keeps what the keeper says of the record.
    pub fn record(&mut self, key: RecordKey, name: &str, value: &str) -> Zone {
        let is_held = keeper::read(key, value, &mut self.record);
        self.record_fields.push(RecordField { is_held, ..RecordField::new(name, value) });
        Zone::RecordField
    }
}

/// The date at the end of a stamp.
fn last_date(text: &str) -> Option<Date> {
    let (at, _) = text.rmatch_indices(' ').nth(2)?;
    named_month_date(text[at..].trim())
}

fn read_date<'t>(form: DateForm, value: Piece<'t>, fields: &mut FrontFields<'t>, notes: &mut Notes<'t>) {
    let text = value.text.trim();
    fields.places.date = Some(value);
    let found = date(form, &value, notes);
    // The day of these is the date itself; of the others the form may be asked for.
    if !matches!(form, DateForm::Envelope | DateForm::NamedMonth | DateForm::YearFirst | DateForm::IsoDay) {
        let is_held = found.is_some() && form != DateForm::IsoHour;
        fields.record_fields.push(RecordField { is_held, ..RecordField::new(DATE, text) });
    }
    if form == DateForm::IsoHour {
        fields.places.unsure_minute = Some(value);
    }
    let Some((date, instant)) = found else {
        return notes.report(Code::DateUnreadable, &value, text);
    };
    if instant.is_none() && dates::has_unread_time(form, text) {
        notes.report(Code::DateUnreadable, &value, text);
    }
    (fields.date, fields.record.recorded_at) = (Some(date), instant);
}

/// The day, and the time where it can be trusted.
fn date<'t>(form: DateForm, value: &Piece<'t>, notes: &mut Notes<'t>) -> Option<(Date, Option<Timestamp>)> {
    let text = value.text.trim();
    let day = |read: Option<(Date, Option<Timestamp>)>| read.map(|(date, _)| (date, None));
    match form {
        DateForm::Envelope => {
            let found = envelope_date(text)?;
            if let Some(weekday) = found.other_weekday {
                let detail = format!("{weekday:?} for {:?}, {}", found.date.weekday(), found.date);
                notes.report(Code::WeekdayDiffers, value, detail);
            }
            Some((found.date, None))
        }
        DateForm::IsoHour | DateForm::IsoDay => day(dates::read(form, text)),
        // A database that keeps days alone shows them as midnight.
        DateForm::Iso if text.ends_with(" 00:00:00") => day(dates::read(form, text)),
        _ if text.ends_with(" 12:00:00 AM") => day(dates::read(form, text)),
        _ => dates::read(form, text),
    }
}

/// Whether a title was cut short at the source.
fn is_cut(title: &str) -> bool {
    let title = title.trim_end().trim_end_matches('\\').trim_end();
    title.ends_with("...") || title.ends_with('…')
}
