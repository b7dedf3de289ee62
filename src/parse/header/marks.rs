//! Keywords and small marks of header lines: what opens a list, what belongs to printer or relay.

use crate::lex::{begins_in_any_case, shape};
use crate::tables::missions;

/// A keyword that opens a line of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    From,
    To,
    Info,
    Excluding,
}

impl Keyword {
    /// Reads the keyword at the start of a line, in any case, and gives where the rest begins. A space can be lost
    /// before a routing indicator or a mission (`INFORUEHC/`, `FMAMEMBASSY LIMA`).
    pub(super) fn read(line: &str) -> Option<(Self, usize)> {
        const WORDS: [(&str, Keyword); 5] = [
            ("FM", Keyword::From),
            ("FROM", Keyword::From),
            ("TO", Keyword::To),
            ("INFO", Keyword::Info),
            ("XMT", Keyword::Excluding),
        ];
        let initial = line.as_bytes().first()?;
        let (b'F' | b'T' | b'I' | b'X') = initial.to_ascii_uppercase() else { return None };
        let &(word, keyword) = WORDS.iter().find(|(word, _)| {
            word.as_bytes()[0].eq_ignore_ascii_case(initial)
                && begins_in_any_case(line, word)
                && ends(&line[word.len()..])
        })?;
        let rest = line[word.len()..].trim_start_matches([' ', ':']);
        Some((keyword, line.len() - rest.len()))
    }
}

/// Whether a keyword ends before `rest`.
fn ends(rest: &str) -> bool {
    let mut glued = ["RUE", "SECSTATE"].iter().chain(missions::glued());
    rest.is_empty() || rest.starts_with([' ', ':', '/']) || glued.any(|start| rest.starts_with(start))
}

/// `BT`, the break between header and text, and `NNNN`, the end of a message.
pub(super) fn is_prosign(line: &str) -> bool {
    ["BT", "NNNN"].iter().any(|sign| line.eq_ignore_ascii_case(sign))
}

/// `GRNC` or `GR 23` on a line of its own.
pub(super) fn group_count(line: &str) -> Option<&str> {
    let [b'G', b'R', ..] = line.as_bytes() else { return None };
    (line == "GRNC" || shape::are_digits(line[2..].trim_start(), 1..=4)).then_some(line)
}

/// Whether a line ends the clearances of the office-distribution form: a keyword, with or without its list.
pub(super) fn ends_drafting(line: &str) -> bool {
    Keyword::read(line).is_some() || super::date_time_group::DateTimeGroupLine::read(line).is_some()
}

/// Whether a line below the clearances speaks of copies: `DESIRED DISTRIBUTION`. No office that clears is called so.
pub(super) fn is_of_distribution(line: &str) -> bool {
    let mut words = line.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).take(3);
    words.any(|word| ["DISTRIBUTION", "DISTR"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Where the last word of a text begins.
pub(super) fn last_word(text: &str) -> usize {
    text.bytes().rposition(|byte| byte == b' ').map_or(0, |blank| blank + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords() {
        let read = |line: &'static str| Keyword::read(line).map(|(keyword, start)| (keyword, &line[start..]));
        assert_eq!(read("TO: RUEHC/SECSTATE WASHDC"), Some((Keyword::To, "RUEHC/SECSTATE WASHDC")));
        assert_eq!(read("INFORUEHC/SECSTATE WASHDC"), Some((Keyword::Info, "RUEHC/SECSTATE WASHDC")));
        assert_eq!(read("fm amembassy lima"), Some((Keyword::From, "amembassy lima")));
        assert_eq!(read("XMT/AMEMBASSY SOFIA"), Some((Keyword::Excluding, "/AMEMBASSY SOFIA")));
        assert_eq!(read("TO"), Some((Keyword::To, "")));
        assert_eq!(read("TOKYO"), None);
    }
}
