//! A record as text to be read: markup and escapes taken out, every change remembered.

use std::ops::Range;

use memchr::memchr;

use super::fields::{Content, Field, FieldKey};
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::lines::lines;
use crate::lex::{LineSpan, Piece};
use crate::provenance::Encoding;

/// A record as text: what a dialect makes and `parse` reads.
#[derive(Debug)]
pub struct Transcript {
    /// The dialect that made it.
    pub(super) dialect: &'static str,
    /// The record decoded losslessly.
    pub(super) source_text: String,
    /// The text to be read, where it differs from the source: characters left out or restored.
    pub(super) working: Option<WorkingText>,
    /// The lines of the text to be read.
    pub(super) lines: Vec<LineSpan>,
    /// How they are counted.
    pub(super) numbers: LineNumbers,
    /// How the bytes became text.
    pub(super) encoding: Encoding,
    /// What the record says outside the text of the cable.
    pub(super) fields: Vec<Field>,
    /// What fields are.
    pub(super) fields_are: FieldsAre,
    /// Where the cable's own words are.
    pub(super) content: Content,
    /// File name without its extension, for records that do not say their name.
    pub(super) file_name: String,
    /// Whether lines of the text are known to be lost.
    pub(super) lacks_lines: bool,
    /// Whether its archive joined the lines of the text.
    pub(super) joins_lines: bool,
    /// What was odd in the bytes.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// What the fields of a record are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldsAre {
    /// Lines of the source, cleaned of damage.
    Lines,
    /// Values, as they were before they were escaped.
    Values,
}

/// How the lines of a text are counted.
#[derive(Debug)]
pub(super) enum LineNumbers {
    /// One after another.
    Successive,
    /// By these physical lines of the source.
    Source(Vec<u32>),
    /// One after another, but reports name these physical lines of the source: many lines may be on one.
    Markup(Vec<u32>),
}

/// A text that differs from its source, and where each stretch of it came from.
#[derive(Debug)]
pub(super) struct WorkingText {
    pub text: String,
    /// Pairs of offsets (working, source), ascending in the first, wherever the distance between them changes.
    pub offsets: Vec<(usize, usize)>,
}

impl WorkingText {
    /// Says that what is put to the end of the text comes from this byte of the source on.
    pub fn point_to(&mut self, source: usize) {
        let here = self.text.len();
        match self.offsets.last_mut() {
            Some(&mut (before, there)) if there + (here - before) == source => {}
            None if here == source => {}
            Some((before, there)) if *before == here => *there = source,
            _ => self.offsets.push((here, source)),
        }
    }

    /// Byte offset in the source of a byte offset in the text.
    pub fn source_offset(&self, offset: usize) -> usize {
        let after = self.offsets.partition_point(|&(here, _)| here <= offset);
        let (here, there) = after.checked_sub(1).map_or((0, 0), |index| self.offsets[index]);
        there + (offset - here)
    }

    /// Byte offset in the text of a byte offset in its source that no change covers; only where the source was read
    /// from front to back.
    pub fn offset_of(&self, source: usize) -> usize {
        let after = self.offsets.partition_point(|&(_, there)| there <= source);
        let (here, there) = after.checked_sub(1).map_or((0, 0), |index| self.offsets[index]);
        here + (source - there)
    }

    /// This text with offsets into the source of `before`, the text that this one was made of.
    pub fn after(self, before: &WorkingText) -> WorkingText {
        let own = self.offsets.iter().map(|&(here, there)| (here, before.source_offset(there)));
        let inherited = before.offsets.iter().filter(|&&(there, _)| self.source_offset(self.offset_of(there)) == there);
        let inherited = inherited.map(|&(there, source)| (self.offset_of(there), source));
        let mut offsets: Vec<(usize, usize)> = own.chain(inherited).collect();
        // Of several at one place the last one counts: it says where what follows came from.
        offsets.sort_by_key(|&(here, _)| here);
        WorkingText { text: self.text, offsets }
    }
}

impl Transcript {
    /// The same, where the bytes were text in such an encoding.
    pub(super) fn encoded(self, encoding: Encoding) -> Transcript {
        Transcript { encoding, ..self }
    }

    /// The record decoded losslessly.
    pub fn source_text(&self) -> &str {
        &self.source_text
    }

    /// Takes the decoded record out.
    pub fn into_source_text(self) -> String {
        self.source_text
    }

    /// The text that is read; pieces point into it.
    pub fn text(&self) -> &str {
        self.working.as_ref().map_or(&self.source_text, |working| &working.text)
    }

    /// Whether its archive joined the lines of the text, so that the end of one tells nothing.
    pub fn joins_lines(&self) -> bool {
        self.joins_lines
    }

    /// The dialect that made it, as it is in `source.dialect`.
    pub fn dialect(&self) -> &'static str {
        self.dialect
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
        let offset = self.working.as_ref().map_or(offset, |working| working.source_offset(offset));
        // What was put between two stretches is at the end of the first.
        offset.min(self.source_text.len())
    }

    /// How many lines the working text has.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The lines of the working text.
    pub fn lines(&self) -> impl Iterator<Item = Piece<'_>> {
        self.pieces(0..self.lines.len())
    }

    fn pieces(&self, lines: Range<usize>) -> impl Iterator<Item = Piece<'_>> {
        let text = self.text();
        self.lines[lines.clone()].iter().zip(lines).map(move |(line, index)| line.piece(self.number(index), text))
    }

    fn number(&self, index: usize) -> u32 {
        let of_text = index as u32 + 1;
        match &self.numbers {
            LineNumbers::Source(numbers) => numbers.get(index).copied().unwrap_or(of_text),
            LineNumbers::Successive | LineNumbers::Markup(_) => of_text,
        }
    }

    /// The number by which reports name a line that is counted as `line`.
    pub fn reported_line(&self, line: u32) -> u32 {
        match &self.numbers {
            LineNumbers::Markup(numbers) => numbers.get(line as usize - 1).copied().unwrap_or(line),
            LineNumbers::Successive | LineNumbers::Source(_) => line,
        }
    }

    /// The lines of a stretch of the working text that begins a line.
    pub fn lines_of(&self, range: &Range<usize>) -> Vec<Piece<'_>> {
        let index = |offset| self.lines.partition_point(|line| line.range.start < offset);
        self.pieces(index(range.start)..index(range.end)).collect()
    }

    /// Where the cable's own words are.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What the record says outside the text of the cable, in its order; a field is as long as its line.
    pub fn fields(&self) -> impl Iterator<Item = (&FieldKey, Piece<'_>)> {
        self.fields.iter().map(|field| (&field.key, self.piece(&field.range)))
    }

    /// Whether a part of the text is known to be missing, or all of it.
    pub fn is_incomplete(&self) -> bool {
        self.lacks_lines || self.ends_early()
    }

    /// Whether the document ends, or was cut, within the text.
    pub fn ends_early(&self) -> bool {
        let is_cut =
            |found: &Diagnostic| matches!(found.code, Code::RecordUnclosed | Code::RecordCellLimit | Code::TextLost);
        self.diagnostics.iter().any(is_cut)
    }

    /// The same, whose bytes end within it: there may be more of it in what cannot be read.
    pub fn cut_short(mut self) -> Transcript {
        if !self.diagnostics.iter().any(|found| found.code == Code::RecordUnclosed) {
            let detail = "no more of the document can be read".to_owned();
            self.diagnostics.push(Diagnostic { code: Code::RecordUnclosed, line: None, detail });
        }
        self
    }

    /// Whether there is no header and no text.
    pub fn is_without_text(&self) -> bool {
        let is_blank = |range: &Range<usize>| self.piece(range).text.trim().is_empty();
        match &self.content {
            Content::Whole(text) | Content::TextAlone(text) => is_blank(text),
            Content::Halves { header, body } => is_blank(header) && is_blank(body),
        }
    }

    /// Whether the record says anything outside the text of the cable.
    pub fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }

    fn piece(&self, range: &Range<usize>) -> Piece<'_> {
        let index = self.lines.partition_point(|line| line.range.start <= range.start).max(1) - 1;
        Piece::new(self.number(index), range.start, &self.text()[range.clone()])
    }

    /// A field as the document has it, without repairs.
    pub fn verbatim<'t>(&'t self, field: &Piece<'t>) -> &'t str {
        match self.fields_are {
            FieldsAre::Lines => {
                let line = self.source_line(field);
                let is_marked = |line: &str| line.starts_with('<') || line.ends_with('>');
                // Somebody's program put the line between tags.
                let is_between_tags = is_marked(line.trim()) && !is_marked(field.text.trim());
                if is_between_tags { field.text.trim() } else { line }
            }
            FieldsAre::Values => field.text,
        }
    }

    /// The line of the source text that `piece` is a stretch of, verbatim but for its end.
    fn source_line(&self, piece: &Piece<'_>) -> &str {
        let from = self.source_offset(piece.start);
        let rest = self.source_text.get(from..).unwrap_or_default();
        let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        // Some systems fill their lines with NUL.
        lines(&rest[..end]).next().map_or("", |line| line.text.trim_end_matches('\0'))
    }
}
