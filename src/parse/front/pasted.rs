//! Records inside a body: what stands in front of the cable's header and text as fields of a dump.
//!
//! A body may hold the cable twice, as an extract cut short and as the whole record behind it, or the row of a
//! neighbour that leaked in (format reference 2.8). The whole record is read; the extract is kept as a field.

use super::fields::Fields;
use super::notice;
use crate::cable::RecordField;
use crate::diagnostic::Code;
use crate::lex::class_word::Word;
use crate::lex::date::record_date;
use crate::lex::envelope::{is_classification, is_identifier};
use crate::lex::identifier::{self, Identifier};
use crate::lex::row::Row;
use crate::lex::{Piece, Sign, classification_line};
use crate::parse::reading::{Name, Notes, Zone};

/// Takes the record of the cable `name` out of the content, its fields into `fields`; returns its header and text.
pub fn unwrap<'t>(
    content: Vec<Piece<'t>>,
    name: &Name,
    fields: &mut Fields<'t>,
    notes: &mut Notes<'t>,
) -> Vec<Piece<'t>> {
    let (mut content, is_partial) = notice::take(content, notes);
    fields.partial = is_partial;
    let mut next = next_record(&content);
    if let Some((at, found)) = next.take_if(|(_, found)| is_own(found, &content, name, fields)) {
        keep_extract(&content[..at], fields, notes);
        keep_fields(&found, fields);
        content = found.open(at, content, notes);
        next = next_record(&content);
    } else if let Some(at) = second_text(&content, name) {
        keep_extract(&content[..at], fields, notes);
        content.drain(..at);
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

/// A record found in the content.
struct Record<'t> {
    /// Its fields in order, by the names they get in `record_fields`.
    fields: Vec<(&'static str, Piece<'t>)>,
    /// Where its header and text begin.
    opening: Opening<'t>,
}

/// How the fields of a record part from its header and text.
enum Opening<'t> {
    /// On their own lines, the first of them at this index.
    Line(usize),
    /// In the quoted columns of a row: what stands behind the opening quote on the row's first line.
    Columns { line: usize, fields: Piece<'t>, content: Piece<'t> },
}

/// Names of the fields, in the order of rows and lists.
const NAMES: [&str; 6] =
    ["record_number", "record_date", "record_mrn", "record_origin", "record_classification", "record_references"];

/// The first record.
fn next_record<'t>(content: &[Piece<'t>]) -> Option<(usize, Record<'t>)> {
    let mut lines = content.iter().enumerate().filter(|(_, line)| may_begin_record(line));
    lines.find_map(|(at, line)| {
        let record = match line.text.bytes().find(|&byte| byte != b' ')? {
            // The date of a row bears slashes, the number of a list stands alone.
            b'0'..=b'9' if line.may_hold(Sign::Slash) => row_at(content, at).or_else(|| list_at(content, at)),
            b'0'..=b'9' | b'<' => list_at(content, at),
            b'I' | b'C' => labelled_at(content, at),
            _ => None,
        };
        Some((at, record?))
    })
}

/// Whether a line begins as a record does, with a number or with a label, perhaps behind blanks.
fn may_begin_record(line: &Piece<'_>) -> bool {
    matches!(line.text.as_bytes(), [b'0'..=b'9' | b'<' | b'I' | b'C' | b' ', ..])
        && (line.may_hold(Sign::Digit) || line.may_hold(Sign::Colon))
}

fn row_at<'t>(content: &[Piece<'t>], line: usize) -> Option<Record<'t>> {
    let piece = content[line];
    let row = Row::read(piece.text)?;
    let (in_front, content) = piece.split_at(row.content);
    let fields = NAMES.into_iter().zip(row.fields.into_iter().map(|range| piece.slice(range))).collect();
    Some(Record { fields, opening: Opening::Columns { line, fields: in_front, content } })
}

/// A number, bare or `<<n>>`, then date, identifier, origin, classification and perhaps references, a line each.
fn list_at<'t>(content: &[Piece<'t>], at: usize) -> Option<Record<'t>> {
    let number = content[at].trim();
    let digits = number.text.strip_prefix("<<").and_then(|rest| rest.strip_suffix(">>")).unwrap_or(number.text);
    if !(1..=7).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits_start = number.text.find(digits)?;
    let mut fields = vec![(NAMES[0], number.slice(digits_start..digits_start + digits.len()))];
    let mut line = at + 1;
    let is_field: [fn(&str) -> bool; 5] = [is_date, is_identifier, is_origin, is_classification, is_references];
    for (name, is_field) in NAMES[1..].iter().zip(is_field) {
        let next = next_filled(content, line);
        match next.map(|next| (next, content[next].trim())).filter(|(_, piece)| is_field(piece.text)) {
            Some((next, piece)) => {
                fields.push((*name, piece));
                line = next + 1;
            }
            None if *name == NAMES[5] => break,
            None => return None,
        }
    }
    Some(Record { fields, opening: Opening::Line(line) })
}

/// Labels of a labelled record and the fields they stand for; the header follows `DESTINATION:`.
const LABELS: [(&str, &str); 6] = [
    ("ID:", NAMES[0]),
    ("ORIGIN:", NAMES[2]),
    ("DATE:", NAMES[1]),
    ("SOURCE:", NAMES[3]),
    ("CLASSIFICATION:", NAMES[4]),
    ("MISC:", NAMES[5]),
];

fn labelled_at<'t>(content: &[Piece<'t>], at: usize) -> Option<Record<'t>> {
    let mut fields = Vec::new();
    let mut line = at;
    while let Some(next) = next_filled(content, line) {
        let piece = content[next].trim();
        let Some((label, name)) = LABELS.iter().find(|(label, _)| piece.text.starts_with(label)) else { break };
        fields.push((*name, piece.slice(label.len()..piece.text.len()).trim()));
        line = next + 1;
    }
    let proven = fields.len() >= 3 && fields.iter().any(|&(name, value)| name == NAMES[2] && is_identifier(value.text));
    proven.then_some(Record { fields, opening: Opening::Line(line) })
}

fn next_filled(content: &[Piece<'_>], from: usize) -> Option<usize> {
    (from..content.len().min(from + 8)).find(|&line| !content[line].is_blank())
}

fn is_date(text: &str) -> bool {
    record_date(text).is_some()
}

fn is_origin(text: &str) -> bool {
    text.len() <= 80 && text.contains(|c: char| c.is_ascii_alphabetic())
}

fn is_references(text: &str) -> bool {
    text.split(['|', ',']).all(is_identifier)
}

fn is_own(record: &Record<'_>, content: &[Piece<'_>], name: &Name, fields: &Fields<'_>) -> bool {
    let Some((_, id)) = record.fields.iter().find(|(name, _)| *name == NAMES[2]) else { return true };
    if name.mrn.is_none() {
        let first = next_filled(content, 0).map(|first| content[first].line);
        return record.fields.first().is_some_and(|(_, number)| Some(number.line) == first);
    }
    match identifier::read(id.text, "") {
        Identifier::Sound(mrn) | Identifier::Repaired(mrn) => {
            // `04SECSTATE12` and `04STATE12` are one cable; the identifier settles which.
            name.is(&mrn.to_string())
        }
        _ => id.text == fields.mrn_as_found,
    }
}

/// Where the text of this very cable begins again behind an extract that ends in an ellipsis, without any fields.
fn second_text(content: &[Piece<'_>], name: &Name) -> Option<usize> {
    let mut lines = content.iter().enumerate().filter(|(_, line)| line.may_hold(Sign::Dots));
    let (cut, _) =
        lines.find(|(_, line)| line.text.trim_end().ends_with("...") && !line.text.trim().starts_with('.'))?;
    let next = next_filled(content, cut + 1)?;
    let text = content[next].text.trim_start();
    let station = classification_line::read(text, Word::Sound)?.station?;
    let same = station.post.is_some_and(|post| Some(post.mrn) == name.post.as_deref())
        && name.serial.is_some_and(|serial| station.serial_could_be(text, serial));
    same.then_some(next)
}

/// Keeps what stands in front of the record as a field.
fn keep_extract<'t>(before: &[Piece<'t>], fields: &mut Fields<'t>, notes: &mut Notes<'t>) {
    let filled: Vec<Piece<'t>> = before.iter().copied().filter(|line| !line.is_blank()).collect();
    let Some(first) = filled.first() else { return };
    notes.report(Code::ExtractBeforeRecord, first, "an extract of the same cable");
    let value = filled.iter().map(|line| line.text.trim_end()).filter(|line| !is_residue(line)).collect::<Vec<_>>();
    fields.record_fields.push(RecordField { name: "extract".to_owned(), value: value.join("\n") });
    for line in filled {
        notes.claim(line, Zone::Extract);
    }
}

fn is_residue(line: &str) -> bool {
    matches!(line.trim(), "\"," | "\"")
}

/// Keeps the fields; without an envelope they are the cable's own.
fn keep_fields(record: &Record<'_>, fields: &mut Fields<'_>) {
    let has_envelope = fields.places.id.is_some();
    for &(name, value) in &record.fields {
        let text = value.text.trim().to_owned();
        match name {
            _ if text.is_empty() => continue,
            "record_date" => {
                let (date, time) = record_date(&text).unzip();
                fields.recorded_at = time.flatten();
                fields.date = fields.date.or(date);
            }
            "record_mrn" if !has_envelope => fields.mrn_as_found = text.clone(),
            "record_origin" if !has_envelope => fields.origin = Some(text.clone()),
            "record_classification" if !has_envelope => fields.classification = Some(text.clone()),
            _ => {}
        }
        fields.record_fields.push(RecordField { name: name.to_owned(), value: text });
    }
}

impl<'t> Record<'t> {
    /// The lines of header and text of the record whose first line is `at`.
    fn open(self, at: usize, mut content: Vec<Piece<'t>>, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
        match self.opening {
            Opening::Line(line) => {
                let rest = content.split_off(line.min(content.len()));
                content.drain(at..).for_each(|line| notes.claim(line, Zone::RecordField));
                strip_destination(rest, notes)
            }
            Opening::Columns { line, fields, content: first } => {
                notes.claim(fields, Zone::RecordField);
                let mut rest = content.split_off(line);
                if let Some(opening) = rest.first_mut() {
                    *opening = first;
                }
                close_column(part_columns(rest, notes), notes)
            }
        }
    }
}

/// The header of a labelled record follows its label on the same line.
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

/// What parts the header column from the text column.
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

/// Cuts off the quote that closes the text column, with the comma behind it.
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
fn cut_foreign<'t>(lines: Vec<Piece<'t>>, fields: &mut Fields<'t>, notes: &mut Notes<'t>) {
    let Some(first) = lines.first() else { return };
    notes.report(Code::RecordForeign, first, "the record of another cable");
    let text: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let value = text.join("\n").trim_end().to_owned();
    fields.record_fields.push(RecordField { name: "foreign_record".to_owned(), value });
    for line in lines {
        notes.claim(line, Zone::RecordField);
    }
}
