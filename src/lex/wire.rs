//! What telegrams have around their text on the wire: the transmission identification, the stations that are called, the
//! one that sends, the break, the number and the end.
//!
//! Looks at a line by itself, without spaces around it.

use std::ops::Range;

use memchr::memchr2_iter;

use super::shape::are_digits;

/// The transmission id within a line: `VZCZC`, three letters, three or four digits. Gives its byte range.
pub fn transmission_id(line: &str) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let begins = |start: &usize| bytes[*start..].get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"VZCZC"));
    let start = memchr2_iter(b'V', b'v', bytes).find(begins)?;
    let behind = &bytes[start + 5..];
    let letters = behind.iter().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = behind[letters..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    (letters == 3 && digits >= 3).then(|| start..start + 8 + digits)
}

/// Whether a word has the shape of a routing indicator: 4 to 8 letters, the first one R, or Q or U in place of it.
pub fn is_indicator(word: &str) -> bool {
    matches!(word.as_bytes(), [b'R' | b'Q' | b'U' | b'r' | b'q' | b'u', ..])
        && (4..=8).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether nothing but routing indicators is on the line: `RUEHAG RUEHAST`.
pub fn are_indicators(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace().peekable();
    words.peek().is_some() && words.all(is_indicator)
}

/// Whether the line begins the call: `VZCZCXRO7354`, `PP RUEHAG RUEHAST`.
pub fn begins_call(line: &str) -> bool {
    let is_precedence =
        |word: &str| matches!(word.as_bytes(), [first @ (b'Z' | b'O' | b'P' | b'R'), second] if first == second);
    line.split_once(' ').is_some_and(|(word, stations)| is_precedence(word) && are_indicators(stations))
        || transmission_id(line).is_some_and(|id| id.start == 0)
}

/// Whether the line says who sends: `DE RUEHPE #1234/02 1630729`.
pub fn is_sender(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    words.next() == Some("DE")
        && words.next().is_some_and(is_indicator)
        && words.next().is_some_and(|number| number.starts_with('#'))
}

/// Whether the line is the security warning: `ZNY CCCCC ZZH`.
pub fn is_security(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let is_group = |group: &str| group.bytes().take(5).filter(u8::is_ascii_uppercase).count() == 5;
    matches!(words.next(), Some("ZNY" | "ZNR")) && words.next().is_some_and(is_group)
}

/// Whether the line is between two messages, or between a header and its text: the break, the number, the end.
pub fn is_border(line: &str) -> bool {
    line == "BT" || is_number(line) || is_end_sign(line)
}

/// `#1005`: the number of the message, repeated at its end.
pub fn is_number(line: &str) -> bool {
    are_digits(line.strip_prefix('#').unwrap_or_default(), 3..=6)
}

/// `NNNN`, `NNN`: the end of a message.
pub fn is_end_sign(line: &str) -> bool {
    (3..=4).contains(&line.len()) && line.bytes().all(|byte| byte == b'N')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::LineRule;
    use crate::lex::tests::assert_candidates;

    #[test]
    fn transmission_ids() {
        assert_eq!(transmission_id("Cable Text:VZCZCLOI278"), Some(11..22));
        assert_eq!(transmission_id("VZCZCXRO0331OO RUEHAG"), Some(0..12));
        assert_eq!(transmission_id("VZCZC"), None);
    }

    #[test]
    fn a_line_with_an_identification_is_a_candidate() {
        assert_candidates(LineRule::HeaderNumber, |line| transmission_id(line).is_some());
    }

    #[test]
    fn every_line_of_the_wire_is_known_by_itself() {
        assert!(
            ["VZCZCXRO7354", "VZCZCXRO0331OO RUEHAG", "PP RUEHAG RUEHAST", "OO RUEHWEB"].into_iter().all(begins_call)
        );
        assert!(is_sender("DE RUEHPE #1234/02 1630729"));
        assert!(["ZNY CCCCC ZZH", "ZNR UUUUU", "ZNY SSSSS/BBBBB ZFD"].into_iter().all(is_security));
        assert!(["BT", "#1234", "NNNN", "NNN"].into_iter().all(is_border));
        assert!(are_indicators("RUEHAG RUEHAST"));
    }

    #[test]
    fn prose_is_no_line_of_the_wire() {
        let is_wire = |line: &str| {
            begins_call(line) || is_sender(line) || is_security(line) || is_border(line) || are_indicators(line)
        };
        for line in ["", "NN", "DE QUADE", "OO", "THE GUILD MET", "resend of VZCZCXRO0332", "#12", "RATHER THAN"] {
            assert!(!is_wire(line), "{line}");
        }
    }
}
