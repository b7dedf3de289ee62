//! The E.O. line to the order, the dates of declassification and downgrading, and exemptions.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::civil::Date;
use memchr::memmem::Finder;

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

/// What comes before the date on which the cable was already declassified.
static DECLASSIFIED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("DECLASSIFIED"));

/// What comes before the date of downgrading.
static DOWNGRADE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("DNG:"));

impl ExecutiveOrder {
    fn read_events(&mut self, text: &str, line: &Piece<'_>, own: &CableName, findings: &mut Findings) {
        let upper = text.to_ascii_uppercase();
        let is_review = upper.split(parts_words).any(|word| word.starts_with("RDS"));
        let date = date_in(text, own).and_then(|found| found.checked(line, own, findings));
        if DECLASSIFIED.find(upper.as_bytes()).is_some() {
            self.declassified_on = date_in(text, own).map(|found| found.date);
        } else if upper.starts_with("DNG") || DOWNGRADE.find(upper.as_bytes()).is_some() {
            self.downgrade_on = date;
        } else if is_review {
            // `RDS` of E.O. 12065 dates the review of a classification, not its end.
            self.review_on = date;
        } else {
            self.declassify_on = date;
        }
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

/// The first date of a value: `M/D/YYYY`, `M/D/YY`, `YYYY/M/D`, with `-` for `/`, or `MONTH D, YYYY`.
fn date_in(text: &str, own: &CableName) -> Option<FoundDate> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let numeric = text.split(parts_words).find_map(|word| numeric_date(word, own));
    numeric.or_else(|| date_in_words(text))
}

fn numeric_date(word: &str, own: &CableName) -> Option<FoundDate> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let word = word.trim_end_matches('.');
    let mut parts = word.split(['/', '-']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let number = |part: &str| -> Option<i32> {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (1..=4).contains(&part.len()) { part.parse().ok() } else { None }
    };
    let (one, two, three) = (number(first)?, number(second)?, number(third)?);
    let year_first = first.len() == 4;
    let (month, day, year) = if year_first { (two, three, one) } else { (one, two, three) };
    let short = !year_first && third.len() <= 2;
    let year = if short { year_from(year, own) } else { year };
    let swapped = month > 12 && day <= 12;
    let (month, day) = if swapped { (day, month) } else { (month, day) };
    let (date, clamped) = date_of(year, month, day)?;
    let zeros = !year_first && (first.len() > 2 || second.len() > 2);
    Some(FoundDate { date, repaired: swapped || clamped || zeros, text: word.to_owned() })
}

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
