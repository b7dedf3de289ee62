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
        TableName::Diagnostics => pages::print(diagnostics().as_bytes()),
    }
}

/// The codes as the parser knows them, in the order of the document.
fn diagnostics() -> String {
    let line = |code: &Code| format!("{}\t{}\t{}\n", code.name(), code.severity(), code.meaning());
    let lines: String = Code::ALL.iter().map(line).collect();
    format!("code\tseverity\tmeaning\n{lines}")
}
