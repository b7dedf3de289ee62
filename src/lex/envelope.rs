//! Where the five-line envelope of the main dialect is: identifier, title, date, classification, origin.
//!
//! Looks at shapes only; what the lines say is read by `parse`.

use super::piece::Piece;
use crate::tables::levels;

/// How many blank lines may come before an envelope.
const BLANK_LINES: usize = 3;

/// So many lines show whether there is an envelope.
pub const LINES: usize = BLANK_LINES + 5;

/// The index of the first line of the envelope, by the first [`LINES`] of the text. Two of its three characteristic lines
/// prove it, so that one may be damaged.
pub fn find(first: &[Piece<'_>]) -> Option<usize> {
    let at = first.iter().position(|line| !line.is_blank())?;
    let [id, _, date, classification, _] = first.get(at..at + 5)? else { return None };
    let proofs = [is_identifier(id.text), is_date(date.text), is_classification(classification.text)];
    (at <= BLANK_LINES && proofs.into_iter().filter(|&proof| proof).count() >= 2).then_some(at)
}

/// Two digits and upper-case letters or digits, as in `09ASTANA1005` and in its damaged forms.
pub fn is_identifier(line: &str) -> bool {
    let line = line.trim().as_bytes();
    (4..=48).contains(&line.len())
        && line[..2].iter().all(u8::is_ascii_digit)
        && line[2..].iter().any(u8::is_ascii_uppercase)
        && line[2..].iter().all(|&byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

/// `Fri Jun 12 00:00:00 +0200 2009`, by its shape.
pub fn is_date(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let mut next = |length: usize| words.next().is_some_and(|word| word.len() == length);
    next(3)
        && next(3)
        && next(2)
        && next(8)
        && next(5)
        && next(4)
        && line.trim_end().ends_with(|c: char| c.is_ascii_digit())
}

/// A level, with or without controls after `//`.
pub fn is_classification(line: &str) -> bool {
    let level = classification_parts(line).next().unwrap_or_default().trim();
    levels::in_envelopes().iter().any(|known| level.eq_ignore_ascii_case(known))
}

/// The parts of a classification: the level and each control after `//`.
pub fn classification_parts(line: &str) -> impl Iterator<Item = &str> {
    line.split("//")
}
