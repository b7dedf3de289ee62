//! What a document says outside the text of the cable, by meaning.

use std::ops::Range;
use std::sync::Arc;

/// What a field of an envelope, of a row or of a page says.
///
/// A dialect knows which column is which; what the value means is read by `parse`, from one table for all dialects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldKey {
    /// Message reference number, as found.
    Identifier,
    /// Number of a telegram in the Central Foreign Policy Files, as found: `1975LIMA09123`.
    DocumentNumber,
    /// Number that the keeper of the records gave this one.
    Number,
    /// Title, as the keeper shows it.
    Title,
    /// Day, perhaps with the time, of the cable.
    Date(DateForm),
    /// Day on which the cable was drafted, which the keeper dates it by.
    Drafted(DateForm),
    /// Classification, perhaps with controls after `//`.
    Classification,
    /// Name of the originating mission.
    Origin,
    /// Cables that a machine found to be referred to.
    References,
    /// When the record was published.
    Released,
    /// Address of an article that used the cable; one field for each.
    Article,
    /// TAGS, as the keeper lists them.
    Tags,
    /// Handling restrictions of the cable when it was sent.
    Handling,
    /// Precedence for the action addressees, in a word: `Immediate`.
    Precedence,
    /// The stamp that says when the record was declassified.
    Markings,
    /// Something that the keeper says of the record, and the name of the field as found.
    Record(RecordKey, Arc<str>),
    /// A column that no other key is for, by its name as found.
    Other(Arc<str>),
}

/// What the keeper says of a record, by the column of `record` that takes it; `parse::front::keeper` reads the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordKey {
    /// What kind of document it is: `TE`, `AIRGRAM`, `INDEX`, `NOTICE`.
    Kind,
    /// Number of the document or of the record.
    Number,
    /// Where the text is, and whether it can be read: `TEXT ON-LINE, ON MICROFILM`.
    TextState,
    /// Day on which the record was released.
    ReleasedOn(DateForm),
    /// Number of microfilm and frame.
    FilmNumber,
    /// Office that had action or wrote the cable.
    Office,
    /// Addressees; separated by commas or semicolons, as every list here.
    Recipients,
    /// Handling restrictions that the record has now.
    Restrictions,
    /// Channels.
    Channels,
    /// Subjects from a controlled vocabulary.
    Concepts,
    /// Cables that the record lists as cited: `75 STATE 150591`, `05STATE1|05LIMA2`.
    CitedCables,
    /// Address of an article that used the cable; one field for each.
    Article,
    /// Reasons for which parts were not released.
    ReleaseExemptions,
    /// Who released the record.
    ReleaseAuthority,
    /// Number of the case in which it was released.
    CaseNumber,
    /// Number of the document in that case.
    ReleaseDocument,
}

/// How a date is written. A dialect says it where it knows; nobody guesses it from a single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateForm {
    /// `Fri Jun 12 00:00:00 +0200 2009`, by its day alone.
    Envelope,
    /// `5/4/2006 9:46` is the fourth of May.
    MonthFirst,
    /// `4/5/2006 9:46` is the fourth of May; `4.5.2006 9:46` too.
    DayFirst,
    /// `5/4/2006`, in a document that writes both `25/2/1972` and `2/25/1972`.
    DayOrMonthFirst,
    /// `2006-05-04 09:46`, perhaps with seconds, `T` and `Z`.
    Iso,
    /// `1146735960`, `1146735960000`: seconds, or a part of one, since 1970.
    Since1970,
    /// `14 JUL 1975`, `14-Jul-1977 12:00:00 am`: a day without a time.
    NamedMonth,
    /// `1975 July 14, 00:00 (Monday)`: a day without a time.
    YearFirst,
    /// `1975-07-14T00:00:00`: a day without a time.
    IsoDay,
    /// `2006-05-04 09:09`: the minute repeats the hour of a 12-hour clock and is not known.
    IsoHour,
}

/// A field and where it is in the working text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it says.
    pub key: FieldKey,
    /// Its bytes of the working text.
    pub range: Range<usize>,
}

/// The cable's own words: where header and body are in the working text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Header and body run into each other; `parse` looks for the seam.
    Whole(Range<usize>),
    /// The text alone: who made the document left out header and classification line.
    TextAlone(Range<usize>),
    /// They are columns or blocks of their own.
    Halves {
        /// The transmission header; may be empty.
        header: Range<usize>,
        /// The text; may be empty.
        body: Range<usize>,
    },
}
