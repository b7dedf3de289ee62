//! One object to its members, and what these mean.

use std::ops::Range;

use super::escapes::JsonEscapes;
use super::scan::JsonText;
use crate::dialect::builder::TranscriptBuilder;
use crate::dialect::columns::{ColumnMeaning, RecordColumns};
use crate::dialect::fields::FieldKey;
use crate::dialect::row;
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
        let JsonValue { ref range, kind, escapes } = self.value;
        match kind == JsonValueKind::Written && bytes.get(range.start) == Some(&b'[') {
            true => builder.join(self.value.strings(bytes), ", ", |string, builder| escapes.undo(builder, string)),
            false => row::RowValue::put(self.value, builder),
        }
    }

    /// Whether the value is only a part of one: the bytes end within it, or damage does not show its end.
    pub fn is_part(&self) -> bool {
        matches!(self.value.kind, JsonValueKind::TextPart | JsonValueKind::WrittenPart)
    }
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
    pub range: Range<usize>,
    pub kind: JsonValueKind,
    escapes: JsonEscapes,
}

impl JsonValue {
    /// Whether it is an array of strings and of nothing else: the lines of a text.
    pub fn is_lines(&self, bytes: &[u8]) -> bool {
        let text = self.text(bytes);
        let Range { start, end } = self.range;
        let first = text.skip(start + 1, b"");
        let mut at = first;
        while at < end && bytes[at] == b'"' {
            at = text.string_end(at).map_or(end, |end| text.skip(end, b","));
        }
        let is_array = matches!(self.kind, JsonValueKind::Written | JsonValueKind::WrittenPart);
        let is_array = is_array && bytes.get(start) == Some(&b'[');
        is_array && at > first && matches!(bytes.get(at..end), Some(b"]" | b""))
    }

    /// The strings of an array, without their quotes. The last may be cut.
    pub fn strings(&self, bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
        let text = self.text(bytes);
        let Range { start, end } = self.range;
        let mut at = start;
        std::iter::from_fn(move || {
            let start = at + memchr::memchr(b'"', bytes.get(at..end)?)?;
            let string_end = text.string_end(start).filter(|&string_end| string_end <= end);
            at = string_end.unwrap_or(end);
            Some(start + 1..string_end.map_or(end, |string_end| string_end - 1))
        })
    }

    fn text<'b>(&self, bytes: &'b [u8]) -> JsonText<'b> {
        JsonText { bytes, escapes: self.escapes }
    }

    /// Keeps a text, the lines of an array below each other. Lines may have kept their ends.
    pub fn put_text(self, builder: &mut TranscriptBuilder<'_>) {
        let source = builder.source();
        if !self.is_lines(source.as_bytes()) {
            return row::RowValue::put(self, builder);
        }
        let lines = || self.strings(source.as_bytes());
        let have_ends = lines().next().is_some_and(|line| source[line].ends_with("\\n"));
        builder.join(lines(), if have_ends { "" } else { "\n" }, |line, builder| self.escapes.undo(builder, line));
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonValueKind {
    Text,
    /// A string that the bytes end in, or that is followed by what follows none.
    TextPart,
    /// A number, a truth or an array, as it is written.
    Written,
    /// A part of one.
    WrittenPart,
    Null,
}

/// The objects that others are wrapped in: whole ones, and those that hold more about a record.
const WRAPPERS: [&str; 3] = ["_source", "data", "meta"];

/// Whether the object that begins at `start` holds a cable: its name, a text, and something about it. It may be cut by
/// the end of the bytes.
pub fn is_cable(text: JsonText<'_>, start: usize) -> bool {
    let (members, _) = members(text, start);
    let columns = columns(text.bytes, &members);
    let has = |key: FieldKey| columns.contains(&ColumnMeaning::Field(key));
    let has_date = columns.iter().any(|column| matches!(column, ColumnMeaning::Field(FieldKey::Date(_))));
    !is_archive_row(members.iter().map(|member| member.name.as_str()))
        && has(FieldKey::Identifier)
        && (columns.contains(&ColumnMeaning::Body) || columns.contains(&ColumnMeaning::Header))
        && (has(FieldKey::Classification) || has(FieldKey::Origin) || has_date)
}

/// Whether the object is what damage left of one that holds a cable: its name.
pub fn is_part_of_cable(text: JsonText<'_>, start: usize) -> bool {
    let (members, end) = members(text, start);
    let columns = columns(text.bytes, &members);
    !matches!(end, ObjectEnd::Closed(_)) && columns.contains(&ColumnMeaning::Field(FieldKey::Identifier))
}

/// The members of an object that holds a cable, and how it ends. A part of a name can be another name; a part of a text is
/// text.
pub fn members(text: JsonText<'_>, start: usize) -> (Vec<JsonMember>, ObjectEnd) {
    let JsonObject { mut members, end } = JsonObject::of(text, start);
    let is_text = |member: &JsonMember| {
        let is_text =
            matches!(ColumnMeaning::of(inner_name(&member.name), ""), ColumnMeaning::Header | ColumnMeaning::Body);
        is_text && (member.value.kind == JsonValueKind::TextPart || member.value.is_lines(text.bytes))
    };
    members.retain(|member| !member.is_part() || is_text(member));
    (members, end)
}

/// `origin` of `meta.origin`.
fn inner_name(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, name)| name)
}

/// What the members mean, each name once.
pub fn columns(bytes: &[u8], members: &[JsonMember]) -> Vec<ColumnMeaning> {
    let mut columns: Vec<ColumnMeaning> = Vec::with_capacity(members.len());
    for member in members {
        let value = String::from_utf8_lossy(&bytes[member.value.range.clone()]);
        let inner = inner_name(&member.name);
        let other = || ColumnMeaning::Field(FieldKey::Other(member.name.as_str().into()));
        let is_text = || {
            let is_string = matches!(member.value.kind, JsonValueKind::Text | JsonValueKind::TextPart);
            is_string || member.value.is_lines(bytes)
        };
        let meaning = match ColumnMeaning::of(inner, value.trim()) {
            ColumnMeaning::Field(FieldKey::Other(_)) => other(),
            ColumnMeaning::Field(FieldKey::Identifier) if !is_identifier(&value) => other(),
            ColumnMeaning::Header | ColumnMeaning::Body if member.value.kind != JsonValueKind::Null && !is_text() => {
                other()
            }
            // MongoDB gives each document a number of its own.
            ColumnMeaning::Field(FieldKey::Number) if inner == "_id" && value.len() == OBJECT_ID => other(),
            // Where a document was downloaded is not a list of references.
            ColumnMeaning::Field(FieldKey::References) if inner == "source" => other(),
            meaning => meaning,
        };
        let repeated = columns.contains(&meaning) && meaning != ColumnMeaning::Field(FieldKey::Article);
        columns.push(if repeated { other() } else { meaning });
    }
    let text = |at: usize| {
        let JsonValue { range, kind, .. } = &members[at].value;
        let is_string = matches!(kind, JsonValueKind::Text | JsonValueKind::TextPart);
        std::str::from_utf8(&bytes[range.clone()]).ok().filter(|_| is_string)
    };
    RecordColumns(columns).with_shown_texts(text).0
}

/// Digits of the number that MongoDB gives a document.
const OBJECT_ID: usize = 24;

/// An object.
pub struct JsonObject {
    /// Its members, those of its wrappers among them.
    pub members: Vec<JsonMember>,
    /// How it ends.
    pub end: ObjectEnd,
}

/// How an object ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectEnd {
    /// After its brace.
    Closed(usize),
    /// The bytes end within it.
    Open,
    /// At a byte that follows the rules of JSON no longer.
    Broken(usize),
}

impl JsonObject {
    /// The object that begins at `start`.
    pub fn of(text: JsonText<'_>, start: usize) -> JsonObject {
        let mut members = Vec::new();
        let end = collect(text, start, "", &mut members);
        JsonObject { members, end }
    }
}

/// Collects the members of an object up to where it ends.
fn collect(text: JsonText<'_>, start: usize, prefix: &str, members: &mut Vec<JsonMember>) -> ObjectEnd {
    let bytes = text.bytes;
    let mut at = start + 1;
    while members.len() < MOST {
        at = text.skip(at, b",");
        match bytes.get(at) {
            None => return ObjectEnd::Open,
            Some(b'}') => return ObjectEnd::Closed(at + 1),
            Some(b'"') => {}
            Some(_) => return ObjectEnd::Broken(at),
        }
        let Some(name_end) = text.string_end(at) else { return ObjectEnd::Open };
        let name = String::from_utf8_lossy(&bytes[at + 1..name_end - 1]).into_owned();
        let value_start = text.skip(name_end, b":");
        if bytes.get(value_start) == Some(&b'{') && prefix.is_empty() && WRAPPERS.contains(&name.as_str()) {
            let inner = if name == "meta" { "meta." } else { "." };
            at = text.value_end(value_start).unwrap_or(bytes.len());
            match collect(text.to(at), value_start, inner, members) {
                ObjectEnd::Closed(_) => continue,
                other => return other,
            }
        }
        let Some((mut value, end)) = value(text, value_start) else {
            return if value_start < bytes.len() { ObjectEnd::Broken(value_start) } else { ObjectEnd::Open };
        };
        at = text.skip(end, b"");
        let object_end = match bytes.get(at) {
            None => Some(ObjectEnd::Open),
            Some(b',' | b'}' | b'"') => None,
            Some(_) => Some(ObjectEnd::Broken(at)),
        };
        if matches!(object_end, Some(ObjectEnd::Broken(_))) {
            value.kind = value.kind.part();
        }
        members.push(JsonMember { name: format!("{}{name}", prefix.trim_start_matches('.')), value });
        if let Some(end) = object_end {
            return end;
        }
    }
    ObjectEnd::Broken(at)
}

/// The value that begins at `start`, and where it ends.
fn value(text: JsonText<'_>, start: usize) -> Option<(JsonValue, usize)> {
    if !matches!(text.bytes.get(start)?, b'{' | b'[') {
        return scalar(text, start);
    }
    let written = |end: usize, kind: JsonValueKind| JsonValue { range: start..end, kind, escapes: text.escapes };
    Some(match text.value_end(start) {
        Some(end) => (extended(text.to(end), start).unwrap_or(written(end, JsonValueKind::Written)), end),
        None => (written(text.bytes.len(), JsonValueKind::WrittenPart), text.bytes.len()),
    })
}

/// The string, the number or the word that begins at `start`, and where it ends.
fn scalar(text: JsonText<'_>, start: usize) -> Option<(JsonValue, usize)> {
    let length = text.bytes.len();
    let (range, kind, end) = match text.bytes.get(start)? {
        b'"' => match text.string_end(start) {
            Some(end) => (start + 1..end - 1, JsonValueKind::Text, end),
            None => (start + 1..length, JsonValueKind::TextPart, length),
        },
        _ => {
            let end = Some(text.word_end(start)).filter(|&end| end > start)?;
            if let Some(value) = argument(text, start..end) {
                return Some((value, end));
            }
            let kind = match &text.bytes[start..end] {
                _ if end == length => JsonValueKind::WrittenPart,
                b"null" => JsonValueKind::Null,
                _ => JsonValueKind::Written,
            };
            (start..end, kind, end)
        }
    };
    Some((JsonValue { range, kind, escapes: text.escapes }, end))
}

/// The value in a call that names its type, as the shell of MongoDB writes them: `ISODate("2006-05-04")`, `NumberInt(1)`.
fn argument(text: JsonText<'_>, call: Range<usize>) -> Option<JsonValue> {
    let open = call.start + TYPES.iter().find(|name| text.bytes[call.clone()].starts_with(name.as_bytes()))?.len();
    let inside = text.bytes[open..call.end].strip_prefix(b"(")?.strip_suffix(b")")?;
    let is_string = inside.len() > 1 && inside.starts_with(b"\"") && inside.ends_with(b"\"");
    let (quote, kind) = if is_string { (1, JsonValueKind::Text) } else { (0, JsonValueKind::Written) };
    Some(JsonValue { range: open + 1 + quote..call.end - 1 - quote, kind, escapes: text.escapes })
}

/// The types of values that are written as calls.
const TYPES: [&str; 6] = ["ISODate", "NumberInt", "NumberLong", "ObjectId", "Timestamp", "Date"];

impl JsonValueKind {
    /// The kind of a part of such a value.
    fn part(self) -> JsonValueKind {
        match self {
            JsonValueKind::Text | JsonValueKind::TextPart => JsonValueKind::TextPart,
            _ => JsonValueKind::WrittenPart,
        }
    }
}

/// No record has more members.
const MOST: usize = 1000;

/// The value of `{"$date": …}`, `{"$oid": …}` or `{"$date": {"$numberLong": …}}`, as MongoDB writes them.
fn extended(text: JsonText<'_>, start: usize) -> Option<JsonValue> {
    let outer = type_value(text, start)?;
    scalar(text, type_value(text, outer).unwrap_or(outer)).map(|(value, _)| value)
}

/// Where the value begins of an object that names its type: `{"$date": …}`.
fn type_value(text: JsonText<'_>, start: usize) -> Option<usize> {
    let name = text.bytes[start..].strip_prefix(b"{").map(|_| text.skip(start + 1, b""))?;
    text.bytes[name..].starts_with(b"\"$").then(|| text.string_end(name).map(|end| text.skip(end, b":")))?
}

impl row::RowValue for JsonValue {
    fn shape<'s>(&self, source: &'s str) -> &'s str {
        &source[self.range.clone()]
    }

    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        match self.kind {
            JsonValueKind::Text | JsonValueKind::TextPart => self.escapes.undo(builder, self.range),
            JsonValueKind::Written | JsonValueKind::WrittenPart | JsonValueKind::Null => builder.keep(self.range),
        }
    }
}
