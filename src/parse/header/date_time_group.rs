//! Turns the line of the date-time group (`O P 120729Z JUN 09 ZDK MANY SVCS`) into precedences, an instant and signals.
//!
//! The group is kept as found; the instant is never later mended by the envelope's hour or offset, which mean nothing.
//! What is missing or impossible is taken from the time of file and the envelope, and reported.

use crate::cable::Precedence;
use crate::lex::date;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The line as found, cut into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateTimeGroupLine<'t> {
    pub(super) action: Option<Precedence>,
    pub(super) info: Option<Precedence>,
    pub(super) group: DateTimeGroup<'t>,
    /// Everything after the year: operating signals.
    pub(super) tail: &'t str,
}

/// Day, time, zone, month and year as written; impossible numbers are possible here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateTimeGroup<'t> {
    pub(super) text: &'t str,
    day: i8,
    hour: i8,
    minute: i8,
    zone: ZoneLetter,
    month: Option<i8>,
    year: Option<i16>,
}

/// The military time zone letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ZoneLetter {
    /// `Z`, or no letter at all.
    Universal,
    /// Any other letter, and the hours it is ahead of Z.
    Ahead(i8),
}

/// What is beside the group and can mend it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surroundings {
    /// The calendar date of the envelope.
    pub(super) envelope: Option<Date>,
    /// The instant the DE line gives.
    pub(super) filed_at: Option<Timestamp>,
}

/// The instant a group means, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instant {
    /// As written.
    Written(Timestamp),
    /// Written in another zone than Z.
    Converted(Timestamp),
    /// The group is incomplete or impossible; its surroundings gave the rest.
    Rebuilt(Timestamp),
    /// Nothing certain can be said.
    Unreadable,
}

impl<'t> DateTimeGroupLine<'t> {
    /// Reads one line without spaces around it; `None` where it is no line of a date-time group.
    pub(super) fn read(line: &'t str) -> Option<Self> {
        if !may_begin(line) {
            return None;
        }
        let (precedences, rest) = leading_precedences(line, 2);
        // The second letter may be an O typed for a zero: `R O41530Z`.
        let with_zero = || {
            precedences[1]?;
            let (precedences, rest) = leading_precedences(line, 1);
            Self::behind(precedences, rest)
        };
        Self::behind(precedences, rest).or_else(with_zero)
    }

    /// Reads the group and what follows it after the precedences.
    fn behind([action, info]: [Option<Precedence>; 2], rest: &'t str) -> Option<Self> {
        let (group, tail) = DateTimeGroup::read(rest)?;
        Some(DateTimeGroupLine { action, info, group, tail: tail.trim() })
    }
}

/// Whether a line can begin with precedences or the day: its first two letters rule out most other lines.
fn may_begin(line: &str) -> bool {
    let is_precedence = |byte: &u8| matches!(byte.to_ascii_uppercase(), b'Z' | b'O' | b'P' | b'R');
    let begins = |byte: &u8| byte.is_ascii_digit() || is_precedence(byte);
    let is_followed = |byte: &u8| !byte.is_ascii_alphabetic() || is_precedence(byte);
    matches!(line.as_bytes(), [first, second, ..] if begins(first) && is_followed(second))
}

/// Takes up to `most` precedence letters: `O P `, `O/P `, `OP `, `O`.
fn leading_precedences(line: &str, most: usize) -> ([Option<Precedence>; 2], &str) {
    let mut found = [None, None];
    let mut rest = line;
    for slot in found.iter_mut().take(most) {
        let letter = rest.bytes().next().map(|letter| letter.to_ascii_uppercase().into());
        let Some(precedence) = letter.and_then(Precedence::from_letter) else { break };
        *slot = Some(precedence);
        rest = rest[1..].trim_start_matches([' ', '/', '-', ',']);
    }
    (found, rest)
}

impl<'t> DateTimeGroup<'t> {
    /// Reads the group at the start of the text and gives what follows it.
    ///
    /// Either the zone letter or the month must be there: six digits alone are no date-time group.
    pub(super) fn read(text: &'t str) -> Option<(Self, &'t str)> {
        let (day, rest) = two_digits(text)?;
        let (hour, rest) = two_digits(rest.trim_start())?;
        let (minute, rest) = two_digits(rest)?;
        let (zone, rest) = zone_letter(rest);
        let after_time = rest;
        let (month, rest) = month(rest.trim_start());
        let (year, rest) = match month {
            Some(_) => year(rest.trim_start()),
            None => year_behind_misspelt_month(after_time),
        };
        if rest.starts_with(|next: char| next.is_ascii_digit()) || (zone.is_none() && month.is_none()) {
            return None;
        }
        let zone = zone.unwrap_or(ZoneLetter::Universal);
        let text = text[..text.len() - rest.len()].trim_end();
        Some((DateTimeGroup { text, day, hour, minute, zone, month, year }, rest))
    }

    /// The year as written, with its century.
    pub(super) fn year(&self) -> Option<i16> {
        self.year
    }

    /// Works out the instant.
    pub(super) fn instant(&self, beside: Surroundings) -> Instant {
        let rebuilt = beside.filed_at.map_or(Instant::Unreadable, Instant::Rebuilt);
        let envelope = beside.envelope;
        let month = self.month.or(envelope.map(Date::month));
        let year = self.year.or(envelope.map(Date::year));
        let (Some(month), Some(year)) = (month, year) else { return rebuilt };
        let Some(written) = self.on(year, month) else { return rebuilt };
        match self.zone {
            _ if self.is_damaged() => Instant::Rebuilt(written),
            ZoneLetter::Universal => Instant::Written(written),
            ZoneLetter::Ahead(hours) => written
                .checked_sub(SignedDuration::from_hours(hours.into()))
                .map_or(Instant::Unreadable, Instant::Converted),
        }
    }

    /// Whether a letter is in place of a digit or a digit for the zone letter, or the month or year is missing.
    fn is_damaged(&self) -> bool {
        let mut time = self.text.bytes().filter(|byte| *byte != b' ');
        let has_letter = time.by_ref().take(6).any(|byte| !byte.is_ascii_digit());
        let has_digit_for_zone = time.next().is_some_and(|byte| byte.is_ascii_digit());
        self.month.is_none() || self.year.is_none() || has_letter || has_digit_for_zone
    }

    /// The wall clock of the group as if it were in zone Z; hour 24 is the start of the next day.
    fn on(&self, year: i16, month: i8) -> Option<Timestamp> {
        if self.hour > 24 || self.minute > 59 || (self.hour == 24 && self.minute > 0) {
            return None;
        }
        let midnight = Date::new(year, month, self.day).ok()?.at(0, 0, 0, 0);
        let time = SignedDuration::from_mins(i64::from(self.hour) * 60 + i64::from(self.minute));
        let instant = midnight.checked_add(time).ok()?;
        TimeZone::UTC.to_timestamp(instant).ok()
    }
}

/// Two digits; a capital O typed for a zero is one.
fn two_digits(text: &str) -> Option<(i8, &str)> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some((byte - b'0') as i8),
        b'O' => Some(0),
        _ => None,
    };
    let &[tens, units, ..] = text.as_bytes() else { return None };
    Some((digit(tens)? * 10 + digit(units)?, &text[2..]))
}

/// The letter after the time, where a month or the end of the word follows it.
fn zone_letter(text: &str) -> (Option<ZoneLetter>, &str) {
    let trimmed = text.trim_start();
    // A Z typed as a 2 (`0415302 MAR 08`).
    if let Some(rest) =
        text.strip_prefix('2').filter(|rest| rest.starts_with(' ') && month(rest.trim_start()).0.is_some())
    {
        return (Some(ZoneLetter::Universal), rest);
    }
    let Some(letter) = trimmed.bytes().next().filter(u8::is_ascii_alphabetic) else { return (None, text) };
    let rest = &trimmed[1..];
    let alone = !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
    match zone(letter.to_ascii_uppercase()) {
        Some(zone) if alone || month(rest).0.is_some() => (Some(zone), rest),
        _ => (None, text),
    }
}

/// The military table: A to M without J are ahead of Z, N to Y after it.
fn zone(letter: u8) -> Option<ZoneLetter> {
    Some(match letter {
        b'Z' => ZoneLetter::Universal,
        b'A'..=b'I' => ZoneLetter::Ahead((letter - b'A') as i8 + 1),
        b'K'..=b'M' => ZoneLetter::Ahead((letter - b'K') as i8 + 10),
        b'N'..=b'Y' => ZoneLetter::Ahead(b'N' as i8 - letter as i8 - 1),
        _ => return None,
    })
}

/// Whether a word is a month of three letters or more.
pub(super) fn is_month(word: &str) -> bool {
    matches!(month(word), (Some(_), ""))
}

/// A month of three letters or more, in any case.
fn month(text: &str) -> (Option<i8>, &str) {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..length];
    match date::month(word) {
        Some(month) => (Some(month), text[length..].trim_start_matches('.')),
        None => (None, text),
    }
}

/// The year after three letters that are not a month (`MAE 08`); nothing is taken if there is no year.
fn year_behind_misspelt_month(text: &str) -> (Option<i16>, &str) {
    let word = text.trim_start();
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    match year(word[letters..].trim_start()) {
        (Some(year), rest) if letters == 3 && word[letters..].starts_with(' ') => (Some(year), rest),
        _ => (None, text),
    }
}

/// A year of two or four digits.
fn year(text: &str) -> (Option<i16>, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &text[..length];
    let year = match (length, digits.parse::<i16>()) {
        (2, Ok(year)) => i16::try_from(date::century(year.into())).ok(),
        // After a month no serial is to be feared: the first telegrams of this form count as well.
        (4, Ok(year @ 1940..=2029)) => Some(year),
        _ => None,
    };
    if year.is_some() { (year, &text[length..]) } else { (None, text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Option<String> {
        let (group, _) = DateTimeGroup::read(text)?;
        match group.instant(Surroundings::default()) {
            Instant::Written(at) | Instant::Converted(at) => Some(at.to_string()),
            _ => None,
        }
    }

    #[test]
    fn shapes() {
        let same = Some("2009-06-12T07:29:00Z".to_owned());
        for text in [
            "120729Z JUN 09",
            "120729ZJUN09",
            "12 0729Z Jun 2009",
            "12O729Z JUNE 09",
            "120729 JUN 09",
            "120729 Z JUN 09",
        ] {
            assert!(DateTimeGroup::read(text).is_some(), "{text}");
            assert!(text.contains('O') && text.starts_with("12O") || instant(text) == same, "{text}");
        }
        assert_eq!(DateTimeGroup::read("120729"), None);
        assert_eq!(DateTimeGroup::read("1207299Z JUN 09"), None);
    }

    #[test]
    fn zones() {
        for (text, expected) in [
            ("120729A JUN 09", "2009-06-12T06:29:00Z"),
            ("120729M JUN 09", "2009-06-11T19:29:00Z"),
            ("120729N JUN 09", "2009-06-12T08:29:00Z"),
            ("120729Y JUN 09", "2009-06-12T19:29:00Z"),
        ] {
            assert_eq!(instant(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(instant("120729J JUN 09"), None);
    }
}
