//! The tokens of a dump to the rows of its `INSERT` statements.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem, memrchr};

use super::created::CreatedTables;
use super::row_start::{
    LONGEST_HEAD, MOST_BETWEEN, QuoteSeems, is_between_rows, is_nearly_head, may_begin_row, parenthesis_before,
    row_start,
};
use super::strings::{SqlString, Strings, dollar_string, may_open_value, sql_string, strings_at};
use super::tokens::{Insert, SELECT, TokenCut, Tokens, is_insert};
use super::tuple::{FROM, Tuple, TupleEnd, TupleFront, TupleReader, UNION};
use super::words::opens_string;
use crate::dialect::copy::{LONGEST_COMMAND, begins_copy, command_length, ends_block};
use crate::lex::begins_in_any_case;

/// Goes from row to row.
pub struct Scanner<'b> {
    tokens: Tokens<'b>,
    strings: Strings,
    place: ScanPlace,
    /// Where the statement or the line begins that it is in.
    statement: usize,
    insert: Option<Insert>,
    /// What comes before the row that was found last.
    front: TupleFront,
    /// Whether no more bytes come, so that a line that has no end is one.
    at_end: bool,
    /// The tables whose columns are known.
    created: CreatedTables,
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
pub enum ScanFound {
    /// The opening parenthesis of a row, or the end of the `SELECT` before one.
    Tuple,
    /// The command of a `COPY` block; its lines come next.
    Block(Range<usize>),
    /// A line of a block, without its line end.
    Line(Range<usize>),
}

/// So many signs may be before a statement by damage.
const MOST_STRAY: usize = 2;

/// What ends a statement of SQL Server, alone on a line.
const GO: &[u8] = b"GO";

/// What a client of a database reads itself, to the end of the line.
const CLIENT: [&[u8]; 4] = [b"\\", b"DELIMITER ", b"PROMPT ", b"REM "];

impl<'b> Scanner<'b> {
    /// Begins at such a place.
    pub fn new(bytes: &'b [u8], strings: Strings, place: ScanPlace) -> Scanner<'b> {
        let at = if bytes.starts_with("\u{FEFF}".as_bytes()) { 3 } else { 0 };
        let (tokens, front) = (Tokens { bytes, at }, TupleFront::Sound);
        let created = CreatedTables::default();
        Scanner { tokens, strings, place, statement: 0, insert: None, front, at_end: false, created }
    }

    /// The table of the statement that comes next, if it makes rows.
    pub fn table(mut self) -> Option<String> {
        self.tokens.insert_head().ok().flatten().map(|insert| insert.table)
    }

    /// Skips what comes before `at`.
    pub fn from(mut self, at: usize) -> Scanner<'b> {
        self.tokens.at = self.tokens.at.max(at);
        self
    }

    /// Begins with what is known of the columns of tables.
    pub fn knowing(self, created: &CreatedTables) -> Scanner<'b> {
        Scanner { created: created.clone(), ..self }
    }

    /// What is known of the columns of tables, by now.
    pub fn created(&self) -> &CreatedTables {
        &self.created
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

    /// Where it is.
    pub fn at(&self) -> usize {
        self.tokens.at
    }

    /// Goes back to where it was.
    pub fn go_back(&mut self, at: usize) {
        self.tokens.at = at;
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
                ScanFound::Tuple => return Some(self.tuple()),
                ScanFound::Block(_) => self.place = ScanPlace::OtherLines,
                ScanFound::Line(_) => {}
            }
        }
    }

    /// What comes next, if it is there.
    pub fn next(&mut self) -> Option<ScanFound> {
        self.find().ok()
    }

    /// The next line of a block, if it is there; none where the block ends.
    pub fn line(&mut self) -> Option<Option<Range<usize>>> {
        let start = self.tokens.at;
        let rest = self.tokens.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).or(self.at_end.then_some(rest.len()))?;
        self.tokens.at = self.tokens.bytes.len().min(start + length + 1);
        Some(Some(start..start + length).filter(|_| !ends_block(&rest[..length])))
    }

    fn find(&mut self) -> Result<ScanFound, TokenCut> {
        self.front = TupleFront::Sound;
        if matches!(self.place, ScanPlace::AfterTuple | ScanPlace::AfterLast) {
            self.tokens.skip_space()?;
            if self.place == ScanPlace::AfterTuple && self.goes_to_next_row()? {
                return Ok(ScanFound::Tuple);
            }
            // After a row, dollars begin no string: a client was told to end statements so.
            while self.tokens.eat(b'$') {}
            if !self.eat_batch_end() && !self.is_at_insert() {
                let is_known = self.place == ScanPlace::AfterTuple;
                let rows = if is_known { RowsWithin::AfterOthers(self.tokens.at) } else { RowsWithin::None };
                if self.skip_statement(rows)? == Skipped::ToRow {
                    self.front = TupleFront::Damaged;
                    return Ok(ScanFound::Tuple);
                }
            }
            self.place = ScanPlace::Outside;
        }
        loop {
            self.statement = self.tokens.at;
            if matches!(self.place, ScanPlace::Lines | ScanPlace::OtherLines) {
                match self.line().ok_or(TokenCut)? {
                    None => self.place = ScanPlace::Outside,
                    Some(line) if self.place == ScanPlace::Lines => return Ok(ScanFound::Line(line)),
                    Some(_) => {}
                }
                continue;
            }
            self.tokens.skip_space()?;
            self.statement = self.tokens.at;
            self.skip_stray_signs();
            let mut rows = RowsWithin::AfterHead(self.statement);
            if let Some(insert) = self.tokens.insert_head()? {
                self.insert = Some(self.created.named(insert));
                self.tokens.skip_space()?;
                if self.tokens.peek() == Some(b'(') || self.tokens.eat_word(SELECT)? {
                    return Ok(ScanFound::Tuple);
                }
                // The first parenthesis is lost.
                rows = RowsWithin::AfterOthers(self.tokens.at);
            }
            self.tokens.at = self.statement;
            self.created.learn(&self.tokens.bytes[self.statement..], self.strings, self.at_end)?;
            match self.client_line()? {
                Some(line) if command_length(&self.tokens.bytes[line.clone()]).is_some() => {
                    return Ok(ScanFound::Block(line));
                }
                Some(_) => {}
                None if self.skip_statement(rows)? == Skipped::ToRow => {
                    if matches!(rows, RowsWithin::AfterHead(_)) {
                        self.insert = Some(Insert::default());
                    }
                    self.front = TupleFront::Damaged;
                    return Ok(ScanFound::Tuple);
                }
                None => {}
            }
        }
    }

    /// Goes to the parenthesis of the row that comes right after another one. The comma between them may be lost, or be
    /// another sign.
    fn goes_to_next_row(&mut self) -> Result<bool, TokenCut> {
        let start = self.tokens.at;
        if self.tokens.eat(b',') {
            self.tokens.skip_space()?;
            if self.tokens.peek() == Some(b'(') {
                return Ok(true);
            }
            self.tokens.at = start;
        }
        if self.goes_to_next_query()? || self.goes_to_next_into()? {
            return Ok(true);
        }
        self.tokens.at = start;
        let rest = &self.tokens.bytes[start..];
        let count = rest.iter().take(MOST_BETWEEN).take_while(|byte| is_between_rows(**byte)).count();
        let Some(open) = memrchr(b'(', &rest[..count]) else { return Ok(false) };
        let begins = match may_begin_row(&rest[open..]) {
            None if !self.at_end => return Err(TokenCut),
            begins => begins == Some(true),
        };
        if begins {
            self.tokens.at += open;
            self.front = TupleFront::Damaged;
        }
        Ok(begins)
    }

    /// Goes beyond the next `SELECT` of a query whose parts make a row each.
    fn goes_to_next_query(&mut self) -> Result<bool, TokenCut> {
        if self.tokens.eat_word(FROM)? {
            self.tokens.skip_space()?;
            self.tokens.name()?;
            self.tokens.skip_space()?;
        }
        if !self.tokens.eat_word(UNION)? {
            return Ok(false);
        }
        self.tokens.skip_space()?;
        if self.tokens.eat_word(b"all")? {
            self.tokens.skip_space()?;
        }
        self.tokens.eat_word(SELECT)
    }

    /// Goes to the next row of `INSERT ALL`, which has a head of its own.
    fn goes_to_next_into(&mut self) -> Result<bool, TokenCut> {
        if !self.tokens.eat_word(b"into")? {
            return Ok(false);
        }
        let Some(insert) = self.tokens.insert_into()? else { return Ok(false) };
        self.insert = Some(self.created.named(insert));
        self.tokens.skip_space()?;
        Ok(self.tokens.peek() == Some(b'('))
    }

    /// Whether the row that was found is made by a query. Such a row may hold names in place of values.
    pub fn is_at_query(&self) -> bool {
        self.tokens.peek() != Some(b'(')
    }

    /// Skips a line that is no SQL: what a client reads itself, or the command before the lines of a `COPY` block.
    fn client_line(&mut self) -> Result<Option<Range<usize>>, TokenCut> {
        let rest = &self.tokens.bytes[self.tokens.at..];
        if !is_for_client(rest) && !begins_copy(rest) {
            return Ok(None);
        }
        let command = command_length(rest);
        let may_go_on = match command {
            Some(length) => length == rest.len(),
            None => begins_copy(rest) && rest.len() < LONGEST_COMMAND && memchr(b';', rest).is_none(),
        };
        if may_go_on && !self.at_end {
            return Err(TokenCut);
        }
        let block = command.filter(|&length| length < rest.len());
        let line = memchr(b'\n', rest).filter(|_| is_for_client(rest));
        let Some(length) = block.or(line) else {
            return if is_for_client(rest) { Err(TokenCut) } else { Ok(None) };
        };
        let start = self.tokens.at;
        self.tokens.at += length + 1;
        Ok(Some(start..start + length))
    }

    /// The row that begins here.
    pub fn tuple(&mut self) -> Tuple {
        let reader = TupleReader { strings: self.strings, at_end: self.at_end };
        let tuple = reader.read(&mut self.tokens, self.front);
        if tuple.end != TupleEnd::Open {
            self.place = ScanPlace::AfterTuple;
        }
        tuple
    }

    /// The string that begins here.
    fn string(&self) -> Option<SqlString> {
        sql_string(self.tokens.bytes, self.tokens.at, strings_at(self.tokens.bytes, self.tokens.at, self.strings))
    }

    /// Whether a statement begins here that may make rows: that before it has no semicolon then.
    fn is_at_insert(&self) -> bool {
        is_insert(&self.tokens.bytes[self.tokens.at..])
    }

    /// Skips signs before the head of a statement that can be none of it.
    fn skip_stray_signs(&mut self) {
        let rest = &self.tokens.bytes[self.tokens.at..];
        let is_stray = |byte: &&u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b'$');
        let count = rest.iter().take(MOST_STRAY).take_while(is_stray).count();
        if count > 0 && is_insert(&rest[count..]) {
            self.tokens.at += count;
        }
    }

    /// Skips a `GO` on a line of its own, with which SQL Server ends statements.
    fn eat_batch_end(&mut self) -> bool {
        let rest = &self.tokens.bytes[self.tokens.at..];
        let begins_line = self.tokens.at == 0 || self.tokens.bytes[self.tokens.at - 1] == b'\n';
        let is_end =
            begins_line && begins_in_any_case(rest, GO) && rest.get(GO.len()).is_none_or(u8::is_ascii_whitespace);
        self.tokens.at += if is_end { GO.len() } else { 0 };
        is_end
    }

    /// Skips to the end of the statement, to a line that begins something else, or to a row.
    fn skip_statement(&mut self, rows: RowsWithin) -> Result<Skipped, TokenCut> {
        loop {
            let rest = &self.tokens.bytes[self.tokens.at..];
            let is_stop = |byte: &u8| matches!(byte, b';' | b'\'' | b'"' | b'`' | b'-' | b'/' | b'$' | b'#' | b'\n');
            self.tokens.at += rest.iter().position(is_stop).ok_or(TokenCut)?;
            let rest = &self.tokens.bytes[self.tokens.at..];
            match rest {
                [b'\n', ..] => {
                    self.tokens.at += 1;
                    if self.eat_batch_end() || self.begins_other_line() {
                        return Ok(Skipped::Statement);
                    }
                }
                [b';', ..] => {
                    self.tokens.at += 1;
                    return Ok(Skipped::Statement);
                }
                // A name is on one line: a quote that no other on its line closes is one too many.
                [b'`', name @ ..] => match memchr2(b'`', b'\n', name).ok_or(TokenCut)? {
                    end if name[end] == b'`' => self.tokens.at += end + 2,
                    _ => self.tokens.at += 1,
                },
                [b'\'' | b'"', ..] if opens_string(self.tokens.bytes, self.tokens.at) => {
                    if let Some(open) = rows.row(self.tokens.bytes, self.tokens.at) {
                        self.tokens.at = open;
                        return Ok(Skipped::ToRow);
                    }
                    self.tokens.at = self.string().ok_or(TokenCut)?.end;
                }
                // Another statement may begin after the line end.
                [b'-', b'-', ..] | [b'#', ..] => self.tokens.at += memchr(b'\n', rest).ok_or(TokenCut)?,
                [b'/', b'*', ..] => self.tokens.at += memmem::find(&rest[2..], b"*/").ok_or(TokenCut)? + 4,
                [b'$', ..] => {
                    match dollar_string(self.tokens.bytes, self.tokens.at).filter(|_| self.may_open_string(rows)) {
                        Some(string) => self.tokens.at = string.after.ok_or(TokenCut)?,
                        None => self.tokens.at += 1,
                    }
                }
                _ => self.tokens.at += 1,
            }
        }
    }

    /// Whether a dollar may begin a string: the rest of a row is prose.
    fn may_open_string(&self, rows: RowsWithin) -> bool {
        !matches!(rows, RowsWithin::AfterOthers(_)) || may_open_value(self.tokens.bytes, self.tokens.at)
    }

    /// Whether this line begins something else, whatever ends the statement before it.
    fn begins_other_line(&self) -> bool {
        let line = &self.tokens.bytes[self.tokens.at..];
        let spaces = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        is_insert(&line[spaces..]) || is_for_client(line) || begins_copy(line)
    }
}

/// Which rows are looked for in what is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowsWithin {
    None,
    /// Those that come after others of their statement, beyond this place.
    AfterOthers(usize),
    /// Those of a statement that begins here, whose head is damaged.
    AfterHead(usize),
}

impl RowsWithin {
    /// The opening parenthesis of such a row whose first string begins with this quote.
    fn row(self, bytes: &[u8], quote: usize) -> Option<usize> {
        match self {
            RowsWithin::None => None,
            RowsWithin::AfterOthers(from) => {
                let start = row_start(bytes, from, quote, QuoteSeems::Opening)?;
                (bytes[start.from] == b'(').then_some(start.from)
            }
            RowsWithin::AfterHead(from) => {
                let from = from.max(quote.saturating_sub(LONGEST_HEAD));
                let open = from + parenthesis_before(&bytes[from..quote])?;
                is_nearly_head(&bytes[from..open]).then_some(open)
            }
        }
    }
}

/// What was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skipped {
    /// All of a statement.
    Statement,
    /// What comes before a row.
    ToRow,
}

fn is_for_client(line: &[u8]) -> bool {
    CLIENT.iter().any(|word| begins_in_any_case(line, word))
}
