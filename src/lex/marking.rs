//! Portion markings: `(S/NF)` as `S//NOFORN`.
//!
//! Reads one marking where a paragraph, heading or subject may have it, and repairs the malformed ones that
//! can mean only one thing. Look-alikes such as `(U.S.)`, `(UN)` or `(A)` are never markings.

use std::borrow::Cow;
use std::fmt;

use crate::tables::captions;
use crate::tables::levels::class_words;

/// A portion marking in canonical form: `LEVEL[//CONTROL[/CONTROL]]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Marking(Cow<'static, str>);

impl Marking {
    /// The marking of `level` (`U`, `SBU`, `LOU`, `C`, `S`, `TS`) with `controls` in the order found.
    pub fn new(level: &'static str, controls: &[impl AsRef<str>]) -> Marking {
        if controls.is_empty() {
            return Marking(Cow::Borrowed(level));
        }
        let length = controls.iter().map(|control| control.as_ref().len() + 1).sum::<usize>();
        let mut text = String::with_capacity(level.len() + 1 + length);
        text.push_str(level);
        text.push('/');
        for control in controls {
            text.push('/');
            text.push_str(control.as_ref());
        }
        Marking(Cow::Owned(text))
    }

    /// The canonical form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level alone.
    pub fn level(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The controls: `NOFORN`, `FOUO`, `REL USA`, ...
    pub fn controls(&self) -> impl Iterator<Item = &str> {
        self.0.split_once("//").into_iter().flat_map(|(_, controls)| controls.split('/'))
    }
}

impl fmt::Display for Marking {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A marking as found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMarking {
    /// What it means.
    pub marking: Marking,
    /// Bytes it takes up, without the spaces after it.
    pub length: usize,
    /// Whether it had to be repaired.
    pub form: MarkingForm,
    /// How much of the text it marks.
    pub scope: MarkingScope,
}

/// Whether a marking is written by the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkingForm {
    /// As the handbook has it.
    Legal,
    /// Spaces, order, case or parentheses are wrong; the meaning is plain.
    Malformed,
}

/// How much of the text a marking holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkingScope {
    /// The paragraph, heading or subject it comes before.
    Portion,
    /// The whole cable: `(C - ENTIRE TEXT)`.
    EntireText,
}

/// No marking is longer than this, so a parenthesis opened in prose costs no search through the paragraph.
const LONGEST: usize = 90;

/// A marking that lost its first parenthesis is no longer than this, the closing one included.
const LONGEST_UNOPENED: usize = 12;

/// One that lost its last parenthesis, and the space after it, has no more bytes than this.
const LONGEST_UNCLOSED: usize = 9;

/// What follows the level in a mark for the entire text.
const ENTIRE: &[&str] = &["ENTIRE TEXT", "ENTIRE MESSAGE"];

/// Abbreviations of levels, with their canonical form.
const LEVELS: &[(&str, &str)] =
    &[("C", "C"), ("U", "U"), ("S", "S"), ("SBU", "SBU"), ("LOU", "LOU"), ("TS", "TS"), ("NC", "NC")];

/// Every spelling of a level, with its canonical form.
fn levels() -> impl Iterator<Item = (&'static str, &'static str)> {
    LEVELS.iter().copied().chain(class_words().iter().map(|word| (word.written, word.mark)))
}

/// The markings with controls that most paragraphs have, so that they need not be read word by word.
const USUAL: &[(&str, &str)] = &[
    ("C/NF", "C//NOFORN"),
    ("C//NF", "C//NOFORN"),
    ("S/NF", "S//NOFORN"),
    ("S//NF", "S//NOFORN"),
    ("SBU/NF", "SBU//NOFORN"),
    ("SBU//NF", "SBU//NOFORN"),
    ("U/FOUO", "U//FOUO"),
    ("U//FOUO", "U//FOUO"),
];

/// Spellings of controls that are not captions as well, with their canonical form; `REL` with its countries is read
/// separately.
const CONTROLS: &[(&str, &str)] = &[
    ("NF", "NOFORN"),
    ("NOFORM", "NOFORN"),
    ("FOUO", "FOUO"),
    ("FGI", "FGI"),
    ("OC", "ORCON"),
    ("NC", "NOCONTRACT"),
    ("NOCON", "NOCONTRACT"),
    ("PR", "PROPIN"),
    ("SI", "SI"),
    ("TK", "TK"),
    ("HCS", "HCS"),
    ("RD", "RD"),
    ("FRD", "FRD"),
];

/// Malformed markings whose letters changed places or lost their separator.
const SCRAMBLED: &[(&str, &str)] = &[
    ("N/SF", "S/NF"),
    ("N/CF", "C/NF"),
    ("S/N", "S/NF"),
    ("C/N", "C/NF"),
    ("SNF", "S/NF"),
    ("CNF", "C/NF"),
    ("NF/S", "S/NF"),
    ("NF/C", "C/NF"),
    ("SUB", "SBU"),
    ("BSU", "SBU"),
    ("FOUO", "U/FOUO"),
    ("U/SBU", "SBU"),
];

impl FoundMarking {
    /// Reads the marking that `text` begins with.
    pub fn leading(text: &str) -> Option<FoundMarking> {
        let rest = text.strip_prefix('(')?;
        match position_within(rest, ')', LONGEST) {
            Some(end) => match found(&rest[..end], end + 2) {
                Some(marking) => Some(marking),
                None => unclosed(rest),
            },
            None => unclosed(rest),
        }
    }

    /// Reads the marking that `text` ends with; its `length` counts from the end.
    pub fn trailing(text: &str) -> Option<FoundMarking> {
        let body = text.strip_suffix(')')?;
        let open = body.rfind('(')?;
        let inner = &body[open + 1..];
        (inner.len() <= LONGEST).then(|| found(inner, inner.len() + 2)).flatten()
    }

    /// Reads a marking that lost its first parenthesis: `SBU) During the week`.
    pub fn unopened(text: &str) -> Option<FoundMarking> {
        let end = position_within(text, ')', LONGEST_UNOPENED)?;
        let (inner, rest) = (&text[..end], &text[end + 1..]);
        let is_marking = |byte: u8| byte.is_ascii_uppercase() || byte == b'/';
        if !inner.bytes().all(is_marking) || !rest.is_empty() && !rest.starts_with(' ') {
            return None;
        }
        found(inner, end + 1).map(|marking| FoundMarking { form: MarkingForm::Malformed, ..marking })
    }

    /// Reads a mark for the entire text written without parentheses: `C - ENTIRE TEXT.`
    pub fn entire_text(text: &str) -> Option<FoundMarking> {
        let line = text.trim_end().trim_end_matches('.');
        let read = (line.len() <= LONGEST && is_entire(line)).then(|| found(line, text.len())).flatten()?;
        (read.scope == MarkingScope::EntireText).then_some(read)
    }
}

/// Whether a line ends as a mark for the entire text does, in any case.
fn is_entire(line: &str) -> bool {
    let line = line.trim_end().as_bytes();
    let ends = |words: &&str| {
        line.len().checked_sub(words.len()).is_some_and(|at| line[at..].eq_ignore_ascii_case(words.as_bytes()))
    };
    ENTIRE.iter().any(ends)
}

/// Position of `wanted` within the first `limit` bytes of `text`.
fn position_within(text: &str, wanted: char, limit: usize) -> Option<usize> {
    text.bytes().take(limit).position(|byte| byte == wanted as u8)
}

/// Reads what is between the parentheses.
fn found(inner: &str, length: usize) -> Option<FoundMarking> {
    let as_usual = LEVELS.iter().chain(USUAL).copied().chain(levels().skip(LEVELS.len()));
    if let Some((_, canonical)) = as_usual.into_iter().find(|(spelling, _)| *spelling == inner) {
        let marking = Marking(Cow::Borrowed(canonical));
        return Some(FoundMarking { marking, length, form: MarkingForm::Legal, scope: MarkingScope::Portion });
    }
    let trimmed = inner.trim();
    if trimmed.is_empty() || !trimmed.is_ascii() {
        return None;
    }
    let is_small = trimmed.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = if is_small { Cow::Owned(trimmed.to_ascii_uppercase()) } else { Cow::Borrowed(trimmed) };
    let (marking, scope, tidy) = read(&upper).or_else(|| scrambled(&upper))?;
    let legal = tidy && trimmed.len() == inner.len() && is_upper(trimmed);
    let form = if legal { MarkingForm::Legal } else { MarkingForm::Malformed };
    Some(FoundMarking { marking, length, form, scope })
}

/// Reads a marking whose letters changed places; it is never tidy.
fn scrambled(text: &str) -> Option<(Marking, MarkingScope, bool)> {
    let (_, right) = SCRAMBLED.iter().find(|(wrong, _)| *wrong == text)?;
    read(right).map(|(marking, scope, _)| (marking, scope, false))
}

/// Whether the level at least is written in upper case; release lists may be in lower case.
fn is_upper(text: &str) -> bool {
    !text.bytes().take_while(u8::is_ascii_alphabetic).any(|byte| byte.is_ascii_lowercase())
}

/// Reads level and controls in upper case; also says whether the separators were the usual ones.
fn read(text: &str) -> Option<(Marking, MarkingScope, bool)> {
    if let Some(level) = text.strip_prefix("ENTIRE TEXT ") {
        let (marking, _, tidy) = read(level.trim_start_matches([' ', '-']))?;
        return Some((marking, MarkingScope::EntireText, tidy));
    }
    let initial = text.as_bytes().first()?;
    let mut spellings = levels().filter(|(spelling, _)| spelling.as_bytes()[0] == *initial);
    let (level, rest) = spellings.find_map(|(spelling, level)| {
        let rest = text.strip_prefix(spelling)?;
        (!rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '.')).then_some((level, rest))
    })?;
    let portion = rest.trim_start_matches([' ', '-', '/', ',']);
    if let Some(before) = before_entire(portion) {
        return Some((Marking::new(level, &controls(before)?), MarkingScope::EntireText, true));
    }
    let tidy = rest.is_empty() || rest.starts_with('/') && !portion.is_empty();
    let marking = Marking::new(level, &controls(portion)?);
    Some((marking, MarkingScope::Portion, tidy))
}

/// The controls before `ENTIRE TEXT`, where a mark ends with it: `NF - ENTIRE TEXT.`
fn before_entire(portion: &str) -> Option<&str> {
    let portion = portion.trim_end_matches(['.', ' ']);
    let before = ENTIRE.iter().find_map(|words| portion.strip_suffix(words))?;
    let controls = before.trim_end_matches([' ', '-', '/', ',']);
    (controls.is_empty() || controls.len() < before.len()).then_some(controls)
}

/// Reads controls separated by slashes, commas or spaces; `None` if one of them is unknown.
fn controls(text: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut controls = Vec::new();
    let mut release = false;
    for part in text.split(['/', ',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        if let Some(countries) = release_list(part) {
            release = true;
            controls.push(format!("REL {countries}").into());
        } else if let Some(control) = control(part) {
            controls.push(control.into());
        } else if release && part.bytes().all(|byte| byte.is_ascii_alphabetic() || b" &-".contains(&byte)) {
            controls.push(part.into());
        } else if part.contains(' ') && part.split(' ').all(|word| control(word).is_some()) {
            controls.extend(part.split(' ').filter_map(|word| Some(Cow::Borrowed(control(word)?))));
        } else {
            return None;
        }
    }
    Some(controls)
}

/// The countries after `REL` or `REL TO`.
fn release_list(part: &str) -> Option<&str> {
    let rest = part.strip_prefix("REL ").or_else(|| part.strip_prefix("RELEASABLE "))?.trim_start();
    let countries = rest.strip_prefix("TO ").unwrap_or(rest).trim();
    (!countries.is_empty()).then_some(countries)
}

/// The canonical form of one control.
fn control(part: &str) -> Option<&'static str> {
    let abbreviated = CONTROLS.iter().find(|(spelling, _)| *spelling == part).map(|(_, control)| *control);
    abbreviated.or_else(|| {
        captions::known_in(captions::CaptionPlace::Portion).iter().copied().find(|control| *control == part)
    })
}

/// Reads a marking that lost its closing parenthesis: `(SBU During the week`.
fn unclosed(rest: &str) -> Option<FoundMarking> {
    let end = position_within(rest, ' ', LONGEST_UNCLOSED)?;
    let (word, text) = rest.split_at(end);
    let prose = text.trim_start();
    let sentence = prose.starts_with(|first: char| first.is_uppercase())
        && (prose.starts_with("XXXX")
            || prose.chars().nth(1).is_some_and(|second| second.is_lowercase() || second == ' '));
    // `(C XXXX`: a redaction opens no prose that a single letter could belong to.
    let is_short = word.len() < 2 && !prose.starts_with("XXXX");
    // A parenthesis that closes later belongs to the prose: `(U Thant was there)`.
    if !sentence || is_short && position_within(rest, ')', rest.len()).is_some() {
        return None;
    }
    let mut marking = found(word, end + 1)?;
    marking.form = MarkingForm::Malformed;
    Some(marking)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_markings_are_what_their_words_say() {
        for (spelling, canonical) in USUAL {
            let (marking, scope, tidy) = read(spelling).unwrap();
            assert_eq!((marking.as_str(), scope, tidy), (*canonical, MarkingScope::Portion, true));
        }
    }
}
