//! The tokens of a dump to the rows of its `INSERT` statements.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use crate::dialect::copy::{begins_block, begins_copy, ends_block};
use crate::lex::begins_in_any_case;

/// How a quote within a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// `''`; a backslash is a character like others, but in `E'…'`.
    Standard,
    /// `\'` or `''`.
    Backslash,
}

impl Strings {
    /// How strings are written, where the dump shows it.
    pub fn told(bytes: &[u8]) -> Option<Strings> {
        let holds = |mark: &[u8]| memmem::find(bytes, mark).is_some();
        if holds(b"standard_conforming_strings = on") || holds(b"-- PostgreSQL database dump") {
            return Some(Strings::Standard);
        }
        if holds(b"/*!40") || holds(b"-- MySQL dump") || holds(b"INTO `") {
            return Some(Strings::Backslash);
        }
        // SQLite, whose shell puts line ends back by `replace`, and SQL Server.
        let marks = [&b"BEGIN TRANSACTION;"[..], b"',char(10))", b"INSERT [", b"INTO ["];
        marks.into_iter().any(holds).then_some(Strings::Standard)
    }
}

/// A row: what is between two parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuple {
    /// From the opening parenthesis to the closing one, both included.
    pub range: Range<usize>,
    /// What it ends with.
    pub end: TupleEnd,
    /// The first place that shows that a quote is missing or too many.
    pub damage: Option<usize>,
}

/// What a row ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TupleEnd {
    /// Its closing parenthesis.
    Closed,
    /// The beginning of another row, as it seems within a string: a quote is missing.
    Next,
    /// The bytes.
    Open,
}

/// The head of an `INSERT` statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insert {
    /// Name of the table, in lower case, without quotes and schema.
    pub table: String,
    /// Names of the columns, where they are listed.
    pub columns: Vec<String>,
}

/// Goes from row to row.
pub struct Scanner<'b> {
    bytes: &'b [u8],
    strings: Strings,
    at: usize,
    place: ScanPlace,
    /// Where the statement or the line begins that it is in.
    statement: usize,
    insert: Option<Insert>,
    /// Whether no more bytes come, so that a line that has no end is one.
    at_end: bool,
}

/// Where in a dump the scanner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanPlace {
    /// Between statements.
    Outside,
    /// After a row.
    AfterTuple,
    /// After a row whose statement is of no more use.
    AfterLast,
    /// Among the lines of a `COPY` block that holds cables.
    Lines,
    /// Among the lines of a block that holds none.
    OtherLines,
}

/// What comes next in a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The opening parenthesis of a row.
    Tuple,
    /// The command of a `COPY` block; its lines come next.
    Block(Range<usize>),
    /// A line of a block, without its line end.
    Line(Range<usize>),
}

/// The bytes end within a token.
struct TokenCut;

/// How a statement begins that makes rows.
const VERBS: [&[u8]; 2] = [b"INSERT", b"REPLACE"];

/// What ends a statement of SQL Server, alone on a line.
const GO: &[u8] = b"GO";

/// What a client of a database reads itself, to the end of the line.
const CLIENT: [&[u8]; 4] = [b"\\", b"DELIMITER ", b"PROMPT ", b"REM "];

impl<'b> Scanner<'b> {
    /// Begins at such a place.
    pub fn at(bytes: &'b [u8], strings: Strings, place: ScanPlace) -> Scanner<'b> {
        let at = if bytes.starts_with("\u{FEFF}".as_bytes()) { 3 } else { 0 };
        Scanner { bytes, strings, at, place, statement: 0, insert: None, at_end: false }
    }

    /// The table of the statement that comes next, if it makes rows.
    pub fn table(mut self) -> Option<String> {
        self.insert_head().ok().flatten().map(|insert| insert.table)
    }

    /// Skips what comes before `at`.
    pub fn from(mut self, at: usize) -> Scanner<'b> {
        self.at = self.at.max(at);
        self
    }

    /// Says whether no more bytes come.
    pub fn ending(self, at_end: bool) -> Scanner<'b> {
        Scanner { at_end, ..self }
    }

    /// The head of the statement that the last row is in, where it was seen.
    pub fn insert(&self) -> Option<&Insert> {
        self.insert.as_ref()
    }

    /// Where the statement or the line begins in which it found the last row, or in which the bytes end.
    pub fn statement(&self) -> usize {
        self.statement
    }

    /// The place at the beginning of that statement.
    pub fn place(&self) -> ScanPlace {
        match self.place {
            ScanPlace::Outside | ScanPlace::AfterTuple | ScanPlace::AfterLast => ScanPlace::Outside,
            lines @ (ScanPlace::Lines | ScanPlace::OtherLines) => lines,
        }
    }

    /// Goes on at such a place.
    pub fn set_place(&mut self, place: ScanPlace) {
        self.place = place;
    }

    /// How strings are written.
    pub fn strings(&self) -> Strings {
        self.strings
    }

    /// Leaves out the other rows of the statement.
    pub fn leave_statement(&mut self) {
        self.place = ScanPlace::AfterLast;
    }

    /// The next row of a statement.
    pub fn next_tuple(&mut self) -> Option<Tuple> {
        loop {
            match self.next()? {
                Found::Tuple => return Some(self.tuple()),
                Found::Block(_) => self.place = ScanPlace::OtherLines,
                Found::Line(_) => {}
            }
        }
    }

    /// What comes next, if it is there.
    pub fn next(&mut self) -> Option<Found> {
        self.find().ok()
    }

    /// The next line of a block, if it is there; none where the block ends.
    pub fn line(&mut self) -> Option<Option<Range<usize>>> {
        let start = self.at;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).or(self.at_end.then_some(rest.len()))?;
        self.at = self.bytes.len().min(start + length + 1);
        Some(Some(start..start + length).filter(|_| !ends_block(&rest[..length])))
    }

    fn find(&mut self) -> Result<Found, TokenCut> {
        if matches!(self.place, ScanPlace::AfterTuple | ScanPlace::AfterLast) {
            self.skip_space()?;
            if self.place == ScanPlace::AfterTuple && self.eat(b',') {
                self.skip_space()?;
                if self.peek() == Some(b'(') {
                    return Ok(Found::Tuple);
                }
            }
            // After a row, dollars begin no string: a client was told to end statements so.
            while self.eat(b'$') {}
            if !self.eat_batch_end() && !self.is_at_insert() {
                self.skip_statement()?;
            }
            self.place = ScanPlace::Outside;
        }
        loop {
            self.statement = self.at;
            if matches!(self.place, ScanPlace::Lines | ScanPlace::OtherLines) {
                match self.line().ok_or(TokenCut)? {
                    None => self.place = ScanPlace::Outside,
                    Some(line) if self.place == ScanPlace::Lines => return Ok(Found::Line(line)),
                    Some(_) => {}
                }
                continue;
            }
            self.skip_space()?;
            self.statement = self.at;
            if let Some(insert) = self.insert_head()? {
                self.insert = Some(insert);
                self.skip_space()?;
                if self.peek() == Some(b'(') {
                    return Ok(Found::Tuple);
                }
            }
            self.at = self.statement;
            match self.client_line()? {
                Some(line) if begins_block(&self.bytes[line.clone()]) => return Ok(Found::Block(line)),
                Some(_) => {}
                None => self.skip_statement()?,
            }
        }
    }

    /// Skips a line that is no SQL: what a client reads itself, or the command before the lines of a `COPY` block.
    fn client_line(&mut self) -> Result<Option<Range<usize>>, TokenCut> {
        let rest = &self.bytes[self.at..];
        if !is_for_client(rest) && !begins_copy(rest) {
            return Ok(None);
        }
        let length = memchr(b'\n', rest).ok_or(TokenCut)?;
        if !is_for_client(rest) && !begins_block(&rest[..length]) {
            return Ok(None);
        }
        let start = self.at;
        self.at += length + 1;
        Ok(Some(start..start + length))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        self.at += usize::from(eaten);
        eaten
    }

    /// Skips white space and comments.
    fn skip_space(&mut self) -> Result<(), TokenCut> {
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
    fn word(&mut self) -> Result<&'b [u8], TokenCut> {
        let rest = &self.bytes[self.at..];
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let length = rest.iter().position(|byte| !is_letter(byte)).ok_or(TokenCut)?;
        self.at += length;
        Ok(&rest[..length])
    }

    /// A name, with or without quotes, less its schema.
    fn name(&mut self) -> Result<Option<String>, TokenCut> {
        let mut name = None;
        loop {
            let part = match self.peek() {
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

    /// `INSERT [IGNORE] INTO name [(columns)] VALUES`; `None` where the statement is another one. SQL Server leaves out
    /// `INTO` before a name in brackets.
    fn insert_head(&mut self) -> Result<Option<Insert>, TokenCut> {
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

    fn insert_into(&mut self) -> Result<Option<Insert>, TokenCut> {
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
        let is_values = self.word()?.eq_ignore_ascii_case(b"values");
        Ok(is_values.then(|| Insert { table: table.to_lowercase(), columns }))
    }

    /// The row that begins here.
    pub fn tuple(&mut self) -> Tuple {
        let start = self.at;
        let mut depth = 0_usize;
        let mut damage = None;
        while let Some(byte) = self.peek() {
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        self.place = ScanPlace::AfterTuple;
                        return Tuple { range: start..self.at, end: TupleEnd::Closed, damage };
                    }
                }
                b'\'' | b'"' | b'`' if !opens_string(self.bytes, self.at) => damage = damage.or(Some(self.at)),
                b'\'' | b'"' | b'`' => match self.string() {
                    Some(string) => {
                        damage = damage.or(string.stray);
                        self.at = string.end;
                        if string.is_lost {
                            self.place = ScanPlace::AfterTuple;
                            return Tuple { range: start..self.at, end: TupleEnd::Next, damage };
                        }
                        continue;
                    }
                    None => break,
                },
                b'$' => match dollar_string(self.bytes, self.at) {
                    Some(DollarString { after: Some(after), .. }) => {
                        self.at = after;
                        continue;
                    }
                    Some(DollarString { after: None, .. }) => break,
                    None => {}
                },
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.bytes.len();
        Tuple { range: start..self.at, end: TupleEnd::Open, damage }
    }

    /// The string that begins here.
    fn string(&self) -> Option<SqlString> {
        sql_string(self.bytes, self.at, strings_at(self.bytes, self.at, self.strings))
    }

    /// Whether a statement begins here that may make rows: that before it has no semicolon then.
    fn is_at_insert(&self) -> bool {
        is_insert(&self.bytes[self.at..])
    }

    /// Skips a `GO` on a line of its own, with which SQL Server ends statements.
    fn eat_batch_end(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let begins_line = self.at == 0 || self.bytes[self.at - 1] == b'\n';
        let is_end =
            begins_line && begins_in_any_case(rest, GO) && rest.get(GO.len()).is_none_or(u8::is_ascii_whitespace);
        self.at += if is_end { GO.len() } else { 0 };
        is_end
    }

    /// Skips to the end of the statement, or to a line that begins something else.
    fn skip_statement(&mut self) -> Result<(), TokenCut> {
        loop {
            let rest = &self.bytes[self.at..];
            let is_stop = |byte: &u8| matches!(byte, b';' | b'\'' | b'"' | b'`' | b'-' | b'/' | b'$' | b'#' | b'\n');
            self.at += rest.iter().position(is_stop).ok_or(TokenCut)?;
            let rest = &self.bytes[self.at..];
            match rest {
                [b'\n', ..] => {
                    self.at += 1;
                    if self.eat_batch_end() || self.begins_other_line() {
                        return Ok(());
                    }
                }
                [b';', ..] => {
                    self.at += 1;
                    return Ok(());
                }
                [b'\'' | b'"' | b'`', ..] if opens_string(self.bytes, self.at) => {
                    self.at = self.string().ok_or(TokenCut)?.end;
                }
                [b'-', b'-', ..] | [b'/', b'*', ..] | [b'#', ..] => self.skip_space()?,
                [b'$', ..] => match dollar_string(self.bytes, self.at) {
                    Some(string) => self.at = string.after.ok_or(TokenCut)?,
                    None => self.at += 1,
                },
                _ => self.at += 1,
            }
        }
    }

    /// Whether this line begins something else, whatever ends the statement before it.
    fn begins_other_line(&self) -> bool {
        let line = &self.bytes[self.at..];
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        is_insert(&line[blanks..]) || is_for_client(line) || begins_copy(line)
    }
}

/// Whether a statement begins so that may make rows.
fn is_insert(bytes: &[u8]) -> bool {
    VERBS
        .iter()
        .any(|verb| begins_in_any_case(bytes, verb) && bytes.get(verb.len()).is_some_and(u8::is_ascii_whitespace))
}

fn is_for_client(line: &[u8]) -> bool {
    CLIENT.iter().any(|word| begins_in_any_case(line, word))
}

/// A string of PostgreSQL between dollars: `$$…$$` or `$body$…$body$`, without any escapes.
pub struct DollarString {
    /// What is between the tags, or between the first and the end of the bytes.
    pub text: Range<usize>,
    /// What comes after it, if its end was found.
    pub after: Option<usize>,
}

/// The string whose first dollar is at `start`, if that begins a tag.
pub fn dollar_string(bytes: &[u8], start: usize) -> Option<DollarString> {
    let rest = &bytes[start..];
    let length = memchr(b'$', rest.get(1..LONGEST_TAG.min(rest.len()))?)?;
    let name = &rest[1..1 + length];
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    if !name.iter().all(is_letter) || name.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let tag = &rest[..length + 2];
    let text = start + tag.len();
    let end = memmem::find(&bytes[text..], tag).map(|ahead| text + ahead);
    Some(DollarString { text: text..end.unwrap_or(bytes.len()), after: end.map(|end| end + tag.len()) })
}

/// Tags are names, and these are no longer.
const LONGEST_TAG: usize = 65;

/// How the string is written whose quote is at `quote`: `E'…'` always has backslashes, `U&'…'` never.
pub fn strings_at(bytes: &[u8], quote: usize, strings: Strings) -> Strings {
    let prefix = &bytes[quote - word_before(bytes, quote)..quote];
    match bytes[quote] {
        b'\'' if prefix.eq_ignore_ascii_case(b"e") => Strings::Backslash,
        b'\'' if prefix.eq_ignore_ascii_case(b"u&") => Strings::Standard,
        _ => strings,
    }
}

/// How long the word is right before a quote.
fn word_before(bytes: &[u8], quote: usize) -> usize {
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'&') || **byte >= 0x80;
    bytes[..quote].iter().rev().take_while(is_letter).count()
}

/// What may come right before a string: how it is written, or of which type it is.
const PREFIXES: [&[u8]; 12] =
    [b"e", b"n", b"b", b"x", b"q", b"nq", b"u&", b"date", b"time", b"timestamp", b"interval", b"blob"];

/// Whether a quote opens a string: not after a word that is none of what may come before one.
pub fn opens_string(bytes: &[u8], quote: usize) -> bool {
    let word = &bytes[quote - word_before(bytes, quote)..quote];
    bytes[quote] != b'\'' || word.is_empty() || is_prefix(word)
}

fn is_prefix(word: &[u8]) -> bool {
    word.starts_with(b"_") || PREFIXES.iter().any(|prefix| word.eq_ignore_ascii_case(prefix))
}

/// A string from its quote on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlString {
    /// Where it ends: after its closing quote.
    pub end: usize,
    /// The first quote in it that is neither doubled nor closes it: none comes right before a letter that closes.
    pub stray: Option<usize>,
    /// Whether its closing quote is lost: it seems to hold the beginning of another row. Its own row ends with it then.
    pub is_lost: bool,
}

/// The string whose quote is at `quote`, if its end is there.
pub fn sql_string(bytes: &[u8], quote: usize, strings: Strings) -> Option<SqlString> {
    let mark = *bytes.get(quote)?;
    let mut at = quote + 1;
    let mut stray = None;
    loop {
        let rest = bytes.get(at..)?;
        let ahead = match (strings, mark) {
            (Strings::Backslash, b'\'' | b'"') => memchr2(mark, b'\\', rest)?,
            _ => memchr(mark, rest)?,
        };
        at += ahead + 1;
        if bytes[at - 1] == b'\\' {
            at += 1;
            continue;
        }
        // Whether a quote at the very end is doubled is not known yet.
        let next = *bytes.get(at)?;
        if next == mark {
            at += 1;
        } else if mark == b'\'' && (next.is_ascii_alphanumeric() || matches!(next, b'_' | b'.' | b'?') || next >= 0x80)
        {
            stray = stray.or(Some(at - 1));
            if let Some(end) = row_end(bytes, quote + 1, at - 1) {
                return Some(SqlString { end, stray, is_lost: true });
            }
        } else {
            return Some(SqlString { end: at, stray, is_lost: false });
        }
    }
}

/// The head of a statement, and the values of a row before its first string, have no more bytes.
const LONGEST_HEAD: usize = 4096;

/// Where a row ends in these bytes, if they end right before the first string of the next one.
fn row_end(bytes: &[u8], from: usize, until: usize) -> Option<usize> {
    let from = from.max(until.saturating_sub(LONGEST_HEAD));
    let front = bytes[from..until].trim_ascii_end();
    let (rest, word) = front.split_at(front.len() - word_before(front, front.len()));
    let front = if is_prefix(word) { rest.trim_ascii_end() } else { front };
    if !front.ends_with(b"(") && !front.ends_with(b",") {
        return None;
    }
    let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b',' | b'.' | b'-' | b'_');
    let values = front.iter().rev().take_while(is_plain).count();
    let before = front[..front.len() - values].strip_suffix(b"(")?.trim_ascii_end();
    if let Some(row) = before.strip_suffix(b",") {
        let row = row.trim_ascii_end();
        return row.ends_with(b")").then_some(from + row.len());
    }
    let is_head = |start: &usize| {
        let mut scanner = Scanner::at(&bytes[..until], Strings::Standard, ScanPlace::Outside).from(from + start);
        is_insert(&before[*start..])
            && matches!(scanner.insert_head(), Ok(Some(_)))
            && scanner.at == from + before.len()
    };
    let head = memchr::memrchr_iter(b'\n', before).map(|end| end + 1).find(is_head)?;
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
    let row = &before[..head];
    Some(from + row.iter().rposition(|byte| !is_between(byte)).map_or(0, |last| last + 1))
}
