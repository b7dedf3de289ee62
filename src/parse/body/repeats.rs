//! Headers and preambles of later sections inside one file, and the debris their merging left.
//!
//! Old archives keep the header and the whole preamble of every section in the middle of the text; newer ones
//! merged the sections and left a caption or a line of the subject. All of it repeats what is at
//! the top, and that is how it is known. Never drops a line that is in the text only.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::furniture::close_gap;
use super::missing;
use crate::diagnostic::Code;
use crate::lex::class_word::Soundness;
use crate::lex::date::is_time_word;
use crate::lex::page_line::is_banner;
use crate::lex::spaces::collapsed;
use crate::lex::{LineRule, Piece, begins_in_any_case, classification_line, form_line, shape, wire};
use crate::parse::reading::{CableName, Notes, Zone};
use crate::tables::{captions, endings, levels};

/// Lines of a header that can be between two sections.
const LONGEST_HEADER: usize = 120;

/// Claims what later sections repeat; returns the body without it, and the sections that a notice calls missing. `own` is the
/// name of the cable.
pub fn remove<'t>(body: Vec<Piece<'t>>, own: &CableName, notes: &mut Notes<'t>) -> (Vec<Piece<'t>>, Vec<i32>) {
    let body = without_first_head(body, own, notes);
    let preamble = BodyTop::of(&body);
    let mut at = preamble.repetition_from(preamble.end, &body);
    let mut sections = Vec::new();
    if at == body.len() {
        return (body, sections);
    }
    let is_merged = preamble.remnants.contains(&CAPTION);
    let mut kept = Vec::with_capacity(body.len());
    kept.extend_from_slice(&body[..at]);
    while at < body.len() {
        let length = match missing::take(&body[at..], &mut kept, notes) {
            Some((length, number)) => {
                sections.push(number);
                length
            }
            None => claim_debris(&body[at..], &preamble, &mut kept, notes),
        };
        if length == 0 {
            if is_merged {
                keep_merged(body[at], &mut kept, notes);
            } else {
                kept.push(body[at]);
            }
            at += 1;
        } else {
            at += length;
            close_gap(&mut kept, &body[at..], body[at - 1].slice(0..0));
            at += body[at..].iter().take_while(|piece| piece.is_blank()).count();
        }
        let next = preamble.repetition_from(at, &body);
        kept.extend_from_slice(&body[at..next]);
        at = next;
    }
    (kept, sections)
}

/// Takes the first of two preambles away where the classification line comes again above the text: each field that the
/// second one holds as well (case `preamble-given-twice`).
fn without_first_head<'t>(body: Vec<Piece<'t>>, own: &CableName, notes: &mut Notes<'t>) -> Vec<Piece<'t>> {
    let end = body.iter().take(LONGEST_HEADER).position(begins_paragraph).unwrap_or(0);
    let Some(again) = (1..end).find(|&at| is_own_class_line(&body[at], own)) else { return body };
    let labels: Vec<&str> = body[again..end].iter().filter_map(|line| label(line.text)).collect();
    if labels.is_empty() {
        return body;
    }
    notes.report(Code::SectionDebris, &body[again], body[again].text.trim());
    let mut kept = Vec::with_capacity(body.len());
    let mut open = None;
    for line in &body[..again] {
        open = if line.is_blank() { None } else { label(line.text).or(open) };
        if open.is_some_and(|open| labels.contains(&open)) {
            notes.claim(*line, Zone::Debris);
        } else {
            kept.push(*line);
        }
    }
    notes.claim(body[again], Zone::Debris);
    kept.extend_from_slice(&body[again + 1..]);
    kept
}

/// Whether the line is the classification line of the cable `own`.
fn is_own_class_line(line: &Piece<'_>, own: &CableName) -> bool {
    if !line.is_candidate(LineRule::SectionLine) {
        return false;
    }
    let text = line.text.trim_start();
    let Some(station) = classification_line::read(text, Soundness::Sound).and_then(|read| read.station) else {
        return false;
    };
    let serial = text[station.serial].parse().ok();
    serial.is_some() && serial == own.serial && station.post.map(|post| post.name) == own.post.as_deref()
}

/// The label that a line of the preamble begins with, by the one spelling for all.
fn label(line: &str) -> Option<&'static str> {
    line.find(':').filter(|colon| *colon < LONGEST_LABEL)?;
    LABELS.iter().find(|(label, _)| begins_with(line, label)).map(|(_, name)| *name)
}

/// Claims the debris that begins here; returns how many lines it is.
fn claim_debris<'t>(
    rest: &[Piece<'t>],
    preamble: &BodyTop<'_>,
    kept: &mut Vec<Piece<'t>>,
    notes: &mut Notes<'t>,
) -> usize {
    let length = match repeated_preamble(rest, preamble, kept, notes) {
        Some(length) => length,
        None => usize::from(preamble.holds_remnant(rest)),
    };
    for line in &rest[..length] {
        notes.claim(*line, Zone::Debris);
    }
    if length > 0 {
        notes.report(Code::SectionDebris, &rest[0], rest[0].text.trim());
    }
    length
}

/// The caption that merged sections leave in the text.
const CAPTION: &str = "SIPDIS";

/// No line of merged sections has more of them.
const MOST_OF_LINE: usize = 100;

/// Keeps a line of merged sections; claims captions that interrupt a sentence of a joined one (case
/// `section-caption-in-joined-line`).
fn keep_merged<'t>(line: Piece<'t>, kept: &mut Vec<Piece<'t>>, notes: &mut Notes<'t>) {
    let mut rest = line;
    if line.is_joined() {
        for _ in 0..MOST_OF_LINE {
            let Some(at) = caption_within(rest.text) else { break };
            let (before, behind) = rest.split_at(at);
            let (caption, after) = behind.split_at(CAPTION.len());
            notes.claim(caption, Zone::Debris);
            notes.report(Code::SectionDebris, &caption, CAPTION);
            kept.push(before);
            rest = after;
        }
    }
    kept.push(rest);
}

/// Where a caption is between two words of a sentence that does not speak of it.
fn caption_within(text: &str) -> Option<usize> {
    const NOUNS: [&str; 8] =
        ["CAPTION", "CABLE", "DISTRIBUTION", "MESSAGE", "TELEGRAM", "TRAFFIC", "CHANNEL", "SYSTEM"];
    let mut found = text.match_indices(CAPTION).map(|(at, _)| at);
    found.find(|&at| {
        let behind = &text[at + CAPTION.len()..];
        let next = behind.trim_start();
        let is_named = NOUNS.iter().any(|noun| begins_in_any_case(next, noun));
        let is_within = || behind.starts_with(' ') && !next.is_empty() && !is_named;
        let is_last = || next.is_empty() && shape::ends_sentence(&text[..at]);
        at > 1 && text[..at].ends_with(' ') && (is_last() || is_within())
    })
}

/// What is at the top of the body and may be repeated.
struct BodyTop<'b> {
    /// Index of the first line after it.
    end: usize,
    /// Its lines.
    lines: &'b [Piece<'b>],
    /// Captions and lines that continue a subject or reference, without spaces at either end.
    remnants: Vec<&'b str>,
    /// The bytes that remnants, classification lines and notices of missing sections begin with.
    initials: [bool; 256],
}

impl<'b> BodyTop<'b> {
    fn of(body: &'b [Piece<'b>]) -> BodyTop<'b> {
        let subject = body.iter().take(80).position(|piece| begins_with(piece.text, "SUBJ"));
        let first = subject.map_or(1, |subject| subject + 1).min(body.len());
        let starts = body[first..].iter().take(60).position(begins_paragraph);
        let end = starts.map_or(body.len().min(first + 12), |start| first + start);
        let lines = &body[..end];
        // The first of these has the label; the field continues to the next blank line.
        let labelled = first.saturating_sub(1);
        let field = lines[labelled..].iter().take_while(|line| !line.is_blank()).count();
        let continued = labelled + 1..=labelled + field;
        let trimmed = lines.iter().map(|line| line.trim().text).enumerate();
        let repeated = trimmed.filter(|(index, line)| continued.contains(index) || is_caption(line));
        let remnants: Vec<&str> = repeated.map(|(_, line)| line).filter(|line| may_be_left(line)).collect();
        let mut initials = missing::INITIALS;
        let first = |repeated: &str| repeated.bytes().next();
        for first in remnants.iter().copied().filter_map(first).chain(class_words().filter_map(first)) {
            initials[usize::from(first)] = true;
        }
        BodyTop { end, lines, remnants, initials }
    }

    /// The index of the first line, at or after `from`, in which something is left over from a later section, or that
    /// an editor joined.
    fn repetition_from(&self, from: usize, body: &[Piece<'_>]) -> usize {
        (from..body.len()).find(|&at| self.may_begin_repetition(&body[at..])).unwrap_or(body.len())
    }

    /// Whether the first line is left over from a later section, or joined; the first letter of most lines says that they are not.
    fn may_begin_repetition(&self, rest: &[Piece<'_>]) -> bool {
        let is_initial = |first: u8| self.initials[usize::from(first)];
        rest[0].is_joined()
            || rest[0].text.bytes().next().is_some_and(is_initial) && self.is_repeated(rest)
            || missing::is_in(&rest[0])
    }

    /// Whether the first line is left over from a later section.
    fn is_repeated(&self, rest: &[Piece<'_>]) -> bool {
        rest[0].is_candidate(LineRule::SectionLine) && is_section_line(&rest[0])
            || missing::begins(rest)
            || self.holds_remnant(rest)
    }

    /// Whether the first line was left over from the preamble of a later section.
    fn holds_remnant(&self, rest: &[Piece<'_>]) -> bool {
        let ruled = || rest.get(1).is_some_and(|next| shape::is_rule(next.text));
        let line = rest[0].text.trim_start();
        let initial = line.as_bytes().first();
        let mut alike = self.remnants.iter().filter(|remnant| remnant.as_bytes().first() == initial);
        alike.any(|remnant| has_words(line, remnant)) && !ruled()
    }
}

/// The words of a preamble, with which those of a later section are compared: it may be wrapped elsewhere there, and
/// spell its labels in another way.
struct Repetition<'b> {
    words: Vec<&'b str>,
    /// Where its lines begin among the words.
    starts: Vec<usize>,
    /// The word that comes next.
    next: Option<usize>,
}

impl<'b> Repetition<'b> {
    fn of(preamble: &BodyTop<'b>) -> Repetition<'b> {
        let mut repetition = Repetition { words: Vec::new(), starts: Vec::new(), next: None };
        for line in preamble.lines.iter().filter(|line| !line.is_blank()) {
            repetition.starts.push(repetition.words.len());
            repetition.words.extend(words(line.text));
        }
        repetition
    }

    /// How many of the lines repeat the preamble.
    fn length(mut self, lines: &[Piece<'_>]) -> usize {
        lines.iter().take_while(|line| line.is_blank() || self.holds(line.text)).count()
    }

    /// Whether the line continues the last one, or begins as a line of the preamble does.
    fn holds(&mut self, line: &str) -> bool {
        let line: Vec<&str> = words(line).collect();
        let is_here = |start: usize| self.words[start..].starts_with(&line);
        let is_whole =
            |start: usize| self.starts.contains(&(start + line.len())) || start + line.len() == self.words.len();
        let is_line = |start: usize| is_here(start) && (line.len() > 1 || is_whole(start));
        let start = self.next.filter(|&next| is_here(next));
        let start = start.or_else(|| self.starts.iter().copied().find(|&start| is_line(start)));
        self.next = start.map(|start| start + line.len());
        start.is_some()
    }
}

/// The words of a line of the preamble; labels that mean the same are alike.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let labelled = label(line).and_then(|name| Some((name, line.find(':').filter(|colon| *colon < 12)?)));
    let value = labelled.map_or(line, |(_, colon)| &line[colon + 1..]);
    labelled.map(|(name, _)| name).into_iter().chain(value.split_whitespace())
}

/// Labels are shorter than this.
const LONGEST_LABEL: usize = 20;

/// How labels begin, which have several spellings, with the one spelling for all.
const LABELS: [(&str, &str); 5] =
    [("SUBJ", "SUBJECT:"), ("REF", "REF:"), ("TAG", "TAGS:"), ("E.O.", "E.O."), ("CLASSIFIED BY", "CLASSIFIED BY:")];

fn begins_paragraph(line: &Piece<'_>) -> bool {
    line.is_candidate(LineRule::ParagraphNumber) && shape::numbered(pilcrow_off(line.text)).is_some()
}

/// Whether a line is long enough to be known again, and no rule.
fn may_be_left(line: &str) -> bool {
    let is_rule = || !line.starts_with(char::is_alphanumeric) && shape::is_rule(&collapsed(line));
    let mut length = 0;
    let is_long = line.split_whitespace().any(|word| {
        length += word.len() + 1;
        length > TOO_SHORT
    });
    is_long && !is_rule()
}

/// Bytes of a line too short to be known again, white space collapsed, and a space after it.
const TOO_SHORT: usize = 4;

fn is_caption(line: &str) -> bool {
    captions::known_in(captions::CaptionPlace::Repeated).contains(&line)
}

/// Whether two lines are alike but for their white space; most are distinguished by their first two letters.
fn has_words(line: &str, other: &str) -> bool {
    let (line, other) = (line.trim_start(), other.trim_start());
    let is_other_letter = || match (line.as_bytes().get(1), other.as_bytes().get(1)) {
        (Some(own), Some(second)) => own != second && own.is_ascii_graphic() && second.is_ascii_graphic(),
        _ => false,
    };
    line.as_bytes().first() == other.as_bytes().first()
        && !is_other_letter()
        && line.split_whitespace().eq(other.split_whitespace())
}

fn pilcrow_off(text: &str) -> &str {
    text.trim_start().trim_start_matches('\u{b6}')
}

fn begins_with(text: &str, label: &str) -> bool {
    let is_flush = text.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    let text = if is_flush { text } else { pilcrow_off(text).trim_start() };
    begins_in_any_case(text, label)
}

/// Finds the header and preamble of a later section that begin here; returns how many lines they take.
///
/// What of the header was already kept is taken back.
fn repeated_preamble<'t>(
    rest: &[Piece<'t>],
    preamble: &BodyTop<'_>,
    kept: &mut Vec<Piece<'t>>,
    notes: &mut Notes<'t>,
) -> Option<usize> {
    if !is_section_line(&rest[0]) {
        return None;
    }
    let header = header_length(kept, preamble.end);
    for line in kept.drain(kept.len() - header..) {
        notes.claim(line, Zone::Debris);
    }
    Some(1 + Repetition::of(preamble).length(&rest[1..]))
}

/// The class words without spaces.
fn class_words() -> impl Iterator<Item = &'static str> {
    levels::class_words().iter().map(|word| word.letters.as_str())
}

/// Whether the line is the classification line of a section: class word, `SECTION nn OF nn`.
fn is_section_line(line: &Piece<'_>) -> bool {
    let text = line.trim().text;
    let Some(section) = SECTION.find(text.as_bytes()) else { return false };
    let mut words = text[section + SECTION.needle().len()..].split_whitespace();
    let (first, of, last) = (words.next(), words.next(), words.next());
    let is_number = |word: Option<&str>| word.is_some_and(|word| word.parse::<i32>().is_ok());
    let word = || text[..section].bytes().filter(|letter| *letter != b' ');
    let counted = is_number(first) && of == Some("OF") && is_number(last);
    counted && class_words().any(|class| word().take(class.len()).eq(class.bytes()))
}

/// What is between the class word and the number of a section.
static SECTION: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(" SECTION "));

/// How many of the lines already kept are the header of the section that begins after them: from its classification
/// line up to the first line that can be text (case `section-header-below-text`).
fn header_length(kept: &[Piece<'_>], floor: usize) -> usize {
    let nearby = &kept[floor.max(kept.len().saturating_sub(LONGEST_HEADER)).min(kept.len())..];
    let addresses = addresses_length(nearby);
    addresses + form_length(&nearby[..nearby.len() - addresses])
}

/// How many of the last lines are of the form above `FM`, of the routing above it, or between two sections. The stations
/// that are called come between the line that begins the call and the one that says who sends.
fn form_length(lines: &[Piece<'_>]) -> usize {
    let mut in_call = false;
    let is_header = |line: &&Piece<'_>| {
        let text = line.trim().text;
        if wire::is_sender(text) || wire::begins_call(text) {
            in_call = wire::is_sender(text);
            return true;
        }
        in_call && wire::are_indicators(text) || is_form_line(text)
    };
    lines.iter().rev().take_while(is_header).count()
}

/// How many of the last lines are `FM` with the addressees under it.
fn addresses_length(lines: &[Piece<'_>]) -> usize {
    let from = lines.iter().rposition(|line| begins_with(line.text, "FM "));
    let length = from.map_or(0, |from| lines.len() - from);
    let addresses = &lines[lines.len() - length..];
    let is_addressed = addresses.iter().any(|line| begins_with(line.text, "TO ") || begins_with(line.text, "INFO "));
    if is_addressed && !addresses.iter().any(begins_paragraph) { length } else { 0 }
}

/// Whether a line without spaces around it can be above `FM` in the header of a section, or between two sections.
fn is_form_line(text: &str) -> bool {
    let is_number = || text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.is_empty()
        || is_banner(text)
        || is_number()
        || wire::is_border(text)
        || wire::is_security(text)
        || endings::is_section_end(text)
        || form_line::is_form_line(text)
        || text.len() < LONGEST_TIME_LINE && text.split_whitespace().any(is_time_word)
}

/// A line with the date-time group and its signals is no longer than this.
const LONGEST_TIME_LINE: usize = 70;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::assert_candidates;

    #[test]
    fn the_classification_line_of_a_section_is_a_candidate() {
        assert_candidates(LineRule::SectionLine, |line| is_section_line(&Piece::new(1, 0, line)));
    }
}
