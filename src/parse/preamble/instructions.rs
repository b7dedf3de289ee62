//! Lines of the preamble without a label: passing instructions, marks of correction, notes.

use crate::dialect::Piece;
use crate::parse::claim::Zone;

/// What an unlabelled line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Says who is to get or pass the cable on.
    Passing,
    /// Says that this copy corrects another.
    Correction,
    /// Anything else.
    Note,
}

impl Kind {
    /// The zone of such lines.
    pub fn zone(self) -> Zone {
        match self {
            Kind::Passing => Zone::PassingInstruction,
            Kind::Correction => Zone::Correction,
            Kind::Note => Zone::Note,
        }
    }
}

/// One instruction or note, joined over its lines.
#[derive(Clone, Debug)]
pub struct Instruction<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its words, blanks collapsed.
    pub text: String,
    /// Its lines.
    pub pieces: Vec<Piece<'t>>,
}

/// Joins the unlabelled lines; a blank one ends what stands before it.
pub fn read<'t>(lines: &[Piece<'t>]) -> Vec<Instruction<'t>> {
    let mut instructions: Vec<Instruction<'t>> = Vec::new();
    let mut is_open = false;
    for line in lines {
        if line.is_blank() {
            is_open = false;
            continue;
        }
        let text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match instructions.last_mut().filter(|last| is_open && last.goes_on(&text)) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(&text);
                last.pieces.push(*line);
            }
            None => instructions.push(Instruction { kind: kind(&text), text, pieces: vec![*line] }),
        }
        is_open = true;
    }
    instructions
}

fn kind(text: &str) -> Kind {
    if names_correction(text) {
        return Kind::Correction;
    }
    let mut words = text.split([' ', ',', ';', ':']).filter(|word| !word.is_empty());
    let to_addressee = words.clone().next().is_some_and(|first| ADDRESSEES.contains(&first))
        && (text.contains('/') || words.clone().nth(1) == Some("TO"));
    let passes = words.any(|word| ["FOR", "PASS", "PASSED"].iter().any(|verb| word.eq_ignore_ascii_case(verb)));
    let quoted = text.starts_with(['"', '(', '*']);
    if (passes || to_addressee) && !quoted && !is_prose(text) { Kind::Passing } else { Kind::Note }
}

/// Addressees that an instruction may begin with without a verb: `STATE INR/R/MR; IIP/R/MR`.
const ADDRESSEES: [&str; 9] = ["STATE", "DEPT", "DEPARTMENT", "USDOC", "DOC", "COMMERCE", "TREASURY", "USAID", "NSC"];

/// Whether a line is a sentence: small letters in most of it, or a sentence's end.
fn is_prose(text: &str) -> bool {
    let small = text.bytes().filter(u8::is_ascii_lowercase).count();
    small * 2 > text.len() && (text.len() > 120 || text.ends_with('.'))
}

/// Whether a text calls the cable a corrected copy, in spaced letters or not.
pub fn names_correction(text: &str) -> bool {
    let letters: String =
        text.chars().filter(|c| c.is_alphanumeric()).take(60).map(|c| c.to_ascii_uppercase()).collect();
    letters.starts_with("CORRECTED") || letters.contains("CORRECTEDCOPY") || letters.contains("CORRECTEDVERSION")
}

/// What stands before the first semicolon: the end of an instruction wrapped from the line above, or a new one.
fn first_clause(text: &str) -> &str {
    text.split(';').next().unwrap_or(text)
}

impl Instruction<'_> {
    /// Whether the next line goes on with this one: it ends open, or is full and the next names no addressee.
    fn goes_on(&self, next: &str) -> bool {
        let open =
            self.text.ends_with([',', ';', '/', '-']) || self.text.ends_with(" AND") || self.text.ends_with(" FOR");
        let full = self.pieces.last().is_some_and(|line| line.text.trim_end().len() >= 48);
        match self.kind {
            Kind::Passing => open || (full && kind(first_clause(next)) == Kind::Note && !next.starts_with(['"', '('])),
            Kind::Correction => open || self.text.matches('(').count() > self.text.matches(')').count(),
            Kind::Note => (open || full) && kind(next) == Kind::Note,
        }
    }
}
