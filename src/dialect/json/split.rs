//! Where a record ends: at the brace of its object, and before the next record whatever is broken.

use super::grammar::{Container, Grammar};
use super::openings::Openings;
use super::record::lost_start;
use super::scan::{Brackets, JsonText};
use super::{IsRecord, JsonObjects};
use crate::dialect::{Cut, Splitter};

/// An object of fewer bytes is looked into: what is no record, such as the action before each document of a search engine,
/// is no record of its own.
const SHORT: usize = 1024;
/// So many bytes of such objects stay with one record.
const MOST_ASIDE: usize = 64 * 1024;
/// So many openings within one record are looked at after it was found to be damaged.
const TRIED: usize = 64;

/// What an object is to the records around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ObjectRole {
    /// A record, or too long to be looked into.
    Record,
    /// None, of so many bytes.
    Aside(usize),
    /// More bytes will show it.
    Unknown,
}

/// Cuts a document at the objects of its records. Where brackets and quotes can be counted, they alone say what a record
/// is. Where they are damaged, the next object begins a record that begins as the others do: one sign costs one record.
pub struct ObjectSplitter {
    objects: JsonObjects,
    limit: usize,
    is_record: IsRecord,
    openings: Openings,
    /// How many brackets are open where the bytes begin.
    open: usize,
    front: SplitFront,
    /// Bytes of a record that is larger than the limit.
    passed: usize,
}

/// What the bytes begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SplitFront {
    Document,
    Record,
}

/// What comes first of the records.
enum NextRecord {
    /// A record, where the brackets have it.
    Object(usize),
    /// One after damage.
    Resumed(usize),
    None,
    /// More bytes will show it.
    Unknown,
}

/// How a record ends.
enum RecordEnd {
    /// After its brace.
    Closed(usize),
    /// Without one, where the next begins.
    Lost(usize),
    Unknown,
}

/// Some bytes of a document, and whether it ends with them.
#[derive(Clone, Copy)]
struct SeenText<'b> {
    text: JsonText<'b>,
    is_all: bool,
}

impl ObjectSplitter {
    pub fn new(objects: JsonObjects, limit: usize, is_record: IsRecord) -> ObjectSplitter {
        let openings = Openings::new(&objects.opening, objects.container == Container::Document);
        ObjectSplitter { objects, limit, is_record, openings, open: 0, front: SplitFront::Document, passed: 0 }
    }

    /// What the object is that begins at `start`.
    fn role(&self, seen: SeenText<'_>, start: usize) -> ObjectRole {
        let bytes = &seen.text.bytes[start..seen.text.bytes.len().min(start + SHORT)];
        let text = JsonText { bytes, ..seen.text };
        let is_record = |end: usize| (self.is_record)(text.to(end), 0);
        match text.value_end(0) {
            Some(end) if !is_record(end) => ObjectRole::Aside(end),
            None if bytes.len() < SHORT && !seen.is_all => ObjectRole::Unknown,
            None if bytes.len() < SHORT && !is_record(bytes.len()) => ObjectRole::Aside(bytes.len()),
            _ => ObjectRole::Record,
        }
    }

    /// The next record, from a place outside of all.
    fn next_record(&mut self, seen: SeenText<'_>, from: usize, open: usize) -> NextRecord {
        let SeenText { text, .. } = seen;
        let (depth, container) = (self.objects.depth, self.objects.container);
        let mut brackets = Brackets::from(text, from, open);
        let mut grammar = match self.front {
            SplitFront::Document if from == 0 => Grammar::from(text, from),
            _ => Grammar::after_value(text, from, container),
        };
        let (mut after, mut tried) = (from, 0);
        loop {
            let bracket = brackets.next_bracket();
            let reach = bracket.map_or(text.bytes.len(), |bracket| bracket.at);
            let is_in_place = bracket.is_some_and(|bracket| bracket.byte == b'{' && bracket.depth == depth);
            while let Some((at, end)) = self.openings.find(text.bytes, after)
                && (at < reach || (at == reach && !is_in_place))
                && tried < TRIED
            {
                after = at + 1;
                // Where the rules hold, it may be within another object that is none: it must show that it is a record.
                let is_damaged = grammar.breaks_before(end);
                match self.role(seen, at) {
                    ObjectRole::Record if is_damaged || (self.is_record)(text.to(at + SHORT), at) => {
                        return NextRecord::Resumed(at);
                    }
                    ObjectRole::Unknown => return NextRecord::Unknown,
                    ObjectRole::Record | ObjectRole::Aside(_) => tried += 1,
                }
            }
            let Some(bracket) = bracket else { break };
            if is_in_place {
                after = after.max(bracket.at + 1);
                match self.role(seen, bracket.at) {
                    ObjectRole::Aside(length) if bracket.at + length - from <= MOST_ASIDE => {}
                    ObjectRole::Unknown => return NextRecord::Unknown,
                    ObjectRole::Record | ObjectRole::Aside(_) => return NextRecord::Object(bracket.at),
                }
            }
        }
        if seen.is_all { NextRecord::None } else { NextRecord::Unknown }
    }

    /// The end of the record whose object begins at `start`.
    fn record_end(&mut self, seen: SeenText<'_>, start: usize) -> RecordEnd {
        let SeenText { text, .. } = seen;
        let mut brackets = Brackets::from(text, start, 0);
        let mut grammar = Grammar::of_object(text, start);
        let (mut after, mut tried) = (start + 1, 0);
        loop {
            let bracket = brackets.next_bracket();
            let reach = bracket.map_or(text.bytes.len(), |bracket| bracket.at);
            while let Some((at, end)) = self.openings.find(text.bytes, after)
                && at <= reach
                && tried < TRIED
            {
                after = at + 1;
                match grammar.breaks_before(end).then(|| self.role(seen, at)) {
                    Some(ObjectRole::Record) => return RecordEnd::Lost(at),
                    Some(ObjectRole::Unknown) => return RecordEnd::Unknown,
                    Some(ObjectRole::Aside(_)) => tried += 1,
                    None => {}
                }
            }
            match bracket {
                None => return RecordEnd::Unknown,
                Some(bracket) if bracket.byte == b'}' && bracket.depth == 0 => {
                    return RecordEnd::Closed(bracket.at + 1);
                }
                Some(_) => {}
            }
        }
    }

    /// Where the first record ends: after its object, or where the next record is found.
    fn end(&mut self, bytes: &[u8], at_end: bool) -> Option<Cut> {
        let seen = self.seen(bytes, self.limit, at_end);
        let first = self.next_record(seen, 0, self.open);
        let start = match first {
            NextRecord::Object(start) | NextRecord::Resumed(start) => Some(start),
            NextRecord::None => None,
            NextRecord::Unknown => return None,
        };
        // The beginning of an object was lost: what there is of it is a record.
        let limit = start.unwrap_or(seen.text.bytes.len());
        if lost_start(seen.text.to(limit), 0, self.is_record).is_some() {
            return start.map(Cut::Record);
        }
        let end = match self.record_end(seen, start?) {
            RecordEnd::Closed(end) => end,
            RecordEnd::Lost(next) => return Some(Cut::Record(next)),
            RecordEnd::Unknown => return None,
        };
        Some(self.after_object(bytes, end, at_end))
    }

    /// The answer where the object of a record ends. What follows the last record belongs to it, unless it is no end.
    fn after_object(&mut self, bytes: &[u8], end: usize, at_end: bool) -> Cut {
        let seen = self.seen(bytes, end + self.limit, at_end);
        let next = self.next_record(seen, end, self.objects.depth);
        let (limit, cut) = match next {
            NextRecord::Unknown if bytes.len() - end < self.limit => return Cut::More,
            NextRecord::Unknown => return Cut::Record(end),
            NextRecord::None => (bytes.len(), bytes.len()),
            NextRecord::Resumed(start) => (start, start),
            NextRecord::Object(start) if self.objects.container == Container::Document => (start, start),
            NextRecord::Object(start) => (start, end),
        };
        let is_lost = lost_start(seen.text.to(limit), end, self.is_record).is_some();
        Cut::Record(if is_lost { end } else { cut })
    }

    fn seen<'b>(&self, bytes: &'b [u8], limit: usize, at_end: bool) -> SeenText<'b> {
        let seen = &bytes[..bytes.len().min(limit)];
        let text = JsonText { bytes: seen, escapes: self.objects.escapes };
        SeenText { text, is_all: at_end && seen.len() == bytes.len() }
    }

    /// Cuts a record that is larger than the limit before the next one.
    fn resume(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        let seen = self.seen(bytes, bytes.len(), at_end);
        let mut after = 0;
        while let Some((at, _)) = self.openings.find(bytes, after) {
            after = at + 1;
            match self.role(seen, at) {
                ObjectRole::Record => return self.record(at),
                ObjectRole::Aside(_) => {}
                ObjectRole::Unknown if at == 0 => return Cut::More,
                ObjectRole::Unknown => return self.part(at),
            }
        }
        match bytes.len().saturating_sub(SHORT) {
            _ if at_end => self.record(bytes.len()),
            0 => Cut::More,
            length => self.part(length),
        }
    }

    fn record(&mut self, length: usize) -> Cut {
        (self.passed, self.open, self.front) = (0, self.objects.depth, SplitFront::Record);
        self.openings.pass(length);
        Cut::Record(length)
    }

    fn part(&mut self, length: usize) -> Cut {
        self.passed += length;
        self.openings.pass(length);
        Cut::Part(length)
    }
}

impl Splitter for ObjectSplitter {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        if self.passed > 0 {
            return self.resume(bytes, at_end);
        }
        match self.end(bytes, at_end) {
            Some(Cut::Record(length)) => self.record(length),
            Some(other) => other,
            None if bytes.len() > self.limit => self.part(self.limit),
            None if at_end => self.record(bytes.len()),
            None => Cut::More,
        }
    }
}
