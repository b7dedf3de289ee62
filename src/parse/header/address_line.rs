//! Turns one addressee as written on its line into its parts, read from the right:
//! `RUEKJCS/JOINT STAFF WASHDC//J-3/J-5// IMMEDIATE 0077`.
//!
//! Pure: knows neither its neighbors nor whether it is for action. Never shortens a name it does not understand.

use super::marks::last_word;
use crate::cable::Precedence;
use crate::lex::fuzzy::{self, FuzzyWord as Spelling};
use crate::lex::spaces::push_collapsed;
use crate::lex::wire::is_indicator;
use crate::tables::addressees::{self, AddresseeWord};
use crate::tables::posts;

/// One addressee and what is beside its name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AddressLine<'t> {
    pub(super) indicator: Option<&'t str>,
    /// Name with its spaces as found.
    pub(super) name: &'t str,
    /// What is between double slashes, uncut; a name can continue after it.
    pub(super) offices: Vec<&'t str>,
    pub(super) name_behind_offices: &'t str,
    pub(super) precedence: Option<PrecedenceWord<'t>>,
    pub(super) continuity_number: Option<&'t str>,
    /// Paper copies go by bag (`POUCH`), or the message is delivered by other means (`ZEN`).
    pub(super) is_handled_apart: bool,
    /// `GRNC` or `GR 23`: the number of groups.
    pub(super) group_count: Option<&'t str>,
}

/// A precedence after a name, and how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrecedenceWord<'t> {
    /// As the trade writes it.
    Written(Precedence),
    /// Read from this misspelling.
    Repaired(Precedence, &'t str),
}

impl<'t> PrecedenceWord<'t> {
    /// As found, but for another precedence.
    fn with(self, precedence: Precedence) -> PrecedenceWord<'t> {
        match self {
            PrecedenceWord::Written(_) => PrecedenceWord::Written(precedence),
            PrecedenceWord::Repaired(_, word) => PrecedenceWord::Repaired(precedence, word),
        }
    }

    pub(super) fn precedence(self) -> Precedence {
        match self {
            PrecedenceWord::Written(precedence) | PrecedenceWord::Repaired(precedence, _) => precedence,
        }
    }
}

impl<'t> AddressLine<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let mut line = AddressLine::default();
        let mut rest = line.take_indicator(text.trim());
        while let Some(shorter) = line.take_last(rest) {
            rest = shorter;
        }
        let name = line.without_group_precedence(rest);
        line.take_name(name);
        line
    }

    /// `RUEHC/` or `ZEN/` before the name.
    fn take_indicator(&mut self, text: &'t str) -> &'t str {
        if let Some(length) = indicator_before_slash(text).or_else(|| indicator_before_blank(text)) {
            self.indicator = Some(&text[..length]);
            return text[length..].trim_start_matches([' ', '/']);
        }
        match text.strip_prefix("ZEN/") {
            Some(behind) => {
                self.is_handled_apart = true;
                self.take_indicator(behind.trim_start())
            }
            None => text,
        }
    }

    /// Takes the last thing after the name; `None` when only the name is left.
    fn take_last(&mut self, text: &'t str) -> Option<&'t str> {
        let text = text.trim_end_matches([' ', ',', ';']);
        let start = last_word(text);
        let (before, word) = (text[..start].trim_end(), &text[start..]);
        if before.is_empty() {
            return None;
        }
        self.take_pouch(before, word)
            .or_else(|| self.take_group_count(before, word))
            .or_else(|| self.take_number(text, start))
            .or_else(|| self.take_precedence(text, start))
    }

    /// `POUCH`, `(POUCH)`, `BY POUCH)`.
    fn take_pouch(&mut self, before: &'t str, word: &str) -> Option<&'t str> {
        const BRACKETS: [char; 3] = ['(', ')', '.'];
        let may_be = word.len() >= "POUCH".len() && word.ends_with(['H', 'h', ')', '.', '(']);
        if !may_be || !word.trim_matches(BRACKETS).eq_ignore_ascii_case("POUCH") {
            return None;
        }
        self.is_handled_apart = true;
        let by = &before[last_word(before)..];
        let is_by = ["BY", "VIA"].contains(&by.trim_matches(BRACKETS));
        Some(if is_by { before[..before.len() - by.len()].trim_end() } else { before })
    }

    fn take_group_count(&mut self, before: &'t str, word: &'t str) -> Option<&'t str> {
        if self.group_count.is_none() && word.eq_ignore_ascii_case("GRNC") {
            self.group_count = Some(word);
            return Some(before);
        }
        None
    }

    fn take_number(&mut self, text: &'t str, start: usize) -> Option<&'t str> {
        // A number ends in a digit, or in a sign that may follow one.
        let (b'0'..=b'9' | b'-' | b'/') = text.as_bytes().last()? else { return None };
        let letters = text[start..].bytes().position(|byte| byte.is_ascii_digit())?;
        let (before, number) = text.split_at(start + letters);
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let is_number = number[digits..].bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/'));
        // `WASHDC7310`: a lost space, unless the digits belong to the word.
        let lost_blank = letters > 0;
        let before = before.trim_end();
        if self.continuity_number.is_some()
            || !is_number
            || !is_continuity_number(before, digits)
            || (lost_blank && !is_whole_name(before) && !is_precedence(&text[start..start + letters]))
        {
            return None;
        }
        // A section of the message can be after a slash: `7310/01`.
        let end = number.bytes().position(|byte| byte == b'/').unwrap_or(number.len());
        self.continuity_number = Some(&number[..end]);
        Some(before)
    }

    fn take_precedence(&mut self, text: &'t str, start: usize) -> Option<&'t str> {
        let whole = precedence_word(&text[start..]).map(|found| (start, found));
        let (at, found) = whole.or_else(|| {
            let at = glued_precedence(text, start)?;
            Some((at, precedence_word(&text[at..])?))
        })?;
        let before = text[..at].trim_end();
        if let Some(earlier) = self.precedence {
            // Written twice: `PRIORITY PRIORITY`.
            return (earlier.precedence() == found.precedence()).then_some(before);
        }
        let last = last_word(before);
        let night_action = || last > 0 && fuzzy::edits_in_any_case(&before[last..], "NIACT", 1).is_some();
        if found.precedence() == Precedence::Immediate && night_action() {
            self.precedence = Some(found.with(Precedence::NiactImmediate));
            return Some(before[..last].trim_end());
        }
        self.precedence = Some(found);
        Some(before)
    }

    /// Takes the precedence of a group of addressees off the front of the first one: `PRIORITY AMEMBASSY QUITO`.
    fn without_group_precedence(&mut self, text: &'t str) -> &'t str {
        let Some((word, behind)) = text.split_once(' ').filter(|(word, _)| is_group_precedence(word)) else {
            return text;
        };
        let behind = behind.trim_start();
        let name = behind.strip_prefix("IMMEDIATE ").filter(|_| word == "NIACT").unwrap_or(behind).trim_start();
        let is_mission = name.split(' ').next().and_then(addressees::word) == Some(AddresseeWord::Mission);
        if !is_mission && !is_whole_name(name) {
            return text;
        }
        self.precedence = self.precedence.or_else(|| precedence_word(word));
        name
    }

    /// The name, and the offices between double slashes.
    fn take_name(&mut self, text: &'t str) {
        let separated = if text.bytes().any(|byte| byte == b'/') {
            text.split_once("//").or_else(|| single_slashes(text))
        } else {
            None
        };
        let (name, offices) = separated.unwrap_or((text, ""));
        let name = name.trim_end_matches([' ', '/', ',', ';', '-']).trim_start();
        // Where nothing was cut off, its last word was asked for before.
        let name = if name.len() < text.len() { self.without_precedence(name) } else { name };
        let without_period = name.trim_end_matches('.');
        let ends_in_period = without_period.len() < name.len();
        self.name = if ends_in_period && is_whole_name(without_period) { without_period } else { name };
        if !offices.is_empty() {
            self.take_offices(offices);
        }
    }

    #[inline(never)]
    fn take_offices(&mut self, text: &'t str) {
        let (offices, behind) = text.split_once("//").unwrap_or((text, ""));
        self.offices = offices.split('/').map(str::trim).filter(|office| !office.is_empty()).collect();
        self.name_behind_offices = behind.trim_matches([' ', '/']);
        if let Some(found) = precedence_word(self.name_behind_offices).filter(|_| self.precedence.is_none()) {
            // Glued to the offices: `//J-5//IMMEDIATE`.
            self.precedence = Some(found);
            self.name_behind_offices = "";
        }
    }

    /// Takes a precedence off the end of the name where offices follow it: `NSC WASHDC PRIORITY//J-5//`.
    fn without_precedence(&mut self, name: &'t str) -> &'t str {
        let start = last_word(name);
        if start == 0 || self.precedence.is_some() { name } else { self.take_precedence(name, start).unwrap_or(name) }
    }

    /// The name of a line that holds single spaces only.
    pub(super) fn plain_name(&self) -> String {
        if self.name_behind_offices.is_empty() { self.name.trim().to_owned() } else { self.collapsed_name() }
    }

    /// The name with single spaces.
    pub(super) fn collapsed_name(&self) -> String {
        let mut name = String::with_capacity(self.name.len() + 1 + self.name_behind_offices.len());
        push_collapsed(&mut name, self.name);
        push_collapsed(&mut name, self.name_behind_offices);
        name
    }
}

/// Whether digits after `before` are a continuity number: four or more, unless the name is one of a numbered
/// unit; fewer only after a precedence or a whole name (`CTF 345` is a name).
fn is_continuity_number(before: &str, digits: usize) -> bool {
    match digits {
        0 => false,
        1..=3 => precedence_word(&before[last_word(before)..]).is_some() || is_whole_name(before),
        _ => addressees::word(before) != Some(AddresseeWord::Unit),
    }
}

/// Whether a text is the whole name of a post or of an addressee seen before.
pub(super) fn is_whole_name(name: &str) -> bool {
    let name = indicator_before_slash(name).map_or(name, |length| name[length..].trim_start_matches([' ', '/']));
    addressees::post(name).is_some() || addressees::is_known_name(name)
}

/// Length of a routing indicator of 5 to 8 letters before a slash; posts and agencies are there too (`USAID/LIMA`).
pub(super) fn indicator_before_slash(text: &str) -> Option<usize> {
    let shortest = match text.as_bytes() {
        [b'R' | b'r' | b'Q' | b'q', ..] => 5,
        // The R is lost: `UEHC/`.
        [b'U' | b'u', second, ..] if b"EHCehc".contains(second) => 4,
        _ => return None,
    };
    let word = text[..text.bytes().position(|byte| byte == b'/')?].trim_end();
    (word.len() >= shortest && is_indicator(word) && posts::find(word).is_none()).then_some(word.len())
}

/// Length of a known routing indicator before a space, where the slash was lost.
fn indicator_before_blank(text: &str) -> Option<usize> {
    // The initial rules out most other words.
    let [b'R' | b'Q' | b'U' | b'r' | b'q' | b'u', ..] = text.as_bytes() else { return None };
    let (word, behind) = text.split_at(text.bytes().position(|byte| byte == b' ')?);
    let fits = is_indicator(word) && addressees::is_known_indicator(word) && !behind.trim().is_empty();
    fits.then_some(word.len())
}

/// `SECDEF WASHDC/ISA/`: offices between single slashes after a whole name.
fn single_slashes(text: &str) -> Option<(&str, &str)> {
    let (name, offices) = text.split_once('/')?;
    (offices.ends_with('/') && is_whole_name(name.trim())).then_some((name, offices))
}

/// Whether a text is a precedence as the trade writes it.
pub(super) fn is_group_precedence(text: &str) -> bool {
    PRECEDENCES.iter().any(|(name, _)| *name == text)
}

/// Whether a word is a precedence.
pub(super) fn is_precedence(word: &str) -> bool {
    precedence_word(word).is_some()
}

const PRECEDENCES: [(&str, Precedence); 5] = [
    ("FLASH", Precedence::Flash),
    ("NIACT", Precedence::NiactImmediate),
    ("IMMEDIATE", Precedence::Immediate),
    ("PRIORITY", Precedence::Priority),
    ("ROUTINE", Precedence::Routine),
];
/// As they are compared with words that may be misspelled.
const SPELLINGS: [Spelling<'static>; 5] = {
    let mut spellings = [Spelling::new(""); 5];
    let mut at = 0;
    while at < spellings.len() {
        spellings[at] = Spelling::new(PRECEDENCES[at].0);
        at += 1;
    }
    spellings
};
/// Shortened as in the 1970s.
const ABBREVIATIONS: [(&str, Precedence); 3] =
    [("IMMED", Precedence::Immediate), ("IMM", Precedence::Immediate), ("PRI", Precedence::Priority)];

/// A precedence, however it is spelt.
fn precedence_word(word: &str) -> Option<PrecedenceWord<'_>> {
    if !(3..=11).contains(&word.len()) {
        return None;
    }
    if let Some(&(_, precedence)) = ABBREVIATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(word)) {
        return Some(PrecedenceWord::Repaired(precedence, word));
    }
    let spelling = Spelling::new(word);
    let most = if word.len() < 7 { 1 } else { 2 };
    let is_near = word.len() >= 5 && SPELLINGS.iter().any(|known| known.may_be_near(spelling, most));
    if is_near { near_precedence(word, most) } else { None }
}

/// The precedence that a word is within so many edits of.
fn near_precedence(word: &str, most: usize) -> Option<PrecedenceWord<'_>> {
    if !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let upper = word.to_ascii_uppercase();
    match fuzzy::nearest(&upper, PRECEDENCES.into_iter(), most) {
        fuzzy::Nearest::One(precedence) if upper == precedence.name() => Some(PrecedenceWord::Written(precedence)),
        fuzzy::Nearest::One(precedence) => Some(PrecedenceWord::Repaired(precedence, word)),
        _ => None,
    }
}

/// Where a precedence begins that has grown together with the end of a whole name: `WASHDCIMMEDIATE`.
fn glued_precedence(text: &str, start: usize) -> Option<usize> {
    let word = &text.as_bytes()[start..];
    let last = word.last()?.to_ascii_uppercase();
    let ends = |name: &str| {
        let at = word.len().checked_sub(name.len()).filter(|_| name.as_bytes().last() == Some(&last));
        at.is_some_and(|at| word[at..].eq_ignore_ascii_case(name.as_bytes()))
    };
    let (name, _) = PRECEDENCES.iter().find(|(name, _)| ends(name))?;
    let at = text.len() - name.len();
    is_whole_name(text[..at].trim_end()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Indicator, name, offices, precedence and number with bars between.
    fn read(text: &str) -> String {
        let line = AddressLine::read(text);
        let precedence = line.precedence.map_or("-", |word| word.precedence().name());
        let (indicator, number) = (line.indicator.unwrap_or("-"), line.continuity_number.unwrap_or("-"));
        format!("{indicator}|{}|{}|{precedence}|{number}", line.collapsed_name(), line.offices.join("+"))
    }

    #[test]
    fn addressees_from_the_right() {
        for (text, expected) in [
            ("RUEHC/SECSTATE WASHDC IMMEDIATE 5592", "RUEHC|SECSTATE WASHDC||IMMEDIATE|5592"),
            ("RUEHC/SECSTATE WASHDC PRIORITY 0000", "RUEHC|SECSTATE WASHDC||PRIORITY|0000"),
            ("RUEHC/SECSTATE WASHDC 7310 PRIORITY", "RUEHC|SECSTATE WASHDC||PRIORITY|7310"),
            ("SECSTATE WASHDC 732", "-|SECSTATE WASHDC||-|732"),
            ("RUEHQT/AMEMBASSY QUITO7310", "RUEHQT|AMEMBASSY QUITO||-|7310"),
            (
                "RUEKJCS/JOINT STAFF WASHDC//J-3/J-5// IMMEDIATE 0077",
                "RUEKJCS|JOINT STAFF WASHDC|J-3+J-5|IMMEDIATE|0077",
            ),
            ("RUEKJCS/SECDEF WASHDC//USDP ADMIN/CHAIRS//", "RUEKJCS|SECDEF WASHDC|USDP ADMIN+CHAIRS|-|-"),
            ("RHMFIUU/HQ USCENTCOM//CCJ5// MACDILL AFB FL", "RHMFIUU|HQ USCENTCOM MACDILL AFB FL|CCJ5|-|-"),
            ("RUEUITH/DET 1 39LG ANKARA TU", "RUEUITH|DET 1 39LG ANKARA TU||-|-"),
            ("RHMFIUU/CTF 345 IMMEDIATE 0077", "RHMFIUU|CTF 345||IMMEDIATE|0077"),
            ("AIG 7405", "-|AIG 7405||-|-"),
            ("AMEMBASSY QUITO PRIOITY ", "-|AMEMBASSY QUITO||PRIORITY|-"),
            ("AMCONSUL LENINGRAD NIACT IMMEDIATE 0412", "-|AMCONSUL LENINGRAD||NIACT IMMEDIATE|0412"),
            ("RUEHC/SECSTATE WASHDC PRIORITY 7310/01", "RUEHC|SECSTATE WASHDC||PRIORITY|7310"),
            ("RUEHC/SECSTATE WASHDCIMMEDIATE 5592", "RUEHC|SECSTATE WASHDC||IMMEDIATE|5592"),
            ("RUEHC/SECSTATE WASHDC PRIORITY5592", "RUEHC|SECSTATE WASHDC||PRIORITY|5592"),
            ("AMEMBASSY QUITO NIACT IMEDIATE", "-|AMEMBASSY QUITO||NIACT IMMEDIATE|-"),
            ("AMEMBASSY QUITO NIACT 0412", "-|AMEMBASSY QUITO||NIACT IMMEDIATE|0412"),
            ("AMEMBASSY QUITO PRIORITY PRIORITY 0412", "-|AMEMBASSY QUITO||PRIORITY|0412"),
            ("AMEMBASSY QUITO IMMED 0412", "-|AMEMBASSY QUITO||IMMEDIATE|0412"),
            ("SECDEF WASHDC/ISA/", "-|SECDEF WASHDC|ISA|-|-"),
            ("ZEN/AMEMBASSY QUITO", "-|AMEMBASSY QUITO||-|-"),
            ("RUEHZZZ/AMEMBASSY QUITO", "RUEHZZZ|AMEMBASSY QUITO||-|-"),
            ("USAID/LIMA", "-|USAID/LIMA||-|-"),
            ("RIYADH/DHAHRAN", "-|RIYADH/DHAHRAN||-|-"),
            ("UEHC/SECSTATE WASHDC", "UEHC|SECSTATE WASHDC||-|-"),
            ("RUEHC SECSTATE  WASHDC", "RUEHC|SECSTATE WASHDC||-|-"),
            ("RUEHC//SECSTATE WASHDC", "RUEHC|SECSTATE WASHDC||-|-"),
            ("DEPT OF HOMELAND SECURITY", "-|DEPT OF HOMELAND SECURITY||-|-"),
            ("PRIORITY", "-|PRIORITY||-|-"),
            ("", "-|||-|-"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_behind_a_name() {
        let line = AddressLine::read("STATE GRNC");
        assert_eq!((line.name, line.group_count), ("STATE", Some("GRNC")));
        let line = AddressLine::read("AMEMBASSY BERN (BY POUCH)");
        assert_eq!((line.name, line.is_handled_apart), ("AMEMBASSY BERN", true));
        let line = AddressLine::read("AMEMBASSY BERN 0012 POUCH)");
        assert_eq!((line.name, line.continuity_number, line.is_handled_apart), ("AMEMBASSY BERN", Some("0012"), true));
    }
}
