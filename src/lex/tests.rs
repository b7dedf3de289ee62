//! What the tests of several rules need.

use std::fs;
use std::path::Path;

/// Every line of the inputs of all cases.
pub fn lines_of_cases() -> Vec<String> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let inputs = fs::read_dir(cases).unwrap().filter_map(|case| fs::read(case.unwrap().path().join("input.txt")).ok());
    let lines: Vec<String> = inputs
        .flat_map(|input| String::from_utf8_lossy(&input).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert!(lines.len() > 3000);
    lines
}
