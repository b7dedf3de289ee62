//! What the stages of the parser share: what they report of their reading, and the few things that more than one of them
//! must know.
//!
//! Notes are write-only: what a stage found out goes to the next one as a value, so that the order of the stages is
//! enforced by types, and a wrong zone in an explanation can never change data.

mod claim;
mod layout;
mod name;
mod notes;

pub use claim::{Claim, Zone};
pub use layout::{Glued, PageBreak, SectionLayout};
pub use name::{CableName, Sent};
pub use notes::{Findings, Notes};
