//! Headers and preambles of later sections inside one file, and the debris their merging left.
//!
//! Old archives keep the header and the whole preamble of every section in the middle of the text; newer ones
//! merged the sections and left a caption or a line of the subject behind. All of it repeats what stands at
//! the top, and that is how it is known. Never drops a line that stands in the text only.

use std::collections::HashSet;

use super::claim::Zone;
use super::draft::Draft;
use super::furniture::close_gap;
use super::text::shape;
use crate::diagnostic::Code;
use crate::dialect::Piece;

/// Lines of a header that can stand between two sections.
const LONGEST_HEADER: usize = 120;

/// Claims what later sections repeat; returns the body without it.
pub fn remove<'t>(body: Vec<Piece<'t>>, draft: &mut Draft<'t>) -> Vec<Piece<'t>> {
    let preamble = Preamble::of(&body);
    let mut kept: Vec<Piece<'t>> = body[..preamble.end].to_vec();
    let mut at = preamble.end;
    while at < body.len() {
        let length = match missing_section(&body[at..], draft) {
            Some(length) => length,
            None => claim_debris(&body[at..], &preamble, &mut kept, draft),
        };
        if length == 0 {
            keep(body[at], &preamble, &mut kept, draft);
            at += 1;
            continue;
        }
        at += length;
        close_gap(&mut kept, &body[at..], body[at - 1].slice(0..0));
        at += body[at..].iter().take_while(|piece| piece.is_blank()).count();
    }
    kept
}

/// Claims the debris that begins here; returns how many lines it is.
fn claim_debris<'t>(
    rest: &[Piece<'t>],
    preamble: &Preamble,
    kept: &mut Vec<Piece<'t>>,
    draft: &mut Draft<'t>,
) -> usize {
    let length = match repeated_preamble(rest, preamble, kept, draft) {
        Some(length) => length,
        None => usize::from(preamble.holds_remnant(rest)),
    };
    for line in &rest[..length] {
        draft.claim(*line, Zone::Debris);
    }
    if length > 0 {
        draft.findings.report(Code::SectionDebris, &rest[0], rest[0].text.trim());
    }
    length
}

/// The caption that merged sections leave behind.
const CAPTION: &str = "SIPDIS";

/// Lines longer than this were joined by an editor, debris and all.
const JOINED: usize = 100;

/// Keeps a line; claims captions that interrupt a sentence of a joined one (case `section-caption-in-joined-line`).
fn keep<'t>(line: Piece<'t>, preamble: &Preamble, kept: &mut Vec<Piece<'t>>, draft: &mut Draft<'t>) {
    let mut rest = line;
    let is_merged = || preamble.remnants.iter().any(|remnant| remnant == CAPTION);
    if line.text.len() > JOINED && draft.cable.section_count.is_some() && is_merged() {
        while let Some(at) = caption_within(rest.text) {
            let (before, behind) = rest.split_at(at);
            let (caption, after) = behind.split_at(CAPTION.len());
            draft.claim(caption, Zone::Debris);
            draft.findings.report(Code::SectionDebris, &caption, CAPTION);
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
struct Preamble {
    /// Index of the first line behind it.
    end: usize,
    /// Its lines, white space collapsed.
    lines: HashSet<String>,
    /// Captions and lines that continue a subject or reference, white space collapsed.
    remnants: Vec<String>,
}

impl Preamble {
    fn of(body: &[Piece<'_>]) -> Preamble {
        let subject = body.iter().take(80).position(|piece| begins_with(piece.text, "SUBJ"));
        let first = subject.map_or(1, |subject| subject + 1).min(body.len());
        let starts = body[first..].iter().take(60).position(|piece| shape::numbered(pilcrow_off(piece.text)).is_some());
        let end = starts.map_or(body.len().min(first + 12), |start| first + start);
        let lines = body[..end].iter().map(|piece| collapsed(piece.text)).filter(|line| !line.is_empty()).collect();
        let mut remnants = Vec::new();
        for (index, piece) in body[..end].iter().enumerate() {
            let line = collapsed(piece.text);
            let continues = index > first.saturating_sub(1) && line.len() > 3 && is_in_field(&body[first - 1..index]);
            if is_caption(&line) || continues && !shape::is_rule(&line) {
                remnants.push(line);
            }
        }
        Preamble { end, lines, remnants }
    }

    /// Whether the first line was left over from the preamble of a later section.
    fn holds_remnant(&self, rest: &[Piece<'_>]) -> bool {
        let ruled = || rest.get(1).is_some_and(|next| shape::is_rule(next.text));
        self.remnants.iter().any(|remnant| has_words(rest[0].text, remnant)) && !ruled()
    }
}

/// Whether the lines, of which the first bears a label, still belong to that field: no blank line so far.
fn is_in_field(lines: &[Piece<'_>]) -> bool {
    !lines.is_empty() && lines.iter().all(|line| !line.is_blank())
}

fn is_caption(line: &str) -> bool {
    const CAPTIONS: &[&str] = &["SIPDIS", "NOFORN", "SENSITIVE", "NODIS", "EXDIS", "LIMDIS", "STADIS", "TERREP"];
    CAPTIONS.contains(&line)
}

/// Whether a line is `collapsed` but for its white space; most lines are told by their first letter.
fn has_words(line: &str, collapsed: &str) -> bool {
    let line = line.trim_start();
    line.as_bytes().first() == collapsed.as_bytes().first() && line.split_whitespace().eq(collapsed.split(' '))
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pilcrow_off(text: &str) -> &str {
    text.trim_start().trim_start_matches('\u{b6}')
}

fn begins_with(text: &str, label: &str) -> bool {
    let text = pilcrow_off(text).trim_start();
    text.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label))
}

/// Reads a notice of a section that was never received, with the asterisks around it; returns its lines.
fn missing_section<'t>(lines: &[Piece<'t>], draft: &mut Draft<'t>) -> Option<usize> {
    let notice = lines.iter().take(2).position(|line| missing_number(line.text).is_some())?;
    if notice == 1 && !shape::is_rule(lines[0].text) {
        return None;
    }
    let number = missing_number(lines[notice].text)?;
    let length = notice + 1 + usize::from(lines.get(notice + 1).is_some_and(|line| shape::is_rule(line.text)));
    draft.cable.missing_sections.push(number);
    draft.findings.report(Code::SectionMissing, &lines[notice], number.to_string());
    for line in &lines[..length] {
        draft.claim(*line, Zone::MissingSection);
    }
    Some(length)
}

/// The number in `*** Missing Section 002 ***`.
fn missing_number(text: &str) -> Option<i32> {
    if text.starts_with(|first: char| first.is_ascii_alphanumeric() && !matches!(first, 'M' | 'm')) {
        return None;
    }
    let inner = text.trim().trim_matches('*').trim();
    let rest = inner.get(..15).filter(|start| start.eq_ignore_ascii_case("missing section"))?;
    inner[rest.len()..].trim().parse().ok()
}

/// Finds the header and preamble of a later section that begin here; returns how many lines they take.
///
/// What of the header was already kept is taken back.
fn repeated_preamble<'t>(
    rest: &[Piece<'t>],
    preamble: &Preamble,
    kept: &mut Vec<Piece<'t>>,
    draft: &mut Draft<'t>,
) -> Option<usize> {
    if !is_section_line(rest[0].text) {
        return None;
    }
    let header = header_length(kept, preamble.end, draft);
    for line in kept.drain(kept.len() - header..) {
        draft.claim(line, Zone::Debris);
    }
    let is_repeated = |line: &&Piece<'_>| line.is_blank() || preamble.lines.contains(&collapsed(line.text));
    Some(1 + rest[1..].iter().take_while(is_repeated).count())
}

/// Whether the line is the classification line of a section: class word, `SECTION nn OF nn`.
fn is_section_line(text: &str) -> bool {
    const CLASSES: &[&str] = &["UNCLAS", "CONFIDENTIAL", "SECRET", "TOPSECRET", "LIMITEDOFFICIALUSE"];
    let upper = text.trim();
    if !upper.starts_with(['U', 'C', 'S', 'T', 'L']) {
        return false;
    }
    let Some(section) = upper.find(" SECTION ") else { return false };
    let numbers: Vec<&str> = upper[section + 9..].split_whitespace().take(3).collect();
    let word: String = upper[..section].chars().filter(|letter| *letter != ' ').collect();
    let counted =
        matches!(numbers[..], [first, "OF", last] if first.parse::<i32>().is_ok() && last.parse::<i32>().is_ok());
    counted && CLASSES.iter().any(|class| word.starts_with(class))
}

/// How many of the lines already kept are the header of the section that begins behind them.
fn header_length(kept: &[Piece<'_>], floor: usize, draft: &Draft<'_>) -> usize {
    let nearby = &kept[floor.max(kept.len().saturating_sub(LONGEST_HEADER)).min(kept.len())..];
    let from = nearby.iter().position(|line| begins_with(line.text, "FM "));
    let Some(from) = from else { return nearby.iter().rev().take_while(|line| line.is_blank()).count() };
    let break_before = draft.page_breaks.iter().rev().find(|page| page.start < nearby[from].start);
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
