//! Words that tell what a reference without a message reference number is: an e-mail, a telephone call, a manual.
//!
//! Facts only, from `citations.tsv`.

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
    rows().find(|(_, listed)| listed.split(", ").any(|listed| names(listed, word, next))).map(|(kind, _)| kind)
}

/// Whether the listed word, or the listed pair of words, stands here.
fn names(listed: &str, word: &str, next: &str) -> bool {
    match listed.split_once(' ') {
        Some((first, second)) => first.eq_ignore_ascii_case(word) && second.eq_ignore_ascii_case(next),
        None => listed.eq_ignore_ascii_case(word),
    }
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    // The first line says what the table is, the second names its columns.
    include_str!("citations.tsv").lines().skip(2).filter_map(|line| line.split_once('\t'))
}

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
