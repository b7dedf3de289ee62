//! Words of the last lines of a text: parts of names, words that are no names, closing lines.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word or beginning at the end of a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Part of a surname of several words: `VAN`.
    NamePart,
    /// Behind a surname: `JR`.
    Suffix,
    /// No signature, though it stands where one would: `END`.
    NoName,
    /// First word of a sentence that was cut short.
    Opener,
}

/// What the word says, if it stands in the table.
pub fn kind(word: &str) -> Option<Kind> {
    TABLE.words.get(word).copied()
}

/// Whether the word is one that begins sentences, or what is left of it where the text was cut.
pub fn is_opener(word: &str) -> bool {
    TABLE.words.iter().any(|(opener, kind)| *kind == Kind::Opener && opener.starts_with(word))
}

/// Whether a line begins as the lines behind a signature do.
pub fn is_closing(line: &str) -> bool {
    TABLE.closings.iter().any(|closing| line.starts_with(closing))
}

struct Table {
    words: HashMap<&'static str, Kind>,
    closings: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { words: HashMap::new(), closings: Vec::new() };
    for (kind, word) in include_str!("endings.tsv").lines().skip(2).filter_map(|line| line.split_once('\t')) {
        let kind = match kind {
            "name-part" => Kind::NamePart,
            "suffix" => Kind::Suffix,
            "opener" => Kind::Opener,
            "closing" => {
                table.closings.push(word);
                continue;
            }
            _ => Kind::NoName,
        };
        table.words.insert(word, kind);
    }
    table
});
