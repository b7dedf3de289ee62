//! Words of ASCII at the beginning of a text or of bytes, in any case.

/// Whether `text` begins with `word`, a word of ASCII, in any case.
#[inline]
pub fn begins_in_any_case(text: impl AsRef<[u8]>, word: impl AsRef<[u8]>) -> bool {
    let (text, word) = (text.as_ref(), word.as_ref());
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_compared_in_any_case_and_never_within_a_character() {
        assert!(begins_in_any_case("Subject: Ferries", "SUBJECT"));
        assert!(begins_in_any_case("any", ""));
        assert!(!begins_in_any_case("Sub", "SUBJECT"));
        assert!(!begins_in_any_case("é", "e"));
    }
}
