//! `cablegram tables`: the facts of the trade as they are compiled in.

use cablegram::diagnostic::Code;
use cablegram::error::Result;

use super::arguments::Table;
use super::{Ending, pages};

/// Prints a table.
pub fn run(table: Table) -> Result<Ending> {
    match table {
        Table::Posts => pages::print(include_bytes!("../tables/posts.tsv")),
        Table::Tags => pages::print(include_bytes!("../tables/tags.tsv")),
        Table::Plads => pages::print(include_bytes!("../tables/plads.tsv")),
        Table::Levels => pages::print(include_bytes!("../tables/levels.tsv")),
        Table::Captions => pages::print(include_bytes!("../tables/captions.tsv")),
        Table::Diagnostics => pages::print(diagnostics().as_bytes()),
    }
}

/// The codes as the parser knows them, in the order of the document.
fn diagnostics() -> String {
    let line = |code: &Code| format!("{}\t{}\t{}\n", code.name(), code.severity(), code.meaning());
    let lines: String = Code::ALL.iter().map(line).collect();
    format!("code\tseverity\tmeaning\n{lines}")
}
