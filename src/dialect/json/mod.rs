//! Objects of JSON that hold cables: one after another, in an array, or in what an interface of the web wraps around one.
//!
//! Nobody published cables so, and no two programs agree on the names: they are read by one table of names, and nothing
//! more is guessed.

mod scan;
mod split;
mod values;

pub(super) use values::{JsonMember, is_archive_row, members, object};

use std::sync::Arc;

use super::decode::without_mark;
use super::{Confidence, Dialect, Form, HEAD, Head, NotACable, Position, Recognized, Splitter};

/// The dialect.
#[derive(Debug)]
pub struct Json;

impl Dialect for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if JsonObjects::holding(head.bytes, values::is_cable).is_some() { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(JsonObjects::holding(head.bytes, values::is_cable).unwrap_or(JsonObjects::Outer))
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// Where the objects of a document are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonObjects {
    /// In no brackets, one after another: as lines, or without line ends.
    Outer,
    /// They are within so many brackets, one after another.
    Within(usize),
}

/// So many objects are looked into; a document that holds no record among them is another one.
const TRIED: usize = 64;
/// So many where more is seen of the document: each may be as long as all of it.
const TRIED_OF_MORE: usize = 8;

impl JsonObjects {
    /// Where the first object is that is a record.
    pub fn holding(bytes: &[u8], is_record: impl Fn(&[u8], usize) -> bool) -> Option<JsonObjects> {
        let text = without_mark(bytes).trim_ascii_start();
        let is_call = || scan::call(text).is_some();
        if !matches!(text.first(), Some(b'{' | b'[')) && !is_call() {
            return None;
        }
        let mut brackets = scan::Brackets::new(text);
        let tried = if bytes.len() > HEAD { TRIED_OF_MORE } else { TRIED };
        let objects = std::iter::from_fn(|| brackets.next_object()).take(tried);
        let is_outer = text.first() == Some(&b'{');
        let found = objects.into_iter().find(|&(start, _)| is_record(text, start)).map(|(_, depth)| match depth {
            0 if is_outer => JsonObjects::Outer,
            depth => JsonObjects::Within(depth),
        });
        // A first line that is damaged must not hide those below it.
        let lines = memchr::memchr_iter(b'\n', text).map(|end| end + 1).filter(|&line| text.get(line) == Some(&b'{'));
        let are_lines = || is_outer && lines.take(tried).any(|line| is_record(text, line));
        found.or_else(|| are_lines().then_some(JsonObjects::Outer))
    }

    /// Where the object of a record is.
    pub fn place(self, position: Position) -> ObjectPlace {
        let depth = match self {
            JsonObjects::Outer => 0,
            JsonObjects::Within(depth) => depth,
        };
        ObjectPlace { open: if position.begins() { 0 } else { depth }, depth }
    }

    /// Finds the ends of records. Short objects that are none stay with the record beside them.
    pub fn splitter(self, limit: usize, is_record: IsRecord) -> Box<dyn Splitter> {
        match self {
            JsonObjects::Outer => Box::new(split::OuterObjects::new(limit, is_record)),
            JsonObjects::Within(depth) => Box::new(split::ArrayObjects::new(depth, limit, is_record)),
        }
    }
}

/// Whether the object that begins at a byte is a record. It may be cut by the end of the bytes.
pub(super) type IsRecord = fn(&[u8], usize) -> bool;

/// Where the object of a record is among the brackets of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ObjectPlace {
    /// How many brackets are open where the record begins.
    open: usize,
    /// How many are open around the object.
    depth: usize,
}

impl Form for JsonObjects {
    fn dialect(&self) -> &'static str {
        Json.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        (*self).splitter(limit, values::is_cable)
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        match values::transcribe(bytes, self.place(position), file_name) {
            Some(transcript) => Recognized::of(transcript),
            None => Recognized::Ignored(NotACable::OtherText),
        }
    }
}
