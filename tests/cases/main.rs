//! One test a folder of `fixtures/cases`, named after it: `cargo test --test cases subject` runs those with `subject` in
//! their name.

#![allow(clippy::disallowed_methods)]

mod case;
mod read;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cablegram::parse::RULES_VERSION;
use libtest_mimic::{Arguments, Failed, Trial};
use sha2::{Digest, Sha256};

fn main() -> ExitCode {
    let folders = case::case_folders();
    let case = |folder: PathBuf| Trial::test(case::name(&folder), move || case::check(&folder).map_err(Failed::from));
    let mut trials: Vec<Trial> = folders.iter().cloned().map(case).collect();
    let guard = Trial::test("rules_version_is_raised_with_every_change_of_an_expectation", move || guard(&folders));
    trials.push(guard);
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A job reads its inputs again when the version of the rules is another. So the version must change whenever what a
/// case expects does: `tests/cases/RULES` holds the version and the digest of all expectations.
fn guard(folders: &[PathBuf]) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/RULES");
    let recorded = fs::read_to_string(&path)?;
    let current = format!("{RULES_VERSION} {}\n", digest(folders)?);
    if recorded == current {
        return Ok(());
    }
    let version: Option<u32> = recorded.split(' ').next().and_then(|version| version.parse().ok());
    if version.is_none_or(|version| version < RULES_VERSION) && std::env::var_os("UPDATE").is_some() {
        return Ok(fs::write(&path, current)?);
    }
    let advice = "raise RULES_VERSION in src/parse/mod.rs and run UPDATE=1 cargo test --test cases";
    Err(format!("expectations changed since tests/cases/RULES was written: {advice}").into())
}

/// SHA-256 over the names and the expectations of all cases.
fn digest(folders: &[PathBuf]) -> Result<String, Failed> {
    let mut hash = Sha256::new();
    for folder in folders {
        let expectation = fs::read(folder.join("cable.yaml"))?;
        hash.update(format!("{} {}\n", case::name(folder), expectation.len()));
        hash.update(expectation);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
