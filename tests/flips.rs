//! Random single bits of outputs turned over: none that changes a value, a statistic or a listed file goes unnoticed.
//!
//! A few of each in every run; `just flips` turns over 2,000 of each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cablegram::verify::{Verdict, verify};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tempfile::TempDir;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive/dates/2009");

/// Outputs, and whether every bit of them counts: it does where their files are hashed.
const OUTPUTS: [(&str, &str, Counts); 8] = [
    ("xml:a.xml", "a.xml", Counts::Values),
    ("yaml:a.yaml", "a.yaml", Counts::Values),
    ("jsonl,sha256=true:a.jsonl", "a.jsonl", Counts::Bits),
    ("parquet,sha256=true:a.parquet", "a.parquet", Counts::Bits),
    ("parquet:lone.parquet", "lone.parquet", Counts::Bits),
    ("arrow,sha256=true:a.arrow", "a.arrow", Counts::Bits),
    ("xml,per=cable:xml/", "xml", Counts::Listed),
    ("parquet,by=post,sha256=true:parts/", "parts", Counts::Bits),
];

const BYTES_KEY: &[u8] = b"cablegram:bytes";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// Every bit.
    Bits,
    /// Every bit of the files that the list of the folder names.
    Listed,
    /// Every value.
    Values,
}

fn is_sound(verdict: &Verdict) -> bool {
    verdict.failures.is_empty() && verdict.unproven.is_empty()
}

fn files(path: &Path, all: &mut Vec<PathBuf>) {
    if path.is_file() {
        return all.push(path.to_owned());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.iter().for_each(|entry| files(entry, all));
}

fn turn_over(count: usize, seed: u64) {
    let folder = TempDir::new().unwrap();
    let outputs = OUTPUTS.iter().flat_map(|(output, ..)| ["-o", output]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    let output = command.current_dir(folder.path()).args(["convert", "-q", ARCHIVE]).args(outputs).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut random = seed;
    for (_, path, counts) in OUTPUTS {
        let path = folder.path().join(path);
        let whole = verify(&path, &pool).unwrap();
        assert!(is_sound(&whole), "{whole:?}");
        let mut all = Vec::new();
        files(&path, &mut all);
        all.retain(|file| counts != Counts::Listed || !file.ends_with("_cablegram.json"));
        for _ in 0..count {
            let mut below = |bound: usize| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((random >> 33) % bound as u64) as usize
            };
            let file = &all[below(all.len())];
            let before = fs::read(file).unwrap();
            let (at, bit) = (below(before.len()), below(8));
            // The name of the key that gives the hash of a lone file is all that the hash cannot prove.
            let key = path.ends_with("lone.parquet").then(|| memchr::memmem::rfind(&before, BYTES_KEY)).flatten();
            if key.is_some_and(|key| (key..key + BYTES_KEY.len()).contains(&at)) {
                continue;
            }
            let mut after = before.clone();
            after[at] ^= 1 << bit;
            fs::write(file, &after).unwrap();
            check(&path, &whole, counts, &pool, &format!("{} byte {at} bit {bit}", file.display()));
            fs::write(file, before).unwrap();
        }
    }
}

fn check(path: &Path, whole: &Verdict, counts: Counts, pool: &ThreadPool, what: &str) {
    // That nothing of ours is there any more is noticed as well.
    let Ok(verdict) = verify(path, pool) else { return };
    if is_sound(&verdict) {
        assert!(counts == Counts::Values, "{what} is not noticed");
        assert_eq!(
            (&verdict.digest, verdict.rows, verdict.sources),
            (&whole.digest, whole.rows, whole.sources),
            "{what}"
        );
    }
}

#[test]
fn a_bit_that_turned_over_is_noticed() {
    turn_over(12, 1);
}

#[test]
#[ignore = "takes minutes; `just flips` runs it"]
fn two_thousand_bits_that_turned_over_are_noticed() {
    turn_over(2000, 2);
}
