//! The rows of `COPY … FROM stdin` blocks, as `pg_dump` writes them: a line each, tabs between the values. The command before
//! them may be on several lines, say that its rows are text, or be one of `psql`, which begins with a backslash.
//!
//! A dump may hold cables in several blocks, one a table or a partition, each with columns of its own.

use std::ops::Range;

use memchr::{memchr, memchr3};

use super::columns::RecordColumns;
use super::decode::without_mark;
use crate::lex::begins_in_any_case;

/// A block of rows that holds cables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CopyBlock {
    /// The line before the rows.
    pub command: Vec<u8>,
    pub columns: RecordColumns,
}

impl Default for CopyBlock {
    fn default() -> CopyBlock {
        CopyBlock { command: Vec::new(), columns: RecordColumns::of_database() }
    }
}

impl CopyBlock {
    /// The block that these bytes begin with, if it holds cables.
    pub fn at(bytes: &[u8]) -> Option<CopyBlock> {
        let (command, rows) = bytes.split_at(command_length(bytes)?);
        let lines = rows.split(|&byte| byte == b'\n').skip(1);
        let columns = lines.take_while(|row| !ends_block(row)).take(TRIED).find_map(|row| columns_of(command, row))?;
        Some(CopyBlock { command: command.to_vec(), columns })
    }

    /// The first block that holds cables, and where it begins.
    pub fn first(bytes: &[u8]) -> Option<(usize, CopyBlock)> {
        let mark = bytes.len() - without_mark(bytes).len();
        let starts = std::iter::once(mark).chain(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1));
        starts
            .filter(|&start| begins_copy(&bytes[start..]))
            .find_map(|start| Some((start, CopyBlock::at(&bytes[start..])?)))
    }
}

/// So many rows are looked at: the first may be damaged.
const TRIED: usize = 20;

/// How a command begins.
const COPY: &[u8] = b"COPY";
/// How options begin.
const WITH: &[u8] = b"with";
/// How the line begins that ends a block.
const END: &[u8] = b"\\.";

/// No command is longer.
pub(super) const LONGEST_COMMAND: usize = 16 * 1024;

/// Whether a line begins as the command before a block does.
pub(super) fn begins_copy(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\\").unwrap_or(line);
    begins_in_any_case(line, COPY) && line.get(COPY.len()).is_some_and(u8::is_ascii_whitespace)
}

/// The length of the command before a block that these bytes begin with, without the line end after it.
pub(super) fn command_length(bytes: &[u8]) -> Option<usize> {
    CommandParts::of(bytes).map(|parts| parts.options.end)
}

/// Whether a line ends a block. The document may end within it; a backslash alone is not a row. What has values or escapes
/// after the sign is the rest of a row whose line end is damaged.
pub(super) fn ends_block(line: &[u8]) -> bool {
    let is_end = |rest: &[u8]| {
        let sign = memchr::memchr3(b'\n', b'\t', b'\\', rest);
        sign.is_none_or(|sign| rest[sign] == b'\n')
    };
    line.strip_prefix(END).is_some_and(is_end) || line == &END[..1]
}

/// Where the parts of the command before a block are.
struct CommandParts {
    /// The names of the columns; empty where they are not listed.
    names: Range<usize>,
    /// What comes after `stdin`, to the end of the last line.
    options: Range<usize>,
}

impl CommandParts {
    /// The parts of the command that these bytes begin with. Looks no further than it may reach.
    fn of(bytes: &[u8]) -> Option<CommandParts> {
        if !begins_copy(bytes) {
            return None;
        }
        let bytes = &bytes[..bytes.len().min(LONGEST_COMMAND)];
        let spaces = |at: usize| at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let word = |at: usize, word: &[u8]| begins_in_any_case(&bytes[at..], word).then_some(at + word.len());
        let is_of_table = |byte: &&u8| !byte.is_ascii_whitespace() && **byte != b'(';
        let table = spaces(usize::from(bytes[0] == b'\\') + COPY.len());
        let mut at = spaces(table + bytes[table..].iter().take_while(is_of_table).count());
        let mut names = at..at;
        if bytes.get(at) == Some(&b'(') {
            let close = memchr3(b')', b'(', b';', &bytes[at + 1..]).map(|ahead| at + 1 + ahead)?;
            names = at + 1..close;
            at = spaces(Some(close).filter(|&close| bytes[close] == b')')? + 1);
        }
        let source = spaces(word(at, b"from")?);
        let start = Some(word(source, b"stdin")?).filter(|_| source > at)?;
        let line_end = |at: usize| at + memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
        let mut end = line_end(start);
        // Options may be on the next line; too few bytes do not show it.
        let next = spaces(end);
        let is_open = memchr(b';', &bytes[start..end]).is_none();
        if is_open && (bytes.len() < next + WITH.len() || word(next, WITH).is_some() || bytes[next] == b';') {
            end = line_end(next);
        }
        Some(CommandParts { names, options: start..end })
    }
}

/// The command before a block.
pub(super) struct CopyCommand<'l> {
    /// Names of the columns; none where they are not listed.
    pub names: Vec<&'l str>,
    /// How its rows are written, in lower case; empty where they are as `pg_dump` writes them.
    options: String,
}

impl CopyCommand<'_> {
    /// The command that bytes are, if they are one.
    pub fn of(bytes: &[u8]) -> Option<CopyCommand<'_>> {
        let CommandParts { names, options } = CommandParts::of(bytes)?;
        let names = std::str::from_utf8(&bytes[names]).ok()?;
        let names =
            names.split(',').map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty()).collect();
        let options = std::str::from_utf8(&bytes[options]).ok()?;
        let options = options.split("--").next().unwrap_or_default().trim();
        let options = options.strip_suffix(';').unwrap_or(options).trim_end();
        Some(CopyCommand { names, options: options.to_ascii_lowercase() })
    }

    /// Whether its rows are CSV.
    pub fn is_csv(&self) -> bool {
        self.words().any(|word| word == "csv")
    }

    /// Whether names come before its rows.
    pub fn has_header(&self) -> bool {
        let mut words = self.words().skip_while(|&word| word != "header").skip(1);
        self.words().any(|word| word == "header") && !matches!(words.next(), Some("false" | "off" | "0"))
    }

    /// Whether its rows are as `pg_dump` writes them: tabs between the values, `\N` for null.
    fn is_of_dump(&self) -> bool {
        let mut strings = self.options.split('\'').skip(1).step_by(2);
        let words = self.options.split('\'').step_by(2).flat_map(str::split_ascii_whitespace);
        let mut words = words.map(|word| word.trim_matches(['(', ')', ','])).filter(|word| !matches!(*word, "" | "e"));
        words.all(|word| OF_DUMP.contains(&word)) && strings.all(|string| AS_IN_DUMP.contains(&string))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.options.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
    }
}

/// The words of options that leave rows as `pg_dump` writes them.
const OF_DUMP: [&str; 13] = [
    "with",
    "format",
    "text",
    "freeze",
    "true",
    "on",
    "1",
    "null",
    "as",
    "using",
    "delimiter",
    "delimiters",
    "encoding",
];

/// The strings of such options, in lower case.
const AS_IN_DUMP: [&str; 5] = ["\\n", "\\\\n", "\t", "\\t", "utf8"];

/// The columns of a row that holds a cable, below a command whose rows are as `pg_dump` writes them.
pub(super) fn columns_of(command: &[u8], row: &[u8]) -> Option<RecordColumns> {
    let command = CopyCommand::of(command).filter(CopyCommand::is_of_dump)?;
    let values: Vec<_> = row.split(|&byte| byte == b'\t').map(String::from_utf8_lossy).collect();
    RecordColumns::fitting(&command.names, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_known_however_it_is_written() {
        for command in [
            "COPY public.cable (id, refid) FROM stdin;",
            "copy \"cable\" (\"id\", \"refid\") from stdin ;\r",
            "COPY cable (id, refid) FROM stdin WITH (FORMAT text);",
            "COPY cable (id, refid) FROM stdin WITH (FREEZE);",
            "COPY cable (id, refid) FROM stdin WITH NULL AS '\\N';",
            "COPY cable (id, refid) FROM stdin USING DELIMITERS E'\\t';",
            "COPY cable(id,refid)FROM stdin; -- 24 rows",
            "COPY cable (\n  id,\n  refid\n)\nFROM\tstdin",
            "COPY cable (id, refid) FROM stdin\nWITH (FORMAT text);",
            "\\copy cable (id, refid) from stdin",
        ] {
            let bytes = format!("{command}\n1\t06LIMA1\n");
            assert_eq!(command_length(bytes.as_bytes()), Some(command.len()), "{command}");
            let known = CopyCommand::of(command.as_bytes()).unwrap();
            assert!(known.names == ["id", "refid"] && known.is_of_dump(), "{command}");
        }
        for other in [
            "COPY cable (id, refid) FROM stdin WITH (FORMAT csv);",
            "COPY cable (id, refid) FROM stdin WITH DELIMITER '|';",
            "COPY cable (id, refid) FROM stdin WITH NULL AS 'none';",
            "COPY cable (id, refid) FROM stdin WITH (FORMAT binary);",
        ] {
            assert!(!CopyCommand::of(other.as_bytes()).unwrap().is_of_dump(), "{other}");
        }
        for none in
            ["COPY cable TO stdout;", "COPY cable FROM '/tmp/cable';", "COPY OF THE CABLE\nFROM stdin", "COPYING"]
        {
            assert!(command_length(none.as_bytes()).is_none(), "{none}");
        }
    }
}
