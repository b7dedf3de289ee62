//! A stretch of text over several paragraphs, without their numbers and markings.

use crate::cable::Paragraph;

/// A place in the text of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the paragraph.
    pub paragraph: usize,
    /// Byte within its text, on a character boundary.
    pub byte: usize,
}

impl Place {
    /// The end of a paragraph.
    pub fn end_of(paragraphs: &[Paragraph], paragraph: usize) -> Place {
        Place { paragraph, byte: paragraphs[paragraph].text.len() }
    }
}

/// The text from `start` to `end`: a line for each block, parentheses left open before a closer cut off.
pub fn text_between(paragraphs: &[Paragraph], start: Place, end: Place) -> String {
    let mut text = String::new();
    for (index, paragraph) in paragraphs.iter().enumerate().take(end.paragraph + 1).skip(start.paragraph) {
        let from = if index == start.paragraph { start.byte } else { 0 };
        let to = if index == end.paragraph { end.byte } else { paragraph.text.len() };
        for block in paragraph.text.get(from..to).unwrap_or_default().split("\n\n") {
            let block = block.trim();
            if !block.is_empty() {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.extend(block.chars().map(|letter| if letter == '\n' { ' ' } else { letter }));
            }
        }
    }
    let kept = text.trim_end_matches(['(', '[', ' ', '\n']).len();
    text.truncate(kept);
    text
}
