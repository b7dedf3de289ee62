//! Finds the records of dumps inside a body: rows, lists, labeled records, and fields on one line.
//!
//! Says where the fields are and where header and text begin; takes nothing out.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use crate::lex::date::record_date;
use crate::lex::envelope::{is_classification, is_identifier};
use crate::lex::range_of;
use crate::lex::row::DumpRow;
use crate::lex::{LineRule, Piece, shape};

/// A record found in the content.
pub struct PastedRecord<'t> {
    /// Its fields in order, by the names they get in `record_fields`.
    pub fields: Vec<PastedField<'t>>,
    /// Where its header and text begin.
    pub opening: PastedOpening<'t>,
}

/// A field of a record.
pub struct PastedField<'t> {
    /// Name in `record_fields`.
    pub name: &'static str,
    /// Where it begins.
    pub place: Piece<'t>,
    /// Its value, wraps taken out.
    pub value: Cow<'t, str>,
}

impl<'t> PastedField<'t> {
    fn of(name: &'static str, place: Piece<'t>) -> PastedField<'t> {
        PastedField { name, place, value: Cow::Borrowed(place.text.trim()) }
    }
}

/// How the fields of a record are separated from its header and text.
pub enum PastedOpening<'t> {
    /// On their own lines, the first of them at this index; the number may be glued after another text on its line.
    Line { line: usize, in_front: Option<Piece<'t>> },
    /// On the line of the header or text: what follows the fields on the last of their lines.
    Columns { line: usize, fields: Piece<'t>, content: Piece<'t>, quoted: bool },
}

/// Names of the fields, in the order of rows and lists.
pub const NAMES: [&str; 6] =
    ["record_number", "record_date", "record_mrn", "record_origin", "record_classification", "record_references"];

/// The first record.
pub fn next_record<'t>(content: &[Piece<'t>]) -> Option<(usize, PastedRecord<'t>)> {
    let mut lines = content.iter().enumerate().filter(|(_, line)| may_begin_record(line));
    lines.find_map(|(at, line)| {
        let record = match line.text.bytes().find(|&byte| byte != b' ')? {
            // The date of a row has slashes, the number of a list is alone.
            b'0'..=b'9' if line.is_candidate(LineRule::PastedRow) => {
                row_at(content, at).or_else(|| list_at(content, at))
            }
            b'0'..=b'9' | b'<' => list_at(content, at).or_else(|| one_line_at(content, at)),
            b'I' | b'C' => {
                labelled_at(content, at).or_else(|| glued_list_at(content, at)).or_else(|| glued_labels_at(content, at))
            }
            _ => glued_list_at(content, at).or_else(|| glued_labels_at(content, at)),
        };
        Some((at, record?))
    })
}

/// Whether a line begins as a record does, with a number or with a label, perhaps after spaces.
fn may_begin_record(line: &Piece<'_>) -> bool {
    let begins = matches!(line.text.as_bytes(), [b'0'..=b'9' | b'<' | b'I' | b'C' | b' ', ..])
        && line.is_candidate(LineRule::PastedRecord);
    begins
        || line.is_candidate(LineRule::PastedLabel) && glued_label(line.text).is_some()
        || line.is_candidate(LineRule::PastedNumber) && line.text.trim_end().ends_with(|c: char| c.is_ascii_digit())
}

fn row_at<'t>(content: &[Piece<'t>], at: usize) -> Option<PastedRecord<'t>> {
    let lines = JoinedLines::joined(content, at, |text| DumpRow::read(text).is_some())?;
    let row = DumpRow::read(&lines.text)?;
    let is_list = |name: &str| name == NAMES[2] || name == NAMES[5];
    let field = |(name, range): (&'static str, Range<usize>)| {
        let value = &lines.text[range.clone()];
        // A wrap within a number or a list of them is not part of it.
        let value = if is_list(name) {
            value.replace('\n', "")
        } else {
            value.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        PastedField { name, place: lines.piece_at(range.start), value: Cow::Owned(value) }
    };
    let fields = NAMES.into_iter().zip(row.fields.clone()).map(field).collect();
    Some(PastedRecord { fields, opening: lines.opening(row.content, true) })
}

/// Fields separated by spaces on one line, header and text after them: `50133  2006-01-19  06LIMA131  Embassy Lima  SECRET  ...`.
fn one_line_at<'t>(content: &[Piece<'t>], at: usize) -> Option<PastedRecord<'t>> {
    let lines = JoinedLines::joined(content, at, |text| fields_in_front(text).is_some())?;
    let (ranges, end) = fields_in_front(&lines.text)?;
    let field = |(name, range): (&'static str, Range<usize>)| {
        let value = lines.text[range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        PastedField { name, place: lines.piece_at(range.start), value: Cow::Owned(value) }
    };
    let fields = NAMES.into_iter().zip(ranges).map(field).collect();
    Some(PastedRecord { fields, opening: lines.opening(end, false) })
}

/// Number, date, identifier, origin, level and perhaps references, separated by spaces, and where they end.
fn fields_in_front(text: &str) -> Option<(Vec<Range<usize>>, usize)> {
    let mut first = text.split_whitespace();
    let number = first.next()?.trim_start_matches('<').trim_end_matches('>');
    let is_number = shape::are_digits(number, 1..=7);
    if !is_number || !first.next()?.contains(['-', '/']) {
        return None;
    }
    let words: Vec<Range<usize>> =
        text.split_whitespace().take(WORDS_OF_FIELDS).map(|word| range_of(text, word)).collect();
    let at = |word: usize| words.get(word).map(|range| &text[range.clone()]);
    // A time may follow the day.
    let id = (2..=3).find(|&word| at(word).is_some_and(is_identifier))?;
    let date = words[1].start..words[id - 1].end;
    if !is_date(&text[date.clone()]) {
        return None;
    }
    let level = (id + 2..words.len()).find(|&word| at(word).is_some_and(is_classification))?;
    let number_start = words[0].start + text[words[0].clone()].find(number)?;
    let origin = words[id + 1].start..words[level - 1].end;
    let mut ranges =
        vec![number_start..number_start + number.len(), date, words[id].clone(), origin, words[level].clone()];
    if let Some(references) = words.get(level + 1).filter(|range| is_references(&text[(*range).clone()])) {
        ranges.push(references.clone());
    }
    let end = ranges.last()?.end;
    Some((ranges, end))
}

/// The fields of a record on one line have no more words.
const WORDS_OF_FIELDS: usize = 14;

/// The lines over which the fields of a row are wrapped.
const WRAPPED_LINES: usize = 4;

/// Lines joined by line feeds.
struct JoinedLines<'c, 't> {
    text: String,
    content: &'c [Piece<'t>],
    first: usize,
}

impl<'c, 't> JoinedLines<'c, 't> {
    /// The fewest lines from `first` on that are what `test` asks for, if they begin with a number and hold a date.
    fn joined(content: &'c [Piece<'t>], first: usize, test: impl Fn(&str) -> bool) -> Option<JoinedLines<'c, 't>> {
        let digits = content[first].text.trim_start_matches([' ', '<']).bytes().take_while(u8::is_ascii_digit).count();
        let behind = content[first].text.trim_start_matches([' ', '<']).get(digits..).unwrap_or_default();
        if !(1..=7).contains(&digits) || !behind.starts_with([' ', ',', '>']) {
            return None;
        }
        let mut text = String::new();
        for line in content[first..].iter().take(WRAPPED_LINES) {
            if line.is_blank() {
                return None;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line.text);
            if test(&text) {
                return Some(JoinedLines { text, content, first });
            }
        }
        None
    }

    /// The line that holds the byte `offset`, and where in it.
    fn place(&self, offset: usize) -> (usize, usize) {
        let mut start = 0;
        for (line, piece) in self.content.iter().enumerate().skip(self.first) {
            if offset <= start + piece.text.len() {
                return (line, offset - start);
            }
            start += piece.text.len() + 1;
        }
        (self.first, 0)
    }

    fn piece_at(&self, offset: usize) -> Piece<'t> {
        let (line, at) = self.place(offset);
        self.content[line].split_at(at).1
    }

    /// The border after the fields, at the byte `offset`.
    fn opening(&self, offset: usize, quoted: bool) -> PastedOpening<'t> {
        let (line, at) = self.place(offset);
        let (fields, content) = self.content[line].split_at(at);
        PastedOpening::Columns { line, fields, content, quoted }
    }
}

/// Where the last labels of a record are glued to the end of a header: `... MACDILL AFB FLCLASSIFICATION: SECRET`.
fn glued_label(text: &str) -> Option<usize> {
    let at = memmem::find(text.as_bytes(), b"CLASSIFICATION: ").filter(|&at| at > 0)?;
    text[..at].ends_with(|c: char| c.is_ascii_uppercase() && !text.contains("DECLASSIFICATION: ")).then_some(at)
}

/// The rest of a labeled record after a header; what follows `DESTINATION:` is header and text once more.
#[cold]
fn glued_labels_at<'t>(content: &[Piece<'t>], at: usize) -> Option<PastedRecord<'t>> {
    let whole = content[at].trim_end();
    let (front, label) = whole.split_at(glued_label(whole.text)?);
    let mut fields = vec![PastedField::of(NAMES[4], label.slice("CLASSIFICATION:".len()..label.text.len()))];
    let misc = next_filled(content, at + 1).filter(|&line| content[line].text.trim_start().starts_with("MISC:"))?;
    let references = content[misc].trim();
    fields.push(PastedField::of(NAMES[5], references.slice("MISC:".len()..references.text.len())));
    let line = next_filled(content, misc + 1)?;
    let is_proven = content[line].text.trim_start().starts_with("DESTINATION:") && is_classification(&fields[0].value);
    is_proven.then_some(PastedRecord { fields, opening: PastedOpening::Line { line, in_front: Some(front) } })
}

/// A list whose number is glued to the end of a header: `... MACDILL AFB FL62999`.
#[cold]
fn glued_list_at<'t>(content: &[Piece<'t>], at: usize) -> Option<PastedRecord<'t>> {
    let whole = content[at].trim_end();
    let digits = whole.text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (front, number) = whole.split_at(whole.text.len() - digits);
    if !(4..=7).contains(&digits) || !front.text.ends_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let mut fields = vec![PastedField::of(NAMES[0], number)];
    let line = list_behind(content, at + 1, &mut fields)?;
    Some(PastedRecord { fields, opening: PastedOpening::Line { line, in_front: Some(front) } })
}

/// A number, bare or `<<n>>`, then date, identifier, origin, classification and perhaps references, a line each.
fn list_at<'t>(content: &[Piece<'t>], at: usize) -> Option<PastedRecord<'t>> {
    let number = content[at].trim();
    let digits = number.text.strip_prefix("<<").and_then(|rest| rest.strip_suffix(">>")).unwrap_or(number.text);
    if !shape::are_digits(digits, 1..=7) {
        return None;
    }
    let digits_start = number.text.find(digits)?;
    let mut fields = vec![PastedField::of(NAMES[0], number.slice(digits_start..digits_start + digits.len()))];
    let line = list_behind(content, at + 1, &mut fields)?;
    Some(PastedRecord { fields, opening: PastedOpening::Line { line, in_front: None } })
}

/// Adds the fields after the number of a list, a line each; gives the line after them.
fn list_behind<'t>(content: &[Piece<'t>], mut line: usize, fields: &mut Vec<PastedField<'t>>) -> Option<usize> {
    let is_field: [fn(&str) -> bool; 5] = [is_date, is_identifier, is_origin, is_classification, is_references];
    for (name, is_field) in NAMES[1..].iter().zip(is_field) {
        let next = next_filled(content, line);
        match next.map(|next| (next, content[next].trim())).filter(|(_, piece)| is_field(piece.text)) {
            Some((next, piece)) => {
                fields.push(PastedField::of(name, piece));
                line = next + 1;
            }
            None if *name == NAMES[5] => break,
            None => return None,
        }
    }
    Some(line)
}

/// Labels of a labeled record and the fields they mean; the header follows `DESTINATION:`.
const LABELS: [(&str, &str); 6] = [
    ("ID:", NAMES[0]),
    ("ORIGIN:", NAMES[2]),
    ("DATE:", NAMES[1]),
    ("SOURCE:", NAMES[3]),
    ("CLASSIFICATION:", NAMES[4]),
    ("MISC:", NAMES[5]),
];

/// Labels of one record, some of them twice.
const MOST_LABELS: usize = 2 * LABELS.len();

fn labelled_at<'t>(content: &[Piece<'t>], at: usize) -> Option<PastedRecord<'t>> {
    let mut fields = Vec::new();
    let mut line = at;
    while let Some(next) = next_filled(content, line) {
        let piece = content[next].trim();
        let Some((label, name)) = LABELS.iter().find(|(label, _)| piece.text.starts_with(label)) else { break };
        if fields.len() == MOST_LABELS {
            break;
        }
        fields.push(PastedField::of(name, piece.slice(label.len()..piece.text.len()).trim()));
        line = next + 1;
    }
    let proven = fields.len() >= 3 && fields.iter().any(|field| field.name == NAMES[2] && is_identifier(&field.value));
    proven.then_some(PastedRecord { fields, opening: PastedOpening::Line { line, in_front: None } })
}

pub fn next_filled(content: &[Piece<'_>], from: usize) -> Option<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::assert_candidates;

    #[test]
    fn a_line_with_a_label_of_a_record_is_a_candidate() {
        assert_candidates(LineRule::PastedLabel, |line| glued_label(line).is_some());
    }
}
