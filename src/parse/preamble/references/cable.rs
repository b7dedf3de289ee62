//! Turns the beginning of a text into a cited cable: year, post and serial in any of the forms people write.
//!
//! `ASTANA 1005`, `09 ASTANA 1005`, `09ASTANA1005`, `10-OTTAWA-57`, `ASTANA 1005 (09)`, `9870 ULAANBAATAR`. Dates and
//! times after the name of a post are no serials.

use std::sync::LazyLock;

use crate::lex::begins_in_any_case;
use crate::lex::date::{self, YEARS, century};
use crate::lex::fuzzy::{FuzzyWord, Nearest, nearest_word};
use crate::tables::missions;
use crate::tables::posts::{self, Post, Spelling};

/// A cited cable.
#[derive(Clone, Copy, Debug)]
pub struct Citation {
    /// Post that sent it; `None` for a name that is in no table.
    pub post: Option<&'static Post>,
    /// Year, four digits, where it is written.
    pub year: Option<i32>,
    /// Serial number.
    pub serial: i32,
    /// Bytes of the text it takes.
    pub length: usize,
    /// A misspelling was read as what it means.
    pub repaired: bool,
    /// A comma is within the serial: it is one number or two, `123,456`.
    pub doubtful: bool,
}

/// Reads the cable cited at the beginning of `text`; `own_year` decides which two digits after a serial may be a year.
pub fn read(text: &str, own_year: Option<i32>) -> Option<Citation> {
    let citation = with_year_in_front(text).or_else(|| post_and_serial(text)).or_else(|| serial_and_post(text))?;
    Some(with_year_behind(text, citation, own_year))
}

/// No name of a post is longer, spaces and all.
const LONGEST_NAME: usize = 40;

/// Reads a name that is in no table, with its serial: the nearest post if one is nearer than all others.
pub fn read_unknown(text: &str, own_year: Option<i32>) -> Option<Citation> {
    let (year, start) = year_in_front(text).map_or((None, 0), |year| (Some(year.year), year.length));
    let longest = text[start..].bytes().take(LONGEST_NAME).position(|byte| byte.is_ascii_digit());
    let name_end = start + longest?;
    let name = text[start..name_end].trim_matches(|c: char| c.is_ascii_whitespace() || "-#:,.".contains(c));
    if is_airgram(&text[start..]) {
        return None;
    }
    let legal = name.chars().all(|c| c.is_ascii_alphabetic() || " .'-\n".contains(c));
    if !legal || name.len() < 4 || name.split_ascii_whitespace().count() > 4 {
        return None;
    }
    let serial = serial_in_front(&text[name_end..])?;
    let post = nearest_post(name);
    let length = name_end + serial.length;
    let repaired = post.is_some() || serial.repaired;
    let citation = Citation { post, year, serial: serial.value, length, repaired, doubtful: serial.doubtful };
    Some(with_year_behind(text, citation, own_year))
}

/// Whether a text names an airgram: `A-17`, `SAIGON A-17`. These have a series of their own.
pub fn is_airgram(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(LONGEST_CLAUSE)];
    let clause = text.split([',', ';', '\n', '(']).next().unwrap_or_default();
    let word = clause.split_ascii_whitespace().last().unwrap_or_default();
    let number = word.strip_prefix("A-").unwrap_or_default();
    !number.is_empty() && number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// So much of an item tells what it is: it may be the rest of a line.
pub const LONGEST_CLAUSE: usize = 300;

/// The one post nearest to a misspelled name; short names are too near to one another.
fn nearest_post(name: &str) -> Option<&'static Post> {
    let letters: String = without_mission(name).chars().filter(char::is_ascii_alphabetic).collect();
    let most = match letters.len() {
        ..5 => return None,
        5..8 => 1,
        _ => 2,
    };
    let from = NAMES.partition_point(|near| near.name.len() + most < letters.len());
    let as_long = NAMES[from..].iter().take_while(|near| near.name.len() <= letters.len() + most);
    let letters = letters.to_ascii_uppercase();
    let one_edit = nearest_word(&letters, as_long.clone().map(|near| (near.name, near.post)), 1);
    // Two edits make other words of the other names a post has.
    let two_edits =
        || nearest_word(&letters, as_long.filter(|near| near.is_own).map(|near| (near.name, near.post)), most);
    match if one_edit == Nearest::None && most > 1 { two_edits() } else { one_edit } {
        Nearest::One(post) if !is_other_delegation(&letters, post) => Some(post),
        _ => None,
    }
}

/// Whether a name differs from that of a post in no more than what is before the name of a city: another delegation there.
/// `WTO GENEVA` is not `MTN GENEVA`.
fn is_other_delegation(letters: &str, post: &Post) -> bool {
    let same = letters.bytes().rev().zip(post.mrn.bytes().rev()).take_while(|(one, other)| one == other).count();
    let city = &letters[letters.len() - same..];
    same < letters.len() && posts::find(city).is_some_and(|found| found.mrn != post.mrn)
}

/// A name of a post, as it is compared with misspelled ones.
struct NearName {
    name: FuzzyWord<'static>,
    post: &'static Post,
    /// Whether it is the one that numbers have or texts write, and not another.
    is_own: bool,
}

/// The names of all posts, as they are compared with misspelled ones, shortest first.
static NAMES: LazyLock<Vec<NearName>> = LazyLock::new(|| {
    let is_own = |name: &str, post: &Post| {
        name == post.mrn || post.name.bytes().filter(u8::is_ascii_alphabetic).eq(name.bytes())
    };
    let near = |(name, post)| NearName { name: FuzzyWord::new(name), post, is_own: is_own(name, post) };
    let mut names: Vec<NearName> = posts::names().map(near).collect();
    names.sort_by_key(|near| near.name.len());
    names
});

/// Numbers that hang together by slashes and hyphens are looked at as far as this.
const LONGEST_GROUP: usize = 40;

/// Reads a bare number after a reference (`KABUL 692/317`, `STATE 98314, 99032`).
pub fn read_carried(text: &str) -> Option<Number> {
    let number = number_in_front(text)?;
    let behind = &text[number.length..];
    if is_date(number, behind) {
        return None;
    }
    let group = behind.bytes().take(LONGEST_GROUP).take_while(|byte| byte.is_ascii_digit() || b"/-".contains(byte));
    let group = &behind[..group.count()];
    // `314/07696-07` is the number of a report.
    let is_of_report = group.contains('/') && group.contains('-');
    (ends_item(&behind[group.len()..]) && !is_of_report).then_some(number)
}

/// A serial as written.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Its value.
    pub value: i32,
    /// Bytes it takes.
    pub length: usize,
    /// The letter O was read as a zero.
    pub repaired: bool,
    /// A comma within it separates its thousands, or two numbers.
    pub doubtful: bool,
}

/// Whether what follows a number can end a reference: nothing, a separator, a note, or AND.
pub fn ends_item(behind: &str) -> bool {
    let rest = behind.trim_start_matches(' ');
    let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    rest.is_empty()
        || rest.starts_with([',', ';', '\n', '&', '(', ')', '/', '.', '['])
        || behind.starts_with("  ")
        || ["AND", "NOTAL", "OR"].iter().any(|legal| word.eq_ignore_ascii_case(legal))
}

fn with_year_in_front(text: &str) -> Option<Citation> {
    let year = year_in_front(text)?;
    let citation = post_and_serial(&text[year.length..])?;
    let length = year.length + citation.length;
    Some(Citation { year: Some(year.year), length, repaired: citation.repaired || year.repaired, ..citation })
}

struct YearInFront {
    year: i32,
    length: usize,
    repaired: bool,
}

/// A year before a post: `08`, `2008`, `'08`, `(08)`, `O4` with a letter, `094` for 94.
fn year_in_front(text: &str) -> Option<YearInFront> {
    let opened = text.trim_start_matches(['\'', '(', '\u{2019}', '\u{2018}']);
    let number = number_in_front(opened)?;
    let year = match (number.length, number.value) {
        (2, value) => century(value),
        (3, value @ ..=99) => century(value),
        (4, value) if YEARS.contains(&value) => value,
        _ => return None,
    };
    let behind = opened[number.length..].trim_start_matches([')', '\'', ' ', '-', '\n', '.', '/']);
    let repaired = number.repaired || number.length == 3;
    behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '0').then(|| YearInFront {
        year,
        length: text.len() - behind.len(),
        repaired,
    })
}

fn without_mission(text: &str) -> &str {
    let stands_alone = |mission: &&&str| {
        let (front, behind) = text.split_at_checked(mission.len()).unwrap_or(("", ""));
        front.eq_ignore_ascii_case(mission) && behind.starts_with([' ', '\n'])
    };
    let mission = missions::in_references().alike(text).iter().find(stands_alone);
    mission.map_or(text, |mission| text[mission.len()..].trim_start())
}

fn post_and_serial(text: &str) -> Option<Citation> {
    let name = without_mission(text);
    let found = posts::longest_prefix_in_reference(name)?;
    let behind = &name[found.length..];
    let (year, behind) = between_post_and_serial(behind);
    let serial_text = behind.trim_start_matches([' ', '\n', '#', ':', ',', '-', '.']);
    let joint = &behind[..behind.len() - serial_text.len()];
    let serial = serial_in_front(serial_text)?;
    let is_glued = joint.is_empty() && serial.length < LONG_SERIAL;
    if found.spelling == Spelling::Abbreviated && (is_glued || joint.contains([',', ':', '.'])) {
        return None;
    }
    let misspelt = found.spelling == Spelling::Misspelt || name[..found.length].contains('0');
    Some(Citation {
        post: Some(found.post),
        year,
        serial: serial.value,
        length: text.len() - serial_text.len() + serial.length,
        repaired: misspelt || serial.repaired,
        doubtful: serial.doubtful,
    })
}

/// A serial of so many digits may be glued to the abbreviation of a post.
const LONG_SERIAL: usize = 5;

/// What is between post and serial and is not part of either: a year (`STATE (01) 201265`, `LIMA 08 1200`), a marking, or
/// the words for cables and numbers (`LIMA NO. 1200`). Gives the year, and the text after.
fn between_post_and_serial(text: &str) -> (Option<i32>, &str) {
    const WORDS: [&str; 9] = ["CABLES ", "CABLE ", "TELEGRAMS ", "TELEGRAM ", "NUMBER ", "NO. ", "NO ", "NR. ", "NR "];
    let start = text.trim_start_matches(' ');
    let behind_word = |text: &'_ str| WORDS.iter().find(|word| begins_in_any_case(text, word)).map(|word| word.len());
    if let Some(length) = behind_word(start) {
        let behind = start[length..].trim_start_matches(' ');
        return (None, &behind[behind_word(behind).unwrap_or(0)..]);
    }
    if let Some((year, behind)) = year_before_serial(start) {
        return (Some(year), behind);
    }
    let inside = start.strip_prefix('(').and_then(|rest| {
        let end = rest.bytes().take(LONGEST_INSIDE).position(|byte| byte == b')')?;
        Some((&rest[..end], &rest[end + 1..]))
    });
    let Some((inside, behind)) = inside.filter(|(_, behind)| serial_in_front(behind.trim_start_matches(' ')).is_some())
    else {
        return (None, text);
    };
    let number = number_in_front(inside).filter(|number| number.length == inside.len() && !number.repaired);
    match (number, inside) {
        (Some(number), _) if number.length == 2 => (Some(century(number.value)), behind),
        (Some(number), _) if is_full_year(number.value) => (Some(number.value), behind),
        (None, "U" | "C" | "S" | "SBU") => (None, behind),
        _ => (None, text),
    }
}

/// A year, and the text after it, which begins with a number that can only be the serial: `08 1200`, `08-1200`,
/// `2007 1200`. With a sign between, four digits are a serial of a list.
fn year_before_serial(text: &str) -> Option<(i32, &str)> {
    let number = number_in_front(text).filter(|number| !number.repaired)?;
    let behind = &text[number.length..];
    let (year, behind) = match number.length {
        2 if text.starts_with('0') => (century(number.value), behind.strip_prefix([' ', '-', '/'])?),
        4 if is_full_year(number.value) => (number.value, behind.strip_prefix(' ')?),
        _ => return None,
    };
    // Two digits would be a year after the serial.
    serial_in_front(behind).filter(|serial| serial.length > 2).map(|_| (year, behind))
}

/// Bytes of a year or a marking in parentheses, the one that closes included.
const LONGEST_INSIDE: usize = 10;

/// A serial before its post: `9870 Ulaanbaatar`.
fn serial_and_post(text: &str) -> Option<Citation> {
    let number = number_in_front(text).filter(|number| number.length > 2)?;
    let name = text[number.length..].trim_start();
    let found = posts::longest_prefix(name)?;
    let is_year = YEARS.contains(&number.value);
    (!is_year && ends_item(&name[found.length..])).then(|| Citation {
        post: Some(found.post),
        year: None,
        serial: number.value,
        length: text.len() - name.len() + found.length,
        repaired: number.repaired || found.spelling == Spelling::Misspelt,
        doubtful: false,
    })
}

/// A number that is a serial: no date, time, decimal or percentage.
fn serial_in_front(text: &str) -> Option<Number> {
    let number = number_in_front(text)?;
    let behind = &text[number.length..];
    let legal = !behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '%') && !is_date(number, behind);
    legal.then(|| with_thousands(text, number))
}

/// A number with the three digits after a comma that touches both: thousands, or another number. Where one more
/// comma and number follow, all of them are a list.
pub fn with_thousands(text: &str, number: Number) -> Number {
    let [b',', thousands @ ..] = &text.as_bytes()[number.length..] else { return number };
    let digits = thousands.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let is_list = matches!(thousands.get(digits..), Some([b',', b'0'..=b'9', ..]));
    match (number.length, digits) {
        (1..=3, 3) if !is_list => Number { length: number.length + 1 + digits, doubtful: true, ..number },
        _ => number,
    }
}

/// Up to seven digits, or eight as on page lines; an O among them is a zero.
fn number_in_front(text: &str) -> Option<Number> {
    let (mut value, mut length, mut zeros) = (0, 0, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'O' | b'o' => 0,
            _ => break,
        };
        if length == 8 {
            return None;
        }
        (value, length) = (value * 10 + i32::from(digit), length + 1);
        zeros += usize::from(!byte.is_ascii_digit());
    }
    (zeros < length && value < 10_000_000).then_some(Number { value, length, repaired: zeros > 0, doubtful: false })
}

/// Whether a number and what follows it are a date or a time: `3/14/07`, `3 MAY`, `10:30`, `41.31`.
fn is_date(number: Number, behind: &str) -> bool {
    let digit_follows = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let mut signs = behind.chars();
    match signs.next() {
        Some('.' | ':') => digit_follows(signs.as_str()),
        Some('/') => {
            let second = signs.as_str();
            let next = second.trim_start_matches(|c: char| c.is_ascii_digit());
            let second = &second[..second.len() - next.len()];
            let is_day_and_month = || {
                let (day, month) = (second.parse().unwrap_or(0), number.value);
                second.len() <= 2 && (1..=31).contains(&day) && (1..=31).contains(&month) && day.min(month) <= 12
            };
            number.length <= 2 && !second.is_empty() && (next.starts_with('/') || is_day_and_month())
        }
        Some(' ') => number.length <= 2 && is_month(signs.as_str().trim_start()),
        _ => false,
    }
}

fn is_month(text: &str) -> bool {
    text.get(..3).is_some_and(|front| date::month(front).is_some())
}

/// Takes a year after the serial: `(08)`, `-07`, `/07`, ` 07`.
fn with_year_behind(text: &str, citation: Citation, own_year: Option<i32>) -> Citation {
    if citation.year.is_some() {
        return citation;
    }
    let behind = &text[citation.length..];
    let sign = behind.trim_start_matches(' ');
    let digits = sign.trim_start_matches(['(', '-', '/', '\'', '\u{2019}', '[']);
    let Some(number) =
        number_in_front(digits).filter(|number| number.length == 2 || number.length == 4 && is_full_year(number.value))
    else {
        return citation;
    };
    let after = &digits[number.length..];
    let closed = after.strip_prefix([')', ']']).unwrap_or(after);
    let bracketed = sign.starts_with(['(', '[']) && closed.len() < after.len();
    let year = if number.length == 2 { century(number.value) } else { number.value };
    let plausible = own_year.is_none_or(|own| (own - 30..=own).contains(&year));
    let joined = sign.starts_with(['-', '/', '\'', '\u{2019}']) || sign.len() < behind.len();
    if plausible
        && (bracketed
            || number.length == 2
                && joined
                && !sign.starts_with('(')
                && ends_item(after)
                && !after.starts_with(['/', '-']))
    {
        return Citation { year: Some(year), length: text.len() - closed.len(), ..citation };
    }
    citation
}

/// A year in parentheses at the beginning of a text, and where it ends: ` (2002)`.
pub fn year_in_parentheses(text: &str) -> Option<(i32, usize)> {
    let inside = text.trim_start_matches(' ').strip_prefix('(')?;
    let number = number_in_front(inside)?;
    let year = match number.length {
        2 => century(number.value),
        4 => Some(number.value).filter(|&year| is_full_year(year))?,
        _ => return None,
    };
    let behind = inside[number.length..].strip_prefix(')')?;
    Some((year, text.len() - behind.len()))
}

/// Whether a number can be the year of a cable.
pub fn is_full_year(number: i32) -> bool {
    YEARS.contains(&number)
}
