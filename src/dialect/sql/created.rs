//! The names of columns in statements that create or alter tables: most dumps do not list them before their rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::strings::{Strings, sql_string};
use super::tokens::{Insert, NamedBy, TokenCut, Tokens};
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
            Some(columns) => Insert { columns: columns.clone(), named_by: NamedBy::Creation, ..insert },
            None => insert,
        }
    }

    /// Keeps the table in mind that the statement at the beginning of these bytes creates or alters, if it does. `at_end` says
    /// that no more bytes come.
    pub fn learn(&mut self, bytes: &[u8], strings: Strings, at_end: bool) -> Result<(), TokenCut> {
        let mut tokens = Tokens { bytes: &bytes[..bytes.len().min(LONGEST)], at: 0 };
        let is_all = at_end || bytes.len() > LONGEST;
        match created(&mut tokens, strings) {
            Ok(Some(Insert { table, columns, .. })) => self.keep(table, columns),
            Ok(None) => match altered(&mut tokens, strings) {
                Ok(Some((table, changes))) => self.change(table, changes),
                Err(cut) if !is_all => return Err(cut),
                Ok(None) | Err(_) => {}
            },
            Err(cut) if !is_all => return Err(cut),
            Err(_) => {}
        }
        Ok(())
    }

    /// Changes the columns of a table that is known.
    fn change(&mut self, table: String, changes: Vec<ColumnChange>) {
        let Some(mut columns) = self.0.get(&table).cloned() else { return };
        for change in changes {
            match change {
                ColumnChange::Add(name, place) => {
                    let after = |known: &String| place.eq_ignore_ascii_case(known);
                    let behind = columns.iter().position(after).map_or(columns.len(), |at| at + 1);
                    columns.insert(if place == FIRST { 0 } else { behind }, name);
                }
                ColumnChange::Drop(name) => columns.retain(|known| *known != name),
            }
        }
        self.keep(table, columns);
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
    eat_words(tokens, &[b"if", b"not", b"exists"])?;
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
            return Ok(Some(Insert { table: table.to_lowercase(), columns, ..Insert::default() }));
        }
    }
}

/// Goes beyond the definition of a column or another change, and says whether another follows.
fn goes_to_next(tokens: &mut Tokens<'_>, strings: Strings) -> Result<bool, TokenCut> {
    let mut depth = 0_usize;
    loop {
        tokens.skip_space()?;
        match tokens.peek() {
            Some(b'(') => depth += 1,
            Some(b')' | b';') if depth == 0 => return Ok(false),
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

/// How a statement changes the columns of a table.
#[derive(Debug, PartialEq, Eq)]
enum ColumnChange {
    /// Another one, after that of a name if there is one; [`FIRST`] puts it before the others.
    Add(String, String),
    /// One less.
    Drop(String),
}

/// What MySQL has in place of `AFTER name` for the first column.
const FIRST: &str = "FIRST";

/// `ALTER TABLE [ONLY] name ADD [COLUMN] …, DROP [COLUMN] …;`, and whatever else it changes; `None` where the statement is
/// another one.
fn altered(tokens: &mut Tokens<'_>, strings: Strings) -> Result<Option<(String, Vec<ColumnChange>)>, TokenCut> {
    if !tokens.eat_word(b"alter")? {
        return Ok(None);
    }
    tokens.skip_space()?;
    if !tokens.eat_word(b"table")? {
        return Ok(None);
    }
    eat_words(tokens, &[b"if", b"exists", b"only"])?;
    let Some(table) = tokens.name()? else { return Ok(None) };
    let mut changes = Vec::new();
    loop {
        let change = change(tokens)?;
        let start = tokens.at;
        let goes_on = goes_to_next(tokens, strings)?;
        changes.extend(change.map(|change| change.placed(&tokens.bytes[start..tokens.at])));
        if !goes_on {
            return Ok(Some((table.to_lowercase(), changes)));
        }
    }
}

/// The next change of such a statement, if it is one of columns.
fn change(tokens: &mut Tokens<'_>) -> Result<Option<ColumnChange>, TokenCut> {
    tokens.skip_space()?;
    let is_added = tokens.eat_word(b"add")?;
    if !is_added && !tokens.eat_word(b"drop")? {
        return Ok(None);
    }
    eat_words(tokens, &[b"column", b"if", b"not", b"exists"])?;
    let is_other = OTHERS.iter().any(|word| tokens.is_at_word(word.as_bytes()));
    let name = if is_other { None } else { tokens.name()? };
    Ok(name.map(|name| if is_added { ColumnChange::Add(name, String::new()) } else { ColumnChange::Drop(name) }))
}

impl ColumnChange {
    /// The same at the place that the end of a definition says.
    fn placed(self, definition: &[u8]) -> ColumnChange {
        let definition = String::from_utf8_lossy(definition);
        let mut words = definition.trim_end_matches(',').split_ascii_whitespace().rev();
        match (self, words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
            (ColumnChange::Add(name, _), last, _) if last.eq_ignore_ascii_case(FIRST) => {
                ColumnChange::Add(name, FIRST.to_owned())
            }
            (ColumnChange::Add(name, _), last, word) if word.eq_ignore_ascii_case("after") => {
                ColumnChange::Add(name, last.trim_matches(['`', '"']).to_owned())
            }
            (change, ..) => change,
        }
    }
}

/// Goes beyond each of these words that is next.
fn eat_words(tokens: &mut Tokens<'_>, words: &[&[u8]]) -> Result<(), TokenCut> {
    tokens.skip_space()?;
    for word in words {
        if tokens.eat_word(word)? {
            tokens.skip_space()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_are_added_or_dropped_later_are_known() {
        let columns = |statements: &[&str]| {
            let mut tables = CreatedTables::default();
            let created = "CREATE TABLE cable (refid text, date text, body text);";
            for statement in [&[created], statements].concat() {
                tables.learn(statement.as_bytes(), Strings::Standard, true).unwrap();
            }
            tables.named(Insert { table: "cable".to_owned(), ..Insert::default() }).columns
        };
        assert_eq!(columns(&["alter table only public.Cable add column if not exists note text;"]).len(), 4);
        assert_eq!(columns(&["ALTER TABLE `cable` ADD a int, ADD b text, DROP a;"]), ["refid", "date", "body", "b"]);
        let placed = "ALTER TABLE cable ADD a int NOT NULL AFTER `refid`, ADD COLUMN b int FIRST;";
        assert_eq!(columns(&[placed]), ["b", "refid", "a", "date", "body"]);
        for other in [
            "ALTER TABLE cable ADD PRIMARY KEY (refid), ADD KEY `k` (date);",
            "ALTER TABLE cable ADD CONSTRAINT c UNIQUE (refid);",
            "ALTER TABLE cable OWNER TO keeper;",
            "ALTER TABLE other ADD COLUMN a text;",
        ] {
            assert_eq!(columns(&[other]), ["refid", "date", "body"], "{other}");
        }
    }

    #[test]
    fn columns_of_created_tables_are_known_by_their_names() {
        let named = |statement: &[u8]| {
            let mut tables = CreatedTables::default();
            tables.learn(statement, Strings::Backslash, true).unwrap();
            tables.named(Insert { table: "cable".to_owned(), ..Insert::default() }).columns
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
