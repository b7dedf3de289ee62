//! The E.O. line to the order, the dates of declassification and downgrading, and exemptions.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::labels::FieldPart;
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::lex::date::month;
use crate::lex::fuzzy::{Nearest, nearest};
use crate::parse::reading::{CableName, Findings};

/// What the line says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExecutiveOrder {
    /// Number of the order.
    pub number: Option<String>,
    /// Date of declassification.
    pub declassify_on: Option<Date>,
    /// Date of downgrading.
    pub downgrade_on: Option<Date>,
    /// Date on which its classification is to be reviewed.
    pub review_on: Option<Date>,
    /// Date on which the cable was already declassified.
    pub declassified_on: Option<Date>,
    /// Exemption marks.
    pub exemptions: Vec<String>,
    /// The value after the number, as found.
    pub text: Option<String>,
}

/// Orders on classification: 1953, 1972, 1978, 1982, 1995, 2003, 2009.
const ORDERS: [&str; 7] = ["10501", "11652", "12065", "12356", "12958", "13292", "13526"];

/// Reads the lines of the field, if there are any; the first begins with the number.
pub fn read<'f, 't: 'f>(
    mut parts: impl Iterator<Item = &'f FieldPart<'t>>,
    own: &CableName,
    findings: &mut Findings,
) -> Option<ExecutiveOrder> {
    let first = parts.next()?.value;
    let mut value = Cow::Borrowed(first.text.trim());
    for part in parts {
        value.to_mut().push(' ');
        value.to_mut().push_str(part.value.text.trim());
    }
    Some(read_value(&value, &first, own, findings))
}

fn read_value(value: &str, line: &Piece<'_>, own: &CableName, findings: &mut Findings) -> ExecutiveOrder {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = value.split_at(digits);
    let text = rest.trim_start_matches([' ', ':', ',', ';', '.']).trim();
    let mut order = ExecutiveOrder {
        number: Some(number_of(number, line, findings)),
        text: (!text.is_empty()).then(|| text.to_owned()),
        ..ExecutiveOrder::default()
    };
    order.read_events(text, line, own, findings);
    order
}

/// The order meant: digits are transposed or lost now and then.
fn number_of(found: &str, line: &Piece<'_>, findings: &mut Findings) -> String {
    if ORDERS.contains(&found) {
        return found.to_owned();
    }
    match nearest(found, ORDERS.into_iter().map(|order| (order, order)), 2) {
        Nearest::One(order) => {
            findings.report(Code::ExecutiveOrderRepaired, line, format!("{found} read as {order}"));
            order.to_owned()
        }
        _ => found.to_owned(),
    }
}

/// What a date of the value dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DatedEvent {
    Declassification,
    Downgrading,
    Review,
    /// It has happened already.
    Declassified,
}

impl DatedEvent {
    /// The event that a word in upper case names.
    fn named(word: &str) -> Option<DatedEvent> {
        // `RDS` of E.O. 12065 dates the review of a classification, not its end.
        const WORDS: [(&str, DatedEvent); 8] = [
            ("DECLASSIFIED", DatedEvent::Declassified),
            ("DECL", DatedEvent::Declassification),
            ("GDS", DatedEvent::Declassification),
            ("XGDS", DatedEvent::Declassification),
            ("ADS", DatedEvent::Declassification),
            ("DNG", DatedEvent::Downgrading),
            ("DOWNGRADE", DatedEvent::Downgrading),
            ("RDS", DatedEvent::Review),
        ];
        WORDS.iter().find(|(begins, _)| word.starts_with(begins)).map(|(_, event)| *event)
    }
}

/// The value cut before each word that names an event: `DECL: 06/12/2019 DNG: CO 06/12/2014` has two. What comes
/// before the first belongs to it as well.
fn events(text: &str) -> Vec<(DatedEvent, &str)> {
    let begins_word = |at: usize| !text[..at].ends_with(|sign: char| sign.is_ascii_alphabetic());
    let named = |at: usize| {
        let length = text[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
        Some((at, DatedEvent::named(&text[at..at + length].to_ascii_uppercase())?))
    };
    let letters = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic()).map(|(at, _)| at);
    let mut named = letters.filter(|at| begins_word(*at)).filter_map(named);
    let mut event = named.next().map_or(DatedEvent::Declassification, |(_, event)| event);
    let (mut events, mut start) = (Vec::new(), 0);
    for (at, next) in named {
        events.push((event, &text[start..at]));
        (event, start) = (next, at);
    }
    events.push((event, &text[start..]));
    events
}

impl ExecutiveOrder {
    /// Reads when the cable is to be declassified where the line of the order does not say it, but another does.
    pub fn read_elsewhere(&mut self, value: &str, line: &Piece<'_>, own: &CableName, findings: &mut Findings) {
        if self.text.is_none() {
            self.read_events(value, line, own, findings);
            self.text = Some(value.to_owned());
        }
    }

    fn read_events(&mut self, text: &str, line: &Piece<'_>, own: &CableName, findings: &mut Findings) {
        for (event, text) in events(text) {
            let Some(found) = date_in(text, own) else { continue };
            let date = match event {
                DatedEvent::Declassification => &mut self.declassify_on,
                DatedEvent::Downgrading => &mut self.downgrade_on,
                DatedEvent::Review => &mut self.review_on,
                DatedEvent::Declassified => &mut self.declassified_on,
            };
            if date.is_none() {
                *date = if event == DatedEvent::Declassified {
                    Some(found.date)
                } else {
                    found.checked(line, own, findings)
                };
            }
        }
        let upper = text.to_ascii_uppercase();
        for word in upper.split(parts_words).filter(|word| !word.is_empty()) {
            let mark = if word.starts_with('1') { without_section(word) } else { word };
            if (is_exemption(word) || is_numbered_exemption(mark)) && !self.exemptions.iter().any(|known| known == mark)
            {
                self.exemptions.push(mark.to_owned());
            }
        }
    }
}

/// Whether a sign separates the words of a value.
fn parts_words(sign: char) -> bool {
    matches!(sign, ' ' | ',' | ':' | ';' | '(' | ')')
}

/// Whether a word is a mark of exemption that was seen.
fn is_exemption(word: &str) -> bool {
    matches!(word, "OADR" | "MR" | "GDS" | "XGDS" | "XGDS-1" | "XGDS-2" | "XGDS-3" | "ADS")
}

/// A mark without the section of the order that is glued before it.
fn without_section(word: &str) -> &str {
    word.trim_start_matches("1.6").trim_start_matches("1.5")
}

/// `X1` to `X8`; `25X1` and `50X1-HUM` exempt from declassification after so many years.
fn is_numbered_exemption(mark: &str) -> bool {
    match mark.as_bytes() {
        [b'X', b'1'..=b'8'] => true,
        [b'2', b'5', b'X', b'1'..=b'9', behind @ ..] | [b'5', b'0', b'X', b'1'..=b'9', behind @ ..] => {
            matches!(behind, [] | [b'-', ..])
        }
        _ => false,
    }
}

/// A date found in the value, and what had to be repaired.
struct FoundDate {
    date: Date,
    repaired: bool,
    text: String,
}

impl FoundDate {
    /// The date, if it lies between the cable's own and fifty years after it.
    fn checked(self, line: &Piece<'_>, own: &CableName, findings: &mut Findings) -> Option<Date> {
        let year = own.year.unwrap_or_else(|| i32::from(self.date.year()));
        if !(year..=year + 50).contains(&i32::from(self.date.year())) {
            findings.report(Code::DeclassifyDateUnlikely, line, self.text);
            return None;
        }
        if self.repaired {
            findings.report(Code::DeclassifyDateRepaired, line, format!("{} read as {}", self.text, self.date));
        }
        Some(self.date)
    }
}

/// The first date of a value: `M/D/YYYY`, `M/D/YY`, `YYYY/M/D`, with `-` for `/`, or `MONTH D, YYYY`; else one whose
/// slashes have spaces around them.
fn date_in(text: &str, own: &CableName) -> Option<FoundDate> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let numeric = |text: &str| text.split(parts_words).find_map(|word| numeric_date(word, own));
    let spaced = || if text.contains('/') { numeric(&without_spaces_at_slashes(text)) } else { None };
    numeric(text).or_else(|| date_in_words(text)).or_else(spaced)
}

/// A text whose slashes have no spaces around them.
fn without_spaces_at_slashes(text: &str) -> String {
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    parts.join("/")
}

/// A date in digits. A doubled sign, a letter O for a zero and a lost slash leave no doubt of it.
fn numeric_date(word: &str, own: &CableName) -> Option<FoundDate> {
    if !word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'O' | 'o')) {
        return None;
    }
    let word = word.trim_end_matches('.');
    let found = parts_of_date(word)?;
    let number = |part: &str| -> Option<i32> {
        if (1..=4).contains(&part.len()) { part.replace(['O', 'o'], "0").parse().ok() } else { None }
    };
    let [first, second, third] = found.parts;
    let (one, two, three) = (number(first)?, number(second)?, number(third)?);
    let year_first = first.len() == 4;
    let (month, day, year) = if year_first { (two, three, one) } else { (one, two, three) };
    let short = !year_first && third.len() <= 2;
    let year = if short { year_from(year, own) } else { year };
    let swapped = month > 12 && day <= 12 && !found.lacks_sign;
    let (month, day) = if swapped { (day, month) } else { (month, day) };
    let (date, clamped) = date_of(year, month, day)?;
    let zeros = !year_first && (first.len() > 2 || second.len() > 2);
    let repaired = swapped || clamped || zeros || found.damaged;
    Some(FoundDate { date, repaired, text: word.to_owned() })
}

/// The three numbers of a date, as written.
struct DateParts<'t> {
    parts: [&'t str; 3],
    /// A sign between two of them is lost.
    lacks_sign: bool,
    /// A sign is lost or doubled, or a digit is the letter O.
    damaged: bool,
}

/// The longest word that may be a date.
const LONGEST_DATE: usize = 16;

fn parts_of_date(word: &str) -> Option<DateParts<'_>> {
    let is_sign = |sign: char| matches!(sign, '/' | '-');
    let legal = |sign: char| sign.is_ascii_digit() || is_sign(sign) || matches!(sign, 'O' | 'o');
    if word.len() > LONGEST_DATE || !word.chars().all(legal) || !word.contains(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    let letters = word.contains(['O', 'o']);
    let parts: Vec<&str> = word.split(is_sign).filter(|part| !part.is_empty()).collect();
    if let [first, second, third] = parts[..] {
        let damaged = letters || word.matches(is_sign).count() > 2;
        return Some(DateParts { parts: [first, second, third], lacks_sign: false, damaged });
    }
    // `06/122019`, `20190612`: the numbers have all their digits, so that it is known where each ends.
    let year_first =
        word.get(..4).and_then(|year| year.parse().ok()).is_some_and(|year| YEARS_OF_EVENTS.contains(&year));
    let lengths = if year_first { [4, 2, 2] } else { [2, 2, 4] };
    let mut rest = word;
    let mut parts = [""; 3];
    for (part, length) in parts.iter_mut().zip(lengths) {
        rest = rest.strip_prefix(is_sign).unwrap_or(rest);
        (*part, rest) = rest.split_at_checked(length).filter(|(part, _)| !part.contains(is_sign))?;
    }
    rest.is_empty().then_some(DateParts { parts, lacks_sign: true, damaged: true })
}

/// The years in which events of any order are.
const YEARS_OF_EVENTS: RangeInclusive<i32> = 1950..=2100;

/// The first year from the cable's own on that ends in these two digits.
fn year_from(ending: i32, own: &CableName) -> i32 {
    let from = own.year.unwrap_or(2000);
    from + (ending - from).rem_euclid(100)
}

/// The date, its day brought back to the last of the month if the month is shorter.
fn date_of(year: i32, month: i32, day: i32) -> Option<(Date, bool)> {
    let first = Date::new(year.try_into().ok()?, month.try_into().ok()?, 1).ok()?;
    let last = i32::from(first.days_in_month());
    let kept = if (1..=31).contains(&day) { day.min(last) } else { return None };
    Some((Date::new(first.year(), first.month(), kept.try_into().ok()?).ok()?, kept != day))
}

fn date_in_words(text: &str) -> Option<FoundDate> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    words.windows(3).find_map(|three| {
        let (month_at, day_at) = if month(three[0]).is_some() { (0, 1) } else { (1, 0) };
        let month = i32::from(month(three[month_at])?);
        let day = three[day_at].parse().ok()?;
        let year = three[2].trim_end_matches('.').parse().ok().filter(|year| (1900..2200).contains(year))?;
        let (date, repaired) = date_of(year, month, day)?;
        Some(FoundDate { date, repaired, text: three.join(" ") })
    })
}
