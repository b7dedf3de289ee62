//! Records inside a body: what comes before the cable's header and text as fields of a dump.
//!
//! A body may hold the cable twice, as an extract cut short and as the whole record after it, or the row of a
//! neighbor that leaked in. The whole record is read; the extract is kept as a field.

mod found;

use super::fields::{self, FrontFields};
use super::notice;
use super::seam;
use crate::cable::RecordField;
use crate::diagnostic::Code;
use crate::dialect::RecordKey;
use crate::lex::class_word::Soundness;
use crate::lex::date::record_date;
use crate::lex::identifier::{self, Identifier};
use crate::lex::{LineRule, Piece, classification_line};
use crate::parse::reading::{CableName, Notes, Zone};
use found::{NAMES, PastedField, PastedOpening, PastedRecord, next_filled, next_record};

/// Takes the record of the cable `name` out of the content, its fields into `fields`; returns its header and text.
pub fn unwrap<'t>(
    content: Vec<Piece<'t>>,
    name: &CableName,
    fields: &mut FrontFields<'t>,
    notes: &mut Notes<'t>,
) -> Vec<Piece<'t>> {
    let (mut content, is_partial) = notice::take(content, notes);
    fields.partial = is_partial;
    let mut next = next_record(&content);
    if let Some((at, found)) = next.take_if(|(_, found)| is_own(found, &content, name, fields)) {
        let mut before: Vec<Piece<'t>> = content[..at].to_vec();
        before.extend(found.in_front(&content));
        keep_fields(&found, fields);
        content = found.open(at, content, notes);
        content = behind_extract(before, content, name, fields, notes);
        next = next_record(&content);
    } else if let Some(at) = second_text(&content, name) {
        let text = content.split_off(at);
        content = behind_extract(content, text, name, fields, notes);
        next = next_record(&content);
    }
    if let Some((at, found)) = next
        && !is_own(&found, &content, name, fields)
    {
        cut_foreign(content.split_off(at), fields, notes);
        content = close_column(content, notes);
    }
    let (content, is_partial) = notice::take(content, notes);
    fields.partial |= is_partial;
    content
}

/// Keeps what comes before a record or a second text as an extract; its header stays where the text has none.
fn behind_extract<'t>(
    before: Vec<Piece<'t>>,
    text: Vec<Piece<'t>>,
    name: &CableName,
    fields: &mut FrontFields<'t>,
    notes: &mut Notes<'t>,
) -> Vec<Piece<'t>> {
    let is_headless = text
        .iter()
        .find(|line| !line.is_blank())
        .is_some_and(|first| classification_line::read(first.text.trim_start(), Soundness::Sound).is_some());
    let (mut header, extract) = if is_headless { seam::header(before, name) } else { (Vec::new(), before) };
    keep_extract(&extract, fields, notes);
    header.extend(text);
    header
}

fn is_own(record: &PastedRecord<'_>, content: &[Piece<'_>], name: &CableName, fields: &FrontFields<'_>) -> bool {
    let Some(id) = record.fields.iter().find(|field| field.name == NAMES[2]) else { return true };
    if name.mrn.is_none() {
        let first = next_filled(content, 0).map(|first| content[first].line);
        return record.fields.first().is_some_and(|number| Some(number.place.line) == first);
    }
    match identifier::read(&id.value, "") {
        Identifier::Sound(mrn) | Identifier::Repaired(mrn) => {
            // `04SECSTATE12` and `04STATE12` are one cable; the identifier settles which.
            name.is(&mrn.to_string())
        }
        _ => id.value == fields.mrn_as_found,
    }
}

/// Where the text of this very cable begins again after an extract that ends in an ellipsis, without any fields.
fn second_text(content: &[Piece<'_>], name: &CableName) -> Option<usize> {
    let mut lines = content.iter().enumerate().filter(|(_, line)| line.is_candidate(LineRule::CutExtract));
    let (cut, _) =
        lines.find(|(_, line)| line.text.trim_end().ends_with("...") && !line.text.trim().starts_with('.'))?;
    let next = next_filled(content, cut + 1)?;
    let text = content[next].text.trim_start();
    let station = classification_line::read(text, Soundness::Sound)?.station?;
    let same = station.post.is_some_and(|post| Some(post.mrn) == name.post.as_deref())
        && name.serial.is_some_and(|serial| station.serial_could_be(text, serial));
    same.then_some(next)
}

/// Keeps what comes before the record as a field.
fn keep_extract<'t>(before: &[Piece<'t>], fields: &mut FrontFields<'t>, notes: &mut Notes<'t>) {
    let filled: Vec<Piece<'t>> = before.iter().copied().filter(|line| !line.is_blank()).collect();
    let Some(first) = filled.first() else { return };
    notes.report(Code::ExtractBeforeRecord, first, "an extract of the same cable");
    let value = filled.iter().map(|line| line.text.trim_end()).filter(|line| !is_residue(line)).collect::<Vec<_>>();
    // It was before the fields of the record.
    fields.record_fields.insert(0, RecordField::new("extract", value.join("\n")));
    for line in filled {
        notes.claim(line, Zone::Extract);
    }
}

fn is_residue(line: &str) -> bool {
    matches!(line.trim(), "\"," | "\"")
}

/// Keeps the fields; without an envelope they are the cable's own.
fn keep_fields(record: &PastedRecord<'_>, fields: &mut FrontFields<'_>) {
    let has_envelope = fields.places.id.is_some();
    for PastedField { name, value, .. } in &record.fields {
        let text = value.clone().into_owned();
        let is_held = match *name {
            _ if text.is_empty() => continue,
            fields::NUMBER | fields::REFERENCES => {
                let key = if *name == fields::NUMBER { RecordKey::Number } else { RecordKey::CitedCables };
                fields.record(key, name, &text);
                continue;
            }
            fields::DATE => {
                let (date, time) = record_date(&text).unzip();
                fields.record.recorded_at = time.flatten();
                fields.date = fields.date.or(date);
                fields.record.recorded_at.is_some()
            }
            _ if has_envelope => false,
            "record_mrn" => {
                fields.mrn_as_found = text.clone();
                true
            }
            "record_origin" => {
                fields.origin = Some(text.clone());
                true
            }
            "record_classification" => {
                fields.classification = Some(text.clone());
                true
            }
            _ => false,
        };
        fields.record_fields.push(RecordField { is_held, ..RecordField::new(*name, text) });
    }
}

impl<'t> PastedRecord<'t> {
    /// What comes before its number on the same line.
    fn in_front(&self, content: &[Piece<'t>]) -> Option<Piece<'t>> {
        match self.opening {
            PastedOpening::Line { in_front, .. } => in_front.filter(|_| !content.is_empty()),
            PastedOpening::Columns { .. } => None,
        }
    }

    /// The lines of header and text of the record whose first line is `at`.
    fn open(self, at: usize, mut content: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
        match self.opening {
            PastedOpening::Line { line, in_front } => {
                let rest = content.split_off(line.min(content.len()));
                let front = in_front.map_or(0, |front| front.text.len());
                for (index, line) in content.drain(at..).enumerate() {
                    notes.claim(if index == 0 { line.split_at(front).1 } else { line }, Zone::RecordField);
                }
                strip_destination(rest, notes)
            }
            PastedOpening::Columns { line, fields, content: first, quoted } => {
                let mut rest = content.split_off(line);
                content.drain(at..).for_each(|line| notes.claim(line, Zone::RecordField));
                notes.claim(fields, Zone::RecordField);
                if let Some(opening) = rest.first_mut() {
                    *opening = first;
                }
                if quoted { close_column(part_columns(rest, notes), notes) } else { rest }
            }
        }
    }
}

/// The header of a labeled record follows its label on the same line.
fn strip_destination<'t>(mut content: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
    if let Some(line) = content.iter_mut().find(|line| !line.is_blank())
        && let Some(header) = line.text.trim_start().strip_prefix("DESTINATION:")
    {
        let (label, header) = line.split_at(line.text.len() - header.len());
        notes.claim(label, Zone::RecordField);
        *line = header;
    }
    content
}

/// What separates the header column from the text column.
const BORDER: &str = "\",\"";

/// Cuts the line at the border of header and text.
fn part_columns<'t>(mut content: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
    let border = content.iter().enumerate().find_map(|(at, line)| Some((at, line.text.find(BORDER)?)));
    if let Some((at, border)) = border {
        let (header, behind) = content[at].split_at(border);
        let (border, text) = behind.split_at(BORDER.len());
        notes.claim(border, Zone::RecordField);
        content.splice(at..=at, [header, text]);
    }
    content
}

/// Cuts off the quote that closes the text column, with the comma after it.
fn close_column<'t>(mut content: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
    let end = content.iter().rposition(|line| !line.is_blank());
    let Some(line) = end.map(|end| &mut content[end]) else { return content };
    let text = line.text.trim_end();
    let quotes = text.bytes().filter(|&byte| byte == b'"').count();
    let closing = text.strip_suffix("\",").or_else(|| text.strip_suffix('"').filter(|_| quotes % 2 == 1));
    if let Some(kept) = closing {
        let (text, residue) = line.split_at(kept.len());
        notes.report(Code::RecordResidue, &residue, residue.text);
        notes.claim(residue, Zone::RecordField);
        *line = text;
    }
    content
}

/// Claims the record of another cable as a field.
fn cut_foreign<'t>(lines: Vec<Piece<'t>>, fields: &mut FrontFields<'t>, notes: &mut Notes<'t>) {
    let Some(first) = lines.first() else { return };
    notes.report(Code::RecordForeign, first, "the record of another cable");
    let text: Vec<&str> = lines.iter().map(|line| line.text).collect();
    fields.record_fields.push(RecordField::new("foreign_record", text.join("\n").trim_end()));
    for line in lines {
        notes.claim(line, Zone::RecordField);
    }
}
