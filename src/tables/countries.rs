//! The country of an embassy to its post, as the editors of historical documents name senders: `Embassy in Peru`.
//!
//! The facts are in `countries.tsv`.

use std::sync::LazyLock;

use super::posts::{self, Post};
use super::tsv::tsv;

/// The post that the embassy in a country was in 1973-79; none where it moved.
pub fn embassy_in(country: &str) -> Option<&'static Post> {
    static TABLE: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| tsv!("countries.tsv").rows::<2>().map(|row| (row.cells[0], row.cells[1])).collect());
    let (_, post) = TABLE.iter().find(|(known, _)| *known == country)?;
    posts::find(post)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embassy_is_a_post() {
        for row in tsv!("countries.tsv").rows::<2>() {
            assert!(embassy_in(row.cells[0]).is_some(), "{}", row.cells[0]);
        }
        assert_eq!(embassy_in("Peru").map(|post| post.mrn), Some("LIMA"));
        assert_eq!(embassy_in("Ruritania"), None);
    }
}
