//! What the stages of the parser tell of their reading: what was odd, and what every line was read as.

mod claim;
mod draft;

pub use claim::{Claim, Zone};
pub use draft::{Context, Draft, Findings, PageBreak, Stated};
