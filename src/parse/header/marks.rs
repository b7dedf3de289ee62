//! Keywords and small marks of header lines: what opens a list, what belongs to printer or relay.

use crate::lex::trim::Trim;
use crate::tables::{levels, missions};

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
                && line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && ends(&line[word.len()..])
        })?;
        let rest = line[word.len()..].trim_leading(b" :");
        Some((keyword, line.len() - rest.len()))
    }
}

/// Whether a keyword ends before `rest`.
fn ends(rest: &str) -> bool {
    let mut glued = ["RUE", "SECSTATE"].iter().chain(missions::glued());
    rest.is_empty() || rest.starts_with([' ', ':', '/']) || glued.any(|start| rest.starts_with(start))
}

/// Page lines and banners of printing software, old (`PAGE 02        HARARE  01011  141034Z`, an indented
/// classification, a number below the page line) and new (`ASTANA 00001005  001.2 OF 002`); without spaces around.
pub(super) fn is_page_line(line: &str) -> bool {
    let (Some(first), Some(last)) = (line.as_bytes().first(), line.as_bytes().last()) else { return false };
    let by_its_end = last.is_ascii_digit() && (is_number(line, 1..=3) || is_new_page_line(line));
    by_its_end
        || match first.to_ascii_uppercase() {
            b'P' => is_old_page_line(line),
            b'U' | b'C' | b'S' | b'T' | b'L' => is_banner(line),
            _ => false,
        }
}

fn is_number(word: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `PAGE 02        HARARE  01011  141034Z`.
fn is_old_page_line(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("PAGE"))
        && words.next().is_some_and(|number| is_number(number, 2..=3))
}

/// `POST 00001005  001.2 OF 002`.
fn is_new_page_line(line: &str) -> bool {
    // Nearly every other number at the end of a line has four digits or more.
    if !matches!(line.as_bytes(), [.., before, _, _, _] if before.is_ascii_whitespace()) {
        return false;
    }
    let mut words = line.split_ascii_whitespace().rev();
    let mut next = || words.next().unwrap_or_default();
    is_number(next(), 3..=3)
        && next().eq_ignore_ascii_case("OF")
        && is_number(next().split('.').next().unwrap_or_default(), 3..=3)
        && is_number(next(), 8..=8)
        && !next().is_empty()
}

/// A classification alone on its line, with the number of the message or of the printout at its right.
fn is_banner(line: &str) -> bool {
    let begins_as = |name: &str| letters(line).zip(name.bytes()).all(|(letter, right)| letter == right);
    let initial = letters(line).next();
    let names = || levels::class_words().iter().map(|word| word.letters.as_str());
    if !names().any(|name| name.bytes().next() == initial && begins_as(name)) {
        return false;
    }
    let level = line.split("   ").next().unwrap_or(line);
    let tail = line[level.len()..].trimmed();
    let is_tail = tail.is_empty() || tail.ends_with(|next: char| next.is_ascii_digit());
    is_tail && names().any(|name| letters(level).eq(name.bytes()))
}

/// The letters of a text in upper case, without the spaces between them.
fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|&byte| byte != b' ').map(|byte| byte.to_ascii_uppercase())
}

/// `BT`, the break between header and text, and `NNNN`, the end of a message.
pub(super) fn is_prosign(line: &str) -> bool {
    matches!(line, "BT" | "NNNN")
}

/// `GRNC` or `GR 23` on a line of its own.
pub(super) fn group_count(line: &str) -> Option<&str> {
    let [b'G', b'R', ..] = line.as_bytes() else { return None };
    (line == "GRNC" || is_number(line[2..].trimmed_start(), 1..=4)).then_some(line)
}

/// Whether a line ends the clearances of the office-distribution form: a keyword, with or without its list.
pub(super) fn ends_drafting(line: &str) -> bool {
    Keyword::read(line).is_some() || super::date_time_group::DateTimeGroupLine::read(line).is_some()
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

    #[test]
    fn page_lines() {
        for line in [
            "PAGE 02        STATE   029999  071504Z",
            "ASTANA 00001005  001.2 OF 002",
            "10",
            "UNCLASSIFIED     PTO4410",
            "S E C R E T   STATE   00119999",
        ] {
            assert!(is_page_line(line), "{line}");
        }
        for line in ["AMEMBASSY LIMA", "CTF 345", "STATE GRNC", "SECRETARY OF STATE"] {
            assert!(!is_page_line(line), "{line}");
        }
    }
}
