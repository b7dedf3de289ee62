//! Words of the classified-by line: what belongs to a position, to an office or to a name.
//!
//! Facts only, from `titles.tsv`; whether a misspelt word is near to one of them is for the parser to judge.

use std::sync::LazyLock;

/// What a word belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A position: `Deputy`, `PolCouns`.
    Title,
    /// The name of an office: `Bureau`, `EUR`.
    Office,
    /// A surname: `van`, `de`.
    Particle,
    /// The end of a name: `Jr`, `III`.
    Suffix,
    /// Joins the words of a position: `of`, `for`.
    Link,
    /// A position, or a surname where it ends a name: `Head`, `West`.
    Surname,
}

/// Whether the word stands in the table under this kind, whatever its case; periods and apostrophes do not count.
pub fn is(kind: Kind, word: &str) -> bool {
    let words = &TABLE[kind as usize];
    words.binary_search_by(|listed| listed.chars().cmp(letters(word))).is_ok()
}

/// The words of one kind.
pub fn words(kind: Kind) -> impl Iterator<Item = &'static str> {
    TABLE[kind as usize].iter().copied()
}

/// The names of the kinds in the table, in the order of `Kind`.
const NAMES: [&str; 6] = ["title", "office", "particle", "suffix", "link", "surname"];

/// The words of each kind, sorted.
static TABLE: LazyLock<[Vec<&'static str>; 6]> = LazyLock::new(|| NAMES.map(sorted));

fn sorted(name: &str) -> Vec<&'static str> {
    // The first line says what the table is, the second names its columns.
    let rows = include_str!("titles.tsv").lines().skip(2).filter_map(|line| line.split_once('\t'));
    let mut words: Vec<&str> =
        rows.filter(|(kind, _)| *kind == name).flat_map(|(_, words)| words.split(", ")).collect();
    words.sort_unstable();
    words
}

fn letters(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|c| !matches!(c, '.' | '\'' | '\u{2019}')).map(|c| match c {
        '\u{e9}' | '\u{c9}' => 'e',
        other => other.to_ascii_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_periods_and_accents_do_not_count() {
        for word in ["Ambassador", "AMB.", "d'Affaires", "Charg\u{e9}", "a.i.", "DCM"] {
            assert!(is(Kind::Title, word), "{word}");
        }
        assert!(is(Kind::Suffix, "Jr."));
        assert!(!is(Kind::Title, "Merriwether"));
    }
}
