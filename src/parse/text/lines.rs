//! The pieces of the text as lines without blank ones, pilcrows and glued rules.
//!
//! What stood between two lines is kept as a gap; everything after works on lines and gaps. Rules that an
//! editor glued to a heading (`Iraq ----`) become lines of their own here.

use crate::dialect::Piece;
use crate::parse::claim::Zone;
use crate::parse::draft::Draft;

use super::shape;

/// A line of the text that is not blank.
#[derive(Clone, Copy, Debug)]
pub struct Line<'t> {
    /// The line, with its indentation, without blanks at the end.
    pub piece: Piece<'t>,
    /// What stands between it and the line before.
    pub gap: Gap,
}

impl<'t> Line<'t> {
    /// The text without indentation.
    pub fn text(&self) -> &'t str {
        self.piece.text.trim_start()
    }

    /// How many blanks stand before the text.
    pub fn indentation(&self) -> usize {
        self.piece.text.len() - self.text().len()
    }
}

/// What stands between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: the next physical line, or the same one.
    None,
    /// A page line or debris that interrupted the text, and was taken out.
    Removed,
    /// A blank line, or the top of the text.
    Blank,
}

/// Makes lines of the pieces of the text; claims the pilcrows.
pub fn of_pieces<'t>(pieces: &[Piece<'t>], draft: &mut Draft<'t>) -> Vec<Line<'t>> {
    let mut lines: Vec<Line<'t>> = Vec::with_capacity(pieces.len());
    let mut gap = Gap::Blank;
    let mut above: Option<u32> = None;
    for piece in pieces {
        if piece.is_blank() {
            gap = Gap::Blank;
            continue;
        }
        if gap == Gap::None && above.is_some_and(|above| piece.line > above + 1) {
            gap = Gap::Removed;
        }
        above = Some(piece.line);
        let text = without_pilcrow(*piece, draft);
        if text.is_blank() {
            continue;
        }
        for part in without_glued_rules(text) {
            lines.push(Line { piece: part, gap });
            gap = Gap::None;
        }
    }
    lines
}

/// Cuts the pilcrow of the web edition off the start of a line.
fn without_pilcrow<'t>(piece: Piece<'t>, draft: &mut Draft<'t>) -> Piece<'t> {
    let indent = piece.text.len() - piece.text.trim_start().len();
    let mut text = piece.slice(0..piece.text.trim_end().len());
    if text.text[indent..].starts_with('\u{b6}') {
        let end = indent + '\u{b6}'.len_utf8();
        draft.claim(text.slice(indent..end), Zone::Pilcrow);
        text = text.slice(end..text.text.len());
    }
    text
}

/// Parts a line at the rules in it, unless it is a row of a table.
fn without_glued_rules(piece: Piece<'_>) -> Vec<Piece<'_>> {
    let text = piece.text;
    if !text.contains("---") && !text.contains("===") && !text.contains("***")
        || shape::is_rule(text)
        || shape::is_column_rule(text)
        || shape::column_gaps(text) > 1
    {
        return vec![piece];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        let rule = word.trim_end();
        let next = at + word.len();
        if is_stroke(rule, at == 0 || next == text.len()) {
            parts.push(piece.slice(start..at));
            parts.push(piece.slice(at..at + rule.len()));
            start = next;
        }
        at = next;
    }
    parts.push(piece.slice(start..text.len()));
    join_strokes(piece, parts.into_iter().filter(|part| !part.is_blank()).collect())
}

/// Whether the word is a rule: longer in mid-line, where a dash can be meant.
fn is_stroke(word: &str, at_edge: bool) -> bool {
    let least = if at_edge { 4 } else { 5 };
    word.len() >= least && ["-", "=", "*"].iter().any(|stroke| word.trim_start_matches(stroke).is_empty())
}

/// Joins rules that stand side by side: one rule that was broken after 45 strokes.
fn join_strokes<'t>(piece: Piece<'t>, parts: Vec<Piece<'t>>) -> Vec<Piece<'t>> {
    let mut joined: Vec<Piece<'t>> = Vec::with_capacity(parts.len());
    for part in parts {
        let dashes = part.text.trim().bytes().all(|byte| b"-=* ".contains(&byte));
        match joined.last_mut() {
            Some(last) if dashes && shape::is_rule(last.text) => {
                *last = piece.slice(last.start - piece.start..part.end() - piece.start);
            }
            _ => joined.push(part.slice(0..part.text.trim_end().len())),
        }
    }
    joined
}
