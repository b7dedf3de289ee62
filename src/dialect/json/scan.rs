//! The brackets and strings of JSON, and nothing else of it: never deeper than a counter, however deep they are nested.

use memchr::memchr2;

/// Goes from object to object, the outer before the inner.
pub struct Brackets<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Brackets of both kinds that are open.
    depth: usize,
}

/// A bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Where it is.
    pub at: usize,
    /// Which one.
    pub byte: u8,
    /// How many are open around it.
    pub depth: usize,
}

impl<'b> Brackets<'b> {
    /// Begins outside of all.
    pub fn new(bytes: &'b [u8]) -> Brackets<'b> {
        Brackets { bytes, at: 0, depth: 0 }
    }

    /// Begins within so many.
    pub fn within(bytes: &'b [u8], depth: usize) -> Brackets<'b> {
        Brackets { bytes, at: 0, depth }
    }

    /// The next opening brace, and how many brackets are open around it.
    pub fn next_object(&mut self) -> Option<(usize, usize)> {
        loop {
            let bracket = self.next_bracket()?;
            if bracket.byte == b'{' {
                return Some((bracket.at, bracket.depth));
            }
        }
    }

    /// The next bracket outside of strings; `None` where the bytes end first.
    pub fn next_bracket(&mut self) -> Option<Bracket> {
        loop {
            let ahead =
                self.bytes.get(self.at..)?.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))?;
            let at = self.at + ahead;
            let byte = self.bytes[at];
            match byte {
                b'"' => self.at = string_end(self.bytes, at)?,
                b'{' | b'[' => {
                    self.at = at + 1;
                    self.depth += 1;
                    return Some(Bracket { at, byte, depth: self.depth - 1 });
                }
                _ => {
                    self.at = at + 1;
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Bracket { at, byte, depth: self.depth });
                }
            }
        }
    }
}

/// The end of a string, after its closing quote.
pub fn string_end(bytes: &[u8], quote: usize) -> Option<usize> {
    let mut at = quote + 1;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The end of the object or array that begins at `start`, after its closing bracket.
pub fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut brackets = Brackets::new(bytes.get(start..)?);
    loop {
        let bracket = brackets.next_bracket()?;
        if bracket.depth == 0 && matches!(bracket.byte, b'}' | b']') {
            return Some(start + bracket.at + 1);
        }
    }
}

/// The opening of a call around the objects, as in `callback({`.
pub fn call(text: &[u8]) -> Option<usize> {
    let length = text.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$')))?;
    let rest = &text[length..];
    (length > 0 && (rest.starts_with(b"({") || rest.starts_with(b"(["))).then_some(length + 1)
}
