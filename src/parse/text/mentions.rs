//! Which paragraphs mention a comment or a request at all.
//!
//! Nearly none does, and one pass for each word finds out. What a mention means is decided elsewhere.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::capitals::Capitals;
use crate::lex::words;
use crate::tables::openers;

static COMMENT: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("COMMENT"));

static REQUEST_WORDS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| openers::all().action_words.iter().map(|word| words::finder(word)).collect());

/// Which paragraphs hold which kind of word, in the order of the paragraphs.
#[derive(Debug)]
pub struct Mentions {
    comments: Vec<bool>,
    requests: Vec<bool>,
}

impl Mentions {
    /// Looks for the words in every paragraph.
    pub fn of(paragraphs: &Capitals) -> Mentions {
        let comments = holding(paragraphs, std::slice::from_ref(&*COMMENT));
        Mentions { comments, requests: holding(paragraphs, &REQUEST_WORDS) }
    }

    /// Whether the paragraph at `index` holds the word of a comment.
    pub fn comment(&self, index: usize) -> bool {
        self.comments[index]
    }

    /// Whether the paragraph at `index` holds a word that requests begin with.
    pub fn request(&self, index: usize) -> bool {
        self.requests[index]
    }
}

fn holding(paragraphs: &Capitals, words: &[Finder<'_>]) -> Vec<bool> {
    let mut found = vec![false; paragraphs.count()];
    for index in words.iter().flat_map(|word| paragraphs.holding(word)) {
        found[index] = true;
    }
    found
}
