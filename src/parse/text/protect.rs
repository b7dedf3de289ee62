//! Paragraphs that ask to protect a source: `the minister (strictly protect) said`.
//!
//! The request is a clause of its own, or is in parentheses; a text about protecting anything asks nothing.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::capitals::Capitals;
use crate::cable::Paragraph;
use crate::lex::{Ahead, words};

static PROTECT: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("PROTECT"));

/// Words of a request beside the verb.
const COMPANIONS: [&str; 15] = [
    "STRICTLY",
    "PLEASE",
    "FULLY",
    "CLOSELY",
    "SOURCE",
    "SOURCES",
    "IDENTITY",
    "IDENTITIES",
    "NAME",
    "NAMES",
    "HIS",
    "HER",
    "THEIR",
    "THROUGHOUT",
    "ACCORDINGLY",
];

/// The numbers of the paragraphs that ask for it.
pub fn read(paragraphs: &[Paragraph], capitals: &Capitals) -> Vec<i32> {
    let mut numbers = Vec::new();
    let mut last = None;
    for index in capitals.holding(&PROTECT) {
        if last.replace(index) == Some(index) {
            continue;
        }
        let Some(number) = paragraphs[index].number else { continue };
        if numbers.last() != Some(&number) && asks(capitals.paragraph(index)) {
            numbers.push(number);
        }
    }
    numbers
}

/// Words that make a request of the verb, whatever is before them.
const URGENT: [&str; 2] = ["STRICTLY", "PLEASE"];

/// Signs that end a clause.
const BORDERS: [char; 13] = ['(', ')', '[', ']', ',', ';', '.', ':', '/', '-', '"', '!', '\n'];

/// Whether a text in upper case asks to protect a source.
fn asks(text: &str) -> bool {
    let mut borders = Ahead::of(|from| text[from..].find(BORDERS).map(|at| from + at));
    PROTECT.find_iter(text.as_bytes()).any(|at| {
        let (before, behind) = (&text[..at], &text[at + PROTECT.needle().len()..]);
        let is_word = |side: &str, end: Option<char>| side.is_empty() || end == Some(' ');
        let is_companion = |word: &str| COMPANIONS.contains(&word);
        let start = text.len() - behind.len();
        let right = &text[start..borders.next(start).unwrap_or(text.len())];
        if !is_word(right, right.chars().next()) || !right.split_whitespace().all(is_companion) {
            return false;
        }
        // Only the last one of a clause comes as far as this.
        let start = before.rfind(BORDERS);
        let left = &before[start.map_or(0, |at| at + 1)..];
        if !is_word(left, left.chars().next_back()) {
            return false;
        }
        let is_urgent =
            left.split_whitespace().rev().take_while(|word| is_companion(word)).any(|w| URGENT.contains(&w));
        let is_all = left.split_whitespace().all(is_companion);
        let is_alone = left.trim().is_empty() && right.trim().is_empty();
        let opens = start.is_some_and(|at| before[at..].starts_with(['(', '[']));
        let closes = behind[right.len()..].starts_with([')', ']']);
        is_urgent || is_all && (!is_alone || opens || closes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_clause_of_its_own_or_is_urged() {
        for text in [
            "MAYOR QUADE (STRICTLY PROTECT) SAID",
            "MAYOR QUADE (PROTECT) SAID",
            "MAYOR QUADE [HARBORS, PLEASE PROTECT] SAID",
            "MAYOR QUADE (OF LIMA, PROTECT) SAID",
            "PROTECT SOURCE: THE MAYOR SAID",
            "HE KNEW. PLEASE STRICTLY PROTECT HIS IDENTITY.",
            "ADDRESSEES ARE ASKED TO STRICTLY PROTECT.",
        ] {
            assert!(asks(text), "{text}");
        }
        for text in [
            "THEY MUST PROTECT THE HARBOR",
            "THE LAW IS THERE TO PROTECT THEIR IDENTITY.",
            "PLEASE PROTECT OUR INTERESTS",
            "THE HARBOR (PROTECTED) IS SMALL",
            "WHOM THEY WOULD, OR COULD, PROTECT, NOBODY KNEW",
            "TO SERVE AND PROTECT.",
        ] {
            assert!(!asks(text), "{text}");
        }
    }
}
