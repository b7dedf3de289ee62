//! Documents whose first cable comes late: after other tables of a database, after a text, or within a first record that
//! is longer than what is seen of a beginning.
//!
//! Looked for only where no dialect knows a document by its beginning. Bytes come as they are read, and any way of
//! cutting them into blocks finds the same; what was looked through need not be kept.

use std::collections::HashMap;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::copy::begins_copy;
use super::csv::CsvRows;
use super::decode::without_mark;
use super::sql::{CreatedTables, SqlRows, Strings};
use super::{Confidence, Extent, Form, HEAD, Head, best, csv, sql};
use crate::lex::begins_in_any_case;

/// Looks for the first record of a document.
pub struct LateBeginning {
    search: Search,
    /// Bytes that a record may have: a text that is no dump is not looked through any further.
    limit: usize,
}

enum Search {
    /// By all dialects, once so many bytes are there.
    ByHead { size: usize, file_name: String },
    /// By the beginnings of lines.
    ByLine(LineSearch),
}

/// What was found in some bytes.
pub enum Sought {
    /// The first record.
    Found(LateRecords),
    /// Nothing yet, and nothing in so many bytes, which are not to be given again. More are needed.
    Passed(usize),
    /// The document holds no record.
    Nothing,
}

/// Records that begin late.
pub struct LateRecords {
    /// So many of the given bytes come before them.
    pub front: usize,
    rows: LateRows,
}

enum LateRows {
    Known(Arc<dyn Form>),
    Csv(CsvRows),
    Sql(Box<SqlRows>),
}

impl LateRecords {
    /// The form of a document whose first record begins with so many bytes that are not its own.
    pub fn form(self, front: usize) -> Arc<dyn Form> {
        match self.rows {
            LateRows::Known(form) => form,
            LateRows::Csv(rows) => Arc::new(rows.after(front)),
            LateRows::Sql(rows) => Arc::new(rows.after(front)),
        }
    }
}

impl LateBeginning {
    /// A search in a document with that head.
    pub fn new(head: &Head<'_>, limit: usize) -> LateBeginning {
        let first = without_mark(head.bytes).trim_ascii_start().first();
        let search = match matches!(first, Some(b'{' | b'[')) || csv::has_names(head.bytes) {
            true => Search::ByHead { size: HEAD.saturating_mul(4), file_name: head.file_name.to_owned() },
            false => Search::ByLine(LineSearch::new(head.bytes)),
        };
        LateBeginning { search, limit }
    }

    /// Looks at the bytes after those that were passed. `at_end` says that the document ends with them.
    pub fn look(&mut self, bytes: &[u8], at_end: bool) -> Sought {
        match &mut self.search {
            Search::ByLine(search) => search.look(bytes, at_end, self.limit),
            Search::ByHead { size, file_name } => loop {
                if bytes.len() < *size && !at_end {
                    return Sought::Passed(0);
                }
                if let Some(form) = by_head(&bytes[..bytes.len().min(*size)], file_name) {
                    return Sought::Found(LateRecords { front: 0, rows: LateRows::Known(form) });
                }
                if *size >= bytes.len().min(self.limit) && (at_end || *size >= self.limit) {
                    return Sought::Nothing;
                }
                *size = size.saturating_mul(4).min(self.limit);
            },
        }
    }
}

/// The form of the dialect that is sure of a document with this head.
fn by_head(bytes: &[u8], file_name: &str) -> Option<Arc<dyn Form>> {
    let head = Head { bytes, extent: Extent::Beginning, file_name };
    let (dialect, _) = best(&head).filter(|&(_, confidence)| confidence > Confidence::Maybe)?;
    Some(dialect.form(&head))
}

/// Looks at the beginning of every line.
struct LineSearch {
    nature: TextNature,
    /// How strings of SQL are written, where the document says it.
    strings: Option<Strings>,
    /// The tables whose columns are known.
    created: CreatedTables,
    /// How often a row of a table was looked for.
    tried: HashMap<String, u32>,
    /// What the next bytes begin with.
    front: LinePart,
    /// The last byte before them that is no white space.
    last: Option<u8>,
    passed: usize,
}

/// What a text seems to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextNature {
    /// A dump of a database: any number of other tables may come before that of the cables.
    Database,
    /// Anything else.
    Other,
    /// A part of a dump whose beginning is missing: nothing is looked for in it.
    Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LinePart {
    Beginning,
    Middle,
}

/// How lines of dumps of databases begin.
const DATABASE: [&[u8]; 9] = [
    b"-- MySQL dump",
    b"-- MariaDB dump",
    b"-- PostgreSQL database dump",
    b"-- phpMyAdmin SQL Dump",
    b"/*!40",
    b"CREATE TABLE ",
    b"INSERT INTO",
    b"REPLACE INTO",
    b"COPY ",
];

/// So many bytes may come before the cables of a database: a bomb has more.
const MOST_OF_DATABASE: usize = 64 << 30;

/// So many statements of a table are looked into: its first rows may be damaged.
const TRIED: u32 = 20;
/// So many tables are looked into.
const TABLES: usize = 512;

impl LineSearch {
    fn new(head: &[u8]) -> LineSearch {
        let mut lines = std::iter::once(0).chain(memchr_iter(b'\n', head).map(|end| end + 1));
        let first = lines.find(|&line| DATABASE.iter().any(|mark| begins_in_any_case(&head[line..], mark)));
        let is_database = first.is_some_and(|line| sql::is_of_dump(&head[..line]));
        LineSearch {
            nature: if is_database { TextNature::Database } else { TextNature::Other },
            strings: Strings::told(head),
            created: CreatedTables::default(),
            tried: HashMap::new(),
            front: LinePart::Beginning,
            last: None,
            passed: 0,
        }
    }

    fn look(&mut self, bytes: &[u8], at_end: bool, limit: usize) -> Sought {
        let most = match self.nature {
            TextNature::Database => MOST_OF_DATABASE,
            TextNature::Other | TextNature::Part => limit,
        };
        let mut at = 0;
        loop {
            if self.front == LinePart::Beginning {
                if self.passed + at > most {
                    return Sought::Nothing;
                }
                if bytes.len() - at < HEAD && !at_end {
                    break;
                }
                if let Some((front, rows)) = self.rows(&bytes[at..bytes.len().min(at + HEAD)]) {
                    return Sought::Found(LateRecords { front: at + front, rows });
                }
                if self.nature == TextNature::Part {
                    return Sought::Nothing;
                }
            }
            let end = memchr(b'\n', &bytes[at..]).map(|length| at + length + 1);
            self.front = if end.is_some() { LinePart::Beginning } else { LinePart::Middle };
            let line = &bytes[at..end.unwrap_or(bytes.len())];
            self.last = line.trim_ascii_end().last().copied().or(self.last);
            at = end.unwrap_or(bytes.len());
            if at == bytes.len() {
                break;
            }
        }
        self.passed += at;
        // The next line, if there is one, begins too late.
        let is_over = self.front == LinePart::Middle && self.passed > most;
        if at_end || is_over { Sought::Nothing } else { Sought::Passed(at) }
    }

    /// The rows that begin with this line, and how much of it is before them.
    fn rows(&mut self, bytes: &[u8]) -> Option<(usize, LateRows)> {
        match self.nature {
            TextNature::Database if begins_copy(bytes) => {
                sql::late_block(bytes).map(|rows| (0, LateRows::Sql(Box::new(rows))))
            }
            TextNature::Database if matches!(bytes.first(), Some(b'I' | b'i' | b'R' | b'r')) => {
                let table = sql::table_of(bytes)?;
                if self.tried.len() == TABLES && !self.tried.contains_key(&table) {
                    return None;
                }
                let tried = self.tried.entry(table).or_default();
                *tried += 1;
                let rows = (*tried <= TRIED).then(|| sql::late(bytes, self.strings, &self.created))??;
                Some((0, LateRows::Sql(Box::new(rows))))
            }
            TextNature::Database => {
                let strings = self.strings.unwrap_or(Strings::Standard);
                // What is seen of a line is all there is of a statement.
                let _ = self.created.learn(bytes, strings, true);
                None
            }
            TextNature::Other => {
                let rows = csv::late(bytes)?;
                if rows.front() == 0 && self.last == Some(b'"') {
                    // It comes after the end of another row.
                    self.nature = TextNature::Part;
                    return None;
                }
                Some((rows.front(), LateRows::Csv(rows)))
            }
            TextNature::Part => None,
        }
    }
}
