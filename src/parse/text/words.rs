//! Words looked for in any case, wherever they stand.
//!
//! Only one letter of a word is searched, a rare one; the others are compared where it stands.

use memchr::memchr2_iter;

/// Letters of English prose, rarest first.
const RARITY: &[u8] = b"ZQXJKVBPYGFWMUCLDRHSNIOATE";

/// A word of capitals that is looked for in any case.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    letters: &'static str,
    /// Where the letter stands that is searched.
    searched: usize,
}

impl Word {
    /// The word with these `letters`, capitals of ASCII, found by the rarest of them.
    pub const fn new(letters: &'static str) -> Word {
        let mut rarest = 0;
        let mut at = 0;
        while at < letters.len() {
            if rank(letters.as_bytes()[at]) < rank(letters.as_bytes()[rarest]) {
                rarest = at;
            }
            at += 1;
        }
        Word { letters, searched: rarest }
    }

    /// Bytes of `text` at which the word begins.
    pub fn places<'t>(self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        letters_alike(self.letter(), text).filter_map(move |at| self.start_around(at, text))
    }

    /// Whether the word stands in `text`.
    pub fn is_in(self, text: &str) -> bool {
        self.places(text).next().is_some()
    }

    fn letter(self) -> u8 {
        self.letters.as_bytes().get(self.searched).copied().unwrap_or_default()
    }

    /// Where the word begins, if it stands around the letter found `at` this byte.
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

/// Words that are looked for together: by one letter, if they share one.
#[derive(Debug)]
pub struct Words(Vec<Group>);

/// Words that are found by the same letter.
#[derive(Debug)]
struct Group {
    letter: u8,
    words: Vec<Word>,
    /// The bytes that may stand behind the letter; mostly another does.
    behind: [bool; 256],
}

impl Words {
    /// These words of capitals.
    pub fn new(words: &[&'static str]) -> Words {
        let shared = RARITY.iter().find(|letter| words.iter().all(|word| word.as_bytes().contains(letter)));
        let by_shared = |letters: &'static str| {
            let searched = letters.bytes().position(|letter| Some(&letter) == shared)?;
            Some(Word { letters, searched })
        };
        let mut words: Vec<Word> =
            words.iter().map(|letters| by_shared(letters).unwrap_or(Word::new(letters))).collect();
        words.sort_by_key(|word| word.letter());
        Words(words.chunk_by(|one, other| one.letter() == other.letter()).map(Group::of).collect())
    }

    /// Whether one of the words stands in `text`.
    pub fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|group| group.is_in(text))
    }
}

impl Group {
    fn of(words: &[Word]) -> Group {
        let mut behind = [false; 256];
        for word in words {
            match word.letters.as_bytes().get(word.searched + 1) {
                Some(next) => {
                    behind[usize::from(*next)] = true;
                    behind[usize::from(next.to_ascii_lowercase())] = true;
                }
                None => behind.fill(true),
            }
        }
        Group { letter: words.first().map_or(0, |word| word.letter()), words: words.to_vec(), behind }
    }

    fn is_in(&self, text: &str) -> bool {
        let may_stand = |at: &usize| text.as_bytes().get(at + 1).is_none_or(|&next| self.behind[usize::from(next)]);
        let mut places = letters_alike(self.letter, text).filter(may_stand);
        places.any(|at| self.words.iter().any(|word| word.start_around(at, text).is_some()))
    }
}

/// Where a letter stands in `text`, in either case.
fn letters_alike(capital: u8, text: &str) -> impl Iterator<Item = usize> {
    memchr2_iter(capital, capital.to_ascii_lowercase(), text.as_bytes())
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
        for words in [Words::new(&["ACTION", "GUIDANCE"]), Words::new(&["ACTION", "GUIDE"])] {
            assert!(words.are_in("no action.") && words.are_in("GUIDEs, guidance") && !words.are_in("a factor"));
        }
    }
}
