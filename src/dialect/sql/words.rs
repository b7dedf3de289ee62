//! The words right before quotes and parentheses.

/// No word that says something is longer.
const LONGEST: usize = 64;

/// How long the word is right before a quote.
pub fn word_before(bytes: &[u8], quote: usize) -> usize {
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'&') || **byte >= 0x80;
    bytes[..quote].iter().rev().take(LONGEST).take_while(is_letter).count()
}

/// What may come right before a string: how it is written, or of which type it is.
const PREFIXES: [&[u8]; 12] =
    [b"e", b"n", b"b", b"x", b"q", b"nq", b"u&", b"date", b"time", b"timestamp", b"interval", b"blob"];

/// Whether a quote opens a string: not after a word that is none of what may come before one.
pub fn opens_string(bytes: &[u8], quote: usize) -> bool {
    let word = &bytes[quote - word_before(bytes, quote)..quote];
    bytes[quote] != b'\'' || word.is_empty() || is_prefix(word)
}

/// Whether a word comes before strings.
pub fn is_prefix(word: &[u8]) -> bool {
    word.starts_with(b"_") || PREFIXES.iter().any(|prefix| word.eq_ignore_ascii_case(prefix))
}

/// Whether the name of a function comes before a parenthesis.
pub fn is_call(bytes: &[u8], open: usize) -> bool {
    let before = bytes[..open].trim_ascii_end();
    let name = &before[before.len() - word_before(before, before.len())..];
    !name.is_empty() && !name.iter().all(u8::is_ascii_digit)
}

/// The name of the function whose first value begins at `at`; empty if there is none.
pub fn call_before(bytes: &[u8], at: usize) -> &[u8] {
    let Some(before) = bytes[..at].trim_ascii_end().strip_suffix(b"(") else { return b"" };
    let before = before.trim_ascii_end();
    &before[before.len() - word_before(before, before.len())..]
}
