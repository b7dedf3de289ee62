//! The shape of page lines, new (`POST 00001234  002 OF 005`) and old (`PAGE 02  POST  01234  141034Z`).
//!
//! Finds one in a line, alone or in mid-line, and the banners over and under a page. The one reader of them, for the text
//! ([`PageLine::find`]) and for headers ([`is_in_header`]); never decides what becomes of the text around.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::date::is_time_word;
use super::piece::Piece;
use super::shape::are_digits;
use super::sieve::LineRule;
use crate::tables::levels;

/// A page line within a line of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// Where it is, with the spaces around it.
    pub range: Range<usize>,
    /// Section of the telegram that continues after it.
    pub section: Option<i32>,
    /// Number of sections of the telegram.
    pub count: Option<i32>,
}

impl PageLine {
    /// Finds the first page line of `piece`; `post` is the cable's own post in upper case.
    pub fn find(piece: &Piece<'_>, post: Option<&str>) -> Option<PageLine> {
        if piece.is_candidate(LineRule::PageLine) { find(piece.text, post) } else { None }
    }
}

fn find(text: &str, post: Option<&str>) -> Option<PageLine> {
    find_new(text, post).or_else(|| find_old(text, post))
}

/// Reads the page line that is broken over two lines after its page number: `PAGE 01`, `LIMA 09123 01 OF 02 141530Z`.
pub fn broken(first: &str, second: &str, post: Option<&str>) -> Option<PageLine> {
    let page = first.trim().strip_prefix("PAGE ")?;
    let is_number = are_digits(page, 2..=3);
    let joined = || format!("{} {}", first.trim(), second.trim());
    is_number.then(joined).and_then(|joined| find_old(&joined, post).filter(|page| page.range == (0..joined.len())))
}

/// Whether the line is a bare classification word, as printing software put over and under a page; over the first page
/// of a section the number of the message is at its right: `CONFIDENTIAL     PTQ2115`.
pub fn is_banner(text: &str) -> bool {
    may_begin_banner(text) && is_class_word(text.trim_start())
}

/// Whether a line begins as a banner does: with a space or the initial of a class word.
#[inline]
pub fn may_begin_banner(text: &str) -> bool {
    let is_initial = |first: u8| !first.is_ascii_graphic() || matches!(first, b'U' | b'C' | b'S' | b'T' | b'L');
    text.bytes().next().is_some_and(is_initial)
}

fn is_class_word(text: &str) -> bool {
    let rest = levels::banners().iter().find_map(|banner| text.strip_prefix(banner)).map(str::trim_end);
    rest.is_some_and(|rest| rest.is_empty() || is_number(rest))
}

/// Whether the text is a gap and the number of a message.
fn is_number(text: &str) -> bool {
    let parts = text.len().checked_sub(MESSAGE_NUMBER).and_then(|middle| text.split_at_checked(middle));
    parts.is_some_and(|(gap, number)| gap.ends_with("   ") && gap.trim().is_empty() && is_message_number(number))
}

/// Bytes of the number of a message, `PTQ2115`.
const MESSAGE_NUMBER: usize = 7;

fn is_message_number(word: &str) -> bool {
    word.len() == MESSAGE_NUMBER
        && word.bytes().take(3).all(|byte| byte.is_ascii_uppercase())
        && word.bytes().skip(3).all(|byte| byte.is_ascii_digit())
}

/// Whether the line is a page line of the old system; `post` is the cable's own.
pub fn is_old(text: &str, post: Option<&str>) -> bool {
    find_old(text, post).is_some()
}

/// What is between the number of a section and the number of all of them.
static OF: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["OF ", "of "].map(Finder::new));
/// What page lines of the old system begin with.
static PAGE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("PAGE "));

/// The new system: post cut to ten characters, serial in eight digits, `nnn[.p] OF nnn`.
fn find_new(text: &str, post: Option<&str>) -> Option<PageLine> {
    let bytes = text.as_bytes();
    if bytes.iter().filter(|byte| byte.is_ascii_digit()).take(FEWEST_DIGITS).count() < FEWEST_DIGITS {
        return None;
    }
    OF.iter().find_map(|of| of.find_iter(bytes).find_map(|at| new_around(text, at, post)))
}

/// Digits of a page line of the new system, two of the serial and one of the section lost: most lines of prose hold fewer.
const FEWEST_DIGITS: usize = 9;

/// Reads the new system's page line around the `OF` at `of`.
fn new_around(text: &str, of: usize, post: Option<&str>) -> Option<PageLine> {
    let total = text[of + 2..].trim_start();
    let total_length = total.bytes().take_while(u8::is_ascii_digit).count();
    if total_length != 3 || total[3..].starts_with(|next: char| next.is_ascii_alphanumeric()) {
        return None;
    }
    let (section_at, section) = number_before(text, of)?;
    let (serial_at, serial) = word_before(text, section_at)?;
    let digits = serial.bytes().filter(u8::is_ascii_digit).count();
    if !(6..=9).contains(&serial.len()) || digits + 2 < serial.len() {
        return None;
    }
    let start = post_start(&text[..serial_at], post).filter(|_| digits == 8 || post.is_some())?;
    let end = text.len() - total[3..].trim_start().len();
    Some(PageLine { range: start..end, section: Some(section), count: total[..3].parse().ok() })
}

/// The section number `nnn` or `nnn.p` before `OF`, and where it begins.
fn number_before(text: &str, of: usize) -> Option<(usize, i32)> {
    let (start, word) = word_before(text, of)?;
    let section = word.split_once('.').map_or(word, |(section, _)| section);
    (section.len() == 3 && word.len() <= 6).then(|| section.parse().ok().map(|section| (start, section))).flatten()
}

/// The word that ends before `end`, separated from it by spaces, and where it begins.
fn word_before(text: &str, end: usize) -> Option<(usize, &str)> {
    let before = text[..end].trim_end();
    if before.len() == end || before.is_empty() {
        return None;
    }
    let start = before.rfind(' ').map_or(0, |blank| blank + 1);
    Some((start, &before[start..]))
}

/// Where the name of the post before the serial begins.
fn post_start(text: &str, post: Option<&str>) -> Option<usize> {
    let before = text.trim_end();
    if before.len() == text.len() {
        return None;
    }
    post.and_then(|post| own_post_start(before, post)).or_else(|| other_post_start(before))
}

/// Looks for the cable's own post, cut to ten characters, at the end of `before`.
fn own_post_start(before: &str, post: &str) -> Option<usize> {
    let starts = before.char_indices().rev().take(10).map(|(start, _)| start);
    starts.filter(|&start| is_cut_post(&before[start..], before.len() - start, post)).last()
}

fn is_cut_post(name: &str, length: usize, post: &str) -> bool {
    let mut letters = name.bytes().filter(u8::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase());
    let mut wanted = post.bytes();
    let agrees = letters.by_ref().all(|letter| wanted.next() == Some(letter));
    let whole = wanted.next().is_none();
    agrees && name.starts_with(|first: char| first.is_ascii_alphabetic()) && (whole || length >= 9)
}

/// Takes the word in upper case before the serial for the post: the whole line, or its last words.
fn other_post_start(before: &str) -> Option<usize> {
    let trimmed = before.trim_start();
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic() || b" .'/-".contains(&byte));
    if (2..=12).contains(&trimmed.len()) && is_name(trimmed) {
        return Some(before.len() - trimmed.len());
    }
    let start = before.rfind(' ')? + 1;
    let word = &before[start..];
    ((2..=10).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(start)
}

/// The old system: `PAGE 02        HARARE  01011  02 OF 03  141034Z`, or with a relay: `PAGE 02 RUEHXX1234 UNCLAS`. That
/// of the Department gives no time: `PAGE 02        STATE   023763`.
fn find_old(text: &str, post: Option<&str>) -> Option<PageLine> {
    let start = PAGE.find(text.as_bytes())?;
    let mut words = WordOffsets { text, at: start + 5 };
    let (page, number_end) = words.next()?;
    if !are_digits(page, 2..=3) {
        return None;
    }
    let mut line = PageLine { range: start..words.at, section: None, count: None };
    let mut timed = false;
    let mut last = "";
    for _ in 0..9 {
        let Some((word, end)) = words.next() else { break };
        if is_time_word(word) || is_relay(word) {
            line.range.end = end;
            timed = true;
            break;
        }
        if word == "OF" {
            line.section = last.parse().ok();
            line.count = words.next().and_then(|(count, _)| count.parse().ok());
        } else if !word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return None;
        }
        last = word;
    }
    if timed {
        return Some(with_banners(text, line));
    }
    let is_whole = text[..start].trim().is_empty();
    let is_page = is_whole && is_untimed(&text[number_end..], post);
    is_page.then_some(PageLine { range: 0..text.len(), ..line })
}

/// Whether what follows the page number is post and serial, perhaps the number of a delegation and the section:
/// `STATE   023763  SECTO 12  01 OF 02`. Without a time the post must be the cable's own, or be between gaps.
fn is_untimed(text: &str, post: Option<&str>) -> bool {
    let Some(serial) = text.find(|letter: char| letter.is_ascii_digit()) else { return false };
    let (name, rest) = text.split_at(serial);
    let is_name = !name.trim().is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ');
    let is_own = || post.is_some_and(|post| is_post_of_six(name.trim(), post));
    let is_apart = || name.starts_with("   ") && name.ends_with("  ");
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = rest.split_ascii_whitespace().peekable();
    let is_serial = words.next().is_some_and(|word| (4..=6).contains(&word.len()) && is_number(word));
    if words.next_if(|word| matches!(*word, "SECTO" | "TOSEC")).is_some() && !words.next().is_some_and(is_number) {
        return false;
    }
    let is_section = match words.next() {
        None => true,
        Some(section) => {
            let of = words.next();
            is_number(section) && of == Some("OF") && words.next().is_some_and(is_number) && words.next().is_none()
        }
    };
    is_name && is_serial && is_section && (is_own() || is_apart())
}

/// Whether `name` is the post, perhaps cut to its first six characters: `NEW DE`.
fn is_post_of_six(name: &str, post: &str) -> bool {
    let mut wanted = post.bytes();
    let letters = name.bytes().filter(u8::is_ascii_alphabetic);
    let agrees = letters.into_iter().all(|letter| wanted.next() == Some(letter));
    agrees && (name.len() >= 5 || wanted.next().is_none())
}

/// The words of a text with the offsets after them.
struct WordOffsets<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> WordOffsets<'t> {
    fn next(&mut self) -> Option<(&'t str, usize)> {
        let rest = self.text[self.at..].trim_start();
        let start = self.text.len() - rest.len();
        let end = start + rest.find(' ').unwrap_or(rest.len());
        self.at = end;
        (start < end).then(|| (&self.text[start..end], end))
    }
}

/// `RUEHXX1234`
fn is_relay(word: &str) -> bool {
    word.starts_with("RU") && word.len() >= 9 && word.ends_with(|last: char| last.is_ascii_digit())
}

/// Widens an old page line over banners and spaces on the same line.
fn with_banners(text: &str, mut line: PageLine) -> PageLine {
    let before = text[..line.range.start].trim_end();
    let banner = before.rfind("  ").map_or(before, |gap| &before[gap..]);
    line.range.start = if is_banner(banner) { before.len() - banner.trim_start().len() } else { before.len() };
    let after = text[line.range.end..].trim_start();
    let word = after.split("  ").next().unwrap_or_default();
    let after = if is_banner(word) || word == "UNCLAS" { after[word.len()..].trim_start() } else { after };
    line.range.end = text.len() - after.len();
    line
}

/// Whether a line of a header, without spaces around, is of the printing: a page line, a classification, the number below
/// a page line. Where only addresses are, less proves it than in the text: any case, any post, no time.
pub fn is_in_header(line: &str) -> bool {
    let (Some(first), Some(last)) = (line.as_bytes().first(), line.as_bytes().last()) else { return false };
    let by_its_end = last.is_ascii_digit() && (are_digits(line, 1..=3) || ends_as_new(line));
    by_its_end
        || match first.to_ascii_uppercase() {
            b'P' => begins_as_old(line),
            b'U' | b'C' | b'S' | b'T' | b'L' => is_spaced_banner(line),
            _ => false,
        }
}

/// `PAGE 02        HARARE  01011  141034Z`.
fn begins_as_old(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("PAGE"))
        && words.next().is_some_and(|number| are_digits(number, 2..=3))
}

/// `POST 00001005  001.2 OF 002`.
fn ends_as_new(line: &str) -> bool {
    // Most other numbers at the end of a line have four digits or more.
    if !matches!(line.as_bytes(), [.., before, _, _, _] if before.is_ascii_whitespace()) {
        return false;
    }
    let mut words = line.split_ascii_whitespace().rev();
    let mut next = || words.next().unwrap_or_default();
    are_digits(next(), 3..=3)
        && next().eq_ignore_ascii_case("OF")
        && are_digits(next().split('.').next().unwrap_or_default(), 3..=3)
        && are_digits(next(), 8..=8)
        && !next().is_empty()
}

/// A classification alone on its line, with the number of the message or of the printout at its right.
fn is_spaced_banner(line: &str) -> bool {
    let begins_as = |name: &str| letters(line).zip(name.bytes()).all(|(letter, right)| letter == right);
    let initial = letters(line).next();
    let names = || levels::class_words().iter().map(|word| word.letters.as_str());
    if !names().any(|name| name.bytes().next() == initial && begins_as(name)) {
        return false;
    }
    let level = line.split("   ").next().unwrap_or(line);
    let tail = line[level.len()..].trim();
    let is_tail = tail.is_empty() || tail.ends_with(|next: char| next.is_ascii_digit());
    is_tail && names().any(|name| letters(level).eq(name.bytes()))
}

/// The letters of a text in upper case, without the spaces between them.
fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|&byte| byte != b' ').map(|byte| byte.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::{assert_candidates, lines_of_cases};

    #[test]
    fn a_page_line_or_banner_is_a_candidate() {
        let is_banner = |line: &str| is_class_word(line.trim_start());
        assert_candidates(LineRule::PageLine, |line| find(line, Some("LIMA")).is_some());
        assert_candidates(LineRule::Banner, is_banner);
        assert!(lines_of_cases().iter().filter(|line| is_banner(line)).all(|line| may_begin_banner(line)));
    }

    #[test]
    fn page_lines_of_headers() {
        for line in [
            "PAGE 02        STATE   029999  071504Z",
            "ASTANA 00001005  001.2 OF 002",
            "10",
            "UNCLASSIFIED     PTO4410",
            "S E C R E T   STATE   00119999",
        ] {
            assert!(is_in_header(line), "{line}");
        }
        for line in ["AMEMBASSY LIMA", "CTF 345", "STATE GRNC", "SECRETARY OF STATE"] {
            assert!(!is_in_header(line), "{line}");
        }
    }
}
