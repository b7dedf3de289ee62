//! Words of the last lines of a text: parts of names, words that are no names, closing lines.

use std::sync::LazyLock;

use super::index::Index;

/// What a word or beginning at the end of a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Part of a surname of several words: `VAN`.
    NamePart,
    /// Behind a surname: `JR`.
    Suffix,
    /// Before a surname: `AMBASSADOR`.
    Title,
    /// No signature, though it stands where one would: `END`.
    NoName,
    /// First word of a sentence that was cut short.
    Opener,
}

/// What the word says, if it stands in the table.
pub fn kind(word: &str) -> Option<Kind> {
    // `Embassy` opens sentences, `EMBASSY` is no name.
    let found = TABLE.words.find(word).filter(|(known, _)| *known == word).map(|(_, kind)| kind);
    found.or_else(|| TABLE.openers.binary_search(&word).is_ok().then_some(Kind::Opener))
}

/// Whether the word is one that begins sentences, or what is left of it where the text was cut.
pub fn is_opener(word: &str) -> bool {
    // In order, those that begin with the word are the first that do not stand before it.
    let first = TABLE.openers.partition_point(|opener| *opener < word);
    TABLE.openers.get(first).is_some_and(|opener| opener.starts_with(word))
}

/// Whether a line begins as the lines behind a signature do.
pub fn is_closing(line: &str) -> bool {
    begins_with_one_of(&TABLE.closings, line)
}

/// Whether a line begins as the lines between two sections do.
pub fn is_section_end(line: &str) -> bool {
    begins_with_one_of(&TABLE.section_ends, line)
}

/// Whether a word, in capitals, needs another behind it: `THE`.
pub fn is_open_word(word: &str) -> bool {
    TABLE.open.get(word).is_some()
}

fn begins_with_one_of(beginnings: &[&str], line: &str) -> bool {
    let initial = line.as_bytes().first();
    beginnings.iter().any(|beginning| beginning.as_bytes().first() == initial && line.starts_with(beginning))
}

struct Table {
    /// All but the openers, found in any case.
    words: Index<Kind>,
    /// In order.
    openers: Vec<&'static str>,
    closings: Vec<&'static str>,
    section_ends: Vec<&'static str>,
    open: Index<()>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let of = |kind: &'static str| {
        let rows = include_str!("endings.tsv").lines().skip(2).filter_map(|line| line.split_once('\t'));
        rows.filter(move |(of_word, _)| *of_word == kind).map(|(_, word)| word)
    };
    let named =
        [("name-part", Kind::NamePart), ("suffix", Kind::Suffix), ("title", Kind::Title), ("no-name", Kind::NoName)];
    let words = named.into_iter().flat_map(|(name, kind)| of(name).map(move |word| (word, kind)));
    let mut openers: Vec<&str> = of("opener").collect();
    openers.sort_unstable();
    Table {
        words: Index::of(words),
        openers,
        closings: of("closing").collect(),
        section_ends: of("section-end").collect(),
        open: Index::of(of("open").map(|word| (word, ()))),
    }
});
