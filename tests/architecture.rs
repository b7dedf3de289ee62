//! The borders of the program: who may import whom and what the library never does.

use std::fs;
use std::path::{Path, PathBuf};

use cablegram::diagnostic::Code;
use cablegram::schema::Schema;

/// Modules, and what each may import. A module may always import itself; the binary only the public names.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("provenance", &[]),
    ("diagnostic", &[]),
    ("tables", &[]),
    ("error", &["provenance"]),
    ("in_order", &["error"]),
    ("cable", &["diagnostic"]),
    ("source", &["provenance", "error"]),
    ("dialect", &["source", "provenance", "diagnostic", "error"]),
    ("parse", &["dialect", "cable", "diagnostic", "tables"]),
    ("schema", &["cable", "provenance", "diagnostic"]),
    ("write", &["error", "in_order"]),
    // The two sides of a format share its conventions.
    ("read", &["error", "write"]),
    ("convert", &BELOW_CONVERT),
    ("verify", &ABOVE),
    ("restore", &ABOVE),
    ("stats", &ABOVE),
    ("job", &ABOVE),
];

const BELOW_CONVERT: [&str; 12] = [
    "provenance",
    "diagnostic",
    "tables",
    "error",
    "in_order",
    "cable",
    "source",
    "dialect",
    "parse",
    "schema",
    "write",
    "read",
];

const ABOVE: [&str; 13] = [
    "provenance",
    "diagnostic",
    "tables",
    "error",
    "cable",
    "source",
    "dialect",
    "parse",
    "schema",
    "write",
    "read",
    "convert",
    "verify",
];

/// What the library leaves to the binary.
const BINARY_ONLY: &[&str] = &[
    "println!",
    "eprintln!",
    "print!(",
    "eprint!(",
    "dbg!",
    "process::exit",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "env::args",
    "env::var",
    "clap::",
    "tracing::",
    "indicatif::",
    "signal_hook::",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file of the library with its path below `src`, without comments and tests.
fn library() -> Vec<(String, Vec<String>)> {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    files.retain(|(path, _)| path != "main.rs" && !path.starts_with("cli/") && !path.ends_with("tests.rs"));
    assert!(files.len() > 40);
    files
}

fn collect(folder: &Path, files: &mut Vec<(String, Vec<String>)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            files.push((below, code_lines(&fs::read_to_string(&path).unwrap())));
        }
    }
}

fn code_lines(text: &str) -> Vec<String> {
    let before_tests = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let code = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.map(str::to_owned).collect()
}

fn module(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// The modules a line names behind `crate::`.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap())
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (path, lines) in library() {
        let module = module(&path);
        if module == "lib" {
            continue;
        }
        let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{path}: the module stands in no line of the table"));
        let imports = lines.iter().flat_map(|line| imports(line));
        wrong.extend(
            imports
                .filter(|import| *import != module && !allowed.contains(import))
                .map(|import| format!("{path} imports {import}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_binary_prints_exits_and_reads_the_clock() {
    let mut wrong = Vec::new();
    for (path, lines) in library() {
        for line in lines {
            wrong.extend(BINARY_ONLY.iter().filter(|word| line.contains(*word)).map(|word| format!("{path}: {word}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn writers_know_no_column() {
    let names: Vec<String> = Schema::v1().descriptions().map(|column| format!("\"{}\"", column.name)).collect();
    let mut wrong = Vec::new();
    for (path, lines) in library().into_iter().filter(|(path, _)| module(path) == "write") {
        for line in lines {
            wrong.extend(names.iter().filter(|name| line.contains(*name)).map(|name| format!("{path}: {name}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_of_the_parser_touches_files() {
    for (path, lines) in library().into_iter().filter(|(path, _)| ["parse", "cable", "dialect"].contains(&module(path)))
    {
        for line in lines {
            assert!(!line.contains("std::fs") && !line.contains("std::io"), "{path}: {line}");
        }
    }
}

#[test]
fn a_file_holds_one_idea() {
    let long = library()
        .into_iter()
        .filter(|(_, lines)| lines.len() > 400)
        .map(|(path, lines)| format!("{path}: {}", lines.len()));
    let long: Vec<String> = long.collect();
    assert!(long.is_empty(), "more than 400 lines of code:\n{}", long.join("\n"));
}

#[test]
fn every_code_of_a_diagnostic_has_a_case() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let read = |folder: PathBuf| fs::read_to_string(folder.join("cable.yaml")).unwrap_or_default();
    let expectations: String = fs::read_dir(cases).unwrap().map(|folder| read(folder.unwrap().path())).collect();
    let has_case = |code: &Code| expectations.lines().any(|line| line.contains("code: ") && line.contains(code.name()));
    let missing: Vec<&str> = Code::ALL.iter().filter(|code| !has_case(code)).map(|code| code.name()).collect();
    // The one code that needs two documents; `cli` has its case.
    assert_eq!(missing, ["mrn-repeated"]);
}
