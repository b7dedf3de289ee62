//! The seam: where the transmission header ends and the text begins, most often within one physical line.
//!
//! Header and text were two columns and were written one after the other without a line feed. The
//! signs are tried from the surest to the weakest on all lines before the next: a full classification line, one with a
//! damaged station, one with a damaged class word, a caption.

use super::fields::ContentLines;
use crate::diagnostic::Code;
use crate::lex::class_word::{self, Soundness};
use crate::lex::classification_line::{self, ClassificationLine};
use crate::lex::date::trailing_dateline;
use crate::lex::{LineRule, Piece, begins_in_any_case};
use crate::parse::reading::{CableName, Findings};
use crate::tables::{captions, missions, posts};

/// Splits the content of the cable `own` into the lines of header and body; a line that has both is cut.
/// Where the document itself separates them, nothing is looked for.
pub fn split<'t>(
    content: ContentLines<'t>,
    own: &CableName,
    findings: &mut Findings,
) -> (Vec<Piece<'t>>, Vec<Piece<'t>>) {
    let ContentLines { lines: content, border } = content;
    if let Some(border) = border {
        let line = content.partition_point(|line| line.start < border);
        return cut(content, Seam { line, at: 0 });
    }
    let label = first_label(&content);
    let start = header_start(&content[..label.min(HEADER_LINES)]);
    let window = Window { first: start.unwrap_or(0), last: label };
    let seam = window.find(&content, own);
    match (seam, start) {
        (Some(seam), _) => {
            let seam = first_class_word(&content, seam);
            cut(content, seam)
        }
        (None, Some(first)) => {
            let line = last_header_line(&content, first) + 1;
            if let Some(piece) = content.get(line).or(content.last()) {
                findings.report(Code::SeamMissing, piece, "no classification line behind the header");
            }
            cut(content, Seam { line, at: 0 })
        }
        (None, None) => (Vec::new(), content),
    }
}

/// Cuts the header off lines that may have none. Lines that are nothing but a header have no seam.
pub fn header<'t>(content: Vec<Piece<'t>>, own: &CableName) -> (Vec<Piece<'t>>, Vec<Piece<'t>>) {
    let label = first_label(&content);
    let Some(first) = header_start(&content[..label.min(HEADER_LINES)]) else { return (Vec::new(), content) };
    let end = Seam { line: label, at: 0 };
    let seam = Window { first, last: label }.find(&content, own).unwrap_or(end);
    cut(content, seam)
}

/// Where a level was glued to the last addressee above the classification line: `FLUNCLASSIFIED//FOR OFFICIAL USE ONLY`.
fn first_class_word(content: &[Piece<'_>], seam: Seam) -> Seam {
    let is_whole = content.get(seam.line).is_some_and(|line| line.text[..seam.at].trim().is_empty());
    let above = content[..seam.line.min(content.len())].iter().rposition(|line| !line.is_blank());
    let glued = |line: usize| {
        let text = content[line].text;
        leftmost(text, |at, read| {
            let (before, behind) = (&text[..at], text[at + read.end..].trim_matches([' ', '/']));
            let is_alone = behind.is_empty() || captions::known_in(captions::CaptionPlace::ClassLine).contains(&behind);
            (read.station.is_none() && is_alone && is_addressee(before)).then_some(())
        })
    };
    match above.filter(|_| is_whole).and_then(|line| Some(Seam { line, at: glued(line)? })) {
        Some(glued) if glued.at > 0 => glued,
        _ => seam,
    }
}

/// A place within a line: header before it, body from it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seam {
    line: usize,
    at: usize,
}

fn cut<'t>(content: Vec<Piece<'t>>, seam: Seam) -> (Vec<Piece<'t>>, Vec<Piece<'t>>) {
    let mut header = content;
    let mut body = header.split_off(seam.line.min(header.len()));
    if seam.at > 0
        && let Some(shared) = body.first_mut()
    {
        let (before, behind) = shared.split_at(seam.at);
        header.push(before.trim_end());
        *shared = behind;
    }
    (header, body)
}

/// The lines of a header in which its telling ones are looked for.
const HEADER_LINES: usize = 60;

/// The line of FM, else of the transmission identification: a class word above it is not part of the text.
fn header_start(first: &[Piece<'_>]) -> Option<usize> {
    let from = first.iter().position(|line| line.text.trim_start().starts_with("FM "));
    // A flattened header holds the seam on the line of the identification (case header-flattened).
    from.or_else(|| first.iter().take(8).position(|line| line.text.contains("VZCZC")))
}

/// The first line that only a preamble or a text can hold.
fn first_label(content: &[Piece<'_>]) -> usize {
    content.iter().position(|line| is_label(line.text)).unwrap_or(content.len())
}

fn is_label(line: &str) -> bool {
    let line = line.trim_start();
    let starts = |label: &str| begins_in_any_case(line, label);
    let order = || {
        ["E.O.", "E.O", "EO "].iter().any(|label| {
            starts(label)
                && line[label.len()..].trim_start_matches([' ', ':']).starts_with(|c: char| c.is_ascii_digit())
        })
    };
    match line.as_bytes().first() {
        Some(b'T' | b't') => starts("TAGS"),
        Some(b'S' | b's') => starts("SUBJ"),
        Some(b'E' | b'e') => order(),
        Some(b'0'..=b'9') => starts_paragraph(line),
        _ => false,
    }
}

fn starts_paragraph(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && [". ", ".  ", ".("].iter().any(|mark| line[digits..].starts_with(mark))
}

/// The lines in which the seam is looked for.
struct Window {
    first: usize,
    last: usize,
}

/// A rule that finds the seam in one line.
type SeamRule = fn(&Piece<'_>, &CableName) -> Option<usize>;

impl Window {
    fn find(&self, content: &[Piece<'_>], own: &CableName) -> Option<Seam> {
        const RULES: [SeamRule; 9] = [
            dateline,
            full_line,
            own_line_damaged,
            line_of_unknown_post,
            line_with_section,
            line_without_serial,
            class_word_alone,
            spaced_class_word,
            caption,
        ];
        RULES.into_iter().find_map(|rule| self.first_match(content, own, rule))
    }

    fn first_match(&self, content: &[Piece<'_>], own: &CableName, rule: SeamRule) -> Option<Seam> {
        let lines = content.iter().enumerate().take(self.last + 1).skip(self.first);
        lines.into_iter().find_map(|(line, piece)| Some(Seam { line, at: rule(piece, own)? }))
    }
}

/// `Cable dated:` or an editor's dateline, alone or glued to the last addressee.
fn dateline(line: &Piece<'_>, _: &CableName) -> Option<usize> {
    if !line.is_candidate(LineRule::Dateline) {
        return None;
    }
    line.text.find("Cable dated:").or_else(|| trailing_dateline(line.text).map(|(at, _)| at))
}

/// A sound classification line of a known post.
fn full_line(line: &Piece<'_>, own: &CableName) -> Option<usize> {
    if !line.is_candidate(LineRule::NumberedClassLine) {
        return None;
    }
    let line = line.text;
    leftmost(line, |at, read| {
        let station = read.station.as_ref()?;
        let agrees = is_own(&line[at..], read, own) || is_anchored(&line[at + read.end..]);
        (station.post.is_some() && agrees).then_some(())
    })
}

/// A classification line with a damaged class word, of this very cable: at the start of a line any damage is
/// forgiven, after an address only a lost initial, lower case, or what is wrong with a word that is spaced out.
fn own_line_damaged(line: &Piece<'_>, own: &CableName) -> Option<usize> {
    let line = line.text;
    let at_start = || {
        let start = line.len() - line.trim_start().len();
        let read = classification_line::read(&line[start..], Soundness::Any)?;
        let known = read.station.as_ref().is_some_and(|station| station.post.is_some());
        (known && (is_own(&line[start..], &read, own) || is_anchored(&line[start + read.end..]))).then_some(start)
    };
    let glued = || {
        let starts = beginning(line).char_indices().filter(|(_, c)| matches!(c, 'N' | 'O' | 'E')).map(|(at, _)| at);
        starts.skip_while(|&at| at == 0).find(|&at| {
            let read = classification_line::read_lost_initial(&line[at..]);
            read.is_some_and(|read| is_own(&line[at..], &read, own))
        })
    };
    let spaced_out = || {
        let mut starts = beginning(line).match_indices(' ').filter_map(|(blank, _)| blank.checked_sub(1));
        starts.find(|&at| {
            is_spaced_out(line, at)
                && class_word::may_begin(&[line.as_bytes()[at], b' '])
                && classification_line::read(&line[at..], Soundness::Any)
                    .is_some_and(|read| is_own(&line[at..], &read, own))
        })
    };
    let in_lower_case = || {
        let starts = beginning(line).char_indices().filter(|(_, c)| matches!(c, 'U' | 'C' | 'S' | 'u' | 'c' | 's'));
        starts.map(|(at, _)| at).find(|&at| {
            let read = classification_line::read(&line[at..], Soundness::AnyCase);
            read.is_some_and(|read| is_own(&line[at..], &read, own))
        })
    };
    at_start().or_else(glued).or_else(spaced_out).or_else(in_lower_case)
}

/// A sound classification line of a post that is in no table; `US SECRET SERVICE WASHDC 0123` would be one.
fn line_of_unknown_post(line: &Piece<'_>, own: &CableName) -> Option<usize> {
    if !line.is_candidate(LineRule::NumberedClassLine) {
        return None;
    }
    let line = line.text;
    leftmost(line, |at, read| {
        let station = read.station.as_ref()?;
        let text = &line[at..];
        let fits = own.serial.is_none_or(|serial| station.serial_could_be(text, serial));
        (fits && is_anchored(&text[read.end..])).then_some(())
    })
}

/// A classification line of this very cable whose serial was wrapped to the next line.
fn line_without_serial(line: &Piece<'_>, own: &CableName) -> Option<usize> {
    let line = line.text;
    let is_own = |name: &str| posts::find(name).is_some_and(|post| Some(post.mrn) == own.post.as_deref());
    leftmost(line, |at, read| is_own(line[at + read.end..].trim()).then_some(()))
}

/// A class word with a section: the station is damaged or is on another line.
fn line_with_section(line: &Piece<'_>, _: &CableName) -> Option<usize> {
    if !line.is_candidate(LineRule::NumberedClassLine) {
        return None;
    }
    leftmost(line.text, |_, read| read.section.map(|_| ()))
}

/// A line that is a class word and nothing else but captions, or that ends in a spaced class word.
fn class_word_alone(line: &Piece<'_>, _: &CableName) -> Option<usize> {
    let line = line.text;
    leftmost(line, |at, read| {
        let (before, behind) = (line[..at].trim(), line[at + read.end..].trim());
        let spaced = line[at..at + read.end].contains(' ') || line[at..].starts_with("UNCLAS");
        (is_anchored(behind) && (before.is_empty() || (spaced && behind.is_empty()))).then_some(())
    })
    .or_else(|| {
        let start = line.len() - line.trim_start().len();
        let read = classification_line::read(&line[start..], Soundness::AnyCase)?;
        line[start + read.end..].trim().is_empty().then_some(start)
    })
}

/// A class word that is spaced out, whatever follows it: no name of an addressee is.
fn spaced_class_word(line: &Piece<'_>, _: &CableName) -> Option<usize> {
    let line = line.text;
    leftmost(line, |at, _| is_spaced_out(line, at).then_some(()))
}

/// Whether a word that is spaced out begins here.
fn is_spaced_out(line: &str, at: usize) -> bool {
    let (before, word) = line.as_bytes().split_at(at);
    matches!(word, [_, b' ', _, b' ', _, b' ', ..]) && !matches!(before, [.., b' ', _, b' '] | [_, b' '])
}

/// A caption where the classification line is lost.
fn caption(line: &Piece<'_>, _: &CableName) -> Option<usize> {
    let line = line.text;
    if let Some(at) = line.strip_suffix("SIPDIS").map(str::len) {
        return Some(at);
    }
    captions::known_in(captions::CaptionPlace::OpensText).contains(&line.trim()).then_some(0)
}

/// The leftmost place where a sound class word is and `test` agrees; in lower case only at the start of the line.
fn leftmost(line: &str, test: impl Fn(usize, &ClassificationLine) -> Option<()>) -> Option<usize> {
    let start = line.len() - line.trim_start().len();
    let matches = |at: usize, word: Soundness| {
        let read = classification_line::read(&line[at..], word)?;
        test(at, &read)
    };
    if matches(start, Soundness::AnyCase).is_some() {
        return Some(start);
    }
    let mut pairs = beginning(line).as_bytes().array_windows().enumerate();
    let (at, _) = pairs.find(|&(at, pair)| class_word::may_begin(pair) && matches(at, Soundness::Sound).is_some())?;
    Some(at - doubled_initial(line, at))
}

/// As much of a line as can be a header: no longer one was ever joined to one line.
fn beginning(line: &str) -> &str {
    &line[..line.floor_char_boundary(LONGEST_HEADER)]
}

/// Bytes of the longest header.
const LONGEST_HEADER: usize = 64 << 10;

/// The length of a doubled initial before the class word at `at`: it belongs to the word if it is alone, or
/// if without it the line ends in a known addressee and with it does not.
fn doubled_initial(line: &str, at: usize) -> usize {
    let (before, word) = line.split_at(at);
    let before = before.trim_end();
    let Some(shorter) = before.strip_suffix(|c: char| c.is_ascii_uppercase()) else { return 0 };
    let is_doubled = word.chars().next() == before.chars().next_back();
    let alone = is_doubled && shorter.trim().is_empty();
    // Another letter is of the damaged word only where the address ends for certain.
    let ends = |line: &str| if is_doubled { is_addressee(line) } else { ends_in_state(line) };
    if alone || (ends(shorter) && !is_addressee(before)) { at - shorter.len() } else { 0 }
}

/// Whether a line ends in the whole name of an addressee.
fn is_addressee(line: &str) -> bool {
    let name = line.rsplit_once('/').map_or(line, |(_, name)| name).trim();
    let name = ["TO ", "INFO "].iter().find_map(|keyword| name.strip_prefix(keyword)).unwrap_or(name);
    let post = missions::glued().iter().find_map(|mission| name.strip_prefix(mission)?.strip_prefix(' '));
    post.is_some_and(|post| posts::find(post).is_some())
        || ["COLLECTIVE", "POSTS", "WASHDC"].iter().any(|ending| name.ends_with(ending))
        || ends_in_state(name)
        || ends_in_number(name)
}

/// States in which addressees of the forces and of agencies are, as they end a name: `MACDILL AFB FL`.
const STATES: [&str; 16] =
    ["AL", "AZ", "CA", "CO", "DC", "FL", "GA", "HI", "IL", "MD", "NE", "NC", "NY", "TX", "VA", "WA"];

/// Whether a line ends in a state after a name.
fn ends_in_state(line: &str) -> bool {
    line.rsplit_once(' ').is_some_and(|(name, state)| STATES.contains(&state) && !name.trim().is_empty())
}

/// Whether a line ends in a continuity number.
fn ends_in_number(line: &str) -> bool {
    let number = line.rsplit(' ').next().unwrap_or_default();
    number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a classification line has the post and the serial of this cable.
fn is_own(text: &str, line: &ClassificationLine, own: &CableName) -> bool {
    let Some(station) = &line.station else { return false };
    let post = station.post.map(|post| post.mrn);
    post.is_some()
        && post == own.post.as_deref()
        && own.serial.is_some_and(|serial| station.serial_could_be(text, serial))
}

/// What may follow a classification line on its own line: nothing, or fields of a preamble.
fn is_anchored(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '/']);
    let captions = captions::known_in(captions::CaptionPlace::AfterClassLine);
    let mut fields = ["E.O.", "EO ", "TAGS", "C O R R E C T E D", "CORRECTED"].iter().chain(captions);
    rest.is_empty() || fields.any(|field| rest.starts_with(field))
}

/// The last line of a header that has no seam: the text begins at a blank line, or at one that is no address.
fn last_header_line(content: &[Piece<'_>], first: usize) -> usize {
    let is_text = |line: &Piece<'_>| {
        line.is_blank()
            || is_label(line.text)
            || line.text.contains(" FOR ")
            || line.text.contains(" PASS ")
            || line.text.bytes().any(|byte| byte.is_ascii_lowercase())
    };
    let addresses = content.iter().skip(first).take_while(|line| !is_text(line)).count();
    (first + addresses).saturating_sub(1)
}
