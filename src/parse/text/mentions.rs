//! Which paragraphs mention a comment or a request at all.
//!
//! Nearly none does, and one pass for each word finds out. What a mention means is decided elsewhere.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::capitals::Capitals;
use super::words;
use crate::tables::openers;

static COMMENT: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("COMMENT"));

static REQUEST_WORDS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| openers::all().action_words.iter().map(|word| words::finder(word)).collect());

/// The paragraphs that hold one of the words.
#[derive(Debug)]
pub struct Mentions {
    comments: Vec<usize>,
    requests: Vec<usize>,
}

impl Mentions {
    /// Looks for the words in every paragraph.
    pub fn of(paragraphs: &Capitals) -> Mentions {
        let comments = paragraphs.holding(&COMMENT).collect();
        let requests = REQUEST_WORDS.iter().flat_map(|word| paragraphs.holding(word)).collect();
        Mentions { comments, requests }
    }

    /// Whether the paragraph at `index` holds the word of a comment.
    pub fn comment(&self, index: usize) -> bool {
        self.comments.contains(&index)
    }

    /// Whether the paragraph at `index` holds a word that requests begin with.
    pub fn request(&self, index: usize) -> bool {
        self.requests.contains(&index)
    }
}
