//! Action requests: whether the text asks for action, and in which paragraphs.
//!
//! A request is opened by a heading or the start of a paragraph, or stated (`This is an action request. See
//! paragraph 3`). A text that mentions somebody else's request makes none. Words are looked for in a text in which every run
//! of spaces is one.

use std::collections::HashSet;
use std::sync::LazyLock;

use memchr::memchr2;
use memchr::memmem::Finder;

use super::capitals::Capitals;
use super::span::blocks;
use crate::cable::Paragraph;
use crate::lex::{Ahead, begins_in_any_case, shape, spaces, words};
use crate::tables::openers;

/// The words of a request, longest first.
static REQUESTS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| openers::all().action.all().iter().map(|phrase| words::finder(phrase)).collect());

/// Words that name the paragraph of a request, in the same sentence.
static POINTER: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("SEE PARA"));

/// Letters of a sentence before the words of a request that are looked at.
const SENTENCE: usize = 60;

/// An action request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionRequest {
    /// The text asks for action.
    pub is_made: bool,
    /// Paragraphs that carry the request or that it names.
    pub paragraphs: Vec<i32>,
}

/// Reads the action requests of the text, and of the notes and the subject before it.
pub fn read<'n>(
    paragraphs: &[Paragraph],
    capitals: &Capitals,
    notes: impl Iterator<Item = &'n String>,
    subject: Option<&str>,
) -> ActionRequest {
    let mut request = ActionRequest { is_made: subject.is_some_and(ends_in_request), ..ActionRequest::default() };
    for note in notes {
        let note = spaces::single(note).to_ascii_uppercase();
        if let Some(behind) = statement(&note) {
            request.is_made = true;
            request.paragraphs.extend(named_paragraphs(&note[behind..]));
        }
    }
    let mut headed = false;
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if let Some(heading) = &paragraph.heading {
            headed = heading.split('\n').any(|line| opener(line).is_some());
        }
        let mentioned = capitals.mention_request(index);
        if !headed && !mentioned {
            continue;
        }
        let text = spaces::single(&paragraph.text);
        let upper = spaces::single(capitals.paragraph(index));
        let opened = headed || blocks(&text).any(|block| opener(behind_letter(block)).is_some());
        let stated = if mentioned { statement(&upper) } else { None };
        let Some(behind) = stated.or(opened.then_some(0)) else { continue };
        request.is_made = true;
        let named = named_paragraphs(&upper[behind..]);
        // A statement that names the paragraph points to it; else it carries the request itself.
        if opened && !points_elsewhere(&text) || named.is_empty() {
            request.paragraphs.extend(paragraph.number);
        }
        request.paragraphs.extend(named);
    }
    let mut seen = HashSet::new();
    request.paragraphs.retain(|number| seen.insert(*number));
    request
}

/// Whether a subject ends in the words of a request after a sign: `HARBOR FEES - ACTION REQUEST`.
fn ends_in_request(subject: &str) -> bool {
    let subject = subject.trim_end_matches([')', '.', ' ']);
    openers::all().action.all().iter().any(|phrase| {
        let before = subject.len().checked_sub(phrase.len()).and_then(|at| subject.split_at_checked(at));
        before.is_some_and(|(before, end)| {
            end.eq_ignore_ascii_case(phrase) && before.trim_end().ends_with(['-', ':', '(', '/', ';', ','])
        })
    })
}

/// Whether the words of a request are followed by the paragraph that holds it: `ACTION REQUEST IN PARA 9`.
fn points(rest: &str) -> bool {
    const POINTERS: [&str; 8] = [
        "PARA",
        "IN PARA",
        "AT PARA",
        "SEE PARA",
        "PLEASE SEE PARA",
        "IS IN PARA",
        "IS CONTAINED IN PARA",
        "FOLLOWS IN PARA",
    ];
    let rest = rest.trim_start_matches([' ', ':', '-', ',', '(']);
    POINTERS.iter().any(|words| begins_in_any_case(rest, words))
}

/// Whether the opener names another paragraph right away: `ACTION REQUEST: SEE PARAGRAPH 5`.
fn points_elsewhere(text: &str) -> bool {
    let Some(phrase) = opener(text) else { return false };
    let start = behind_companion(text.trim_start_matches([' ', '(', '-', '*']));
    points(start[phrase.len()..].trim_start_matches(['.', ' ']))
}

/// The words of a request that `text` begins with.
fn opener(text: &str) -> Option<&'static str> {
    let start = behind_companion(text.trim_start_matches([' ', '(', '-', '*']));
    let phrase = openers::all().action.alike(start).iter().find(|phrase| begins_in_any_case(start, phrase))?;
    let rest = start[phrase.len()..].trim_start_matches(['S', 's', ')']);
    let over = rest.trim().is_empty() || rest.trim_start().starts_with([':', '.', '-', ';', '\n', '/', '(', '&']);
    let with = [" AND ", " FOR ", " TO "].iter().any(|word| begins_in_any_case(rest, word))
        && is_upper(&start[..phrase.len()])
        || [" IN PARA", " IS IN PARA", " AT PARA"].iter().any(|words| begins_in_any_case(rest, words));
    (over || with).then_some(*phrase)
}

/// The text after the letter of an item: `j. Action Request: ...` (case `action-in-item`).
fn behind_letter(block: &str) -> &str {
    match shape::ItemLabel::leading(block) {
        Some(shape::ItemLabel::Small(_) | shape::ItemLabel::Capital(_)) => {
            block.split_once(['.', ')']).map_or(block, |(_, text)| text)
        }
        _ => block,
    }
}

/// The text after `SUMMARY AND `, which may come before a request.
fn behind_companion(text: &str) -> &str {
    const COMPANIONS: &[&str] = &[
        "SUMMARY AND ",
        "SUMMARY/",
        "COMMENT AND ",
        "COMMENT/",
        "INTRODUCTION AND ",
        "BACKGROUND AND ",
        "URGENT ",
        "IMMEDIATE ",
    ];
    let found = COMPANIONS.iter().find(|words| begins_in_any_case(text, words));
    found.map_or(text, |words| &text[words.len()..])
}

fn is_upper(text: &str) -> bool {
    !text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Where a statement such as `This is an action request` ends, in a text in upper case; a negated one does not count.
fn statement(upper: &str) -> Option<usize> {
    let bytes = upper.as_bytes();
    for phrase in REQUESTS.iter() {
        let mut ends = Ahead::of(|from| memchr2(b'.', b'\n', &bytes[from..]).map(|at| from + at));
        let mut pointers = Ahead::of(|from| POINTER.find(&bytes[from..]).map(|at| from + at));
        for at in phrase.find_iter(upper.as_bytes()) {
            let length = phrase.needle().len();
            let window = upper.ceil_char_boundary(at.saturating_sub(SENTENCE));
            let before = &upper[window..at];
            let before = &before[before.rfind(['.', '?', '!', '(', '\n']).map_or(0, |end| end + 1)..];
            let negated = [" NO ", " NOT "].iter().any(|word| before.contains(word));
            let stated = ["THIS IS A", "THIS MESSAGE", "THIS CABLE", "THIS TELEGRAM", "SEE "];
            let stated = stated.iter().any(|words| before.contains(words));
            let behind = at + length;
            let mut holds_pointer =
                || pointers.next(behind).is_some_and(|pointer| ends.next(behind).is_none_or(|end| pointer < end));
            let stated = stated || !before.contains("REF") && (points(&upper[behind..]) || holds_pointer());
            if stated && !negated {
                return Some(behind);
            }
        }
    }
    None
}

/// The numbers after `PARAGRAPH`, `PARAS` and their like in a text in upper case: `PARAS 6 AND 9`, `PARAGRAPHS 2-4`.
fn named_paragraphs(upper: &str) -> Vec<i32> {
    let mut numbers = Vec::new();
    for (at, _) in upper.match_indices("PARA") {
        let glued = upper[..at].ends_with(|last: char| last.is_alphanumeric());
        let rest = upper[at + 4..].trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '.');
        if !glued {
            read_numbers(rest, &mut numbers);
        }
    }
    numbers
}

/// Reads `6 AND 9`, `2-4`, `3, 4 AND 5` from the start of `text`.
fn read_numbers(text: &str, numbers: &mut Vec<i32>) {
    let mut rest = text.trim_start_matches([' ', '(', ')', '\n']);
    let mut range = false;
    loop {
        let Some((number, digits)) = number_in_front(rest) else { return };
        if let Some(first) = numbers.last().copied().filter(|first| range && *first < number) {
            numbers.extend(first + 1..number);
        }
        numbers.push(number);
        rest = &rest[digits..];
        let signs = [" THROUGH ", " THRU ", " TO ", "-", " - ", " AND ", ", AND ", ", ", ",", " & ", "/"];
        let Some(sign) = signs.iter().find(|sign| rest.starts_with(**sign)) else { return };
        range = matches!(*sign, " THROUGH " | " THRU " | " TO " | "-" | " - ");
        rest = &rest[sign.len()..];
    }
}

/// A number in digits, or one of the first ten in words, and its length.
fn number_in_front(text: &str) -> Option<(i32, usize)> {
    const WORDS: [&str; 10] = ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let number = text[..digits].parse::<i32>().ok().filter(|number| (1..100).contains(number))?;
        return Some((number, digits));
    }
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let index = WORDS.iter().position(|word| *word == &text[..length])?;
    Some((i32::try_from(index).ok()? + 1, length))
}
