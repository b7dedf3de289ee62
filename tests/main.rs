//! All tests in one binary: one module a border of the program.

#![allow(clippy::disallowed_methods)]

mod architecture;
mod cli;
#[cfg(feature = "containers")]
mod containers;
mod damaged_json;
mod damaged_sql;
mod dialects;
mod document_tables;
mod dumps;
mod engines;
mod examples;
mod flips;
mod formats;
mod forms;
mod fuzz;
mod interop;
mod inventory;
mod job;
mod layouts;
mod left_out;
mod model;
mod package;
#[cfg(feature = "containers")]
mod packs;
mod pages;
mod parser;
mod python;
#[path = "cases/read.rs"]
mod read;
mod readme;
mod records;
mod report;
mod round_trip;
mod schema;
mod splits;
#[path = "../examples/synthesize/synthesis/mod.rs"]
mod synthesis;
mod versions;
mod walk;
