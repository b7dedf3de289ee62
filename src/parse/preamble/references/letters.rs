//! The letters and numbers before the items of REF: `A.`, `(B)`, `C)`.

use super::cable;
use crate::lex::begins_in_any_case;

/// A letter or number before an item.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// In upper case.
    pub label: char,
    /// The signs around it.
    pub style: Style,
    /// Bytes it takes.
    pub length: usize,
}

/// One to three letters before one item.
#[derive(Clone, Copy, Debug)]
pub struct LetterMarks {
    /// The form's, where there are several.
    pub first: Mark,
    /// The author's, where there are several.
    pub last: Mark,
    /// How many there are.
    pub count: usize,
}

/// How a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `A.`, as the message form writes it, or `A:`.
    Period,
    /// `A)`, `(A)`, `[A]`, and `A/`, `A-` or `A,` before a cable: only people write these.
    Parenthesis,
    /// `A ` or `A -`: a letter alone.
    Bare,
}

/// The letters a line begins with, at most three, and what follows them.
pub fn marks_in_front(text: &str) -> (Option<LetterMarks>, &str) {
    let mut marks: Option<LetterMarks> = None;
    let mut rest = text;
    while marks.is_none_or(|marks| marks.count < 3)
        && let Some(mark) = mark_at(rest)
    {
        marks = match marks {
            Some(_) if mark.style == Style::Bare => break,
            Some(marks) => Some(LetterMarks { last: mark, count: marks.count + 1, ..marks }),
            None => Some(LetterMarks { first: mark, last: mark, count: 1 }),
        };
        rest = rest[mark.length..].trim_start();
    }
    (marks, rest)
}

/// The letter or number at the beginning of a text, in any style, with or without `REF` (case `refs-label-repeated`).
pub fn mark_at(text: &str) -> Option<Mark> {
    // A letter of a list is alone, but for a label before it.
    let is_word =
        |letters: &[u8]| letters.iter().all(u8::is_ascii_alphanumeric) && !letters[0].eq_ignore_ascii_case(&b'R');
    if text.starts_with(' ') || text.as_bytes().get(..2).is_some_and(is_word) {
        return None;
    }
    let has_label = begins_in_any_case(text, "REF") && text[3..].starts_with([' ', '(']);
    let lead = if has_label { text.len() - text[3..].trim_start().len() } else { 0 };
    let opened = text[lead..].strip_prefix(['(', '[']).unwrap_or(&text[lead..]);
    let bracket = text.len() - lead - opened.len();
    let mut signs = opened.trim_start_matches(' ').chars();
    let label = signs.next().filter(char::is_ascii_alphanumeric)?.to_ascii_uppercase();
    let rest = signs.as_str();
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    let mut closing = rest.trim_start_matches(' ').chars();
    let style = match (bracket, closing.next()) {
        (0 | 1, Some(')' | ']')) => Style::Parenthesis,
        (0, Some('.' | ':')) if spaces == 0 => Style::Period,
        (0, Some('-')) if spaces > 0 && closing.as_str().starts_with(' ') => Style::Bare,
        (0, Some('/' | '-' | ',')) if spaces == 0 && label.is_ascii_alphabetic() => {
            cable::read(closing.as_str().trim_start(), None)?;
            Style::Parenthesis
        }
        (0, Some(_)) if spaces > 0 && label.is_ascii_alphabetic() => {
            // `REF A LIMA 12`: whoever writes the word means the letter.
            let style = if lead > 0 { Style::Parenthesis } else { Style::Bare };
            return Some(Mark { label, style, length: text.len() - rest.len() + spaces });
        }
        _ => return None,
    };
    let mut behind = closing.as_str();
    if style == Style::Period {
        behind = behind.strip_prefix(')').unwrap_or(behind);
        // `U.S. EMBASSY` and `8.5` hold no letters of a list.
        if !behind.is_empty() && !behind.starts_with([' ', '(']) && cable::read(behind, None).is_none() {
            return None;
        }
    }
    let numeric_dot = label.is_ascii_digit() && style == Style::Period && !behind.starts_with(' ');
    (!numeric_dot).then_some(Mark { label, style, length: text.len() - behind.len() })
}

/// The letter so many steps after another.
pub fn after(label: char, steps: u8) -> char {
    u8::try_from(label).map_or(label, |label| char::from(label.saturating_add(steps)))
}
