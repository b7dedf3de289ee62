//! Every example of the README is run, in order, and its output compared.
//!
//! In a `console` block a line that begins with `$ ` is a command, and what follows is what it prints; in `sql` and
//! `python` blocks the comment at the end is. `...` stands for anything, on a line of its own for any lines.
//! `[exit N]` is the exit code, where it is not 0. A `toml` block is the job file.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{engines, python};

const README: &str = include_str!("../README.md");

struct Block {
    language: String,
    lines: Vec<String>,
}

fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in README.lines() {
        match (inside, line.strip_prefix("```")) {
            (false, Some(language)) => blocks.push(Block { language: language.to_owned(), lines: Vec::new() }),
            (true, None) => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            _ => {}
        }
        inside ^= line.starts_with("```");
    }
    blocks
}

#[test]
fn every_example_of_the_readme_prints_what_it_says() {
    let folder = tempfile::TempDir::new().unwrap();
    for name in ["fixtures", "schemas"] {
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::os::unix::fs::symlink(original, folder.path().join(name)).unwrap();
    }
    let mut failures = Vec::new();
    for block in blocks() {
        match block.language.as_str() {
            "console" => console(&block.lines, folder.path(), &mut failures),
            "toml" => fs::write(folder.path().join("JOB.toml"), block.lines.join("\n")).unwrap(),
            "sql" => script(&block.lines, "--", folder.path(), &mut failures),
            "python" => script(&block.lines, "#", folder.path(), &mut failures),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn ci_runs_the_first_two_commands_of_the_readme() {
    let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run")).unwrap();
    let first = blocks().into_iter().find(|block| block.language == "sh").unwrap();
    assert_eq!(first.lines.len(), 2);
    for command in first.lines {
        let (program, arguments) = command.split_once(" -- ").unwrap_or((&command, ""));
        assert!(script.contains(program.trim_start_matches("cargo ")) && script.contains(arguments), "{command}");
    }
}

fn console(lines: &[String], folder: &Path, failures: &mut Vec<String>) {
    for (command, expected) in commands(lines) {
        let binaries = Path::new(env!("CARGO_BIN_EXE_cablegram")).parent().unwrap();
        let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
        let shell = format!("exec 2>&1\n{command}");
        let output = Command::new("sh").args(["-c", &shell]).current_dir(folder).env("PATH", path).output().unwrap();
        let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            printed.push_str(&format!("[exit {}]\n", output.status.code().unwrap_or(-1)));
        }
        compare(&command, &expected, &printed, failures);
    }
}

fn commands(lines: &[String]) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), Vec::new())),
            None => commands.last_mut().unwrap().1.push(line.clone()),
        }
    }
    commands
}

/// Runs SQL through DuckDB, Python as it is.
fn script(lines: &[String], comment: &str, folder: &Path, failures: &mut Vec<String>) {
    let expected: Vec<String> =
        lines.iter().rev().map_while(|line| line.strip_prefix(comment)).map(|line| line.trim().to_owned()).collect();
    let expected: Vec<String> = expected.into_iter().rev().collect();
    let code = lines[..lines.len() - expected.len()].join("\n");
    let python = if code.contains("cablegram") { python::python() } else { engines::python().map(Command::new) };
    let Some(mut python) = python else { return };
    if code.contains("pyspark") && !engines::java() {
        return;
    }
    let sql = "import duckdb, sys\nfor row in duckdb.sql(sys.argv[1]).fetchall(): print(*row, sep=' | ')";
    let arguments = if comment == "--" { vec!["-c", sql, code.as_str()] } else { vec!["-c", code.as_str()] };
    let output = python.args(arguments).current_dir(folder).output().unwrap();
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        printed.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    compare(&code, &expected, &printed, failures);
}

fn compare(what: &str, expected: &[String], printed: &str, failures: &mut Vec<String>) {
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    if !agree(expected, &lines) {
        failures.push(format!("{what}\nexpected:\n{}\nprinted:\n{printed}", expected.join("\n")));
    }
}

fn agree(expected: &[String], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|skipped| agree(rest, &lines[skipped..])),
        Some((first, rest)) => lines.split_first().is_some_and(|(line, lines)| fits(first, line) && agree(rest, lines)),
    }
}

fn fits(pattern: &str, line: &str) -> bool {
    match pattern.split_once("...") {
        None => pattern == line,
        Some((start, end)) => line.len() >= start.len() + end.len() && line.starts_with(start) && line.ends_with(end),
    }
}
