//! Headers and preambles of later sections inside one file, and the debris their merging left.
//!
//! Old archives keep the header and the whole preamble of every section in the middle of the text; newer ones
//! merged the sections and left a caption or a line of the subject behind. All of it repeats what stands at
//! the top, and that is how it is known. Never drops a line that stands in the text only.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::furniture::close_gap;
use crate::diagnostic::Code;
use crate::lex::{Piece, Sign, class_word, shape};
use crate::parse::reading::{Notes, PageBreak, Zone};

/// Lines of a header that can stand between two sections.
const LONGEST_HEADER: usize = 120;

/// Claims what later sections repeat; returns the body without it, and the sections that a notice calls missing.
///
/// `section_count` is that of the classification line; a header between two sections begins behind one of `page_breaks`.
pub fn remove<'t>(
    body: Vec<Piece<'t>>,
    section_count: Option<i32>,
    page_breaks: &[PageBreak],
    notes: &mut Notes<'t>,
) -> (Vec<Piece<'t>>, Vec<i32>) {
    let preamble = Preamble::of(&body);
    let mut at = preamble.repetition_from(preamble.end, &body);
    let mut missing = Vec::new();
    if at == body.len() {
        return (body, missing);
    }
    let is_merged = section_count.is_some() && preamble.remnants.contains(&CAPTION);
    let mut kept = Vec::with_capacity(body.len());
    kept.extend_from_slice(&body[..at]);
    while at < body.len() {
        let length = match missing_section(&body[at..], notes) {
            Some((length, number)) => {
                missing.push(number);
                length
            }
            None => claim_debris(&body[at..], &preamble, page_breaks, &mut kept, notes),
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
    (kept, missing)
}

/// Claims the debris that begins here; returns how many lines it is.
fn claim_debris<'t>(
    rest: &[Piece<'t>],
    preamble: &Preamble<'_>,
    page_breaks: &[PageBreak],
    kept: &mut Vec<Piece<'t>>,
    notes: &mut Notes<'t>,
) -> usize {
    let length = match repeated_preamble(rest, preamble, page_breaks, kept, notes) {
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

/// The caption that merged sections leave behind.
const CAPTION: &str = "SIPDIS";

/// Lines longer than this were joined by an editor, debris and all.
const JOINED: usize = 100;

/// Keeps a line of merged sections; claims captions that interrupt a sentence of a joined one (case
/// `section-caption-in-joined-line`).
fn keep_merged<'t>(line: Piece<'t>, kept: &mut Vec<Piece<'t>>, notes: &mut Notes<'t>) {
    let mut rest = line;
    if line.text.len() > JOINED {
        while let Some(at) = caption_within(rest.text) {
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

/// Where a caption stands between two words of a sentence that does not speak of it.
fn caption_within(text: &str) -> Option<usize> {
    const NOUNS: [&str; 8] =
        ["CAPTION", "CABLE", "DISTRIBUTION", "MESSAGE", "TELEGRAM", "TRAFFIC", "CHANNEL", "SYSTEM"];
    let mut found = text.match_indices(CAPTION).map(|(at, _)| at);
    found.find(|&at| {
        let behind = &text[at + CAPTION.len()..];
        let next = behind.trim_start();
        let is_named =
            NOUNS.iter().any(|noun| next.get(..noun.len()).is_some_and(|word| word.eq_ignore_ascii_case(noun)));
        at > 1 && text[..at].ends_with(' ') && behind.starts_with(' ') && !next.is_empty() && !is_named
    })
}

/// What stands at the top of the body and may be repeated.
struct Preamble<'b> {
    /// Index of the first line behind it.
    end: usize,
    /// Its lines.
    lines: &'b [Piece<'b>],
    /// Captions and lines that continue a subject or reference, without blanks at either end.
    remnants: Vec<&'b str>,
    /// The bytes that remnants, classification lines and notices of missing sections begin with.
    initials: [bool; 256],
}

impl<'b> Preamble<'b> {
    fn of(body: &'b [Piece<'b>]) -> Preamble<'b> {
        let subject = body.iter().take(80).position(|piece| begins_with(piece.text, "SUBJ"));
        let first = subject.map_or(1, |subject| subject + 1).min(body.len());
        let starts = body[first..].iter().take(60).position(begins_paragraph);
        let end = starts.map_or(body.len().min(first + 12), |start| first + start);
        let lines = &body[..end];
        // The first of these bears the label; the field goes on to the next blank line.
        let labelled = first.saturating_sub(1);
        let field = lines[labelled..].iter().take_while(|line| !line.is_blank()).count();
        let continued = labelled + 1..=labelled + field;
        let trimmed = lines.iter().map(|line| line.trim().text).enumerate();
        let repeated = trimmed.filter(|(index, line)| continued.contains(index) || is_caption(line));
        let remnants: Vec<&str> = repeated.map(|(_, line)| line).filter(|line| may_be_left(line)).collect();
        let mut initials = NOTICE_INITIALS;
        let first = |repeated: &str| repeated.bytes().next();
        for first in remnants.iter().copied().filter_map(first).chain(class_words().filter_map(first)) {
            initials[usize::from(first)] = true;
        }
        Preamble { end, lines, remnants, initials }
    }

    /// The index of the first line, at or behind `from`, in which something is left over from a later section, or that
    /// an editor joined.
    fn repetition_from(&self, from: usize, body: &[Piece<'_>]) -> usize {
        (from..body.len()).find(|&at| self.may_begin_repetition(&body[at..])).unwrap_or(body.len())
    }

    /// Whether the first line is left over from a later section, or joined; most are told by their first letter.
    fn may_begin_repetition(&self, rest: &[Piece<'_>]) -> bool {
        let line = rest[0].text;
        let is_initial = |first: u8| self.initials[usize::from(first)];
        line.len() > JOINED || line.bytes().next().is_some_and(is_initial) && self.is_repeated(rest)
    }

    /// Whether the first line is left over from a later section.
    fn is_repeated(&self, rest: &[Piece<'_>]) -> bool {
        may_be_section_line(&rest[0]) && is_section_line(&rest[0])
            || find_notice(rest).is_some()
            || self.holds_remnant(rest)
    }

    /// Whether the line stands in it, white space aside.
    fn holds(&self, line: &Piece<'_>) -> bool {
        self.lines.iter().any(|own| has_words(line.text, own.text))
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

fn begins_paragraph(line: &Piece<'_>) -> bool {
    line.may_hold(Sign::Digit) && shape::numbered(pilcrow_off(line.text)).is_some()
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

/// Bytes of a line too short to be known again, white space collapsed, and a blank behind it.
const TOO_SHORT: usize = 4;

fn is_caption(line: &str) -> bool {
    const CAPTIONS: &[&str] = &["SIPDIS", "NOFORN", "SENSITIVE", "NODIS", "EXDIS", "LIMDIS", "STADIS", "TERREP"];
    (5..=9).contains(&line.len()) && CAPTIONS.contains(&line)
}

/// Whether two lines are alike but for their white space; most are told apart by their first two letters.
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

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pilcrow_off(text: &str) -> &str {
    text.trim_start().trim_start_matches('\u{b6}')
}

fn begins_with(text: &str, label: &str) -> bool {
    let is_flush = text.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    let text = if is_flush { text } else { pilcrow_off(text).trim_start() };
    text.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label))
}

/// Reads a notice of a section that was never received, with the asterisks around it; returns how many lines it is,
/// and the number of the section.
fn missing_section<'t>(lines: &[Piece<'t>], notes: &mut Notes<'t>) -> Option<(usize, i32)> {
    let (notice, number) = find_notice(lines)?;
    let length = notice + 1 + usize::from(lines.get(notice + 1).is_some_and(|line| shape::is_rule(line.text)));
    notes.report(Code::SectionMissing, &lines[notice], number.to_string());
    for line in &lines[..length] {
        notes.claim(*line, Zone::MissingSection);
    }
    Some((length, number))
}

/// The index of the line that is the notice, the first or the one below a rule, and the number of its section.
fn find_notice(lines: &[Piece<'_>]) -> Option<(usize, i32)> {
    if !may_begin_notice(&lines[0]) {
        return None;
    }
    match missing_number(&lines[0]) {
        Some(number) => Some((0, number)),
        None => Some((1, number_below_rule(lines)?)),
    }
}

/// Whether a line begins as the notice does, or as the rule above it.
fn may_begin_notice(line: &Piece<'_>) -> bool {
    line.text.bytes().next().is_some_and(|first| NOTICE_INITIALS[usize::from(first)])
}

/// The bytes that a notice or the rule above it begins with: no other letter, and no digit.
const NOTICE_INITIALS: [bool; 256] = {
    let mut initials = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let first = byte as u8;
        initials[byte] = matches!(first, b'M' | b'm') || !first.is_ascii_alphanumeric();
        byte += 1;
    }
    initials
};

/// The number of the missing section on the second line, where the first is a rule.
fn number_below_rule(lines: &[Piece<'_>]) -> Option<i32> {
    let number = missing_number(lines.get(1)?)?;
    shape::is_rule(lines[0].text).then_some(number)
}

/// The number in `*** Missing Section 002 ***`.
fn missing_number(line: &Piece<'_>) -> Option<i32> {
    if !line.may_hold(Sign::Digit) {
        return None;
    }
    let inner = line.text.trim().trim_matches('*').trim();
    let rest = inner.get(..15).filter(|start| start.eq_ignore_ascii_case("missing section"))?;
    inner[rest.len()..].trim().parse().ok()
}

/// Finds the header and preamble of a later section that begin here; returns how many lines they take.
///
/// What of the header was already kept is taken back.
fn repeated_preamble<'t>(
    rest: &[Piece<'t>],
    preamble: &Preamble<'_>,
    page_breaks: &[PageBreak],
    kept: &mut Vec<Piece<'t>>,
    notes: &mut Notes<'t>,
) -> Option<usize> {
    if !is_section_line(&rest[0]) {
        return None;
    }
    let header = header_length(kept, preamble.end, page_breaks);
    for line in kept.drain(kept.len() - header..) {
        notes.claim(line, Zone::Debris);
    }
    let is_repeated = |line: &&Piece<'_>| line.is_blank() || preamble.holds(line);
    Some(1 + rest[1..].iter().take_while(is_repeated).count())
}

/// Whether a line holds a number and capitals, as the classification line of a section does.
fn may_be_section_line(line: &Piece<'_>) -> bool {
    line.may_hold_both(Sign::Digit, Sign::Capitals)
}

/// The class words without blanks.
fn class_words() -> impl Iterator<Item = &'static str> {
    class_word::WORDS.iter().map(|(letters, _)| *letters)
}

/// Whether the line is the classification line of a section: class word, `SECTION nn OF nn`.
fn is_section_line(line: &Piece<'_>) -> bool {
    let upper = line.trim().text;
    let Some(section) = SECTION.find(upper.as_bytes()) else { return false };
    let mut words = upper[section + 9..].split_whitespace();
    let (first, of, last) = (words.next(), words.next(), words.next());
    let is_number = |word: Option<&str>| word.is_some_and(|word| word.parse::<i32>().is_ok());
    let word = || upper[..section].bytes().filter(|letter| *letter != b' ');
    let counted = is_number(first) && of == Some("OF") && is_number(last);
    counted && class_words().any(|class| word().take(class.len()).eq(class.bytes()))
}

/// What stands between the class word and the number of a section.
static SECTION: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(" SECTION "));

/// How many of the lines already kept are the header of the section that begins behind them.
fn header_length(kept: &[Piece<'_>], floor: usize, page_breaks: &[PageBreak]) -> usize {
    let nearby = &kept[floor.max(kept.len().saturating_sub(LONGEST_HEADER)).min(kept.len())..];
    let from = nearby.iter().position(|line| begins_with(line.text, "FM "));
    let Some(from) = from else { return nearby.iter().rev().take_while(|line| line.is_blank()).count() };
    let break_before = page_breaks.iter().rev().find(|page| page.start < nearby[from].start);
    if let Some(page) = break_before {
        return nearby.iter().filter(|line| line.start > page.start).count();
    }
    let above = nearby[..from].iter().rev().take_while(|line| is_header_line(line.text)).count();
    nearby.len() - from + above
}

/// Whether the line can stand above `FM` in the header of a section.
fn is_header_line(text: &str) -> bool {
    let text = text.trim();
    let dated = text
        .split_whitespace()
        .any(|word| word.len() == 7 && word.ends_with('Z') && word.bytes().take(6).all(|byte| byte.is_ascii_digit()));
    text.is_empty() || dated || begins_with(text, "ACTION ") || begins_with(text, "INFO ") || text.starts_with('-')
}
