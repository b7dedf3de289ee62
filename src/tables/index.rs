//! The words of a table, each with what is known of it, found in any case of ASCII.
//!
//! Most words that are asked for are in no table: their length and initial tell nearly all of them. The others are
//! looked up by open addressing over a table twice as long as its words.

/// What is known of each word.
#[derive(Debug)]
pub struct Index<V> {
    slots: Vec<Option<(&'static str, V)>>,
    /// The initials of the words of each length, a bit each.
    initials: Vec<u32>,
}

impl<V: Copy> Index<V> {
    /// The index of these words; of a word that occurs twice the first counts.
    pub fn of(words: impl IntoIterator<Item = (&'static str, V)>) -> Index<V> {
        let words: Vec<_> = words.into_iter().collect();
        let longest = words.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        let slots = vec![None; (2 * words.len() + 1).next_power_of_two()];
        let mut index = Index { slots, initials: vec![0; longest + 1] };
        for (word, value) in words {
            index.initials[word.len()] |= initial(word);
            let slot = index.slot(word);
            index.slots[slot].get_or_insert((word, value));
        }
        index
    }

    /// What is known of `word`.
    pub fn get(&self, word: &str) -> Option<V> {
        self.find(word).map(|(_, value)| value)
    }

    /// The word of the table that `word` is, as the table has it, and what is known of it.
    pub fn find(&self, word: &str) -> Option<(&'static str, V)> {
        let initials = self.initials.get(word.len())?;
        if initials & initial(word) == 0 {
            return None;
        }
        self.slots[self.slot(word)]
    }

    /// Where `word` is, or the empty slot where it would be.
    fn slot(&self, word: &str) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = hash(word) & last;
        // Nearly every word is asked for in the case of the table.
        let is_other = |known: &str| known != word && !known.eq_ignore_ascii_case(word);
        while self.slots[slot].is_some_and(|(known, _)| is_other(known)) {
            slot = (slot + 1) & last;
        }
        slot
    }
}

/// The first letter of a word as a bit, the same in any case.
fn initial(word: &str) -> u32 {
    word.as_bytes().first().map_or(0, |byte| 1 << (byte & 31))
}

/// The same for a word in any case: the length and two letters at either end tell nearly all words of a table apart.
fn hash(word: &str) -> usize {
    let bytes = word.as_bytes();
    let letters = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(&[first, second]), Some(&[last_but_one, last])) => [first, second, last_but_one, last],
        _ => [bytes.first().copied().unwrap_or_default(); 4],
    };
    let mixed = (u32::from_le_bytes(letters) | 0x2020_2020) ^ (word.len() as u32) << 5;
    (mixed.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        let index = Index::of([("WASHDC", 1), ("US", 2), ("US", 3)]);
        assert_eq!((index.get("WashDC"), index.get("US")), (Some(1), Some(2)));
        assert_eq!((index.get("WASH"), index.get(""), index.get("WASHINGTON")), (None, None, None));
        assert_eq!(Index::of([("", 0); 0]).get(""), None);
    }
}
