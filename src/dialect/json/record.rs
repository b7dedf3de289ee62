//! The object of a record, wherever damage has left it, to a transcript.

use super::grammar::Grammar;
use super::scan::{Brackets, JsonText};
use super::values::{JsonMember, JsonObject, JsonValue, JsonValueKind, ObjectEnd};
use super::values::{columns, is_cable, is_part_of_cable, members};
use super::{IsRecord, Json, JsonObjects, ObjectPlace, openings};
use crate::diagnostic::Code;
use crate::dialect::builder::{TranscriptBuilder, transcribe as build};
use crate::dialect::cleaning::Leftovers;
use crate::dialect::columns::{ColumnMeaning, date_form};
use crate::dialect::fields::{DateForm, FieldKey};
use crate::dialect::html::repeats_hour;
use crate::dialect::{Dialect, Position, Transcript, row};

/// A record of a document of objects.
pub struct Record<'o> {
    pub objects: &'o JsonObjects,
    pub position: Position,
}

impl Record<'_> {
    /// Where its object begins; `None` where it holds no cable.
    pub fn start(&self, text: JsonText<'_>) -> Option<usize> {
        let place = self.objects.place(self.position);
        record_start(text, place, is_cable).or_else(|| object(text, place, is_part_of_cable))
    }

    /// Whether the document ends within its object.
    pub fn is_cut(&self, text: JsonText<'_>) -> bool {
        let is_open: IsRecord = |text, start| JsonObject::of(text, start).end == ObjectEnd::Open;
        self.position.ends() && object(text, self.objects.place(self.position), is_open).is_some()
    }

    /// Its text.
    pub fn transcribe(&self, bytes: Vec<u8>, file_name: &str) -> Transcript {
        let read = |builder: &mut TranscriptBuilder<'_>| {
            if let Some(start) = self.start(self.objects.text(builder.source().as_bytes())) {
                self.read(start, builder);
            }
        };
        build(Json.name(), bytes, file_name, Leftovers::None, read)
    }

    fn read(&self, start: usize, builder: &mut TranscriptBuilder<'_>) {
        let text = self.objects.text(builder.source().as_bytes());
        let (members, end) = members(text, start);
        if let Some((code, detail)) = damage(self.objects, text, start, end, self.position) {
            builder.report(code, detail);
        }
        put(text.bytes, members, builder);
    }
}

/// What is wrong with an object and what follows it.
pub fn damage(
    objects: &JsonObjects,
    text: JsonText<'_>,
    start: usize,
    end: ObjectEnd,
    position: Position,
) -> Option<(Code, String)> {
    let length = text.bytes.len();
    match end {
        _ if text.bytes[start] != b'{' => {
            Some((Code::RecordBoundary, "the brace before the object is missing".to_owned()))
        }
        ObjectEnd::Open if position.ends() => {
            Some((Code::RecordUnclosed, "the document ends within the object".to_owned()))
        }
        ObjectEnd::Open => Some((Code::RecordBoundary, "the object is not closed".to_owned())),
        ObjectEnd::Broken(at) => Some((Code::RecordBoundary, format!("the object is no JSON after byte {at}"))),
        ObjectEnd::Closed(end) => Grammar::after_value(text, end, objects.container)
            .breaks_before(length)
            .then(|| (Code::RecordBoundary, format!("no JSON after byte {end}"))),
    }
}

/// Where the object of a record begins: at its place, at another where brackets are damaged, or after a brace that is lost.
pub fn record_start(text: JsonText<'_>, place: ObjectPlace, is_record: IsRecord) -> Option<usize> {
    let raw = || openings::starts(text.bytes).take(TRIED).find(|&start| is_record(text, start));
    object(text, place, is_record).or_else(raw).or_else(|| lost_start(text, 0, is_record))
}

/// So many objects of a record are looked into.
const TRIED: usize = 64;

/// Where the object of a record begins at a place: the first that is a record.
pub fn object(text: JsonText<'_>, place: ObjectPlace, is_record: IsRecord) -> Option<usize> {
    let mut brackets = Brackets::from(text, 0, place.open);
    loop {
        let (start, around) = brackets.next_object()?;
        if around == place.depth && is_record(text, start) {
            return Some(start);
        }
    }
}

/// The byte before the first name of a record that begins after `from` and has lost its brace.
pub fn lost_start(text: JsonText<'_>, from: usize, is_record: IsRecord) -> Option<usize> {
    let name = text.skip(from, b",[");
    let before = name.checked_sub(1).filter(|_| text.bytes.get(name) == Some(&b'"'))?;
    is_record(text, before).then_some(before)
}

/// Puts the members of a record.
fn put(bytes: &[u8], members: Vec<JsonMember>, builder: &mut TranscriptBuilder<'_>) {
    let source = builder.source();
    let columns = columns(bytes, &members);
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
        && !(body.is_lines(bytes) && body.strings(bytes).nth(1).is_some())
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
