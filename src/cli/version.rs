//! The version of the program, and of the libraries that the bytes of its outputs depend on.

use cablegram::error::Result;

use super::arguments::Verbosity;
use super::{RunEnding, pages};

const LOCK_FILE: &str = include_str!("../../Cargo.lock");

/// Libraries that encode or compress.
const ENCODERS: [&str; 7] = ["arrow", "lz4_flex", "parquet", "quick-xml", "serde-saphyr", "zstd", "zstd-sys"];

/// Prints the versions.
pub fn print(verbosity: Verbosity) -> Result<RunEnding> {
    let mut text = format!("{}\n", cablegram::convert::TOOL);
    if verbosity == Verbosity::Verbose {
        for name in ENCODERS {
            let version = locked_version(name).unwrap_or("unknown");
            text.push_str(&format!("{name} {version}\n"));
        }
    }
    pages::print(text.as_bytes())
}

/// The version of a package in the lock file.
fn locked_version(package: &str) -> Option<&'static str> {
    let entry = LOCK_FILE.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{package}\"\n")))?;
    entry.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
}
