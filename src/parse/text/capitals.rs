//! The paragraphs in upper case: words of any case are looked for in them.
//!
//! Made once, so that every search is one for plain bytes. Each byte is where it is in the paragraph.

use memchr::memmem::Finder;

use crate::cable::Paragraph;

/// The texts of all paragraphs, in upper case as far as they are ASCII.
#[derive(Debug)]
pub struct Capitals {
    /// One text after the other, with line feeds between them.
    text: String,
    /// Where each one ends.
    ends: Vec<usize>,
}

impl Capitals {
    /// The texts of these paragraphs.
    pub fn of(paragraphs: &[Paragraph]) -> Capitals {
        let length = paragraphs.iter().map(|paragraph| paragraph.text.len() + 1).sum();
        let mut text = String::with_capacity(length);
        let mut ends = Vec::with_capacity(paragraphs.len());
        for paragraph in paragraphs {
            text.push_str(&paragraph.text);
            ends.push(text.len());
            text.push('\n');
        }
        text.make_ascii_uppercase();
        Capitals { text, ends }
    }

    /// Number of paragraphs.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text of the paragraph at `index`.
    pub fn paragraph(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |above| self.ends[above] + 1);
        &self.text[start..self.ends[index]]
    }

    /// The paragraphs in which `word` is, one in upper case on one line; a paragraph comes as often as the word.
    pub fn holding(&self, word: &Finder<'_>) -> impl Iterator<Item = usize> {
        let places = word.find_iter(self.text.as_bytes());
        places.map(|at| self.ends.partition_point(|end| *end < at))
    }
}
