//! Words of the classified-by line: what belongs to a position, to an office or to a name.
//!
//! Facts only, from `titles.tsv`; whether a misspelt word is near to one of them is for the parser to judge.

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
    words(kind).any(|listed| same_letters(listed, word))
}

/// The words of one kind.
pub fn words(kind: Kind) -> impl Iterator<Item = &'static str> {
    let name = match kind {
        Kind::Title => "title",
        Kind::Office => "office",
        Kind::Particle => "particle",
        Kind::Suffix => "suffix",
        Kind::Link => "link",
        Kind::Surname => "surname",
    };
    // The first line says what the table is, the second names its columns.
    let rows = include_str!("titles.tsv").lines().skip(2).filter_map(|line| line.split_once('\t'));
    rows.filter(move |(listed, _)| *listed == name).flat_map(|(_, words)| words.split(", "))
}

fn same_letters(listed: &str, word: &str) -> bool {
    let letters = word.chars().filter(|c| !matches!(c, '.' | '\'' | '\u{2019}')).map(|c| match c {
        '\u{e9}' | '\u{c9}' => 'e',
        other => other.to_ascii_lowercase(),
    });
    letters.eq(listed.chars())
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
