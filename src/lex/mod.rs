//! What a stretch of text *is*: a rule, a number, a date, a level, an identifier, a page line.
//!
//! The ground under `dialect` and `parse`: looks at letters alone. Knows no cable: what a stretch means is decided by
//! what is around it, elsewhere.
//!
//! # No loop without progress
//!
//! No text may make a loop here or in `parse` continue for ever. Three rules hold that:
//!
//! - A loop runs over an iterator, or over a position that each round moves by at least one byte, line or paragraph. A
//!   rule that can match nothing returns `None`, never an empty range; where what is found can be empty all the same (a
//!   comment that ends where it begins), the position moves by a character more.
//! - A text that a loop shortens is never put back longer. What is left of a line may be put back once for each field
//!   that was cut off it, and the number of these is bounded (`preamble::fields`).
//! - What comes next on a line is not searched again from each of its places: [`Ahead`] keeps what the last search found,
//!   other searches end after a length that is given where they are.
//! - `cargo run --example fuzz -- --shapes 8192` reads every word that rules look for, many times over, and bounds time and
//!   memory.
//! - `tests/parser.rs` reads any order of the words that rules look for, and compares the times of a text and of one
//!   several times as long: a loop that stops would end neither.
//!
//! # Candidates
//!
//! Most lines are plain prose that no rule matches. A rule that needs characters which prose lacks, such as two digits
//! side by side, has a row in the table of [`sieve`] and is asked only of the lines that have them
//! ([`Piece::is_candidate`]). A test reads the lines of all cases without the table: *a line that a rule matches is a
//! candidate of it*.

mod ahead;
mod any_case;
pub mod class_word;
pub mod classification_line;
pub mod correction;
pub mod date;
pub mod envelope;
pub mod form_line;
pub mod fuzzy;
pub mod identifier;
pub mod lines;
pub mod marking;
pub mod mrn;
pub mod openers;
pub mod page_line;
mod piece;
pub mod redaction;
pub mod row;
pub mod sender;
pub mod shape;
pub mod sieve;
mod sign;
pub mod spaces;
pub mod stamp;
#[cfg(test)]
pub mod tests;
pub mod wire;
pub mod words;

pub use ahead::Ahead;
pub use any_case::{begins_in_any_case, words_as_written, words_at_end, words_in_any_case};
pub use lines::{LineSpan, range_of};
pub use piece::Piece;
pub use sieve::LineRule;
