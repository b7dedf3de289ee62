//! cablegram turns archives of diplomatic cables into data: Parquet, Arrow IPC, XML and YAML against versioned schemas.
//!
//! ```text
//! source ──► dialect ──► parse ──► schema ──► write
//! Document   Transcript  Cable     RecordBatch  bytes
//! where,raw  clean lines meaning + the contract one encoding × one layout
//!            + hints     diagnostics of version N
//! ```
#![warn(missing_docs)]

pub mod cable;
pub mod convert;
pub mod diagnostic;
pub mod dialect;
pub mod error;
pub mod parse;
pub mod provenance;
pub mod read;
pub mod restore;
pub mod schema;
pub mod source;
pub mod stats;
pub mod tables;
pub mod verify;
pub mod write;
