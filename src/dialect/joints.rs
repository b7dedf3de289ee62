//! What is between the records of a document and is of none: signs where files were joined, and lines that the client of a
//! database wrote after the rows.

use memchr::memrchr;

use super::decode::without_mark;
use crate::lex::begins_in_any_case;

/// A line without what is between two documents that were joined: a page break, the end of a file of DOS, the byte order
/// mark of the second.
pub fn without_joints(line: &[u8]) -> &[u8] {
    if line.first().is_some_and(u8::is_ascii_graphic) {
        return line;
    }
    let signs = line.iter().take_while(|&&byte| is_joint(byte)).count();
    without_mark(&line[signs..])
}

/// Whether a byte is a page break, or the end of a file of DOS.
pub fn is_joint(byte: u8) -> bool {
    matches!(byte, b'\x0C' | b'\x1A')
}

/// How many bytes at the beginning are no content: line ends, and what is between files that were joined.
pub fn content_start(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    loop {
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let content = without_joints(&rest[ends..]);
        if content.len() == rest.len() {
            return bytes.len() - rest.len();
        }
        rest = content;
    }
}

/// How many bytes come before the line ends at the end, the signs of joints, and the NUL that fill a block.
pub fn content_end(bytes: &[u8]) -> usize {
    let last = bytes.iter().rposition(|&byte| !matches!(byte, b'\r' | b'\n' | b'\0') && !is_joint(byte));
    last.map_or(0, |last| last + 1)
}

/// How many bytes of a row come before the lines of a client after it.
pub fn before_client_lines(row: &[u8]) -> usize {
    let mut end = content_end(row);
    while let Some(line) = last_line(&row[..end]).filter(|&line| is_of_client(&row[line..end])) {
        end = content_end(&row[..line]);
    }
    end
}

/// No line of a client is longer.
const LONGEST: usize = 120;

/// Where the last line begins, unless it is the only one or too long.
fn last_line(bytes: &[u8]) -> Option<usize> {
    let before = bytes.len().saturating_sub(LONGEST);
    memrchr(b'\n', &bytes[before..]).map(|end| before + end + 1)
}

/// Whether a line is what the client of a database writes after rows: how many they are, how long it took, or what it
/// was told next.
pub fn is_of_client(line: &[u8]) -> bool {
    let Some(line) = std::str::from_utf8(line).ok().map(str::trim).filter(|line| line.len() <= LONGEST) else {
        return false;
    };
    let begins = |beginning: &&str| begins_in_any_case(line, *beginning);
    // A quote closes the text of a row.
    !line.ends_with(['"', '\'']) && (is_count(line) || is_time(line) || BEGINNINGS.iter().any(begins))
}

/// How other lines of clients begin.
const BEGINNINGS: [&str; 8] =
    ["Query OK, ", "Elapsed: ", "Completion time: ", "SQL> ", "mysql> ", "sqlite> ", "MariaDB [", "Disconnected from "];

/// `(50 rows)`, `(1 row affected)`, `50 rows selected.`, `50 record(s) selected.`, `50 rows in set (0.01 sec)`.
fn is_count(line: &str) -> bool {
    let inside = line.strip_prefix('(').and_then(|line| line.strip_suffix(')'));
    let mut words = inside.unwrap_or(line).splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default();
    let (count, rows, done) = (next(), next(), next());
    count.starts_with(|c: char| c.is_ascii_digit())
        && ["row", "rows", "row(s)", "record(s)"].contains(&rows)
        && (["affected", "fetched", "returned", "selected"].contains(&done.trim_end_matches('.'))
            || done.starts_with("in set (")
            || done.is_empty() && inside.is_some())
}

/// `Time: 12.345 ms`.
fn is_time(line: &str) -> bool {
    line.strip_prefix("Time: ")
        .is_some_and(|time| time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(" ms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_clients_after_a_row_are_none_of_it() {
        for lines in [
            "\n(50 rows)\n",
            "\r\n\r\n50 rows selected.\r\n",
            "\n50 rows in set (0.01 sec)\n\nmysql> exit\n",
            "\n(1 row)\n\nTime: 12.345 ms\n",
            "\n\x1A",
            "\r\n\0\0\0",
        ] {
            let row = ["7,\"One.\"", lines].concat();
            assert_eq!(before_client_lines(row.as_bytes()), 8, "{lines:?}");
        }
        for text in ["\nTime: noon", "\n(50 rows)\"", "\n50 rows of houses fell.", "(50 rows)", "\n50 rows in place"] {
            let row = ["7,\"One.", text].concat();
            assert_eq!(before_client_lines(row.as_bytes()), row.len(), "{text}");
        }
    }
}
