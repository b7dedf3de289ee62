//! A stretch of one line of the text, which never loses its place.

use std::ops::Range;

use super::sieve::LineRule;
use super::sign::Signs;

/// Bytes of the longest line that is not one of several that an editor joined.
const LONGEST_PRINTED: usize = 100;

/// One stretch of one physical line of the working text.
///
/// Pieces are cut and trimmed freely and never lose their place, so that every byte can be claimed for what it
/// was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// Physical line of the source, from 1.
    pub line: u32,
    /// Byte offset of `text` in the working text.
    pub start: usize,
    /// The stretch itself, without its line end.
    pub text: &'t str,
    /// Signs of the whole line.
    pub(super) signs: Signs,
}

impl<'t> Piece<'t> {
    /// The whole of a line that begins at `start`.
    pub fn new(line: u32, start: usize, text: &'t str) -> Piece<'t> {
        Piece { line, start, text, signs: Signs::of(text) }
    }

    /// Whether the rule can match it: its line, of which the piece may be a stretch, has the characters that it needs.
    #[inline(always)]
    pub fn is_candidate(&self, rule: LineRule) -> bool {
        self.signs.allow(rule)
    }

    /// Byte offset after the piece in the working text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The stretch `range` of this piece; `range` lies on character boundaries.
    pub fn slice(&self, range: Range<usize>) -> Piece<'t> {
        Piece { start: self.start + range.start, text: &self.text[range], ..*self }
    }

    /// This piece in two at `middle`, a character boundary.
    pub fn split_at(&self, middle: usize) -> (Piece<'t>, Piece<'t>) {
        (self.slice(0..middle), self.slice(middle..self.text.len()))
    }

    /// The piece without spaces at either end.
    #[inline]
    pub fn trim(&self) -> Piece<'t> {
        let bytes = self.text.as_bytes();
        if bytes.first().is_some_and(u8::is_ascii_graphic) && bytes.last().is_some_and(u8::is_ascii_graphic) {
            return *self;
        }
        self.without_spaces()
    }

    #[inline(never)]
    fn without_spaces(&self) -> Piece<'t> {
        let start = self.text.len() - self.text.trim_start().len();
        let end = self.text.trim_end().len().max(start);
        self.slice(start..end)
    }

    /// The piece without spaces at its end.
    #[inline]
    pub fn trim_end(&self) -> Piece<'t> {
        if self.text.as_bytes().last().is_some_and(u8::is_ascii_graphic) {
            return *self;
        }
        self.slice(0..self.text.trim_end().len())
    }

    /// Whether it is longer than any line that a telegram was printed in: an editor joined several.
    #[inline]
    pub fn is_joined(&self) -> bool {
        self.text.len() > LONGEST_PRINTED
    }

    /// Whether nothing but spaces is in it.
    pub fn is_blank(&self) -> bool {
        match self.text.as_bytes().first() {
            Some(first) => !first.is_ascii_graphic() && self.text.trim_start().is_empty(),
            None => true,
        }
    }
}
