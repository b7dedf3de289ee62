//! The names of columns in statements that create tables: most dumps do not list them before their rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::strings::{Strings, sql_string};
use super::tokens::{Insert, TokenCut, Tokens};
use crate::dialect::columns::{ColumnMeaning, RecordColumns};
use crate::dialect::fields::FieldKey;

/// The tables that may hold cables and whose columns have other names than those of a well-known dump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreatedTables(Arc<BTreeMap<String, Vec<String>>>);

/// So many tables are kept in mind.
const MOST: usize = 512;

/// No statement that creates a table of cables is longer.
const LONGEST: usize = 64 * 1024;

/// So many words may be before `TABLE`.
const WORDS: usize = 4;

/// What a definition begins with that is none of a column.
const OTHERS: [&str; 14] = [
    "primary",
    "key",
    "unique",
    "constraint",
    "index",
    "foreign",
    "check",
    "fulltext",
    "spatial",
    "exclude",
    "like",
    "period",
    "partition",
    "inherits",
];

impl CreatedTables {
    /// The head of a statement with the names of the columns, where it does not list them itself.
    pub fn named(&self, insert: Insert) -> Insert {
        match self.0.get(&insert.table).filter(|_| insert.columns.is_empty()) {
            Some(columns) => Insert { columns: columns.clone(), ..insert },
            None => insert,
        }
    }

    /// Keeps the table in mind that the statement at the beginning of these bytes creates, if it does. `at_end` says that no
    /// more bytes come.
    pub fn learn(&mut self, bytes: &[u8], strings: Strings, at_end: bool) -> Result<(), TokenCut> {
        let mut tokens = Tokens { bytes: &bytes[..bytes.len().min(LONGEST)], at: 0 };
        let is_all = at_end || bytes.len() > LONGEST;
        match created(&mut tokens, strings) {
            Ok(Some(Insert { table, columns })) => self.keep(table, columns),
            Err(cut) if !is_all => return Err(cut),
            Ok(None) | Err(_) => {}
        }
        Ok(())
    }

    fn keep(&mut self, table: String, columns: Vec<String>) {
        let is_new = |columns: &[String]| {
            let samples = ["1", "06LIMA1"].map(|sample| vec![sample; columns.len()]);
            let named = samples.map(|sample| RecordColumns::named(columns, &sample));
            named.iter().any(may_hold_cables) && !is_well_known(&named[0])
        };
        if !is_new(&columns) {
            if self.0.contains_key(&table) {
                Arc::make_mut(&mut self.0).remove(&table);
            }
        } else if self.0.len() < MOST || self.0.contains_key(&table) {
            Arc::make_mut(&mut self.0).insert(table, columns);
        }
    }
}

/// Whether rows of these columns can be known as cables: by a name, a text, and another value of the record.
fn may_hold_cables(columns: &RecordColumns) -> bool {
    let has = |key: FieldKey| columns.field(key).is_some();
    let has_another = columns.date().is_some() || has(FieldKey::Classification) || has(FieldKey::Origin);
    columns.make_cables() && has_another
}

/// Whether columns are in the order of a well-known dump, as far as their names say what they are.
fn is_well_known(columns: &RecordColumns) -> bool {
    let is_alike = |(known, named): (&ColumnMeaning, &ColumnMeaning)| {
        known == named || matches!(named, ColumnMeaning::Field(FieldKey::Other(_)))
    };
    let orders = [RecordColumns::of_dump(), RecordColumns::of_database()];
    orders.iter().any(|order| order.0.len() == columns.0.len() && order.0.iter().zip(&columns.0).all(is_alike))
}

/// `CREATE … TABLE [IF NOT EXISTS] name (…)`; `None` where the statement is another one.
fn created(tokens: &mut Tokens<'_>, strings: Strings) -> Result<Option<Insert>, TokenCut> {
    if !tokens.eat_word(b"create")? {
        return Ok(None);
    }
    for _ in 0..WORDS {
        tokens.skip_space()?;
        if tokens.eat_word(b"table")? {
            return columns(tokens, strings);
        }
        if tokens.word()?.is_empty() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// What comes after `TABLE` in it.
fn columns(tokens: &mut Tokens<'_>, strings: Strings) -> Result<Option<Insert>, TokenCut> {
    tokens.skip_space()?;
    for word in [&b"if"[..], b"not", b"exists"] {
        if tokens.eat_word(word)? {
            tokens.skip_space()?;
        }
    }
    let Some(table) = tokens.name()? else { return Ok(None) };
    tokens.skip_space()?;
    if !tokens.eat(b'(') {
        return Ok(None);
    }
    let mut columns = Vec::new();
    loop {
        tokens.skip_space()?;
        let is_quoted = matches!(tokens.peek(), Some(b'`' | b'"' | b'['));
        let Some(name) = tokens.name()? else { return Ok(None) };
        if is_quoted || !OTHERS.contains(&name.to_lowercase().as_str()) {
            columns.push(name);
        }
        if !goes_to_next(tokens, strings)? {
            return Ok(Some(Insert { table: table.to_lowercase(), columns }));
        }
    }
}

/// Goes beyond the definition of a column, and says whether another follows.
fn goes_to_next(tokens: &mut Tokens<'_>, strings: Strings) -> Result<bool, TokenCut> {
    let mut depth = 0_usize;
    loop {
        tokens.skip_space()?;
        match tokens.peek() {
            Some(b'(') => depth += 1,
            Some(b')') if depth == 0 => return Ok(false),
            Some(b')') => depth -= 1,
            Some(b',') if depth == 0 => {
                tokens.at += 1;
                return Ok(true);
            }
            Some(b'\'' | b'"' | b'`') => {
                tokens.at = sql_string(tokens.bytes, tokens.at, strings).ok_or(TokenCut)?.end;
                continue;
            }
            _ => {}
        }
        tokens.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_created_tables_are_known_by_their_names() {
        let named = |statement: &[u8]| {
            let mut tables = CreatedTables::default();
            tables.learn(statement, Strings::Backslash, true).unwrap();
            tables.named(Insert { table: "cable".to_owned(), columns: Vec::new() }).columns
        };
        let mysql =
            b"CREATE TABLE `cable` (\n  `id` int(11) NOT NULL,\n  `refid` varchar(9) COMMENT 'it\\'s, (so)',\n  \
            `key` text, -- a, b\n  `origin` text, `body` longtext,\n  PRIMARY KEY (`id`,`refid`)\n) ENGINE=InnoDB;\n";
        assert_eq!(named(mysql), ["id", "refid", "key", "origin", "body"]);
        let server =
            b"CREATE TABLE [dbo].[cable](\n [refid] [nvarchar](max) NULL,\n [date] [datetime],\n [body] [ntext]\n) ON [PRIMARY]\nGO\n";
        assert_eq!(named(server), ["refid", "date", "body"]);
        assert_eq!(
            named(b"create temp table if not exists x.Cable(id text, date text, body text)"),
            ["id", "date", "body"]
        );
        for other in [
            &b"CREATE TABLE cable (id integer, content text);"[..],
            b"CREATE TABLE cable (id int, date text, refid text, origin text, classification text, x text, header text, body text);",
            b"CREATE TABLE cable AS SELECT refid, body FROM cables;",
            b"CREATE VIEW cable (refid, body);",
            b"CREATE TABLE cable (refid text, date text, body text",
        ] {
            assert!(named(other).is_empty(), "{}", String::from_utf8_lossy(other));
        }
    }
}
