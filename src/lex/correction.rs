//! The words that call a cable a corrected copy, in spaced letters or not: `C O R R E C T E D  C O P Y`.

use memchr::memchr2_iter;

/// Whether a text calls the cable a corrected copy, in spaced letters or not.
pub fn is_in(text: &str) -> bool {
    find(text).is_some()
}

/// Where a text begins to call the cable a corrected copy.
pub fn find(text: &str) -> Option<usize> {
    let is_other_word = |at: usize| {
        let second = text.as_bytes().get(at + 1);
        second.is_some_and(|letter| letter.is_ascii_alphabetic() && !letter.eq_ignore_ascii_case(&b'O'))
    };
    let (mut counted, mut in_front) = (0, 0);
    for at in memchr2_iter(b'C', b'c', text.as_bytes()).filter(|&at| !is_other_word(at)) {
        let Some(behind) = behind_letters(&text[at..], CORRECTED) else { continue };
        in_front += text[counted..at].chars().filter(|c| c.is_alphanumeric()).count();
        counted = at;
        let calls = |word: &str| {
            behind_letters(behind, word).is_some_and(|rest| {
                in_front + CORRECTED.len() + word.len() <= LETTERS_LOOKED_AT || !rest.contains(char::is_alphanumeric)
            })
        };
        if in_front == 0 || calls("COPY") || calls("VERSION") {
            return Some(at);
        }
    }
    None
}

const CORRECTED: &str = "CORRECTED";

/// A text calls the cable corrected within so many letters, or at its very end.
const LETTERS_LOOKED_AT: usize = 60;

/// What follows these letters, if a text begins with them, whatever is between them.
fn behind_letters<'t>(text: &'t str, letters: &str) -> Option<&'t str> {
    let mut signs = text.chars();
    for letter in letters.chars() {
        let next = signs.by_ref().find(|c| c.is_alphanumeric())?;
        if !next.eq_ignore_ascii_case(&letter) {
            return None;
        }
    }
    Some(signs.as_str())
}
