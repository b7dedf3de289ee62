//! Words of ASCII at the beginning or the end of a text, in any case, and with any run of spaces between them.

/// Whether `text` begins with `word`, a word of ASCII, in any case.
#[inline]
pub fn begins_in_any_case(text: impl AsRef<[u8]>, word: impl AsRef<[u8]>) -> bool {
    let (text, word) = (text.as_ref(), word.as_ref());
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The bytes at the beginning of `text` that are the words of `phrase`, in any case; each space of the phrase is any run of
/// them.
pub fn words_in_any_case(text: &str, phrase: &str) -> Option<usize> {
    words_in_front(text, phrase, |found, wanted| found.eq_ignore_ascii_case(&wanted))
}

/// As [`words_in_any_case`], in the case of the phrase.
pub fn words_as_written(text: &str, phrase: &str) -> Option<usize> {
    words_in_front(text, phrase, |found, wanted| found == wanted)
}

#[inline]
fn words_in_front(text: &str, phrase: &str, is_same: impl Fn(u8, u8) -> bool) -> Option<usize> {
    let text = text.as_bytes();
    let mut at = 0;
    for wanted in phrase.bytes() {
        text.get(at).filter(|&&found| is_same(found, wanted))?;
        at += 1;
        if wanted == b' ' {
            at += text[at..].iter().take_while(|byte| **byte == b' ').count();
        }
    }
    Some(at)
}

/// Where the words of `phrase` begin that `text` ends with, in any case and with any run of spaces between them.
pub fn words_at_end(text: &str, phrase: &str) -> Option<usize> {
    let mut left = text;
    for word in phrase.rsplit(' ') {
        if left.len() < text.len() {
            let trimmed = left.trim_end_matches(' ');
            left = Some(trimmed).filter(|trimmed| trimmed.len() < left.len())?;
        }
        let start = left.len().checked_sub(word.len())?;
        left.get(start..).filter(|end| end.eq_ignore_ascii_case(word))?;
        left = &left[..start];
    }
    Some(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_run_of_spaces_is_between_words() {
        assert_eq!(words_in_any_case("Action  request: x", "ACTION REQUEST"), Some(15));
        assert_eq!(words_in_any_case("ACTIONREQUEST", "ACTION REQUEST"), None);
        assert_eq!(words_in_any_case("action", "ACTION REQUEST"), None);
        assert_eq!(words_as_written("CLASSIFIED   BY:", "CLASSIFIED BY"), Some(15));
        assert_eq!(words_as_written("classified by", "CLASSIFIED BY"), None);
        assert_eq!(words_at_end("(Analysis   and", "ANALYSIS AND"), Some(1));
        assert_eq!(words_at_end("analysisand", "ANALYSIS AND"), None);
        assert_eq!(words_at_end("and", "ANALYSIS AND"), None);
    }

    #[test]
    fn a_word_is_compared_in_any_case_and_never_within_a_character() {
        assert!(begins_in_any_case("Subject: Ferries", "SUBJECT"));
        assert!(begins_in_any_case("any", ""));
        assert!(!begins_in_any_case("Sub", "SUBJECT"));
        assert!(!begins_in_any_case("é", "e"));
    }
}
