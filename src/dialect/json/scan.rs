//! The brackets and strings of JSON, and nothing else of it: never deeper than a counter, however deep they are nested.

use memchr::memchr2;

use super::escapes::JsonEscapes;

/// A stretch of a document of JSON.
#[derive(Clone, Copy, Debug)]
pub struct JsonText<'b> {
    pub bytes: &'b [u8],
    /// How its strings are escaped.
    pub escapes: JsonEscapes,
}

impl<'b> JsonText<'b> {
    /// The first bytes of it.
    pub fn to(self, end: usize) -> JsonText<'b> {
        JsonText { bytes: &self.bytes[..end.min(self.bytes.len())], ..self }
    }

    /// The end of a string, after its closing quote.
    pub fn string_end(self, quote: usize) -> Option<usize> {
        let mut at = quote + 1;
        loop {
            at += memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes[at] == b'"' {
                return Some(at + 1);
            }
            at += self.escapes.length(&self.bytes[at..]);
        }
    }

    /// The end of the object or array that begins at `start`, after its closing bracket.
    pub fn value_end(self, start: usize) -> Option<usize> {
        let mut brackets = Brackets::from(self, start, 0);
        loop {
            let bracket = brackets.next_bracket()?;
            if bracket.depth == 0 && matches!(bracket.byte, b'}' | b']') {
                return Some(bracket.at + 1);
            }
        }
    }

    /// The end of a number, a word or a call such as `ISODate("2006-05-04")`.
    pub fn word_end(self, start: usize) -> usize {
        let is_of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-._$".contains(byte);
        let end = start + self.bytes[start..].iter().take_while(is_of_word).count();
        let call = &self.bytes[end..self.bytes.len().min(end + LONGEST_CALL)];
        let close = call.strip_prefix(b"(").and_then(|call| memchr::memchr(b')', call));
        end + close.map_or(0, |close| close + 2)
    }

    /// Skips white space and one of these marks.
    pub fn skip(self, from: usize, marks: &[u8]) -> usize {
        let is_skipped = |byte: &&u8| byte.is_ascii_whitespace() || marks.contains(byte);
        from + self.bytes.get(from..).unwrap_or_default().iter().take_while(is_skipped).count()
    }

    /// How many brackets are open before a byte that follows so many.
    pub fn depth_at(self, at: usize) -> usize {
        let mut brackets = Brackets::from(self, 0, 0);
        loop {
            let open = brackets.depth;
            if brackets.next_bracket().is_none_or(|bracket| bracket.at >= at) {
                return open;
            }
        }
    }
}

/// The arguments of a call are no longer.
const LONGEST_CALL: usize = 256;

/// Goes from bracket to bracket, the outer before the inner.
pub struct Brackets<'b> {
    text: JsonText<'b>,
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
    /// Begins at a byte, within so many.
    pub fn from(text: JsonText<'b>, at: usize, depth: usize) -> Brackets<'b> {
        Brackets { text, at, depth }
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
            let bytes = self.text.bytes;
            let ahead =
                bytes.get(self.at..)?.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))?;
            let at = self.at + ahead;
            let byte = bytes[at];
            match byte {
                b'"' => self.at = self.text.string_end(at)?,
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

/// Whether a text begins with a call around the objects or an assignment of them: `callback({`, `var cables = [`.
pub fn begins_script(text: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b' ');
    let text = &text[..text.len().min(LONGEST_CALL)];
    let length = text.iter().take_while(|byte| is_of_name(byte)).count();
    let value = match text.get(length) {
        Some(b'(') => &text[length + 1..],
        Some(b'=') => text[length + 1..].trim_ascii_start(),
        _ => return false,
    };
    length > 0 && matches!(value.first(), Some(b'{' | b'['))
}
