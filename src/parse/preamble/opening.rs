//! Tells what begins the text behind a preamble: paragraph numbers, rules, summaries, prose.
//!
//! Only as much as is needed to end the preamble; numbering and headings are judged by the text itself.

use super::label;
use super::scan::Scan;
use crate::cable::marking::FoundMarking;

/// Whether a line opens the text by its own shape.
pub fn opens_text(text: &str) -> bool {
    is_paragraph_start(text) || is_rule(text) || is_summary_opener(text)
}

/// Whether a line begins with a paragraph number: `1. Text`, `1.(C) Text`, `6 (C) Text`, `(C) 3. Text`.
pub fn is_paragraph_start(text: &str) -> bool {
    let text = &text[label::lead_length(text)..];
    let text = match FoundMarking::leading(text) {
        Some(found) => text[found.length..].trim_start(),
        None => text,
    };
    let mut scan = Scan::new(text);
    if !matches!(scan.run(|byte| byte.is_ascii_digit()), 1..=2) {
        return false;
    }
    let blanks = scan.blanks();
    match scan.run(|byte| matches!(byte, b'.' | b':' | b')')) {
        0 => blanks > 0 && FoundMarking::leading(&text[scan.at()..]).is_some(),
        _ => !scan.peek().is_some_and(|byte| byte.is_ascii_digit()),
    }
}

/// Whether a line is the first paragraph, numbered 1 and followed by its marking or by words.
pub fn is_first_paragraph(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("1.") else { return false };
    let rest = rest.trim_start();
    FoundMarking::leading(rest).is_some() || begins_with_word(rest)
}

/// Whether a text begins with a word of prose: a capital and a small letter, or a summary in capitals.
fn begins_with_word(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && (letters.next().is_some_and(|second| second.is_ascii_lowercase() || second == b' ') || is_summary_opener(text))
}

/// Whether a line is a rule: three or more dashes or the like, broken or spaced.
pub fn is_rule(text: &str) -> bool {
    let marks = text.bytes().filter(|byte| matches!(byte, b'-' | b'=' | b'_' | b'*' | b'~' | b'.')).count();
    let blanks = text.bytes().filter(|&byte| byte == b' ').count();
    marks >= 3 && marks + blanks == text.len()
}

/// Where a rule that is glued into a line begins: four dashes or more.
pub fn glued_rule(text: &str) -> Option<usize> {
    text.find("----").map(|at| text[..at].trim_end().len())
}

const OPENERS: &[&str] = &["BEGIN SUMMARY", "SUMMARY", "SUMMAY", "SUMMMARY", "KEY POINTS", "INTRODUCTION", "CONTENTS"];
const FOLLOWERS: &[&str] =
    &["COMMENT", "INTRODUCTION", "ACTION REQUEST", "ACTION REQUESTED", "SUMMARY", "CONCLUSION", "RECOMMENDATION", "BACKGROUND"];

/// Whether a line opens a summary: `SUMMARY`, `Summary:`, `(C) SUMMARY AND COMMENT`.
pub fn is_summary_opener(text: &str) -> bool {
    let text = &text[label::lead_length(text)..];
    let text = match FoundMarking::leading(text) {
        Some(found) => text[found.length..].trim_start(),
        None => text,
    };
    let mut scan = Scan::new(text);
    if !scan.whole_word(OPENERS) {
        return false;
    }
    scan.blanks();
    if scan.whole_word(&["AND"]) || scan.one(|byte| matches!(byte, b'/' | b'&')).is_some() {
        scan.blanks();
        if !scan.whole_word(FOLLOWERS) {
            return false;
        }
        scan.blanks();
    }
    scan.is_at_end() || scan.one(|byte| matches!(byte, b':' | b'.' | b'-')).is_some() || text[scan.at()..].starts_with('(')
}

/// Where a summary opens within a line, in the manner of flattened text: ` Summary:`, ` SUMMARY: (C)`.
pub fn glued_summary(text: &str) -> Option<usize> {
    let opens = |at: &usize| {
        let opener = &text[at + 1..];
        let bare = opener.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("SUMMARY"));
        let punctuated = opener.get(7..).is_some_and(|rest| rest.starts_with([':', '.']));
        let behind = opener.get(8..).unwrap_or("").trim_start();
        let capitals = opener.starts_with("SUMMARY");
        bare && punctuated && (FoundMarking::leading(behind).is_some() || !capitals && is_upper(&text[..*at]))
    };
    text.match_indices(' ').map(|(at, _)| at).find(opens)
}

/// Whether a text has letters, and all of them are capitals.
pub fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// Whether a line reads as prose: longer than 40 characters with words in small letters, or a full sentence.
pub fn is_prose(text: &str) -> bool {
    let small_words = text.split(' ').filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())).count();
    let length = text.trim().chars().count();
    length > 40 && small_words >= 3 || small_words >= 2 && text.split(' ').count() >= 4 && text.trim_end().ends_with('.')
}
