//! XML Schema 1.0 for the XML: both roots, documentation on every element and attribute.
//!
//! Only the types every validator has; value sets are described, never enumerated.

use super::{ColumnKind, Description, Schema, is_always_there, is_always_written};
use crate::contract::{XmlList, XmlPlace, item_name};

/// `cable.xsd`
pub fn render(schema: &Schema) -> String {
    let columns: Vec<&Description> = schema.descriptions().collect();
    let (in_rows, types) = match XmlList::of(schema.version()) {
        XmlList::Comment => ("", ""),
        XmlList::Element => (DOCUMENTS, DOCUMENT),
    };
    let start = START.replace("VERSION", schema.version()).replace("{DOCUMENTS}", in_rows).replace("{TYPES}", types);
    let mut xsd = Xsd { text: start, level: 1 };
    xsd.block("<xs:complexType name=\"row\">", |xsd| {
        xsd.document("One cable.");
        xsd.block("<xs:sequence>", |xsd| columns.iter().for_each(|column| xsd.child(column, is_always_there(column))));
        columns.iter().for_each(|column| xsd.attribute(column, is_always_there(column)));
        xsd.line(ESCAPED);
    });
    xsd.text.push_str(END);
    xsd.text
}

const START: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:cablegram:schema:VERSION"
    targetNamespace="urn:cablegram:schema:VERSION" elementFormDefault="qualified" version="VERSION">
  <xs:annotation>
    <xs:documentation xml:lang="en">
      cablegram schema VERSION: diplomatic cables, one element a cable.
      What is absent is null or empty. An element with escaped="true" spells characters that XML cannot hold as
      \u{1B}, and \ as \\, in its attributes and its own text.
    </xs:documentation>
  </xs:annotation>
  <xs:element name="cables">
    <xs:complexType>
      <xs:annotation><xs:documentation>Any number of cables.</xs:documentation></xs:annotation>
      <xs:sequence>
        <xs:element name="cable" type="row" minOccurs="0" maxOccurs="unbounded">
          <xs:annotation><xs:documentation>One cable.</xs:documentation></xs:annotation>
        </xs:element>
{DOCUMENTS}        <xs:element name="end" type="end" minOccurs="0">
          <xs:annotation><xs:documentation>What proves the whole file.</xs:documentation></xs:annotation>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="generator" type="xs:string">
        <xs:annotation><xs:documentation>Program that wrote the file.</xs:documentation></xs:annotation>
      </xs:attribute>
      <xs:attribute name="columns" type="xs:string">
        <xs:annotation><xs:documentation>Columns of the file, where others were left out.</xs:documentation></xs:annotation>
      </xs:attribute>
    </xs:complexType>
  </xs:element>
  <xs:element name="cable">
    <xs:complexType>
      <xs:annotation><xs:documentation>One cable in a file of its own.</xs:documentation></xs:annotation>
      <xs:complexContent>
        <xs:extension base="row">
          <xs:sequence>
            <xs:element name="end" type="end" minOccurs="0">
              <xs:annotation><xs:documentation>What proves the whole file.</xs:documentation></xs:annotation>
            </xs:element>
          </xs:sequence>
          <xs:attribute name="generator" type="xs:string">
            <xs:annotation><xs:documentation>Program that wrote the file.</xs:documentation></xs:annotation>
          </xs:attribute>
          <xs:attribute name="columns" type="xs:string">
            <xs:annotation><xs:documentation>Columns of the file, where others were left out.</xs:documentation></xs:annotation>
          </xs:attribute>
        </xs:extension>
      </xs:complexContent>
    </xs:complexType>
  </xs:element>
  <xs:complexType name="end">
    <xs:attribute name="rows" type="xs:long" use="required">
      <xs:annotation><xs:documentation>Number of cables.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="digest" type="xs:string" use="required">
      <xs:annotation><xs:documentation>SHA-256 over the canonical bytes of all cables.</xs:documentation></xs:annotation>
    </xs:attribute>
  </xs:complexType>
{TYPES}  <xs:complexType name="text">
    <xs:simpleContent>
      <xs:extension base="xs:string">
        <xs:attribute name="escaped" type="xs:boolean"/>
        <xs:anyAttribute namespace="http://www.w3.org/XML/1998/namespace" processContents="skip"/>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
"#;

const DOCUMENTS: &str = r#"        <xs:element name="documents" minOccurs="0">
          <xs:complexType>
            <xs:annotation><xs:documentation>Documents that are not one whole cable: dumps, containers, pages of which a stretch is kept.</xs:documentation></xs:annotation>
            <xs:sequence>
              <xs:element name="document" type="document" maxOccurs="unbounded">
                <xs:annotation><xs:documentation>One document.</xs:documentation></xs:annotation>
              </xs:element>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
"#;

const DOCUMENT: &str = r#"  <xs:complexType name="document">
    <xs:annotation><xs:documentation>What the cables do not say of the document they were in; with it the document can be restored.</xs:documentation></xs:annotation>
    <xs:sequence>
      <xs:element name="missing_records" minOccurs="0">
        <xs:complexType>
          <xs:annotation><xs:documentation>Records of the document that are no cable of this file.</xs:documentation></xs:annotation>
          <xs:sequence>
            <xs:element name="missing_record" maxOccurs="unbounded">
              <xs:complexType>
                <xs:annotation><xs:documentation>One record.</xs:documentation></xs:annotation>
                <xs:sequence>
                  <xs:element name="copy_of" minOccurs="0">
                    <xs:complexType>
                      <xs:annotation><xs:documentation>It equals a cable of this file but for its line end.</xs:documentation></xs:annotation>
                      <xs:attribute name="text_sha256" type="xs:string" use="required">
                        <xs:annotation><xs:documentation>SHA-256 of its bytes without the line end.</xs:documentation></xs:annotation>
                      </xs:attribute>
                      <xs:attribute name="line_end" type="xs:string" use="required">
                        <xs:annotation><xs:documentation>Its line end.</xs:documentation></xs:annotation>
                      </xs:attribute>
                      <xs:attribute name="escaped" type="xs:boolean"/>
                    </xs:complexType>
                  </xs:element>
                </xs:sequence>
                <xs:attribute name="record" type="xs:int" use="required">
                  <xs:annotation><xs:documentation>Its number within the document, from 0.</xs:documentation></xs:annotation>
                </xs:attribute>
                <xs:attribute name="start" type="xs:long" use="required">
                  <xs:annotation><xs:documentation>Its first byte within the document.</xs:documentation></xs:annotation>
                </xs:attribute>
                <xs:attribute name="reason" type="xs:string">
                  <xs:annotation><xs:documentation>Why it was left out, where it is no copy.</xs:documentation></xs:annotation>
                </xs:attribute>
                <xs:attribute name="escaped" type="xs:boolean"/>
              </xs:complexType>
            </xs:element>
          </xs:sequence>
        </xs:complexType>
      </xs:element>
    </xs:sequence>
    <xs:attribute name="path" type="xs:string" use="required">
      <xs:annotation><xs:documentation>Path as in source.path.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="member" type="xs:string">
      <xs:annotation><xs:documentation>Name within the container, as in source.member.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="kind" type="xs:string" use="required">
      <xs:annotation><xs:documentation>Dialect as in source.dialect, or kind of container.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="size" type="xs:long" use="required">
      <xs:annotation><xs:documentation>Bytes of the document.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="sha256" type="xs:string" use="required">
      <xs:annotation><xs:documentation>SHA-256 of those bytes, lower-case hexadecimal.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="records" type="xs:long">
      <xs:annotation><xs:documentation>Number of records in it; a container has none.</xs:documentation></xs:annotation>
    </xs:attribute>
    <xs:attribute name="escaped" type="xs:boolean"/>
  </xs:complexType>
"#;

const END: &str = "</xs:schema>\n";
const ESCAPED: &str = r#"<xs:attribute name="escaped" type="xs:boolean"/>"#;
const XML_SPACE: &str = r#"<xs:anyAttribute namespace="http://www.w3.org/XML/1998/namespace" processContents="skip"/>"#;

/// A schema document being written.
struct Xsd {
    text: String,
    level: usize,
}

impl Xsd {
    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.level));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A start tag, its content, and its end tag.
    fn block(&mut self, tag: &str, content: impl FnOnce(&mut Xsd)) {
        self.line(tag);
        self.level += 1;
        content(self);
        self.level -= 1;
        let name = tag.trim_start_matches('<').split([' ', '>']).next().unwrap_or_default();
        self.line(&format!("</{name}>"));
    }

    fn document(&mut self, doc: &str) {
        let doc = doc.replace('&', "&amp;").replace('<', "&lt;");
        self.line(&format!("<xs:annotation><xs:documentation>{doc}</xs:documentation></xs:annotation>"));
    }

    fn attribute(&mut self, field: &Description, required: bool) {
        if field.place == XmlPlace::Attribute {
            let need = if required { " use=\"required\"" } else { "" };
            let tag = format!("<xs:attribute name=\"{}\" type=\"{}\"{need}>", field.name, plain_type(&field.kind));
            self.block(&tag, |xsd| xsd.document(field.doc));
        }
    }

    fn child(&mut self, field: &Description, required: bool) {
        if field.place == XmlPlace::Child {
            let need = if required { "" } else { " minOccurs=\"0\"" };
            self.element(field.name, need, field.doc, &field.kind);
        }
    }

    fn element(&mut self, name: &str, occurs: &str, doc: &str, kind: &ColumnKind) {
        match kind {
            ColumnKind::List(item) => self.block(&format!("<xs:element name=\"{name}\"{occurs}>"), |xsd| {
                xsd.document(doc);
                xsd.list(name, item);
            }),
            ColumnKind::Struct(members) => self.block(&format!("<xs:element name=\"{name}\"{occurs}>"), |xsd| {
                xsd.document(doc);
                xsd.block("<xs:complexType>", |xsd| xsd.members(members));
            }),
            plain => {
                let kind = if matches!(plain, ColumnKind::Text) { "text" } else { plain_type(plain) };
                self.block(&format!("<xs:element name=\"{name}\" type=\"{kind}\"{occurs}>"), |xsd| xsd.document(doc));
            }
        }
    }

    fn list(&mut self, name: &str, item: &ColumnKind) {
        let doc = format!("One item of {name}.");
        self.block("<xs:complexType>", |xsd| {
            xsd.block("<xs:sequence>", |xsd| {
                xsd.element(item_name(name), " minOccurs=\"0\" maxOccurs=\"unbounded\"", &doc, item);
            });
        });
    }

    fn members(&mut self, members: &[Description]) {
        let attributes = |xsd: &mut Xsd| {
            members.iter().for_each(|member| xsd.attribute(member, is_always_written(member)));
            xsd.line(ESCAPED);
        };
        if members.iter().any(|member| member.place == XmlPlace::OwnText) {
            self.block("<xs:simpleContent>", |xsd| {
                xsd.block("<xs:extension base=\"xs:string\">", |xsd| {
                    attributes(xsd);
                    xsd.line(XML_SPACE);
                });
            });
            return;
        }
        if members.iter().any(|member| member.place == XmlPlace::Child) {
            self.block("<xs:sequence>", |xsd| {
                members.iter().for_each(|member| xsd.child(member, is_always_written(member)));
            });
        }
        attributes(self);
    }
}

/// The type of a value that is not nested.
fn plain_type(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "xs:int",
        ColumnKind::Long => "xs:long",
        ColumnKind::Bool => "xs:boolean",
        ColumnKind::Date => "xs:date",
        ColumnKind::Instant => "xs:dateTime",
        ColumnKind::Text | ColumnKind::List(_) | ColumnKind::Struct(_) => "xs:string",
    }
}
