//! Dates and times as envelopes, records and editors write them.
//!
//! The offset of an envelope date means nothing and is never applied: the machine that wrote
//! the files added its own. Times of records and datelines are UTC, unless a record writes another offset beside them.

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::begins_in_any_case;
use super::shape::are_digits;

/// The date of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvelopeDate {
    /// Calendar date.
    pub date: Date,
    /// The weekday as written, where it does not fit.
    pub other_weekday: Option<Weekday>,
}

/// Reads `Fri Jun 12 00:00:00 +0200 2009`.
pub fn envelope_date(text: &str) -> Option<EnvelopeDate> {
    let mut words = text.split_whitespace();
    let (day_name, month_name, day) = (words.next()?, words.next()?, words.next()?);
    let year = words.next_back()?;
    let date = date_of(number(year, 4)?, month(month_name)?, number(day, 2)?)?;
    let other_weekday = weekday(day_name).filter(|&weekday| weekday != date.weekday());
    Some(EnvelopeDate { date, other_weekday })
}

/// Where an editor's dateline is that ends `text`, as in `WASHDCMonday, 15 June 2009, 13:08`, and its time.
pub fn trailing_dateline(text: &str) -> Option<(usize, Timestamp)> {
    let comma = text.find("day, ")?;
    let letters = text[..comma].bytes().rev().take_while(u8::is_ascii_lowercase).count();
    let start = (comma - letters).checked_sub(1)?;
    if !text.is_char_boundary(start) || weekday(&text[start..comma + 3]).is_none() {
        return None;
    }
    let mut parts = text[comma + 5..].split([' ', ',']).filter(|part| !part.is_empty());
    let (day, month_name, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let date = date_of(number(year, 4)?, month(month_name)?, number(day, 2)?)?;
    let instant = instant(date, time)?;
    parts.next().is_none().then_some((start, instant))
}

/// Reads the time at the front of `2002-11-15T12:40:00S E C R E T`, and how long it is.
pub fn leading_iso_time(text: &str) -> Option<(usize, Timestamp)> {
    let shape = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'T' | b':' | b'.');
    let length = text.bytes().take_while(|&byte| shape(byte)).count();
    let (date, time) = text[..length].split_once('T')?;
    Some((length, instant(iso_date(date)?, time)?))
}

/// The date of a record, with a time where there is one: `5/4/2006 9:46`, `2006-05-04`, `2006-05-04 09:46:00`.
pub fn record_date(text: &str) -> Option<(Date, Option<Timestamp>)> {
    let (day, time) = day_and_time(text);
    let date = if day.contains('/') { month_first(day)? } else { iso_date(day)? };
    Some((date, clock(date, time)))
}

/// The date of a record that writes the day first: `4/5/2006 9:46`, `4.5.2006 9:46`.
pub fn day_first_date(text: &str) -> Option<(Date, Option<Timestamp>)> {
    let (day, time) = day_and_time(text);
    let mut parts = day.split(['/', '.']);
    let (day, month, year) = (number8(parts.next()?)?, number8(parts.next()?)?, number(parts.next()?, 4)?);
    let date = date_of(year, month, day).filter(|_| parts.next().is_none())?;
    Some((date, clock(date, time)))
}

/// The instant of a record's date that is a number since 1970, as programs write it, of seconds or of a thousandth, a
/// millionth or a billionth of one: `1146735960`, `1146735960000`, `-94629240000`, `1146735960.0`. How many digits it has
/// tells which, and that it is none of a date written without signs, such as `200605040946`.
pub fn since_1970(text: &str) -> Option<Timestamp> {
    let number = text.trim_end_matches('0').strip_suffix('.').unwrap_or(text);
    let digits = number.strip_prefix('-').unwrap_or(number);
    let most = match digits.len() {
        9 | 10 => 10,
        11..=13 => 13,
        15 | 16 => 16,
        19 => 19,
        _ => return None,
    };
    // Those of all digits end in 2033 with a 1 at the front.
    let is_of_our_time = if digits.len() == most { digits.starts_with('1') } else { !digits.starts_with('0') };
    if !are_digits(digits, 9..=19) || !is_of_our_time || is_day_and_time(digits) {
        return None;
    }
    let count: i64 = number.parse().ok()?;
    Timestamp::from_second(count.div_euclid(10_i64.pow(most as u32 - 10))).ok()
}

/// Whether twelve digits may be a day and a time: `200605040946`.
fn is_day_and_time(digits: &str) -> bool {
    let two = |at: usize| digits.get(at..at + 2).and_then(number8).unwrap_or(i8::MAX);
    digits.len() == 12
        && number(&digits[..4], 4).and_then(|year| date_of(year, two(4), two(6))).is_some()
        && two(8) < 24
        && two(10) < 60
}

/// The day of a record's date, and what follows it.
pub fn day_and_time(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (day, time) = text.split_at(text.find([' ', 'T']).unwrap_or(text.len()));
    (day, time.trim_start_matches([' ', 'T']).trim_end())
}

/// The instant that a record's time names on its day: `9:46`, `09:46:00Z`, `9:46:00 PM`, `23:46:00-05`. Without a zone it is
/// UTC; `None` where a zone has a name, which many share.
fn clock(date: Date, time: &str) -> Option<Timestamp> {
    let is_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.');
    let (time, behind) = time.split_at(time.find(|c| !is_time(c)).unwrap_or(time.len()));
    let (half, zone) = half_of_day(behind.trim_start());
    let (hour, minutes) = time.split_once(':')?;
    let hour = match (half, number8(hour)?) {
        (None, hour) => hour,
        (Some(half), hour @ 1..=12) => hour % 12 + half,
        (Some(_), _) => return None,
    };
    instant_at(date, hour, minutes)?.checked_sub(SignedDuration::from_mins(offset(zone.trim())?)).ok()
}

/// The hour at which the half of the day begins, where one is written (`AM`, `p.m.`), and what follows it.
fn half_of_day(text: &str) -> (Option<i8>, &str) {
    let written = |word: &&(&str, i8)| begins_in_any_case(text, word.0);
    let found = [("AM", 0), ("A.M.", 0), ("PM", 12), ("P.M.", 12)].iter().find(written).copied();
    found.map_or((None, text), |(word, hours)| (Some(hours), &text[word.len()..]))
}

/// How many minutes a clock is ahead of UTC: -300 for `-05`, `-0500` and `-05:00`.
fn offset(zone: &str) -> Option<i64> {
    let (sign, digits) = match zone.as_bytes() {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let digit =
        |place: usize| digits.get(place).filter(|digit| digit.is_ascii_digit()).map(|digit| i64::from(digit - b'0'));
    let two = |place: usize| Some(10 * digit(place)? + digit(place + 1)?);
    let minutes = match digits.len() {
        2 => 0,
        4 => two(2)?,
        5 if digits[2] == b':' => two(3)?,
        _ => return None,
    };
    Some(sign * (60 * two(0)? + minutes))
}

/// The day that three words of a stamp name: `30`, `JUN`, `2005`.
pub fn day_month_year(day: &str, month_name: &str, year: &str) -> Option<Date> {
    date_of(number(year, 4)?, month(month_name)?, number(day, 2)?)
}

/// The day of a record that names its month: `14 JUL 1975`, `14-Jul-1977 12:00:00 am`.
pub fn named_month_date(text: &str) -> Option<Date> {
    let mut parts = text.split([' ', '-']).filter(|part| !part.is_empty());
    day_month_year(parts.next()?, parts.next()?, parts.next()?)
}

/// The day of a record that begins with the year: `1975 July 14, 00:00 (Monday)`.
pub fn year_first_date(text: &str) -> Option<Date> {
    let mut parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    let (year, month_name, day) = (parts.next()?, parts.next()?, parts.next()?);
    day_month_year(day, month_name, year)
}

/// `141034Z`: day, hour and minute of a date-time group.
pub fn is_time_word(word: &str) -> bool {
    word.len() == 7 && word.ends_with('Z') && word.bytes().take(6).all(|byte| byte.is_ascii_digit())
}

/// Years of cables: what four digits in a name of a cable are read as. Most serials are not among them.
pub const YEARS: RangeInclusive<i32> = 1960..=2030;

/// Four digits of a year for its last two: 30 to 99 are of the twentieth century.
pub fn century(two_digits: i32) -> i32 {
    if two_digits < 30 { 2000 + two_digits } else { 1900 + two_digits }
}

/// The number of a month by its name or a beginning of it of three letters or more, in any case.
pub fn month(name: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    i8::try_from(index_of(name, &NAMES)? + 1).ok()
}

fn weekday(name: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    Weekday::from_monday_zero_offset(i8::try_from(index_of(name, &NAMES)?).ok()?).ok()
}

/// Which of the names, in lower case, a name of three letters or more is or begins, in any case.
fn index_of(name: &str, names: &[&str]) -> Option<usize> {
    let three = name.as_bytes().first_chunk::<3>()?.map(|letter| letter.to_ascii_lowercase());
    let begins = |full: &str| begins_in_any_case(full, name);
    // No two names begin with the same three letters.
    let alike = names.iter().position(|full| full.as_bytes().first_chunk() == Some(&three))?;
    begins(names[alike]).then_some(alike)
}

fn iso_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let date = date_of(number(parts.next()?, 4)?, number8(parts.next()?)?, number8(parts.next()?)?)?;
    parts.next().is_none().then_some(date)
}

fn month_first(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let (month, day, year) = (number8(parts.next()?)?, number8(parts.next()?)?, number(parts.next()?, 4)?);
    parts.next().is_none().then(|| date_of(year, month, day))?
}

fn instant(date: Date, time: &str) -> Option<Timestamp> {
    let (hour, minutes) = time.split_once(':')?;
    instant_at(date, number8(hour)?, minutes)
}

/// The instant of an hour, and of the minutes and perhaps seconds after it.
fn instant_at(date: Date, hour: i8, minutes: &str) -> Option<Timestamp> {
    let mut parts = minutes.split(':');
    let minute = number8(parts.next()?)?;
    let second = parts.next().and_then(|second| number8(second.get(..2)?)).unwrap_or(0);
    let time = DateTime::new(date.year(), date.month(), date.day(), hour, minute, second, 0).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

/// A year of two digits is none: nobody says of which century it is.
fn date_of(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok().filter(|_| year >= 1000)
}

/// A number of one digit up to `digits`.
fn number<N: std::str::FromStr>(text: &str, digits: usize) -> Option<N> {
    let legal = are_digits(text, 1..=digits);
    if legal { text.parse().ok() } else { None }
}

fn number8(text: &str) -> Option<i8> {
    number(text, 2)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_offset_of_an_envelope_date_means_nothing() {
        let read = envelope_date("Wed Jan 14 00:00:00 +0100 1998").unwrap();
        assert_eq!(read, EnvelopeDate { date: date(1998, 1, 14), other_weekday: None });
        assert_eq!(envelope_date("Tue Mar 05 00:00:00 +0100 2008").unwrap().other_weekday, Some(Weekday::Tuesday));
        assert_eq!(envelope_date("Fri Feb 30 00:00:00 +0100 2008"), None);
        assert_eq!(envelope_date("UNCLASSIFIED"), None);
    }

    #[test]
    fn a_dateline_may_be_glued_to_an_address() {
        let time = |text| trailing_dateline(text).map(|(at, time)| (at, time.to_string()));
        assert_eq!(time("WASHDCMonday, 15 June 2009, 13:08"), Some((6, "2009-06-15T13:08:00Z".to_owned())));
        assert_eq!(time("Friday, 23 February 2001, 15:53"), Some((0, "2001-02-23T15:53:00Z".to_owned())));
        for other in ["On Monday, 15 people came", "day, ", "éday, 15 June 2009, 13:08", "Monday, 15 June 2009"] {
            assert_eq!(time(other), None, "{other}");
        }
    }

    #[test]
    fn records_write_dates_in_three_ways() {
        let read = |text| record_date(text).map(|(date, time)| (date.to_string(), time.map(|time| time.to_string())));
        let at = |date: &str, time: &str| Some((date.to_owned(), Some(format!("{date}T{time}Z"))));
        assert_eq!(read("5/4/2006 9:46"), at("2006-05-04", "09:46:00"));
        assert_eq!(read("2006-05-08 14:20:00"), at("2006-05-08", "14:20:00"));
        assert_eq!(read("2006-05-04"), Some(("2006-05-04".to_owned(), None)));
        assert_eq!(read("13/4/2006 9:46"), None);
        for (text, day, time) in [
            ("5/4/2006 9:46:00 PM", "2006-05-04", "21:46:00"),
            ("5/4/2006 12:10 AM", "2006-05-04", "00:10:00"),
            ("5/4/2006 12:10 p.m.", "2006-05-04", "12:10:00"),
            ("2006-05-04T23:46:00.000Z", "2006-05-04", "23:46:00"),
            ("2006-05-04 03:46:00+05:00", "2006-05-03", "22:46:00"),
            ("2006-05-04 23:46:00 -0530", "2006-05-05", "05:16:00"),
            ("2006-05-04 23:46-05", "2006-05-05", "04:46:00"),
        ] {
            let expected = at(day, time).map(|(_, instant)| instant);
            assert_eq!(read(text).map(|(_, instant)| instant), expected, "{text}");
        }
        for unsure in ["2006-05-04 23:46 EST", "5/4/2006 21:46 PM", "2006-05-04 23:46 +5", "2006-05-04 at noon"] {
            assert_eq!(read(unsure), Some(("2006-05-04".to_owned(), None)), "{unsure}");
        }
        let time = leading_iso_time("2002-11-15T12:40:00S E C R E T").unwrap();
        assert_eq!((time.0, time.1.to_string().as_str()), (19, "2002-11-15T12:40:00Z"));
    }
    #[test]
    fn a_number_since_1970_tells_its_unit_by_its_digits() {
        let read = |text| since_1970(text).map(|instant| instant.to_string());
        for number in ["1146735960", "1146735960000", "1146735960000000", "1146735960000000000", "1146735960.0"] {
            assert_eq!(read(number).as_deref(), Some("2006-05-04T09:46:00Z"), "{number}");
        }
        assert_eq!(read("-94629240000").as_deref(), Some("1967-01-01T18:06:00Z"));
        assert_eq!(read("199152360").as_deref(), Some("1976-04-24T00:06:00Z"));
        assert_eq!(read("199152360000").as_deref(), Some("1976-04-24T00:06:00Z"));
        for other in ["200605040946", "20060504094600", "20060504", "0605040946", "9912312359", "38841", "1146735960.5"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
