//! A stretch of text over several paragraphs, without their numbers and markings.

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

/// The blocks of a paragraph's text, which blank lines separate.
pub fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
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
                text.push_str(&block.replace('\n', " "));
            }
        }
    }
    let kept = text.trim_end_matches(['(', '[', ' ', '\n']).len();
    text.truncate(kept);
    text
}
