//! The documents that benchmarks read: of `$CABLEGRAM_ARCHIVE`, else of the fixtures.

use std::fs;
use std::path::PathBuf;

use criterion::Throughput;
use walkdir::WalkDir;

/// Enough to measure by.
pub const MOST: usize = 2000;

/// The directory they are in.
pub fn archive() -> PathBuf {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");
    std::env::var_os("CABLEGRAM_ARCHIVE").map_or_else(|| fixtures.into(), PathBuf::from)
}

/// Their bytes.
pub fn read() -> Vec<Vec<u8>> {
    let files = WalkDir::new(archive()).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file()).take(MOST);
    files.filter_map(|entry| fs::read(entry.path()).ok()).collect()
}

/// Bytes and cables.
pub fn throughput(documents: &[Vec<u8>]) -> Throughput {
    let bytes = documents.iter().map(|document| document.len() as u64).sum();
    Throughput::ElementsAndBytes { elements: documents.len() as u64, bytes }
}
