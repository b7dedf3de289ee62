//! How many letters two words differ in, up to a bound.
//!
//! A letter lost, added or replaced is one edit, and so are two neighbours that changed places: the slips of
//! typists and relays. The work is linear in the longer word for a fixed bound; nothing is allocated.

/// Words longer than this differ too much from anything they are compared with.
const LONGEST: usize = 32;

/// The number of edits between two words, `None` if there are more than `most`.
pub fn edits(left: &str, right: &str, most: usize) -> Option<usize> {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left == right {
        return Some(0);
    }
    if left.len().max(right.len()) > LONGEST || !are_alike(left, right, most) {
        return None;
    }
    let edits = alignment(left, right, most);
    (edits <= most).then_some(edits)
}

/// The number of edits between a word in any case and one in capitals, `None` if there are more than `most`.
pub fn edits_in_any_case(word: &str, capitals: &str, most: usize) -> Option<usize> {
    if !may_be_near(word, capitals, most) {
        return None;
    }
    edits(&word.to_ascii_uppercase(), capitals, most)
}

/// Whether two words, whatever their case, can be within `most` edits at all.
pub fn may_be_near(left: &str, right: &str, most: usize) -> bool {
    are_alike(left.as_bytes(), right.as_bytes(), most)
}

/// One edit adds one letter at most to those that only one of the words holds: most pairs are told apart by that.
fn are_alike(left: &[u8], right: &[u8], most: usize) -> bool {
    if left.len().abs_diff(right.len()) > most {
        return false;
    }
    let (own, other) = (letters(left), letters(right));
    (own & !other).count_ones().max((other & !own).count_ones()) as usize <= most
}

/// The letters of a word as a set, a bit each; letters that share a bit make words alike, never different.
fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |letters, byte| letters | 1 << (byte & 31))
}

/// Optimal string alignment, row by row, only as far from the diagonal as `most` allows.
fn alignment(left: &[u8], right: &[u8], most: usize) -> usize {
    // No word has more than `LONGEST` letters, so a byte holds every count.
    let most = most.min(LONGEST);
    let far = most as u8 + 1;
    let mut before = [far; LONGEST + 1];
    let mut above = [far; LONGEST + 1];
    for (column, cell) in above.iter_mut().enumerate().take(most.min(right.len()) + 1) {
        *cell = column as u8;
    }
    for row in 1..=left.len() {
        let mut current = [far; LONGEST + 1];
        let first = row.saturating_sub(most);
        if first == 0 {
            current[0] = row as u8;
        }
        for column in first.max(1)..=(row + most).min(right.len()) {
            let same = left[row - 1] == right[column - 1];
            let mut edits = (above[column - 1] + u8::from(!same)).min(above[column] + 1).min(current[column - 1] + 1);
            if row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1] {
                edits = edits.min(before[column - 2] + 1);
            }
            current[column] = edits.min(far);
        }
        if current.iter().all(|&cell| cell == far) {
            return usize::from(far);
        }
        before = above;
        above = current;
    }
    usize::from(above[right.len()])
}

/// What fits best within `most` edits, if it fits better than everything else.
pub fn nearest<'a, T: Copy + PartialEq>(
    word: &str,
    candidates: impl Iterator<Item = (&'a str, T)>,
    most: usize,
) -> Nearest<T> {
    let mut best = Nearest::None;
    let mut bound = most;
    for (name, candidate) in candidates {
        let Some(edits) = edits(word, name, bound) else { continue };
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
