//! Where a row ends.
//!
//! It ends with its parenthesis, unless a damaged quote or parenthesis leaves no right one: then it ends where the next row
//! begins, so that the damage costs no other.

use std::ops::Range;

use super::row_start::{QuoteSeems, RowDamage, may_end_row, may_end_value, row_start};
use super::strings::{DollarString, SqlString, Strings, dollar_string, may_open_value, sql_string, strings_at};
use super::tokens::{Tokens, is_letter};
use super::words::{is_call, opens_string};

/// A row: what is between two parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuple {
    /// From the opening parenthesis to the closing one, both included; from what comes after `SELECT` to the end of the
    /// last value.
    pub range: Range<usize>,
    /// What it ends with.
    pub end: TupleEnd,
    /// The first place that shows that a quote or a parenthesis is missing or too many.
    pub damage: Option<usize>,
    /// What comes before it.
    pub front: TupleFront,
}

/// What comes before a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TupleFront {
    /// The head of its statement, or another row.
    Sound,
    /// Something that can be no part of a statement: a row that is damaged, or its own head.
    Damaged,
}

/// What a row ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TupleEnd {
    /// Its closing parenthesis.
    Closed,
    /// What comes after the values of a query.
    Query,
    /// The beginning of another row, as it seems within a string: a quote is missing.
    Next,
    /// The bytes.
    Open,
}

/// What comes after the values of a query, and between those of two.
pub const FROM: &[u8] = b"from";
pub const UNION: &[u8] = b"union";

/// Finds the ends of rows.
#[derive(Clone, Copy)]
pub struct TupleReader {
    /// How strings are written.
    pub strings: Strings,
    /// Whether no more bytes come.
    pub at_end: bool,
}

impl TupleReader {
    /// The row that begins here; the tokens go on after it.
    pub fn read(self, tokens: &mut Tokens<'_>, front: TupleFront) -> Tuple {
        let start = tokens.at;
        let mut damage = None;
        let end = match tokens.eat(b'(') {
            true => self.row_end(tokens, &mut damage),
            false => self.query_end(tokens),
        };
        if end == TupleEnd::Open {
            tokens.at = tokens.bytes.len();
        }
        Tuple { range: start..tokens.at, end, damage, front }
    }

    /// Goes to the end of a row after its parenthesis.
    fn row_end(self, tokens: &mut Tokens<'_>, damage: &mut Option<usize>) -> TupleEnd {
        let (bytes, start) = (tokens.bytes, tokens.at);
        let mut depth = 1_usize;
        while let Some(byte) = tokens.peek() {
            let at = tokens.at;
            match byte {
                b'(' if may_open_group(bytes, at) => depth += 1,
                b'(' => *damage = damage.or(Some(at)),
                // No statement ends within a row: a parenthesis that is still open then is one too many.
                b')' if depth == 1 || bytes.get(at + 1) == Some(&b';') => {
                    let is_sound = damage.is_none() && depth == 1;
                    let so_far = if is_sound { RowDamage::None } else { RowDamage::Some };
                    match may_end_row(&bytes[at + 1..], so_far) {
                        Some(false) => *damage = damage.or(Some(at)),
                        None if !self.at_end => return TupleEnd::Open,
                        _ => {
                            *damage = damage.or((depth > 1).then_some(at));
                            tokens.at += 1;
                            return TupleEnd::Closed;
                        }
                    }
                }
                b')' => depth -= 1,
                b'\'' | b'"' | b'`' if !opens_string(bytes, at) => *damage = damage.or(Some(at)),
                b'\'' | b'"' | b'`' => {
                    let Some(string) = self.string(bytes, at) else { return TupleEnd::Open };
                    *damage = damage.or(string.stray);
                    if let Some(next) = row_start(bytes, start, at, QuoteSeems::Opening).or(string.next) {
                        tokens.at = next.before;
                        return TupleEnd::Next;
                    }
                    if !may_end_value(&bytes[string.end..]) {
                        *damage = damage.or(Some(string.end - 1));
                    }
                    tokens.at = string.end;
                    continue;
                }
                b'$' if may_open_value(bytes, at) => match dollar_string(bytes, at) {
                    Some(DollarString { after: Some(after), .. }) => {
                        tokens.at = after;
                        continue;
                    }
                    Some(DollarString { after: None, .. }) => return TupleEnd::Open,
                    None => {}
                },
                _ => {}
            }
            tokens.at += 1;
        }
        TupleEnd::Open
    }

    /// Goes to the end of the values of a query.
    fn query_end(self, tokens: &mut Tokens<'_>) -> TupleEnd {
        let bytes = tokens.bytes;
        let mut depth = 0_usize;
        while let Some(byte) = tokens.peek() {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                b'\'' | b'"' if opens_string(bytes, tokens.at) => {
                    let Some(string) = self.string(bytes, tokens.at) else { return TupleEnd::Open };
                    tokens.at = string.end;
                    continue;
                }
                b';' if depth == 0 => return TupleEnd::Query,
                b'f' | b'F' | b'u' | b'U' if depth == 0 && ends_query(tokens) => return TupleEnd::Query,
                _ => {}
            }
            tokens.at += 1;
        }
        TupleEnd::Open
    }

    /// The string that begins at a quote.
    fn string(self, bytes: &[u8], quote: usize) -> Option<SqlString> {
        sql_string(bytes, quote, strings_at(bytes, quote, self.strings))
    }
}

/// Whether the word is next that comes after the values of a query.
fn ends_query(tokens: &Tokens<'_>) -> bool {
    let is_within_word = tokens.bytes[..tokens.at].last().is_some_and(|byte| is_letter(*byte));
    !is_within_word && (tokens.is_at_word(FROM) || tokens.is_at_word(UNION))
}

/// Whether a parenthesis may open a group: none comes right after a value.
fn may_open_group(bytes: &[u8], open: usize) -> bool {
    let before = bytes[..open].trim_ascii_end();
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let is_number = digits > 0 && !before[..before.len() - digits].ends_with(b"_") && !is_call(bytes, open);
    !is_number && !matches!(before.last(), Some(b'\'' | b'"' | b')'))
}
