//! Which paragraphs mention a comment or a request at all.
//!
//! Nearly none does, and one pass for all these words finds out. What a mention means is decided elsewhere.

use std::sync::LazyLock;

use super::words::Words;
use crate::cable::Paragraph;
use crate::tables::openers;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = openers::all().action_words.clone();
    words.push("COMMENT");
    Words::new(&words)
});

/// The paragraphs that hold one of the words.
#[derive(Debug)]
pub struct Mentions(Vec<bool>);

impl Mentions {
    /// Looks for the words in every paragraph.
    pub fn of(paragraphs: &[Paragraph]) -> Mentions {
        Mentions(paragraphs.iter().map(|paragraph| WORDS.are_in(&paragraph.text)).collect())
    }

    /// Whether the paragraph at `index` holds one of the words.
    pub fn are_in(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(|mentioned| *mentioned)
    }
}
