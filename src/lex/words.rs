//! Words looked for in any case, wherever they are.
//!
//! Only one letter of a word is searched, a rare one, or two in a text in upper case; the others are compared where they
//! are.

use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memchr2_iter;
use memchr::memmem::{Finder, FinderBuilder};

/// Letters of English prose, rarest first.
const RARITY: &[u8] = b"ZQXJKVBPYGFWMUCLDRHSNIOATE";

/// A word in upper case that is looked for in any case.
#[derive(Clone, Copy, Debug)]
pub struct SoughtWord {
    letters: &'static str,
    /// Where the letter is that is searched.
    searched: usize,
}

impl SoughtWord {
    /// The word with these `letters`, upper case of ASCII, found by the rarest of them.
    pub const fn new(letters: &'static str) -> SoughtWord {
        let mut rarest = 0;
        let mut at = 0;
        while at < letters.len() {
            if rank(letters.as_bytes()[at]) < rank(letters.as_bytes()[rarest]) {
                rarest = at;
            }
            at += 1;
        }
        SoughtWord { letters, searched: rarest }
    }

    /// Bytes of `text` at which the word begins.
    pub fn places<'t>(self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        letters_alike(self.letter(), text).filter_map(move |at| self.start_around(at, text))
    }

    /// Whether the word is in `text`.
    pub fn is_in(self, text: &str) -> bool {
        self.places(text).next().is_some()
    }

    fn letter(self) -> u8 {
        self.letters.as_bytes().get(self.searched).copied().unwrap_or_default()
    }

    /// Where the word begins, if it is around the letter found `at` this byte.
    fn start_around(self, at: usize, text: &str) -> Option<usize> {
        let start = at.checked_sub(self.searched)?;
        let place = text.as_bytes().get(start..start + self.letters.len())?;
        // Mostly the first letter is another.
        place
            .iter()
            .zip(self.letters.as_bytes())
            .all(|(byte, letter)| byte.to_ascii_uppercase() == *letter)
            .then_some(start)
    }
}

/// Where a letter is in `text`, in either case.
fn letters_alike(capital: u8, text: &str) -> impl Iterator<Item = usize> {
    memchr2_iter(capital, capital.to_ascii_lowercase(), text.as_bytes())
}

/// Finds a word in a text, both in upper case, by the two letters that are rarest in prose.
pub fn finder(word: &str) -> Finder<'_> {
    FinderBuilder::new().build_forward_with_ranker(Prose, word)
}

/// How often letters are in prose in upper case.
struct Prose;

impl HeuristicFrequencyRank for Prose {
    fn rank(&self, byte: u8) -> u8 {
        if rank(byte) < RARITY.len() { rank(byte) as u8 } else { u8::MAX }
    }
}

const fn rank(letter: u8) -> usize {
    let mut rank = 0;
    while rank < RARITY.len() && RARITY[rank] != letter {
        rank += 1;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        const COMMENT: SoughtWord = SoughtWord::new("COMMENT");
        let places = |text: &str| COMMENT.places(text).collect::<Vec<_>>();
        assert_eq!(places("Comment. End cOMMENt; comMents"), [0, 13, 22]);
        assert_eq!(places("mm commen"), [0; 0]);
        assert!(SoughtWord::new("END").is_in("é end"));
        assert!(!SoughtWord::new("END").is_in("d"));
    }
}
