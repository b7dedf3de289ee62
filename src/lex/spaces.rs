//! A text to its words with single blanks.

/// The words of a text with single blanks.
pub fn collapsed(text: &str) -> String {
    if are_single(text) {
        return text.to_owned();
    }
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// Whether a text is for certain nothing but words of ASCII with single blanks between them.
pub fn are_single(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    // The pass does not end early, so that many bytes are looked at at once.
    let are_single = bytes.iter().zip(&bytes[1..]).fold(true, |single, (left, right)| {
        single & (b' '..=b'~').contains(left) & !((*left == b' ') & (*right == b' '))
    });
    are_single && *first != b' ' && last.is_ascii_graphic()
}

#[cfg(test)]
mod tests {
    use super::*;

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
