//! One struct value to one element.

use std::borrow::Cow;
use std::ops::Range;

use arrow::datatypes::{DataType, Field, Fields};

use super::put_all;
use super::text::{self, Inside, XmlSpelling};
use crate::contract::{XmlPlace, item_name};
use crate::error::Result;
use crate::write::hint;
use crate::write::moment;
use crate::write::value::{Value, View};

/// The shape of an element, worked out once for a schema.
pub struct Element {
    name: String,
    place: XmlPlace,
    content: ElementContent,
}

enum ElementContent {
    Text,
    Members(Vec<Element>),
    List(Box<Element>),
}

type Views<'v> = [(&'v Field, View<'v>)];

impl Element {
    /// The element of a row.
    pub fn of_row(name: &str, columns: &Fields) -> Element {
        Element { name: name.to_owned(), place: XmlPlace::Child, content: ElementContent::of_struct(columns) }
    }

    fn of_field(field: &Field) -> Element {
        let name = field.name().clone();
        let content = ElementContent::of(&name, field.data_type());
        Element { name, place: hint::place(field), content }
    }

    fn of_item(list: &str, data_type: &DataType) -> Element {
        let name = item_name(list).to_owned();
        let content = ElementContent::of(&name, data_type);
        Element { name, place: XmlPlace::Child, content }
    }

    fn members(&self) -> &[Element] {
        match &self.content {
            ElementContent::Members(members) => members,
            _ => &[],
        }
    }

    /// Appends the element of a struct: its fields at `row` of `views`.
    pub fn put(&self, bytes: &mut Vec<u8>, level: usize, views: &Views<'_>, row: usize) -> Result<()> {
        self.put_tag(bytes, level, b"", views, row)?;
        if let Some(own) = self.own_text(views, row)? {
            bytes.push(b'>');
            text::put(bytes, &own, Inside::Element, self.spelling(views, row));
            put_all(bytes, &[b"</", self.name.as_bytes(), b">\n"]);
            return Ok(());
        }
        bytes.extend_from_slice(b">\n");
        let before = bytes.len();
        self.put_children(bytes, level + 1, views, row)?;
        if bytes.len() > before {
            put_indent(bytes, level);
            put_all(bytes, &[b"</", self.name.as_bytes(), b">\n"]);
        } else {
            bytes.truncate(before - 2);
            bytes.extend_from_slice(b"/>\n");
        }
        Ok(())
    }

    /// Appends the start tag of a struct up to its `>`, with `extra` before its own attributes.
    pub fn put_tag(
        &self,
        bytes: &mut Vec<u8>,
        level: usize,
        extra: &[u8],
        views: &Views<'_>,
        row: usize,
    ) -> Result<()> {
        put_indent(bytes, level);
        put_all(bytes, &[b"<", self.name.as_bytes(), extra]);
        let spelling = self.spelling(views, row);
        for (member, (_, view)) in self.members().iter().zip(views) {
            if member.place == XmlPlace::Attribute
                && let Some(value) = plain(view.value(row))?
            {
                put_all(bytes, &[b" ", member.name.as_bytes(), b"=\""]);
                text::put(bytes, &value, Inside::Attribute, spelling);
                bytes.push(b'"');
            }
        }
        let own = self.own_text(views, row)?;
        put_traits(bytes, own.as_deref().unwrap_or_default(), spelling);
        Ok(())
    }

    /// Appends the child elements of a struct.
    pub fn put_children(&self, bytes: &mut Vec<u8>, level: usize, views: &Views<'_>, row: usize) -> Result<()> {
        for (member, (field, view)) in self.members().iter().zip(views) {
            let value = view.value(row);
            if member.place == XmlPlace::Child && !value.is_left_out(field) {
                member.put_value(bytes, level, value)?;
            }
        }
        Ok(())
    }

    fn put_value(&self, bytes: &mut Vec<u8>, level: usize, value: Value<'_>) -> Result<()> {
        match value {
            Value::List(elements, range) => self.put_list(bytes, level, elements, range),
            Value::Struct(views, row) => self.put(bytes, level, views, row),
            plain_value => {
                if let Some(value) = plain(plain_value)? {
                    self.put_text(bytes, level, &value);
                }
                Ok(())
            }
        }
    }

    fn put_list(&self, bytes: &mut Vec<u8>, level: usize, elements: &View<'_>, range: Range<usize>) -> Result<()> {
        let ElementContent::List(item) = &self.content else { return Ok(()) };
        put_indent(bytes, level);
        put_all(bytes, &[b"<", self.name.as_bytes(), b">\n"]);
        range.into_iter().try_for_each(|at| item.put_value(bytes, level + 1, elements.value(at)))?;
        put_indent(bytes, level);
        put_all(bytes, &[b"</", self.name.as_bytes(), b">\n"]);
        Ok(())
    }

    fn put_text(&self, bytes: &mut Vec<u8>, level: usize, value: &str) {
        let spelling = spelling_of(text::is_illegal(value));
        put_indent(bytes, level);
        put_all(bytes, &[b"<", self.name.as_bytes()]);
        put_traits(bytes, value, spelling);
        if value.is_empty() {
            return bytes.extend_from_slice(b"/>\n");
        }
        bytes.push(b'>');
        text::put(bytes, value, Inside::Element, spelling);
        put_all(bytes, &[b"</", self.name.as_bytes(), b">\n"]);
    }

    fn own_text<'v>(&self, views: &'v Views<'_>, row: usize) -> Result<Option<Cow<'v, str>>> {
        let member = self.members().iter().position(|member| member.place == XmlPlace::OwnText);
        member.map_or(Ok(None), |member| plain(views[member].1.value(row)))
    }

    /// How the attributes and the own text of a struct are spelled, all alike.
    fn spelling(&self, views: &Views<'_>, row: usize) -> XmlSpelling {
        let members = self.members().iter().zip(views).filter(|(member, _)| member.place != XmlPlace::Child);
        let mut values = members.map(|(_, (_, view))| view.value(row));
        spelling_of(values.any(|value| matches!(value, Value::Text(value) if text::is_illegal(value))))
    }
}

impl ElementContent {
    fn of(name: &str, data_type: &DataType) -> ElementContent {
        match data_type {
            DataType::List(element) => ElementContent::List(Box::new(Element::of_item(name, element.data_type()))),
            DataType::Struct(fields) => ElementContent::of_struct(fields),
            _ => ElementContent::Text,
        }
    }

    fn of_struct(fields: &Fields) -> ElementContent {
        ElementContent::Members(fields.iter().map(|field| Element::of_field(field)).collect())
    }
}

pub fn spelling_of(illegal: bool) -> XmlSpelling {
    if illegal { XmlSpelling::Escaped } else { XmlSpelling::Plain }
}

/// The attributes that tell a reader how to take the element's text.
pub fn put_traits(bytes: &mut Vec<u8>, own: &str, spelling: XmlSpelling) {
    if text::needs_space_preserved(own) {
        bytes.extend_from_slice(b" xml:space=\"preserve\"");
    }
    if spelling == XmlSpelling::Escaped {
        bytes.extend_from_slice(b" escaped=\"true\"");
    }
}

pub fn put_indent(bytes: &mut Vec<u8>, level: usize) {
    (0..level).for_each(|_| bytes.extend_from_slice(b"  "));
}

/// A value that is not nested, as text; `None` for null.
fn plain(value: Value<'_>) -> Result<Option<Cow<'_, str>>> {
    Ok(Some(match value {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Bool(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
        Value::Date(days) => Cow::Owned(moment::day(days)?.to_string()),
        Value::Instant(microseconds) => Cow::Owned(moment::instant(microseconds)?.to_string()),
        Value::Null | Value::List(..) | Value::Struct(..) => return Ok(None),
    }))
}
