//! Words that tell what a reference without a message reference number is: an e-mail, a telephone call, a manual.
//!
//! Facts only, from `citations.tsv`.

use std::sync::LazyLock;

use super::index::Index;
use super::tsv::tsv;

/// The kind of the first word of `text` that is in the table, as the table names it. Words of messages and of
/// other things count only where no better one follows: `CIA TD-314` is a report.
pub fn kind(text: &str) -> Option<&'static str> {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).peekable();
    let mut vague = None;
    while let Some(word) = words.next() {
        let next = words.peek().copied().unwrap_or_default();
        match look_up(word, next) {
            Some(kind @ ("message" | "other")) => vague = vague.or(Some(kind)),
            Some(kind) => return Some(kind),
            None => {}
        }
    }
    vague
}

fn look_up(word: &str, next: &str) -> Option<&'static str> {
    let start = TABLE.index.get(word)?;
    let listed = TABLE.words[start..].iter().take_while(|listed| listed.word.eq_ignore_ascii_case(word));
    let fits = |listed: &&CitationWord| listed.next.is_empty() || listed.next.eq_ignore_ascii_case(next);
    listed.filter(fits).map(|listed| listed.kind).next()
}

/// A word of the table.
struct CitationWord {
    kind: &'static str,
    word: &'static str,
    /// The word that must follow, if any.
    next: &'static str,
}

struct CitationTable {
    /// In order of the words.
    words: Vec<CitationWord>,
    /// Where the rows of each word begin.
    index: Index<usize>,
}

static TABLE: LazyLock<CitationTable> = LazyLock::new(|| {
    let rows = tsv!("citations.tsv").rows::<2>();
    let phrases = rows.flat_map(|row| row.list(1).map(move |words| (row.cells[0], words)));
    let mut words: Vec<CitationWord> = phrases
        .map(|(kind, words)| {
            let (word, next) = words.split_once(' ').unwrap_or((words, ""));
            CitationWord { kind, word, next }
        })
        .collect();
    words.sort_by_key(|listed| listed.word);
    let index = Index::of(words.iter().enumerate().map(|(start, listed)| (listed.word, start)));
    CitationTable { words, index }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_in_the_table_decides() {
        assert_eq!(kind("MERRIWETHER-QUADE E-MAILS 9-22"), Some("email"));
        assert_eq!(kind("Quade/Harrowgate telcon and email"), Some("telephone"));
        assert_eq!(kind("9 FAM 41.31"), Some("manual"));
        assert_eq!(kind("LISBON 9972"), None);
    }
}
