//! The opening of a text: dateline and classification line, taken off the lines of the body.
//!
//! What is glued behind them stays on its line and is left to the preamble.

use crate::diagnostic::Code;
use crate::lex::class_word::Word;
use crate::lex::classification_line::{self, ClassificationLine, Section, Station};
use crate::lex::date::{leading_iso_time, trailing_dateline};
use crate::lex::{Piece, Sign};
use crate::parse::reading::{Draft, Stated, Zone};

/// Reads dateline and classification line of the body, which begins at the line `start` of the content; returns the
/// lines behind them.
pub fn take<'t>(mut content: Vec<Piece<'t>>, start: usize, draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    let body = &mut content[start..];
    take_dateline(body, draft);
    let Some((at, line)) = find_classification(body) else {
        if let Some(first) = body.iter().find(|line| !line.is_blank()) {
            draft.findings.report(Code::ClassificationMissing, first, "no classification line in front of the text");
        }
        content.drain(..start);
        return content;
    };
    let left = take_line(body, at, &line, draft);
    content.splice(..=start + at, left);
    content
}

/// Claims an editor's dateline, or `Cable dated:` with its time.
fn take_dateline<'t>(body: &mut [Piece<'t>], draft: &mut Draft<'t>) {
    let Some(line) = body.iter_mut().find(|line| !line.is_blank()) else { return };
    let text = line.text.trim_start();
    let glued = text.strip_prefix("Cable dated:").map(|behind| (text.len() - behind.len(), behind));
    let read = match glued {
        Some((label, behind)) => leading_iso_time(behind).map(|(length, time)| (label + length, time)),
        None if !line.may_hold(Sign::Small) => None,
        None => trailing_dateline(text).filter(|&(at, _)| at == 0).map(|(_, time)| (text.len(), time)),
    };
    let Some((length, time)) = read else { return };
    let (date, rest) = line.split_at(line.text.len() - text.len() + length);
    draft.cable.sent_at = draft.cable.sent_at.or(Some(time));
    if !rest.is_blank() {
        draft.findings.report(Code::FieldsRunTogether, &rest, "the date and the classification line on one line");
    }
    draft.claim(date, Zone::Date);
    *line = rest;
}

/// The lines in which the classification line may stand behind captions.
const LINES: usize = 8;

/// The classification line and the index of the line it begins.
fn find_classification(body: &[Piece<'_>]) -> Option<(usize, ClassificationLine)> {
    let first = body.iter().position(|line| !line.is_blank())?;
    let read_at = |at: usize| Some((at, classification_line::read(body[at].text.trim_start(), Word::Any)?));
    if let Some(found) = read_at(first) {
        return Some(found);
    }
    let stations = |line: &Piece<'_>| {
        let read = classification_line::read(line.text.trim_start(), Word::Sound)?;
        read.station?.post
    };
    let lines = body.iter().enumerate().skip(first).take(LINES);
    let mut unlabelled = lines.take_while(|(_, line)| !line.text.contains(':'));
    read_at(unlabelled.find(|(_, line)| stations(line).is_some())?.0)
}

/// Claims the classification line, which begins the line `at`; returns what is left of the lines up to it.
fn take_line<'t>(
    body: &mut [Piece<'t>],
    at: usize,
    line: &ClassificationLine,
    draft: &mut Draft<'t>,
) -> Vec<Piece<'t>> {
    let whole = body[at];
    let (_, text) = whole.split_at(whole.text.len() - whole.text.trim_start().len());
    let (read, tail) = text.split_at(line.end);
    claim_with_captions(line, &read, draft);
    note(line, &read, draft);
    match &line.station {
        Some(station) => note_station(station, &read, draft),
        None => take_broken_off_station(&mut body[at + 1..], draft),
    }
    let captions = line.captions.iter().map(|range| text.slice(range.clone()));
    let left = captions.chain([tail]).filter(|piece| !piece.is_blank());
    body[..at].iter().copied().chain(left).collect()
}

/// Claims the line but for the captions within it, which the preamble reads.
fn claim_with_captions<'t>(line: &ClassificationLine, read: &Piece<'t>, draft: &mut Draft<'t>) {
    let mut start = 0;
    for caption in &line.captions {
        draft.claim(read.slice(start..caption.start), Zone::ClassificationLine);
        start = caption.end;
    }
    draft.claim(read.slice(start..read.text.len()), Zone::ClassificationLine);
}

fn note(line: &ClassificationLine, read: &Piece<'_>, draft: &mut Draft<'_>) {
    let level = line.level.words();
    if let Some(right) = line.repaired {
        draft.findings.report(Code::ClassificationRepaired, read, format!("{} for {right}", read.text.trim()));
    }
    if draft.cable.classification.as_deref().is_some_and(|envelope| envelope != level) {
        draft.findings.report(Code::ClassificationDiffers, read, level);
    }
    draft.cable.classification.get_or_insert_with(|| level.to_owned());
    draft.cable.text_classification = Some(level.to_owned());
    if line.encrypted.is_some() {
        draft.cable.captions.push("EFTO".to_owned());
    }
    if let Some(section) = line.section {
        note_section(section, read, draft);
    }
}

fn note_section(section: Section, read: &Piece<'_>, draft: &mut Draft<'_>) {
    draft.cable.section_number = section.number;
    draft.cable.section_count = section.count;
    if section.damaged {
        draft.findings.report(Code::SectionRepaired, read, read.text.trim());
    }
}

/// The station on one of the next lines that are not blank (hard case 52).
fn take_broken_off_station<'t>(behind: &mut [Piece<'t>], draft: &mut Draft<'t>) {
    let Some(line) = behind.iter_mut().find(|line| !line.is_blank()) else { return };
    let text = line.trim();
    if let Some(station) = classification_line::read_station(text.text) {
        draft.claim(text, Zone::ClassificationLine);
        note_station(&station, &text, draft);
        *line = line.slice(0..0);
    }
}

fn note_station(station: &Station, read: &Piece<'_>, draft: &mut Draft<'_>) {
    let mut name = read.text[station.name.clone()].to_ascii_uppercase();
    name.retain(|c| c.is_ascii_alphabetic());
    draft.context.stated = Some(Stated {
        name,
        post: station.post,
        digits: read.text[station.serial.clone()].to_owned(),
        line: read.line,
    });
}
