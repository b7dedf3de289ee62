//! Bytes to a `Transcript`: decoded text, physical lines, and the envelope if there is one.
//!
//! A dialect knows how a kind of file is written down (encoding, markup, columns); it never knows what the
//! lines of a cable mean. Field parsers never see markup. Nothing is lost: `source_text` and `encoding` give
//! the exact bytes back.

mod cleaning;
mod damage;
pub mod plain;
mod recognition;

pub use crate::lex::Piece;
pub use recognition::recognize;

use crate::diagnostic::Diagnostic;
use crate::lex::LineSpan;
use crate::provenance::Encoding;

/// The five lines in front of every record of the main dialect, as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'t> {
    /// Identifier.
    pub id: Piece<'t>,
    /// First physical line of the subject.
    pub title: Piece<'t>,
    /// Date in the form `Fri Jun 12 00:00:00 +0200 2009`.
    pub date: Piece<'t>,
    /// Classification with controls behind `//`.
    pub classification: Piece<'t>,
    /// Name of the originating mission.
    pub origin: Piece<'t>,
}

/// What a document is.
#[derive(Debug)]
pub enum Recognized {
    /// A cable, ready to be read.
    Cable(Transcript),
    /// No cable: named and counted, never a row, never bad.
    Ignored(NotACable),
}

/// Kinds of documents that are no cables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotACable {
    /// Nothing in it.
    EmptyFile,
    /// A page that only lists press articles.
    ArticleStub,
    /// A table of records, not read yet.
    CsvDump,
    /// A web page, not read yet.
    HtmlPage,
    /// A compressed or collected file, not read yet.
    Archive,
    /// Bytes that are no text.
    Binary,
    /// Any other text, such as an index.
    OtherText,
}

impl NotACable {
    /// The name as it stands in summaries and reports.
    pub fn name(self) -> &'static str {
        match self {
            NotACable::EmptyFile => "empty file",
            NotACable::ArticleStub => "article stub",
            NotACable::CsvDump => "CSV dump",
            NotACable::HtmlPage => "HTML page",
            NotACable::Archive => "archive",
            NotACable::Binary => "binary",
            NotACable::OtherText => "other text",
        }
    }
}

/// A document as text: what a dialect makes and `parse` reads.
#[derive(Debug)]
pub struct Transcript {
    /// The document decoded losslessly.
    source_text: String,
    /// The text to be read, where it differs from the source: characters left out or restored.
    working: Option<WorkingText>,
    /// The physical lines of the text to be read.
    lines: Vec<LineSpan>,
    /// How the bytes became text.
    encoding: Encoding,
    /// Index of the first of the five lines of the envelope.
    envelope_at: Option<usize>,
    /// File name without its extension, for documents without an envelope.
    file_name: String,
    /// What was odd in the bytes.
    diagnostics: Vec<Diagnostic>,
}

/// A text that differs from its source, and where each stretch of it came from.
#[derive(Debug)]
struct WorkingText {
    text: String,
    /// Pairs of offsets (working, source), ascending in both, wherever the distance between them changes.
    offsets: Vec<(usize, usize)>,
}

impl Transcript {
    /// The document decoded losslessly.
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// Takes the decoded document out.
    pub fn into_source_text(self) -> String {
        self.source_text
    }

    /// The text that is read; pieces point into it.
    pub fn text(&self) -> &str {
        self.working.as_ref().map_or(&self.source_text, |working| &working.text)
    }

    /// The dialect that made it, as it is in `source.dialect`.
    pub fn dialect(&self) -> &'static str {
        plain::NAME
    }

    /// How the bytes became text.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// File name without its extension.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// What was odd in the bytes.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Byte offset in the source text of a byte offset in the working text.
    pub fn source_offset(&self, offset: usize) -> usize {
        let Some(working) = &self.working else { return offset };
        let after = working.offsets.partition_point(|&(here, _)| here <= offset);
        let (here, there) = after.checked_sub(1).map_or((0, 0), |index| working.offsets[index]);
        there + (offset - here)
    }
}
