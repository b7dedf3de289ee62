//! The rules of JSON, token by token: where they are broken, brackets can no longer be counted.

use memchr::memchr3;

use super::scan::JsonText;

/// What a value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// In no brackets: one value comes after another.
    Document,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Follows the rules from some place on, as far as it is asked.
pub struct Grammar<'b> {
    text: JsonText<'b>,
    at: usize,
    /// What is open. With nothing left of it, what is around is not known, and anything may come.
    open: Vec<Container>,
    expected: ExpectedToken,
    is_broken: bool,
}

/// What may come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ExpectedToken {
    /// A name, or the end of an object that has none yet.
    First,
    Name,
    Colon,
    Value,
    /// A value, or the end of an array that has none yet.
    Item,
    /// What follows a value.
    Next,
}

impl<'b> Grammar<'b> {
    /// From a place in no known value.
    pub fn from(text: JsonText<'b>, at: usize) -> Grammar<'b> {
        Grammar { text, at, open: Vec::new(), expected: ExpectedToken::Next, is_broken: false }
    }

    /// From the brace of an object.
    pub fn of_object(text: JsonText<'b>, start: usize) -> Grammar<'b> {
        let (open, expected) = (vec![Container::Object], ExpectedToken::First);
        Grammar { open, expected, ..Grammar::from(text, start + 1) }
    }

    /// From the end of a value.
    pub fn after_value(text: JsonText<'b>, at: usize, container: Container) -> Grammar<'b> {
        Grammar { open: vec![container], ..Grammar::from(text, at) }
    }

    /// Whether the rules are broken before a byte.
    pub fn breaks_before(&mut self, end: usize) -> bool {
        while !self.is_broken && self.at < end {
            self.at = self.text.skip(self.at, b"");
            if self.at < end {
                self.is_broken = self.token().is_none();
            }
        }
        self.is_broken
    }

    /// Goes on by one token; `None` where it is none that may come.
    fn token(&mut self) -> Option<()> {
        let byte = *self.text.bytes.get(self.at)?;
        let inside = self.open.last().copied();
        let is_value = match inside {
            None => true,
            Some(Container::Document) => self.expected == ExpectedToken::Next,
            Some(_) => matches!(self.expected, ExpectedToken::Value | ExpectedToken::Item),
        };
        let is_name = matches!(self.expected, ExpectedToken::First | ExpectedToken::Name);
        match (byte, inside) {
            (b'"', Some(Container::Document)) => return None,
            (b'"', _) if is_value || is_name => {
                self.at = self.string_end()?;
                self.expected = if is_name && inside.is_some() { ExpectedToken::Colon } else { ExpectedToken::Next };
            }
            (b'{', _) if is_value => self.enter(Container::Object, ExpectedToken::First),
            (b'[', _) if is_value => self.enter(Container::Array, ExpectedToken::Item),
            (b'{' | b'[' | b'"', _) => return None,
            (_, None) => self.at += 1,
            (b'}', Some(Container::Object)) if matches!(self.expected, ExpectedToken::First | ExpectedToken::Next) => {
                self.leave();
            }
            (b']', Some(Container::Array)) if matches!(self.expected, ExpectedToken::Item | ExpectedToken::Next) => {
                self.leave();
            }
            (b':', Some(Container::Object)) if self.expected == ExpectedToken::Colon => {
                self.expect(ExpectedToken::Value)
            }
            (b':', _) => return None,
            // What is between documents is not looked into.
            (_, Some(Container::Document)) => self.at += 1,
            (b'}' | b']', _) => return None,
            (b',', Some(container)) if self.expected == ExpectedToken::Next => {
                self.expect(if container == Container::Object { ExpectedToken::Name } else { ExpectedToken::Value });
            }
            _ if is_value => {
                let end = self.text.word_end(self.at);
                if end == self.at {
                    return None;
                }
                (self.at, self.expected) = (end, ExpectedToken::Next);
            }
            _ => return None,
        }
        Some(())
    }

    fn expect(&mut self, expected: ExpectedToken) {
        (self.at, self.expected) = (self.at + 1, expected);
    }

    fn enter(&mut self, container: Container, expected: ExpectedToken) {
        self.open.push(container);
        self.expect(expected);
    }

    fn leave(&mut self) {
        self.open.pop();
        self.expect(ExpectedToken::Next);
    }

    /// The end of the string that begins here; none where a line ends within it.
    fn string_end(&self) -> Option<usize> {
        let bytes = self.text.bytes;
        let mut at = self.at + 1;
        loop {
            at += memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)?;
            match bytes[at] {
                b'"' => return Some(at + 1),
                b'\n' => return None,
                _ => at += self.text.escapes.length(&bytes[at..]),
            }
        }
    }
}
