//! Levels of classification and how they are spelled.
//!
//! The facts are in `levels.tsv`.

use std::sync::LazyLock;

use super::tsv::tsv;

/// A level of classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `UNCLAS`, `UNCLASSIFIED`
    Unclassified,
    /// `LIMITED OFFICIAL USE`
    LimitedOfficialUse,
    /// `CONFIDENTIAL`
    Confidential,
    /// `SECRET`
    Secret,
    /// `TOP SECRET`
    TopSecret,
}

impl Level {
    const ALL: [Level; 5] =
        [Level::Unclassified, Level::LimitedOfficialUse, Level::Confidential, Level::Secret, Level::TopSecret];

    /// The level in words, as outputs write it.
    pub fn words(self) -> &'static str {
        match self {
            Level::Unclassified => "UNCLASSIFIED",
            Level::LimitedOfficialUse => "LIMITED OFFICIAL USE",
            Level::Confidential => "CONFIDENTIAL",
            Level::Secret => "SECRET",
            Level::TopSecret => "TOP SECRET",
        }
    }
}

impl Level {
    /// The level of that name.
    pub fn of_words(words: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.words() == words)
    }

    /// The level that a portion marking names; what is sensitive but unclassified is unclassified.
    pub fn of_mark(mark: &str) -> Option<Level> {
        let of_table = class_words().iter().find(|word| word.mark == mark).map(|word| word.level);
        of_table.or((mark == "SBU").then_some(Level::Unclassified))
    }
}

/// A class word of a classification line.
#[derive(Debug)]
#[non_exhaustive]
pub struct LevelWord {
    /// As it is written: upper case, words with spaces.
    pub written: &'static str,
    /// Its letters without the spaces.
    pub letters: String,
    /// What it says.
    pub level: Level,
    /// Its mark in a portion marking.
    pub mark: &'static str,
}

/// The class words, longest first where one begins another.
pub fn class_words() -> &'static [LevelWord] {
    &TABLE.class_words
}

/// The levels as they are printed over and under a page.
pub fn banners() -> &'static [&'static str] {
    &TABLE.banners
}

/// The levels as an envelope writes them.
pub fn in_envelopes() -> &'static [&'static str] {
    &TABLE.in_envelopes
}

/// Where a level is spelled so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LevelPlace {
    Class,
    Banner,
    Envelope,
}

#[derive(Default)]
struct LevelTable {
    class_words: Vec<LevelWord>,
    banners: Vec<&'static str>,
    in_envelopes: Vec<&'static str>,
}

static TABLE: LazyLock<LevelTable> = LazyLock::new(|| {
    const PLACES: [(&str, LevelPlace); 3] =
        [("class", LevelPlace::Class), ("banner", LevelPlace::Banner), ("envelope", LevelPlace::Envelope)];
    let levels = Level::ALL.map(|level| (level.words(), level));
    let mut table = LevelTable::default();
    for row in tsv!("levels.tsv").rows::<4>() {
        let [_, written, mark, _] = row.cells;
        let level = row.one_of(0, &levels);
        for place in row.all_of(3, &PLACES) {
            match place {
                LevelPlace::Class => {
                    table.class_words.push(LevelWord { written, letters: written.replace(' ', ""), level, mark });
                }
                LevelPlace::Banner => table.banners.push(written),
                LevelPlace::Envelope => table.in_envelopes.push(written),
            }
        }
    }
    table.class_words.sort_by_key(|word| std::cmp::Reverse(word.letters.len()));
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_has_a_class_word_that_is_its_name() {
        for level in Level::ALL {
            assert!(class_words().iter().any(|word| word.level == level && word.written == level.words()));
            assert!(in_envelopes().contains(&level.words()) && banners().contains(&level.words()));
        }
    }
}
