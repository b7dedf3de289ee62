//! What one line looks like by itself: a rule, a numbered start, a list item, a row of a table.
//!
//! Says what a line may be; whether it is that, its neighbors decide elsewhere.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::marking::{FoundMarking, MarkingScope};

/// Whether the text is digits and nothing else, so many of them.
#[inline]
pub fn are_digits(text: &str, counts: RangeInclusive<usize>) -> bool {
    counts.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the line is a rule under or over a heading: `-----`, `- - - -`, `=====`.
pub fn is_rule(text: &str) -> bool {
    let text = text.trim_start();
    match text.as_bytes() {
        [first, ..] if first.is_ascii_alphanumeric() => false,
        // Most rules are one stroke.
        [first @ (b'-' | b'=' | b'*' | b'_' | b'~'), second, third, rest @ ..]
            if [second, third].into_iter().chain(rest).all(|sign| sign == first) =>
        {
            true
        }
        _ => is_broken_rule(text),
    }
}

/// Whether the text is a rule of several strokes, or has spaces after it.
fn is_broken_rule(text: &str) -> bool {
    if !text.starts_with(is_rule_letter) || !text.trim_end().chars().all(|sign| is_rule_letter(sign) || sign == ' ') {
        return false;
    }
    let strokes = text.chars().filter(|&letter| letter != ' ').take(3).count();
    let dots = text.bytes().filter(|&letter| letter == b'.').count();
    strokes == 3 && (dots == 0 || dots > 3) && !is_column_rule(text)
}

/// Whether the line is a rule or has one glued to it: `------- SUMMARY -------`.
pub fn has_rule(text: &str) -> bool {
    let text = text.trim();
    is_rule(text) || text.starts_with("----") || text.ends_with("----")
}

/// Whether the line underlines columns: strokes with gaps of two or more spaces, as in `-----   ----`.
pub fn is_column_rule(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(is_rule_letter) && text.trim_end().contains("  ") && is_strokes(text.trim_end())
}

/// Whether the line underlines the columns of `header`: a gap is wherever words of the header are separate.
///
/// A long rule is printed as 45 strokes, one space and the rest: that gap separates no columns.
pub fn underlines_columns(text: &str, header: &str) -> bool {
    let (text, header) = (text.trim(), header.trim());
    let Some(first) = text.bytes().position(|byte| byte == b' ') else { return false };
    let gaps = text.bytes().zip(header.bytes()).filter(|(stroke, _)| *stroke == b' ');
    let fits = text.len().abs_diff(header.len()) <= 1 && first > 1 && first != 45;
    fits && is_strokes(text) && gaps.clone().all(|(_, letter)| letter == b' ')
}

fn is_strokes(text: &str) -> bool {
    let mut strokes = text.bytes().filter(|byte| *byte != b' ').take(2);
    let doubled = strokes.next() == strokes.next();
    doubled && text.chars().all(|letter| is_rule_letter(letter) || letter == ' ')
}

fn is_rule_letter(letter: char) -> bool {
    matches!(letter, '-' | '=' | '_' | '*' | '~' | '.' | '\u{2010}'..='\u{2015}')
}

/// How a number is separated from its paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberSeparator {
    /// `1.`, `1 .`, `1..`
    Period,
    /// `1:`
    Colon,
    /// `1)`
    Parenthesis,
    /// `1 (C)`, `1, (C)`: nothing but the marking, or a comma
    Marking,
}

/// A line that may start a numbered paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The number.
    pub number: i32,
    /// What separates it from the text.
    pub separator: NumberSeparator,
    /// Portion marking before or after the number.
    pub marking: Option<FoundMarking>,
    /// Bytes up to the text.
    pub length: usize,
}

/// Reads a number, with its marking, at the start of a line.
pub fn numbered(text: &str) -> Option<Numbered> {
    let start = text.trim_start();
    let bytes = text.as_bytes();
    let mut at = text.len() - start.len();
    let mut marking = None;
    if start.starts_with('(') {
        let found = FoundMarking::leading(start)?;
        at += found.length;
        at += spaces(&bytes[at..]);
        marking = Some(found);
    }
    let (number, digits) = leading_number(&bytes[at..])?;
    at += digits;
    let (separator, length) = separator(&bytes[at..])?;
    at += length;
    at += spaces(&bytes[at..]);
    if marking.is_none() {
        if bytes.get(at) == Some(&b'(') {
            marking = FoundMarking::leading(&text[at..]);
            at += marking.as_ref().map_or(0, |found| found.length);
        } else {
            marking = FoundMarking::entire_text(&text[at..]);
            if let Some(unopened) = FoundMarking::unopened(&text[at..]) {
                at += unopened.length;
                marking = Some(unopened);
            }
        }
    }
    if separator == NumberSeparator::Marking && marking.is_none() {
        return None;
    }
    at += behind_marking(&bytes[at..], marking.as_ref());
    let entire = marking.as_ref().is_some_and(|found| found.scope == MarkingScope::EntireText);
    if entire && text[at..].trim() == "." {
        at = text.len();
    }
    at += spaces(&bytes[at..]);
    Some(Numbered { number, separator, marking, length: at })
}

/// A number of up to three digits at the start of a text, and how many digits it has.
fn leading_number(text: &[u8]) -> Option<(i32, usize)> {
    let digits = text.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let number = text[..digits].iter().fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
    (1..=3).contains(&digits).then_some((number, digits))
}

/// Length of a stray period or colon after a marking.
fn behind_marking(text: &[u8], marking: Option<&FoundMarking>) -> usize {
    usize::from(marking.is_some() && matches!(text, [b'.' | b':', b' ', ..]))
}

/// Reads what separates a number from its text; a separator is never followed by a digit (`1.4`, `12:30`).
fn separator(text: &[u8]) -> Option<(NumberSeparator, usize)> {
    let gap = spaces(text);
    let rest = &text[gap..];
    let kind = match rest.first() {
        Some(b'.') => NumberSeparator::Period,
        Some(b':') => NumberSeparator::Colon,
        Some(b')') => NumberSeparator::Parenthesis,
        Some(b'(') if gap > 0 => return Some((NumberSeparator::Marking, gap)),
        Some(b',') if rest.get(1 + spaces(&rest[1..])) == Some(&b'(') => {
            return Some((NumberSeparator::Marking, gap + 1));
        }
        _ => return None,
    };
    let strokes = rest.iter().take_while(|byte| matches!(byte, b'.' | b':' | b')')).count();
    let digit_follows = rest.get(strokes).is_some_and(u8::is_ascii_digit);
    (strokes <= 2 && !digit_follows).then_some((kind, gap + strokes))
}

fn spaces(text: &[u8]) -> usize {
    text.iter().take_while(|byte| **byte == b' ').count()
}

/// The label of a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemLabel {
    /// `-- `, `- `, `* `, `o `, `= `
    Bullet(char),
    /// `a.`, `(a)`, `a)`
    Small(u8),
    /// `A.`, `(A)`, `A)`
    Capital(u8),
    /// `1)`, `(1)`, `1.`
    Number(i32),
}

impl ItemLabel {
    /// Reads the label that a line begins with.
    pub fn leading(text: &str) -> Option<ItemLabel> {
        let text = text.trim_start();
        bullet(text).or_else(|| enumerator(text))
    }

    /// Whether this label opens a list or comes next after `last`.
    pub fn follows(self, last: Option<ItemLabel>) -> bool {
        match (self, last) {
            (ItemLabel::Bullet(_), _)
            | (ItemLabel::Small(b'a') | ItemLabel::Capital(b'A') | ItemLabel::Number(1), _) => true,
            (ItemLabel::Small(next), Some(ItemLabel::Small(last))) => next == last + 1,
            (ItemLabel::Capital(next), Some(ItemLabel::Capital(last))) => next == last + 1,
            (ItemLabel::Number(next), Some(ItemLabel::Number(last))) => next == last + 1,
            _ => false,
        }
    }
}

fn bullet(text: &str) -> Option<ItemLabel> {
    let mut letters = text.chars();
    let first = letters
        .next()
        .filter(|first| matches!(first, '-' | '*' | 'o' | '=' | '\u{2022}' | '\u{2013}' | '\u{2014}' | '\u{b7}'))?;
    let rest = letters.as_str().trim_start_matches(first);
    let doubled = first == '-' && rest.len() + 2 == text.len();
    let blank =
        rest.starts_with(' ') || doubled && rest.starts_with(|next: char| next.is_alphanumeric() || next == '(');
    (blank && text.len() - rest.len() <= 3 * first.len_utf8()).then_some(ItemLabel::Bullet(first))
}

fn enumerator(text: &str) -> Option<ItemLabel> {
    let inner = text.strip_prefix('(').unwrap_or(text);
    // Three are too many already; longer words need not be read to their end.
    let length = inner.bytes().take(3).take_while(u8::is_ascii_alphanumeric).count();
    let (sign, rest) = inner.split_at(length);
    let close = rest.bytes().next().filter(|close| b".)".contains(close))?;
    if inner.len() != text.len() && close != b')' || rest[1..].starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    match sign.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(ItemLabel::Small(*letter)),
        [letter @ b'A'..=b'Z'] => Some(ItemLabel::Capital(*letter)),
        [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9'] => sign.parse().ok().map(ItemLabel::Number),
        _ => None,
    }
}

/// Whether one of `letters` occurs three times in a row.
///
/// Every run of three covers one of every three places, so two of three bytes are skipped.
pub fn holds_run<const COUNT: usize>(text: &str, letters: &[u8; COUNT]) -> bool {
    let bytes = text.as_bytes();
    let mut at = 2;
    while let Some(sign) = bytes.get(at) {
        if letters.iter().any(|letter| letter == sign) {
            let alike = |byte: &&u8| *byte == sign;
            let before = bytes[at - 2..at].iter().rev().take_while(alike).count();
            if before + bytes[at + 1..].iter().take(2).take_while(alike).count() >= 2 {
                return true;
            }
        }
        at += 3;
    }
    false
}

/// How many gaps of three or more spaces are between the words of a line.
#[inline(never)]
pub fn column_gaps(text: &str) -> usize {
    static WIDE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("   "));
    // Most lines are prose.
    if WIDE.find(text.as_bytes()).is_none() {
        return 0;
    }
    let mut gaps = 0;
    let mut run = 0;
    let mut before = b' ';
    for byte in text.trim().bytes() {
        if byte == b' ' {
            run += 1;
        } else {
            gaps += usize::from(run >= 3 && !matches!(before, b'.' | b'?' | b'!' | b':' | b'"'));
            run = 0;
            before = byte;
        }
    }
    gaps
}

/// Whether the line is a label and its value, such as `Passport:   Q 0000000`.
pub fn is_labelled(text: &str) -> bool {
    let text = text.trim();
    if text.len() >= 60 {
        return false;
    }
    let Some((label, _)) = text.split_once(':') else { return false };
    (2..=30).contains(&label.len())
        && label.starts_with(|first: char| first.is_uppercase())
        && label.split(' ').count() <= 4
        && !label.contains(['.', '"', '(', ','])
}

/// Whether the line begins with a time of day, as in an agenda.
pub fn is_agenda_entry(text: &str) -> bool {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let four = bytes.len() > 5 && bytes[..4].iter().all(u8::is_ascii_digit) && b" -h:".contains(&bytes[4]);
    let clock = bytes.len() > 5 && (bytes[1] == b':' || bytes[2] == b':') && bytes[3].is_ascii_digit();
    four && text[..2] <= *"24" && bytes[2] < b'6' || clock
}

/// Whether a sentence can end with this line.
pub fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '?', '!', ':', '"', ')', '\u{201d}', ']'])
}

/// Whether a redaction ends the line: a run of `X`, or an editor's remark in brackets.
pub fn ends_with_redaction(text: &str) -> bool {
    let text = text.trim_end();
    let run = |cross: u8| text.bytes().rev().take(4).filter(|byte| *byte == cross).count() == 4;
    run(b'X') || run(b'x') || text.ends_with("emoved]") || text.ends_with("edacted]")
}

/// Whether the line ends as a citation of a paragraph does, so that its number is the next word: `see para`.
pub fn ends_in_citation(text: &str) -> bool {
    const WORDS: [&str; 4] = ["PARA", "PARAS", "PARAGRAPH", "PARAGRAPHS"];
    let text = text.trim_end();
    if !text.ends_with(['a', 's', 'h', 'A', 'S', 'H']) {
        return false;
    }
    let last = text.rsplit([' ', '(']).next().unwrap_or_default();
    WORDS.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// The text of a heading without the strokes or slashes on both sides of it: `- - - Trade - - -`, `//FERRIES//`.
pub fn unframed(text: &str) -> Option<&str> {
    let is_stroke = |sign: char| matches!(sign, '-' | '=' | '*' | '~' | '/');
    let text = text.trim();
    let sign = text.chars().next().filter(|sign| is_stroke(*sign)).filter(|sign| text.ends_with(*sign))?;
    let inner = text.trim_matches([sign, ' ']);
    let begin = text.find(inner).filter(|_| !inner.is_empty())?;
    let strokes = |part: &str| part.matches(sign).count();
    (strokes(&text[..begin]) > 1 && strokes(&text[begin + inner.len()..]) > 1).then_some(inner)
}

/// Whether the line ends in dots, close together or spaced.
pub fn ends_in_dots(text: &str) -> bool {
    let signs = text.trim_end().bytes().rev().filter(|byte| *byte != b' ').take(3);
    signs.filter(|byte| *byte == b'.').count() == 3
}

/// Whether the line holds letters and none of them is small.
pub fn is_capital(text: &str) -> bool {
    let mut letters = 0;
    for letter in text.chars() {
        if letter.is_lowercase() {
            return false;
        }
        letters += usize::from(letter.is_alphabetic());
    }
    letters >= 2
}

/// Whether every longer word of the line begins with a capital.
pub fn is_title_case(text: &str) -> bool {
    let mut words = 0;
    for word in text.split_whitespace() {
        let word = word.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        if let Some(first) = word.chars().next() {
            if first.is_lowercase() && word.len() > 3 && !is_small_word(word) {
                return false;
            }
            words += usize::from(first.is_uppercase());
        }
    }
    words >= 1
}

/// Words that stay small in a title, beside those of up to three letters.
fn is_small_word(word: &str) -> bool {
    const SMALL: &[&str] =
        &["with", "from", "into", "over", "upon", "than", "that", "under", "amid", "after", "versus"];
    SMALL.contains(&word.trim_end_matches(|letter: char| !letter.is_alphabetic()))
}
