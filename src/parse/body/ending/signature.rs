//! The signature: on lines of its own, or behind the last sentence.
//!
//! Surnames in capitals or Title Case. Redacted names are found, too, and give no signer.

use crate::lex::trim::Trim;
use crate::lex::{Piece, shape};
use crate::tables::endings::{self, Kind};

/// The signature at the end of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Signers in capitals; none where the name is redacted.
    pub names: Vec<String>,
    /// How many of the last lines hold it.
    pub lines: usize,
    /// Where it begins within its line.
    pub start: usize,
}

impl Signature {
    /// Finds the signature at the end of `body`, whose last line is not blank.
    pub fn find(body: &[Piece<'_>]) -> Option<Signature> {
        own_lines(body).or_else(|| behind_text(body))
    }
}

/// A signature on a line of its own, or two of them.
fn own_lines(body: &[Piece<'_>]) -> Option<Signature> {
    let (last, above) = body.split_last()?;
    let names = names_of_line(last.text)?;
    let before = above.last();
    let is_apart = before.is_none_or(|line| line.is_blank());
    let second = before
        .filter(|line| !line.is_blank() && shape::is_capital(line.text))
        .and_then(|line| names_of_line(line.text));
    if let Some(mut both) = second.filter(|_| may_stand_below(&above[..above.len() - 1])) {
        both.extend(names.into_iter().filter(|name| !both.contains(name)).collect::<Vec<_>>());
        return Some(Signature { names: both, lines: 2, start: 0 });
    }
    let fits = is_apart || before.is_some_and(|line| ends_text(line.text, last.text));
    let listed = !is_apart && above.iter().rev().take(2).filter(|line| names_of_line(line.text).is_some()).count() == 2;
    (fits && !listed && !is_field(above)).then_some(Signature { names, lines: 1, start: 0 })
}

/// Whether a signature may stand directly under these lines.
fn may_stand_below(above: &[Piece<'_>]) -> bool {
    above.last().is_none_or(|line| line.is_blank() || shape::ends_sentence(line.text)) && !is_field(above)
}

/// Whether the text can end with `line`, so that the name in the line under it is no part of it.
fn ends_text(line: &str, name: &str) -> bool {
    let is_prose = line.bytes().any(|byte| byte.is_ascii_lowercase());
    shape::ends_sentence(line) || shape::is_rule(line) || is_prose && shape::is_capital(name) || ends_with_closer(line)
}

/// `END COMMENT` and its like, with nothing behind.
fn ends_with_closer(line: &str) -> bool {
    let upper = line.to_ascii_uppercase();
    let mut words = upper.split_whitespace().rev();
    words.next().is_some_and(|word| endings::kind(word) == Some(Kind::NoName))
        && words.take(3).any(|word| word == "END")
}

/// Whether the line above bears a label of the preamble: then this one continues a field.
fn is_field(above: &[Piece<'_>]) -> bool {
    const LABELS: &[&str] = &["SUBJ", "TAGS", "REF", "E.O."];
    above.last().is_some_and(|line| LABELS.iter().any(|label| line.text.trim_start().starts_with(label)))
}

/// The names on a line that holds nothing else; none for a redacted name.
fn names_of_line(text: &str) -> Option<Vec<String>> {
    let line = text.trimmed().trim_trailing(b",.#/- ");
    let line = line.strip_suffix(" YYY").unwrap_or(line);
    if line.len() >= 4 && line.bytes().all(|byte| byte == b'X' || byte == b'x') {
        return Some(Vec::new());
    }
    if line.len() > 40 {
        return None;
    }
    let mut names = Names::default();
    let mut words = line.split_whitespace();
    for word in words.by_ref().take(MOST_WORDS) {
        names.add(word)?;
    }
    if words.next().is_some() { None } else { names.finish() }
}

/// The most words of a line that holds nothing but names.
const MOST_WORDS: usize = 4;

/// Surnames gathered from words.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    /// A part such as `VAN`, for the word to come.
    part: String,
    /// The last word was a given name or surname in Title Case.
    titled: bool,
}

impl Names {
    /// Adds a word; `None` if it can be no part of a signature.
    fn add(&mut self, word: &str) -> Option<()> {
        let word = word.trim_signs(b",.");
        let upper = word.to_uppercase();
        match endings::kind(&upper) {
            Some(Kind::NoName | Kind::Opener) => return None,
            Some(Kind::Suffix) => return self.names.last_mut().map(|name| *name = format!("{name} {upper}")),
            Some(Kind::NamePart) if word.len() <= 3 => {
                self.part = format!("{}{upper} ", self.part);
                return Some(());
            }
            _ => {}
        }
        let titled = !shape::is_capital(word);
        if !is_surname(word) || endings::kind(word).is_some() {
            return None;
        }
        let name = std::mem::take(&mut self.part) + &upper;
        let given = if self.titled && titled { self.names.pop() } else { None };
        // `Nan Quade` is one person; `QUADE MERRIWETHER` are two.
        let name = match given {
            Some(given) => format!("{given} {name}"),
            None => name,
        };
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        self.titled = titled;
        Some(())
    }

    fn finish(self) -> Option<Vec<String>> {
        (!self.names.is_empty() && self.part.is_empty() && self.names.len() <= 3).then_some(self.names)
    }
}

/// Whether the word is written as a surname is: `QUADE`, `O'Mara`, `LeBaron`, `SMITH-JONES`.
fn is_surname(word: &str) -> bool {
    let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
    letters >= 2
        && word.starts_with(|first: char| first.is_uppercase())
        && word.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '-' | '\u{2019}'))
        && (shape::is_capital(word) || letters >= 3)
        && !word.ends_with('-')
}

/// A signature glued to the last line of the text.
fn behind_text(body: &[Piece<'_>]) -> Option<Signature> {
    let text = body.last()?.text.trim_end();
    let line = text.trim_end_matches(['#', ' ']);
    let line = line.strip_suffix('.').filter(|rest| behind_sentence(rest).is_some()).unwrap_or(line);
    let start = behind_sentence(line).or_else(|| behind_prose(line, body))?;
    let names = names_of_line(&line[start..])?;
    (!names.is_empty() && !endings::is_opener(&line[start..])).then_some(Signature { names, lines: 1, start })
}

/// Where one or two surnames behind a sentence end begin.
fn behind_sentence(line: &str) -> Option<usize> {
    let end = line
        .char_indices()
        .rev()
        .take(40)
        .find(|(_, letter)| ".?!\")]\u{201d}".contains(*letter) || letter.is_ascii_digit());
    let (at, close) = end?;
    let at = at + close.len_utf8();
    let rest = &line[at..];
    let start = at + rest.len() - rest.trim_start().len();
    let tail = &line[start..];
    let glued = rest.len() == tail.len();
    if close.is_ascii_digit() || tail.len() < 3 {
        return None;
    }
    if let Some(closer) = behind_closer(tail) {
        return Some(start + closer);
    }
    let words = tail.split_whitespace().count();
    let capital = tail
        .split_whitespace()
        .all(|word| shape::is_capital(word) || endings::kind(&word.to_uppercase()) == Some(Kind::NamePart));
    let abbreviated = is_abbreviation(&line[..at]) && (tail.len() < 4 || glued);
    (!abbreviated && (capital && words <= 3 || (words == 1 || is_named_part(tail)) && tail.len() > 3)).then_some(start)
}

/// Whether the words are parts of a name and one surname: `van Quade`.
fn is_named_part(tail: &str) -> bool {
    let words: Vec<&str> = tail.split_whitespace().collect();
    let Some((name, parts)) = words.split_last() else { return false };
    let is_part = |word: &&str| endings::kind(&word.to_uppercase()) == Some(Kind::NamePart) && word.len() <= 3;
    (1..=2).contains(&parts.len()) && parts.iter().all(is_part) && is_surname(name)
}

/// Where the name begins in `END COMMENT QUADE`.
fn behind_closer(tail: &str) -> Option<usize> {
    let upper = tail.to_ascii_uppercase();
    let after = ["END COMMENT ", "END SUMMARY ", "END NOTE ", "END TEXT "]
        .iter()
        .find_map(|closer| upper.strip_prefix(closer))?;
    Some(tail.len() - after.len())
}

/// `U.S.`, `No.`, `Dr.`: the period ends no sentence.
fn is_abbreviation(before: &str) -> bool {
    let word = before.trim_end_matches('.').rsplit([' ', '(']).next().unwrap_or_default();
    before.ends_with('.')
        && (word.len() == 1 || word.contains('.') || matches!(word, "No" | "Dr" | "Mr" | "Mrs" | "Ms" | "vs" | "St"))
}

/// Where a surname in capitals behind prose without a sentence end begins: `by Commerce DAS Nan Lee QUADE`.
fn behind_prose(line: &str, body: &[Piece<'_>]) -> Option<usize> {
    let (before, name) = line.rsplit_once(' ')?;
    let prose = before.bytes().filter(u8::is_ascii_lowercase).count() > 20;
    let previous = before.rsplit(' ').next().unwrap_or_default();
    let fits = name.len() >= 5 && shape::is_capital(name) && is_surname(name) && !previous.ends_with(',');
    // A word in capitals that stands elsewhere in the text is the name of an organization.
    let recurs = || body[..body.len() - 1].iter().any(|piece| piece.text.contains(name)) || before.contains(name);
    (prose && fits && shape::is_title_case(previous) && !recurs()).then(|| line.len() - name.len())
}
