//! What a stretch of text *is*: a rule, a number, a date, a level, an identifier, a page line.
//!
//! The ground under `dialect` and `parse`: looks at letters alone. Knows no cable: what a stretch means is decided by
//! what stands around it, elsewhere.

pub mod class_word;
pub mod classification_line;
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
pub mod shape;
mod sign;
pub mod spaces;
pub mod stamp;
pub mod trim;
pub mod words;

pub use lines::LineSpan;
pub use piece::Piece;
pub use sign::Sign;
