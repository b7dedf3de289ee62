//! The examples: each runs, is short, and does what its first line says.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What an example prints, run in the folder of the project.
fn run(example: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--example", example, "--"]).args(arguments);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn one_cable_is_read() {
    let told = run("read_one", &["fixtures/archive/dates/1973/73OTTAWA481.txt"]);
    assert!(told.starts_with("73OTTAWA481 from "), "{told}");
}

#[test]
fn batches_hold_the_columns_asked_for() {
    let told = run("batches", &["fixtures/archive"]);
    assert!(told.contains("73OTTAWA481 ") && told.ends_with(" cables\n"), "{told}");
}

#[test]
fn a_writer_of_ones_own_is_published_beside_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let told = run("own_writer", &["fixtures/archive", folder.path().to_str().unwrap()]);
    let numbers = fs::read_to_string(folder.path().join("numbers.txt")).unwrap();
    assert_eq!(told, format!("{} cables\n", numbers.lines().count()));
    assert!(folder.path().join("cables.yaml").exists());
}

#[test]
fn every_line_is_explained() {
    let told = run("explain", &["fixtures/archive/dates/1973/73OTTAWA481.txt"]);
    assert!(told.contains(" mrn  ") && told.lines().count() > 5, "{told}");
}

#[test]
fn examples_are_short() {
    for example in ["read_one", "batches", "own_writer", "explain"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{example}.rs"));
        assert!(fs::read_to_string(path).unwrap().lines().count() <= 30, "{example}");
    }
}
