//! The paragraphs in upper case, in which words of any case are looked for, and which of them mention a comment or a
//! request at all.
//!
//! Made once, so that every search is one for plain bytes. Each byte is where it is in the paragraph. What a mention means is
//! decided elsewhere.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::cable::Paragraph;
use crate::lex::words;
use crate::tables::openers;

static COMMENT: LazyLock<Finder<'static>> = LazyLock::new(|| words::finder("COMMENT"));

static REQUEST_WORDS: LazyLock<Vec<Finder<'static>>> =
    LazyLock::new(|| openers::all().action_words.iter().map(|word| words::finder(word)).collect());

/// The texts of all paragraphs, in upper case as far as they are ASCII.
#[derive(Debug)]
pub struct Capitals {
    /// One text after the other, with line feeds between them.
    text: String,
    /// Where each one ends.
    ends: Vec<usize>,
    /// Which paragraphs hold the word of a comment.
    comments: Vec<bool>,
    /// Which hold a word that requests begin with.
    requests: Vec<bool>,
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
        let mut capitals = Capitals { text, ends, comments: Vec::new(), requests: Vec::new() };
        capitals.comments = capitals.with_any(std::slice::from_ref(&*COMMENT));
        capitals.requests = capitals.with_any(&REQUEST_WORDS);
        capitals
    }

    /// Whether the paragraph at `index` holds the word of a comment.
    pub fn mention_comment(&self, index: usize) -> bool {
        self.comments[index]
    }

    /// Whether the paragraph at `index` holds a word that requests begin with.
    pub fn mention_request(&self, index: usize) -> bool {
        self.requests[index]
    }

    /// Which paragraphs hold one of these words.
    fn with_any(&self, words: &[Finder<'_>]) -> Vec<bool> {
        let mut found = vec![false; self.ends.len()];
        for index in words.iter().flat_map(|word| self.holding(word)) {
            found[index] = true;
        }
        found
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
