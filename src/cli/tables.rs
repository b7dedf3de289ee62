//! `cablegram tables`: the facts of the trade as they are compiled in.

use cablegram::error::Result;

use super::arguments::Table;
use super::{Ending, pages};

/// Prints a table.
pub fn run(table: Table) -> Result<Ending> {
    pages::print(match table {
        Table::Posts => include_bytes!("../tables/posts.tsv"),
        Table::Tags => include_bytes!("../tables/tags.tsv"),
        Table::Plads => include_bytes!("../tables/plads.tsv"),
    })
}
