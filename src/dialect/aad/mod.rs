//! Text files of the National Archives, 1973-1979: a telegram, and the attributes of its record after it.
//!
//! The archive's stamps are at the head and foot of each page, within sentences and within values; they are left out.
//! What the keeper says of the record today is never taken for what the telegram says.

mod attributes;
mod lines;

pub(super) use attributes::field;

use std::borrow::Cow;
use std::sync::Arc;

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::split::{ByLine, Starts};
use super::{Confidence, Dialect, Extent, Form, Head, Position, Recognized, Splitter, kinds, lost, plain};
use crate::diagnostic::Code;
use crate::lex::page_line::is_banner;
use lines::{AadLine, AadLineKind, first_filled, is_heading, lines};

/// The dialect.
#[derive(Debug)]
pub struct Aad;

/// The line before the telegram.
const TEXT: &str = "Message Text";
/// The line before the attributes.
const ATTRIBUTES: &str = "Message Attributes";
/// So many of the first lines after that line show that it is followed by attributes.
const FIRST_KEYS: usize = 10;
/// So many of them begin with a known key.
const KNOWN_KEYS: usize = 3;

impl Dialect for Aad {
    fn name(&self) -> &'static str {
        "aad"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let first = first_filled(head.bytes);
        let begins_block = attributes::key_of(&first).is_some();
        let is_at_front = begins_block || is_heading(&first, TEXT) || is_heading(&first, ATTRIBUTES);
        if !is_at_front && (!has_heading(head.bytes) || kinds::begins_markup(&head.beginning())) {
            return Confidence::No;
        }
        let text = String::from_utf8_lossy(head.bytes);
        let mut headings = lines(&text).filter(|line| line.is_heading(TEXT) || line.is_heading(ATTRIBUTES));
        let is_text = headings.next().is_some_and(|first| first.is_heading(TEXT));
        let filled = lines(&text).filter(|line| line.kind != AadLineKind::Blank && line.kind != AadLineKind::Stamp);
        // Somebody may have kept nothing but the attributes, with or without their heading.
        let block: Vec<AadLine<'_>> = match begins_block {
            true => filled.collect(),
            false => filled.skip_while(|line| !line.is_heading(ATTRIBUTES)).skip(1).collect(),
        };
        let is_key = |line: &&AadLine<'_>| attributes::key_of(line.text).is_some();
        let known = block.iter().take(FIRST_KEYS).filter(is_key).count();
        let has_number = block.iter().any(|line| attributes::key_of(line.text) == Some(attributes::NUMBER));
        // A telegram may be longer than what is seen of it, or all that somebody kept.
        let is_telegram =
            || is_at_front && head.extent == Extent::Beginning || lines(&text).any(|line| first_page(&line).is_some());
        match is_text && block.is_empty() && is_telegram() || known >= KNOWN_KEYS && has_number {
            false => Confidence::No,
            true if is_at_front => Confidence::Certain,
            true => Confidence::Likely,
        }
    }

    fn form(&self, _: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(Records)
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// A file of one record or, where files were put together, of several.
#[derive(Debug)]
struct Records;

impl Form for Records {
    fn dialect(&self) -> &'static str {
        Aad.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(AadStarts::default(), limit))
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        Recognized::of(transcribe(Aad.name(), bytes, file_name, Leftovers::All, read))
    }
}

/// A record begins with the line before its telegram, once attributes came.
#[derive(Default)]
struct AadStarts {
    had_attributes: bool,
}

impl Starts for AadStarts {
    const AHEAD: usize = 256;

    fn may_start(&self, line: &[u8]) -> bool {
        // Spaces, the first letter of the heading, and the first bytes of other spaces and of a byte order mark.
        matches!(line.first(), Some(b' ' | b'\t' | b'\x0C' | b'M' | b'm' | 0xC2 | 0xEF))
    }

    fn first(&mut self, document: &[u8]) {
        let first = first_line(document);
        self.had_attributes = is_heading(&first, ATTRIBUTES) || attributes::key_of(&first).is_some();
    }

    fn starts(&mut self, before: Option<&[u8]>, rest: &[u8]) -> bool {
        let line = first_line(rest);
        self.had_attributes |= is_heading(&line, ATTRIBUTES);
        let starts = is_heading(&line, TEXT) && (self.had_attributes || before.is_none());
        self.had_attributes &= !starts;
        starts
    }
}

/// Whether any line is a heading of the archive. The names of files, addresses and marks of programs may come before it.
fn has_heading(bytes: &[u8]) -> bool {
    const LONGEST: usize = 160;
    let is_in_heading = |at: usize| {
        let before = &bytes[at.saturating_sub(LONGEST)..at];
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let rest = &bytes[at - before.len() + start..bytes.len().min(at + LONGEST)];
        let line = String::from_utf8_lossy(rest.split(|&byte| byte == b'\n').next().unwrap_or_default());
        is_heading(&line, TEXT) || is_heading(&line, ATTRIBUTES)
    };
    HEADINGS_BEGIN.iter().any(|word| memchr::memmem::find_iter(bytes, word).any(is_in_heading))
}

/// What the first word of a heading holds, as it was written or by a program that changed all letters.
const HEADINGS_BEGIN: [&[u8]; 2] = [b"essage", b"ESSAGE"];

fn first_line(bytes: &[u8]) -> Cow<'_, str> {
    let line = &bytes[..bytes.len().min(AadStarts::AHEAD)];
    String::from_utf8_lossy(line.split(|&byte| byte == b'\n').next().unwrap_or_default())
}

/// A telegram without the marks of the system at its end and the level at the foot of its last page.
fn without_end<'l, 't>(telegram: &'l [AadLine<'t>]) -> &'l [AadLine<'t>] {
    let is_mark = |text: &str| text.starts_with("NNN") && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_end =
        |line: &AadLine<'_>| line.kind != AadLineKind::Text || is_mark(line.text.trim()) || is_banner(line.text.trim());
    let length = telegram.iter().rposition(|line| !is_end(line)).map_or(0, |last| last + 1);
    &telegram[..length]
}

/// What the archive writes of a record that was made of two telegrams.
const CONCATENATED: &str = "Copy: <CONCATENATED>";

/// The first page of another telegram.
fn second_telegram<'l, 't>(telegram: &'l [AadLine<'t>]) -> Option<&'l AadLine<'t>> {
    let mut pages = telegram.iter().filter_map(|line| Some((first_page(line)?, line)));
    let (first, _) = pages.next()?;
    pages.find(|(telegram, _)| *telegram != first).map(|(_, line)| line)
}

/// The post and the serial of a first page: `PAGE 01        QUITO   04123`.
fn first_page<'t>(line: &AadLine<'t>) -> Option<(&'t str, &'t str)> {
    let words = line.text.trim().strip_prefix("PAGE 01 ")?.trim();
    let serial = words.find(|c: char| c.is_ascii_digit())?;
    let digits = words[serial..].split(' ').next()?;
    let is_serial = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_serial.then(|| (words[..serial].trim(), digits))
}

/// The lines of the telegram, and those of the attributes. What is above a telegram is not of the record. Somebody may have
/// left out a heading, or the telegram.
fn halves<'l, 't>(source: &str, all: &'l [AadLine<'t>]) -> (&'l [AadLine<'t>], &'l [AadLine<'t>]) {
    let text = all.iter().position(|line| line.is_heading(TEXT)).map(|at| at + 1);
    let end = all.iter().rposition(|line| line.is_heading(ATTRIBUTES));
    match (text, end.filter(|&end| text.is_none_or(|text| end >= text))) {
        (Some(text), Some(end)) => (&all[text..end], &all[end + 1..]),
        (None, Some(end)) if plain::is_cable(&source.as_bytes()[..all[end].start]) => (&all[..end], &all[end + 1..]),
        (None, Some(end)) => (&all[end..end], &all[end + 1..]),
        (Some(text), None) => (&all[text..], &all[..0]),
        (None, None) if all.iter().any(|line| attributes::key_of(line.text) == Some(attributes::NUMBER)) => {
            (&all[..0], all)
        }
        (None, None) => (all, &all[..0]),
    }
}

fn read(builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let all: Vec<AadLine<'_>> = lines(source).collect();
    let (telegram, block) = halves(source, &all);
    attributes::put(block, builder);
    let said = || block.iter().find(|line| line.text.trim() == CONCATENATED);
    if let Some(second) = second_telegram(telegram).or_else(said) {
        builder.report_at(second.start, Code::SeveralTelegrams, second.text.trim());
    }
    let mut words = telegram.iter().filter(|line| matches!(line.kind, AadLineKind::Text | AadLineKind::Unreadable));
    let first = words.next();
    let is_error = first.is_some_and(|line| lost::is_message(line.text)) && words.next().is_none();
    let is_lost = telegram.iter().all(|line| line.kind != AadLineKind::Text);
    if is_error || is_lost {
        let place = first.or(telegram.first()).or(all.first()).map_or(0, |line| line.start);
        return lost::put_at(place, first.map_or("", |line| line.text.trim()), builder);
    }
    if let Some(line) = telegram.iter().find(|line| line.kind == AadLineKind::Unreadable) {
        builder.report_at(line.start, Code::CharactersLost, lost::beginning(line.text.trim()));
        builder.lacks_lines();
    }
    builder.whole(|builder| {
        for line in
            without_end(telegram).iter().filter(|line| matches!(line.kind, AadLineKind::Text | AadLineKind::Blank))
        {
            // A page of the archive's file ends with a form feed, alone or before the first line of the next.
            let feeds = line.text.len() - line.text.trim_start_matches('\u{C}').len();
            builder.keep(line.start + feeds..line.end);
        }
    });
}
