//! XML back into batches: one `cables` document, or one `cable`.
//!
//! The inverse of the XML writer, led by the fields of the schema: what the schema does not know is an error. No
//! entity but the five predefined ones is resolved, and a DOCTYPE is refused.

use std::borrow::Cow;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, SchemaRef};
use quick_xml::Reader as Scanner;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Value as Json};

use super::encoding::DecodedText;
use super::node::{Node, batch};
use super::{BATCH_BYTES, BATCH_ROWS, Catalog, FileClaim, Reader, damaged, narrowed};
use crate::contract::{ListTexts, NUMBERS_OF_LIST, XML_NAMES_OF_LIST, XmlList, XmlPlace, item_name};
use crate::error::Result;
use crate::write::hint::place;
use crate::write::xml::{COLUMNS, DOCUMENTS, DOCUMENTS_COMMENT, END, LEFT_OUT_COMMENT, NAMESPACE, ROW, ROWS, unescape};

struct XmlFile {
    input: XmlEvents,
    version: String,
    schema: SchemaRef,
    /// The `cable` that is the root, where it is; otherwise rows follow as children.
    single: Option<Vec<Node>>,
    /// How documents are listed.
    list: XmlList,
    done: bool,
}

/// Reads XML.
pub fn open(text: DecodedText, catalog: Catalog<'_>) -> Result<Box<dyn Reader>> {
    let scanner = Scanner::from_reader(text);
    let mut input =
        XmlEvents { scanner, buffer: Vec::new(), prefix: String::new(), claim: None, lists: ListTexts::default() };
    let mut root = input.next_element()?.ok_or_else(|| damaged("there is no root element"))?;
    input.prefix = prefix(root.name()).to_owned();
    root.prefix = input.prefix.len();
    let version = version(&root.start)?;
    let schema = narrowed(&version, attribute(&root.start, COLUMNS)?.as_deref(), catalog)?;
    let single = match root.name() {
        ROWS => None,
        ROW => Some(input.fields(&root, schema.fields())?),
        other => return Err(damaged(format!("the root element is {other:?}, not cables or cable"))),
    };
    let list = XmlList::of(&version);
    Ok(Box::new(XmlFile { input, version, schema, single, list, done: root.empty }))
}

/// `c:` of `c:cables`; any processor may write names so.
fn prefix(name: &str) -> &str {
    name.find(':').map_or("", |colon| &name[..=colon])
}

/// The version in the namespace of the root.
fn version(root: &BytesStart<'_>) -> Result<String> {
    let declared = match prefix(root.name().into_inner()) {
        "" => "xmlns".to_owned(),
        prefix => format!("xmlns:{}", prefix.trim_end_matches(':')),
    };
    let namespace = attribute(root, &declared)?.unwrap_or_default();
    let version = namespace.strip_prefix(NAMESPACE);
    version.map(str::to_owned).ok_or_else(|| {
        damaged(format!("the root element is in the namespace {namespace:.60?}, not in one of {NAMESPACE}"))
    })
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let attribute = start.try_get_attribute(name).map_err(damaged)?;
    attribute.map(|attribute| value(&attribute)).transpose()
}

fn value(attribute: &Attribute<'_>) -> Result<String> {
    attribute.normalized_value(XmlVersion::Implicit1_0).map(Cow::into_owned).map_err(damaged)
}

impl Reader for XmlFile {
    fn version(&self) -> &str {
        &self.version
    }

    fn columns(&self) -> &Fields {
        self.schema.fields()
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(row) = self.single.take() {
            self.done = true;
            return batch(vec![row], &self.schema).map(Some);
        }
        let mut rows = Vec::new();
        let start = self.input.scanner.buffer_position();
        while !self.done && rows.len() < BATCH_ROWS && self.input.scanner.buffer_position() - start < BATCH_BYTES {
            match self.input.next_element()? {
                Some(element) if element.name() == ROW => rows.push(self.input.fields(&element, self.schema.fields())?),
                Some(element) if element.name() == END => self.input.end(&element)?,
                Some(element) if element.name() == DOCUMENTS && self.list == XmlList::Element => {
                    let list = self.input.list(&element)?;
                    self.input.lists.documents = Some(Json::Array(list).to_string());
                }
                Some(element) => return Err(damaged(format!("found {:?} where a cable is expected", element.name()))),
                None => self.done = true,
            }
        }
        if rows.is_empty() { Ok(None) } else { batch(rows, &self.schema).map(Some) }
    }

    fn claim(&self) -> Option<FileClaim> {
        self.input.claim.clone()
    }

    fn lists(&self) -> ListTexts {
        self.input.lists.clone()
    }
}

/// The start of an element.
struct ElementStart {
    start: BytesStart<'static>,
    /// Written as `<name/>`.
    empty: bool,
    /// Length of the prefix of its name.
    prefix: usize,
}

impl ElementStart {
    /// The name without its prefix.
    fn name(&self) -> &str {
        &self.start.name().into_inner()[self.prefix..]
    }

    fn escaped(&self) -> Result<bool> {
        Ok(attribute(&self.start, "escaped")?.as_deref() == Some("true"))
    }
}

/// The events of the file, read by the shape of the schema.
struct XmlEvents {
    scanner: Scanner<DecodedText>,
    buffer: Vec<u8>,
    /// What every name of our namespace begins with: nothing, or a prefix and its colon.
    prefix: String,
    claim: Option<FileClaim>,
    lists: ListTexts,
}

impl XmlEvents {
    fn event(&mut self) -> Result<Event<'static>> {
        self.buffer.clear();
        self.scanner.read_event_into(&mut self.buffer).map(Event::into_owned).map_err(damaged)
    }

    /// The next child element, or `None` at the end of the parent.
    fn next_element(&mut self) -> Result<Option<ElementStart>> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.element(start, false).map(Some),
                Event::Empty(start) => return self.element(start, true).map(Some),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(damaged("the file is cut off")),
                Event::Text(text) if text.borrow().into_inner().trim().is_empty() => {}
                Event::Comment(comment) => {
                    let text = comment.borrow().into_inner();
                    if let Some(documents) = text.strip_prefix(DOCUMENTS_COMMENT) {
                        self.lists.documents = Some(documents.trim_end().to_owned());
                    } else if let Some(left_out) = text.strip_prefix(LEFT_OUT_COMMENT) {
                        self.lists.left_out = Some(left_out.trim_end().to_owned());
                    }
                }
                Event::Decl(_) | Event::PI(_) => {}
                Event::DocType(_) => return Err(damaged("a DOCTYPE is not accepted")),
                _ => return Err(damaged("there is text between elements")),
            }
        }
    }

    /// The next child of an element, or `None` at its end.
    fn next_child(&mut self, element: &ElementStart) -> Result<Option<ElementStart>> {
        if element.empty { Ok(None) } else { self.next_element() }
    }

    fn element(&self, start: BytesStart<'static>, empty: bool) -> Result<ElementStart> {
        match start.name().into_inner() {
            name if name.starts_with(&self.prefix) => Ok(ElementStart { start, empty, prefix: self.prefix.len() }),
            name => Err(damaged(format!("the element {name:?} is in another namespace"))),
        }
    }

    /// The text of a scalar element up to its end.
    fn text(&mut self, element: &ElementStart) -> Result<String> {
        let mut text = String::new();
        if !element.empty {
            loop {
                match self.event()? {
                    Event::Text(piece) => put_lines(&mut text, &piece.into_inner()),
                    Event::GeneralRef(reference) => text.push_str(&resolve(&reference)?),
                    Event::End(_) => break,
                    _ => return Err(damaged(format!("{:?} holds more than text", element.name()))),
                }
            }
        }
        unescaped(text, element.escaped()?)
    }

    /// The fields of a struct: attributes, own text, child elements.
    fn fields(&mut self, element: &ElementStart, fields: &Fields) -> Result<Vec<Node>> {
        let mut nodes: Vec<Node> = fields.iter().map(|field| Node::absent(field)).collect();
        self.attributes(element, fields, &mut nodes)?;
        if let Some(own) = fields.iter().position(|field| place(field) == XmlPlace::OwnText) {
            nodes[own] = Node::from_text(self.text(element)?, fields[own].data_type())?;
            return Ok(nodes);
        }
        while let Some(child) = self.next_child(element)? {
            if element.name() == ROW && child.name() == END {
                self.end(&child)?;
                continue;
            }
            let index = child_index(&child, fields)?;
            nodes[index] = self.value(&child, &fields[index])?;
        }
        Ok(nodes)
    }

    fn attributes(&mut self, element: &ElementStart, fields: &Fields, nodes: &mut [Node]) -> Result<()> {
        let escaped = element.escaped()?;
        for attribute in element.start.attributes() {
            let attribute = attribute.map_err(damaged)?;
            let name = attribute.key.into_inner();
            if matches!(name, "escaped" | "xmlns" | "generator" | COLUMNS) || name.contains(':') {
                continue;
            }
            let index = fields.iter().position(|field| field.name() == name && place(field) == XmlPlace::Attribute);
            let index = index.ok_or_else(|| damaged(format!("the attribute {name:?} is not in the schema")))?;
            let value = value(&attribute)?;
            nodes[index] = Node::from_text(unescaped(value, escaped)?, fields[index].data_type())?;
        }
        Ok(())
    }

    fn value(&mut self, element: &ElementStart, field: &Field) -> Result<Node> {
        match field.data_type() {
            DataType::Struct(fields) => Ok(Node::Struct(self.fields(element, fields)?)),
            DataType::List(item) => {
                let mut items = Vec::new();
                while let Some(child) = self.next_child(element)? {
                    if child.name() != item_name(field.name()) {
                        return Err(damaged(format!("found {:?} in a list of {}", child.name(), field.name())));
                    }
                    items.push(self.value(&child, item)?);
                }
                Ok(Node::List(items))
            }
            scalar => Node::from_text(self.text(element)?, scalar),
        }
    }

    /// The objects of a list of documents.
    fn list(&mut self, element: &ElementStart) -> Result<Vec<Json>> {
        let mut items = Vec::new();
        while let Some(child) = self.next_child(element)? {
            if child.name() != item_name(element.name()) {
                return Err(damaged(format!("{:?} is in a list of {}", child.name(), element.name())));
            }
            items.push(self.object(&child)?);
        }
        Ok(items)
    }

    /// An object of that list: attributes are its texts and numbers, children its lists and objects.
    fn object(&mut self, element: &ElementStart) -> Result<Json> {
        let escaped = element.escaped()?;
        let mut object = Map::new();
        for attribute in element.start.attributes() {
            let attribute = attribute.map_err(damaged)?;
            let name = attribute.key.into_inner();
            if name == "escaped" || name.contains(':') {
                continue;
            }
            let text = unescaped(value(&attribute)?, escaped)?;
            let is_number = NUMBERS_OF_LIST.contains(&name);
            let value = if is_number { Json::from(text.parse::<u64>().map_err(damaged)?) } else { Json::from(text) };
            object.insert(in_json(name).to_owned(), value);
        }
        while let Some(child) = self.next_child(element)? {
            let is_list = child.start.attributes().next().is_none();
            let value = if is_list { Json::Array(self.list(&child)?) } else { self.object(&child)? };
            object.insert(in_json(child.name()).to_owned(), value);
        }
        Ok(Json::Object(object))
    }

    /// What the last child of the root claims.
    fn end(&mut self, element: &ElementStart) -> Result<()> {
        self.text(element)?;
        let value = |name| attribute(&element.start, name)?.ok_or_else(|| damaged("the end element is not whole"));
        let rows = value("rows")?.parse().map_err(damaged)?;
        self.claim = Some(FileClaim { rows, digest: value("digest")? });
        Ok(())
    }
}

/// Appends text as XML has it read: an end of line is LF, however the file spells it; a CR of a text is a reference.
fn put_lines(text: &mut String, piece: &str) {
    match piece.contains('\r') {
        true => text.push_str(&piece.replace("\r\n", "\n").replace('\r', "\n")),
        false => text.push_str(piece),
    }
}

/// The name in JSON of a member of the list of documents.
fn in_json(name: &str) -> &str {
    XML_NAMES_OF_LIST.iter().find(|(_, xml)| *xml == name).map_or(name, |(json, _)| json)
}

fn child_index(child: &ElementStart, fields: &Fields) -> Result<usize> {
    let index = fields.iter().position(|field| field.name() == child.name() && place(field) == XmlPlace::Child);
    index.ok_or_else(|| damaged(format!("the element {:?} is not in the schema", child.name())))
}

fn resolve(reference: &BytesRef<'_>) -> Result<String> {
    if let Some(character) = reference.resolve_char_ref().map_err(damaged)? {
        return Ok(character.to_string());
    }
    let name = reference.borrow().into_inner().into_owned();
    let text = resolve_predefined_entity(&name).ok_or_else(|| damaged(format!("the entity {name:?} is unknown")))?;
    Ok(text.to_owned())
}

fn unescaped(text: String, escaped: bool) -> Result<String> {
    if escaped { unescape(&text).ok_or_else(|| damaged("a backslash escape is broken")) } else { Ok(text) }
}
