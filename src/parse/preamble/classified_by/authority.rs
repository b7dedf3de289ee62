//! Turns what is between the label and the reasons into a name, a position and an office.
//!
//! Titles are in a table; what is left of the last words that are no titles is the name. Never takes a name out
//! of garbage: where too few characters are letters, there is no name.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

use crate::lex::fuzzy::{FuzzyWord, FuzzyWords};
use crate::tables::posts;
use crate::tables::titles::{self, TitleKind};

/// Who classified.
#[derive(Debug, Default, PartialEq)]
pub struct Authority {
    /// Name; two as `A and B`.
    pub name: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// Office.
    pub office: Option<String>,
    /// Zeros were read as the letter O.
    pub repaired: bool,
    /// Too few of the characters are letters.
    pub garbled: bool,
}

impl Authority {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.position.is_none() && self.office.is_none()
    }
}

/// Names and titles are looked for as far as this; the field is never longer in earnest.
const LONGEST: usize = 600;

/// Reads who classified from words with spaces of ASCII between them.
pub fn read(text: &str) -> Authority {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    if is_garbled(text) {
        return Authority { garbled: true, ..Authority::default() };
    }
    let letters = letters_for_zeros(text);
    let is_repaired = letters != text;
    let letters = without_principal(&letters).map_or(letters.clone(), Cow::Owned);
    let mut authority = if letters.contains(char::is_uppercase) {
        two_names(&letters).unwrap_or_else(|| one_name(&letters))
    } else {
        in_small_letters(&letters)
    };
    authority.repaired = is_repaired;
    authority
}

/// The text without the person for whom the one classified who is named before: `Ilse Quade for Ambassador Merriwether`.
fn without_principal(text: &str) -> Option<String> {
    let (at, length) = FOR.iter().find_map(|word| Some((word.find(text.as_bytes())?, word.needle().len())))?;
    let (before, behind) = (&text[..at], &text[at + length..]);
    let (principal, rest) = behind.split_at(behind.find([',', ';']).unwrap_or(behind.len()));
    let before_words: Vec<&str> = before.rsplit([',', ';']).next()?.split_ascii_whitespace().collect();
    let mut words = principal.split_ascii_whitespace();
    let first =
        words.next().map(|first| if first.eq_ignore_ascii_case("the") { words.next() } else { Some(first) })??;
    (is_title(first) && name_length(&before_words) > 0).then(|| [before, rest].concat())
}

/// What is between who classified and for whom.
static FOR: LazyLock<[Finder<'_>; 4]> =
    LazyLock::new(|| [" on behalf of ", " ON BEHALF OF ", " for ", " FOR "].map(Finder::new));

/// Reads a retyped text in lower case: `com ilse quade`.
fn in_small_letters(text: &str) -> Authority {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    let words: Vec<String> = text.split_ascii_whitespace().map(capitalized).collect();
    let words = words.join(" ");
    let found = two_names(&words).unwrap_or_else(|| one_name(&words));
    let as_written = |text: Option<String>| text.map(|text| text.to_lowercase());
    Authority {
        name: as_written(found.name),
        position: as_written(found.position),
        office: as_written(found.office),
        ..found
    }
}

/// Names are in the first line of the field; garbage after one does no harm.
const FIRST_LINE: usize = 71;

/// Whether less than 60 percent of the first line are letters and spaces.
fn is_garbled(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(FIRST_LINE)];
    let plain = text.chars().filter(|c| c.is_alphabetic() || c.is_whitespace()).count();
    plain * 10 < text.chars().count() * 6
}

/// Zeros beside letters become the letter O, in upper case where the word is.
fn letters_for_zeros(text: &str) -> Cow<'_, str> {
    if !text.contains('0') {
        return Cow::Borrowed(text);
    }
    let signs: Vec<char> = text.chars().collect();
    let is = |at: Option<usize>, test: fn(&char) -> bool| at.and_then(|at| signs.get(at)).is_some_and(test);
    let beside = |at: Option<usize>| is(at, |c| c.is_alphabetic());
    // `LEE 0. QUADE`
    let is_initial = |at: usize| is(at.checked_sub(1), |c| *c == ' ') && is(Some(at + 1), |c| *c == '.');
    let replaced = signs.iter().enumerate().map(|(at, &c)| {
        let zero = c == '0' && (beside(at.checked_sub(1)) || beside(Some(at + 1)) || is_initial(at));
        let small =
            zero && [at.wrapping_sub(1), at + 1].iter().any(|at| signs.get(*at).is_some_and(|c| c.is_lowercase()));
        match (zero, small) {
            (true, true) => 'o',
            (true, false) => 'O',
            (false, _) => c,
        }
    });
    Cow::Owned(replaced.collect())
}

/// `Ilse Quade and Tobias Merriwether`: both sides have a name.
fn two_names(text: &str) -> Option<Authority> {
    let (at, and) = AND.iter().find_map(|and| Some((and.find(text.as_bytes())?, and.needle())))?;
    let (first, second) = (one_name(&text[..at]), one_name(&text[at + and.len()..]));
    let (first_name, second_name) = (first.name?, second.name?);
    // `Office of Peace and Security Director X`: a single word is no name of its own.
    if !first_name.contains(' ') && first.position.is_none() {
        return None;
    }
    let name = format!("{first_name} and {second_name}");
    let position = match (first.position, second.position) {
        (Some(first), Some(second)) if first != second => Some(format!("{first} and {second}")),
        (first, second) => first.or(second),
    };
    Some(Authority { name: Some(name), position, office: first.office.or(second.office), ..Authority::default() })
}

/// What is between two names.
static AND: LazyLock<[Finder<'_>; 4]> = LazyLock::new(|| [" and ", " AND ", " And ", " & "].map(Finder::new));

fn one_name(text: &str) -> Authority {
    let parts = parts(text);
    let mut authority = Authority::default();
    let mut positions: Vec<String> = Vec::new();
    let mut offices: Vec<String> = Vec::new();
    // After a name and a position, and after an office, everything without a title is of the office.
    for part in &parts {
        let words: Vec<&str> = part.split_ascii_whitespace().collect();
        if authority.name.is_none()
            && let Some((name, title)) = name_and_title(&words)
        {
            authority.name = Some(name);
            positions.extend(title.filter(|title| !title.is_empty()));
            continue;
        }
        let titled = !positions.is_empty();
        let of_office = is_office(&words) && (titled || !has_title(&words));
        let behind_all = authority.name.is_some() && titled || !offices.is_empty();
        if of_office || behind_all && !has_title(&words) {
            offices.push(part.clone());
        } else {
            positions.push(part.clone());
        }
    }
    let joined = |parts: Vec<String>| Some(parts.join(", ")).filter(|text| !text.is_empty());
    Authority { position: joined(positions), office: joined(offices), ..authority }
}

/// The text split at commas, semicolons and dashes; a suffix stays with the name before it.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut listed = Cow::Borrowed(text);
    // Each with the first byte of its sign, which most texts lack.
    for (sign, separator) in [(b'-', " - "), (b'-', " -- "), (0xe2, " \u{2013} "), (b':', ":")] {
        if memchr(sign, listed.as_bytes()).is_some() {
            listed = listed.replace(separator, ",").into();
        }
    }
    if let Some(slash) = slash_before_name(&listed) {
        listed.to_mut().replace_range(slash..=slash, ",");
    }
    for part in listed.split([',', ';']).map(trimmed).filter(|part| !part.is_empty()) {
        match parts.last_mut() {
            Some(last) if titles::is(TitleKind::Suffix, part) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// The slash between a title and a name: `CDA/Ilse Quade`. In upper case the name must be two words, or what is
/// before it is an office: `RSO/OSAC ILSE QUADE`.
fn slash_before_name(text: &str) -> Option<usize> {
    let slash = memchr(b'/', text.as_bytes())?;
    let (title, name) = (&text[..slash], &text[slash + 1..]);
    let title = title.rsplit([' ', ',']).next().unwrap_or_default();
    let words = name.split(',').next().unwrap_or_default().split_ascii_whitespace();
    let is_in_capitals = !words.clone().next()?.contains(|c: char| c.is_ascii_lowercase());
    let counted = if is_in_capitals { words.clone().count() == 2 } else { words.clone().count() > 1 };
    let named = counted && words.clone().all(|word| is_name(word) || titles::is(TitleKind::Particle, word));
    (titles::is(TitleKind::Title, title) && named).then_some(slash)
}

/// A part without spaces and hyphens around it, and without a period that ends a sentence.
fn trimmed(part: &str) -> &str {
    let part = part.trim_matches([' ', '-', '\t', '"']);
    if !part.ends_with('.') {
        return part;
    }
    let last = part.rsplit([' ', ',']).next().unwrap_or_default();
    let suffix = titles::is(TitleKind::Suffix, last) && !last.starts_with(['I', 'i']);
    let abbreviated = suffix || last.trim_end_matches('.').contains('.') || is_initial(last);
    if abbreviated { part } else { part.trim_end_matches('.') }
}

/// The name within a part and what is left as a title, if there is a name.
fn name_and_title(words: &[&str]) -> Option<(String, Option<String>)> {
    if let Some(redacted) = words.iter().position(|word| is_redacted(word)) {
        return Some(("[redacted]".to_owned(), Some(words[..redacted].join(" "))));
    }
    let start = words.len() - name_length(words);
    if start < words.len() {
        return Some((words[start..].join(" "), Some(words[..start].join(" "))));
    }
    name_in_front(words)
}

/// `Ilse Quade Consul General`, `Ilse Quade (DCM)`: a name of two words or more with a title after it.
fn name_in_front(words: &[&str]) -> Option<(String, Option<String>)> {
    let length = words.iter().take_while(|word| is_name(word) || titles::is(TitleKind::Particle, word)).count();
    let title = &words[length..];
    let is_of_title = |word: &&str| is_title(word) || is_office_word(word) || titles::is(TitleKind::Link, word);
    if !(2..=4).contains(&length) || !title.iter().all(is_of_title) || posts::find(&words[..length].join(" ")).is_some()
    {
        return None;
    }
    let title = title.join(" ");
    let title = title.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(&title).to_owned();
    Some((words[..length].join(" "), Some(title)))
}

/// How many words at the end of a part are a name.
fn name_length(words: &[&str]) -> usize {
    let mut length = 0;
    while length < words.len() {
        let at = words.len() - length - 1;
        let word = words[at];
        let before = at.checked_sub(1).map(|at| words[at]);
        let named = is_name(word)
            || length > 0 && (titles::is(TitleKind::Particle, word) || word == "." && before.is_some_and(is_name))
            || titles::is(TitleKind::Suffix, word.trim_start_matches(','))
            || length == 0 && titles::is(TitleKind::Surname, word) && before.is_some_and(is_name)
            || length == 0 && is_surname_like_title(&words[..at], word);
        if !named || length >= LONGEST_NAME {
            break;
        }
        length += 1;
    }
    without_objects(words, length)
}

/// Whether a last word that is only near to a title is a surname: one given name comes before it, so that there is no
/// other surname.
fn is_surname_like_title(before: &[&str], word: &str) -> bool {
    let given = before.iter().rev().take_while(|word| is_name(word)).count();
    let known = [TitleKind::Title, TitleKind::Office, TitleKind::Surname, TitleKind::Link]
        .into_iter()
        .any(|kind| titles::is(kind, word));
    given == 1 && !known && is_near_title(without_brackets(word)) && is_spelt_as_name(word)
}

/// Names of people have no more words than this, particles and suffixes counted.
const LONGEST_NAME: usize = 6;

/// Takes away from the front what the title speaks of: `Director for Lisbon`, `Embassy Lima`, `of`.
fn without_objects(words: &[&str], mut length: usize) -> usize {
    while length > 0 {
        let start = words.len() - length;
        let Some(before) = start.checked_sub(1).map(|at| words[at]) else { break };
        let run = &words[start..];
        let place = is_office_word(before).then(|| posts::longest_prefix(&run.join(" "))).flatten();
        let objects = match place {
            Some(found) => run.join(" ")[..found.length].split_whitespace().count(),
            None if titles::is(TitleKind::Link, before) || is_possessive(before) => 1,
            None => break,
        };
        // A place alone after an office is the office; what is left must be a name.
        length -= objects.min(length);
    }
    // A particle before that belongs to no name: `Office of the ...`.
    let run = &words[words.len() - length..];
    let is_alone = run
        .iter()
        .all(|word| titles::is(TitleKind::Particle, word) || titles::is(TitleKind::Suffix, word) || is_initial(word));
    if is_alone { 0 } else { length }
}

fn is_possessive(word: &str) -> bool {
    word.ends_with("'s") || word.ends_with("'S")
}

fn is_redacted(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    inner.len() >= 4 && inner.chars().all(|c| c == 'X') || word.starts_with("[redacted")
}

/// Whether a word can be part of a name: a capital before, and in no table of titles.
fn is_name(word: &str) -> bool {
    if !is_spelt_as_name(word) {
        return false;
    }
    let inner = inner(word);
    let kinds = titles::kinds(inner);
    let foreign = kinds.hold(TitleKind::Title)
        || kinds.hold(TitleKind::Surname)
        || (kinds.hold(TitleKind::Office) || kinds.hold(TitleKind::Link)) && !is_initial(inner);
    !foreign && !resembles_title(inner)
}

/// A word without the signs around it.
fn inner(word: &str) -> &str {
    word.trim_matches(['(', ')', '"', '\'', ',', '\u{201c}', '\u{201d}'])
}

/// Whether a word begins with a capital and holds no sign that no name holds.
fn is_spelt_as_name(word: &str) -> bool {
    let inner = inner(word);
    let surname = without_elided_particle(inner);
    surname.starts_with(char::is_uppercase)
        && inner.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-' | '\u{2019}' | '`' | '|'))
}

/// A surname without the particle in small letters that an apostrophe joins to it: `d'Amato`, `dell'Acqua`.
fn without_elided_particle(word: &str) -> &str {
    let joined = word.split_once(['\'', '\u{2019}', '`']);
    let surname = joined.filter(|(particle, surname)| {
        let is_particle = (1..=4).contains(&particle.len()) && particle.bytes().all(|byte| byte.is_ascii_lowercase());
        is_particle && surname.len() > 2
    });
    surname.map_or(word, |(_, surname)| surname)
}

/// `J.`, `J`, `J.R.`.
fn is_initial(word: &str) -> bool {
    let letters = word.split('.').filter(|letter| !letter.is_empty());
    word.len() <= 6
        && word.starts_with(|c: char| c.is_uppercase())
        && letters.clone().count() > 0
        && letters.into_iter().all(|letter| letter.chars().count() == 1)
}

/// Whether a word is of a title: it is in the table, is near to one that is, or holds a slash.
fn is_title(word: &str) -> bool {
    word.contains('/') || titles::is(TitleKind::Title, without_brackets(word)) || resembles_title(word)
}

/// Whether a word is a misspelled title, or a compound with one.
fn resembles_title(word: &str) -> bool {
    let word = without_brackets(word);
    let is_half = |half: &str| half.len() > 2 && titles::is(TitleKind::Title, half);
    let is_compound = || {
        let mut halves = word.split('-').filter(|half| !half.is_empty());
        halves.clone().count() > 1 && halves.any(is_half)
    };
    is_near_title(word) || word.contains('-') && is_compound() || is_glued_title(word)
}

/// The letters of the shortest half of a title that is glued from several.
const SHORTEST_GLUED: usize = 3;

/// Whether a word is glued from the words of a title: `DepPolCouns`, `ECONMIN`.
fn is_glued_title(word: &str) -> bool {
    let half = |end: &usize| titles::is(TitleKind::Title, &word[..*end]);
    let ends = SHORTEST_GLUED..=word.len().saturating_sub(SHORTEST_GLUED);
    word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && ends.into_iter().filter(half).any(|end| {
            let rest = &word[end..];
            titles::is(TitleKind::Title, rest) || is_glued_title(rest)
        })
}

fn without_brackets(word: &str) -> &str {
    word.trim_matches(['(', ')', '.', ','])
}

/// One edit in words of six letters, two from eight; shorter words must be exact, or names would be taken for titles.
fn is_near_title(word: &str) -> bool {
    if word.is_ascii() && word.len() < SHORTEST_MISSPELT {
        return false;
    }
    let word = word.to_lowercase();
    let word = FuzzyWord::new(&word);
    if word.len() < SHORTEST_MISSPELT {
        return false;
    }
    let lengths = (word.len() - 2).max(SHORTEST_MISSPELT)..=word.len() + 2;
    lengths.filter_map(|length| Some((length, LONG_TITLES.get(length)?))).any(|(length, titles)| {
        let most = if word.len().min(length) < 8 { 1 } else { 2 };
        length.abs_diff(word.len()) <= most && titles.hold_near(word, most)
    })
}

/// The letters of the shortest title that is known where it is misspelled.
const SHORTEST_MISSPELT: usize = 6;

/// Titles that are known where they are misspelled, by their length.
static LONG_TITLES: LazyLock<Vec<FuzzyWords>> = LazyLock::new(|| {
    let mut titles = Vec::new();
    for title in titles::words(TitleKind::Title).filter(|title| title.len() >= SHORTEST_MISSPELT) {
        titles.resize_with(titles.len().max(title.len() + 1), FuzzyWords::default);
        titles[title.len()].push(FuzzyWord::new(title));
    }
    titles
});

fn is_office_word(word: &str) -> bool {
    titles::is(TitleKind::Office, without_brackets(word))
}

fn has_title(words: &[&str]) -> bool {
    words.iter().any(|word| !word.contains('/') && !titles::is(TitleKind::Office, word) && is_title(word))
}

/// Whether a part is an office: a word of offices or symbols with slashes, and no position.
fn is_office(words: &[&str]) -> bool {
    let symbol = |word: &&str| {
        word.contains('/') || is_office_word(word) || word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())
    };
    words.iter().any(symbol) && !words.iter().all(|word| titles::is(TitleKind::Title, word))
}
