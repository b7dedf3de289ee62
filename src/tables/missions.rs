//! Words before the name of a post, such as `AMEMBASSY`.
//!
//! The facts are in `missions.tsv`.

use std::sync::LazyLock;

use super::openers::Phrases;
use super::tsv::tsv;

/// Those of address lists.
pub fn in_addresses() -> &'static [&'static str] {
    &TABLE.in_addresses
}

/// Those of reference lines.
pub fn in_references() -> &'static Phrases {
    &TABLE.in_references
}

/// Those that are known even where a space was lost beside them.
pub fn glued() -> &'static [&'static str] {
    &TABLE.glued
}

#[derive(Clone, Copy)]
enum MissionPlace {
    Address,
    Reference,
    Glued,
}

struct MissionTable {
    in_addresses: Vec<&'static str>,
    in_references: Phrases,
    glued: Vec<&'static str>,
}

static TABLE: LazyLock<MissionTable> = LazyLock::new(|| {
    const PLACES: [(&str, MissionPlace); 3] =
        [("address", MissionPlace::Address), ("reference", MissionPlace::Reference), ("glued", MissionPlace::Glued)];
    let (mut in_addresses, mut in_references, mut glued) = (Vec::new(), Vec::new(), Vec::new());
    for row in tsv!("missions.tsv").rows::<2>() {
        for place in row.all_of(1, &PLACES) {
            match place {
                MissionPlace::Address => in_addresses.push(row.cells[0]),
                MissionPlace::Reference => in_references.push(row.cells[0]),
                MissionPlace::Glued => glued.push(row.cells[0]),
            }
        }
    }
    MissionTable { in_addresses, in_references: in_references.into(), glued }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_words_are_known_everywhere() {
        for word in ["AMEMBASSY", "AMCONSUL", "USMISSION"] {
            assert!(in_addresses().contains(&word) && in_references().all().contains(&word) && glued().contains(&word));
        }
    }
}
