//! The list of documents that are not one whole row, as JSON has it, to an element: members are attributes, lists and
//! objects children. Its names come from the JSON, so that nothing here knows what a document is.

use serde_json::{Map, Value};

use super::element::{put_indent, put_traits, spelling_of};
use super::text::{self, Inside};
use crate::contract::{XML_NAMES_OF_LIST, item_name};
use crate::error::{Error, Result};

/// The element.
pub const DOCUMENTS: &str = "documents";

/// Appends the element of a list.
pub fn put(bytes: &mut Vec<u8>, json: &str) -> Result<()> {
    let list = serde_json::from_str(json);
    let list: Vec<Value> = list.map_err(|error| Error::format(format!("the list of documents: {error}")))?;
    put_list(bytes, 1, DOCUMENTS, &list);
    Ok(())
}

fn put_list(bytes: &mut Vec<u8>, level: usize, name: &str, items: &[Value]) {
    put_tag(bytes, level, &format!("<{name}>\n"));
    for object in items.iter().filter_map(Value::as_object) {
        put_object(bytes, level + 1, item_name(name), object);
    }
    put_tag(bytes, level, &format!("</{name}>\n"));
}

fn put_object(bytes: &mut Vec<u8>, level: usize, name: &str, object: &Map<String, Value>) {
    put_tag(bytes, level, &format!("<{name}"));
    let spelling = spelling_of(object.values().filter_map(Value::as_str).any(text::is_illegal));
    for (name, value) in object {
        let written = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        bytes.extend_from_slice(format!(" {}=\"", in_xml(name)).as_bytes());
        text::put(bytes, &written, Inside::Attribute, spelling);
        bytes.push(b'"');
    }
    put_traits(bytes, "", spelling);
    let before = bytes.len();
    bytes.extend_from_slice(b">\n");
    let children = bytes.len();
    for (name, value) in object {
        match value {
            Value::Array(items) => put_list(bytes, level + 1, in_xml(name), items),
            Value::Object(object) => put_object(bytes, level + 1, in_xml(name), object),
            _ => {}
        }
    }
    match bytes.len() > children {
        true => put_tag(bytes, level, &format!("</{name}>\n")),
        false => {
            bytes.truncate(before);
            bytes.extend_from_slice(b"/>\n");
        }
    }
}

/// The name in XML of a member of the JSON.
fn in_xml(name: &str) -> &str {
    XML_NAMES_OF_LIST.iter().find(|(json, _)| *json == name).map_or(name, |(_, xml)| xml)
}

fn put_tag(bytes: &mut Vec<u8>, level: usize, tag: &str) {
    put_indent(bytes, level);
    bytes.extend_from_slice(tag.as_bytes());
}
