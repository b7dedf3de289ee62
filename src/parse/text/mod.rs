//! The text: paragraphs, headings, summary, comments, action requests.
//!
//! Lines first, then rules and headings, then numbers, then paragraphs; summary, comments and requests are read
//! from the finished paragraphs. Page lines, pilcrows and debris never come as far as a paragraph.

mod action;
mod capitals;
mod headings;
mod lines;
mod midline;
mod numbers;
mod order;
mod paragraphs;
mod protect;
mod remarks;
mod sections;
mod span;
mod summary;
mod wraps;

use crate::cable::Paragraph;
use crate::diagnostic::Code;
use crate::lex::{Piece, shape};
use crate::parse::reading::{Findings, Notes, SectionLayout};
use action::ActionRequest;
use capitals::Capitals;
use lines::TextLine;
use sections::TextEnding;

/// What the text says.
#[derive(Debug)]
pub struct TextReading {
    /// Its paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// Text of the summary.
    pub summary: Option<String>,
    /// Texts of the comments.
    pub comments: Vec<String>,
    /// Whether it asks for action.
    pub request: ActionRequest,
    /// Numbers of the paragraphs that ask to protect a source.
    pub protect_paragraphs: Vec<i32>,
    /// Sections that are known to be missing.
    pub missing_sections: Vec<i32>,
    /// Whether it is known to be cut.
    pub truncated: bool,
}

/// Reads the text; the preamble used the numbers `taken`; `remarks` are the notes of header and preamble, which may
/// ask for action as well, as the `subject` may.
pub fn read<'n, 't>(
    text: &[Piece<'t>],
    layout: &SectionLayout,
    taken: &[i32],
    remarks: impl Iterator<Item = &'n String>,
    subject: Option<&str>,
    notes: &mut Notes<'t>,
) -> TextReading {
    let lines = lines::of_pieces(text);
    let mut paragraphs = paragraphs::read(&lines, layout, taken, notes);
    paragraphs::spread_default(&mut paragraphs, &lines);
    let capitals = Capitals::of(&paragraphs);
    let summary = summary::read(&paragraphs, &capitals);
    let comments = remarks::comments(&paragraphs, &capitals);
    let request = action::read(&paragraphs, &capitals, remarks, subject);
    let protect_paragraphs = protect::read(&paragraphs, &capitals);
    let ending = ending(&lines, &paragraphs, layout, &mut notes.findings);
    let missing_sections = sections::missing(ending, layout, &mut notes.findings);
    let truncated = ending == TextEnding::Cut || !missing_sections.is_empty();
    TextReading { paragraphs, summary, comments, request, protect_paragraphs, missing_sections, truncated }
}

/// How the text ends.
fn ending(
    lines: &[TextLine<'_>],
    paragraphs: &[Paragraph],
    layout: &SectionLayout,
    findings: &mut Findings,
) -> TextEnding {
    if layout.is_signed {
        return TextEnding::Signed;
    }
    let text = paragraphs.last().and_then(|paragraph| paragraph.text.lines().last()).unwrap_or_default();
    match lines.last() {
        Some(last) if is_cut(text) => {
            findings.report(Code::TextTruncated, &last.piece, tail(last.text()));
            TextEnding::Cut
        }
        _ => TextEnding::Unsigned,
    }
}

/// Whether the last line of the text breaks off: prose without an end, or an ellipsis.
fn is_cut(text: &str) -> bool {
    // A dozen words are many already.
    let words = text.split_whitespace().take(12).count();
    let prose = words > 3 && text.bytes().any(|byte| byte.is_ascii_lowercase());
    let item = shape::is_labelled(text)
        || shape::column_gaps(text) > 0
        || shape::ItemLabel::leading(text).is_some() && words < 12;
    let ended = shape::ends_sentence(text) || ends_with_closer(text) || ends_with_mark(text);
    text.ends_with("...") || prose && !item && !ended
}

/// Whether the last words are `END COMMENT` or their like, without a period.
fn ends_with_closer(text: &str) -> bool {
    let mut words = text.split_whitespace().rev().skip(1).take(3);
    words.any(|word| word.trim_start_matches(['(', '-']).eq_ignore_ascii_case("end"))
}

/// Whether a redaction or an address ends the text: nobody puts a period after them.
fn ends_with_mark(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    shape::ends_with_redaction(text) || last.contains('@') || last.contains("://") || last.starts_with("www.")
}

/// The last words of a text.
fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(39).map_or(0, |(start, _)| start);
    &text[start..]
}
