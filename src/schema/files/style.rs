//! A style sheet for XML that is opened in a browser.
//!
//! It shows everything that a cable has: what is not text of an element is an attribute, and of those none may be left
//! out, since each can be a marking, a warning, or a letter that the text refers to. An attribute that is absent must leave
//! no label after, so every one is a custom property that is set only where the attribute is.

use super::{ColumnKind, Description, Schema};
use crate::contract::{XmlList, XmlPlace, item_name};
use crate::diagnostic::Code;

/// `cable.css`
pub fn render(schema: &Schema) -> String {
    let columns: Vec<&Description> = schema.descriptions().collect();
    let mut text =
        format!("/* cablegram schema {} in a browser: nothing that a cable has is left out. */\n", schema.version());
    text.push_str(START);
    put_element(&mut text, "cable", &columns);
    for column in &columns {
        put_child(&mut text, column);
    }
    for code in Code::ALL {
        text.push_str(&format!(
            "diagnostic[code=\"{}\"]::after {{ content: \" {}\"; }}\n",
            code.name(),
            code.meaning()
        ));
    }
    if XmlList::of(schema.version()) == XmlList::Element {
        text.push_str(DOCUMENTS);
    }
    text.push_str(END);
    text
}

const START: &str = r#"@namespace xml "http://www.w3.org/XML/1998/namespace";

cables, cable { font: 16px/1.45 Georgia, serif; color: #222; background: #fff; }
cables { display: block; }
cables::before { display: block; margin: 1em auto; max-width: 46em; color: #555; font: 13px sans-serif;
  content: attr(generator) "  " attr(columns); }
cable { display: flex; flex-direction: column; max-width: 46em; margin: 2em auto; padding: 1.5em; border: 1px solid #bbb; }
/* The headline stays in sight while a long cable goes by. */
cable::before { position: sticky; top: 0; order: -5; padding: .4em 0; border-bottom: 2px solid #222; background: #fff;
  white-space: pre-line; font: bold 18px/1.4 sans-serif; }
cable::after { order: -1; margin: .4em 0; padding-left: 176px; white-space: pre-line; color: #444; font: 13px/1.5 sans-serif; }
cable > * { display: block; margin: .3em 0; padding-left: 176px; }
cable > *::before { float: left; width: 164px; margin-left: -176px; color: #666; font: 13px/1.75 sans-serif; }
cable > controls, cable > captions { order: -4; color: #a00; font-weight: bold; }
cable > subject { order: -2; font-weight: bold; }
cable > paragraphs { margin: 1em 0; padding-left: 0; }
cable > paragraphs::before { display: none; }
cable > source, cable > source_text, cable > end { order: 2; }
cable > source_text { margin-top: 1em; padding: 1em 0 0; border-top: 1px solid #bbb; color: #444; font: 12px/1.4 monospace;
  overflow-wrap: anywhere; }
cable > source_text::before { float: none; display: block; width: auto; margin: 0; }
cable > diagnostics, cable > record_fields { font-size: 14px; }
[xml|space="preserve"], paragraph > text, source_text { white-space: pre-wrap; }
/* A character that XML cannot hold is written \u{1B}, and a backslash twice. */
[escaped="true"] { border-left: 3px dotted #a00; }
"#;

const END: &str = r#"
paragraph { display: flex; flex-wrap: wrap; margin: .8em 0; }
paragraph::after { order: -2; flex-basis: 100%; color: #a00; font: bold 13px sans-serif; }
paragraph > heading { order: -1; flex-basis: 100%; margin: .6em 0 .3em; font-weight: bold; white-space: pre-line; }
paragraph::before { flex: none; margin-right: .6em; color: #a00; }
paragraph > text { flex: 1 1 60%; min-width: 0; overflow-wrap: anywhere; }
ref::after, addressee::after, diagnostic::after { color: #666; font-size: 13px; }
ref::before, addressee::before, distribution_office::before, record_field::before { color: #666; }
diagnostic::before { font: bold 13px sans-serif; }
diagnostic[severity="note"]::before { font-weight: normal; }
end { display: block; margin: 1em auto; max-width: 46em; color: #555; font: 13px sans-serif; }
end::before { content: "rows " attr(rows) ", digest " attr(digest); }
@page { margin: 2cm; @bottom-right { content: counter(page); font: 10px sans-serif; } }
@media print {
  cables, cable { font-size: 11pt; }
  cable { max-width: none; margin: 0; padding: 0; border: none; break-after: page; }
  cable::before { position: static; }
  cable > *, addressee, ref, diagnostic { break-inside: avoid; }
  cable > paragraphs, cable > source_text, cable > addressees, cable > diagnostics { break-inside: auto; }
  paragraph > heading { break-after: avoid; }
}
"#;

/// The documents that are not one whole cable, after the cables.
const DOCUMENTS: &str = r#"
documents { display: block; margin: 1em auto; max-width: 46em; color: #555; font: 13px sans-serif; }
document { display: block; }
document::before { content: attr(path) "  " attr(member) "  " attr(kind) ", bytes " attr(size) ", records " attr(records) ", "
  attr(sha256); }
missing_record { display: block; margin-left: 1em; }
missing_record::before { content: "not here: record " attr(record) " at byte " attr(start) "  " attr(reason); }
copy_of::before { content: "equals a cable whose text has the SHA-256 " attr(text_sha256); }
"#;

/// How an attribute is shown that is not shown as `name value`: before the text of its element, in these words.
const SHOWN_BEFORE: &[(&str, &str, &str, &str)] = &[
    ("cable", "mrn", "", "   "),
    ("cable", "date", "", "   "),
    ("cable", "classification", "", ""),
    ("cable", "partial", "\\A PARTIAL EXTRACT", ""),
    ("cable", "truncated", "\\A THE TEXT IS CUT", ""),
    ("cable", "corrected", "\\A CORRECTED COPY", ""),
    ("cable", "redaction_count", "\\A REDACTIONS: ", ""),
    ("cable", "section_number", "\\A SECTION ", ""),
    ("cable", "section_count", " OF ", ""),
    ("cable", "subject_marking", "\\A The subject is marked (", ")"),
    ("paragraph", "section", "[section ", "] "),
    ("paragraph", "number", "", ". "),
    ("paragraph", "marking", "(", ")"),
    ("addressee", "role", "", " "),
    ("addressee", "precedence", "", " "),
    ("distribution_office", "role", "", " "),
    ("distribution_office", "copy_count", "", " x "),
    ("ref", "label", "", ". "),
    ("record_field", "name", "", ": "),
    ("diagnostic", "severity", "", " "),
    ("diagnostic", "code", "", " "),
    ("diagnostic", "line", "(line ", ") "),
];

/// What the values of some attributes are where there is nothing to say.
fn says_nothing(attribute: &Description) -> Option<&'static str> {
    match (attribute.name, &attribute.kind) {
        (_, ColumnKind::Bool) => Some("false"),
        ("redaction_count", _) => Some("0"),
        _ => None,
    }
}

/// Shows the attributes of an element before and after its text.
fn put_element(text: &mut String, element: &str, members: &[&Description]) {
    let attributes = || members.iter().filter(|member| member.place == XmlPlace::Attribute);
    let before: Vec<&str> = SHOWN_BEFORE.iter().filter(|(name, ..)| *name == element).map(|shown| shown.1).collect();
    let mut after = Vec::new();
    for attribute in attributes() {
        let name = attribute.name;
        let shown = SHOWN_BEFORE.iter().find(|shown| (shown.0, shown.1) == (element, name));
        let label = format!("{} ", name.replace('_', " "));
        let (front, back) = shown.map_or((label.as_str(), element_end(element)), |shown| (shown.2, shown.3));
        let unless = says_nothing(attribute).map(|value| format!(":not([{name}=\"{value}\"])")).unwrap_or_default();
        // A flag is its label; every other attribute is its value.
        let value = if matches!(attribute.kind, ColumnKind::Bool) { String::new() } else { format!(" attr({name})") };
        text.push_str(&format!("{element}[{name}]{unless} {{ --{element}-{name}: \"{front}\"{value} \"{back}\"; }}\n"));
        if shown.is_none() {
            after.push(name);
        }
    }
    let known = |name: &&&str| attributes().any(|attribute| attribute.name == **name);
    put_content(text, element, "before", before.iter().filter(known));
    // What a diagnostic means is after it.
    if element != "diagnostic" {
        put_content(text, element, "after", after.iter());
    }
}

fn element_end(element: &str) -> &'static str {
    if element == "cable" { "\\A " } else { "; " }
}

fn put_content<'n>(text: &mut String, element: &str, place: &str, names: impl Iterator<Item = &'n &'n str>) {
    let content: Vec<String> = names.map(|name| format!("var(--{element}-{name}, \"\")")).collect();
    if !content.is_empty() {
        let space = if place == "after" && element != "cable" { "\"  \" " } else { "" };
        text.push_str(&format!("{element}::{place} {{ content: {space}{}; }}\n", content.join(" ")));
    }
}

/// Labels a child of the cable, and lays out what is in it.
fn put_child(text: &mut String, column: &Description) {
    if column.place != XmlPlace::Child {
        return;
    }
    let name = column.name;
    text.push_str(&format!("cable > {name}::before {{ content: \"{}\"; }}\n", name.replace('_', " ")));
    put_inside(text, name, &column.kind);
}

fn put_inside(text: &mut String, name: &str, kind: &ColumnKind) {
    match kind {
        ColumnKind::List(item) => {
            let element = item_name(name);
            match item.as_ref() {
                ColumnKind::Struct(members) => {
                    if element != "paragraph" {
                        text.push_str(&format!("{name} > {element} {{ display: block; }}\n"));
                    }
                    put_struct(text, element, members);
                }
                _ if is_prose(name) => {
                    text.push_str(&format!("{name} > {element} {{ display: block; margin-bottom: .4em; }}\n"))
                }
                _ => text.push_str(&format!("{name} > {element}:not(:last-child)::after {{ content: \", \"; }}\n")),
            }
        }
        ColumnKind::Struct(members) => put_struct(text, name, members),
        _ => {}
    }
}

/// Lists whose items are lines or texts of their own.
fn is_prose(name: &str) -> bool {
    ["comments", "notes", "passing_instructions"].contains(&name)
}

fn put_struct(text: &mut String, element: &str, members: &[Description]) {
    put_element(text, element, &members.iter().collect::<Vec<_>>());
    for member in members.iter().filter(|member| member.place == XmlPlace::Child && element != "paragraph") {
        let label = member.name.replace('_', " ");
        if let ColumnKind::List(_) = member.kind {
            text.push_str(&format!("{element} > {} {{ margin-left: .6em; }}\n", member.name));
            text.push_str(&format!(
                "{element} > {}::before {{ content: \"{label} \"; color: #666; font-size: 13px; }}\n",
                member.name
            ));
        }
        put_inside(text, member.name, &member.kind);
    }
}
