//! cablegram turns archives of diplomatic cables into data.
#![warn(missing_docs)]

pub mod diagnostic;
