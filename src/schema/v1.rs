//! Schema version 1: one row a cable, one line a column.
//!
//! To add a column, add its line here, and the field it reads to `cable`. Once `schemas/RELEASED` names v1, this
//! table never changes: copy it to `v2.rs`.

use super::Row;
use super::column::{Column, bool, day, group, groups, instant, int, ints, long, text, texts};
use crate::cable::{Addressee, ClassifiedBy, DistributionOffice, Marking, Paragraph, Precedence};
use crate::cable::{RecordField, Reference, Routing};
use crate::diagnostic::Diagnostic;
use crate::provenance::Provenance;

/// The columns in order.
#[rustfmt::skip] // One line a column reads as a table.
pub fn columns() -> Vec<Column<Row>> {
    vec![
        text("mrn", "Canonical message reference number: two-digit year, post, serial. As found where it cannot be repaired. Not a key: versions and duplicates repeat it.", |r: &Row| Some(&r.cable.mrn)).required().attribute().key(),
        text("mrn_as_found", "First line of the document, or the file name where there is no envelope.", |r: &Row| Some(&r.cable.mrn_as_found)).required(),
        int("year", "Year of the message reference number, four digits.", |r: &Row| r.cable.year).attribute(),
        text("post", "Canonical name of the originating post.", |r: &Row| r.cable.post.as_deref()).attribute(),
        int("serial", "Serial number of the post in that year.", |r: &Row| r.cable.serial).attribute(),
        text("title", "Title of the envelope, verbatim.", |r: &Row| r.cable.title.as_deref()),
        day("date", "Calendar date (UTC) of the envelope, else of sent_at.", |r: &Row| r.cable.date).attribute(),
        text("classification", "Level when sent, in words: of the envelope, else of the text.", |r: &Row| r.cable.classification.as_deref()).attribute(),
        texts("controls", "Controls behind the level of the envelope, as written there.", |r: &Row| &r.cable.controls),
        text("text_classification", "Level of the text's own classification line, in words.", |r: &Row| r.cable.text_classification.as_deref()).attribute(),
        text("origin", "Origin as the envelope names it.", |r: &Row| r.cable.origin.as_deref()),
        text("header_form", "Form of the transmission header: routed, unrouted, office, none, empty.", |r: &Row| Some(r.cable.header_form.name())).required().attribute(),
        bool("partial", "Whether the document bears the partial-extract notice.", |r: &Row| Some(r.cable.partial)).required().attribute(),
        bool("truncated", "Whether the text is known to be cut.", |r: &Row| Some(r.cable.truncated)).required().attribute(),
        bool("corrected", "Whether the cable calls itself a corrected copy.", |r: &Row| Some(r.cable.corrected)).required().attribute(),
        bool("action_request", "Whether the cable asks for action.", |r: &Row| Some(r.cable.action_request)).required().attribute(),
        text("transmission_id", "Transmission identification (ACP 127 format line 1).", |r: &Row| r.cable.transmission_id.as_deref()).attribute(),
        text("action_precedence", "Precedence for action addressees, from the date-time group line: FLASH, IMMEDIATE, PRIORITY, ROUTINE.", |r: &Row| r.cable.action_precedence.map(Precedence::name)).attribute(),
        text("info_precedence", "Precedence for information addressees, from the date-time group line.", |r: &Row| r.cable.info_precedence.map(Precedence::name)).attribute(),
        text("date_time_group", "Date-time group as found (format line 5); null where sent_at comes from another clock.", |r: &Row| r.cable.date_time_group.as_deref()).attribute(),
        instant("sent_at", "Best instant known (UTC): date-time group, DE line, dateline, record time.", |r: &Row| r.cable.sent_at).attribute(),
        texts("signals", "Operating signals with their arguments, from the security and date-time group lines.", |r: &Row| &r.cable.signals),
        group("routing", "Routing lines of the transmission header (format lines 2 to 4).", |r: &Row| r.cable.routing.as_ref(), routing()),
        text("originator", "Originator (FM, format line 6).", |r: &Row| r.cable.originator.as_deref()),
        groups("addressees", "Action and information addressees in the order of the header (format lines 7 to 9).", |r: &Row| &r.cable.addressees, addressee()),
        groups("distribution_offices", "Offices of the office-distribution form.", |r: &Row| &r.cable.distribution_offices, distribution_office()),
        texts("drafters", "Drafters as found.", |r: &Row| &r.cable.drafters),
        texts("approvers", "Approvers as found.", |r: &Row| &r.cable.approvers),
        texts("clearances", "Clearances as found.", |r: &Row| &r.cable.clearances),
        int("section_number", "n of SECTION n OF m, as written.", |r: &Row| r.cable.section_number).attribute(),
        int("section_count", "m of SECTION n OF m, as written.", |r: &Row| r.cable.section_count).attribute(),
        ints("missing_sections", "Sections of m that this text is known not to hold.", |r: &Row| &r.cable.missing_sections),
        texts("captions", "Captions such as SIPDIS or NOFORN, a set in order of first appearance (5 FAH-2).", |r: &Row| &r.cable.captions),
        texts("passing_instructions", "Passing instructions, joined over wraps.", |r: &Row| &r.cable.passing_instructions),
        texts("notes", "Header and preamble lines that no other column takes.", |r: &Row| &r.cable.notes),
        text("executive_order", "Number of the executive order.", |r: &Row| r.cable.executive_order.as_deref()).attribute(),
        day("declassify_on", "Date of declassification.", |r: &Row| r.cable.declassify_on).attribute(),
        day("downgrade_on", "Date of downgrading.", |r: &Row| r.cable.downgrade_on).attribute(),
        day("declassified_on", "Date on which the cable had already been declassified.", |r: &Row| r.cable.declassified_on).attribute(),
        texts("exemptions", "Exemption marks such as OADR, MR, GDS, X1.", |r: &Row| &r.cable.exemptions),
        text("declassify_text", "Value of the executive order line after the number, as found.", |r: &Row| r.cable.declassify_text.as_deref()),
        texts("tags", "TAGS, canonical, in order of first appearance, no repeats; a person is SURNAME, GIVEN.", |r: &Row| &r.cable.tags),
        text("subject", "Subject, unwrapped, without label and marking; never filled from the title.", |r: &Row| r.cable.subject.as_deref()),
        text("subject_marking", "Portion marking of the subject, canonical.", |r: &Row| r.cable.subject_marking.as_ref().map(Marking::as_str)).attribute(),
        groups("refs", "Items of the reference lines, in order.", |r: &Row| &r.cable.references, reference()),
        group("classified_by", "Original classification authority.", |r: &Row| r.cable.classified_by.as_ref(), classified_by()),
        text("derived_from", "Source of a derivative classification.", |r: &Row| r.cable.derived_from.as_deref()),
        texts("classification_reasons", "Reasons such as 1.4(b): paragraph of the executive order.", |r: &Row| &r.cable.classification_reasons),
        text("summary", "Text of the summary, without numbers and markings.", |r: &Row| r.cable.summary.as_deref()).prose(),
        texts("comments", "Texts of the comments.", |r: &Row| &r.cable.comments).prose(),
        ints("action_paragraphs", "Paragraphs that carry the action request or that it names.", |r: &Row| &r.cable.action_paragraphs),
        groups("paragraphs", "Paragraphs: a numbered one with all its blocks, in unnumbered text a block.", |r: &Row| &r.cable.paragraphs, paragraph()),
        texts("signers", "Signers, upper case.", |r: &Row| &r.cable.signers),
        int("redaction_count", "Number of redactions in the document.", |r: &Row| Some(r.cable.redaction_count)).required().attribute(),
        text("trailer", "What follows the signature.", |r: &Row| r.cable.trailer.as_deref()).prose(),
        groups("record_fields", "Fields of the envelope or record that no other column takes, as found.", |r: &Row| &r.cable.record_fields, record_field()),
        groups("diagnostics", "What was odd in the cable, in the order of the lines.", |r: &Row| &r.diagnostics, diagnostic()),
        group("source", "Where the document was found, and what proves its bytes.", |r: &Row| Some(&r.provenance), source()).required(),
        text("source_text", "Bytes start to start+size of the source, decoded losslessly by source.encoding.", |r: &Row| Some(&r.source_text)).required().prose().hashed(|r| r.text_sha256),
    ]
}

#[rustfmt::skip]
fn routing() -> Vec<Column<Routing>> {
    vec![
        texts("called_stations", "Routing indicators of the called stations (format line 2).", |r: &Routing| &r.called_stations),
        text("call_precedence", "Precedence of the call.", |r: &Routing| r.call_precedence.map(Precedence::name)).attribute(),
        text("station", "Routing indicator of the originating station (format line 3).", |r: &Routing| r.station.as_deref()).attribute(),
        int("station_serial", "Station serial number: the serial of the cable modulo 10,000.", |r: &Routing| r.station_serial).attribute(),
        int("station_section", "Number behind the slash of the station serial number.", |r: &Routing| r.station_section).attribute(),
        instant("filed_at", "Day and time of file (UTC).", |r: &Routing| r.filed_at).attribute(),
        text("security_warning", "Security warning as found (format line 4).", |r: &Routing| r.security_warning.as_deref()).attribute(),
    ]
}

#[rustfmt::skip]
fn addressee() -> Vec<Column<Addressee>> {
    vec![
        text("role", "action or info.", |a: &Addressee| Some(a.role.name())).required().attribute(),
        text("routing_indicator", "Routing indicator before the slash.", |a: &Addressee| a.routing_indicator.as_deref()).attribute(),
        text("to_post", "Canonical post; null for collectives and others.", |a: &Addressee| a.to_post.as_deref()).attribute(),
        text("precedence", "Precedence behind the name; null where unwritten.", |a: &Addressee| a.precedence.map(Precedence::name)).attribute(),
        text("continuity_number", "Message continuity number, zeros kept.", |a: &Addressee| a.continuity_number.as_deref()).attribute(),
        text("name", "Plain language address designator.", |a: &Addressee| Some(&a.name)).required(),
        texts("offices", "Office symbols between double slashes.", |a: &Addressee| &a.offices),
        texts("exclusions", "Addressees of a collective that do not get the message (XMT).", |a: &Addressee| &a.exclusions),
    ]
}

#[rustfmt::skip]
fn distribution_office() -> Vec<Column<DistributionOffice>> {
    vec![
        text("role", "action, info or origin.", |o: &DistributionOffice| Some(o.role.name())).required().attribute(),
        int("copy_count", "Copies for the office.", |o: &DistributionOffice| o.copy_count).attribute(),
        text("office", "Symbol of the office.", |o: &DistributionOffice| Some(&o.office)).required().own_text(),
    ]
}

#[rustfmt::skip]
fn reference() -> Vec<Column<Reference>> {
    vec![
        text("label", "The author's enumerator, such as A.", |f: &Reference| f.label.as_deref()).attribute(),
        text("kind", "cable, email, telephone, report, message, manual, resolution, party, other.", |f: &Reference| Some(f.kind.name())).required().attribute(),
        text("cited_mrn", "Canonical message reference number of a cited cable.", |f: &Reference| f.cited_mrn.as_deref()).attribute(),
        text("note", "Note behind the item, such as NOTAL.", |f: &Reference| f.note.as_deref()).attribute(),
        text("text", "The item as found, enumerators stripped, wraps joined.", |f: &Reference| Some(&f.text)).required().own_text(),
    ]
}

#[rustfmt::skip]
fn classified_by() -> Vec<Column<ClassifiedBy>> {
    vec![
        text("name", "Name; two as A and B.", |c: &ClassifiedBy| c.name.as_deref()).attribute(),
        text("position", "Position, such as Deputy Chief of Mission.", |c: &ClassifiedBy| c.position.as_deref()).attribute(),
        text("office", "Office or mission.", |c: &ClassifiedBy| c.office.as_deref()).attribute(),
        text("text", "The whole field, wraps joined, without its label.", |c: &ClassifiedBy| Some(&c.text)).required().own_text(),
    ]
}

#[rustfmt::skip]
fn paragraph() -> Vec<Column<Paragraph>> {
    vec![
        int("number", "Number, where it has one.", |p: &Paragraph| p.number).attribute(),
        text("marking", "Portion marking, canonical: LEVEL[//CONTROL[/CONTROL]].", |p: &Paragraph| p.marking.as_ref().map(Marking::as_str)).attribute(),
        int("section", "Section of the telegram in which it begins, where known.", |p: &Paragraph| p.section).attribute(),
        text("heading_marking", "Portion marking of the heading, canonical.", |p: &Paragraph| p.heading_marking.as_ref().map(Marking::as_str)).attribute(),
        text("heading", "Heading, on the first paragraph under it; two in a row joined by LF.", |p: &Paragraph| p.heading.as_deref()),
        text("text", "Text without number and marking; wraps joined, tables kept, blocks parted by one blank line.", |p: &Paragraph| Some(&p.text)).required().prose(),
    ]
}

#[rustfmt::skip]
pub fn record_field() -> Vec<Column<RecordField>> {
    vec![
        text("name", "Name of the field.", |f: &RecordField| Some(&f.name)).required().attribute(),
        text("value", "Value as found.", |f: &RecordField| Some(&f.value)).required().own_text(),
    ]
}

#[rustfmt::skip]
fn diagnostic() -> Vec<Column<Diagnostic>> {
    vec![
        text("code", "Stable name of the oddity.", |d: &Diagnostic| Some(d.code.name())).required().attribute(),
        text("severity", "note, warning or error.", |d: &Diagnostic| Some(d.code.severity().name())).required().attribute(),
        int("line", "Physical line within source_text, from 1.", |d: &Diagnostic| d.line.and_then(|line| i32::try_from(line).ok())).attribute(),
        text("detail", "The values in question, for a person to read.", |d: &Diagnostic| Some(&d.detail)).required().own_text(),
    ]
}

#[rustfmt::skip]
fn source() -> Vec<Column<Provenance>> {
    vec![
        text("dialect", "Dialect that read the document.", |p: &Provenance| Some(p.dialect)).required().attribute(),
        text("path", "Path relative to the input it came from.", |p: &Provenance| Some(p.id.document.path())).required().attribute(),
        text("member", "Name within an archive.", |p: &Provenance| p.id.document.member()).attribute(),
        int("record", "Number of the record within the document, from 0.", |p: &Provenance| p.id.number.map(|number| number as i32)).attribute(),
        long("start", "First byte of the record within the document.", |p: &Provenance| Some(p.id.start as i64)).required().attribute(),
        long("size", "Bytes of the record.", |p: &Provenance| Some(p.size as i64)).required().attribute(),
        text("sha256", "SHA-256 of those bytes, lower-case hexadecimal.", |p: &Provenance| Some(&p.sha256)).required().attribute().key(),
        text("encoding", "How the bytes became text: utf-8 or windows-1252.", |p: &Provenance| Some(p.encoding.name())).required().attribute(),
    ]
}
