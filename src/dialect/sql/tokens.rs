//! The tokens of a dump, as far as they are in the head of an `INSERT` statement.

use memchr::{memchr, memchr3, memmem};

use crate::lex::begins_in_any_case;

/// The head of an `INSERT` statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insert {
    /// Name of the table, in lower case, without quotes and schema.
    pub table: String,
    /// Names of the columns, where they are listed or the table is known.
    pub columns: Vec<String>,
    /// Where they are from.
    pub named_by: NamedBy,
}

/// Where the names of columns are from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamedBy {
    /// The statement lists them before its rows.
    #[default]
    Itself,
    /// The statement that created the table.
    Creation,
}

/// The bytes end within a token.
#[derive(Debug)]
pub struct TokenCut;

/// How a statement begins that makes rows.
pub const VERBS: [&[u8]; 2] = [b"INSERT", b"REPLACE"];

/// What comes before the values of a row that a query makes.
pub const SELECT: &[u8] = b"select";

/// Whether a byte is of a word.
pub fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether a statement begins so that may make rows.
pub fn is_insert(bytes: &[u8]) -> bool {
    VERBS
        .iter()
        .any(|verb| begins_in_any_case(bytes, verb) && bytes.get(verb.len()).is_some_and(u8::is_ascii_whitespace))
}

/// Whether a name is closed that begins after this backtick, if the bytes show it.
fn is_closed_name(rest: &[u8]) -> Option<bool> {
    memchr3(b'`', b'\'', b'\n', rest).map(|end| rest[end] == b'`')
}

/// Goes from token to token.
pub struct Tokens<'b> {
    pub bytes: &'b [u8],
    /// Where the next one begins.
    pub at: usize,
}

impl<'b> Tokens<'b> {
    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes beyond a byte, if it is next.
    pub fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        self.at += usize::from(eaten);
        eaten
    }

    /// Skips white space and comments.
    pub fn skip_space(&mut self) -> Result<(), TokenCut> {
        loop {
            let rest = &self.bytes[self.at..];
            match rest {
                [] => return Err(TokenCut),
                [byte, ..] if byte.is_ascii_whitespace() => self.at += 1,
                [b'-', b'-', ..] | [b'#', ..] => self.at += memchr(b'\n', rest).ok_or(TokenCut)? + 1,
                [b'/', b'*', ..] => self.at += memmem::find(rest, b"*/").ok_or(TokenCut)? + 2,
                _ => return Ok(()),
            }
        }
    }

    /// A word of letters, digits and underscores.
    pub fn word(&mut self) -> Result<&'b [u8], TokenCut> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is_letter(*byte)).ok_or(TokenCut)?;
        self.at += length;
        Ok(&rest[..length])
    }

    /// Goes beyond a word, if it is next.
    pub fn eat_word(&mut self, wanted: &[u8]) -> Result<bool, TokenCut> {
        if !begins_in_any_case(&self.bytes[self.at..], wanted) {
            return Ok(false);
        }
        let start = self.at;
        let is_wanted = self.word()?.len() == wanted.len();
        self.at = if is_wanted { self.at } else { start };
        Ok(is_wanted)
    }

    /// Whether a word is next.
    pub fn is_at_word(&self, wanted: &[u8]) -> bool {
        let after = self.bytes.get(self.at + wanted.len());
        begins_in_any_case(&self.bytes[self.at..], wanted) && after.is_some_and(|byte| !is_letter(*byte))
    }

    /// A name, with or without quotes, less its schema.
    pub fn name(&mut self) -> Result<Option<String>, TokenCut> {
        let mut name = None;
        loop {
            let part = match self.peek() {
                // A name holds no string and no line end: its closing quote is lost.
                Some(b'`') if !is_closed_name(&self.bytes[self.at + 1..]).ok_or(TokenCut)? => {
                    self.at += 1;
                    self.word()?
                }
                Some(quote @ (b'`' | b'"' | b'[')) => {
                    let close = if quote == b'[' { b']' } else { quote };
                    let rest = &self.bytes[self.at + 1..];
                    let length = memchr(close, rest).ok_or(TokenCut)?;
                    self.at += length + 2;
                    &rest[..length]
                }
                _ => self.word()?,
            };
            if part.is_empty() {
                return Ok(None);
            }
            name = Some(String::from_utf8_lossy(part).into_owned()).or(name);
            if !self.eat(b'.') {
                return Ok(name);
            }
        }
    }

    /// `INSERT [IGNORE] INTO name [(columns)] VALUES`, or all before `SELECT`; `None` where the statement is another one. SQL
    /// Server leaves out `INTO` before a name in brackets.
    pub fn insert_head(&mut self) -> Result<Option<Insert>, TokenCut> {
        let verb = self.word()?;
        if !VERBS.iter().any(|known| verb.eq_ignore_ascii_case(known)) {
            return Ok(None);
        }
        // `IGNORE`, `LOW_PRIORITY`, `DELAYED` may come before.
        for _ in 0..4 {
            self.skip_space()?;
            if self.peek() == Some(b'[') {
                return self.insert_into();
            }
            let word = self.word()?;
            if word.is_empty() {
                return Ok(None);
            }
            if word.eq_ignore_ascii_case(b"into") {
                return self.insert_into();
            }
        }
        Ok(None)
    }

    /// What comes after `INTO` in it.
    pub fn insert_into(&mut self) -> Result<Option<Insert>, TokenCut> {
        self.skip_space()?;
        let Some(table) = self.name()? else { return Ok(None) };
        let mut columns = Vec::new();
        self.skip_space()?;
        if self.eat(b'(') {
            loop {
                self.skip_space()?;
                let Some(name) = self.name()? else { return Ok(None) };
                columns.push(name);
                self.skip_space()?;
                if self.eat(b')') {
                    break;
                }
                if !self.eat(b',') {
                    return Ok(None);
                }
            }
            self.skip_space()?;
        }
        let makes_rows = self.eat_word(b"values")? || self.is_at_word(SELECT);
        Ok(makes_rows.then(|| Insert { table: table.to_lowercase(), columns, named_by: NamedBy::Itself }))
    }
}
