//! Words that open summaries, comments and action requests.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// The words of one kind, longest first, in capitals.
#[derive(Debug, Default)]
pub struct Openers {
    /// `SUMMARY`, `KEY POINTS`, ...
    pub summary: Vec<&'static str>,
    /// `COMMENT`, ...
    pub comment: Vec<&'static str>,
    /// What may stand before `COMMENT`.
    pub qualifier: Vec<&'static str>,
    /// `ACTION REQUEST`, ...
    pub action: Vec<&'static str>,
    /// The words that requests begin with: `ACTION`, ...
    pub action_words: Vec<Finder<'static>>,
}

/// All openers.
pub fn all() -> &'static Openers {
    &TABLE
}

static TABLE: LazyLock<Openers> = LazyLock::new(|| {
    let mut table = Openers::default();
    for (kind, phrase) in include_str!("openers.tsv").lines().skip(2).filter_map(|line| line.split_once('\t')) {
        match kind {
            "summary" => table.summary.push(phrase),
            "comment" => table.comment.push(phrase),
            "qualifier" => table.qualifier.push(phrase),
            _ => table.action.push(phrase),
        }
    }
    for list in [&mut table.summary, &mut table.comment, &mut table.qualifier, &mut table.action] {
        list.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    }
    let mut words: Vec<&str> = table.action.iter().filter_map(|phrase| phrase.split([' ', '/']).next()).collect();
    words.sort_unstable();
    words.dedup();
    table.action_words = words.into_iter().map(Finder::new).collect();
    table
});
