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
