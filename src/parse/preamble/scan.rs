//! A cursor over the bytes of one line, for matching labels and other fixed shapes.
//!
//! Only ASCII is ever matched, so that every position it stops at is a character boundary.

/// A place within a line.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Scan<'a> {
        Scan { bytes: text.as_bytes(), at: 0 }
    }

    /// Bytes passed so far.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The byte ahead.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether the line ends here.
    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// Passes blanks; says how many.
    pub fn blanks(&mut self) -> usize {
        self.run(|byte| byte == b' ')
    }

    /// Passes bytes as long as `wanted` holds; says how many.
    pub fn run(&mut self, wanted: fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(wanted) {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes one byte that `wanted` holds for; says which.
    pub fn one(&mut self, wanted: fn(u8) -> bool) -> Option<u8> {
        let byte = self.peek().filter(|&byte| wanted(byte))?;
        self.at += 1;
        Some(byte)
    }

    /// Passes `word` in any case; says whether it was there.
    pub fn word(&mut self, word: &str) -> bool {
        let there = self.bytes[self.at..].get(..word.len()).is_some_and(|ahead| ahead.eq_ignore_ascii_case(word.as_bytes()));
        if there {
            self.at += word.len();
        }
        there
    }

    /// Passes one of `words` in any case that no letter follows, the longest first; says whether it was there.
    pub fn whole_word(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        for word in words {
            if self.word(word) && !self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
                return true;
            }
            self.at = start;
        }
        false
    }
}
