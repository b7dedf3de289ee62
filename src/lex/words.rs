//! Words looked for wherever they are in a text in upper case.

use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem::{Finder, FinderBuilder};

/// Letters of English prose, rarest first.
const RARITY: &[u8] = b"ZQXJKVBPYGFWMUCLDRHSNIOATE";

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
