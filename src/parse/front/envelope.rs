//! The envelope: identifier, title, date, classification with controls, origin.
//!
//! Envelope and text may disagree; both are kept and the difference is reported. The title is a check on the subject
//! and never fills it.

use std::sync::LazyLock;

use jiff::civil::Date;
use memchr::memmem::Finder;

use super::fields::Fields;
use crate::cable::Cable;
use crate::diagnostic::Code;
use crate::dialect::{Envelope, Transcript};
use crate::lex::Piece;
use crate::lex::date::envelope_date;
use crate::lex::envelope::classification_parts;
use crate::lex::marking::FoundMarking;
use crate::parse::reading::{Findings, Notes, Zone};
use crate::tables::posts;

/// Reads the envelope, where there is one; returns the lines behind it as well.
pub fn read<'t>(transcript: &'t Transcript, notes: &mut Notes<'t>) -> (Fields<'t>, Vec<Piece<'t>>) {
    let Some(envelope) = transcript.envelope() else {
        let fields = Fields { mrn_as_found: transcript.file_name().to_owned(), ..Fields::default() };
        return (fields, transcript.lines_behind(0));
    };
    let mut fields = read_lines(&envelope, transcript.source_line(&envelope.title), notes);
    if fields.mrn_as_found.is_empty() {
        fields.mrn_as_found = transcript.file_name().to_owned();
    }
    let lines = transcript.lines_behind(envelope.origin.line);
    fields.is_all = lines.iter().all(Piece::is_blank);
    (fields, lines)
}

fn read_lines<'t>(envelope: &Envelope<'t>, title: &str, notes: &mut Notes<'t>) -> Fields<'t> {
    let Envelope { id, origin, .. } = envelope;
    notes.claim(*id, Zone::Identifier);
    notes.claim(*origin, Zone::Origin);
    notes.claim(envelope.title, Zone::Title);
    if is_cut(title) {
        notes.report(Code::TitleCut, &envelope.title, title.trim());
    }
    let date = read_date(&envelope.date, notes);
    notes.claim(envelope.classification, Zone::EnvelopeClassification);
    let mut parts = classification_parts(envelope.classification.text).map(str::trim).filter(|part| !part.is_empty());
    Fields {
        envelope: Some(*envelope),
        mrn_as_found: id.text.trim().to_owned(),
        title: Some(title.trim_end().to_owned()),
        date,
        classification: parts.next().map(str::to_uppercase),
        controls: parts.map(str::to_owned).collect(),
        origin: Some(origin.text.trim().to_owned()),
        ..Fields::default()
    }
}

fn is_cut(title: &str) -> bool {
    let title = title.trim_end().trim_end_matches('\\').trim_end();
    title.ends_with("...") || title.ends_with('…')
}

fn read_date<'t>(line: &Piece<'t>, notes: &mut Notes<'t>) -> Option<Date> {
    notes.claim(*line, Zone::Date);
    let Some(found) = envelope_date(line.text) else {
        notes.report(Code::DateUnreadable, line, line.text.trim());
        return None;
    };
    if let Some(weekday) = found.other_weekday {
        let detail = format!("{weekday:?} for {:?}, {}", found.date.weekday(), found.date);
        notes.report(Code::WeekdayDiffers, line, detail);
    }
    Some(found.date)
}

/// Reports what envelope and text disagree in, once the cable is read.
pub fn compare(envelope: &Envelope<'_>, cable: &Cable, findings: &mut Findings) {
    compare_title(&envelope.title, cable, findings);
    let sent_on = cable.sent_at.map(|sent_at| jiff::tz::Offset::UTC.to_datetime(sent_at).date());
    if let (Some(date), Some(sent_on), Some(group)) = (cable.date, sent_on, &cable.date_time_group)
        && date != sent_on
    {
        findings.report(Code::DateDiffers, &envelope.date, format!("{date}, but {group}"));
    }
}

fn compare_title(title: &Piece<'_>, cable: &Cable, findings: &mut Findings) {
    let Some(subject) = &cable.subject else { return };
    if !begins(subject, own_title(title.text)) {
        findings.report(Code::TitleDiffers, title, title.text.trim());
    }
}

/// Labels of fields that a flattened subject line dragged into the title.
static TAILS: LazyLock<[Finder<'_>; 7]> = LazyLock::new(|| {
    ["Classified By", "CLASSIFIED BY", "Derived From", " REF:", "REF: ", "REFS:", "SENSITIVE BUT UNCLASSIFIED"]
        .map(Finder::new)
});

/// The title without ellipsis, backslash, the fields and page lines glued to it (hard case 4) and a marking at its end
/// (case `envelope-title-marked`).
fn own_title(title: &str) -> &str {
    let label = TAILS.iter().filter_map(|label| label.find(title.as_bytes())).min().unwrap_or(title.len());
    let end = label.min(page_line(title).unwrap_or(title.len()));
    let title = title[..end].trim_end_matches(['.', '…', '\\', ' ']);
    let marking = FoundMarking::trailing(title).map_or(0, |found| found.length);
    &title[..title.len() - marking]
}

/// Where a page line (`BRASILIA 00001667 001.2 OF 003`) stands in a title: its post is the words before eight digits.
fn page_line(title: &str) -> Option<usize> {
    let serial = title
        .as_bytes()
        .windows(9)
        .position(|window| window[0] == b' ' && window[1..].iter().all(u8::is_ascii_digit))?;
    let post = (1..=3).filter_map(|words| title[..serial].rmatch_indices(' ').nth(words - 1).map(|(at, _)| at));
    post.filter(|&at| posts::find_cut(title[at..serial].trim()).is_some()).min().or(Some(serial))
}

/// Whether a subject begins with a title: letters and digits alone count, portion markings and labels do not, and a
/// redaction in either ends the comparison.
fn begins(subject: &str, title: &str) -> bool {
    let (title, subject) = (unlabelled(title), unlabelled(subject));
    if subject.starts_with(title) {
        return true;
    }
    let mut left = letters(title).peekable();
    let mut right = letters(subject);
    while let Some(letter) = left.next() {
        match right.next() {
            Some(other) if other == letter => {}
            Some('[') => return true,
            _ if letter == 'X' && left.peek() == Some(&'X') => return true,
            _ => return false,
        }
    }
    true
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|&c| c.is_alphanumeric() || c == '[').flat_map(char::to_uppercase)
}

/// The text behind portion markings and a label at its front.
fn unlabelled(text: &str) -> &str {
    let text = text.trim_start();
    let marking = text.strip_prefix('(').and_then(|inside| inside.split_once(')'));
    match marking {
        Some((marking, rest)) if is_marking(marking) => unlabelled(rest),
        _ => text.strip_prefix("SUBJECT:").map_or(text, unlabelled),
    }
}

fn is_marking(inside: &str) -> bool {
    let level = inside.split(['/', '-', ' ', ',']).find(|part| !part.is_empty()).unwrap_or_default();
    ["U", "SBU", "LOU", "C", "S", "TS"].contains(&level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_may_be_a_damaged_beginning_of_the_subject() {
        for (subject, title) in [
            ("GRAIN TALKS AND OUTLOOK", "GRAIN TALKS \\"),
            ("GRAIN TALKS AND OUTLOOK", "(C/NF) GRAIN TALKS A..."),
            ("GRAIN TALKS", "GRAIN TALKS Classified By: DCM Oriel Vexley"),
            ("GRAIN TALKS WITH [redacted]", "GRAIN TALKS WITH XXXXXXXXXXXX"),
            ("GRAIN TALKS", ""),
        ] {
            assert!(begins(subject, own_title(title)), "{title}");
        }
        assert!(!begins("GRAIN TALKS", own_title("COTTON TALKS")));
        assert!(!begins("GRAIN", own_title("GRAIN TALKS")));
    }
}
