//! Words that tell what a reference without a message reference number is: an e-mail, a telephone call, a manual.
//!
//! Facts only, from `citations.tsv`.

use std::sync::LazyLock;

/// The kind of the first word of `text` that stands in the table, as the table names it. Words of messages and of
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
    // Nearly every word is settled by its first letter and its length.
    let may_be = |listed: &&(&str, &str, &str)| listed.1.len() == word.len() && listed.1.eq_ignore_ascii_case(word);
    let start = TABLE.partition_point(|listed| listed.1.as_bytes()[0] < word.as_bytes()[0].to_ascii_uppercase());
    let same_letter =
        TABLE[start..].iter().take_while(|listed| listed.1.as_bytes()[0].eq_ignore_ascii_case(&word.as_bytes()[0]));
    same_letter
        .filter(may_be)
        .find(|listed| listed.2.is_empty() || listed.2.eq_ignore_ascii_case(next))
        .map(|listed| listed.0)
}

/// Kind, word, and the word that must follow; in order of the words.
static TABLE: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    // The first line says what the table is, the second names its columns.
    let rows = include_str!("citations.tsv").lines().skip(2).filter_map(|line| line.split_once('\t'));
    let words = rows.flat_map(|(kind, words)| words.split(", ").map(move |word| (kind, word)));
    let mut table: Vec<_> = words
        .map(|(kind, words)| {
            let (word, next) = words.split_once(' ').unwrap_or((words, ""));
            (kind, word, next)
        })
        .collect();
    table.sort_unstable_by_key(|listed| listed.1);
    table
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
