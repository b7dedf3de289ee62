//! Turns what speaks of reasons into paragraphs of the executive order: `1.4(b)`.
//!
//! `1.4 (b) and (d)`, `1.4(b,d)`, `1.5 B/D`, `1. 4 (b & d)`: all letters a to h that are alone after the number of
//! a section. A section without letters is a reason of its own.

use crate::lex::fuzzy::edits;

/// The reasons of a field.
#[derive(Debug, Default)]
pub struct Reasons {
    /// `1.4(b)`, each once, in order.
    pub list: Vec<String>,
    /// A misspelled word or a lost period was read as what it means.
    pub repaired: bool,
}

/// Reads the reasons out of the parts of the field that speak of them.
pub fn read(parts: &[&str]) -> Reasons {
    let mut reasons = Reasons::default();
    for part in parts {
        reasons.add(&part.to_ascii_lowercase());
    }
    reasons
}

/// Where the text, in lower case, begins to speak of reasons.
pub fn start(lower: &str) -> Option<usize> {
    let mut at = 0;
    while at < lower.len() {
        let rest = &lower[at..];
        if speaks_of_reason(rest) {
            return Some(before_link_words(lower, at));
        }
        at += word_length(rest);
    }
    None
}

/// Whether a text, in lower case, ends in the word that announces a reason.
pub fn ends_with_word(lower: &str) -> bool {
    is_reason(lower.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
}

/// Whether a text, in lower case, begins with a section and one of its paragraphs.
pub fn begins_with_section(lower: &str) -> bool {
    let behind = section(lower).map(|(_, length)| lower[length..].trim_start_matches([' ', '(']));
    behind.is_some_and(|behind| {
        matches!(behind.as_bytes(), [b'a'..=b'h'] | [b'a'..=b'h', b' ' | b',' | b')' | b'/' | b'-' | b'.', ..])
    })
}

/// `pursuant to Executive Order 12958, section 1.4` and the like are no longer.
const LONGEST_PHRASE: usize = 80;

/// Bytes of the word or the sign at the beginning of a text; at least one character. A section that is glued to a word
/// (`reasons1.4`) is not part of it.
fn word_length(text: &str) -> usize {
    let word = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    match word {
        0 => text.chars().next().map_or(1, char::len_utf8),
        _ if letters > 0 && letters < word && section(&text[letters..]).is_some() => letters,
        _ => word,
    }
}

fn speaks_of_reason(text: &str) -> bool {
    // The initials of the words below, and what a section can begin with.
    if !text.starts_with(['u', 'p', 's', 'b', 'd', 'i', 'e', 'r', 'f', '1', '3', 'l']) {
        return false;
    }
    let text = &text[..text.floor_char_boundary(LONGEST_PHRASE)];
    let word = &text[..word_length(text)];
    match word {
        "under" | "per" | "section" | "sections" | "sec" | "secs" | "based" | "due" | "pursuant" | "iaw"
        | "paragraph" => names_section(text[word.len()..].trim_start_matches([' ', ':', '.', '(', ')'])),
        "12356" | "12958" | "13292" | "13526" => names_section(text[word.len()..].trim_start_matches([' ', ','])),
        "e" | "eo" => text.trim_start_matches(['e', 'o', '.', ' ']).starts_with('1'),
        "reas" if names_section(text[word.len()..].trim_start_matches([' ', '.', ':'])) => true,
        _ => is_reason(word) || is_torn_reason(text, word) || section(text).is_some(),
    }
}

/// `rea sons`: spaces between the letters of the word.
fn is_torn_reason(text: &str, word: &str) -> bool {
    word.len() < 6
        && "reason".starts_with(word)
        && text.bytes().take(12).filter(|byte| *byte != b' ').take(6).eq(*b"reason")
}

/// Whether the order or one of its sections is named here, perhaps after `on`, `to` or `section`.
fn names_section(mut text: &str) -> bool {
    while let Some(rest) = ["on ", "upon ", "0n ", "to ", "section ", "sections ", "sec. ", "the ", "of "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
    {
        text = rest.trim_start();
    }
    let order = text.starts_with("e.o")
        || text.starts_with("eo ")
        || text.starts_with("e. o")
        || text.starts_with("executive order");
    order || section(text).is_some()
}

/// `reason` or `reasons`, one letter wrong or a zero for the o, perhaps glued to `for`.
fn is_reason(word: &str) -> bool {
    let word = word.strip_prefix("for").unwrap_or(word);
    match word {
        "reason" | "reasons" | "reas0n" | "reas0ns" => true,
        _ => word.starts_with('r') && (edits(word, "reason", 1).is_some() || edits(word, "reasons", 1).is_some()),
    }
}

/// The start of `for`, `in`, `and` and such before a reason.
fn before_link_words(lower: &str, reason: usize) -> usize {
    let mut end = reason;
    loop {
        let before = lower[..end].trim_end_matches([' ', '(', ',', ';', '-', ':']);
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let link = match word {
            "for" | "the" | "per" | "under" | "and" | "in" | "by" | "of" | "with" | "section" | "accordance" => word,
            "f0r" | "fr" | "fo" => word,
            // `QUADEFOR REASONS`: glued to the name before it.
            _ if end == reason && word.len() > 5 && word.ends_with("for") => "for",
            _ => return end,
        };
        end = before.len() - link.len();
    }
}

/// A section of the order at the beginning of a text: its name and its length. `1. 4`, `1,4`, `1 .4` are torn ones.
fn section(text: &str) -> Option<(&'static str, usize)> {
    const SECTIONS: [&str; 7] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8"];
    if let Some(rest) = text.strip_prefix("3.3") {
        return (!begins_digit(rest)).then_some(("3.3", 3));
    }
    let rest = text.strip_prefix(['1', 'l'])?.trim_start_matches(' ').strip_prefix(['.', ','])?.trim_start_matches(' ');
    let digit = rest.bytes().next()?.checked_sub(b'2')?;
    let name = *SECTIONS.get(usize::from(digit))?;
    let rest = &rest[1..];
    (!begins_digit(rest)).then_some((name, text.len() - rest.len()))
}

fn begins_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// `14 (b)`, `1/4 (b)`, `1:4 b`: the period of the section is lost or another sign.
fn section_without_period(text: &str) -> Option<(&'static str, usize)> {
    let digit = text.strip_prefix('1')?.trim_start_matches(['/', ':']);
    let name = match digit.bytes().next()? {
        b'4' => "1.4",
        b'5' => "1.5",
        _ => return None,
    };
    let length = text.len() - digit.len() + 1;
    if length > 3 {
        return None;
    }
    let behind = text[length..].trim_start();
    let lettered = behind.strip_prefix('(').unwrap_or(behind).trim_start();
    (lettered.starts_with(|c: char| ('a'..='h').contains(&c))
        && !lettered[1..].starts_with(|c: char| c.is_ascii_alphanumeric()))
    .then_some((name, length))
}

impl Reasons {
    fn add(&mut self, lower: &str) {
        let mut current: Option<OrderSection> = None;
        let mut before = Vec::new();
        let found_before = self.list.len();
        let mut at = 0;
        while at < lower.len() {
            let rest = &lower[at..];
            // What is between words says nothing.
            if !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                at += word_length(rest);
                continue;
            }
            // A section may be glued to the word before it, but no number is part of another.
            let word_begins = !lower[..at].ends_with(|c: char| c.is_ascii_digit());
            let may_begin = word_begins && rest.starts_with(['1', '3', 'l']);
            let found = if may_begin { section(rest).or_else(|| section_without_period(rest)) } else { None };
            if let Some((name, length)) = found {
                self.close(current.take());
                self.repaired |= section(rest).is_none();
                current = Some(OrderSection { name, letters: Vec::new(), before: std::mem::take(&mut before) });
                at += length;
                continue;
            }
            let word = &rest[..word_length(rest)];
            if ends_reasons(word) && current.is_some() {
                break;
            }
            self.repaired |= is_torn_reason(rest, word)
                || is_reason(word) && !matches!(word.strip_prefix("for").unwrap_or(word), "reason" | "reasons");
            let letters = letters(lower, at, word, current.is_some());
            match &mut current {
                Some(section) => section.letters.extend(letters),
                None => before.extend(letters),
            }
            at += word.len();
        }
        self.close(current);
        if self.list.len() == found_before {
            self.add_letters(lower);
        }
    }

    /// Keeps letters that follow the word without a section, where nothing else does: `for reasons b, d`.
    fn add_letters(&mut self, lower: &str) {
        let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        if !words.any(is_reason) {
            return;
        }
        let is_letter = |word: &str| matches!(word.as_bytes(), [b'a'..=b'h']);
        let mut letters = words.filter(|word| *word != "and");
        if letters.clone().all(is_letter) {
            self.list.extend(letters.by_ref().map(|letter| format!("({letter})")));
            self.repaired = true;
        }
    }

    fn close(&mut self, section: Option<OrderSection>) {
        let Some(OrderSection { name, letters, before }) = section else { return };
        let letters = if letters.is_empty() { before } else { letters };
        let mut reasons: Vec<String> = letters.iter().map(|letter| format!("{name}({letter})")).collect();
        if reasons.is_empty() {
            reasons.push(name.to_owned());
        }
        for reason in reasons {
            if !self.list.contains(&reason) {
                self.list.push(reason);
            }
        }
    }
}

/// A section and its letters.
struct OrderSection {
    name: &'static str,
    letters: Vec<char>,
    /// `(b) and (d) of section 1.4`: letters that come before count where none follow.
    before: Vec<char>,
}

/// Words after which the field speaks of something else.
fn ends_reasons(word: &str) -> bool {
    word.starts_with("declas")
        || word.starts_with("summar")
        || matches!(word, "decl" | "this" | "downgrade" | "derived")
}

/// The letters of a word that are paragraphs of a section: one alone, or several within parentheses.
fn letters<'w>(lower: &str, at: usize, word: &'w str, in_section: bool) -> impl Iterator<Item = char> + use<'w> {
    let (before, behind) = (&lower[..at], &lower[at + word.len()..]);
    let is_legal = word.bytes().all(|letter| (b'a'..=b'h').contains(&letter));
    // `E.O.` and `U.S.` are no paragraphs, and neither is `1.4` glued to a longer word.
    let is_abbreviated =
        || behind.starts_with('.') && behind[1..].trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    let is_order = || word == "e" && (behind.trim_start_matches(['.', ' ']).starts_with("o.") || is_abbreviated());
    let is_ascending = || word.as_bytes().windows(2).all(|pair| pair[0] < pair[1]);
    let is_bracketed = || before.trim_end().ends_with('(') && behind.trim_start().starts_with(')');
    let taken = is_legal
        && match word.len() {
            1 => !is_order() && !is_of_sentence(before, word, behind),
            _ => in_section && is_ascending() && is_bracketed(),
        };
    word.chars().filter(move |_| taken)
}

/// Whether a letter is of a sentence and not of a list: `a` before an ordinary word, or any letter between two of them
/// or at the beginning of a sentence, as an initial is (`approved by D. Quade`).
fn is_of_sentence(before: &str, letter: &str, behind: &str) -> bool {
    let ordinary_follows = |text: &str| {
        let text = text.trim_start_matches(' ');
        is_ordinary(&text[..text.bytes().take_while(u8::is_ascii_alphabetic).count()])
    };
    if letter == "a" && behind.starts_with(' ') && ordinary_follows(behind) {
        return true;
    }
    let text = before.trim_end_matches(' ');
    let last_word = text.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let follows_sentence = text.len() < before.len() && (text.ends_with('.') || is_ordinary(last_word));
    follows_sentence && ordinary_follows(behind.strip_prefix('.').unwrap_or(behind))
}

/// Whether a word says something of its own: no letter, no word that joins paragraphs or names what they are of, and
/// none after which the field speaks of something else.
fn is_ordinary(word: &str) -> bool {
    const LINKS: [&str; 19] = [
        "and",
        "or",
        "of",
        "to",
        "for",
        "in",
        "per",
        "under",
        "pursuant",
        "only",
        "section",
        "sections",
        "paragraph",
        "paragraphs",
        "subsection",
        "executive",
        "order",
        "reason",
        "reasons",
    ];
    word.len() > 1 && !LINKS.contains(&word) && !ends_reasons(word)
}
