//! Turns the routing lines of a transmission header (FL1 to FL4) into their parts.
//!
//! Every reader takes a line without spaces around it and gives `None` for one of another kind, so that the flow can
//! try them in turn. Never looks at more than one line.

use crate::cable::Precedence;
use crate::lex::wire::is_indicator;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The line of called stations (FL2), or its continuation, which has no precedence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CalledStations<'t> {
    pub(super) precedence: Option<Precedence>,
    stations: &'t str,
}

impl<'t> CalledStations<'t> {
    pub(super) fn read(line: &'t str) -> Option<Self> {
        // A lost space: `OORUEHWEB`.
        let is_glued = ["RU", "RH"].iter().any(|start| line.get(2..4) == Some(start));
        let split = if is_glued { line.split_at_checked(2) } else { first_word(line) };
        let precedence = split.and_then(|(letters, _)| doubled_precedence(letters));
        let behind = if precedence.is_some() { split.map_or("", |(_, behind)| behind) } else { line };
        let called = CalledStations { precedence, stations: behind };
        let all_indicators = called.stations().all(is_indicator) && called.stations().next().is_some();
        all_indicators.then_some(called)
    }

    pub(super) fn stations(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.stations.split_ascii_whitespace()
    }
}

/// The word before the first space, and what follows it.
fn first_word(line: &str) -> Option<(&str, &str)> {
    let blank = line.bytes().position(|byte| byte == b' ')?;
    Some((&line[..blank], &line[blank + 1..]))
}

/// `OO`: one precedence letter twice.
fn doubled_precedence(word: &str) -> Option<Precedence> {
    match word.as_bytes() {
        [first, second] if first.eq_ignore_ascii_case(second) => {
            Precedence::from_letter(first.to_ascii_uppercase().into())
        }
        _ => None,
    }
}

/// The DE line (FL3): who sent, under which number, and when it was filed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OriginatingStation<'t> {
    pub(super) station: &'t str,
    pub(super) serial: Option<i32>,
    pub(super) section: Option<i32>,
    /// Day of the year and time, as written: digits only, seven where it is whole.
    pub(super) filed: String,
}

impl<'t> OriginatingStation<'t> {
    /// Reads a DE line; in a flattened header the DE itself can be lost, and then the `#` must be there.
    pub(super) fn read(line: &'t str) -> Option<Self> {
        let behind_keyword = line.strip_prefix("DE ").or_else(|| line.strip_prefix("de "));
        let rest = behind_keyword.unwrap_or(line).trim_start();
        let end = rest.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (station, rest) = rest.split_at(end);
        let has_number = || rest.trim_start().starts_with('#');
        (is_indicator(station) && (behind_keyword.is_some() || has_number())).then(|| Self::behind(station, rest))
    }

    /// `#1005/01 1630729` after the station.
    fn behind(station: &'t str, rest: &'t str) -> Self {
        let (serial, rest) = digits(rest.trim_start().trim_start_matches('#'));
        let (section, rest) = rest.strip_prefix('/').map_or(("", rest), digits);
        // Several sections together: `/01-03`.
        let rest = rest.strip_prefix('-').map_or(rest, |last| digits(last).1);
        let filed = rest.bytes().filter(u8::is_ascii_digit).map(char::from).collect();
        OriginatingStation { station, serial: serial.parse().ok(), section: section.parse().ok(), filed }
    }

    /// The instant of filing: in the year of `near`, unless at its turn the year beside it is nearer.
    pub(super) fn filed_at(&self, near: Date) -> Option<Timestamp> {
        let days = |at: Timestamp| (TimeZone::UTC.to_datetime(at).date() - near).get_days().abs();
        let beside = |year: i16| self.filed_in(year).filter(|&at| days(at) <= DAYS_AROUND_NEW_YEAR);
        beside(near.year() - 1).or(beside(near.year() + 1)).or(self.filed_in(near.year()))
    }

    fn filed_in(&self, year: i16) -> Option<Timestamp> {
        let part = |range: std::ops::Range<usize>| self.filed.get(range)?.parse::<i16>().ok();
        let (day, hour, minute) = (part(0..3)?, part(3..5)?, part(5..7)?);
        let date = Date::new(year, 1, 1).ok()?.with().day_of_year(day).build().ok()?;
        let time = Time::new(hour as i8, minute as i8, 0, 0).ok()?;
        (self.filed.len() == 7).then(|| TimeZone::UTC.to_timestamp(date.to_datetime(time)).ok())?
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// A message is filed that near to its date-time group and to the date of its envelope, whatever the year.
const DAYS_AROUND_NEW_YEAR: i32 = 30;

/// The security line (FL4): `ZNY SSSSS/BBBBB ZZH`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SecurityLine<'t> {
    /// Keyword and letters as found, spaces collapsed by the caller.
    pub(super) warning: &'t str,
    /// Operating signals after it.
    pub(super) tail: &'t str,
}

impl<'t> SecurityLine<'t> {
    /// Reads a line that begins with `ZNR` or `ZNY`.
    pub(super) fn read(line: &'t str) -> Option<Self> {
        let keyword = line.get(..3)?;
        if !keyword.eq_ignore_ascii_case("ZNR") && !keyword.eq_ignore_ascii_case("ZNY") {
            return None;
        }
        let letters = line[3..].trim_start();
        let start = line.len() - letters.len();
        let end = start + security_letters(letters).unwrap_or(0);
        Some(SecurityLine { warning: line[..end].trim_end(), tail: &line[end..] })
    }

    /// Reads a line that lost its keyword in a flattened header: `CCCCC ZZH`.
    pub(super) fn read_bare(line: &'t str) -> Option<Self> {
        let end = security_letters(line)
            .filter(|&end| line.as_bytes()[..end.min(3)].windows(2).all(|pair| pair[0] == pair[1]))?;
        Some(SecurityLine { warning: &line[..end], tail: &line[end..] })
    }
}

/// Length of the letter groups at the start: five letters, and more groups of five after slashes.
fn security_letters(text: &str) -> Option<usize> {
    let group =
        |at: usize| text.as_bytes().get(at..at + 5).is_some_and(|five| five.iter().all(u8::is_ascii_alphabetic));
    let mut end = group(0).then_some(5)?;
    while text.as_bytes().get(end) == Some(&b'/') && group(end + 1) {
        end += 6;
    }
    Some(end)
}

/// The level a security warning means: the first of its five letters. E is unclassified and encrypted.
pub(super) fn security_level(warning: &str) -> Option<&'static str> {
    let letters = warning.split_ascii_whitespace().next_back()?;
    match letters.bytes().next()?.to_ascii_uppercase() {
        b'U' | b'E' => Some("UNCLASSIFIED"),
        b'C' => Some("CONFIDENTIAL"),
        b'S' => Some("SECRET"),
        b'T' => Some("TOP SECRET"),
        _ => None,
    }
}

/// Operating signals with their arguments: every word of three letters that begins with Z or Q starts a new one, and
/// so does a parenthesis (`(CCY ADX0012 MSI0412)`, the relay's mark of a corrected copy).
pub(super) fn signals(tail: &str) -> Vec<String> {
    let mut signals: Vec<String> = Vec::new();
    for word in tail.split_ascii_whitespace() {
        match signals.last_mut() {
            Some(signal) if !is_signal(word) && !word.starts_with('(') => {
                signal.push(' ');
                signal.push_str(word);
            }
            _ => signals.push(word.to_owned()),
        }
    }
    signals
}

/// Whether the first word of a line is an operating signal: `ZDK`.
pub(super) fn begins_with_signal(line: &str) -> bool {
    line.split(' ').next().is_some_and(is_signal)
}

/// `ZZH`, or `ZFF4` and `ZFF-4` with the number of a code's variant.
pub(super) fn is_signal(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
    matches!(letters.as_bytes(), [b'Z' | b'Q', second, third] if second.is_ascii_uppercase() && third.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls() {
        let read = |line| CalledStations::read(line).map(|call| (call.precedence, call.stations().collect()));
        assert_eq!(read("OO RUEHAG RUEHAST"), Some((Some(Precedence::Immediate), vec!["RUEHAG", "RUEHAST"])));
        assert_eq!(read("ZZRUEHWEB"), Some((Some(Precedence::Flash), vec!["RUEHWEB"])));
        assert_eq!(read("RUEHKW RUEHLA"), Some((None, vec!["RUEHKW", "RUEHLA"])));
        assert_eq!(read("OO"), None);
        assert_eq!(read("RUEHKW 12"), None);
    }

    #[test]
    fn signals_and_their_arguments() {
        assert_eq!(signals("ZZH ZFF4 ZDS DUE TO GARBLE"), ["ZZH", "ZFF4", "ZDS DUE TO GARBLE"]);
        assert_eq!(signals("ZZH (CCY ADX0012 MSI0412)"), ["ZZH", "(CCY ADX0012 MSI0412)"]);
    }

    #[test]
    fn de_lines() {
        let read = |line| OriginatingStation::read(line).map(|de| (de.serial, de.section, de.filed));
        assert_eq!(read("DE RUEHTA #1005/01 1630729"), Some((Some(1005), Some(1), "1630729".to_owned())));
        assert_eq!(read("DE RUEHTA #1005 163 0729"), Some((Some(1005), None, "1630729".to_owned())));
        assert_eq!(read("DE RUEHTA #1005/01-03 1630729"), Some((Some(1005), Some(1), "1630729".to_owned())));
        assert_eq!(read("DE RUEHTA#1005"), Some((Some(1005), None, String::new())));
        assert_eq!(read("DETAILS FOLLOW"), None);
        assert_eq!(read("DE "), None);
    }

    #[test]
    fn security_lines() {
        let read = |line| SecurityLine::read(line).map(|line| (line.warning, signals(line.tail)));
        assert_eq!(read("ZNR UUUUU ZZH"), Some(("ZNR UUUUU", vec!["ZZH".to_owned()])));
        assert_eq!(read("ZNRUUUUUZZH"), Some(("ZNRUUUUU", vec!["ZZH".to_owned()])));
        assert_eq!(read("ZNY SSSSS/BBBBB"), Some(("ZNY SSSSS/BBBBB", vec![])));
        assert_eq!(read("ZNY"), Some(("ZNY", vec![])));
        assert_eq!(read("ZZH"), None);
    }
}
