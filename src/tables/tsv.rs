//! The rows of a table: lines of cells with tabs between them, compiled in.
//!
//! The first line of a table says what it is, the second names its columns. A row that does not read is a defect of this
//! program, never of an input: it is refused with its file and line, and a test reads every table.

use std::fmt::Display;
use std::str::FromStr;

/// A table as a file.
#[derive(Clone, Copy, Debug)]
pub struct Tsv {
    /// Its path in the sources.
    pub path: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// The table in a file beside this one.
macro_rules! tsv {
    ($name:literal) => {
        crate::tables::tsv::Tsv { path: concat!("src/tables/", $name), text: include_str!($name) }
    };
}

pub(super) use tsv;

/// One row of a table with so many columns.
#[derive(Clone, Copy, Debug)]
pub struct TableRow<const COLUMNS: usize> {
    path: &'static str,
    line: usize,
    /// Its cells.
    pub cells: [&'static str; COLUMNS],
}

impl Tsv {
    /// The rows.
    ///
    /// # Panics
    ///
    /// If a row has another number of cells, none in its first column, or spaces at an end of one.
    pub fn rows<const COLUMNS: usize>(self) -> impl Iterator<Item = TableRow<COLUMNS>> {
        (1..).zip(self.text.lines()).skip(2).map(move |(line, text)| {
            let row = TableRow { path: self.path, line, cells: [""; COLUMNS] };
            let cells: Vec<&'static str> = text.split('\t').collect();
            let Ok(cells) = <[&'static str; COLUMNS]>::try_from(cells) else {
                row.refuse(format_args!("not {COLUMNS} cells: {text:?}"))
            };
            if cells[0].is_empty() || cells.iter().any(|cell| cell.trim() != *cell) {
                row.refuse(format_args!("a cell is empty or has spaces around it: {text:?}"))
            }
            TableRow { cells, ..row }
        })
    }
}

impl<const COLUMNS: usize> TableRow<COLUMNS> {
    /// The number in a cell; none where the cell is empty.
    pub fn number<N: FromStr + Default>(&self, column: usize) -> N {
        let cell = self.cells[column];
        if cell.is_empty() {
            return N::default();
        }
        cell.parse().unwrap_or_else(|_| self.refuse(format_args!("{cell:?} is not a number")))
    }

    /// The character whose code point is in a cell, in hexadecimal.
    pub fn character(&self, column: usize) -> char {
        let cell = self.cells[column];
        let character = u32::from_str_radix(cell, 16).ok().and_then(char::from_u32);
        character.unwrap_or_else(|| self.refuse(format_args!("{cell:?} is not a code point")))
    }

    /// What the word in a cell means.
    pub fn one_of<T: Copy>(&self, column: usize, names: &[(&str, T)]) -> T {
        self.meaning(self.cells[column], names)
    }

    /// What each word of a cell means.
    pub fn all_of<T: Copy>(&self, column: usize, names: &[(&str, T)]) -> Vec<T> {
        self.list(column).map(|word| self.meaning(word, names)).collect()
    }

    /// The phrases in a cell, which have commas between them.
    pub fn list(&self, column: usize) -> impl Iterator<Item = &'static str> + use<COLUMNS> {
        let cell = Some(self.cells[column]).filter(|cell| !cell.is_empty());
        cell.into_iter().flat_map(|cell| cell.split(", "))
    }

    fn meaning<T: Copy>(&self, word: &str, names: &[(&str, T)]) -> T {
        let found = names.iter().find(|(name, _)| *name == word);
        found
            .map_or_else(|| self.refuse(format_args!("{word:?} is not a word of this column")), |(_, meaning)| *meaning)
    }

    fn refuse(&self, problem: impl Display) -> ! {
        panic!("{}:{}: {problem}", self.path, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(row: &'static str) -> Tsv {
        Tsv { path: "src/tables/x.tsv", text: row }
    }

    #[test]
    fn a_row_gives_its_cells() {
        let row = table("# about\nword\tkind\tcount\nLIMA\ta, b\t12").rows::<3>().next().unwrap();
        assert_eq!((row.cells[0], row.number::<u32>(2)), ("LIMA", 12));
        assert_eq!(row.all_of(1, &[("a", 1), ("b", 2)]), [1, 2]);
    }

    #[test]
    #[should_panic(expected = "src/tables/x.tsv:3: not 2 cells")]
    fn a_row_without_a_tab_is_refused_with_its_place() {
        table("# about\nword\tkind\nLIMA post").rows::<2>().for_each(drop);
    }

    #[test]
    #[should_panic(expected = "src/tables/x.tsv:4: \"pots\" is not a word of this column")]
    fn an_unknown_kind_is_refused_with_its_place() {
        let rows = table("# about\nword\tkind\nLIMA\tpost\nOSLO\tpots").rows::<2>();
        rows.for_each(|row| assert_eq!(row.one_of(1, &[("post", 1)]), 1));
    }
}
