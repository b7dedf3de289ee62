//! `cablegram tables`: the facts of the trade as they are compiled in.

use cablegram::diagnostic::Code;
use cablegram::error::Result;

use super::arguments::TableName;
use super::{RunEnding, pages};

/// Prints a table.
pub fn run(table: TableName) -> Result<RunEnding> {
    match table {
        TableName::Posts => pages::print(include_bytes!("../tables/posts.tsv")),
        TableName::Tags => pages::print(include_bytes!("../tables/tags.tsv")),
        TableName::Plads => pages::print(include_bytes!("../tables/plads.tsv")),
        TableName::Levels => pages::print(include_bytes!("../tables/levels.tsv")),
        TableName::Captions => pages::print(include_bytes!("../tables/captions.tsv")),
        TableName::Diagnostics => pages::print(Code::table().as_bytes()),
    }
}
