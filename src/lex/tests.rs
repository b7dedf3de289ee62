//! What the tests of several rules need.

use std::fs;
use std::path::Path;

use super::{LineRule, Piece};

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

/// Asserts that the sieve lets every line of the cases through that a rule matches, and that there is one.
pub fn assert_candidates(rule: LineRule, matches: impl Fn(&str) -> bool) {
    let mut matched = 0;
    for line in lines_of_cases().iter().filter(|line| matches(line)) {
        matched += 1;
        assert!(Piece::new(1, 0, line).is_candidate(rule), "{rule:?} matches {line:?}");
    }
    assert!(matched > 0, "no case has a line for {rule:?}");
}
