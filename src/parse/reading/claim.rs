//! What every stretch of a document was read as.

use crate::lex::Piece;

/// A stretch of text and the zone it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'t> {
    /// The stretch.
    pub piece: Piece<'t>,
    /// What it was read as.
    pub zone: Zone,
}

macro_rules! zones {
    ($($variant:ident $name:literal $meaning:literal;)+) => {
        /// What a stretch of text can be read as.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Zone {
            $(#[doc = $meaning] $variant,)+
        }

        impl Zone {
            /// The name shown by `show --explain`: the column it feeds, or what it is.
            pub fn name(self) -> &'static str {
                match self { $(Zone::$variant => $name,)+ }
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self { $(Zone::$variant => $meaning,)+ }
            }
        }
    };
}

zones! {
    Identifier "mrn" "Identifier of the envelope.";
    Title "title" "Title of the envelope.";
    Date "date" "Date of the envelope or of the record.";
    EnvelopeClassification "classification" "Classification of the envelope.";
    Origin "origin" "Origin of the envelope.";
    RecordField "record_fields" "Field of an envelope or record that no column takes.";
    PartialNotice "partial" "Partial-extract notice.";
    TransmissionId "transmission_id" "Transmission identification (FL1).";
    CalledStations "routing.called_stations" "Routing line (FL2).";
    OriginatingStation "routing.station" "Originating station, serial number and time of file (FL3).";
    Security "routing.security_warning" "Security warning and operating signals (FL4).";
    DateTimeGroup "date_time_group" "Precedence, date-time group and signals (FL5).";
    Originator "originator" "Originator (FL6).";
    Addressee "addressees" "Action or information addressee (FL7, FL8).";
    Exclusion "addressees.exclusions" "Excluded addressee (FL9).";
    Distribution "distribution_offices" "Office-distribution form.";
    HeaderMark "header" "Prosigns, dashes and numbers of the header that no column takes.";
    ClassificationLine "text_classification" "Classification line of the text.";
    Caption "captions" "Caption.";
    Correction "corrected" "Mark of a corrected copy.";
    PassingInstruction "passing_instructions" "Passing instruction.";
    Note "notes" "Line that no other field takes.";
    ExecutiveOrder "executive_order" "Executive order and declassification.";
    Tags "tags" "TAGS.";
    Subject "subject" "Subject.";
    Reference "refs" "References.";
    ClassifiedBy "classified_by" "Classified-by line with its reasons.";
    DerivedFrom "derived_from" "Source of a derivative classification.";
    Pilcrow "pilcrow" "Pilcrow of the web edition.";
    PageLine "page line" "Page line or banner of printing software.";
    Debris "section debris" "Repeated header or preamble line of a later section.";
    MissingSection "missing_sections" "Notice of a section that was never received.";
    Rule "rule" "Rule under or over a heading.";
    Heading "heading" "Heading.";
    Paragraph "paragraphs" "Text of a paragraph.";
    Signature "signers" "Signature.";
    Drafting "drafters" "Drafters, approvers or clearances.";
    Trailer "trailer" "What follows the signature.";
    Extract "extract" "Extract in front of the full record.";
}
