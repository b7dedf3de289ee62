//! Texts without the spaces or signs at their ends, which are compared byte by byte.
//!
//! Most texts have none or one of them, so that decoding characters takes longer than all the rest.

/// What a text is without its ends.
pub trait Trim {
    /// Without white space around it, as `trim`.
    fn trimmed(&self) -> &str;
    /// Without white space before, as `trim_start`.
    fn trimmed_start(&self) -> &str;
    /// Without white space after, as `trim_end`.
    fn trimmed_end(&self) -> &str;
    /// Without these signs of ASCII around it.
    fn trim_signs(&self, signs: &[u8]) -> &str;
    /// Without these signs of ASCII before.
    fn trim_leading(&self, signs: &[u8]) -> &str;
    /// Without these signs of ASCII after.
    fn trim_trailing(&self, signs: &[u8]) -> &str;
}

impl Trim for str {
    #[inline]
    fn trimmed(&self) -> &str {
        self.trimmed_end().trimmed_start()
    }

    #[inline]
    fn trimmed_start(&self) -> &str {
        if self.as_bytes().first().is_none_or(u8::is_ascii_graphic) { self } else { without_leading_space(self) }
    }

    #[inline]
    fn trimmed_end(&self) -> &str {
        if self.as_bytes().last().is_none_or(u8::is_ascii_graphic) { self } else { without_trailing_space(self) }
    }

    fn trim_signs(&self, signs: &[u8]) -> &str {
        self.trim_trailing(signs).trim_leading(signs)
    }

    #[inline]
    fn trim_leading(&self, signs: &[u8]) -> &str {
        let start = self.bytes().position(|byte| !are(signs, byte)).unwrap_or(self.len());
        &self[start..]
    }

    #[inline]
    fn trim_trailing(&self, signs: &[u8]) -> &str {
        let end = self.bytes().rposition(|byte| !are(signs, byte)).map_or(0, |last| last + 1);
        &self[..end]
    }
}

/// Whether a byte is one of the signs; where these are few and known, a comparison each.
#[inline]
fn are(signs: &[u8], byte: u8) -> bool {
    signs.iter().fold(false, |found, &sign| found | (sign == byte))
}

/// The text after its white space, nearly always single spaces of ASCII.
#[inline(never)]
fn without_leading_space(text: &str) -> &str {
    let rest = text.trim_leading(b" ");
    if rest.as_bytes().first().is_none_or(u8::is_ascii_graphic) { rest } else { rest.trim_start() }
}

/// The text before its white space.
#[inline(never)]
fn without_trailing_space(text: &str) -> &str {
    let rest = text.trim_trailing(b" ");
    if rest.as_bytes().last().is_none_or(u8::is_ascii_graphic) { rest } else { rest.trim_end() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_what_stands_at_their_ends() {
        for text in ["", " ", "A", " A b ", "\tA", "A\u{a0}", " \u{2003} A \n", "\u{e9} "] {
            assert_eq!(text.trimmed(), text.trim(), "{text:?}");
            assert_eq!(text.trimmed_start(), text.trim_start(), "{text:?}");
            assert_eq!(text.trimmed_end(), text.trim_end(), "{text:?}");
        }
        assert_eq!(": A:B. ".trim_signs(b" :."), "A:B");
        assert_eq!(":. ".trim_signs(b" :."), "");
        assert_eq!("\u{e9}.".trim_trailing(b"."), "\u{e9}");
    }
}
