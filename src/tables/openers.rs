//! Words that open summaries, comments and action requests.

use std::sync::LazyLock;

use super::tsv::tsv;

/// The phrases of each kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Openers {
    /// `SUMMARY`, `KEY POINTS`, ...
    pub summary: Phrases,
    /// `COMMENT`, ...
    pub comment: Phrases,
    /// What may come before `COMMENT`.
    pub qualifier: Phrases,
    /// What may come before `COMMENT` and names nobody: `NO`.
    pub no_commentator: Phrases,
    /// `ACTION REQUEST`, ...
    pub action: Phrases,
    /// The words that requests begin with: `ACTION`, ...
    pub action_words: Vec<&'static str>,
}

/// Phrases in upper case, of two letters at least.
#[derive(Debug, Default)]
pub struct Phrases {
    all: Vec<&'static str>,
    by_initial: [Vec<&'static str>; 26],
    /// For each initial, the bits of what follows it in its phrases.
    seconds: [u32; 26],
}

impl Phrases {
    /// All of them, longest first.
    pub fn all(&self) -> &[&'static str] {
        &self.all
    }

    /// Those that begin with the letter that `text` begins with, in any case, if one of them has the second letter as
    /// well; longest first.
    pub fn alike(&self, text: &str) -> &[&'static str] {
        match text.as_bytes() {
            [initial, second, ..]
                if self.seconds.get(place(*initial)).is_some_and(|seconds| seconds & bit(*second) != 0) =>
            {
                &self.by_initial[place(*initial)]
            }
            _ => &[],
        }
    }
}

impl From<Vec<&'static str>> for Phrases {
    fn from(mut all: Vec<&'static str>) -> Phrases {
        all.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        let with = |initial: u8| all.iter().copied().filter(move |phrase| phrase.as_bytes().first() == Some(&initial));
        let by_initial: [Vec<&str>; 26] = std::array::from_fn(|at| with(b'A' + at as u8).collect());
        let seconds = |phrases: &Vec<&str>| phrases.iter().fold(0, |bits, phrase| bits | bit(phrase.as_bytes()[1]));
        let seconds = by_initial.each_ref().map(seconds);
        Phrases { all, by_initial, seconds }
    }
}

/// The place of a letter of either case in the alphabet, from 0; beyond it for any other byte.
fn place(letter: u8) -> usize {
    usize::from(letter.to_ascii_uppercase().wrapping_sub(b'A'))
}

/// The bit of a letter of either case; few other bytes share it.
fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// All openers.
pub fn all() -> &'static Openers {
    &TABLE
}

static TABLE: LazyLock<Openers> = LazyLock::new(|| {
    const KINDS: [(&str, usize); 5] =
        [("summary", 0), ("comment", 1), ("qualifier", 2), ("no-commentator", 3), ("action", 4)];
    let mut phrases: [Vec<&'static str>; KINDS.len()] = Default::default();
    for row in tsv!("openers.tsv").rows::<2>() {
        phrases[row.one_of(0, &KINDS)].push(row.cells[1]);
    }
    let [summary, comment, qualifier, no_commentator, action] = phrases;
    let mut action_words: Vec<&str> = action.iter().filter_map(|phrase| phrase.split([' ', '/']).next()).collect();
    action_words.sort_unstable();
    action_words.dedup();
    Openers {
        summary: summary.into(),
        comment: comment.into(),
        qualifier: qualifier.into(),
        no_commentator: no_commentator.into(),
        action: action.into(),
        action_words,
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_alike_that_may_begin_a_text() {
        let phrases = Phrases::from(vec!["US OFFICE", "U.S. MISSION"]);
        for text in ["US Office", "us", "U.S. Mission", "u.n."] {
            assert_eq!(phrases.alike(text), ["U.S. MISSION", "US OFFICE"], "{text}");
        }
        for text in ["", "U", "Upper", "AS", "\u{e9}s"] {
            assert!(phrases.alike(text).is_empty(), "{text}");
        }
    }
}
