//! The pieces of the text as lines without blank ones and glued rules.
//!
//! What was between two lines is kept as a gap; everything after works on lines and gaps. Rules that an
//! editor glued to a heading (`Iraq ----`) become lines of their own here.

use crate::lex::shape::{self, ItemLabel, NumberSeparator, Numbered};
use crate::lex::{LineRule, Piece, begins_in_any_case};

/// A line of the text that is not blank.
#[derive(Clone, Copy, Debug)]
pub struct TextLine<'t> {
    /// The line, with its indentation, without spaces at the end.
    pub piece: Piece<'t>,
    /// What is between it and the line before.
    pub gap: Gap,
    /// The text without indentation.
    text: &'t str,
    column_gaps: usize,
    begins_with_word: bool,
    is_prose: bool,
    is_tail: bool,
}

impl<'t> TextLine<'t> {
    /// The line in `piece`, after `gap`.
    #[inline]
    pub fn new(piece: Piece<'t>, gap: Gap) -> TextLine<'t> {
        let column_gaps = if piece.is_candidate(LineRule::Columns) { shape::column_gaps(piece.text) } else { 0 };
        let is_set_in = !piece.text.as_bytes().first().is_some_and(u8::is_ascii_graphic);
        let text = if is_set_in { piece.text.trim_start() } else { piece.text };
        let begins_with_word = match text.as_bytes() {
            // A doubled bullet.
            [b'o', b'o', ..] => false,
            [first, second, ..] => first.is_ascii_alphabetic() && second.is_ascii_alphabetic(),
            _ => false,
        };
        let is_prose =
            begins_with_word && !is_set_in && column_gaps == 0 && !piece.is_candidate(LineRule::LabeledValue);
        TextLine { piece, gap, text, column_gaps, begins_with_word, is_prose, is_tail: false }
    }

    /// The line in `piece`, the last words of a line that a wrap ended, after the start of a paragraph within it.
    pub fn tail(piece: Piece<'t>) -> TextLine<'t> {
        TextLine { is_tail: true, ..TextLine::new(piece, Gap::None) }
    }

    /// Whether it is the last words of a line that a wrap ended.
    pub fn is_tail(&self) -> bool {
        self.is_tail
    }

    /// The text without indentation.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Whether it begins with two letters, as prose does: it has no number, no label and no stroke.
    pub fn begins_with_word(&self) -> bool {
        self.begins_with_word
    }

    /// Whether it begins with a word at the margin, and has no columns and no value after a label.
    pub fn is_prose(&self) -> bool {
        self.is_prose
    }

    /// The number, with its marking, that it begins with.
    pub fn numbered(&self) -> Option<Numbered> {
        if self.begins_with_word { None } else { shape::numbered(self.piece.text) }
    }

    /// The label of a list item that it begins with.
    pub fn label(&self) -> Option<ItemLabel> {
        if self.begins_with_word { None } else { ItemLabel::leading(self.text) }
    }

    /// Whether it is a rule under or over a heading.
    pub fn is_rule(&self) -> bool {
        !self.begins_with_word && shape::is_rule(self.text)
    }

    /// How many gaps of three or more spaces are between its words.
    pub fn column_gaps(&self) -> usize {
        self.column_gaps
    }

    /// How many spaces come before the text.
    pub fn indentation(&self) -> usize {
        self.piece.text.len() - self.text().len()
    }
}

/// The start of a numbered paragraph.
#[derive(Clone, Debug)]
pub struct NumberedStart {
    /// Index of the line.
    pub line: usize,
    /// Where the number begins in the line's piece.
    pub offset: usize,
    /// Number and marking.
    pub numbered: Numbered,
}

impl NumberedStart {
    /// The top of the text, in place of a start before the first one.
    pub fn top() -> NumberedStart {
        let numbered = Numbered { number: 0, separator: NumberSeparator::Period, marking: None, length: 0 };
        NumberedStart { line: 0, offset: 0, numbered }
    }
}

/// What is between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: the next physical line, or the same one.
    None,
    /// A page line or debris that interrupted the text, and was taken out.
    Removed,
    /// A blank line, or the top of the text.
    Blank,
}

/// Makes lines of the pieces of the text.
pub fn of_pieces<'t>(pieces: &[Piece<'t>]) -> Vec<TextLine<'t>> {
    let mut lines: Vec<TextLine<'t>> = Vec::with_capacity(pieces.len());
    let mut gap = Gap::Blank;
    let mut above: Option<u32> = None;
    for (index, piece) in pieces.iter().enumerate() {
        if piece.is_blank() {
            gap = Gap::Blank;
            continue;
        }
        if gap == Gap::None && above.is_some_and(|above| piece.line > above + 1) {
            gap = Gap::Removed;
        }
        let begins_line = above != Some(piece.line);
        above = Some(piece.line);
        let text = piece.trim_end();
        let is_short = begins_line && !text.is_joined();
        let is_whole = is_short && !may_end_in_heading(text, &pieces[index + 1..]);
        if is_whole && (!holds_strokes(text) || shape::is_rule(text.text)) {
            lines.push(TextLine::new(text, gap));
        } else {
            push_parts(text, gap, &pieces[index + 1..], &mut lines);
        }
        gap = Gap::None;
    }
    lines
}

/// Adds the parts of a line to which a rule or a heading may be glued, or what follows such a part.
#[inline(never)]
fn push_parts<'t>(piece: Piece<'t>, gap: Gap, below: &[Piece<'t>], lines: &mut Vec<TextLine<'t>>) {
    let next = below.iter().find(|next| !next.is_blank());
    let mut gap = gap;
    for part in without_glued_rules(piece) {
        let (text, heading) = without_glued_heading(part, next);
        let is_apart = lines.last().is_some_and(|last| last.piece.line == text.line) && is_short_capital(text);
        lines.push(TextLine::new(text, if is_apart { Gap::Blank } else { gap }));
        lines.extend(heading.map(|heading| TextLine::new(heading, Gap::Blank)));
        gap = Gap::None;
    }
}

/// Whether the line ends as no heading that an editor glued to it does; most lines above a number end with a sentence.
fn is_ended(text: &str) -> bool {
    matches!(text.trim_end().as_bytes().last(), Some(b'.' | b'?' | b'!' | b':' | b';' | b',' | b')' | b']'))
}

/// Whether a blank line and a number follow a line without an end: then a heading may be glued to it.
fn may_end_in_heading(line: Piece<'_>, below: &[Piece<'_>]) -> bool {
    let next = || below.iter().find(|next| !next.is_blank());
    below.first().is_some_and(Piece::is_blank)
        && !is_ended(line.text)
        && next().is_some_and(|next| shape::numbered(next.text).is_some())
}

/// Whether three strokes in a row are in the piece.
fn holds_strokes(piece: Piece<'_>) -> bool {
    piece.is_candidate(LineRule::RuleStrokes) && shape::holds_run(piece.text, b"-=*")
}

/// The bytes of the longest line that is searched for rules: each of its words may become a line.
const LONGEST_SPLIT: usize = 1 << 20;

/// Splits a line at the rules in it, unless it is a row of a table.
fn without_glued_rules(piece: Piece<'_>) -> Vec<Piece<'_>> {
    let text = piece.text;
    if text.len() > LONGEST_SPLIT
        || !holds_strokes(piece)
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

/// Splits a heading off the end of the line above a numbered paragraph: `... in May. Banking and Ferries`
fn without_glued_heading<'t>(piece: Piece<'t>, next: Option<&Piece<'t>>) -> (Piece<'t>, Option<Piece<'t>>) {
    let is_above_number = || next.is_some_and(|next| next.line > piece.line && shape::numbered(next.text).is_some());
    let may_hold = !is_ended(piece.text) && is_above_number();
    match may_hold.then(|| glued_heading(piece.text)).flatten() {
        Some(start) => {
            let (text, heading) = piece.split_at(start);
            (text.trim_end(), Some(heading.trim_end()))
        }
        None => (piece, None),
    }
}

/// Where a heading begins that follows the last sentence of a line: the first sentence end after which there is
/// nothing but a heading.
fn glued_heading(text: &str) -> Option<usize> {
    let text = text.trim_end();
    let ends = text.char_indices().rev().take(LONGEST_GLUED).filter(|(_, sign)| SENTENCE_ENDS.contains(sign));
    let starts = ends.filter_map(|(at, sign)| {
        let end = at + sign.len_utf8();
        let start = end + text[end..].len() - text[end..].trim_start().len();
        let is_behind = start > end && can_precede_heading(&text[..end], &text[start..]);
        (is_behind && is_glued_heading(&text[start..])).then_some(start)
    });
    starts.last()
}

/// The letters that a glued heading may have.
const LONGEST_GLUED: usize = 100;

const SENTENCE_ENDS: [char; 7] = ['.', '?', '!', ')', ']', '"', '\u{201d}'];

/// Whether the sentence is whole, so that a heading may follow it; a name may follow the end of a comment.
fn can_precede_heading(sentence: &str, heading: &str) -> bool {
    let unquoted = sentence.trim_end_matches([')', ']', '"', '\u{201d}']);
    let word = unquoted.trim_end_matches(['.', '?', '!']);
    let last = word.rsplit([' ', '(', '"']).next().unwrap_or_default();
    let is_whole = word.len() < unquoted.len() || shape::is_capital(heading) && !shape::is_capital(sentence);
    let is_abbreviated =
        last.len() < 3 && last.starts_with(|first: char| first.is_ascii_uppercase()) || last.contains('.');
    let is_title = matches!(last, "Nos" | "Mrs" | "Gen" | "Col" | "Sen" | "Rep" | "Gov" | "Amb");
    let is_comment = last.eq_ignore_ascii_case("comment") && !heading.contains(' ');
    is_whole && !is_abbreviated && !is_title && !is_comment
}

/// Whether the words are a heading: upper case or title case, one sentence at most, without an end.
fn is_glued_heading(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let raised =
        text.split_whitespace().filter(|word| word.trim_start_matches(['"', '(']).starts_with(char::is_uppercase));
    let is_titled = || words > 1 && shape::is_title_case(text) && raised.count() * 2 > words;
    let is_ended = is_ended(text) || text.contains(']');
    let holds_sentence = text.contains(". ") || text.contains("? ") || text.contains("! ");
    let begins = |word: &str| begins_in_any_case(text, word);
    let is_closer = ["END ", "NOTE", "(", "XXXX", "PARA"].into_iter().any(begins);
    text.len() <= LONGEST_GLUED
        && !is_ended
        && !holds_sentence
        && !is_closer
        && (shape::is_capital(text) || is_titled())
}

/// Whether the piece is short and in upper case, as a heading after a rule is.
fn is_short_capital(piece: Piece<'_>) -> bool {
    shape::is_capital(piece.text) && piece.text.len() <= 60
}

/// Whether the word is a rule: longer in mid-line, where a dash can be meant.
fn is_stroke(word: &str, at_edge: bool) -> bool {
    let least = if at_edge { 4 } else { 5 };
    word.len() >= least && ["-", "=", "*"].iter().any(|stroke| word.trim_start_matches(stroke).is_empty())
}

/// No rule is printed longer; a longer line of strokes is several.
const LONGEST_RULE: usize = 400;

/// Joins rules that are side by side: one rule that was broken after 45 strokes.
fn join_strokes<'t>(piece: Piece<'t>, parts: Vec<Piece<'t>>) -> Vec<Piece<'t>> {
    let mut joined: Vec<Piece<'t>> = Vec::with_capacity(parts.len());
    for part in parts {
        let dashes = part.text.trim().bytes().all(|byte| b"-=* ".contains(&byte));
        match joined.last_mut() {
            Some(last) if dashes && last.text.len() < LONGEST_RULE && shape::is_rule(last.text) => {
                *last = piece.slice(last.start - piece.start..part.end() - piece.start);
            }
            _ => joined.push(part.trim_end()),
        }
    }
    joined
}
