//! Words that open summaries, comments and action requests.

use std::sync::LazyLock;

/// The phrases of each kind.
#[derive(Debug, Default)]
pub struct Openers {
    /// `SUMMARY`, `KEY POINTS`, ...
    pub summary: Phrases,
    /// `COMMENT`, ...
    pub comment: Phrases,
    /// What may stand before `COMMENT`.
    pub qualifier: Phrases,
    /// `ACTION REQUEST`, ...
    pub action: Phrases,
    /// The words that requests begin with: `ACTION`, ...
    pub action_words: Vec<&'static str>,
}

/// Phrases in capitals.
#[derive(Debug, Default)]
pub struct Phrases {
    all: Vec<&'static str>,
    by_initial: [Vec<&'static str>; 26],
}

impl Phrases {
    /// All of them, longest first.
    pub fn all(&self) -> &[&'static str] {
        &self.all
    }

    /// Those that begin with the letter that `text` begins with, in any case; longest first.
    pub fn alike(&self, text: &str) -> &[&'static str] {
        let initial = text.as_bytes().first().and_then(|byte| byte.to_ascii_uppercase().checked_sub(b'A'));
        initial.and_then(|initial| self.by_initial.get(usize::from(initial))).map_or(&[], Vec::as_slice)
    }
}

impl From<Vec<&'static str>> for Phrases {
    fn from(mut all: Vec<&'static str>) -> Phrases {
        all.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        let with = |initial: u8| all.iter().copied().filter(move |phrase| phrase.as_bytes().first() == Some(&initial));
        let by_initial = std::array::from_fn(|at| with(b'A' + at as u8).collect());
        Phrases { all, by_initial }
    }
}

/// All openers.
pub fn all() -> &'static Openers {
    &TABLE
}

static TABLE: LazyLock<Openers> = LazyLock::new(|| {
    let phrases = |kind: &str| -> Vec<&'static str> {
        let rows = include_str!("openers.tsv").lines().skip(2).filter_map(|line| line.split_once('\t'));
        rows.filter(|row| row.0 == kind).map(|row| row.1).collect()
    };
    let action = phrases("action");
    let mut action_words: Vec<&str> = action.iter().filter_map(|phrase| phrase.split([' ', '/']).next()).collect();
    action_words.sort_unstable();
    action_words.dedup();
    Openers {
        summary: phrases("summary").into(),
        comment: phrases("comment").into(),
        qualifier: phrases("qualifier").into(),
        action: action.into(),
        action_words,
    }
});
