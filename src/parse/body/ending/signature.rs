//! The signature: on lines of its own, or after the last sentence.
//!
//! Surnames in upper case or Title Case. Redacted names are found, too, and give no signer.

use super::address;
use crate::lex::{Piece, shape};
use crate::tables::endings::{self, EndingKind};
use crate::tables::titles;

/// The signature at the end of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Signers in upper case; none where the name is redacted.
    pub names: Vec<String>,
    /// How many of the last lines hold it.
    pub lines: usize,
    /// Where it begins within its line.
    pub start: usize,
}

impl Signature {
    /// Finds the signature at the end of `body`, whose last line is not blank.
    pub fn find(body: &[Piece<'_>]) -> Option<Signature> {
        own_lines(body).or_else(|| behind_text(body)).or_else(|| in_small_letters(body))
    }

    /// Finds the signature that has the last line of `body` to itself, or the last two.
    pub fn on_own_lines(body: &[Piece<'_>]) -> Option<Signature> {
        own_lines(body)
    }
}

/// A signature on a line of its own, or two of them.
fn own_lines(body: &[Piece<'_>]) -> Option<Signature> {
    let (last, above) = body.split_last()?;
    if holds_sentence_end(last.text) || completes_sentence(last.text, above) {
        return None;
    }
    let start = row_before_name(last.text);
    let names = names_of_line(&last.text[start..])?;
    let before = above.last();
    let is_apart = start > 0 || before.is_none_or(|line| line.is_blank());
    let second = before
        .filter(|line| !line.is_blank() && shape::is_capital(line.text) && !is_sentence(line.text))
        .and_then(|line| names_of_line(line.text));
    if let Some(mut both) = second.filter(|_| start == 0 && may_be_below(&above[..above.len() - 1])) {
        both.extend(names.into_iter().filter(|name| !both.contains(name)).collect::<Vec<_>>());
        return Some(Signature { names: both, lines: 2, start: 0 });
    }
    let fits = is_apart || before.is_some_and(|line| ends_text(line.text, last.text, above));
    let listed = !is_apart && above.iter().rev().take(2).filter(|line| names_of_line(line.text).is_some()).count() == 2;
    (fits && !listed && !is_field(above)).then_some(Signature { names, lines: 1, start })
}

/// Whether a sentence ends within the line, so that its first words are no names: `PLEASE ADVISE.  QUADE`
fn holds_sentence_end(line: &str) -> bool {
    let mut words = line.split_whitespace().rev().skip(1).take(MOST_WORDS);
    words.any(|word| word.ends_with('.') && endings::kind(&word.to_uppercase()).is_none())
}

/// Whether the line has the period of the sentence that the line above it leaves unfinished, so that it is no name.
fn completes_sentence(line: &str, above: &[Piece<'_>]) -> bool {
    let before = above.last().filter(|before| !before.is_blank());
    line.trim_end().ends_with('.') && before.is_some_and(|before| !is_finished(before.text))
}

/// Whether the line is several words that end with a period: `HE AGREED.`
fn is_sentence(line: &str) -> bool {
    line.trim_end().ends_with('.') && line.split_whitespace().nth(1).is_some()
}

/// Whether something that can end a text ends the line.
fn is_finished(line: &str) -> bool {
    shape::ends_sentence(line) || shape::is_rule(line) || ends_with_closer(line) || ends_with_mark(line)
}

/// Where the name begins after a row of strokes: `********* QUADE`.
fn row_before_name(text: &str) -> usize {
    let strokes = text.trim_start_matches([' ', '*', '-', '=', '_']);
    let row = text[..text.len() - strokes.len()].trim();
    if row.len() > 2 && shape::is_rule(row) { text.len() - strokes.len() } else { 0 }
}

/// Whether the line holds nothing but names.
pub fn is_name(text: &str) -> bool {
    names_of_line(text).is_some()
}

/// Whether the last word of a line is written as a surname in upper case is.
pub fn ends_with_capitals(line: &str) -> bool {
    let name = line.rsplit(' ').next().unwrap_or_default();
    is_surname(name) && shape::is_capital(name)
}

/// Whether a signature may be directly under these lines.
fn may_be_below(above: &[Piece<'_>]) -> bool {
    above.last().is_none_or(|line| line.is_blank() || shape::ends_sentence(line.text)) && !is_field(above)
}

/// Whether the text can end with `line`, the last one of `above`, so that the name in the line under it is not part of it.
fn ends_text(line: &str, name: &str, above: &[Piece<'_>]) -> bool {
    let is_prose = line.bytes().any(|byte| byte.is_ascii_lowercase());
    is_finished(line)
        || is_prose && shape::is_capital(name)
        || !is_open(line) && names_of_line(line).is_none() && is_lone_name(name.trim(), above)
}

/// Whether something ends the line that can end a sentence without a period: an address, a redaction, a dash alone, the
/// words about traffic.
fn ends_with_mark(line: &str) -> bool {
    let line = line.trim();
    address::ends(line) || shape::ends_with_redaction(line) || matches!(line, "-" | "MINIMIZE CONSIDERED")
}

/// Whether the line needs another word after it.
fn is_open(line: &str) -> bool {
    let last = line.trim_end().rsplit(' ').next().unwrap_or_default();
    last.ends_with([',', '-', ';', '/', '(', '&']) || endings::is_open_word(&last.to_uppercase())
}

/// Whether a word by itself is a surname that the text does not speak of.
fn is_lone_name(name: &str, above: &[Piece<'_>]) -> bool {
    let is_long = name.chars().filter(|letter| letter.is_alphabetic()).count() > 2;
    let is_title = titles::is(titles::TitleKind::Title, name) || titles::is(titles::TitleKind::Office, name);
    is_long && is_surname(name) && !is_title && !above.iter().any(|piece| piece.text.contains(name))
}

/// `END COMMENT` and its like, with nothing after.
fn ends_with_closer(line: &str) -> bool {
    let upper = line.to_ascii_uppercase();
    let mut words = upper.split_whitespace().rev();
    words.next().is_some_and(|word| endings::kind(word) == Some(EndingKind::NoName))
        && words.take(3).any(|word| word == "END")
}

/// Whether the line above has a label of the preamble: then this one continues a field.
fn is_field(above: &[Piece<'_>]) -> bool {
    const LABELS: &[&str] = &["SUBJ", "TAGS", "REF", "E.O."];
    above.last().is_some_and(|line| LABELS.iter().any(|label| line.text.trim_start().starts_with(label)))
}

/// The names on a line that holds nothing else; none for a redacted name.
fn names_of_line(text: &str) -> Option<Vec<String>> {
    let line = text.trim().trim_end_matches([',', '.', '#', '/', '-', ' ']);
    let line = line.strip_suffix(" YYY").unwrap_or(line);
    if line.len() >= 4 && line.bytes().all(|byte| byte == b'X' || byte == b'x') {
        return Some(Vec::new());
    }
    if line.len() > 40 {
        return None;
    }
    let mut names = Surnames::default();
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
struct Surnames {
    names: Vec<String>,
    /// A part such as `VAN`, for the word to come.
    part: String,
    /// The last word was a given name or surname in Title Case.
    titled: bool,
}

impl Surnames {
    /// Adds a word; `None` if it can be no part of a signature.
    fn add(&mut self, word: &str) -> Option<()> {
        let word = word.trim_matches([',', '.']);
        let upper = word.to_uppercase();
        match endings::kind(&upper) {
            Some(EndingKind::NoName | EndingKind::Opener) => return None,
            Some(EndingKind::Title) if self.names.is_empty() => return Some(()),
            Some(EndingKind::Suffix) => return self.names.last_mut().map(|name| *name = format!("{name} {upper}")),
            Some(EndingKind::NamePart) if word.len() <= 3 => {
                self.part = format!("{}{upper} ", self.part);
                return Some(());
            }
            _ => {}
        }
        let titled = !shape::is_capital(word);
        if shape::ends_with_redaction(word) || !is_surname(word) || endings::kind(word).is_some() {
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

/// The signature of a text that has no capitals at all: one word below the end of a sentence.
fn in_small_letters(body: &[Piece<'_>]) -> Option<Signature> {
    let (last, above) = body.split_last()?;
    let name = last.text.trim();
    let is_word = (3..=15).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_below = above.iter().rfind(|line| !line.is_blank()).is_some_and(|line| shape::ends_sentence(line.text));
    if !(is_word && is_below) || body.iter().any(|line| line.text.bytes().any(|byte| byte.is_ascii_uppercase())) {
        return None;
    }
    let names = names_of_line(&name.to_uppercase())?;
    Some(Signature { names, lines: 1, start: 0 })
}

/// A signature glued to the last line of the text.
fn behind_text(body: &[Piece<'_>]) -> Option<Signature> {
    let text = body.last()?.text.trim_end();
    let line = text.trim_end_matches(['#', ' ']);
    let above = body[..body.len() - 1].iter().rfind(|line| line.text.contains(char::is_alphabetic));
    let in_capitals = shape::is_capital(line) && above.is_none_or(|above| shape::is_capital(above.text));
    let behind_sentence = |line: &str| behind_sentence(line, in_capitals).filter(|&start| !is_paragraph(line, start));
    let line = line.strip_suffix('.').filter(|rest| behind_sentence(rest).is_some()).unwrap_or(line);
    let start = behind_mark(line, body).or_else(|| behind_sentence(line)).or_else(|| behind_prose(line, body))?;
    let names = names_of_line(&line[start..])?;
    (!names.is_empty() && !endings::is_opener(&line[start..])).then_some(Signature { names, lines: 1, start })
}

/// Whether what is before the words is the number of a paragraph, which they are the text of: `2. DONE.`
fn is_paragraph(line: &str, start: usize) -> bool {
    shape::numbered(line).is_some_and(|numbered| numbered.length >= start)
}

/// Where one surname in upper case begins after something that can end a sentence without a period: a redaction, a
/// number, an address, a row of strokes, `UNQUOTE`, or a closer.
fn behind_mark(line: &str, body: &[Piece<'_>]) -> Option<usize> {
    let closer = last_end(line);
    if let Some(name) = closer.and_then(|at| behind_closer(&line[at..])) {
        return closer.map(|at| at + name);
    }
    let (before, name) = line.rsplit_once(' ')?;
    let before = before.trim_end();
    let previous = before.rsplit(' ').next().unwrap_or_default();
    let is_prose = || line.bytes().filter(u8::is_ascii_lowercase).count() > 8;
    let recurs = || body[..body.len() - 1].iter().any(|piece| piece.text.contains(name)) || before.contains(name);
    let is_number = || previous.ends_with(|last: char| last.is_ascii_digit()) && is_prose() && !recurs();
    let ends = shape::ends_with_redaction(before)
        || address::ends(before)
        || matches!(previous, "UNQUOTE" | "UNQTE")
        || previous.len() > 2 && shape::is_rule(previous)
        || is_number();
    (ends && name.len() > 2 && shape::is_capital(name) && is_surname(name)).then(|| line.len() - name.len())
}

/// Where the last `END` of a line begins, in any case, near its end.
fn last_end(line: &str) -> Option<usize> {
    let starts = line.char_indices().rev().take(LONGEST_CLOSER).map(|(at, _)| at);
    let is_start = |at: usize| !line[..at].ends_with(|last: char| last.is_alphanumeric());
    let is_end = |at: usize| line.get(at..at + 4).is_some_and(|word| word.eq_ignore_ascii_case("END "));
    starts.into_iter().find(|&at| is_end(at) && is_start(at))
}

/// Letters of a closer and a signature together.
const LONGEST_CLOSER: usize = 45;

/// Where one or two surnames after a sentence end begin; `in_capitals` says whether the text is, as far as it tells.
fn behind_sentence(line: &str, in_capitals: bool) -> Option<usize> {
    let end = line
        .char_indices()
        .rev()
        .take(40)
        .find(|(_, letter)| ".?!\")]\u{201d}".contains(*letter) || letter.is_ascii_digit());
    let (at, close) = end?;
    // In capitals throughout, what follows a parenthesis or a quotation is more likely the rest of its sentence.
    let is_closer = matches!(close, '"' | ')' | ']' | '\u{201d}');
    if is_closer && !line[..at].ends_with(['.', '?', '!']) && in_capitals {
        return None;
    }
    let at = at + close.len_utf8();
    let rest = &line[at..];
    let start = at + rest.len() - rest.trim_start_matches([' ', '#']).len();
    let tail = &line[start..];
    let glued = rest.len() == tail.len();
    if close.is_ascii_digit() || tail.len() < 2 || tail.len() == 2 && (glued || close != '.') {
        return None;
    }
    if let Some(closer) = behind_closer(tail) {
        return Some(start + closer);
    }
    let words = tail.split_whitespace().count();
    let capital = tail
        .split_whitespace()
        .all(|word| shape::is_capital(word) || endings::kind(&word.to_uppercase()) == Some(EndingKind::NamePart));
    let abbreviated = is_abbreviation(&line[..at]) && (tail.len() < 4 || glued || !capital);
    (!abbreviated && (capital && words <= 3 || (words == 1 || is_named_part(tail)) && tail.len() > 3)).then_some(start)
}

/// Whether the words are parts of a name and one surname: `van Quade`.
fn is_named_part(tail: &str) -> bool {
    let words: Vec<&str> = tail.split_whitespace().collect();
    let Some((name, parts)) = words.split_last() else { return false };
    let is_part = |word: &&str| endings::kind(&word.to_uppercase()) == Some(EndingKind::NamePart) && word.len() <= 3;
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

/// Where a surname in upper case after prose without a sentence end begins: `by Commerce DAS Nan Lee QUADE`.
fn behind_prose(line: &str, body: &[Piece<'_>]) -> Option<usize> {
    let (before, name) = line.rsplit_once(' ')?;
    let prose = before.bytes().filter(u8::is_ascii_lowercase).count() > 20;
    let previous = before.rsplit(' ').next().unwrap_or_default();
    let fits = name.len() >= 5 && shape::is_capital(name) && is_surname(name) && !previous.ends_with(',');
    // A word in upper case that is elsewhere in the text is the name of an organization.
    let recurs = || body[..body.len() - 1].iter().any(|piece| piece.text.contains(name)) || before.contains(name);
    (prose && fits && shape::is_title_case(previous) && !recurs()).then(|| line.len() - name.len())
}
