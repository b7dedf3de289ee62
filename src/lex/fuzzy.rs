//! How many letters two words differ in, up to a bound.
//!
//! A letter lost, added or replaced is one edit, and so are two neighbors that changed places: the slips of
//! typists and relays. The work is linear in the letters of one word for each letter of the other; nothing is
//! allocated.

/// Words longer than this differ too much from anything they are compared with.
const LONGEST: usize = 32;

/// A word, and what distinguishes it from others at a glance.
#[derive(Clone, Copy, Debug)]
pub struct FuzzyWord<'a> {
    text: &'a [u8],
    /// Its letters as a set, a bit each; letters that share a bit make words alike, never different.
    letters: u32,
}

impl<'a> FuzzyWord<'a> {
    /// The word that is written so.
    pub const fn new(text: &'a str) -> FuzzyWord<'a> {
        let text = text.as_bytes();
        let (mut letters, mut at) = (0, 0);
        while at < text.len() {
            letters |= 1 << (text[at] & 31);
            at += 1;
        }
        FuzzyWord { text, letters }
    }

    /// Its length in bytes.
    pub fn len(self) -> usize {
        self.text.len()
    }

    /// The number of edits between two words, `None` if there are more than `most`.
    #[inline]
    pub fn edits(self, other: FuzzyWord<'_>, most: usize) -> Option<usize> {
        if self.may_be_near(other, most) { self.aligned(other, most) } else { None }
    }

    fn aligned(self, other: FuzzyWord<'_>, most: usize) -> Option<usize> {
        if self.text == other.text {
            return Some(0);
        }
        if self.len().max(other.len()) > LONGEST {
            return None;
        }
        alignment(self.text, other.text, most)
    }

    /// Whether two words, whatever their case, can be within `most` edits at all: one edit adds one letter at most to
    /// those that only one of the words holds.
    #[inline]
    pub fn may_be_near(self, other: FuzzyWord<'_>, most: usize) -> bool {
        // Branches would cost more than what they leave out.
        (self.len().abs_diff(other.len()) <= most)
            & has_at_most(most, self.letters & !other.letters)
            & has_at_most(most, other.letters & !self.letters)
    }
}

/// Whether a set has no more than so many letters: nothing is left once these are taken out.
#[inline]
fn has_at_most(most: usize, letters: u32) -> bool {
    let without_one = letters & letters.wrapping_sub(1);
    match most {
        0 => letters == 0,
        1 => without_one == 0,
        2 => without_one & without_one.wrapping_sub(1) == 0,
        _ => letters.count_ones() as usize <= most,
    }
}

/// Words of one length that others are compared with.
#[derive(Debug, Default)]
pub struct FuzzyWords {
    words: Vec<FuzzyWord<'static>>,
    /// The letters of each, side by side: most words differ from all of them in these.
    letters: Vec<u32>,
}

impl FuzzyWords {
    /// Adds a word, as long as the others.
    pub fn push(&mut self, word: FuzzyWord<'static>) {
        self.words.push(word);
        self.letters.push(word.letters);
    }

    /// Whether one of them is within `most` edits of `word`.
    pub fn hold_near(&self, word: FuzzyWord<'_>, most: usize) -> bool {
        let is_alike =
            |letters: u32| has_at_most(most, word.letters & !letters) && has_at_most(most, letters & !word.letters);
        let mut from = 0;
        while let Some(found) = self.letters[from..].iter().position(|&letters| is_alike(letters)) {
            from += found + 1;
            if word.edits(self.words[from - 1], most).is_some() {
                return true;
            }
        }
        false
    }
}

/// The number of edits between two words, `None` if there are more than `most`.
pub fn edits(left: &str, right: &str, most: usize) -> Option<usize> {
    let are_as_long = left.len().abs_diff(right.len()) <= most;
    are_as_long.then(|| FuzzyWord::new(left).edits(FuzzyWord::new(right), most))?
}

/// The number of edits between a word in any case and one in upper case, `None` if there are more than `most`.
pub fn edits_in_any_case(word: &str, capitals: &str, most: usize) -> Option<usize> {
    if word.eq_ignore_ascii_case(capitals) {
        return Some(0);
    }
    let is_as_long = word.len().abs_diff(capitals.len()) <= most;
    if !is_as_long || !FuzzyWord::new(word).may_be_near(FuzzyWord::new(capitals), most) {
        return None;
    }
    edits(&word.to_ascii_uppercase(), capitals, most)
}

/// Optimal string alignment after Hyyrö: a column of the matrix is two sets of bits, where a cell is one more than the
/// cell above it and where it is one less. No word has more letters than a set has bits.
fn alignment(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    let Some(last) = left.len().checked_sub(1) else { return Some(right.len()).filter(|&edits| edits <= most) };
    let (mut more, mut less) = (u64::MAX, 0);
    let (mut same_before, mut diagonal) = (0, 0);
    let mut edits = left.len();
    for (at, &letter) in right.iter().enumerate() {
        // No column takes more than one edit back.
        if edits > most + right.len() - at {
            return None;
        }
        let same = places(letter, left);
        let swapped = (!diagonal & same) << 1 & same_before;
        diagonal = ((same & more).wrapping_add(more) ^ more) | same | less | swapped;
        let (right_more, right_less) = (less | !(diagonal | more), diagonal & more);
        edits = edits + (right_more >> last & 1) as usize - (right_less >> last & 1) as usize;
        let right_more = right_more << 1 | 1;
        more = right_less << 1 | !(diagonal | right_more);
        less = right_more & diagonal;
        same_before = same;
    }
    Some(edits).filter(|&edits| edits <= most)
}

/// Where a letter is in a word, a bit each.
fn places(letter: u8, word: &[u8]) -> u64 {
    word.iter().rev().fold(0, |places, &byte| places << 1 | u64::from(byte == letter))
}

/// What fits best within `most` edits, if it fits better than everything else.
pub fn nearest<'a, T: Copy + PartialEq>(
    word: &str,
    candidates: impl Iterator<Item = (&'a str, T)>,
    most: usize,
) -> Nearest<T> {
    let as_long = candidates.filter(|(name, _)| name.len().abs_diff(word.len()) <= most);
    nearest_word(word, as_long.map(|(name, candidate)| (FuzzyWord::new(name), candidate)), most)
}

/// As [`nearest`], for candidates whose letters are counted already.
pub fn nearest_word<'a, T: Copy + PartialEq>(
    word: &str,
    candidates: impl Iterator<Item = (FuzzyWord<'a>, T)>,
    most: usize,
) -> Nearest<T> {
    let word = FuzzyWord::new(word);
    let mut best = Nearest::None;
    let mut bound = most;
    for (name, candidate) in candidates {
        let Some(edits) = word.edits(name, bound) else { continue };
        best = match best {
            Nearest::One(other) if edits == bound && other == candidate => best,
            Nearest::One(_) | Nearest::Several if edits == bound => Nearest::Several,
            _ => Nearest::One(candidate),
        };
        bound = edits;
    }
    best
}

/// What a search for the nearest word found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearest<T> {
    /// Nothing is near.
    None,
    /// One is nearer than all others.
    One(T),
    /// Several are equally near.
    Several,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by the plain recurrence: a matrix of the edits between the beginnings of both words.
    fn plainly(left: &[u8], right: &[u8]) -> usize {
        let mut edits = vec![vec![0; right.len() + 1]; left.len() + 1];
        for (row, column) in (0..=left.len()).flat_map(|row| (0..=right.len()).map(move |column| (row, column))) {
            edits[row][column] = match (row, column) {
                (0, _) => column,
                (_, 0) => row,
                _ => {
                    let replaced = edits[row - 1][column - 1] + usize::from(left[row - 1] != right[column - 1]);
                    let near = replaced.min(edits[row - 1][column] + 1).min(edits[row][column - 1] + 1);
                    let is_swapped = row > 1
                        && column > 1
                        && left[row - 1] == right[column - 2]
                        && left[row - 2] == right[column - 1];
                    if is_swapped { near.min(edits[row - 2][column - 2] + 1) } else { near }
                }
            };
        }
        edits[left.len()][right.len()]
    }

    proptest! {
        #[test]
        fn edits_are_those_of_the_plain_recurrence(left in "[A-D]{0,12}", right in "[A-D]{0,12}", most in 0_usize..5) {
            let expected = Some(plainly(left.as_bytes(), right.as_bytes())).filter(|edits| *edits <= most);
            prop_assert_eq!(edits(&left, &right, most), expected);
        }
    }

    #[test]
    fn slips_are_one_edit_each() {
        for (left, right, expected) in [
            ("SECTION", "SECTION", Some(0)),
            ("SECTON", "SECTION", Some(1)),
            ("SECTTION", "SECTION", Some(1)),
            ("SEKTION", "SECTION", Some(1)),
            ("SETCION", "SECTION", Some(1)),
            ("ESCTINO", "SECTION", Some(2)),
            ("SCETOIN", "SECTION", Some(2)),
            ("CA", "ABC", None),
            ("ECTIO", "SECTION", Some(2)),
            ("", "OF", Some(2)),
            ("", "THE", None),
            ("NOTICES", "SECTION", None),
        ] {
            assert_eq!(edits(left, right, 2), expected, "{left} {right}");
            assert_eq!(edits(right, left, 2), expected, "{right} {left}");
        }
    }
}
