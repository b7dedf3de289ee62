//! Words looked for in any case, wherever they stand.
//!
//! Only the rarest letter of a word is searched; the others are compared where it stands.

use memchr::memchr2_iter;

/// Letters of English prose, rarest first.
const RARITY: &[u8] = b"ZQXJKVBPYGFWMUCLDRHSNIOATE";

/// A word of capitals that is looked for in any case.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    letters: &'static str,
    /// Where its rarest letter stands.
    rarest: usize,
}

impl Word {
    /// The word with these `letters`, capitals of ASCII.
    pub const fn new(letters: &'static str) -> Word {
        let mut rarest = 0;
        let mut at = 0;
        while at < letters.len() {
            if rank(letters.as_bytes()[at]) < rank(letters.as_bytes()[rarest]) {
                rarest = at;
            }
            at += 1;
        }
        Word { letters, rarest }
    }

    /// Bytes of `text` at which the word begins.
    pub fn places<'t>(self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        let (letters, bytes) = (self.letters.as_bytes(), text.as_bytes());
        let rarest = letters.get(self.rarest).copied().unwrap_or_default();
        memchr2_iter(rarest, rarest.to_ascii_lowercase(), bytes)
            .filter_map(move |at| at.checked_sub(self.rarest))
            .filter(move |&start| is_at(bytes, start, letters))
    }

    /// Whether the word stands in `text`.
    pub fn is_in(self, text: &str) -> bool {
        self.places(text).next().is_some()
    }
}

/// Whether `letters` stand at `start`, in any case; ends with the first other letter, which mostly is the first.
fn is_at(bytes: &[u8], start: usize, letters: &[u8]) -> bool {
    bytes
        .get(start..start + letters.len())
        .is_some_and(|place| place.iter().zip(letters).all(|(byte, letter)| byte.eq_ignore_ascii_case(letter)))
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
        const COMMENT: Word = Word::new("COMMENT");
        let places = |text: &str| COMMENT.places(text).collect::<Vec<_>>();
        assert_eq!(places("Comment. End cOMMENt; comMents"), [0, 13, 22]);
        assert_eq!(places("mm commen"), [0; 0]);
        assert!(Word::new("END").is_in("é end"));
        assert!(!Word::new("END").is_in("d"));
    }
}
