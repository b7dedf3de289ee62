//! Lines between the last addressee and the classification line that are of the preamble: captions, marks of correction,
//! notes of operators.
//!
//! The lists end at a caption, a mark of correction, a label or the break; else at a blank line, where nothing below it is
//! written as an address is.

use super::addressees;
use super::date_time_group::DateTimeGroupLine;
use super::marks::{self, Keyword};
use super::routing;
use crate::lex::{Piece, correction, form_line, page_line};
use crate::tables::{captions, posts};

/// No more lines come between the addresses and the text.
const MOST_LINES: usize = 24;

/// Where the lines of a header begin that come after the addresses and are none; all lines where there are no such.
pub(super) fn start(lines: &[Piece<'_>]) -> usize {
    let first = lines.len().saturating_sub(MOST_LINES);
    let mut end = lines.len();
    while let Some(last) = lines[first..end].iter().rposition(|line| !line.is_blank()).map(|last| first + last) {
        match is_of_preamble(lines[last].text.trim()).then_some(last).or_else(|| block_apart(lines, first, last)) {
            Some(start) => end = start,
            None => break,
        }
    }
    let is_addressed = |line: &Piece<'_>| Keyword::read(line.text.trim()).is_some();
    if lines[end..].iter().all(Piece::is_blank) || !lines[..end].iter().any(is_addressed) { lines.len() } else { end }
}

/// Whether a line directly under an address ends the lists: a caption, a mark of correction, or a label.
fn is_of_preamble(text: &str) -> bool {
    let is_caption = || captions::leading(text).is_some() && !addressees::is_written_as_address(text);
    is_caption() || correction::is_in(text) || has_label(text) || is_passing(text)
}

/// Whether a line says to whom the message is to be passed: `STATE FOR WHA/AND`, `DEPT PLEASE PASS TREASURY`.
fn is_passing(text: &str) -> bool {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let is_named = match words.next() {
        Some("FOR") => return true,
        Some("STATE" | "DEPT" | "DEPARTMENT") => true,
        Some(first) => posts::find(first).is_some(),
        None => false,
    };
    let verb = words.find(|word| !["PLEASE", "PLS", "ALSO"].contains(word));
    is_named && verb.is_some_and(|verb| ["FOR", "PASS"].contains(&verb))
}

/// Whether a line begins with one word and a colon, and the word is no keyword of a header: `NOTE: ...`
fn has_label(text: &str) -> bool {
    let word = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    word > 1 && text[word..].starts_with(": ") && Keyword::read(text).is_none()
}

/// Where the lines begin that end with `last` and that a blank line, or the break, separates from the addresses, if none
/// of them can be of a header. Where every line has a blank one above it, blank lines separate nothing.
fn block_apart(lines: &[Piece<'_>], first: usize, last: usize) -> Option<usize> {
    let is_break = |line: &Piece<'_>| line.text.trim().eq_ignore_ascii_case("BT");
    let above = lines[first..last].iter().rposition(|line| line.is_blank() || is_break(line))?;
    let start = first + above + 1;
    let before = lines[..start].iter().rposition(|line| !line.is_blank())?;
    let ends_list = || !page_line::is_in_header(lines[before].text) && before > 0 && !lines[before - 1].is_blank();
    let is_apart = is_break(&lines[before]) || ends_list();
    (is_apart && !lines[start..=last].iter().any(|line| is_of_header(line.text.trim()))).then_some(start)
}

fn is_of_header(text: &str) -> bool {
    page_line::is_in_header(text)
        || marks::is_prosign(text)
        || marks::group_count(text).is_some()
        || form_line::is_dashes(text)
        || routing::begins_with_signal(text)
        || Keyword::read(text).is_some()
        || DateTimeGroupLine::read(text).is_some()
        || addressees::is_written_as_address(text)
}
