//! Turns the text under one letter into items, separated by whatever their author used to separate them.

use memchr::memrchr;

use super::{cable, dated, kind_named, kind_of_series, skip_separators};
use crate::cable::{Mrn, ReferenceKind};
use crate::lex::begins_in_any_case;
use crate::lex::date::{YEARS, is_time_word};
use crate::lex::spaces;
use crate::parse::reading::CableName;
use crate::tables::citations;
use crate::tables::posts::Post;

/// One thing that is cited.
#[derive(Clone, Debug)]
pub struct Item {
    /// What kind of thing.
    pub kind: ReferenceKind,
    /// Message reference number of a cited cable.
    pub mrn: Option<Mrn>,
    /// What follows the number: `NOTAL`, a title, a paragraph.
    pub note: Option<String>,
    /// The item as found, wraps joined.
    pub text: String,
    /// Where in the chunk it begins.
    pub start: usize,
    /// A misspelling was read as what it means.
    pub repaired: bool,
    /// The name is one of a post, but of no post in the table.
    pub post_unknown: bool,
    /// The year is the cable's own, for none is written.
    pub year_unwritten: bool,
    /// No year is written, and it may be the one before the cable's own.
    pub year_unknown: bool,
}

/// What a bare number inherits from the reference before it.
#[derive(Clone, Copy, Debug)]
pub struct Carry {
    post: &'static Post,
    year: Option<i32>,
}

/// Reads the items of one chunk; `carry` goes from chunk to chunk.
pub fn read(text: &str, own: &CableName, carry: &mut Option<Carry>) -> Vec<Item> {
    let mut items = Vec::new();
    let borders = Borders { text, last_closed: memrchr(b')', text.as_bytes()).unwrap_or_default() };
    let mut at = 0;
    loop {
        let start = text.len() - skip_separators(&text[at..]).len();
        if start >= text.len() || says_none(&text[start..]) {
            return items;
        }
        let head = head_at(text.split_at(start), own, carry);
        let end = borders.end_of_item(start + head.length, head.is_cable());
        items.push(head.into_item(text, start, end, own));
        // A step of at least one character, whatever is here.
        at = end.max(start + text[start..].chars().next().map_or(1, char::len_utf8));
    }
}

/// What an item begins with.
enum ItemStart {
    /// A cable; without a serial where it is not known which digits are of it.
    Cable {
        post: Option<&'static Post>,
        year: Option<i32>,
        serial: Option<i32>,
    },
    Text,
}

struct ItemHead {
    subject: ItemStart,
    length: usize,
    repaired: bool,
    year_unwritten: bool,
}

fn head_at((before, text): (&str, &str), own: &CableName, carry: &mut Option<Carry>) -> ItemHead {
    let cited = cable::read(text, own.year);
    if let Some(found) = cited.or_else(|| unknown_cable(text, own)) {
        if let Some(post) = found.post {
            *carry = Some(Carry { post, year: found.year });
        }
        let subject =
            ItemStart::Cable { post: found.post, year: found.year, serial: (!found.doubtful).then_some(found.serial) };
        let year_unwritten = found.year.is_none();
        return ItemHead { subject, length: found.length, repaired: found.repaired, year_unwritten };
    }
    // After a letter of its own, a short number or a year inherits nothing.
    let is_serial =
        |number: &cable::Number| !before.is_empty() || number.length > 2 && !cable::is_full_year(number.value);
    if let Some(number) = cable::read_carried(text).filter(is_serial)
        && let Some(Carry { post, year }) = *carry
    {
        // After a comma that touches both, another comma only continues the list.
        let number = if before.ends_with(',') { number } else { cable::with_thousands(text, number) };
        let told = cable::year_in_parentheses(&text[number.length..]);
        let (year, length) = told.map_or((year, 0), |(told, length)| (Some(told), length));
        let subject = ItemStart::Cable { post: Some(post), year, serial: (!number.doubtful).then_some(number.value) };
        let length = number.length + length;
        return ItemHead { subject, length, repaired: number.repaired, year_unwritten: year.is_none() };
    }
    ItemHead { subject: ItemStart::Text, length: 0, repaired: false, year_unwritten: false }
}

/// A name that is in no table with its serial, where nothing shows that it is something else.
fn unknown_cable(text: &str, own: &CableName) -> Option<cable::Citation> {
    let found = cable::read_unknown(text, own.year)?;
    let is_whole = cable::ends_item(&text[found.length..]);
    (is_whole && kind_of_text(&text[..end_of_clause(text, found.length)]).is_none()).then_some(found)
}

impl ItemHead {
    fn is_cable(&self) -> bool {
        matches!(self.subject, ItemStart::Cable { .. })
    }

    fn into_item(self, text: &str, start: usize, end: usize, own: &CableName) -> Item {
        let item = Item {
            kind: ReferenceKind::Other,
            mrn: None,
            note: None,
            text: joined(&text[start..end]),
            start,
            repaired: self.repaired,
            post_unknown: false,
            year_unwritten: self.year_unwritten,
            year_unknown: false,
        };
        let ItemStart::Cable { post, year, serial } = self.subject else {
            return Item { kind: kind_of_text(&item.text).unwrap_or(ReferenceKind::Other), ..item };
        };
        let note = note(&text[start + self.length..end]);
        let told = year.or_else(|| note.as_deref().and_then(|note| dated::year(note, own)));
        let year = told.or(own.year);
        let numbered = post.zip(year).zip(serial);
        let mrn = numbered.map(|((post, year), serial)| Mrn { year, post: post.mrn.to_owned(), serial });
        let year_unknown = told.is_none() && mrn.as_ref().is_some_and(|mrn| is_too_high_for_january(mrn, own));
        Item {
            kind: post.map_or(ReferenceKind::Cable, |post| kind_of_series(post.kind)),
            mrn: mrn.filter(|_| !year_unknown),
            note,
            post_unknown: post.is_none(),
            year_unwritten: told.is_none(),
            year_unknown,
            ..item
        }
    }
}

/// Serials that no series reaches in January.
const HIGHEST_IN_JANUARY: i32 = 3_000;

/// Serials that the Department's own series does not reach in January.
const HIGHEST_OF_STATE_IN_JANUARY: i32 = 20_000;

/// Whether a serial without a year, cited in January, is more likely of the year before.
fn is_too_high_for_january(mrn: &Mrn, own: &CableName) -> bool {
    let is_january = own.clock_date.is_some_and(|date| date.month() == 1);
    let is_before_own = own.post.as_ref() == Some(&mrn.post) && own.serial.is_some_and(|own| mrn.serial <= own);
    let highest = if mrn.post == "STATE" { HIGHEST_OF_STATE_IN_JANUARY } else { HIGHEST_IN_JANUARY };
    is_january && !is_before_own && mrn.serial > highest
}

/// What kind of reference a text without a message reference number is, where a word or a date-time group shows it.
fn kind_of_text(text: &str) -> Option<ReferenceKind> {
    let is_date_time_group = |word: &str| is_time_word(word.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    if cable::is_airgram(text) {
        return Some(ReferenceKind::Other);
    }
    let by_word = citations::kind(text).map(kind_named);
    by_word.or_else(|| text.split_ascii_whitespace().any(is_date_time_group).then_some(ReferenceKind::Message))
}

/// Finds where items end.
struct Borders<'t> {
    text: &'t str,
    /// The last parenthesis that closes; an opening one after it is never closed.
    last_closed: usize,
}

impl Borders<'_> {
    /// Where the item ends whose number, if any, ends at `from`: before the separator after which another begins.
    fn end_of_item(&self, from: usize, is_cable: bool) -> usize {
        let bytes = self.text.as_bytes();
        let mut told = is_cable;
        let mut clause = from;
        let mut at = from;
        while at < bytes.len() {
            match bytes[at] {
                b';' => return at,
                b'(' if at < self.last_closed => at += self.text[at..].find(')').unwrap_or_default(),
                b',' | b'\n' | b'&' | b' ' | b'/' | b'-' => {
                    let behind = self.text.len() - skip_separators(&self.text[at..]).len();
                    let separator = &self.text[at..behind];
                    if is_listed(separator) {
                        told = told || kind_of_text(&self.text[clause..at]).is_some();
                        clause = behind;
                    }
                    let before = BeforeSeparator { is_cable, told, ends_here: is_cable && at == from };
                    let is_dated =
                        dated::ends_in_day(&self.text[from..at]) && dated::begins_with_year(&self.text[behind..]);
                    if !is_dated && before.is_followed(separator, &self.text[behind..]) {
                        return at;
                    }
                    at = behind - 1;
                }
                _ => {}
            }
            at += 1;
        }
        self.text.len()
    }
}

/// What comes before a separator.
struct BeforeSeparator {
    /// A cable.
    is_cable: bool,
    /// An item that is whole: it is known what it is.
    told: bool,
    /// Nothing but the number of a cable.
    ends_here: bool,
}

impl BeforeSeparator {
    /// Whether another item begins at `rest`, after this separator.
    fn is_followed(&self, separator: &str, rest: &str) -> bool {
        let listed = is_listed(separator);
        let parts = listed || separator.contains(['&', ';']) || separator.contains("  ") || separator.trim().len() >= 3;
        let joined = self.ends_here && separator.contains(['/', '-']);
        if let Some(found) = cable::read(rest, None) {
            let plain = found.serial >= 100 && !YEARS.contains(&found.serial);
            return parts || joined || self.ends_here || plain && separator.trim().is_empty();
        }
        if (self.is_cable && parts || joined) && cable::read_carried(rest).is_some() {
            return true;
        }
        if listed && self.told && (names_delegation(rest) || is_cut_citation(rest)) {
            return true;
        }
        listed && self.told && !qualifies(rest) && kind_of_text(&rest[..end_of_clause(rest, 0)]).is_some()
    }
}

/// Whether a text begins with a delegation that is in no table, and its number: `USDEL LOTT VIENNA 0111`.
fn names_delegation(text: &str) -> bool {
    text.starts_with("USDEL ") && cable::read_unknown(text, None).is_some()
}

/// Whether a text is a year and the beginning of a post, cut at the source: `75 JAK`.
fn is_cut_citation(text: &str) -> bool {
    let (year, name) = text.trim().split_once(' ').unwrap_or_default();
    year.len() == 2
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && (3..=8).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a text only says more of the number before it: `AND PREVIOUS`, `PARA 4`, `2007 AND PREVIOUS`.
fn qualifies(text: &str) -> bool {
    let year = text.get(..4).filter(|_| dated::begins_with_year(text)).map_or(0, str::len);
    let text = text[year..].trim_start();
    let text = text.strip_prefix("AND ").unwrap_or(text);
    ["PREVIOUS", "PARA"].iter().any(|word| begins_in_any_case(text, word))
}

/// Whether a separator separates the things of a list, whatever they are.
fn is_listed(separator: &str) -> bool {
    separator.contains([',', '\n'])
}

/// Where the clause ends that holds the byte `from`, or as much of it as tells what it is.
fn end_of_clause(text: &str, from: usize) -> usize {
    let longest = text.floor_char_boundary(from + cable::LONGEST_CLAUSE);
    text[from..longest].find([',', ';', '\n']).map_or(longest, |length| from + length)
}

/// What follows a number, without the parentheses around it.
fn note(text: &str) -> Option<String> {
    let note = joined(text);
    let note = note.trim_start_matches(['-', ':', ',', '.', ' ', '/']);
    let inner = note.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    let note = inner.filter(|inner| !inner.contains(')')).unwrap_or(note).trim();
    (!note.is_empty()).then(|| note.to_owned())
}

/// A text with its wraps joined, and without the separators and the AND at its end. A hyphen at a wrap stays, without
/// a space.
fn joined(text: &str) -> String {
    let mut joined = spaces::joined(text.split_ascii_whitespace(), text.len());
    let without_separators = |text: &str| text.trim_end_matches([' ', ',', ';', ':', '&', '.', '-', '/']).len();
    let mut end = without_separators(&joined);
    while let Some(front) = ["AND", "and", "And"].iter().find_map(|and| joined[..end].strip_suffix(*and))
        && !front.ends_with(|c: char| c.is_alphanumeric())
    {
        end = without_separators(front);
    }
    joined.truncate(end);
    joined
}

/// Whether the field says that there is no reference.
fn says_none(text: &str) -> bool {
    // Longer than the longest of the words with a period is no such word.
    let text = if text.len() > 8 { "" } else { text.trim().trim_end_matches('.') };
    ["NONE", "N/A", "NA", "NIL"].iter().any(|none| text.eq_ignore_ascii_case(none))
}
