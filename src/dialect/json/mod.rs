//! Objects of JSON that hold cables: one after another, in an array, or in what an interface of the web wraps around one.
//!
//! Nobody published cables so, and no two programs agree on the names: they are read by one table of names, and nothing
//! more is guessed.

mod escapes;
mod grammar;
mod openings;
mod record;
mod scan;
mod split;
mod values;

pub(super) use record::{damage, record_start};
pub(super) use scan::JsonText;
pub(super) use values::{JsonMember, JsonObject, is_archive_row};

use std::collections::HashMap;
use std::sync::Arc;

use super::decode::without_mark;
use super::{Confidence, Dialect, Form, HEAD, Head, NotACable, Position, Recognized, Splitter};
use escapes::JsonEscapes;
use grammar::Container;
use scan::Brackets;

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
        Arc::new(JsonObjects::holding(head.bytes, values::is_cable).unwrap_or_default())
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// Where the objects of a document are, and how they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonObjects {
    /// How many brackets are open around each.
    depth: usize,
    /// What each is in.
    container: Container,
    /// What most of them begin with, as far as the colon after the first name.
    opening: Vec<u8>,
    escapes: JsonEscapes,
}

/// Objects one after another: as lines, or without line ends.
impl Default for JsonObjects {
    fn default() -> JsonObjects {
        let (container, escapes) = (Container::Document, JsonEscapes::Once);
        JsonObjects { depth: 0, container, opening: Vec::new(), escapes }
    }
}

/// So many objects are looked into; a document that holds no record among them is another one.
const TRIED: usize = 64;
/// So many where more is seen of the document: each may be as long as all of it.
const TRIED_OF_MORE: usize = 8;
/// So many records show how they begin.
const SAMPLE: usize = 8;

impl JsonObjects {
    /// Where the first object is that is a record.
    pub fn holding(bytes: &[u8], is_record: IsRecord) -> Option<JsonObjects> {
        let bytes = without_mark(bytes).trim_ascii_start();
        // A control character separates records where a text may hold line ends.
        let bytes = bytes.strip_prefix(b"\x1E").unwrap_or(bytes);
        if !openings::begin(bytes) && !scan::begins_script(bytes) {
            return None;
        }
        let text = JsonText { bytes, escapes: JsonEscapes::of(bytes) };
        let tried = if bytes.len() > HEAD { TRIED_OF_MORE } else { TRIED };
        let mut brackets = Brackets::from(text, 0, 0);
        let found =
            std::iter::from_fn(|| brackets.next_object()).take(tried).find(|&(start, _)| is_record(text, start));
        let samples = samples(text, tried, is_record);
        // What is damaged before a record must not hide it.
        let hidden = samples.first().filter(|&&sample| found.is_none_or(|(start, _)| sample < start));
        let (start, depth) = hidden.map(|&sample| (sample, text.depth_at(sample))).or(found)?;
        let before = bytes[..start].trim_ascii_end().last();
        let begins_line = bytes[..start].last().is_none_or(|&byte| byte == b'\n');
        let is_outer = matches!(bytes.first(), Some(b'{' | b'"')) && (depth == 0 || (hidden.is_some() && begins_line));
        let (depth, container) = match before {
            _ if is_outer => (0, Container::Document),
            Some(b':') => (depth, Container::Object),
            _ => (depth, Container::Array),
        };
        Some(JsonObjects { depth, container, opening: commonest(bytes, &samples), escapes: text.escapes })
    }

    /// Where the object of a record is.
    pub fn place(&self, position: Position) -> ObjectPlace {
        ObjectPlace { open: if position.begins() { 0 } else { self.depth }, depth: self.depth }
    }

    /// The text of a record.
    pub fn text<'b>(&self, bytes: &'b [u8]) -> JsonText<'b> {
        JsonText { bytes, escapes: self.escapes }
    }

    /// Finds the ends of records. Short objects that are none stay with the record beside them.
    pub fn splitter(&self, limit: usize, is_record: IsRecord) -> Box<dyn Splitter> {
        Box::new(split::ObjectSplitter::new(self.clone(), limit, is_record))
    }
}

/// Where the first records begin whose openings are whole.
fn samples(text: JsonText<'_>, tried: usize, is_record: IsRecord) -> Vec<usize> {
    let (mut found, mut from) = (Vec::new(), 0);
    for start in openings::starts(text.bytes).take(tried) {
        if start >= from && found.len() < SAMPLE && is_record(text, start) {
            found.push(start);
            from = text.value_end(start).unwrap_or(start);
        }
    }
    found
}

/// What most of these objects begin with.
fn commonest(bytes: &[u8], starts: &[usize]) -> Vec<u8> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    let openings: Vec<&[u8]> = starts.iter().filter_map(|&start| openings::opening(bytes, start)).collect();
    openings.iter().for_each(|opening| *counts.entry(opening).or_default() += 1);
    openings.into_iter().max_by_key(|opening| counts[opening]).unwrap_or_default().to_vec()
}

/// Whether the object that begins at a byte is a record. It may be cut by the end of the bytes.
pub(super) type IsRecord = fn(JsonText<'_>, usize) -> bool;

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
        JsonObjects::splitter(self, limit, values::is_cable)
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let record = record::Record { objects: self, position };
        match record.start(self.text(&bytes)) {
            Some(_) => Recognized::of(record.transcribe(bytes, file_name)),
            None if record.is_cut(self.text(&bytes)) => Recognized::Ignored(NotACable::CutRecord),
            None => Recognized::Ignored(NotACable::OtherText),
        }
    }
}
