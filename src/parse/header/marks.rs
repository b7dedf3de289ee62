//! Keywords and small marks of header lines: what opens a list, what belongs to printer or relay.

/// A keyword that opens a line of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    From,
    To,
    Info,
    Excluding,
}

impl Keyword {
    /// Reads the keyword at the start of a line, in any case, and gives where the rest begins. A blank can be lost
    /// before a routing indicator or a mission (`INFORUEHC/`, `FMAMEMBASSY LIMA`).
    pub(super) fn read(line: &str) -> Option<(Self, usize)> {
        const WORDS: [(&str, Keyword); 5] = [
            ("FM", Keyword::From),
            ("FROM", Keyword::From),
            ("TO", Keyword::To),
            ("INFO", Keyword::Info),
            ("XMT", Keyword::Excluding),
        ];
        let &(word, keyword) = WORDS.iter().find(|(word, _)| {
            line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) && ends(&line[word.len()..])
        })?;
        let rest = line[word.len()..].trim_start_matches([' ', ':']);
        Some((keyword, line.len() - rest.len()))
    }
}

/// Whether a keyword ends before `rest`.
fn ends(rest: &str) -> bool {
    const GLUED: [&str; 5] = ["RUE", "AMEMBASSY", "AMCONSUL", "SECSTATE", "USMISSION"];
    rest.is_empty() || rest.starts_with([' ', ':', '/']) || GLUED.iter().any(|start| rest.starts_with(start))
}

/// Page lines and banners of printing software, old (`PAGE 02        HARARE  01011  141034Z`, an indented
/// classification, a number below the page line) and new (`ASTANA 00001005  001.2 OF 002`).
pub(super) fn is_page_line(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let old = first.eq_ignore_ascii_case("PAGE") && is_number(second, 2..=3);
    let number = is_number(first, 1..=3) && second.is_empty();
    old || number || is_banner(line) || is_new_page_line(line)
}

fn is_number(word: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `POST 00001005  001.2 OF 002`.
fn is_new_page_line(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace().rev();
    let mut next = || words.next().unwrap_or_default();
    let (count, of, section, serial, post) = (next(), next(), next(), next(), next());
    is_number(count, 3..=3)
        && of.eq_ignore_ascii_case("OF")
        && is_number(section.split('.').next().unwrap_or_default(), 3..=3)
        && is_number(serial, 8..=8)
        && !post.is_empty()
}

/// A classification alone on its line, with the number of the message or of the printout at its right.
fn is_banner(line: &str) -> bool {
    const LEVELS: [&str; 6] = ["UNCLASSIFIED", "UNCLAS", "CONFIDENTIAL", "SECRET", "TOPSECRET", "LIMITEDOFFICIALUSE"];
    let level_end = line.find("   ").unwrap_or(line.len());
    let level: String = line[..level_end].chars().filter(|next| *next != ' ').collect();
    let tail = line[level_end..].trim();
    let is_tail = tail.is_empty() || tail.ends_with(|next: char| next.is_ascii_digit());
    is_tail && LEVELS.iter().any(|name| name.eq_ignore_ascii_case(&level))
}

/// `BT`, the break between header and text, and `NNNN`, the end of a message.
pub(super) fn is_prosign(line: &str) -> bool {
    matches!(line, "BT" | "NNNN")
}

/// `GRNC` or `GR 23` on a line of its own.
pub(super) fn group_count(line: &str) -> Option<&str> {
    let count = line.strip_prefix("GR")?.trim_start();
    (line == "GRNC" || is_number(count, 1..=4)).then_some(line)
}

/// Whether a line ends the clearances of the office-distribution form: a keyword, with or without its list.
pub(super) fn ends_drafting(line: &str) -> bool {
    Keyword::read(line).is_some() || super::date_time_group::DateTimeGroupLine::read(line).is_some()
}

/// The text with single blanks.
pub(super) fn collapsed(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
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
