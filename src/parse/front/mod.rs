//! What stands around the header and the body of a cable: the envelope or the record, the name, where the header ends,
//! and how the body opens.

pub mod envelope;
pub mod name;
mod notice;
pub mod opening;
pub mod pasted;
pub mod pilcrow;
pub mod seam;
