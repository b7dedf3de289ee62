//! What a row of the archive says of a telegram: a member of an object, or a value below a name.

use std::ops::Range;

use crate::dialect::builder::TranscriptBuilder;
use crate::dialect::csv::QuotedValue;
use crate::dialect::json::JsonMember;
use crate::dialect::row::RowValue;

/// One thing that a row says.
#[derive(Clone, Debug)]
pub struct ArchiveMember {
    /// Its name.
    pub name: String,
    value: MemberValue,
}

#[derive(Clone, Debug)]
enum MemberValue {
    Json(JsonMember),
    /// None where it is null.
    Csv(Option<QuotedValue>),
}

/// The members of an object.
pub fn of_object(members: Vec<JsonMember>) -> Vec<ArchiveMember> {
    let named = |member: JsonMember| ArchiveMember { name: member.name.clone(), value: MemberValue::Json(member) };
    members.into_iter().map(named).collect()
}

/// The values of a row below their names.
pub fn of_row(names: &[String], values: Vec<Option<QuotedValue>>) -> Vec<ArchiveMember> {
    let named = |(name, value): (&String, _)| ArchiveMember { name: name.clone(), value: MemberValue::Csv(value) };
    names.iter().zip(values).map(named).collect()
}

impl ArchiveMember {
    /// The value as it is written, without brackets around it; nothing where it is null.
    pub fn shown(&self, bytes: &[u8]) -> String {
        match &self.value {
            MemberValue::Json(member) => member.shown(bytes),
            MemberValue::Csv(None) => String::new(),
            MemberValue::Csv(Some(value)) => {
                let text = String::from_utf8_lossy(&bytes[value.range.clone()]).into_owned();
                list(&text).map_or_else(|| text.clone(), |inner| text[inner].to_owned())
            }
        }
    }

    /// Whether the value is only a part of one.
    pub fn is_part(&self) -> bool {
        matches!(&self.value, MemberValue::Json(member) if member.is_part())
    }

    /// Keeps the value as a text.
    pub fn put(self, builder: &mut TranscriptBuilder<'_>) {
        match self.value {
            MemberValue::Json(member) => member.value.put(builder),
            MemberValue::Csv(value) => value.into_iter().for_each(|value| value.put(builder)),
        }
    }

    /// Keeps the value, what a list has with commas between it.
    pub fn put_list(self, builder: &mut TranscriptBuilder<'_>) {
        let value = match self.value {
            MemberValue::Json(member) => return member.put_list(builder),
            MemberValue::Csv(None) => return,
            MemberValue::Csv(Some(value)) => value,
        };
        let text = &builder.source()[value.range.clone()];
        let Some(inner) = list(text) else { return value.put(builder) };
        let start = value.range.start;
        let items: Vec<Range<usize>> = items(text, inner).map(|item| start + item.start..start + item.end).collect();
        builder.join(items, ", ", |item, builder| value.part(item).put(builder));
    }
}

/// What is between the brackets of a list: `{PFOR,PE}` of a database, `["PFOR", "PE"]` of a program.
fn list(text: &str) -> Option<Range<usize>> {
    let is_list = text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']');
    is_list.then(|| 1..text.len() - 1)
}

/// What is between the commas of a list, without quotes.
fn items(text: &str, list: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = list.start;
    let ends = text[list.clone()].match_indices(',').map(move |(at, _)| list.start + at).chain([list.end]);
    ends.filter_map(move |end| {
        let item = std::mem::replace(&mut start, end + 1)..end;
        let is_around = |c: char| matches!(c, ' ' | '"' | '\'');
        let bare = text[item.clone()].trim_start_matches(is_around);
        let from = item.end - bare.len();
        let length = bare.trim_end_matches(is_around).len();
        (length > 0).then(|| from..from + length)
    })
}
