//! Bytes to a `Transcript`: decoded text, physical lines, and the envelope if there is one.
//!
//! A dialect knows how a kind of file is written down (encoding, markup, columns); it never knows what the
//! lines of a cable mean. Field parsers never see markup. Nothing is lost: `source_text` and `encoding` give
//! the exact bytes back.

mod cleaning;
mod damage;
pub mod envelope;
pub mod plain;
mod recognition;
pub mod row;
mod sign;

pub use recognition::recognize;
pub use sign::{Sign, Signs};

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::provenance::Encoding;

/// One stretch of one physical line of the working text.
///
/// Pieces are cut and trimmed freely and never lose their place, so that every byte can be claimed for what it
/// was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// Physical line of the source, from 1.
    pub line: u32,
    /// Byte offset of `text` in the working text.
    pub start: usize,
    /// The stretch itself, without its line end.
    pub text: &'t str,
    /// Signs of the whole line.
    signs: Signs,
}

impl<'t> Piece<'t> {
    /// The whole of a line that begins at `start`.
    pub fn new(line: u32, start: usize, text: &'t str) -> Piece<'t> {
        Piece { line, start, text, signs: Signs::of(text) }
    }

    /// Whether `sign` can be in it: it is somewhere on the line that this piece is a stretch of.
    #[inline]
    pub fn may_hold(&self, sign: Sign) -> bool {
        self.signs.hold(sign)
    }

    /// Whether both can be in it; asked at once, since either alone is on many lines.
    #[inline]
    pub fn may_hold_both(&self, one: Sign, other: Sign) -> bool {
        self.signs.hold_both(one, other)
    }

    /// Byte offset behind the piece in the working text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The stretch `range` of this piece; `range` lies on character boundaries.
    pub fn slice(&self, range: Range<usize>) -> Piece<'t> {
        Piece { start: self.start + range.start, text: &self.text[range], ..*self }
    }

    /// This piece in two at `middle`, a character boundary.
    pub fn split_at(&self, middle: usize) -> (Piece<'t>, Piece<'t>) {
        (self.slice(0..middle), self.slice(middle..self.text.len()))
    }

    /// The piece without blanks at either end.
    #[inline]
    pub fn trim(&self) -> Piece<'t> {
        let bytes = self.text.as_bytes();
        if bytes.first().is_some_and(u8::is_ascii_graphic) && bytes.last().is_some_and(u8::is_ascii_graphic) {
            return *self;
        }
        self.without_blanks()
    }

    #[inline(never)]
    fn without_blanks(&self) -> Piece<'t> {
        let start = self.text.len() - self.text.trim_start().len();
        let end = self.text.trim_end().len().max(start);
        self.slice(start..end)
    }

    /// The piece without blanks at its end.
    #[inline]
    pub fn trim_end(&self) -> Piece<'t> {
        if self.text.as_bytes().last().is_some_and(u8::is_ascii_graphic) {
            return *self;
        }
        self.slice(0..self.text.trim_end().len())
    }

    /// Whether nothing but blanks is in it.
    pub fn is_blank(&self) -> bool {
        match self.text.as_bytes().first() {
            Some(first) => !first.is_ascii_graphic() && self.text.trim_start().is_empty(),
            None => true,
        }
    }
}

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
    lines: Vec<Line>,
    /// How the bytes became text.
    encoding: Encoding,
    /// Index of the first of the five lines of the envelope.
    envelope_at: Option<usize>,
    /// File name without its extension, for documents without an envelope.
    file_name: String,
    /// What was odd in the bytes.
    diagnostics: Vec<Diagnostic>,
}

/// Where one physical line stands in the text to be read, and what it holds.
#[derive(Debug)]
struct Line {
    range: Range<usize>,
    signs: Signs,
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
