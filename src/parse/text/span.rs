//! A stretch of text over several paragraphs, without their numbers and markings.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::cable::Paragraph;

/// A place in the text of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPlace {
    /// Index of the paragraph.
    pub paragraph: usize,
    /// Byte within its text, on a character boundary.
    pub byte: usize,
}

impl TextPlace {
    /// The end of a paragraph.
    pub fn end_of(paragraphs: &[Paragraph], paragraph: usize) -> TextPlace {
        TextPlace { paragraph, byte: paragraphs[paragraph].text.len() }
    }
}

/// The blocks of a paragraph's text, which blank lines part.
pub fn blocks(text: &str) -> impl Iterator<Item = &str> {
    static BLANK_LINE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\n\n"));
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = BLANK_LINE.find(text.as_bytes());
        rest = end.map(|end| &text[end + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// The text from `start` to `end`: a line for each block, parentheses left open before a closer cut off.
pub fn text_between(paragraphs: &[Paragraph], start: TextPlace, end: TextPlace) -> String {
    let mut text = String::new();
    for (index, paragraph) in paragraphs.iter().enumerate().take(end.paragraph + 1).skip(start.paragraph) {
        let from = if index == start.paragraph { start.byte } else { 0 };
        let to = if index == end.paragraph { end.byte } else { paragraph.text.len() };
        for block in blocks(paragraph.text.get(from..to).unwrap_or_default()) {
            let block = block.trim();
            if !block.is_empty() {
                if !text.is_empty() {
                    text.push('\n');
                }
                write_in_one_line(block, &mut text);
            }
        }
    }
    let kept = text.trim_end_matches(['(', '[', ' ', '\n']).len();
    text.truncate(kept);
    text
}

/// Appends a block with spaces for its line feeds.
fn write_in_one_line(block: &str, out: &mut String) {
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', block.as_bytes()) {
        out.push_str(&block[from..end]);
        out.push(' ');
        from = end + 1;
    }
    out.push_str(&block[from..]);
}
