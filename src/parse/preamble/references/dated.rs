//! Turns the date after a cited cable into its year: `(DTG 011200Z SEP 75)`, `OF 3 DEC 74`, `DATED FEBRUARY 3, 1975`,
//! `OF JUNE 2008`, `(06/12/08)`.

use super::cable::is_full_year;
use crate::lex::date::{century, is_time_word, month};
use crate::parse::reading::CableName;

/// A date that gives the year of a reference is within so many words after its number.
const WORDS: usize = 6;

/// The year that a note after a reference gives by a date or a date-time group.
pub fn year(note: &str, own: &CableName) -> Option<i32> {
    let signs = |sign: char| sign.is_ascii_whitespace() || matches!(sign, '(' | ')' | ',' | '.');
    let words: Vec<&str> = note.split(signs).filter(|word| !word.is_empty()).take(WORDS).collect();
    let of_three = || {
        words.windows(3).find_map(|three| match *three {
            [group, name, year] if (is_time_word(group) || is_day(group)) && month(name).is_some() => {
                number_of_year(year)
            }
            [name, day, year] if is_day(day) && month(name).is_some() => number_of_year(year),
            _ => None,
        })
    };
    let year = of_three().or_else(|| year_of_whole(&words))?;
    own.year.is_none_or(|own| (own - 30..=own).contains(&year)).then_some(year)
}

/// Whether a text ends in the day of a date whose year is still to come: `FEBRUARY 3`.
pub fn ends_in_day(text: &str) -> bool {
    let text = text.trim_end();
    // Asked after every sign of a line: no more of it is looked at than such words have.
    let day = text.bytes().rev().take(3).position(|byte| byte == b' ');
    let Some((before, day)) = day.and_then(|length| text.split_at_checked(text.len() - length)) else { return false };
    let name = before[..before.len() - 1].bytes().rev().take(LONGEST_MONTH + 1).take_while(|byte| *byte != b' ');
    is_day(day)
        && before.get(before.len() - 1 - name.count()..before.len() - 1).is_some_and(|name| month(name).is_some())
}

/// Letters of the longest name of a month.
const LONGEST_MONTH: usize = 9;

/// Whether a text begins with a year of four digits.
pub fn begins_with_year(text: &str) -> bool {
    let year = text.get(..4).and_then(|digits| digits.parse().ok());
    year.is_some_and(is_full_year) && !text[4..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The year of a note that is nothing but a month with its year, or a date in numbers: in a longer one they may be of what
/// the cable is about.
fn year_of_whole(words: &[&str]) -> Option<i32> {
    let date = match words {
        ["OF" | "DATED" | "DTD", date @ ..] => date,
        date => date,
    };
    match date {
        // Two digits after a month would be a day.
        [name, year] if month(name).is_some() && year.len() == 4 => number_of_year(year),
        [numbers] => year_of_numbers(numbers),
        _ => None,
    }
}

/// The year of a date that is written in numbers, the year last: `06/12/08`.
fn year_of_numbers(word: &str) -> Option<i32> {
    let mut parts = word.split('/');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_month = |part: &str| part.parse().is_ok_and(|month: i32| month <= 12);
    let is_date = is_day(first) && is_day(second) && (is_month(first) || is_month(second)) && parts.next().is_none();
    if is_date { number_of_year(year) } else { None }
}

fn is_day(word: &str) -> bool {
    word.len() <= 2 && word.parse().is_ok_and(|day: i32| (1..=31).contains(&day))
}

fn number_of_year(word: &str) -> Option<i32> {
    let number = word.parse().ok()?;
    match word.len() {
        2 => Some(century(number)),
        4 => Some(number).filter(|&year| is_full_year(year)),
        _ => None,
    }
}
