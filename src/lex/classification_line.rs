//! The classification line to level, section, post and serial.
//!
//! `C O N F I D E N T I A L SECTION 01 OF 03 ANKARA 009302`, often with other fields glued after it, and with letters
//! doubled, lost or replaced on the wire. Reads one stretch of text from its beginning; what comes before the line
//! is the seam's business.

use std::ops::Range;

use super::class_word::{ClassWord, Level, Soundness, spaced};
use super::fuzzy::edits_in_any_case;
use crate::tables::captions;
use crate::tables::posts::{self, Post};

/// What a classification line says.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationLine {
    /// Level.
    pub level: Level,
    /// `E F T O`: encrypt for transmission only.
    pub encrypted: Option<Range<usize>>,
    /// Captions between the class word and the post.
    pub captions: Vec<Range<usize>>,
    /// Section and number of sections.
    pub section: Option<Section>,
    /// Post and serial, where they are on the line.
    pub station: Option<Station>,
    /// Where the class word was damaged: what was read in its place.
    pub repaired: Option<&'static str>,
    /// Where the line ends and other fields begin.
    pub end: usize,
}

/// `SECTION n OF m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// `n`, unless a digit of it was lost.
    pub number: Option<i32>,
    /// `m`, unless a digit of it was lost.
    pub count: Option<i32>,
    /// Whether letters or digits of it were damaged.
    pub damaged: bool,
}

/// Originating post and serial.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// The name of the post as written.
    pub name: Range<usize>,
    /// The post, where it is in the table.
    pub post: Option<&'static Post>,
    /// The digits of the serial as written; `O` and `Q` are for lost ones.
    pub serial: Range<usize>,
}

impl Station {
    /// Whether the serial could be this one, lost digits left aside.
    pub fn serial_could_be(&self, text: &str, serial: i32) -> bool {
        digits_could_be(&text[self.serial.clone()], serial)
    }
}

/// Whether digits as written, zeros before and `O` or `Q` for lost ones, could be this serial.
pub fn digits_could_be(digits: &str, serial: i32) -> bool {
    let mut left = serial.unsigned_abs();
    let fits = digits.bytes().rev().all(|written| {
        let right = b'0' + (left % 10) as u8;
        left /= 10;
        written == right || matches!(written, b'O' | b'Q')
    });
    fits && left == 0
}

/// Reads the classification line that `text` begins with.
pub fn read(text: &str, word: Soundness) -> Option<ClassificationLine> {
    let class = ClassWord::read(text, word, |end| {
        let line = read_behind(text, ClassWord { level: Level::Unclassified, end, repaired: None });
        line.section.is_some() || line.station.is_some_and(|station| station.post.is_some())
    })?;
    Some(read_behind(text, class))
}

/// Reads a classification line whose class word lacks its initial, as it can be glued to an address.
pub fn read_lost_initial(text: &str) -> Option<ClassificationLine> {
    Some(read_behind(text, ClassWord::read_lost_initial(text)?))
}

/// Reads what follows the class word.
fn read_behind(text: &str, class: ClassWord) -> ClassificationLine {
    let ClassWord { level, end, repaired } = class;
    let mut line = ClassificationLine {
        level,
        encrypted: None,
        captions: Vec::new(),
        section: None,
        station: None,
        repaired,
        end,
    };
    line.read_marks(text);
    line.read_section(text);
    line.read_marks(text);
    let before =
        if line.end == end && !text[end..].starts_with(' ') { StationBefore::ClassWord } else { StationBefore::Blank };
    line.station = station_at(text, line.end, before);
    if let Some(station) = &line.station {
        line.end = station.serial.end;
        if line.section.is_none() {
            line.read_section(text);
        }
    }
    line
}

/// Reads a line that is nothing but post and serial, as found where the classification line was broken.
pub fn read_station(text: &str) -> Option<Station> {
    let station = station_at(text, 0, StationBefore::Blank)?;
    (text[station.serial.end..].trim().is_empty() && station.post.is_some()).then_some(station)
}

impl ClassificationLine {
    /// Reads `E F T O`, captions and other controls at the end of what was read so far.
    fn read_marks(&mut self, text: &str) {
        loop {
            let start = text.len() - text[self.end..].trim_start_matches(OPENS_MARK).len();
            let rest = &text[start..];
            if let Some(length) = spaced(rest, "EFTO", Soundness::Sound).filter(|&length| ends_word(rest, length)) {
                self.encrypted = Some(start..start + length);
                self.end = start + length;
                continue;
            }
            let known = captions::known_in(captions::CaptionPlace::ClassLine);
            let caption = known.iter().find(|caption| rest.starts_with(**caption) && ends_word(rest, caption.len()));
            let Some(caption) = caption.filter(|_| !self.ends_with_caption(text, start)) else {
                return self.read_enclosed(text, start);
            };
            let end = start + caption.len();
            self.captions.push(start..end);
            self.end = text.len() - text[end..].trim_start_matches(CLOSES_MARK).len();
        }
    }

    /// Reads controls that no table has, where slashes or brackets separate them from the class word: all up to the
    /// section or a known post, `//REL FVEY// LIMA 001234`.
    fn read_enclosed(&mut self, text: &str, start: usize) {
        if !text[self.end..start].contains(['/', '(', '[']) {
            return;
        }
        let rest = &text[start..];
        let names_cable = |at: &usize| {
            let station = || station_at(rest, *at, StationBefore::Blank).and_then(|station| station.post);
            section_at(rest, *at).is_some() || station().is_some()
        };
        let Some(end) = word_starts(rest).find(names_cable) else { return };
        let control = rest[..end].trim_end_matches(CLOSES_MARK);
        if control.contains(|c: char| c.is_lowercase()) {
            return;
        }
        self.captions.extend((!control.is_empty()).then(|| start..start + control.len()));
        self.end = start + end;
    }

    /// Whether only captions are left: then they follow the line and are not part of it.
    fn ends_with_caption(&self, text: &str, start: usize) -> bool {
        self.section.is_none() && section_ahead(&text[start..]).is_none() && station_ahead(&text[start..]).is_none()
    }

    fn read_section(&mut self, text: &str) {
        if let Some((section, end)) = section_at(text, self.end) {
            self.section = Some(section);
            self.end = end;
        }
    }
}

/// Signs between the class word and a control, and between controls.
const OPENS_MARK: [char; 6] = [' ', '/', ',', '-', '(', '['];

/// Signs between a control and what follows it.
const CLOSES_MARK: [char; 6] = [' ', '/', ',', '-', ')', ']'];

/// The words in which section and post are looked for after captions.
const WORDS_AHEAD: usize = 6;

fn section_ahead(text: &str) -> Option<()> {
    word_starts(text).find_map(|at| section_at(text, at).map(|_| ()))
}

fn station_ahead(text: &str) -> Option<()> {
    word_starts(text)
        .find_map(|at| station_at(text, at, StationBefore::Blank).filter(|station| station.post.is_some()).map(|_| ()))
}

fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let starts = text.match_indices([' ', '/', ')', ']']).map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).take(WORDS_AHEAD)
}

/// Whether a word of `text` ends at `length`.
fn ends_word(text: &str, length: usize) -> bool {
    !text[length..].starts_with(|c: char| c.is_alphanumeric())
}

/// `SECTION 01 OF 02` from `start`, and where it ends; `GF` may stand for OF and a Q for a digit.
fn section_at(text: &str, start: usize) -> Option<(Section, usize)> {
    let (word, at) = word_at(text, start)?;
    let word_edits = edits_in_any_case(word, "SECTION", 2)?;
    let (number, at) = word_at(text, at)?;
    let (of, at) = word_at(text, at)?;
    let of_edits = edits_in_any_case(of, "OF", 1)?;
    let (count, at) = word_at(text, at)?;
    let damaged = word_edits + of_edits > 0 || [number, count].iter().any(|number| number.contains(['O', 'Q']));
    let sound = is_section_number(number) && is_section_number(count);
    sound.then(|| (Section { number: number.parse().ok(), count: count.parse().ok(), damaged }, at))
}

/// A number of one or two digits (three on page lines), of which one may be lost.
fn is_section_number(word: &str) -> bool {
    (1..=3).contains(&word.len())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'O' | b'Q'))
}

fn word_at(text: &str, start: usize) -> Option<(&str, usize)> {
    let rest = &text[start..];
    let begin = start + rest.len() - rest.trim_start_matches(' ').len();
    let length = text[begin..].bytes().take_while(|&byte| byte.is_ascii_alphanumeric()).take(16).count();
    (length > 0).then(|| (&text[begin..begin + length], begin + length))
}

/// The longest name of a post that is in no table.
const LONGEST_NAME: usize = 40;

/// What a station follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StationBefore {
    /// A space, or the start of a line.
    Blank,
    /// A class word without a space: then only a known post counts.
    ClassWord,
}

/// Post and serial from `start`.
fn station_at(text: &str, start: usize, before: StationBefore) -> Option<Station> {
    let rest = &text[start..];
    let begin = start + rest.len() - rest.trim_start_matches(' ').len();
    let known = posts::longest_prefix(&text[begin..]).and_then(|found| {
        let end = begin + found.length;
        Some(Station { name: begin..end, post: Some(found.post), serial: serial_at(text, end)? })
    });
    known.or_else(|| if before == StationBefore::Blank { unknown_station(text, begin) } else { None })
}

#[cold]
fn unknown_station(text: &str, begin: usize) -> Option<Station> {
    let shape = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'.' | b'\'' | b'-');
    let length = text[begin..].bytes().take(LONGEST_NAME).take_while(|&byte| shape(byte)).count();
    let name = text[begin..begin + length].trim_end();
    // The first letter of a damaged serial can be taken for the end of the name (`TASHKEJT Q00526`).
    let end = begin + name.strip_suffix([' ', 'O', 'Q']).map_or(name, str::trim_end).len();
    let ends = [begin + name.len(), end];
    let starts_with_letter = name.starts_with(|c: char| c.is_ascii_uppercase());
    let (end, serial) = ends.into_iter().find_map(|end| Some((end, serial_at(text, end)?)))?;
    (starts_with_letter && end > begin + 1).then_some(Station { name: begin..end, post: None, serial })
}

/// One to eight digits after a space or a digit's neighbor; `O` and `Q` may stand for lost digits.
fn serial_at(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = &text[end..];
    let begin = end + rest.len() - rest.trim_start_matches([' ', '#']).len();
    let run =
        text[begin..].bytes().take(9).take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'O' | b'Q')).count();
    let digits = &text[begin..begin + run];
    let legal = (1..=8).contains(&run) && digits.bytes().any(|byte| byte.is_ascii_digit());
    (legal && may_follow(&text[begin + run..])).then_some(begin..begin + run)
}

/// What may touch a serial: nothing that is part of a number or a name, but a field glued to it.
fn may_follow(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '/')
        || ["SIPDIS", "NOFORN", "SENSITIVE", "E.O.", "EO ", "TAGS"].iter().any(|field| rest.starts_with(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told<'t> = (Level, Option<(i32, i32)>, Option<&'t str>, Option<i32>, &'t str);

    fn told(text: &str) -> Option<Told<'_>> {
        let line = read(text, Soundness::Any)?;
        let section = line.section.map(|section| (section.number.unwrap_or(0), section.count.unwrap_or(0)));
        let post = line.station.as_ref().and_then(|station| station.post).map(|post| post.mrn);
        let serial = line.station.as_ref().and_then(|station| text[station.serial.clone()].parse().ok());
        Some((line.level, section, post, serial, text[line.end..].trim()))
    }

    #[test]
    fn sound_lines_are_read() {
        use Level::*;
        for (text, expected) in [
            ("UNCLAS LIMA 009911", (Unclassified, None, Some("LIMA"), Some(9911), "")),
            ("UNCLASSIFIED BUENOS AIRES 2481", (Unclassified, None, Some("BUENOSAIRES"), Some(2481), "")),
            ("S E C R E T SECTION 01 OF 03 ANKARA 009302", (Secret, Some((1, 3)), Some("ANKARA"), Some(9302), "")),
            (
                "C o n f i d e n t i a l section 1 of 4 ankara 009348",
                (Confidential, Some((1, 4)), Some("ANKARA"), Some(9348), ""),
            ),
            ("UNCLAS E F T O ANKARA 005999", (Unclassified, None, Some("ANKARA"), Some(5999), "")),
            (
                "C O N F I D E N T I A LCAIRO 009079 SIPDIS DEPT",
                (Confidential, None, Some("CAIRO"), Some(9079), "SIPDIS DEPT"),
            ),
            ("UNCLASSIFIED//FOR OFFICIAL USE ONLY OSLO 001234", (Unclassified, None, Some("OSLO"), Some(1234), "")),
            ("S E C R E T NOFORN SECTION 01 OF 02 OSLO 001234", (Secret, Some((1, 2)), Some("OSLO"), Some(1234), "")),
            (
                "S E C R E T // NOFORN // SECTION 01 OF 02 OSLO 1234",
                (Secret, Some((1, 2)), Some("OSLO"), Some(1234), ""),
            ),
            ("C O N F I D E N T I A L (NOFORN) OSLO 001234", (Confidential, None, Some("OSLO"), Some(1234), "")),
            ("S E C R E T//REL FVEY//ORCON OSLO 001234 SIPDIS", (Secret, None, Some("OSLO"), Some(1234), "SIPDIS")),
            ("UNCLAS//FOUO OSLO 001234", (Unclassified, None, Some("OSLO"), Some(1234), "")),
            ("UNCLAS [FOUO]OSLO 001234", (Unclassified, None, Some("OSLO"), Some(1234), "")),
            ("UNCLASSIFIED // OSLO 001234", (Unclassified, None, Some("OSLO"), Some(1234), "")),
            ("T O P S E C R E T STATE 123456 NODIS", (TopSecret, None, Some("STATE"), Some(123_456), "NODIS")),
            ("CONFIDENTIAL BONN 12345 SECTION 1 OF 2", (Confidential, Some((1, 2)), Some("BONN"), Some(12345), "")),
            ("UNCLAS NOFORN SIPDIS", (Unclassified, None, None, None, "NOFORN SIPDIS")),
        ] {
            assert_eq!(told(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn damaged_lines_are_read() {
        use Level::*;
        for (text, expected) in [
            ("SS E C R E T TUNIS 009679", (Secret, None, Some("TUNIS"), Some(9679), "")),
            ("NCLAS SECTION 01 OF 02 QUITO 009017", (Unclassified, Some((1, 2)), Some("QUITO"), Some(9017), "")),
            ("E C R E T TUNIS 009679", (Secret, None, Some("TUNIS"), Some(9679), "")),
            ("C O N F I D E N T A L TUNIS 009679", (Confidential, None, Some("TUNIS"), Some(9679), "")),
            ("C O N F I D E N T A L //NOFORN// TUNIS 009679", (Confidential, None, Some("TUNIS"), Some(9679), "")),
            ("UNCLAS SECTION 01 GF 02 TASHKEJT 00Q526", (Unclassified, Some((1, 2)), None, None, "")),
            ("UNCLAS SECTIOQ 0Q OF 02 QUITO 009017", (Unclassified, Some((0, 2)), Some("QUITO"), Some(9017), "")),
        ] {
            assert_eq!(told(text), Some(expected), "{text}");
        }
        let text = "UNCLAS TASHKEJT 00Q526";
        let station = read(text, Soundness::Sound).unwrap().station.unwrap();
        assert!(station.serial_could_be(text, 1526) && !station.serial_could_be(text, 1527));
    }

    #[test]
    fn a_secretary_is_no_secret() {
        assert_eq!(read("SECRETARY 0012", Soundness::Sound).unwrap().station, None);
        assert_eq!(read("SECTION 01 OF 02", Soundness::Any), None);
        assert_eq!(read("AMEMBASSY ROME", Soundness::Any), None);
    }
}
