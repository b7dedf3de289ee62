//! The text: paragraphs, headings, summary, comments, action requests.
//!
//! Lines first, then rules and headings, then numbers, then paragraphs; summary, comments and requests are read
//! from the finished paragraphs. Page lines, pilcrows and debris never come as far as a paragraph.

mod action;
mod capitals;
mod headings;
mod lines;
mod mentions;
mod midline;
mod numbers;
mod order;
mod paragraphs;
mod remarks;
mod sections;
mod span;
mod start;
mod summary;
mod wraps;

use crate::diagnostic::Code;
use crate::lex::{Piece, shape};
use crate::parse::reading::{Draft, Zone};
use capitals::Capitals;
use lines::Line;
use mentions::Mentions;
use sections::Ending;

/// Reads the text.
pub fn read<'t>(text: &[Piece<'t>], draft: &mut Draft<'t>) {
    let lines = lines::of_pieces(text);
    let mut paragraphs = paragraphs::read(&lines, draft);
    paragraphs::spread_default(&mut paragraphs, &lines);
    let capitals = Capitals::of(&paragraphs);
    let mentions = Mentions::of(&capitals);
    draft.cable.summary = summary::read(&paragraphs, &capitals);
    draft.cable.comments = remarks::comments(&paragraphs, &capitals, &mentions);
    let request = action::read(&paragraphs, &capitals, &mentions, &draft.cable.notes);
    draft.cable.action_request |= request.is_made;
    draft.cable.action_paragraphs = request.paragraphs;
    draft.cable.paragraphs = paragraphs;
    sections::note_missing(ending(&lines, draft), draft);
}

/// How the text ends.
fn ending(lines: &[Line<'_>], draft: &mut Draft<'_>) -> Ending {
    if draft.claims.iter().any(|claim| claim.zone == Zone::Signature) {
        return Ending::Signed;
    }
    let text = draft.cable.paragraphs.last().and_then(|paragraph| paragraph.text.lines().last()).unwrap_or_default();
    match lines.last() {
        Some(last) if is_cut(text) => {
            draft.findings.report(Code::TextTruncated, &last.piece, tail(last.text()));
            Ending::Cut
        }
        _ => Ending::Unsigned,
    }
}

/// Whether the last line of the text breaks off: prose without an end, or an ellipsis.
fn is_cut(text: &str) -> bool {
    // A dozen words are many already.
    let words = text.split_whitespace().take(12).count();
    let prose = words > 3 && text.bytes().any(|byte| byte.is_ascii_lowercase());
    let item =
        shape::is_labelled(text) || shape::column_gaps(text) > 0 || shape::Label::leading(text).is_some() && words < 12;
    text.ends_with("...") || prose && !item && !shape::ends_sentence(text) && !ends_with_closer(text)
}

/// Whether the last words are `END COMMENT` or their like, without a period.
fn ends_with_closer(text: &str) -> bool {
    let mut words = text.split_whitespace().rev().skip(1).take(3);
    words.any(|word| word.trim_start_matches(['(', '-']).eq_ignore_ascii_case("end"))
}

/// The last words of a text.
fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(39).map_or(0, |(start, _)| start);
    &text[start..]
}
