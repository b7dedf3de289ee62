//! One row of a dump to its values.

use std::ops::Range;

use memchr::memchr;

use super::dates;
use super::digits::{self, ByteDigits};
use super::strings::{DollarString, Strings, dollar_string, may_open_value, other_delimiter, sql_string, strings_at};
use super::text::{Replacement, put_replaced, unescape, unescape_numbers};
use super::tuple::{Tuple, TupleEnd};
use super::words::{call_before, is_call, opens_string};
use crate::dialect::builder::TranscriptBuilder;
use crate::dialect::decode::decode;
use crate::dialect::fields::DateForm;
use crate::dialect::row;
use crate::lex::begins_in_any_case;

/// One value of a row: a word or a string, or those that an expression joins. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlValue(Vec<SqlPiece>);

/// A word or a string.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SqlPiece {
    /// What is between the quotes, or the word or number without any.
    range: Range<usize>,
    kind: SqlValueKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SqlValueKind {
    /// A string, with such escapes.
    Text(Strings),
    /// A string between dollars, as it is.
    Plain,
    /// A string that has this before numbers of characters: `unistr('\000a')`, `U&'\000a'`.
    Numbered(char),
    /// Digits of bytes: `X'4142'`, `0x4142`.
    Digits(ByteDigits),
    /// A character by its number: `chr(10)`.
    Character(char),
    /// A string in which the shell of SQLite has other signs in place of line ends: `replace('a\nb','\n',char(10))`.
    Replaced(Vec<Replacement>),
    /// A number, a word or an expression.
    Word,
}

/// The values of a row as they are written.
pub fn shapes(bytes: &[u8], tuple: &Tuple, strings: Strings) -> Vec<String> {
    let shape = |value: &SqlValue| String::from_utf8_lossy(&bytes[value.range()]).into_owned();
    values(bytes, tuple, strings).iter().map(shape).collect()
}

/// What is between the quotes of the strings of a row.
pub fn texts(bytes: &[u8], tuple: &Tuple, strings: Strings) -> Vec<Range<usize>> {
    let pieces = values(bytes, tuple, strings).into_iter().flat_map(|value| value.0);
    pieces.filter(|piece| matches!(piece.kind, SqlValueKind::Text(_))).map(|piece| piece.range).collect()
}

impl SqlValue {
    /// One that holds nothing.
    pub fn empty() -> SqlValue {
        SqlValue(vec![SqlPiece { range: 0..0, kind: SqlValueKind::Word }])
    }

    /// Where it is, from its first piece to its last.
    pub fn range(&self) -> Range<usize> {
        let (first, last) = (self.0.first(), self.0.last());
        first.zip(last).map_or(0..0, |(first, last)| first.range.start..last.range.end)
    }

    /// Whether it is one of these words, in any case.
    pub fn is_word(&self, source: &str, words: &[&str]) -> bool {
        let [SqlPiece { range, kind: SqlValueKind::Word }] = &self.0[..] else { return false };
        words.iter().any(|word| source[range.clone()].eq_ignore_ascii_case(word))
    }
}

/// The values of a row, in order. One that is cut by the end of the bytes is as long as it is.
pub fn values(bytes: &[u8], tuple: &Tuple, strings: Strings) -> Vec<SqlValue> {
    let end = match tuple.end {
        TupleEnd::Open | TupleEnd::Query => tuple.range.end,
        TupleEnd::Closed | TupleEnd::Next => tuple.range.end - usize::from(bytes[..tuple.range.end].ends_with(b")")),
    };
    let mut values = Vec::new();
    let mut start = tuple.range.start + 1;
    while start <= end {
        let (value, next) = value_at(&bytes[..end], start, strings);
        values.push(value);
        start = next;
    }
    values
}

/// The value that begins at `start`, and where the next one does. Each operand of `||`, `+` or `concat` gives its first
/// string or character.
fn value_at(bytes: &[u8], start: usize, strings: Strings) -> (SqlValue, usize) {
    if let Some((piece, next)) =
        replaced(bytes, start, CALLS).and_then(|(piece, end)| Some((piece, after_value(bytes, end)?)))
    {
        return (SqlValue(vec![piece]), next);
    }
    let mut at = start;
    let mut pieces = Vec::new();
    let mut depth = 0_usize;
    let is_concat = begins_in_any_case(bytes[start..].trim_ascii_start(), b"concat(");
    // Whether this operand has given its piece.
    let mut has_piece = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b',' if depth == 0 => break,
            b',' if depth == 1 && is_concat => has_piece = false,
            b'|' | b'+' => has_piece = false,
            b'(' => match character_at(bytes, at) {
                Some((character, end)) if !has_piece => {
                    has_piece = true;
                    pieces.push(SqlPiece { range: at + 1..end - 1, kind: SqlValueKind::Character(character) });
                    at = end;
                    continue;
                }
                // Only a call has several values.
                _ => depth += usize::from(is_call(bytes, at)),
            },
            b')' => depth = depth.saturating_sub(1),
            b'$' if may_open_value(bytes, at) => {
                if let Some(DollarString { text, after }) = dollar_string(bytes, at) {
                    if !has_piece {
                        pieces.push(SqlPiece { range: text, kind: SqlValueKind::Plain });
                    }
                    has_piece = true;
                    at = after.unwrap_or(bytes.len());
                    continue;
                }
            }
            b'\'' | b'"' if opens_string(bytes, at) => {
                let written = strings_at(bytes, at, strings);
                let end = string_end_within(bytes, at, written);
                if !has_piece {
                    pieces.push(string_piece(bytes, at, end.max(at + 1), written));
                }
                has_piece = true;
                at = end + 1;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    let at = at.min(bytes.len());
    if pieces.is_empty() {
        pieces.push(word(bytes, start..at));
    }
    (SqlValue(pieces), at + 1)
}

/// The string between these quotes, as what is around them says.
fn string_piece(bytes: &[u8], open: usize, close: usize, strings: Strings) -> SqlPiece {
    let range = open + 1..close;
    if other_delimiter(bytes, open).is_some() {
        let start = (open + 2).min(close);
        let end = if bytes.get(close) == Some(&b'\'') { close - 1 } else { close };
        return SqlPiece { range: start..end.max(start), kind: SqlValueKind::Plain };
    }
    let is_after = |mark: &[u8]| begins_in_any_case(&bytes[open.saturating_sub(mark.len())..open], mark);
    let (range, kind) = match digits::encoding(bytes, open, close) {
        Some((range, encoding)) => (range, SqlValueKind::Digits(encoding)),
        None if is_after(b"u&") || call_before(bytes, open).eq_ignore_ascii_case(b"unistr") => {
            (range, SqlValueKind::Numbered(escape_after(bytes, close)))
        }
        None if strings == Strings::Numbered => (range, SqlValueKind::Numbered('\\')),
        None => (range, SqlValueKind::Text(strings)),
    };
    SqlPiece { range, kind }
}

/// The character whose number is in the parentheses that open at `open`, and where they end: of `chr(10)`, `CHAR(13)`.
fn character_at(bytes: &[u8], open: usize) -> Option<(char, usize)> {
    let letters = bytes[..open].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let name = &bytes[open - letters..open];
    let is_call = [&b"chr"[..], b"char", b"nchar"].iter().any(|call| name.eq_ignore_ascii_case(call));
    let digits = bytes.get(open + 1..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = open + 1 + digits;
    let number = std::str::from_utf8(&bytes[open + 1..end]).ok()?.parse().ok().and_then(char::from_u32)?;
    (is_call && bytes.get(end) == Some(&b')')).then_some((number, end + 1))
}

/// The string of a call of `replace` or of several in each other, as the shell of SQLite writes them, and where they end.
fn replaced(bytes: &[u8], start: usize, calls: u32) -> Option<(SqlPiece, usize)> {
    let open = start + spaces(bytes, start) + REPLACE.len();
    if !begins_in_any_case(bytes.get(open - REPLACE.len()..)?, REPLACE) {
        return None;
    }
    let (mut piece, after) = match replaced(bytes, open, calls.checked_sub(1)?) {
        Some(inner) => inner,
        None => {
            let (range, after) = plain_string(bytes, open)?;
            (SqlPiece { range, kind: SqlValueKind::Replaced(Vec::new()) }, after)
        }
    };
    let (sign, after) = plain_string(bytes, comma(bytes, after)?)?;
    let call = comma(bytes, after)?;
    let letters = bytes[call..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (by, after) = character_at(bytes, call + letters).filter(|_| letters > 0)?;
    if let SqlValueKind::Replaced(replacements) = &mut piece.kind
        && !sign.is_empty()
    {
        replacements.push(Replacement { sign, by });
    }
    let close = after + spaces(bytes, after);
    (bytes.get(close) == Some(&b')')).then_some((piece, close + 1))
}

const REPLACE: &[u8] = b"replace(";

/// So many of them may be in each other: one for each kind of line end.
const CALLS: u32 = 4;

/// The string without escapes that begins at `start`, and what comes after it.
fn plain_string(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let quote = start + spaces(bytes, start);
    let string = sql_string(bytes, quote, Strings::Standard).filter(|string| string.next.is_none())?;
    (bytes[quote] == b'\'').then_some((quote + 1..string.end - 1, string.end))
}

/// What comes after a comma that comes next, and the spaces after it.
fn comma(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at + spaces(bytes, at);
    (bytes.get(at) == Some(&b',')).then(|| at + 1 + spaces(bytes, at + 1))
}

/// Where the next value begins, if the one that ends here is done.
fn after_value(bytes: &[u8], end: usize) -> Option<usize> {
    let at = end + spaces(bytes, end);
    bytes.get(at).is_none_or(|&byte| byte == b',').then_some(at + 1)
}

fn spaces(bytes: &[u8], at: usize) -> usize {
    bytes[at.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// What is before the numbers in a string whose closing quote is at `quote`: a backslash, or what `UESCAPE '!'` says.
fn escape_after(bytes: &[u8], quote: usize) -> char {
    let rest = bytes.get(quote + 1..).unwrap_or_default().trim_ascii_start();
    let said = begins_in_any_case(rest, UESCAPE).then(|| rest[UESCAPE.len()..].trim_ascii_start());
    match said {
        Some([b'\'', escape, b'\'', ..]) if escape.is_ascii() => char::from(*escape),
        _ => '\\',
    }
}

const UESCAPE: &[u8] = b"uescape";

/// The closing quote of a string, or the end of the bytes.
fn string_end_within(bytes: &[u8], quote: usize, strings: Strings) -> usize {
    // A quote at the very end closes.
    match sql_string(bytes, quote, strings) {
        Some(string) => string.end - 1,
        None if bytes.len() > quote + 1 && ends_in_closing_quote(bytes, quote, strings) => bytes.len() - 1,
        None => bytes.len(),
    }
}

fn ends_in_closing_quote(bytes: &[u8], quote: usize, strings: Strings) -> bool {
    let followed = [&bytes[quote..], b" "].concat();
    sql_string(&followed, 0, strings).is_some_and(|string| string.end == followed.len() - 1)
}

fn word(bytes: &[u8], range: Range<usize>) -> SqlPiece {
    // A parenthesis too many is not of the word.
    let is_open = memchr(b')', &bytes[range.clone()]).is_none();
    let is_before = |byte: &&u8| byte.is_ascii_whitespace() || (is_open && **byte == b'(');
    let start = range.start + bytes[range.clone()].iter().take_while(is_before).count();
    let text = bytes[start..range.end].trim_ascii_end();
    // The quote of a string whose first one is lost.
    let text = text.strip_suffix(b"'").unwrap_or(text);
    match digits::hexadecimal_in(text) {
        Some(Range { start: ahead, end }) => {
            SqlPiece { range: start + ahead..start + end, kind: SqlValueKind::Digits(ByteDigits::Hexadecimal) }
        }
        None => SqlPiece { range: start..start + text.len(), kind: SqlValueKind::Word },
    }
}

impl row::RowValue for SqlValue {
    fn shape<'s>(&self, source: &'s str) -> &'s str {
        &source[self.range()]
    }

    fn date_form(&self, source: &str) -> Option<DateForm> {
        dates::beside(source.as_bytes(), self.range())
    }

    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        self.0.into_iter().for_each(|piece| piece.put(builder));
    }
}

impl SqlPiece {
    fn put(self, builder: &mut TranscriptBuilder<'_>) {
        match self.kind {
            SqlValueKind::Word | SqlValueKind::Plain => builder.keep(self.range),
            SqlValueKind::Character(character) => builder.replace(self.range, character.encode_utf8(&mut [0; 4])),
            SqlValueKind::Digits(encoding) => match encoding.bytes(&builder.source()[self.range.clone()]) {
                Some(bytes) => builder.replace(self.range, &decode(bytes).0),
                None => builder.keep(self.range),
            },
            SqlValueKind::Text(strings) => unescape(builder, self.range, strings),
            SqlValueKind::Numbered(escape) => unescape_numbers(builder, self.range, escape),
            SqlValueKind::Replaced(replacements) => put_replaced(builder, self.range, &replacements),
        }
    }
}
