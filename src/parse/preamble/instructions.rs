//! Lines of the preamble without a label: passing instructions, marks of correction, notes.

use memchr::memchr_iter;

use crate::lex::spaces::collapsed;
use crate::lex::{Piece, correction};
use crate::parse::reading::Zone;
use crate::tables::{posts, titles};

/// What an unlabeled line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionKind {
    /// Says who is to get or pass the cable on.
    Passing,
    /// Says that this copy corrects another.
    Correction,
    /// Anything else.
    Note,
}

impl InstructionKind {
    /// The zone of such lines.
    pub fn zone(self) -> Zone {
        match self {
            InstructionKind::Passing => Zone::PassingInstruction,
            InstructionKind::Correction => Zone::Correction,
            InstructionKind::Note => Zone::Note,
        }
    }
}

/// One instruction or note, joined over its lines.
#[derive(Clone, Debug)]
pub struct Instruction<'t> {
    /// What it is.
    pub kind: InstructionKind,
    /// Its words, spaces collapsed.
    pub text: String,
    /// Its lines.
    pub pieces: Vec<Piece<'t>>,
}

/// Joins the unlabeled lines; a blank one ends what comes before it.
pub fn read<'t>(lines: &[Piece<'t>]) -> Vec<Instruction<'t>> {
    let mut reader = InstructionReader { instructions: Vec::new(), is_open: false };
    for line in lines {
        let (instruction, correction) = split_correction(*line);
        if instruction.is_joined() {
            parts(instruction).for_each(|part| reader.take(part));
        } else {
            reader.take(instruction);
        }
        if let Some(correction) = correction {
            reader.take(correction);
        }
    }
    reader.instructions
}

/// A line, and the mark of correction that was glued after the instruction on it.
fn split_correction(line: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    match correction::find(line.text).filter(|&at| kind_of_words(line.text[..at].trim()) == InstructionKind::Passing) {
        Some(at) => {
            let (instruction, correction) = line.split_at(at);
            (instruction.trim_end(), Some(correction))
        }
        None => (line, None),
    }
}

/// The instructions so far.
struct InstructionReader<'t> {
    instructions: Vec<Instruction<'t>>,
    /// Whether no blank line follows the last one.
    is_open: bool,
}

impl<'t> InstructionReader<'t> {
    fn take(&mut self, line: Piece<'t>) {
        if line.is_blank() {
            self.is_open = false;
            return;
        }
        let text = collapsed(line.text);
        let last = self.instructions.last_mut().filter(|_| self.is_open);
        let is_below_passing = last.as_ref().is_some_and(|last| last.kind == InstructionKind::Passing);
        match last.filter(|last| last.continues(&text)) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(&text);
                last.pieces.push(line);
            }
            None => {
                let is_passing = is_below_passing && (begins_with_office(&text) || begins_with_addressee(&text));
                let kind = if is_passing { InstructionKind::Passing } else { kind(&text) };
                self.instructions.push(Instruction { kind, text, pieces: vec![line] });
            }
        }
        self.is_open = true;
    }
}

/// What a line without a label is.
pub fn kind(text: &str) -> InstructionKind {
    if correction::is_in(text) { InstructionKind::Correction } else { kind_of_words(text) }
}

/// What a line is that is no mark of correction.
fn kind_of_words(text: &str) -> InstructionKind {
    let parts_words = |sign: char| matches!(sign, ' ' | ',' | ';' | ':');
    let words = || text.split(parts_words).filter(|word| !word.is_empty());
    let passes = || words().any(|word| ["FOR", "PASS", "PASSED"].iter().any(|verb| word.eq_ignore_ascii_case(verb)));
    let names_addressee = || {
        words().next().is_some_and(|first| ADDRESSEES.contains(&first))
            && (text.contains('/') || words().nth(1) == Some("TO"))
    };
    let is_quoted = text.starts_with(['"', '(', '*']);
    let is_passing = || passes() || names_addressee() || names_person(text) || lists_offices(text);
    if !is_quoted && is_passing() && !is_prose(text) { InstructionKind::Passing } else { InstructionKind::Note }
}

/// Whether the text says from whom, or to whom, a cable goes in person: `FROM AMBASSADOR QUADE`, `TO THE SECRETARY`.
fn names_person(text: &str) -> bool {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("THE"));
    let leads = words.next().is_some_and(|first| ["FROM", "TO"].iter().any(|lead| first.eq_ignore_ascii_case(lead)));
    leads && words.next().is_some_and(|second| titles::is(titles::TitleKind::Title, second)) && !text.ends_with('.')
}

/// Whether the text is nothing but offices, with or without names: `EUR/WE, NEA/ARP QUADE`.
fn lists_offices(text: &str) -> bool {
    let is_capital = |text: &str| !text.bytes().any(|byte| byte.is_ascii_lowercase());
    begins_with_office(text) && is_capital(text) && text.len() <= LONGEST_OFFICES && !text.starts_with("N/A")
}

/// A list of offices is no longer.
const LONGEST_OFFICES: usize = 70;

/// Whether the text begins with an addressee that an instruction may begin with.
fn begins_with_addressee(text: &str) -> bool {
    text.split([' ', ',']).next().is_some_and(|word| ADDRESSEES.contains(&word))
}

/// Addressees that an instruction may begin with without a verb: `STATE INR/R/MR; IIP/R/MR`.
const ADDRESSEES: [&str; 22] = [
    "STATE",
    "DEPT",
    "DEPARTMENT",
    "USDOC",
    "DOC",
    "COMMERCE",
    "TREASURY",
    "USAID",
    "AID/W",
    "NSC",
    "DOD",
    "DOE",
    "ENERGY",
    "DOJ",
    "JUSTICE",
    "DOL",
    "LABOR",
    "INTERIOR",
    "EPA",
    "USDA",
    "NSF",
    "SOUTHCOM",
];

/// Splits the instructions on a line that an editor joined: `STATE FOR WHA/BSC STATE PASS USTR NSC FOR QUADE`.
#[cold]
fn parts<'t>(line: Piece<'t>) -> impl Iterator<Item = Piece<'t>> {
    let text = line.text;
    let begins = |start: &usize| {
        let led_to = text[..start - 1].rsplit(' ').next().is_some_and(leads_on);
        !led_to && opens_instruction(&text[*start..])
    };
    let borders: Vec<usize> = memchr_iter(b' ', text.as_bytes()).map(|blank| blank + 1).filter(begins).collect();
    let ends = borders.clone().into_iter().chain(std::iter::once(text.len()));
    std::iter::once(0).chain(borders).zip(ends).map(move |(start, end)| line.slice(start..end))
}

/// Whether the word cannot end an instruction.
fn leads_on(word: &str) -> bool {
    const LEADING: [&str; 9] = ["AND", "FOR", "PASS", "TO", "FROM", "OF", "ALSO", "EMBASSY", "AMEMBASSY"];
    word.ends_with([',', ';', '/', '-', ':', '&']) || LEADING.contains(&word)
}

/// Whether the text begins with addressees and a verb: `NSC FOR`, `STATE ALSO PASS`, `LONDON AND PARIS FOR`.
fn opens_instruction(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    let post = || posts::longest_prefix(text).map(|found| found.length);
    let Some(length) = ADDRESSEES.contains(&word).then_some(word.len()).or_else(post) else { return false };
    if let Some(second) = text[length..].strip_prefix(" AND ") {
        return opens_instruction(second);
    }
    let mut words = text[length..].split_whitespace().filter(|word| !["ALSO", "PLEASE", "PLS"].contains(word));
    words.next().is_some_and(|verb| verb == "FOR" || verb == "PASS")
}

/// Whether the text begins with an office, as another addressee of the instruction above does: `G/TIP`, `OES/PCI QUADE`.
fn begins_with_office(text: &str) -> bool {
    let office = text.split(' ').next().unwrap_or_default();
    office.contains('/') && office.bytes().all(|byte| byte.is_ascii_uppercase() || b"/-".contains(&byte))
}

/// Whether a line is a sentence: lower case in most of it, or a sentence's end.
fn is_prose(text: &str) -> bool {
    let small = text.bytes().filter(u8::is_ascii_lowercase).count();
    small * 2 > text.len() && (text.len() > 120 || text.ends_with('.'))
}

/// What comes before the first semicolon: the end of an instruction wrapped from the line above, or a new one.
fn first_clause(text: &str) -> &str {
    text.split(';').next().unwrap_or(text)
}

/// Whether a text begins with a name in parentheses, as it follows an office: `(QUADE), ISN/RA (VEXLEY)`.
fn begins_with_name_in_parentheses(text: &str) -> bool {
    let inside = text.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or("", |(inside, _)| inside);
    let is_spelt = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b' ' | b'.' | b'-' | b'\'' | b'/' | b',');
    (2..=30).contains(&inside.len()) && inside.bytes().all(is_spelt) && !correction::is_in(inside)
}

impl Instruction<'_> {
    /// Whether the last word is an office: it holds a slash, or is short and in upper case.
    fn ends_in_office(&self) -> bool {
        let last = self.text.rsplit(' ').next().unwrap_or_default();
        last.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-'))
            && (last.contains('/') || last.len() <= 6)
    }

    /// Whether the next line continues this one: it ends open, or is full and the next names no addressee.
    fn continues(&self, next: &str) -> bool {
        let open =
            self.text.ends_with([',', ';', '/', '-']) || self.text.ends_with(" AND") || self.text.ends_with(" FOR");
        let names = next.starts_with("AND ") || self.ends_in_office() && begins_with_name_in_parentheses(next);
        let full = self.pieces.last().is_some_and(|line| line.text.trim_end().len() >= 48);
        match self.kind {
            InstructionKind::Passing if correction::is_in(next) => false,
            InstructionKind::Passing => {
                open || names
                    || (full && kind(first_clause(next)) == InstructionKind::Note && !next.starts_with(['"', '(']))
            }
            InstructionKind::Correction => open || self.text.matches('(').count() > self.text.matches(')').count(),
            InstructionKind::Note => (open || full) && kind(next) == InstructionKind::Note,
        }
    }
}
