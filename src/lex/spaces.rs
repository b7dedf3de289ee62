//! A text to its words with single spaces.

use std::borrow::Cow;

/// The words of a text with single spaces.
pub fn collapsed(text: &str) -> String {
    if are_single(text) {
        return text.to_owned();
    }
    joined(text.split_whitespace(), text.len())
}

/// These words, of so many bytes with their spaces, with single spaces.
pub fn joined<'w>(words: impl Iterator<Item = &'w str>, length: usize) -> String {
    let mut joined = String::with_capacity(length);
    push_words(&mut joined, words);
    joined
}

/// A text in which one space is in place of every run of them; its lines stay.
pub fn single(text: &str) -> Cow<'_, str> {
    if !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut single = String::with_capacity(text.len());
    for part in text.split_inclusive(' ') {
        if part != " " || !single.ends_with(' ') {
            single.push_str(part);
        }
    }
    Cow::Owned(single)
}

/// Adds words with single spaces, also before the first one if the text has words already.
pub fn push_words<'w>(text: &mut String, words: impl Iterator<Item = &'w str>) {
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// Adds a text, which may be all ASCII with single spaces already, as [`push_words`] does.
pub fn push_collapsed(text: &mut String, added: &str) {
    if added.is_empty() || text.is_empty() && are_single(added) {
        text.push_str(added);
    } else {
        push_words(text, added.split_ascii_whitespace());
    }
}

/// Whether a text is for certain nothing but words of ASCII with single spaces between them.
pub fn are_single(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    // The pass does not end early, so that many bytes are looked at together.
    let are_single = bytes.iter().zip(&bytes[1..]).fold(true, |single, (left, right)| {
        single & (b' '..=b'~').contains(left) & !((*left == b' ') & (*right == b' '))
    });
    are_single && *first != b' ' && last.is_ascii_graphic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_spaces_become_one() {
        assert_eq!(single("A  B\n\n C   D "), "A B\n\n C D ");
        assert_eq!(single("A B"), "A B");
    }

    #[test]
    fn words_keep_one_blank_between_them() {
        for (text, expected) in [
            ("A B", "A B"),
            (" A  B ", "A B"),
            ("A\tB\u{a0}C", "A B C"),
            ("d\u{e9}j\u{e0} vu", "d\u{e9}j\u{e0} vu"),
            (" ", ""),
            ("", ""),
        ] {
            assert_eq!(collapsed(text), expected);
        }
    }
}
