//! All tests in one binary: one module a border of the program.

mod cases;
mod cli;
mod formats;
mod parser;
mod round_trip;
mod schema;
mod walk;
