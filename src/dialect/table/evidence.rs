//! What shows that rows have escapes in place of quotes: of many rows, since the first may be unlike the others.

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::{fields, first_line, is_escaped_end, leading_fields};
use crate::dialect::columns::RecordColumns;
use crate::dialect::copy::ends_block;
use crate::dialect::joints::is_of_client;

/// Whether line ends within texts are as they are: more of them than are escaped, and than there are rows.
pub fn has_raw_line_ends(bytes: &[u8], begins: impl Fn(&[u8]) -> bool) -> bool {
    let (mut raw, mut escaped, mut rows) = (0, 0, 1);
    for end in memchr_iter(b'\n', bytes) {
        let next = &bytes[end + 1..];
        let is_blank = matches!(next.first(), None | Some(b'\r' | b'\n'));
        if is_escaped_end(bytes, end) {
            escaped += 1;
        } else if !is_blank && begins(next) {
            rows += 1;
        } else if !is_blank && !is_of_client(first_line(next)) && !ends_block(next) {
            raw += 1;
        }
    }
    raw > escaped && raw >= rows
}

/// Whether fields of a row have quotes around them. A quote that a text begins with is part of it where no field before the
/// texts has one, and the row has all its columns and escapes its line ends.
pub fn has_quotes(row: &[u8], delimiter: u8, columns: &RecordColumns) -> bool {
    let quoted = fields(row, delimiter, columns.0.len()).map(|field| row[field].starts_with(b"\""));
    let quoted: Vec<bool> = quoted.collect();
    let texts = leading_fields(columns).min(quoted.len());
    let are_of_texts = !quoted[..texts].contains(&true) && quoted.len() == columns.0.len();
    quoted.contains(&true) && !(are_of_texts && has_escapes(row, delimiter))
}

/// Whether a row escapes a line end or a delimiter.
pub fn has_escapes(row: &[u8], delimiter: u8) -> bool {
    memchr_iter(b'\\', row)
        .filter_map(|at| row.get(at + 1))
        .any(|byte| matches!(byte, b'n' | b'\r' | b'\n') || *byte == delimiter)
}

/// So many rows are looked at.
const TRIED: usize = 40;
/// So many rows show that few of them have escapes.
const LEAST: usize = 3;

/// How a blank line is written.
const BLANK_LINES: [&[u8]; 2] = [b"\\n\\n", b"\\\n\\\n"];

/// Whether rows may have escapes, by the first of them that are whole: not where quotes around fields are shown by what is
/// between them, nor where few of several rows have an escape. Almost every cable has many lines, and a blank one, as no path
/// has.
pub fn are_escaped(bytes: &[u8], delimiter: u8) -> bool {
    let (mut rows, mut escaped, mut has_blank_line, mut holds_backslash) = (0, 0, false, false);
    let mut start = 0;
    for end in memchr_iter(b'\n', bytes).filter(|&end| !is_escaped_end(bytes, end)).take(TRIED) {
        let row = bytes[start..end].trim_ascii_end();
        start = end + 1;
        if has_closed_quotes(row, delimiter) {
            return false;
        }
        rows += usize::from(!row.is_empty());
        has_blank_line |= BLANK_LINES.iter().any(|line| memmem::find(row, line).is_some());
        escaped += usize::from(has_escapes(row, delimiter) || memmem::find(row, b"\\\\").is_some());
        holds_backslash |= memchr_iter(b'\\', row).any(|at| row.get(at + 1) != Some(&b'N'));
    }
    !holds_backslash || has_blank_line || rows < LEAST || escaped * 2 >= rows
}

/// Whether quotes are around a field that needs them: the delimiter is in it, or quotes that are doubled.
fn has_closed_quotes(row: &[u8], delimiter: u8) -> bool {
    let mut at = 0;
    while at < row.len() {
        if row[at] != b'"' {
            at += memchr(delimiter, &row[at..]).map_or(row.len(), |ahead| ahead + 1);
            continue;
        }
        let (mut needs_quotes, mut next) = (false, at + 1);
        loop {
            let Some(sign) = memchr2(b'"', delimiter, row.get(next..).unwrap_or_default()).map(|ahead| next + ahead)
            else {
                return false;
            };
            match row.get(sign + 1) {
                _ if row[sign] == delimiter => (needs_quotes, next) = (true, sign + 1),
                Some(b'"') => (needs_quotes, next) = (true, sign + 2),
                Some(byte) if *byte != delimiter => return false,
                _ if needs_quotes => return true,
                _ => {
                    at = sign + 2;
                    break;
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_need_their_quotes_show_that_nothing_has_backslashes() {
        for closed in ["1,\"Text, \"\"here\"\"\",2", "\"1\",\"a,b\"", "1,,\"a \"\"b\"\"\""] {
            assert!(has_closed_quotes(closed.as_bytes(), b','), "{closed}");
        }
        for open in ["1,\"Text\" here,2", "1,\"Text\",2", "\"a\" and \"b, c\"", "1,a \"b, c\"", "1,\"a, b"] {
            assert!(!has_closed_quotes(open.as_bytes(), b','), "{open}");
        }
    }

    #[test]
    fn one_path_among_many_rows_is_no_escape() {
        let path = "1,a,C:\\new\n2,b,c\n3,d,e\n";
        assert!(!are_escaped(path.as_bytes(), b','));
        assert!(are_escaped(b"1,a,b\\n\\nc\n2,b,c\n3,d,e\n", b','));
        let (nulls, doubled) = ("1,a,\\N\n2,b,\\N\n3,d,\\N\n", "1,a,\\\\b\n2,b\\nc\n3,d,e\n");
        assert!(are_escaped(nulls.as_bytes(), b',') && are_escaped(doubled.as_bytes(), b','));
    }
}
