//! Captions, which lines are nothing but captions, and sentences that spell one out.

use super::labels;
use crate::lex::fuzzy::edits;
use crate::lex::marking::FoundMarking;
use crate::lex::{openers, shape, words_in_any_case};
use crate::tables::{captions, levels};

/// The captions that a line begins with, and where they end.
pub fn leading(line: &str) -> (Vec<&'static str>, usize) {
    let mut found_captions = Vec::new();
    let mut end = 0;
    loop {
        // A dash may be between two captions, but before the first one it is a mark of a list.
        let is_separator = |c: char| matches!(c, ' ' | ',' | '/' | ';' | '.') || c == '-' && end > 0;
        let rest = line[end..].trim_start_matches(is_separator);
        let start = line.len() - rest.len();
        let Some(caption) = captions::leading(rest) else { return (found_captions, end) };
        found_captions.push(caption.kept);
        end = start + caption.written.len();
    }
}

/// Whether a line holds nothing but captions.
pub fn fill(line: &str) -> bool {
    let (captions, end) = leading(line);
    are_all(&captions, &line[end..])
}

/// The captions of a line that holds nothing else, but for a level before them (`SECRET//NOFORN`), or that are
/// damaged: misspelled, or glued to one another.
pub fn unusual(line: &str) -> Option<Unusual> {
    let text = line.trim();
    if text.len() > LONGEST_LINE || !text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let behind_level = || {
        let rest = levels::in_envelopes().iter().find_map(|level| text.strip_prefix(level))?;
        let (captions, end) = leading(rest);
        let legal = rest.starts_with([' ', '/']) && are_all(&captions, &rest[end..]);
        legal.then_some(Unusual { captions, damaged: false })
    };
    behind_level().or_else(|| damaged(text))
}

/// Captions that are not written by the rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Unusual {
    /// As they are kept.
    pub captions: Vec<&'static str>,
    /// Whether they were misspelled or glued.
    pub damaged: bool,
}

/// A line of captions is no longer.
const LONGEST_LINE: usize = 60;

/// The letters of the shortest caption that is known where it is misspelled.
const SHORTEST_MISSPELT: usize = 6;

fn damaged(text: &str) -> Option<Unusual> {
    let words = text.split([' ', ',', '/', ';', '.']).filter(|word| !word.is_empty());
    let mut captions = Vec::new();
    for word in words {
        match misspelt(word) {
            Some(caption) => captions.push(caption),
            None => captions.append(&mut glued(word)?),
        }
    }
    Some(Unusual { captions, damaged: true })
}

/// Captions of one word.
fn single_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    captions::all().filter(|caption| !caption.written.contains(' ')).map(|caption| (caption.written, caption.kept))
}

fn misspelt(word: &str) -> Option<&'static str> {
    let long = single_words().filter(|(written, _)| written.len() >= SHORTEST_MISSPELT);
    long.into_iter().find(|(written, _)| edits(word, written, 1).is_some()).map(|(_, caption)| caption)
}

/// The captions a word is glued from.
fn glued(word: &str) -> Option<Vec<&'static str>> {
    let mut captions = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let (written, caption) = single_words().find(|(written, _)| rest.starts_with(written))?;
        captions.push(caption);
        rest = &rest[written.len()..];
    }
    Some(captions)
}

/// Whether a line holds nothing but the captions that come before of `rest`.
pub fn are_all(captions: &[&str], rest: &str) -> bool {
    !captions.is_empty() && rest.trim_matches([' ', ',', '/', ';', '.', '-']).is_empty()
}

/// Whether what follows these captions on their line only qualifies the last: `NODIS CHEROKEE`, `EXDIS HANDLE WITH CARE`.
pub fn are_qualified(captions: &[&str], rest: &str) -> bool {
    let may_be = captions::known_in(captions::CaptionPlace::Qualified);
    let is_word = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'-' | b'/' | b'(' | b')' | b'\'');
    captions.last().is_some_and(|last| may_be.contains(last))
        && rest.len() <= LONGEST_QUALIFIER
        && rest.bytes().all(is_word)
}

/// Bytes of the words that qualify a caption.
const LONGEST_QUALIFIER: usize = 40;

/// Where the words that make a line a sentence of handling end: `(U) THIS CABLE IS SENSITIVE BUT UNCLASSIFIED. PLEASE
/// PROTECT` (case `caption-sentence-wrapped`).
pub fn sentence(line: &str) -> Option<usize> {
    const WORDS: &str = "SENSITIVE BUT UNCLASSIFIED";
    const LEADS: [&str; 5] = ["", "THIS MESSAGE IS", "THIS CABLE IS", "THIS TELEGRAM IS", "ENTIRE TEXT IS"];
    if line.len() > LONGEST_SENTENCE {
        return None;
    }
    let marked = line.trim_start();
    let marking = FoundMarking::leading(marked).map_or(0, |found| found.length);
    let text = marked.get(marking..)?.trim_start();
    if !text.starts_with(['S', 's', 'T', 't', 'E', 'e']) {
        return None;
    }
    LEADS.iter().find_map(|lead| {
        let behind = text[words_in_any_case(text, lead)?..].trim_start();
        words_in_any_case(behind, WORDS).map(|length| line.len() - behind.len() + length)
    })
}

/// A line longer than this is a paragraph.
const LONGEST_SENTENCE: usize = 200;

/// Whether a sentence of handling continues from the line above to the next.
pub fn sentence_continues(above: &str, next: &str) -> bool {
    let begins = labels::leading(next).is_some() || shape::numbered(next).is_some() || openers::length(next).is_some();
    let ended = above.trim_end().ends_with('.') || next.trim().is_empty() || shape::has_rule(next);
    !ended && !begins && shape::is_capital(above) == shape::is_capital(next)
}
