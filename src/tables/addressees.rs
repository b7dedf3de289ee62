//! Turns the name of an addressee into what is known of it: the post it means, or a group of posts.
//!
//! The facts are in `plads.tsv` (routing indicators and names), `addressee_words.tsv` and `missions.tsv`. A routing indicator
//! alone names nobody: gateways come before many names.

use std::sync::LazyLock;

use super::index::Index;
use super::tsv::tsv;
use super::{missions, posts};

/// What a word says about the name it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddresseeWord {
    /// Comes before the name of a post: `AMEMBASSY`.
    Mission,
    /// Owns the number after it: `CTF 345`.
    Unit,
    /// Ends a name and may wrap to a line of its own: `WASHDC`.
    Place,
    /// Makes the name a collective one: `POSTS`.
    Group,
}

/// What `word` says, in any case.
pub fn word(word: &str) -> Option<AddresseeWord> {
    TABLE.words.get(word)
}

/// Whether this is a routing indicator seen before a name of an addressee.
pub fn is_known_indicator(indicator: &str) -> bool {
    TABLE.indicators.get(indicator).is_some()
}

/// Whether this is an addressee's name seen before, whatever comes before it.
pub fn is_known_name(name: &str) -> bool {
    TABLE.names.get(name).is_some()
}

/// Whether the name means several posts.
pub fn is_collective(name: &str) -> bool {
    name.split_ascii_whitespace().any(|part| word(part) == Some(AddresseeWord::Group))
}

/// The post an addressee means: the name after words like `AMEMBASSY`, or the whole name (`USEU BRUSSELS`).
pub fn post(name: &str) -> Option<&'static posts::Post> {
    let mut rest = name.trim();
    loop {
        if let Some(post) = posts::find(rest) {
            // Agencies have numbers of their own, but are no posts.
            return Some(post).filter(|post| post.kind == posts::PostKind::Post);
        }
        let first = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
        if word(&rest[..first]) != Some(AddresseeWord::Mission) {
            return None;
        }
        rest = rest[first..].trim_start();
    }
}

/// The two files in memory.
struct AddresseeTable {
    indicators: Index<()>,
    names: Index<()>,
    words: Index<AddresseeWord>,
}

static TABLE: LazyLock<AddresseeTable> = LazyLock::new(|| {
    const KINDS: [(&str, AddresseeWord); 3] =
        [("unit", AddresseeWord::Unit), ("place", AddresseeWord::Place), ("group", AddresseeWord::Group)];
    let pairs = || tsv!("plads.tsv").rows::<3>().map(|row| row.cells);
    let words = tsv!("addressee_words.tsv").rows::<2>().map(|row| (row.cells[0], row.one_of(1, &KINDS)));
    AddresseeTable {
        indicators: Index::of(pairs().map(|[indicator, ..]| (indicator, ()))),
        names: Index::of(pairs().map(|[_, name, _]| (name, ()))),
        words: Index::of(words.chain(missions::in_addresses().iter().map(|word| (*word, AddresseeWord::Mission)))),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_post_behind_a_name() {
        for (name, expected) in [
            ("AMEMBASSY LA PAZ", Some("LAPAZ")),
            ("AMCONSUL HONG KONG", Some("HONGKONG")),
            ("USMISSION USUN NEW YORK", Some("USUNNEWYORK")),
            ("USMISSION GENEVA", Some("GENEVA")),
            ("USMISSION USNATO", Some("USNATO")),
            ("USMISSION UNVIE VIENNA", Some("UNVIEVIENNA")),
            ("USEU BRUSSELS", Some("USEUBRUSSELS")),
            ("USINT HAVANA", Some("HAVANA")),
            ("SECSTATE WASHDC", Some("STATE")),
            ("STATE", Some("STATE")),
            ("AIT TAIPEI", Some("AITTAIPEI")),
            ("DEPT OF COMMERCE WASHDC", None),
            ("CIA WASHDC", None),
            ("SECDEF WASHDC", None),
            ("AMEMBASSY", None),
            ("", None),
        ] {
            assert_eq!(post(name).map(|post| post.mrn), expected, "{name}");
        }
    }

    #[test]
    fn groups() {
        assert!(is_collective("EUROPEAN POLITICAL COLLECTIVE"));
        assert!(is_collective("ALL OECD CAPITALS"));
        assert!(!is_collective("AMEMBASSY BERN"));
    }
}
