//! Facts of the trade as plain files compiled in: posts, TAGS, addressee names, captions, titles.
//!
//! Each file has a header line that says what it is. Never code: a new alias is a new word in a file.

pub mod addressees;
pub mod citations;
pub mod endings;
mod index;
pub mod openers;
pub mod posts;
pub mod tags;
pub mod titles;

/// The cells of one row of a table.
fn cells(row: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let row = rest?;
        let end = row.bytes().position(|byte| byte == b'\t');
        rest = end.map(|end| &row[end + 1..]);
        Some(&row[..end.unwrap_or(row.len())])
    })
}
