//! The body without what is none of its text: page lines, what sections repeat, notices of loss, signature and trailer.

pub mod ending;
pub mod furniture;
pub mod lost;
pub mod repeats;
