//! Text files of the National Archives, 1973-1979: a telegram, and the attributes of its record after it.
//!
//! The archive's stamps are at the head and foot of each page, within sentences and within values; they are left out.
//! What the keeper says of the record today is never taken for what the telegram says.

mod attributes;
mod lines;

use std::sync::Arc;

use memchr::memmem;

use super::builder::{TranscriptBuilder, transcribe};
use super::cleaning::Leftovers;
use super::split::{Before, ByLine, Starts};
use super::{Confidence, Dialect, Extent, Form, Head, Position, Recognized, Splitter};
use crate::diagnostic::Code;
use lines::{Kind, Line, lines};

/// The dialect.
#[derive(Debug)]
pub struct Aad;

/// The line before the telegram.
const TEXT: &str = "Message Text";
/// The line before the attributes.
const ATTRIBUTES: &str = "Message Attributes";
/// The attribute that every record has.
const NUMBER: &str = "Document Number";

/// So many of the first lines after that line show that it is followed by attributes.
const FIRST_KEYS: usize = 10;
/// So many of them begin with a known key.
const KNOWN_KEYS: usize = 3;

impl Dialect for Aad {
    fn name(&self) -> &'static str {
        "aad"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let text = String::from_utf8_lossy(head.bytes);
        let mut filled = lines(&text).filter(|line| line.kind != Kind::Blank && line.kind != Kind::Stamp);
        if filled.next().is_none_or(|first| first.text.trim() != TEXT) {
            return Confidence::No;
        }
        match filled.find(|line| line.text.trim() == ATTRIBUTES) {
            Some(_) => {
                let block: Vec<Line<'_>> = filled.collect();
                let is_key = |line: &&Line<'_>| attributes::key_of(line.text).is_some();
                let known = block.iter().take(FIRST_KEYS).filter(is_key).count();
                let has_number = block.iter().any(|line| attributes::key_of(line.text) == Some(NUMBER));
                if known >= KNOWN_KEYS && has_number { Confidence::Certain } else { Confidence::No }
            }
            // A telegram may be longer than what is seen of it.
            None if head.extent == Extent::Beginning => Confidence::Certain,
            None => Confidence::No,
        }
    }

    fn form(&self, _: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(Records)
    }
}

/// A file of one record or, where files were put together, of several.
struct Records;

impl Form for Records {
    fn dialect(&self) -> &'static str {
        Aad.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(Texts, limit))
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        Recognized::Cable(transcribe(Aad.name(), bytes, file_name, Leftovers::All, read))
    }
}

/// A record begins with the line before its telegram, once attributes came.
struct Texts;

impl Starts for Texts {
    const AHEAD: usize = 256;

    fn may_start(&self, line: &[u8]) -> bool {
        matches!(line.first(), Some(b' ' | b'\t' | b'\x0C' | b'M'))
    }

    fn starts(&mut self, before: Before<'_>, rest: &[u8]) -> bool {
        let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
        line.trim_ascii() == TEXT.as_bytes()
            && match before {
                Before::Record(record) => memmem::find(record, ATTRIBUTES.as_bytes()).is_some(),
                Before::TooLarge => true,
            }
    }
}

/// What the archive's system wrote where it could not read a text.
const ERRORS: [&str; 3] = ["ERROR READING TEXT INDEX", "ERROR READING TEXT", "EXPAND ERROR ENCOUNTERED"];

fn read(builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let all: Vec<Line<'_>> = lines(source).collect();
    let text = all.iter().position(|line| line.text.trim() == TEXT).map_or(0, |at| at + 1);
    let end = all.iter().rposition(|line| line.text.trim() == ATTRIBUTES).filter(|&end| end >= text);
    let (telegram, block) = match end {
        Some(end) => (&all[text..end], &all[end + 1..]),
        None => (&all[text..], &all[..0]),
    };
    attributes::put(block, builder);
    let mut words = telegram.iter().filter(|line| matches!(line.kind, Kind::Text | Kind::Unreadable));
    let first = words.next();
    let is_error = first.is_some_and(|line| ERRORS.contains(&line.text.trim())) && words.next().is_none();
    let is_lost = telegram.iter().all(|line| line.kind != Kind::Text);
    if is_error || is_lost {
        let detail = first.map_or("no text", |line| line.text.trim());
        builder.report(Code::TextLost, detail.chars().take(40).collect::<String>());
        builder.whole(|_| {});
        return;
    }
    if let Some(line) = telegram.iter().find(|line| line.kind == Kind::Unreadable) {
        builder.report(Code::CharactersLost, line.text.trim().chars().take(40).collect::<String>());
    }
    builder.whole(|builder| {
        for line in telegram.iter().filter(|line| matches!(line.kind, Kind::Text | Kind::Blank)) {
            // A page of the archive's file ends with a form feed, alone or before the first line of the next.
            let feeds = line.text.len() - line.text.trim_start_matches('\u{C}').len();
            builder.keep(line.start + feeds..line.end);
        }
    });
}
