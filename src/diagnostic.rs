//! What was odd in a cable: a closed set of codes, each with a severity and a meaning.
//!
//! A diagnostic never replaces data: the text is kept, the code says what was repaired, left out or unsure.
//! A clean cable has none. Nothing here knows how a cable is read.

use std::fmt;

named! {
    /// How much a diagnostic matters to somebody who uses the row.
    pub enum Severity {
        /// Worth knowing; the values are certain.
        Note = "note",
        /// A value was repaired, left out or is unsure.
        Warning = "warning",
        /// The text as a whole cannot be trusted; the document counts as bad.
        Error = "error",
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// One oddity of one cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of oddity.
    pub code: Code,
    /// Physical line within the source text, from 1; `None` where the whole document is meant.
    pub line: Option<u32>,
    /// The values in question, for a person to read.
    pub detail: String,
}

impl Diagnostic {
    /// What is said of a cable whose number an earlier document has with another text.
    pub fn mrn_repeated(mrn: &str) -> Diagnostic {
        let detail = format!("{mrn} stands in an earlier document with another text");
        Diagnostic { code: Code::MrnRepeated, line: None, detail }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $meaning:literal;)+) => {
        /// Every kind of oddity the parser can report. Names are stable: outputs and tests use them.
        // The meanings are plain text: `<pre>` is no tag of the documentation.
        #[allow(rustdoc::invalid_html_tags)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)+
        }

        impl Code {
            /// All codes as a table: code, severity and meaning, separated by tabs.
            pub fn table() -> String {
                let line = |code: &Code| format!("{}\t{}\t{}\n", code.name(), code.severity(), code.meaning());
                let lines: String = Code::ALL.iter().map(line).collect();
                format!("code\tseverity\tmeaning\n{lines}")
            }

            /// All codes, in the order of the document.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The stable name as outputs write it.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)+ }
            }
        }
    };
}

codes! {
    // Encoding and damage
    ByteUndefined "byte-undefined" Note "A byte that windows-1252 leaves undefined was kept as a C1 control.";
    ControlCharacter "control-character" Note "Control characters were left out of the normalized text.";
    Mojibake "mojibake" Note "A character that had been decoded twice was restored in the normalized text.";
    DumpBackslash "dump-backslash" Note "Backslashes of a database dump were left out of the normalized text.";
    MarkupLeftover "markup-leftover" Note "Left-over markup or character entities were decoded or left out of the normalized text.";
    CharactersLost "characters-lost" Note "The cable system lost characters here; the text is kept as it is.";

    // Envelope
    TitleCut "title-cut" Note "The envelope title was cut short at the source.";
    TitleDiffers "title-differs" Note "The envelope title is no beginning of the subject.";
    WeekdayDiffers "weekday-differs" Note "The weekday of the envelope date does not fit the date.";
    DateUnreadable "date-unreadable" Warning "The envelope date cannot be read.";
    DateDiffers "date-differs" Warning "The envelope date and the date-time group name different days.";
    YearDiffers "year-differs" Warning "The year of the identifier differs from the year the cable was sent.";

    // Identifier
    MrnRepaired "mrn-repaired" Warning "A misspelt message reference number was repaired.";
    MrnUnreadable "mrn-unreadable" Warning "The identifier is no message reference number and could not be repaired.";
    MrnFromText "mrn-from-text" Note "There is no envelope; the message reference number was made from the text.";
    MrnDiffers "mrn-differs" Warning "The text has another message reference number than the envelope.";
    MrnRepeated "mrn-repeated" Warning "An earlier document has the same message reference number and another text.";

    // Record
    ExtractBeforeRecord "extract-before-record" Note "A short extract was before the full record and was kept as a record field.";
    RecordForeign "record-foreign" Warning "A record of another cable followed and was cut off.";
    RecordResidue "record-residue" Note "Quotes or separators of a CSV or database row were left out of the normalized text.";

    RecordBoundary "record-boundary" Warning "A quote that closes a record was missing or too many; the record ends where the next one begins.";
    RecordUnclosed "record-unclosed" Warning "The document ends within this record.";
    RecordQuote "record-quote" Note "A quote within a column was not escaped and was kept as text.";
    RecordColumns "record-columns" Warning "A record has fewer columns than its document.";
    RecordCellLimit "record-cell-limit" Warning "The text is as long as a cell of a spreadsheet can be, and was cut there.";
    MinuteUnknown "minute-unknown" Note "The minute of the record's date repeats its hour; the time was not used.";
    SeveralCables "several-cables" Warning "The text holds the headers of several cables, but nothing tells where one ends; all of it is one row.";
    SeveralTelegrams "several-telegrams" Warning "The record was made of two telegrams; the columns are those of the first.";
    AttributeUnknown "attribute-unknown" Note "An attribute of the record has a name that the archive is not known to use; it was kept as a record field.";
    TextLost "text-lost" Note "The keeper of the record lost the text; nothing but its attributes is left.";
    ClassificationUnreadable "classification-unreadable" Warning "The level that the record names is none; it was kept as a record field.";
    LinesLost "lines-lost" Warning "The text lost its line breaks at the source.";
    HtmlRepaired "html-repaired" Note "The markup of the page was not as published; its texts were found by <pre> alone.";

    // Seam and header
    SeamMissing "seam-missing" Warning "No border between header and text was found; the header ends after the last line that reads as one.";
    HeaderFlattened "header-flattened" Warning "The header lost its line breaks and was read by pattern.";
    HeaderLineUnknown "header-line-unknown" Warning "A header line is none of the known ones and was kept as a note.";
    CallPrecedenceMissing "call-precedence-missing" Note "The line of called stations has no precedence letters.";
    DateTimeGroupRebuilt "date-time-group-rebuilt" Warning "An impossible or incomplete date-time group was rebuilt from the time of file or the envelope.";
    DateTimeGroupUnreadable "date-time-group-unreadable" Warning "The date-time group cannot be read.";
    DateTimeGroupZone "date-time-group-zone" Note "The date-time group is in another zone than Z and was converted.";
    FiledAtUnreadable "filed-at-unreadable" Warning "The day and time of file cannot be read.";
    StationSerialDiffers "station-serial-differs" Warning "The station serial number does not fit the serial of the cable.";
    SecurityDiffers "security-differs" Warning "The security warning and the classification line disagree; the classification line counts.";
    PrecedenceRepaired "precedence-repaired" Note "A misspelt precedence was repaired.";
    AddresseesRunTogether "addressees-run-together" Warning "Two addressees were on one line and were separated.";
    AddresseeRepaired "addressee-repaired" Warning "A misspelt addressee was read as the nearest post.";
    ExclusionsUnsure "exclusions-unsure" Warning "Nothing marks the end of a list of exclusions; all names that follow were taken as excluded.";
    ExclusionRepeated "exclusion-repeated" Note "An excluded addressee was named twice.";

    // Classification line
    ClassificationRepaired "classification-repaired" Warning "A damaged classification line was repaired.";
    ClassificationMissing "classification-missing" Warning "The text has no classification line.";
    ClassificationDiffers "classification-differs" Note "Envelope and text name different classifications.";
    SectionRepaired "section-repaired" Warning "A damaged section number was repaired.";
    SectionMissing "section-missing" Warning "Sections of this telegram are known to be missing.";

    // Preamble
    CaptionRepaired "caption-repaired" Note "A misspelt caption was repaired, or captions that ran together were taken apart.";
    ExecutiveOrderRepaired "executive-order-repaired" Warning "A misspelt executive order or its label was repaired.";
    DeclassifyDateRepaired "declassify-date-repaired" Warning "A declassification date was repaired.";
    DeclassifyDateUnlikely "declassify-date-unlikely" Warning "A declassification date lies outside 0 to 50 years after the cable and was left out.";
    TagsLabelRepaired "tags-label-repaired" Note "A misspelt TAGS label was accepted.";
    TagRepaired "tag-repaired" Warning "A misspelt tag was repaired, or tags that ran together were separated.";
    TagRenamed "tag-renamed" Note "A tag was read as the one that names the same country today.";
    TagUnknown "tag-unknown" Note "A tag is in no table and was kept as it is.";
    SubjectMissing "subject-missing" Warning "The text has no subject line.";
    SubjectLabelRepaired "subject-label-repaired" Note "A misspelt SUBJECT label was accepted.";
    SubjectCut "subject-cut" Warning "The subject was cut short at the source.";
    FieldsRunTogether "fields-run-together" Note "Several fields were on one line and were separated.";
    ReferenceRepaired "reference-repaired" Warning "A misspelt reference was repaired.";
    ReferenceYearUnlikely "reference-year-unlikely" Warning "A reference names a year after the cable's own.";
    ReferenceYearUnsure "reference-year-unsure" Note "A reference without year has a higher serial than the cable itself; it may be of the year before.";
    ReferenceYearUnknown "reference-year-unknown" Note "A reference of January without year has a serial too high for the new year; its year is unknown, so that no number was made of it.";
    ReferencePostUnknown "reference-post-unknown" Warning "A reference names a post that is in no table.";
    ClassifiedByUnreadable "classified-by-unreadable" Warning "No name could be taken from the classified-by line.";
    FieldUnread "field-unread" Warning "A label of the preamble is in a note or in the text, and its field was not read.";
    ClassifiedByRepaired "classified-by-repaired" Note "A misspelt classified-by line was repaired.";

    // Text
    ParagraphMissing "paragraph-missing" Note "Paragraph numbers are missing between two paragraphs.";
    ParagraphRepeated "paragraph-repeated" Note "A paragraph number occurs twice.";
    ParagraphOutOfOrder "paragraph-out-of-order" Note "A paragraph number comes after a higher one.";
    ParagraphsRestart "paragraphs-restart" Note "Paragraph numbers start again at 1.";
    ParagraphSplit "paragraph-split" Warning "A paragraph number in mid-line was taken as the start of a paragraph.";
    ParagraphNumberInside "paragraph-number-inside" Note "A marked number within a paragraph was not taken as the start of another.";
    MarkingRepaired "marking-repaired" Note "A malformed portion marking was read as the nearest legal one.";
    SectionDebris "section-debris" Note "Repeated header or preamble lines of a later section were left out of the text.";
    SignatureUnsure "signature-unsure" Note "The signature may hold two names that ran together.";
    TextTruncated "text-truncated" Warning "The text ends in mid-sentence.";
}
