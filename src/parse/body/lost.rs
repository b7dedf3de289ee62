//! Characters that the cable system itself lost: reported, never repaired.
//!
//! An apostrophe became a comma (`minister,s`) or the relay's `Q` (`ministerQs`), quotes `&` and `8`, a dash `)`, a plus
//! sign a space, and an umlaut lost its high bit (`M|nchen`). Only what is in no clean text counts (format
//! reference 8.5).

use memchr::{memchr_iter, memchr2_iter};

use crate::diagnostic::Code;
use crate::lex::{LineRule, Piece};
use crate::parse::reading::Findings;

/// Reports the first place of the text where characters were lost.
pub fn report(body: &[Piece<'_>], findings: &mut Findings) {
    let Some((line, place)) = body.iter().find_map(|line| Some((line, place(line)?))) else { return };
    let around = around(line.text, place);
    findings.report(Code::CharactersLost, line, around);
}

/// Where in a line characters were lost.
fn place(line: &Piece<'_>) -> Option<usize> {
    if line.is_candidate(LineRule::LostCharacter) { place_in(line.text) } else { None }
}

fn place_in(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let apostrophe = || memchr2_iter(b',', b'Q', bytes).find(|&at| lost_apostrophe(bytes, at));
    let mark = || {
        let mut marks = memchr2_iter(b'&', b'|', bytes);
        marks.find(|&at| if bytes[at] == b'&' { lost_quotes(bytes, at) } else { lost_high_bit(bytes, at) })
    };
    let plus = || memchr_iter(b'5', bytes).filter_map(|five| five.checked_sub(1)).find(|&at| lost_plus(bytes, at));
    apostrophe().or_else(mark).or_else(plus)
}

/// `minister,s`, `donQt` or `MINISTER,S`, and then no letter; `A,S,T` may be a list.
fn lost_apostrophe(bytes: &[u8], at: usize) -> bool {
    let before = |test: fn(&u8) -> bool, letters: usize| {
        at.checked_sub(letters).is_some_and(|start| bytes[start..at].iter().all(test))
    };
    let lost = match bytes.get(at + 1) {
        Some(b's' | b't') => before(u8::is_ascii_lowercase, 2),
        Some(b'S' | b'T') => before(u8::is_ascii_uppercase, 4),
        _ => false,
    };
    lost && !bytes.get(at + 2).is_some_and(|&behind| behind.is_ascii_alphanumeric() || behind == b',')
}

/// The longest quoted phrase looked at.
const LONGEST_QUOTE: usize = 80;

/// `&open door8`: an ampersand that touches a word, and an 8 that touches one after it.
fn lost_quotes(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).is_none_or(|before| matches!(bytes[before], b' ' | b'('));
    let opens = before && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
    let quoted = &bytes[at + 1..bytes.len().min(at + LONGEST_QUOTE)];
    opens
        && quoted.windows(2).enumerate().any(|(index, pair)| {
            let behind = quoted.get(index + 2);
            pair[0].is_ascii_alphabetic() && pair[1] == b'8' && !behind.is_some_and(u8::is_ascii_alphanumeric)
        })
}

/// `M|nchen`: a bar between two letters, the second of lower case.
fn lost_high_bit(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphabetic());
    before && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
}

/// `P5 1`: a plus sign between two numbers.
fn lost_plus(bytes: &[u8], at: usize) -> bool {
    bytes[at..].starts_with(b"P5 1 ") && at.checked_sub(1).is_none_or(|before| bytes[before] == b' ')
}

/// The words around a place, for a person to read.
fn around(line: &str, place: usize) -> &str {
    let start = line[..place].rfind(' ').map_or(0, |blank| blank + 1);
    let end = line[place..].match_indices(' ').nth(1).map_or(line.len(), |(at, _)| place + at);
    &line[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::assert_candidates;

    #[test]
    fn only_what_no_clean_text_holds_counts() {
        for lost in [
            "the minister,s car",
            "they don,t know",
            "the ministerQs car",
            "an &open door8 policy",
            "THE MINISTER,S CAR",
            "M|nchen",
            "the P5 1 talks",
        ] {
            assert!(place(&Piece::new(1, 0, lost)).is_some(), "{lost}");
        }
        for clean in [
            "Oslo, Bergen",
            "1,000",
            "A,s",
            "AT&T 8",
            "R&D",
            "a | b",
            "column|",
            "Q&A 8",
            "items a,b,c",
            "alQaeda",
            "HQ's",
            "the FAQs",
        ] {
            assert_eq!(place(&Piece::new(1, 0, clean)), None, "{clean}");
        }
    }

    #[test]
    fn a_line_that_lost_characters_is_a_candidate() {
        assert_candidates(LineRule::LostCharacter, |line| place_in(line).is_some());
    }
}
