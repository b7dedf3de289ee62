//! cablegram turns archives of diplomatic cables into data: Parquet, Arrow IPC, XML, YAML and JSON Lines against versioned
//! schemas.
//!
//! ```text
//! source ───────► dialect ─────────► parse ──────► schema ───────► write
//! walk, open      cut, transcribe    read fields   rows, batches   encode, publish
//! documents and   records, and each  a cable and   a RecordBatch   one encoding ×
//! what is in      as clean text      what was odd  of version N    one layout
//! containers
//! ```
//!
//! The waist is an Arrow `RecordBatch`: left of it nothing knows a format, right of it nothing knows a cable. So a
//! field never touches a writer, a writer never touches the parser, and versions and formats add up instead of
//! multiplying. [`convert()`](convert::convert) runs all of it; [`read`](mod@read) goes the way back, for [`verify()`](verify::verify) and
//! [`restore()`](restore::restore).
//!
//! ```no_run
//! use cablegram::convert::{Plan, Silent, convert};
//! use cablegram::source::Selection;
//! use cablegram::write::Output;
//!
//! let outputs = [Output::parse("cables.parquet")?, Output::parse("xml,per=cable:xml/")?];
//! let plan = Plan::new(Selection::of(["archive"]), outputs);
//! let summary = convert(&plan, &Silent)?;
//! assert_eq!(summary.bad, 0);
//! # Ok::<(), cablegram::error::Error>(())
//! ```
//!
//! # What always holds
//!
//! - Imports go one way: `tests/architecture.rs` holds the table.
//! - The parser does no I/O, returns no `Result` and never panics: a damaged cable gives what was found, and
//!   diagnostics.
//! - Every byte of a record, white space aside, is read as exactly one thing; `cablegram show --explain` shows as what.
//! - The text of a document and its encoding give back its bytes; its SHA-256 proves it.
//! - The same input gives the same bytes in every format, for any number of threads.
//! - No output is half written under its final name, whenever the program is killed; the outputs of a run are
//!   published once all of them are complete.
//! - Memory is bounded by [`Limits`](convert::Limits), whatever the number of cables, but for 64 bytes a cable and as many
//!   for the footer of a single Parquet file.
//! - A released schema never changes: `schemas/RELEASED` names the files that a test compares.
//! - Only `cli` prints and reads the clock, and only the binary exits. There is no global state.
//! - What the library returns, and every choice that may get another value, is `#[non_exhaustive]`. What a caller fills
//!   in has a default: write `..Default::default()`, and a new field breaks nothing.
//! - It is for Unix: paths are bytes, outputs are published by renaming, locks are those of the system.
//!
//! # To add a field
//!
//! 1. Make a folder `fixtures/cases/FIELD-ODDITY/` with an invented `input.txt` and the expected value in `cable.yaml`;
//!    `cargo test --test cases FIELD` runs the cases of that name, and fails.
//! 2. Add the field to [`Cable`](cable::Cable) and read it in one small pure function under `parse`; if it has lines of
//!    its own, give them a [`Zone`](parse::Zone), and if something can be odd, a [`Code`](diagnostic::Code).
//! 3. Add one line to the table of a schema that is not released: name, meaning, type, getter. `schema/v2.rs` shows how a
//!    schema is made of the one before it. No writer is touched.
//! 4. `UPDATE=1 cargo test` renders the files under `schemas` again and rewrites golden files: read that diff.
//!
//! # To add a dialect
//!
//! 1. Make a folder under `dialect` with two types: a [`Dialect`](dialect::Dialect), which says by the first bytes how sure it
//!    is, and a [`Form`](dialect::Form), which cuts a document into records and turns each into a
//!    [`Transcript`](dialect::Transcript). Its builder remembers what was taken out, so that every character points back to
//!    its bytes.
//! 2. Add its line to `KNOWN` in `dialect/mod.rs`.
//! 3. Values that have a key of their own are fields of the transcript; `parse/front/fields.rs` says which column each
//!    [`FieldKey`](dialect::FieldKey) fills.
//! 4. Make a case folder with an invented document. The tests check that no other dialect is certain of it, and that its
//!    records are the same in blocks of any size.
//!
//! # To add a writer
//!
//! 1. Make one file under `write` with two types: a [`Format`](write::Format) that names itself and opens streams, and a
//!    [`Writer`](write::Writer) that turns batches into bytes. Files, folders, temporary names and partitions are
//!    the layouts' work; [`value`](write::value) gives text formats a plain view of a batch.
//! 2. Add its line to `KNOWN` in `write/format.rs`: the word users write, endings of names, constructor.
//! 3. If it is to be verified and restored from, add its reader under `read`, and the format to `tests/formats.rs`.
#![warn(missing_docs)]
// The program calls no method that clippy.toml refuses; tests may.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

#[cfg(not(unix))]
compile_error!("cablegram is for Unix: on Windows, run it in WSL");

#[macro_use]
mod named;

pub mod cable;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod contract;
pub mod convert;
mod count;
pub mod diagnostic;
pub mod dialect;
pub mod documents;
pub mod error;
mod in_order;
pub mod job;
mod lex;
pub mod local;
mod mutex;
pub mod package;
mod pairs;
pub mod parse;
pub mod provenance;
pub mod read;
mod reading;
pub mod report;
pub mod restore;
pub mod schema;
pub mod source;
pub mod stats;
pub mod tables;
pub mod verify;
pub mod write;

pub use arrow;
pub use compare::compare;
pub use convert::{Batches, convert};
pub use error::Error;
pub use reading::{Reading, read};
pub use restore::restore;
pub use schema::Schema;
pub use verify::verify;

// The command line speaks to the library by its public name.
#[cfg(feature = "cli")]
extern crate self as cablegram;
