//! The TAGS field to canonical tags.
//!
//! The archive took commas and parentheses out of the first line of the field, so persons and phrases are put together
//! again from words; glued tags are split only where every part is in the table. What no table knows is kept.

use std::borrow::Cow;
use std::collections::HashSet;

use memchr::memchr;

use super::captions;
use super::labels::FieldPart;
use crate::diagnostic::Code;
use crate::lex::Piece;
use crate::parse::reading::Findings;
use crate::tables::tags::{self, TagKind};

/// Reads the lines of the field.
pub fn read<'f, 't: 'f>(parts: impl Iterator<Item = &'f FieldPart<'t>>, findings: &mut Findings) -> Vec<String> {
    let mut words = Vec::with_capacity(MANY_WORDS);
    parts.for_each(|part| add_words(&part.value, &mut words));
    let mut reader = TagReader { tags: Vec::with_capacity(words.len()), known: HashSet::new(), findings };
    let mut at = 0;
    while at < words.len() {
        at += reader.read_at(&words[at..]);
    }
    reader.tags
}

/// More words than most fields have.
const MANY_WORDS: usize = 16;

/// No line of tags is longer.
const LONGEST_LINE: usize = 400;

/// Whether `line` continues the field: it looks like tags, and a comma or the table says that it is some.
pub fn continues(before: &str, line: &str) -> bool {
    if line.len() > LONGEST_LINE {
        return false;
    }
    let words: Vec<&str> = line.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    if is_retyped(before) && is_retyped(line) {
        return continues(&before.to_uppercase(), &line.to_uppercase());
    }
    let tag_like = |word: &&str| {
        word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"/_'-().".contains(&byte))
    };
    let wrapped = before.split([' ', ',']).rfind(|word| !word.is_empty()).is_some_and(|last| {
        tags::meaning(last).longest_phrase(words.iter().copied()).is_some_and(|(_, count)| count > 1)
    });
    if wrapped {
        return true;
    }
    if words.is_empty() || words.len() > 30 || !words.iter().all(tag_like) || line.contains(':') {
        return false;
    }
    let from_before = before.split([' ', ',', ';']).filter(|word| !word.is_empty());
    let mut joined: Vec<&str> = from_before.rev().take(LONGEST_PHRASE - 1).collect();
    joined.reverse();
    joined.extend(&words);
    let known = words.iter().filter(|word| is_known(word) || in_phrase(&joined, word)).count();
    let open = before.trim_end().ends_with([',', ';']) || line.contains([',', ';']);
    (known == words.len() || open) && known * 2 >= words.len()
}

/// Whether a line is in lower case.
fn is_retyped(line: &str) -> bool {
    line.contains(|c: char| c.is_ascii_lowercase()) && !line.contains(|c: char| c.is_ascii_uppercase())
}

fn in_phrase(words: &[&str], word: &str) -> bool {
    (0..words.len()).any(|at| {
        let phrase = tags::meaning(words[at]).longest_phrase(words[at + 1..].iter().copied());
        phrase.is_some_and(|(_, count)| words[at..at + count].contains(&word))
    })
}

fn is_known(word: &str) -> bool {
    tags::meaning(word).is_tag() || unglued(word).is_some()
}

/// Words of the longest phrase.
const LONGEST_PHRASE: usize = 3;

/// Tags after which a person may be.
const BEFORE_PERSON: [&str; 5] = ["OVIP", "OREP", "ODIP", "PINR", "OTRA"];

/// Adds the words of one line; a person in parentheses is one, and so is a phrase between two commas.
fn add_words<'f, 't>(piece: &'f Piece<'t>, words: &mut Vec<(Cow<'t, str>, &'f Piece<'t>)>) {
    let mut rest = piece.text;
    let is_listed = memchr(b',', rest.as_bytes()).is_some();
    let mut begins_item = true;
    while let Some(start) = rest.bytes().position(|byte| !matches!(byte, b' ' | b',' | b';' | b':' | b'.')) {
        rest = &rest[start..];
        if is_listed && begins_item && !ends_in_person_tag(words.last().map_or("", |(word, _)| word)) {
            let item = &rest[..rest.bytes().position(|byte| matches!(byte, b',' | b';')).unwrap_or(rest.len())];
            if let Some(phrase) = phrase(item) {
                words.push((Cow::Owned(phrase), piece));
                rest = &rest[item.len()..];
                continue;
            }
        }
        begins_item = false;
        if rest.starts_with('(')
            && let Some(closed) = memchr(b')', rest.as_bytes())
        {
            words.push((Cow::Borrowed(&rest[..=closed]), piece));
            rest = &rest[closed + 1..];
            continue;
        }
        let end = rest.bytes().position(|byte| matches!(byte, b' ' | b',' | b';')).unwrap_or(rest.len());
        let word = in_capitals(without_brackets(&rest[..end]));
        if !is_foreign(&word) {
            words.push((word, piece));
        }
        rest = &rest[end..];
        begins_item = rest.starts_with([',', ';']);
    }
}

/// Whether a word does not belong to the field: what captions, banners and printouts left in it.
fn is_foreign(word: &str) -> bool {
    matches!(word, "" | "TAGS" | "N/A" | "UNCLASSIFIED" | "CONFIDENTIAL" | "SECRET") || captions::fill(word)
}

/// The words between two commas as one tag, if they are several and none of them is a tag by itself.
fn phrase(item: &str) -> Option<String> {
    let words = || item.split_ascii_whitespace();
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    if words().count() < 2 || !words().all(is_word) {
        return None;
    }
    let words: Vec<String> = words().map(str::to_uppercase).collect();
    let alone = words.iter().any(|word| is_known(word) || is_shaped(word) || is_foreign(word));
    (!alone).then(|| words.join(" "))
}

fn without_brackets(word: &str) -> &str {
    let is_letter = |byte: u8| !matches!(byte, b'(' | b')' | b'.' | b':' | b'/');
    let start = word.bytes().position(is_letter).unwrap_or(word.len());
    let end = word.bytes().rposition(is_letter).map_or(start, |last| last + 1);
    &word[start..end]
}

fn in_capitals(word: &str) -> Cow<'_, str> {
    let is_capital = word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase());
    if is_capital { Cow::Borrowed(word) } else { Cow::Owned(word.to_uppercase()) }
}

struct TagReader<'f> {
    tags: Vec<String>,
    /// The same, where they are more than can be looked through for each.
    known: HashSet<String>,
    findings: &'f mut Findings,
}

/// Whether a person may follow this tag.
fn ends_in_person_tag(tag: &str) -> bool {
    BEFORE_PERSON.contains(&tag) || tag.contains(',')
}

impl TagReader<'_> {
    /// Reads what the words begin with and returns how many they were.
    fn read_at(&mut self, words: &[(Cow<'_, str>, &Piece<'_>)]) -> usize {
        let (word, line) = &words[0];
        let behind = words[1..].iter().map(|(word, _)| word.as_ref());
        if let Some(person) = word.strip_prefix('(') {
            let person = in_capitals(person);
            let name: Vec<&str> =
                person.trim_end_matches(')').split([',', ' ']).filter(|part| !part.is_empty()).collect();
            match name[..] {
                [] => {}
                [single] => self.add(single),
                [surname, ref given @ ..] => self.add(&format!("{surname}, {}", given.join(" "))),
            }
            return 1;
        }
        let meaning = tags::meaning(word);
        if let Some((phrase, count)) = meaning.longest_phrase(behind.clone()) {
            self.add(phrase);
            return count;
        }
        if let Some(tag) = meaning.tag {
            self.add(tag.name);
            return 1;
        }
        if let Some(tag) = meaning.misspelt {
            let is_other_name = tag.kind == tags::TagKind::Geopolitical && word.len() == tag.name.len();
            let code = if is_other_name { Code::TagRenamed } else { Code::TagRepaired };
            self.findings.report(code, line, format!("{word} read as {}", tag.name));
            self.add(tag.name);
            return 1;
        }
        // Joins the words of a phrase, or two tags.
        if word == "AND" {
            return 1;
        }
        if self.tags.last().is_some_and(|tag| ends_in_person_tag(tag)) && is_name(word) {
            let given: Vec<&str> = behind.take(2).take_while(|word| is_name(word)).collect();
            if !given.is_empty() {
                self.add(&format!("{word}, {}", given.join(" ")));
                return 1 + given.len();
            }
        }
        self.add_unknown(word, line);
        1
    }

    #[cold]
    fn add_unknown(&mut self, word: &str, line: &Piece<'_>) {
        if let Some(parts) = unglued(word) {
            self.findings.report(Code::TagRepaired, line, format!("{word} read as {}", parts.join(", ")));
            parts.iter().for_each(|part| self.add(part));
            return;
        }
        let slashed: Vec<&str> = word.split('/').filter(|part| !part.is_empty()).collect();
        if slashed.len() > 1 && slashed.iter().all(|part| tags::find(part).is_some()) {
            slashed.iter().for_each(|part| self.add(part));
            return;
        }
        let committee = word.split_once('/').is_some_and(|(body, _)| tags::find(body).is_some());
        if !committee && !is_shaped(word) && !word.bytes().all(|byte| byte == b'X') {
            self.findings.report(Code::TagUnknown, line, word);
        }
        self.add(word);
    }

    fn add(&mut self, tag: &str) {
        if self.known.is_empty() && self.tags.len() == MANY_WORDS {
            self.known.extend(self.tags.iter().cloned());
        }
        let is_known = match self.known.is_empty() {
            true => self.tags.iter().any(|known| known == tag),
            false => !self.known.insert(tag.to_owned()),
        };
        if !is_known {
            self.tags.push(tag.to_owned());
        }
    }
}

/// Whether a word's shape alone says what it names: two letters are a country, K and three letters a program.
fn is_shaped(word: &str) -> bool {
    (word.len() == 2 || word.len() == 4 && word.starts_with('K')) && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a word may be part of a person's name: letters, and no tag.
fn is_name(word: &str) -> bool {
    word.len() >= 3
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'\'')
        && !is_known(word)
}

/// The longest run of glued tags looked at.
const LONGEST_RUN: usize = 60;

/// The tags a word is glued from: subjects and programs of four letters, with countries of two among them.
fn unglued(word: &str) -> Option<Vec<&str>> {
    if !(6..=LONGEST_RUN).contains(&word.len()) || !word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = word;
    while !rest.is_empty() {
        let four = rest.get(..4).filter(|part| {
            is_of_kind(part, &[TagKind::Subject, TagKind::Program]) || part.starts_with('K') && !parts.is_empty()
        });
        let two = rest.get(..2).filter(|part| is_of_kind(part, &[TagKind::Geopolitical]));
        let part = four.or(two)?;
        parts.push(part);
        rest = &rest[part.len()..];
    }
    parts.iter().any(|part| part.len() == 4 && is_of_kind(part, &[TagKind::Subject, TagKind::Program])).then_some(parts)
}

fn is_of_kind(part: &str, kinds: &[TagKind]) -> bool {
    tags::find(part).is_some_and(|tag| kinds.contains(&tag.kind))
}
