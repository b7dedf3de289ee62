//! Character entities of HTML, such as `eacute`.
//!
//! The facts are in `entities.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::tsv::tsv;

/// The character that the entity of this name is.
pub fn character(name: &str) -> Option<char> {
    TABLE.get(name).copied()
}

static TABLE: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let rows = tsv!("entities.tsv").rows::<2>();
    rows.map(|row| (row.cells[0], row.character(1))).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found() {
        assert_eq!(TABLE.len(), tsv!("entities.tsv").rows::<2>().count());
        assert_eq!((character("eacute"), character("nothing")), (Some('é'), None));
    }
}
