//! Gives a header that lost its line breaks its lines back.
//!
//! Cuts only where the shape of a part leaves no doubt: after a transmission id, before and after a DE group and
//! a date-time group, before keywords and routing indicators with their slash. Changes no letter.

use std::borrow::Cow;
use std::iter::successors;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr3};

use super::address_line::indicator_before_slash;
use super::date_time_group::DateTimeGroup;
use super::routing;
use crate::diagnostic::Code;
use crate::lex::{LineRule, Piece, wire};
use crate::parse::reading::Findings;
use crate::tables::addressees::{self, AddresseeWord};
use crate::tables::posts;

/// Whether the header still has its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum HeaderShape {
    /// One part a line.
    #[default]
    Lines,
    /// Several parts were on one line; keywords may be lost as well.
    Flattened,
}

/// The lines of the header, flattened ones cut into their parts.
pub(super) fn restore<'p, 't>(lines: &'p [Piece<'t>], findings: &mut Findings) -> (Cow<'p, [Piece<'t>]>, HeaderShape) {
    match lines.iter().position(|line| !cuts(line).is_empty()) {
        Some(first) => (Cow::Owned(cut_from(first, lines, findings)), HeaderShape::Flattened),
        None => (Cow::Borrowed(lines), HeaderShape::Lines),
    }
}

/// The lines, those from the `first` flattened one on cut into their parts.
#[cold]
fn cut_from<'t>(first: usize, lines: &[Piece<'t>], findings: &mut Findings) -> Vec<Piece<'t>> {
    let mut restored = lines[..first].to_vec();
    for line in &lines[first..] {
        let cuts = cuts(line);
        if !cuts.is_empty() {
            findings.report(Code::HeaderFlattened, line, "several parts of the header on one line");
        }
        let mut from = 0;
        for cut in cuts {
            restored.push(line.slice(from..cut).trim());
            from = cut;
        }
        restored.push(line.slice(from..line.text.len()).trim());
    }
    restored
}

/// Where a line is to be cut, in ascending order; nothing for a line that holds one part.
fn cuts(line: &Piece<'_>) -> Vec<usize> {
    let text = line.text;
    // An identification has a number, and so does a date-time group.
    let numbered = line.is_candidate(LineRule::HeaderNumber);
    let is_routing = memchr3(b'#', b'V', b'v', text.as_bytes()).is_some();
    let id = if numbered && is_routing { wire::transmission_id(text) } else { None };
    let behind_id = id.map_or(0, |range| range.end);
    let station = if is_routing { station(text, behind_id) } else { None };
    let behind_station = station.as_ref().map_or(behind_id, |range| range.end);
    let group = if numbered { date_time_group(text, behind_station) } else { None };
    let behind_group = group.as_ref().map_or(behind_station, |range| range.end);
    if behind_group == 0 && INFO.find(text.as_bytes()).is_none() {
        return Vec::new();
    }
    // Nearly always the one part is all of the line.
    let start = station.as_ref().or(group.as_ref()).map_or(0, |range| range.start);
    let is_one = behind_id == 0 && (station.is_none() || group.is_none());
    if is_one && start == 0 && behind_group > 0 && text[behind_group..].trim().is_empty() {
        return Vec::new();
    }
    let around_station = station.map(|range| [range.start, range.end]).into_iter().flatten();
    let starts = std::iter::once(behind_id).chain(around_station).chain(group.map(|range| range.start));
    let mut cuts: Vec<usize> = starts.filter(|&cut| is_inside(text, cut)).collect();
    cuts.extend(address_starts(text, behind_group).into_iter().filter(|&cut| is_inside(text, cut)));
    cuts.dedup();
    cuts
}

/// The keyword that is within a line only where lists were joined.
static INFO: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(" INFO "));

fn is_inside(text: &str, cut: usize) -> bool {
    cut > 0 && !text[..cut].trim().is_empty() && !text[cut..].trim().is_empty()
}

/// `DE RUEHPE #9911/01 1121105`, the DE perhaps lost and the indicator grown together with the one before it.
fn station(text: &str, from: usize) -> Option<Range<usize>> {
    let hash = from + memchr(b'#', &text.as_bytes()[from..])?;
    let letters = text[from..hash].trim_end();
    let run = trailing_letters(letters);
    let indicator = indicator_start(&letters[letters.len() - run..])?;
    let mut start = from + letters.len() - run + indicator;
    if let Some(before) = ["DE ", "de "].iter().find_map(|keyword| text[from..start].strip_suffix(keyword))
        && (before.is_empty()
            || before.ends_with(' ')
            || wire::is_indicator(&before[before.len() - trailing_letters(before)..]))
    {
        start -= 3;
    }
    let number = text[hash + 1..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'/').count();
    let mut end = hash + 1 + number;
    let mut digits = 0;
    for (at, byte) in text.bytes().enumerate().skip(end) {
        match byte {
            b'0'..=b'9' if digits < 7 => (digits, end) = (digits + 1, at + 1),
            b' ' if digits < 7 => {}
            _ => break,
        }
    }
    Some(start..end)
}

fn trailing_letters(text: &str) -> usize {
    text.bytes().rev().take_while(u8::is_ascii_alphabetic).count()
}

/// Where the last routing indicator of a run of letters begins: `RUEHDERUEHQQ` at 6, `LIMARUEHC` at 4.
fn indicator_start(run: &str) -> Option<usize> {
    if wire::is_indicator(run) {
        return Some(0);
    }
    let first = run.len().saturating_sub(8);
    let begins = |start: &usize| ["RU", "RH"].iter().any(|sign| run[*start..].starts_with(sign));
    (first..run.len().saturating_sub(4)).find(begins)
}

/// Bytes of the shortest date-time group with a month and a year: `120729JUN09`.
const SHORTEST_GROUP: usize = 11;

/// Precedences and date-time group; digits of other numbers are skipped.
fn date_time_group(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // After other numbers at the end of a line there is no room for a group.
    let beginnings = &bytes[..(bytes.len() + 1).saturating_sub(SHORTEST_GROUP)];
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind_digits = |at: usize| at + if at > 0 && bytes[at - 1].is_ascii_digit() { digits(at) } else { 0 };
    let next_number = |at: usize| Some(at + beginnings.get(at..)?.iter().position(u8::is_ascii_digit)?);
    let mut numbers = successors(next_number(behind_digits(from)), |&at| next_number(at + digits(at)));
    let group = |at: usize| DateTimeGroup::read(&text[at..]).filter(|(group, _)| group.year().is_some());
    let (start, (_, rest)) = numbers.find_map(|at| Some((at, group(at)?)))?;
    let mut begin = start;
    loop {
        let before = text[from..begin].trim_end();
        let word = before.rfind(' ').map_or(0, |blank| blank + 1);
        let Some(letters) = precedence_letters(&before[word..]) else { break };
        begin = from + before.len() - letters;
    }
    Some(begin..text.len() - rest.len())
}

/// How many bytes at the end of a word are precedences: `O`, `OP`, `O/P`, or the last of `ZZHO`.
fn precedence_letters(word: &str) -> Option<usize> {
    let is_letter = |byte: &u8| b"ZOPR".contains(&byte.to_ascii_uppercase());
    match word.as_bytes() {
        bytes @ ([_] | [_, _]) if bytes.iter().all(is_letter) => Some(bytes.len()),
        [first, b'/', second] if is_letter(first) && is_letter(second) => Some(word.len()),
        [_, _, _, last] if word.get(..3).is_some_and(routing::is_signal) && is_letter(last) => Some(1),
        _ => None,
    }
}

/// Where originator, lists and addressees begin after the date-time group, or after the signals that follow it.
fn address_starts(text: &str, from: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut words = text[from..].split(' ').peekable();
    let glued = from > 0 && words.peek().is_some_and(|word| !word.is_empty());
    starts.extend(glued.then_some(from));
    let first = text[from..].split_ascii_whitespace().next().unwrap_or_default();
    let mut in_signals = routing::is_signal(first);
    let mut behind_keyword = glued;
    let mut at = from;
    for word in words {
        let start = at;
        at += word.len() + 1;
        if word.is_empty() {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default().trim_start();
        let is_keyword = word == "FM" || (matches!(word, "TO" | "INFO") && starts_address(rest));
        let glued_to = || before_glued_to(word).filter(|_| starts_address(rest));
        let keyword = if is_keyword { Some(0) } else { glued_to() };
        in_signals &= keyword.is_none();
        let indicator = || glued_start(word).filter(|&inner| !in_signals && (inner > 0 || !behind_keyword));
        starts.extend(keyword.or_else(indicator).map(|inner| start + inner));
        behind_keyword = keyword.is_some();
    }
    starts
}

/// The length of a post's name that has grown together with the keyword after it: `LIMATO`.
fn before_glued_to(word: &str) -> Option<usize> {
    let name = word.strip_suffix("TO")?;
    (posts::find(word).is_none() && posts::find(name).is_some()).then_some(name.len())
}

/// Whether the text begins like an address: an indicator with a slash, a mission, the Department, a collective.
fn starts_address(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    indicator_before_slash(word).is_some()
        || addressees::word(word) == Some(AddresseeWord::Mission)
        || matches!(word, "SECSTATE" | "SECDEF" | "ALL")
}

/// Where a routing indicator with its slash, or INFO, begins in a word, perhaps after digits or letters it has
/// grown together with: `6044RUEHBO/AMEMBASSY`.
fn glued_start(word: &str) -> Option<usize> {
    if let Some(digits) = word.strip_suffix("INFO")
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(digits.len());
    }
    let slash = word.find('/').filter(|&slash| !word[slash..].starts_with("//"))?;
    let run = trailing_letters(&word[..slash]);
    let start = slash - run + indicator_start(&word[slash - run..slash])?;
    indicator_before_slash(&word[start..]).map(|_| start)
}
