//! The opening of a text: dateline and classification line, taken off the lines of the body.
//!
//! What is glued after them stays on its line and is left to the preamble.

use crate::cable::Clock;
use crate::diagnostic::Code;
use crate::lex::class_word::{Level, Soundness};
use crate::lex::classification_line::{self, ClassificationLine, Section, Station};
use crate::lex::date::{leading_iso_time, trailing_dateline};
use crate::lex::{LineRule, Piece, shape};
use crate::parse::reading::{Findings, Glued, Notes, Sent, Zone};
use crate::tables::posts::{self, Post};

/// What the opening of a text says.
#[derive(Debug, Default)]
pub struct Opening {
    /// Level of the classification line.
    pub level: Option<Level>,
    /// When an editor's dateline says the cable was sent.
    pub sent_at: Option<Sent>,
    /// Captions within the classification line that the line itself takes: `EFTO`.
    pub captions: Vec<String>,
    /// Section and number of sections.
    pub section: Option<Section>,
    /// What the classification line calls the cable.
    pub stated: Option<Stated>,
    /// What shares a physical line with it.
    pub glued: Glued,
}

/// Post and serial of a classification line.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The letters of the post's name as written, in upper case.
    pub name: String,
    /// The post, if the table has it.
    pub post: Option<&'static Post>,
    /// The digits of the serial as written; `O` and `Q` are for lost ones.
    pub digits: String,
    /// Physical line.
    pub line: u32,
}

impl Stated {
    /// The serial, where all its digits are sound.
    pub fn serial(&self) -> Option<i32> {
        self.digits.parse().ok()
    }
}

/// Reads dateline and classification line of the body, and returns the lines that are left; `classification` is the level
/// as the envelope has it.
pub fn read<'t>(
    mut body: Vec<Piece<'t>>,
    classification: Option<&str>,
    notes: &mut Notes<'t>,
) -> (Opening, Vec<Piece<'t>>) {
    let mut opening = Opening::default();
    opening.take_dateline(&mut body, notes);
    if let Some((at, line)) = find_classification(&body) {
        opening.take_line(&mut body, at, &line, classification, notes);
    }
    (opening, body)
}

/// Reports that there is no classification line before the text.
pub fn report_missing(body: &[Piece<'_>], findings: &mut Findings) {
    if let Some(first) = body.iter().find(|line| !line.is_blank()) {
        findings.report(Code::ClassificationMissing, first, "no classification line in front of the text");
    }
}

impl Opening {
    /// Claims an editor's dateline, or `Cable dated:` with its time.
    fn take_dateline<'t>(&mut self, body: &mut [Piece<'t>], notes: &mut Notes<'t>) {
        let Some(line) = body.iter_mut().find(|line| !line.is_blank()) else { return };
        let text = line.text.trim_start();
        let glued = text.strip_prefix("Cable dated:").map(|behind| (text.len() - behind.len(), behind));
        let read = match glued {
            Some((label, behind)) => leading_iso_time(behind).map(|(length, time)| (label + length, time)),
            None if !line.is_candidate(LineRule::Dateline) => None,
            None => trailing_dateline(text).filter(|&(at, _)| at == 0).map(|(_, time)| (text.len(), time)),
        };
        let Some((length, time)) = read else { return };
        let (date, rest) = line.split_at(line.text.len() - text.len() + length);
        self.sent_at = Some(Sent { at: time, clock: Clock::Dateline });
        if !rest.is_blank() {
            self.glued.reported = Some(rest.line);
            notes.report(Code::FieldsRunTogether, &rest, "the date and the classification line on one line");
        }
        notes.claim(date, Zone::Date);
        *line = rest;
    }

    /// Claims the classification line, which begins the line `at`, and leaves what is not of it.
    fn take_line<'t>(
        &mut self,
        body: &mut Vec<Piece<'t>>,
        at: usize,
        line: &ClassificationLine,
        classification: Option<&str>,
        notes: &mut Notes<'t>,
    ) {
        let whole = body[at];
        let (_, text) = whole.split_at(whole.text.len() - whole.text.trim_start().len());
        let (read, mut tail) = text.split_at(line.end);
        claim_with_captions(line, &read, notes);
        self.glued.class_lines.push(read.line);
        self.note(line, &read, classification, &mut notes.findings);
        match &line.station {
            Some(station) => self.stated = Some(Stated::of(station, &read)),
            None if self.take_wrapped_serial(&tail, &mut body[at + 1..], notes) => tail = tail.slice(0..0),
            None => self.take_broken_off_station(&mut body[at + 1..], notes),
        }
        let captions = line.captions.iter().map(|range| text.slice(range.clone()));
        let left = captions.chain([tail]).filter(|piece| !piece.is_blank());
        body.splice(at..=at, left);
    }

    fn note(
        &mut self,
        line: &ClassificationLine,
        read: &Piece<'_>,
        classification: Option<&str>,
        findings: &mut Findings,
    ) {
        let level = line.level.words();
        if let Some(right) = line.repaired {
            findings.report(Code::ClassificationRepaired, read, format!("{} for {right}", read.text.trim()));
        }
        if classification.is_some_and(|envelope| envelope != level) {
            findings.report(Code::ClassificationDiffers, read, level);
        }
        if line.section.is_some_and(|section| section.damaged) {
            findings.report(Code::SectionRepaired, read, read.text.trim());
        }
        self.level = Some(line.level);
        self.captions.extend(line.encrypted.as_ref().map(|_| "EFTO".to_owned()));
        self.section = line.section;
    }

    /// Takes the serial on the next line of a post that ends the classification line; returns whether there is one.
    fn take_wrapped_serial<'t>(&mut self, name: &Piece<'t>, below: &mut [Piece<'t>], notes: &mut Notes<'t>) -> bool {
        let name = name.trim();
        let (Some(post), Some(line)) = (posts::find(name.text), below.first_mut()) else { return false };
        let digits = line.trim();
        let is_serial = shape::are_digits(digits.text, 1..=7);
        if is_serial {
            notes.claim(name, Zone::ClassificationLine);
            notes.claim(digits, Zone::ClassificationLine);
            self.stated = Some(Stated {
                name: post.mrn.to_owned(),
                post: Some(post),
                digits: digits.text.to_owned(),
                line: name.line,
            });
            *line = line.slice(0..0);
        }
        is_serial
    }

    /// The station on one of the next lines that are not blank.
    fn take_broken_off_station<'t>(&mut self, behind: &mut [Piece<'t>], notes: &mut Notes<'t>) {
        let Some(line) = behind.iter_mut().find(|line| !line.is_blank()) else { return };
        let text = line.trim();
        if let Some(station) = classification_line::read_station(text.text) {
            notes.claim(text, Zone::ClassificationLine);
            self.glued.class_lines.push(text.line);
            self.stated = Some(Stated::of(&station, &text));
            *line = line.slice(0..0);
        }
    }
}

/// The lines in which the classification line may follow captions.
const LINES: usize = 8;

/// The classification line and the index of the line it begins.
fn find_classification(body: &[Piece<'_>]) -> Option<(usize, ClassificationLine)> {
    let first = body.iter().position(|line| !line.is_blank())?;
    let read_at = |at: usize| Some((at, classification_line::read(body[at].text.trim_start(), Soundness::Any)?));
    let found = read_at(first);
    if found.as_ref().is_some_and(|(_, line)| line.station.is_some() || line.section.is_some()) {
        return found;
    }
    let stations = |line: &Piece<'_>| {
        let read = classification_line::read(line.text.trim_start(), Soundness::Sound)?;
        read.station?.post
    };
    let lines = body.iter().enumerate().skip(first).take(LINES);
    let mut unlabelled = lines.take_while(|(_, line)| !line.text.contains(':'));
    let below = unlabelled.find(|(_, line)| stations(line).is_some());
    below.and_then(|(at, _)| read_at(at)).or(found)
}

/// Claims the line but for the captions within it, which the preamble reads.
fn claim_with_captions<'t>(line: &ClassificationLine, read: &Piece<'t>, notes: &mut Notes<'t>) {
    let mut start = 0;
    for caption in &line.captions {
        notes.claim(read.slice(start..caption.start), Zone::ClassificationLine);
        start = caption.end;
    }
    notes.claim(read.slice(start..read.text.len()), Zone::ClassificationLine);
}

impl Stated {
    fn of(station: &Station, read: &Piece<'_>) -> Stated {
        let mut name = read.text[station.name.clone()].to_ascii_uppercase();
        name.retain(|c| c.is_ascii_alphabetic());
        let digits = read.text[station.serial.clone()].to_owned();
        Stated { name, post: station.post, digits, line: read.line }
    }
}
