//! A text to its physical lines.

use std::ops::Range;

use super::piece::Piece;
use super::sign::Signs;

/// Where a part of a text is in it.
pub fn range_of(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

/// Where one physical line is in a text, and what it holds.
#[derive(Debug)]
pub struct LineSpan {
    /// The line without its end.
    pub range: Range<usize>,
    /// What characters are in it.
    pub signs: Signs,
}

/// Lines of the longest record that is read; telegrams have some thousands.
pub const MOST_LINES: usize = 250_000;

/// Cuts a text into its physical lines, each without its line end (LF, CRLF, CRCRLF or a lone CR) and the one space before
/// it that almost every line of the archive has. One line more than [`MOST_LINES`] shows that a text has too many; the
/// others are not cut.
pub fn cut(text: &str) -> Vec<LineSpan> {
    let mut cut = Vec::with_capacity((text.len() / USUAL_LINE).min(MOST_LINES));
    cut.extend(LineSpans { text: text.as_bytes(), start: 0 }.take(MOST_LINES + 1));
    cut
}

/// Bytes of a usual line, rather too few than too many.
const USUAL_LINE: usize = 40;

/// The physical lines of a text.
pub fn lines(text: &str) -> impl Iterator<Item = Piece<'_>> {
    LineSpans { text: text.as_bytes(), start: 0 }.zip(1..).map(|(line, number)| line.piece(number, text))
}

struct LineSpans<'t> {
    text: &'t [u8],
    start: usize,
}

impl Iterator for LineSpans<'_> {
    type Item = LineSpan;

    fn next(&mut self) -> Option<LineSpan> {
        let start = self.start;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let (length, signs) = Signs::of_line(rest);
        let (line, behind) = rest.split_at(length);
        let end = match behind {
            [b'\r', b'\r', b'\n', ..] => 3,
            [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
        self.start = start + length + end;
        let blank = usize::from(line.ends_with(b" "));
        Some(LineSpan { range: start..start + length - blank, signs })
    }
}

impl LineSpan {
    /// The line itself, which is the `number`th of `text`.
    pub fn piece<'t>(&self, number: u32, text: &'t str) -> Piece<'t> {
        Piece { line: number, start: self.range.start, text: &text[self.range.clone()], signs: self.signs }
    }
}
