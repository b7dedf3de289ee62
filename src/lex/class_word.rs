//! The class word of a classification line, spaced out or not, and however damaged.

use super::fuzzy::edits;
use crate::tables::levels::{self, class_words};

pub use crate::tables::levels::Level;

/// How much of a class word must be sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soundness {
    /// Upper case, every letter there.
    Sound,
    /// Any case, every letter there; right only at the start of a line, or for the cable's own post.
    AnyCase,
    /// Any case, and letters may be doubled, lost or replaced; right only at the start of a line.
    Any,
}

/// A class word at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassWord {
    /// Level.
    pub level: Level,
    /// Where the word ends.
    pub end: usize,
    /// Where the word was damaged: what was read in its place.
    pub repaired: Option<&'static str>,
}

impl ClassWord {
    /// Reads the class word that `text` begins with; a misspelt one counts only where `is_followed` finds a section or a
    /// station after it.
    pub fn read(text: &str, word: Soundness, is_followed: impl Fn(usize) -> bool) -> Option<ClassWord> {
        let sound = sound(text, word);
        sound.or_else(|| if word == Soundness::Any { damaged(text, is_followed) } else { None })
    }

    /// Reads a class word that lacks its initial.
    pub fn read_lost_initial(text: &str) -> Option<ClassWord> {
        class_words().iter().find_map(|word| {
            let end = spaced(text, &word.letters[1..], Soundness::Sound)?;
            Some(ClassWord { level: word.level, end, repaired: Some(word.level.words()) })
        })
    }
}

/// Whether two letters, the second perhaps spaced out, can begin a class word: nearly no other word begins with them.
pub fn may_begin(&[first, second]: &[u8; 2]) -> bool {
    let wanted = SECOND_LETTERS[usize::from(first)];
    (wanted != 0) & ((second == wanted) | (second == b' '))
}

/// The second letters of class words by their initials.
const SECOND_LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    letters[b'U' as usize] = b'N';
    letters[b'C' as usize] = b'O';
    letters[b'S' as usize] = b'E';
    letters[b'T' as usize] = b'O';
    letters[b'L' as usize] = b'I';
    letters
};

fn sound(text: &str, word: Soundness) -> Option<ClassWord> {
    let initial = text.as_bytes().first()?.to_ascii_uppercase();
    let mut alike = class_words().iter().filter(|known| known.letters.as_bytes()[0] == initial);
    alike.find_map(|known| {
        let end = spaced(text, &known.letters, word)?;
        Some(ClassWord { level: known.level, end, repaired: None })
    })
}

/// A class word with its initial doubled or lost, or with letters wrong.
#[cold]
fn damaged(text: &str, is_followed: impl Fn(usize) -> bool) -> Option<ClassWord> {
    doubled_initial(text).or_else(|| ClassWord::read_lost_initial(text)).or_else(|| misspelt(text, is_followed))
}

fn doubled_initial(text: &str) -> Option<ClassWord> {
    let initial = text.chars().next()?;
    let rest = text[initial.len_utf8()..].trim_start_matches(' ');
    let ClassWord { level, end, .. } = sound(rest, Soundness::Any).filter(|_| rest.starts_with(initial))?;
    Some(ClassWord { level, end: text.len() - rest.len() + end, repaired: Some(level.words()) })
}

/// The longest beginning of a line that may be a misspelled class word.
const LONGEST: usize = 40;

/// The class word that the words before SECTION, or of a known post and a serial, are nearest to.
fn misspelt(text: &str, is_followed: impl Fn(usize) -> bool) -> Option<ClassWord> {
    let letters_and_spaces = |&byte: &u8| byte == b' ' || byte.is_ascii_alphabetic();
    let beginning = text.bytes().take(LONGEST).take_while(letters_and_spaces).count();
    let ends = (1..beginning).filter(|&end| text.as_bytes()[end] == b' ' && text.as_bytes()[end - 1] != b' ');
    let candidates = ends.filter_map(|end| {
        let letters: String = text[..end].chars().filter(|&c| c != ' ').map(|c| c.to_ascii_uppercase()).collect();
        let (count, level) = nearest(&letters)?;
        is_followed(end).then_some((count, level, end))
    });
    let (_, level, end) = candidates.min_by_key(|&(count, _, _)| count)?;
    Some(ClassWord { level, end, repaired: Some(level.words()) })
}

fn nearest(letters: &str) -> Option<(usize, Level)> {
    let near = |word: &levels::LevelWord| {
        let most = if word.letters.len() >= 9 { 3 } else { 1 };
        Some((edits(letters, &word.letters, most)?, word.level))
    };
    class_words().iter().filter_map(near).min()
}

/// The most spaces between two letters of a spaced class word.
const MOST_SPACES: usize = 3;

/// Where `letters` end at the beginning of `text`, spaces between them left aside.
pub fn spaced(text: &str, letters: &str, word: Soundness) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    for letter in letters.bytes() {
        if at > 0 && bytes.get(at) == Some(&b' ') {
            at += bytes[at..].iter().take(MOST_SPACES).take_while(|&&byte| byte == b' ').count();
        }
        let found = *bytes.get(at)?;
        let same = found == letter || (word != Soundness::Sound && found.to_ascii_uppercase() == letter);
        at = if same { at + 1 } else { return None };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex::tests::lines_of_cases;

    #[test]
    fn a_sound_class_word_begins_with_letters_that_may_begin_one() {
        let mut matches = 0;
        for line in lines_of_cases() {
            let starts = (0..line.len().saturating_sub(1)).filter(|at| line.is_char_boundary(*at));
            for at in starts.filter(|at| sound(&line[*at..], Soundness::Sound).is_some()) {
                matches += 1;
                assert!(may_begin(&[line.as_bytes()[at], line.as_bytes()[at + 1]]), "{line}");
            }
        }
        assert!(matches > 200);
    }
}
