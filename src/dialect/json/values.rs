//! One object to its members, and these to a transcript.

use std::ops::Range;

use super::scan::{Brackets, string_end, value_end};
use super::{IsRecord, Json, ObjectPlace};
use crate::diagnostic::Code;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::columns::{ColumnMeaning, date_form};
use crate::dialect::fields::{DateForm, FieldKey};
use crate::dialect::html::repeats_hour;
use crate::dialect::{Dialect, Transcript, row};
use crate::lex::envelope::is_identifier;

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonMember {
    /// Its name, with that of the object it is in: `meta.origin`.
    pub name: String,
    /// What it is.
    pub value: JsonValue,
}

impl JsonMember {
    /// The value as it is written, without its brackets; nothing where it is null.
    pub fn shown(&self, bytes: &[u8]) -> String {
        let written =
            if self.value.kind == JsonValueKind::Null { &bytes[..0] } else { &bytes[self.value.range.clone()] };
        String::from_utf8_lossy(written).trim_matches(['[', ']']).to_owned()
    }

    /// Keeps the value, the strings of an array with commas between them.
    pub fn put_list(self, builder: &mut TranscriptBuilder<'_>) {
        let bytes = builder.source().as_bytes();
        let range = self.value.range.clone();
        match self.value.kind == JsonValueKind::Written && bytes.get(range.start) == Some(&b'[') {
            true => builder.join(strings(bytes, range), ", ", |string, builder| unescape(builder, string)),
            false => row::RowValue::put(self.value, builder),
        }
    }
}

/// The strings of an array, without their quotes.
fn strings(bytes: &[u8], array: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = array.start;
    std::iter::from_fn(move || {
        let start = at + memchr::memchr(b'"', &bytes[at..array.end])?;
        at = string_end(bytes, start)?;
        Some(start + 1..at - 1)
    })
}

/// Whether these are the names of a row of the Freedom of Information Archive, which has a dialect of its own.
pub fn is_archive_row<'n>(names: impl Iterator<Item = &'n str> + Clone) -> bool {
    let has = |known: &[&str]| known.iter().all(|known| names.clone().any(|name| name == *known));
    has(&["doc_nbr", "origclass"]) || has(&["doc_id", "corpus", "authored"])
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonValue {
    /// A string without its quotes, anything else as it is written.
    range: Range<usize>,
    kind: JsonValueKind,
}

impl JsonValue {
    /// Whether it is an array of strings and of nothing else: the lines of a text.
    fn is_lines(&self, bytes: &[u8]) -> bool {
        let Range { start, end } = self.range;
        let first = skip(bytes, start + 1, b"");
        let mut at = first;
        while at < end && bytes[at] == b'"' {
            at = string_end(bytes, at).map_or(end, |end| skip(bytes, end, b","));
        }
        let is_array = self.kind == JsonValueKind::Written && bytes.get(start) == Some(&b'[');
        is_array && at > first && matches!(bytes.get(at..end), Some(b"]" | b""))
    }

    /// Keeps a text, the lines of an array below each other. Lines may have kept their ends.
    fn put_text(self, builder: &mut TranscriptBuilder<'_>) {
        let source = builder.source();
        if !self.is_lines(source.as_bytes()) {
            return row::RowValue::put(self, builder);
        }
        let lines = || strings(source.as_bytes(), self.range.clone());
        let have_ends = lines().next().is_some_and(|line| source[line].ends_with("\\n"));
        builder.join(lines(), if have_ends { "" } else { "\n" }, |line, builder| unescape(builder, line));
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JsonValueKind {
    Text,
    /// A string that the bytes end in.
    TextCut,
    /// A number, a truth or an array, as it is written.
    Written,
    Null,
}

/// The objects that others are wrapped in: whole ones, and those that hold more about a record.
const WRAPPERS: [&str; 3] = ["_source", "data", "meta"];

/// Whether the object that begins at `start` holds a cable: its name, a text, and something about it. It may be cut by
/// the end of the bytes.
pub fn is_cable(bytes: &[u8], start: usize) -> bool {
    let members = members(bytes, start);
    let columns = columns(bytes, &members);
    let has = |key: FieldKey| columns.contains(&ColumnMeaning::Field(key));
    let has_date = columns.iter().any(|column| matches!(column, ColumnMeaning::Field(FieldKey::Date(_))));
    !is_archive_row(members.iter().map(|member| member.name.as_str()))
        && has(FieldKey::Identifier)
        && (columns.contains(&ColumnMeaning::Body) || columns.contains(&ColumnMeaning::Header))
        && (has(FieldKey::Classification) || has(FieldKey::Origin) || has_date)
}

/// What the members mean, each name once.
fn columns(bytes: &[u8], members: &[JsonMember]) -> Vec<ColumnMeaning> {
    let mut columns: Vec<ColumnMeaning> = Vec::with_capacity(members.len());
    for member in members {
        let value = String::from_utf8_lossy(&bytes[member.value.range.clone()]);
        let inner = member.name.rsplit_once('.').map_or(member.name.as_str(), |(_, name)| name);
        let other = || ColumnMeaning::Field(FieldKey::Other(member.name.as_str().into()));
        let is_text = || {
            let is_string = matches!(member.value.kind, JsonValueKind::Text | JsonValueKind::TextCut);
            is_string || member.value.is_lines(bytes)
        };
        let meaning = match ColumnMeaning::of(inner, value.trim()) {
            ColumnMeaning::Field(FieldKey::Other(_)) => other(),
            ColumnMeaning::Field(FieldKey::Identifier) if !is_identifier(&value) => other(),
            ColumnMeaning::Header | ColumnMeaning::Body if member.value.kind != JsonValueKind::Null && !is_text() => {
                other()
            }
            // Where a document was downloaded is no list of references.
            ColumnMeaning::Field(FieldKey::References) if inner == "source" => other(),
            meaning => meaning,
        };
        let repeated = columns.contains(&meaning) && meaning != ColumnMeaning::Field(FieldKey::Article);
        columns.push(if repeated { other() } else { meaning });
    }
    columns
}

/// The members of an object, those of its wrappers among them.
pub fn members(bytes: &[u8], start: usize) -> Vec<JsonMember> {
    let mut members = Vec::new();
    collect(bytes, start, "", &mut members);
    members
}

fn collect(bytes: &[u8], start: usize, prefix: &str, members: &mut Vec<JsonMember>) {
    let mut at = start + 1;
    while members.len() < MOST {
        at = skip(bytes, at, b",");
        if bytes.get(at) != Some(&b'"') {
            return;
        }
        let Some(name_end) = string_end(bytes, at) else { return };
        let name = String::from_utf8_lossy(&bytes[at + 1..name_end - 1]).into_owned();
        at = skip(bytes, name_end, b":");
        let value_start = at;
        let value = match bytes.get(at) {
            None => return,
            Some(b'"') => match string_end(bytes, at) {
                Some(end) => {
                    at = end;
                    JsonValue { range: value_start + 1..end - 1, kind: JsonValueKind::Text }
                }
                None => {
                    at = bytes.len();
                    JsonValue { range: value_start + 1..bytes.len(), kind: JsonValueKind::TextCut }
                }
            },
            Some(b'{' | b'[') => {
                let end = value_end(bytes, at).unwrap_or(bytes.len());
                at = end;
                let is_object = bytes[value_start] == b'{';
                if is_object && prefix.is_empty() && WRAPPERS.contains(&name.as_str()) {
                    let inner = if name == "meta" { "meta." } else { "." };
                    collect(&bytes[..end], value_start, inner, members);
                    continue;
                }
                if let Some(value) = extended(&bytes[..end], value_start).filter(|_| is_object) {
                    members.push(JsonMember { name: format!("{}{name}", prefix.trim_start_matches('.')), value });
                    continue;
                }
                JsonValue { range: value_start..end, kind: JsonValueKind::Written }
            }
            Some(_) => {
                let length =
                    bytes[at..].iter().position(|byte| matches!(byte, b',' | b'}' | b']')).unwrap_or(bytes.len() - at);
                at += length;
                let written = bytes[value_start..at].trim_ascii();
                let kind = if written == b"null" { JsonValueKind::Null } else { JsonValueKind::Written };
                JsonValue { range: value_start..value_start + written.len(), kind }
            }
        };
        members.push(JsonMember { name: format!("{}{name}", prefix.trim_start_matches('.')), value });
    }
}

/// No record has more members.
const MOST: usize = 1000;

/// The value of `{"$date": …}` or `{"$oid": …}`.
fn extended(bytes: &[u8], start: usize) -> Option<JsonValue> {
    let name = skip(bytes, start + 1, b"");
    let name_end = string_end(bytes, name).filter(|_| bytes[name..].starts_with(b"\"$"))?;
    let value = skip(bytes, name_end, b":");
    match bytes.get(value)? {
        b'"' => string_end(bytes, value).map(|end| JsonValue { range: value + 1..end - 1, kind: JsonValueKind::Text }),
        _ => {
            let length = bytes[value..].iter().position(|byte| matches!(byte, b'}' | b',' | b' '))?;
            Some(JsonValue { range: value..value + length, kind: JsonValueKind::Written })
        }
    }
}

/// Skips white space and one of these marks.
fn skip(bytes: &[u8], from: usize, marks: &[u8]) -> usize {
    let is_skipped = |byte: &&u8| byte.is_ascii_whitespace() || marks.contains(byte);
    from + bytes.get(from..).unwrap_or_default().iter().take_while(is_skipped).count()
}

/// Transcribes the first object at a place that holds a cable; `None` where none does.
pub fn transcribe(bytes: Vec<u8>, place: ObjectPlace, file_name: &str) -> Option<Transcript> {
    object(&bytes, place, is_cable)?;
    let read = |builder: &mut TranscriptBuilder<'_>| {
        if let Some(start) = object(builder.source().as_bytes(), place, is_cable) {
            read(start, builder);
        }
    };
    Some(build(Json.name(), bytes, file_name, Leftovers::None, read))
}

/// Where the first object at a place begins that is a record.
pub fn object(bytes: &[u8], place: ObjectPlace, is_record: IsRecord) -> Option<usize> {
    let mut brackets = Brackets::within(bytes, place.open);
    loop {
        let (start, around) = brackets.next_object()?;
        if around == place.depth && is_record(bytes, start) {
            return Some(start);
        }
    }
}

fn read(start: usize, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let members = members(source.as_bytes(), start);
    let columns = columns(source.as_bytes(), &members);
    if members.iter().any(|member| member.value.kind == JsonValueKind::TextCut) {
        builder.report(Code::RecordUnclosed, "the record ends within a string");
    }
    let (mut header, mut body) = (None, None);
    for (column, JsonMember { value, .. }) in columns.into_iter().zip(members) {
        let text = source[value.range.clone()].trim();
        match column {
            _ if value.kind == JsonValueKind::Null => {}
            ColumnMeaning::Header => header = Some(value),
            ColumnMeaning::Body => body = Some(value),
            ColumnMeaning::Field(_) if text.is_empty() => {}
            ColumnMeaning::Field(FieldKey::Date(_)) => {
                let form = if repeats_hour(text) { DateForm::IsoHour } else { date_form(text, DateForm::MonthFirst) };
                builder.field(FieldKey::Date(form), |builder| row::RowValue::put(value, builder));
            }
            ColumnMeaning::Field(key) => builder.field(key, |builder| row::RowValue::put(value, builder)),
        }
    }
    if let Some(body) = &body
        && body.range.len() > LONGEST_LINE
        && !source[body.range.clone()].contains("\\n")
        && !(body.is_lines(source.as_bytes()) && strings(source.as_bytes(), body.range.clone()).nth(1).is_some())
    {
        builder.report(Code::LinesLost, "no line break");
    }
    let put = |value: Option<JsonValue>| {
        move |builder: &mut TranscriptBuilder<'_>| {
            if let Some(value) = value {
                value.put_text(builder);
            }
        }
    };
    match header.is_some() {
        true => builder.halves(put(header), put(body)),
        false => builder.whole(put(body)),
    }
}

/// A text of more bytes had lines.
const LONGEST_LINE: usize = 100;

impl row::RowValue for JsonValue {
    fn shape<'s>(&self, source: &'s str) -> &'s str {
        &source[self.range.clone()]
    }

    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        match self.kind {
            JsonValueKind::Text | JsonValueKind::TextCut => unescape(builder, self.range),
            JsonValueKind::Written | JsonValueKind::Null => builder.keep(self.range),
        }
    }
}

/// Keeps a string without its escapes.
fn unescape(builder: &mut TranscriptBuilder<'_>, range: Range<usize>) {
    let source = builder.source();
    let mut kept = range.start;
    while let Some(found) = source[kept..range.end].find('\\').map(|ahead| kept + ahead) {
        let rest = &source[found..range.end];
        let Some(escaped) = rest[1..].chars().next() else { break };
        builder.keep(kept..found);
        kept = found + 1 + escaped.len_utf8();
        match escaped {
            'n' => builder.replace(found..kept, "\n"),
            't' => builder.replace(found..kept, "\t"),
            'r' => builder.replace(found..kept, "\r"),
            'b' | 'f' => {}
            'u' => {
                let (length, character) = character(rest);
                kept = found + length;
                if character == char::REPLACEMENT_CHARACTER {
                    builder.report(Code::CharactersLost, rest[..length].to_owned());
                }
                builder.replace(found..kept, character.encode_utf8(&mut [0; 4]));
            }
            // `\"`, `\\`, `\/`: the character itself.
            _ => builder.keep(found + 1..kept),
        }
    }
    builder.keep(kept..range.end);
}

/// The character of `\u00b6`, or of the two halves of one, and how long it is written. Half a character is not one.
fn character(rest: &str) -> (usize, char) {
    let unit = |rest: &str| u16::from_str_radix(rest.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let Some(first) = unit(rest) else { return (2, char::REPLACEMENT_CHARACTER) };
    let second = rest.get(6..).and_then(unit);
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok().filter(|_| first >= 0xD800));
    match (pair.filter(|&pair| u32::from(pair) > 0xFFFF), char::from_u32(first.into())) {
        (Some(pair), _) => (12, pair),
        (None, Some(character)) => (6, character),
        (None, None) => (6, char::REPLACEMENT_CHARACTER),
    }
}
