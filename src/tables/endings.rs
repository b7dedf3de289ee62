//! Words of the last lines of a text: parts of names, words that are no names, closing lines.

use std::sync::LazyLock;

use super::index::Index;
use super::tsv::tsv;

/// What a word or beginning at the end of a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndingKind {
    /// Part of a surname of several words: `VAN`.
    NamePart,
    /// After a surname: `JR`.
    Suffix,
    /// Before a surname: `AMBASSADOR`.
    Title,
    /// No signature, though it is where one would: `END`.
    NoName,
    /// First word of a sentence that was cut short.
    Opener,
}

/// What the word says, if it is in the table.
pub fn kind(word: &str) -> Option<EndingKind> {
    // `Embassy` opens sentences, `EMBASSY` is no name.
    let found = TABLE.words.find(word).filter(|(known, _)| *known == word).map(|(_, kind)| kind);
    found.or_else(|| TABLE.openers.binary_search(&word).is_ok().then_some(EndingKind::Opener))
}

/// Whether the word is one that begins sentences, or what is left of it where the text was cut.
pub fn is_opener(word: &str) -> bool {
    // In order, those that begin with the word are the first that do not come before it.
    let first = TABLE.openers.partition_point(|opener| *opener < word);
    TABLE.openers.get(first).is_some_and(|opener| opener.starts_with(word))
}

/// Whether a line begins as the lines after a signature do.
pub fn is_closing(line: &str) -> bool {
    begins_with_one_of(&TABLE.closings, line)
}

/// Whether a line begins as the lines between two sections do.
pub fn is_section_end(line: &str) -> bool {
    begins_with_one_of(&TABLE.section_ends, line)
}

/// Whether a word, in upper case, needs another after it: `THE`.
pub fn is_open_word(word: &str) -> bool {
    TABLE.open.get(word).is_some()
}

fn begins_with_one_of(beginnings: &[&str], line: &str) -> bool {
    let initial = line.as_bytes().first();
    beginnings.iter().any(|beginning| beginning.as_bytes().first() == initial && line.starts_with(beginning))
}

/// What a row of the table is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndingRow {
    Word(EndingKind),
    /// The beginning of a line after a signature.
    Closing,
    /// The beginning of a line between two sections.
    SectionEnd,
    /// A word that another must follow.
    Open,
}

struct EndingTable {
    /// All but the openers, found in any case.
    words: Index<EndingKind>,
    /// In order.
    openers: Vec<&'static str>,
    closings: Vec<&'static str>,
    section_ends: Vec<&'static str>,
    open: Index<()>,
}

static TABLE: LazyLock<EndingTable> = LazyLock::new(|| {
    const KINDS: [(&str, EndingRow); 8] = [
        ("name-part", EndingRow::Word(EndingKind::NamePart)),
        ("suffix", EndingRow::Word(EndingKind::Suffix)),
        ("title", EndingRow::Word(EndingKind::Title)),
        ("no-name", EndingRow::Word(EndingKind::NoName)),
        ("opener", EndingRow::Word(EndingKind::Opener)),
        ("closing", EndingRow::Closing),
        ("section-end", EndingRow::SectionEnd),
        ("open", EndingRow::Open),
    ];
    let rows: Vec<_> = tsv!("endings.tsv").rows::<2>().map(|row| (row.cells[1], row.one_of(0, &KINDS))).collect();
    let of = |listed: EndingRow| rows.iter().filter(move |row| row.1 == listed).map(|row| row.0);
    let kinds = [EndingKind::NamePart, EndingKind::Suffix, EndingKind::Title, EndingKind::NoName];
    let words = kinds.into_iter().flat_map(|kind| of(EndingRow::Word(kind)).map(move |word| (word, kind)));
    let mut openers: Vec<&str> = of(EndingRow::Word(EndingKind::Opener)).collect();
    openers.sort_unstable();
    EndingTable {
        words: Index::of(words),
        openers,
        closings: of(EndingRow::Closing).collect(),
        section_ends: of(EndingRow::SectionEnd).collect(),
        open: Index::of(of(EndingRow::Open).map(|word| (word, ()))),
    }
});
