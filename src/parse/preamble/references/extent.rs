//! How far the lines of REF go.
//!
//! A line continues the field where it begins with the next letter, where the item before lacks something, or
//! where it cites something itself. Prose never does. Labels of other fields, paragraphs, rules and page lines are
//! for the caller to know.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::chunks::{self, Chunk, ReferenceField};
use super::{cable, cites};
use crate::lex::{Piece, begins_in_any_case};
use crate::tables::posts;

/// Lines before the next one that are looked at; no field in earnest has more.
const LINES_LOOKED_AT: usize = 40;

/// Whether `next` continues the field as read so far, blank lines and all; `ahead` are the lines after it.
pub fn continues(field: &mut ReferenceField<'_>, next: &str, ahead: &[Piece<'_>]) -> bool {
    let text = chunks::without_margin(next).trim_matches([' ', '\t', '\u{b6}']);
    if text.is_empty() || is_sentence(text) && !cites(text) {
        return false;
    }
    let is_behind_blank = field.last_line().is_some_and(Piece::is_blank);
    let mut tail = field.tail(LINES_LOOKED_AT);
    let field = tail.as_mut().unwrap_or(field);
    let is_open = field.is_open();
    let last = field.chunks().next_back();
    let label = last.and_then(|chunk| chunk.label);
    let lacks_post = || last.is_some_and(|chunk| ends_in_year(&chunk.text)) && posts::longest_prefix(text).is_some();
    let unfinished = is_open || last.is_none_or(|chunk| lacks_something(&chunk.text)) || lacks_post();
    if chunks::begins_with_next_label(text, label) || unfinished || chunks::holds_next_label(text, label) {
        return true;
    }
    let is_in_title = || last.is_some_and(|chunk| is_in_parentheses(&chunk.text)) && text.len() < 80;
    if is_behind_blank {
        return is_in_title();
    }
    let goes_on_below = || {
        ahead
            .iter()
            .take(LINES_OF_TITLE)
            .take_while(|line| !line.is_blank())
            .any(|line| label.is_some() && chunks::begins_with_next_label(chunks::without_margin(line.text), label))
    };
    begins_citation(text)
        || last.is_some_and(|chunk| wraps(chunk, next))
        || is_in_title()
        || is_qualification(text)
        || goes_on_below()
}

/// The title of an item is wrapped over no more lines.
const LINES_OF_TITLE: usize = 3;

/// Whether a text ends within parentheses.
fn is_in_parentheses(text: &str) -> bool {
    let open = text.bytes().filter(|&byte| byte == b'(').count();
    let closed = text.bytes().filter(|&byte| byte == b')').count();
    open > closed
}

/// Whether a line begins with words that say more of the cable before it.
fn is_qualification(text: &str) -> bool {
    begins_in_any_case(text, "AND PREVIOUS")
}

/// Where paragraph 1 begins in mid-line, after the first `from` bytes: `STATE 165115 1. Post grants ...`.
pub fn text_within(line: &str, from: usize) -> Option<usize> {
    let mut starts = PARAGRAPH.find_iter(line.get(from..)?.as_bytes()).map(|at| from + at + 1);
    starts.find(|&at| {
        let mut signs = line[at + 2..].trim_start().chars();
        signs.next().is_some_and(char::is_uppercase)
            && signs.next().is_some_and(char::is_lowercase)
            && is_sentence(&line[at..])
    })
}

static PARAGRAPH: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(" 1. "));

/// No more of a line is needed to recognize a sentence.
const ENOUGH_TO_TELL: usize = 200;

/// Whether a text is longer than a reference, and mostly of words in lower case.
fn is_sentence(text: &str) -> bool {
    if text.len() <= 40 {
        return false;
    }
    let text = &text[..text.floor_char_boundary(ENOUGH_TO_TELL)];
    let small = text.split(' ').filter(|word| word.starts_with(|c: char| c.is_lowercase())).count();
    small * 2 > text.split_ascii_whitespace().count()
}

/// Whether the last item is nothing but a year so far: `08`, with its post on the next line.
fn ends_in_year(text: &str) -> bool {
    let tail = text.trim_end().rsplit([',', ';', '\n']).next().unwrap_or_default().trim();
    let is_short = tail.len() == 2 && tail.bytes().all(|byte| byte.is_ascii_digit());
    is_short || tail.parse().is_ok_and(cable::is_full_year)
}

/// Whether the last item ends in a separator, a letter, a year, or a post without a number.
fn lacks_something(text: &str) -> bool {
    let text = text.trim_end();
    let tail = text.rsplit([',', ';', '\n']).next().unwrap_or_default().trim();
    let word = text.rsplit([' ', '\n']).next().unwrap_or_default();
    let is_post = |text: &str| posts::longest_prefix(text).is_some_and(|found| found.length == text.len());
    let name = tail.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    text.is_empty()
        || text.ends_with([',', ';', '&', '/', '-', ':'])
        || word.eq_ignore_ascii_case("and")
        || is_post(tail)
        || name.len() < tail.len() && is_post(name)
        || posts::is_first_word(word)
}

/// Whether a line begins with a cable or a number after which nothing but a note is.
fn begins_citation(text: &str) -> bool {
    cable::read(text, None).is_some() || cable::read_carried(text).is_some()
}

/// Whether an item in words continues in an indented or short line.
fn wraps(chunk: &Chunk<'_>, next: &str) -> bool {
    let is_text = cable::read(&chunk.text, None).is_none();
    let indented = next.starts_with("  ");
    let all_capitals = !next.contains(|c: char| c.is_lowercase());
    indented && next.len() < 80 && !next.trim_start().starts_with(|c: char| c.is_ascii_digit())
        || is_text && all_capitals && next.len() < 80 && !chunk.text.ends_with('.')
}
