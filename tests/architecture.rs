//! The borders of the program: who may import whom and what the library never does.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cablegram::diagnostic::Code;
use cablegram::schema::Schema;

/// Modules, and what each may import. A module may always import itself; the binary only the public names.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("named", &[]),
    ("contract", &[]),
    ("count", &[]),
    ("provenance", &["source"]),
    ("documents", &["contract", "error", "source"]),
    ("diagnostic", &[]),
    ("tables", &[]),
    // What a stretch of text is; knows no cable.
    ("lex", &["tables"]),
    ("error", &[]),
    ("local", &["error"]),
    ("in_order", &["error"]),
    ("mutex", &[]),
    ("pairs", &[]),
    ("cable", &["lex", "diagnostic"]),
    ("source", &["contract", "error", "local"]),
    ("dialect", &["contract", "lex", "tables", "source", "provenance", "diagnostic", "error"]),
    ("parse", &["dialect", "cable", "lex", "diagnostic", "tables"]),
    ("schema", &["cable", "contract", "provenance", "diagnostic"]),
    ("write", &["contract", "error", "in_order", "local", "mutex"]),
    // The two sides of a format share its conventions.
    ("read", &["contract", "error", "local", "write"]),
    ("reading", &ABOVE),
    ("convert", &BELOW_CONVERT),
    ("verify", &ABOVE),
    ("compare", &ABOVE),
    ("restore", &ABOVE),
    ("stats", &ABOVE),
    ("report", &ABOVE),
    ("package", &OVER_ALL),
    ("job", &ABOVE),
];

/// The rooms of the parser, and what each may import of the others: a stage knows what is told, and no other stage.
/// Only `parse/mod.rs` knows them all.
const ROOMS_OF_PARSE: &[(&str, &[&str])] = &[
    ("reading", &[]),
    ("front", &["reading"]),
    ("header", &["reading"]),
    ("body", &["reading"]),
    ("preamble", &["reading"]),
    ("text", &["reading"]),
];

const BELOW_CONVERT: [&str; 17] = [
    "contract",
    "count",
    "documents",
    "provenance",
    "diagnostic",
    "tables",
    "error",
    "local",
    "mutex",
    "in_order",
    "cable",
    "source",
    "dialect",
    "parse",
    "schema",
    "write",
    "read",
];

/// A package is made by all of them.
const OVER_ALL: [&str; 14] = [
    "contract",
    "count",
    "diagnostic",
    "error",
    "local",
    "mutex",
    "source",
    "schema",
    "write",
    "convert",
    "verify",
    "report",
    "job",
    "parse",
];

const ABOVE: [&str; 19] = [
    "contract",
    "count",
    "documents",
    "provenance",
    "diagnostic",
    "tables",
    "error",
    "local",
    "mutex",
    "pairs",
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
    let mut files = sources();
    files.retain(|(path, _)| path != "main.rs" && !path.starts_with("cli/"));
    assert!(files.len() > 40);
    files
}

/// Every source file of library and binary.
fn sources() -> Vec<(String, Vec<String>)> {
    let mut files = Vec::new();
    collect(&root(), &mut files);
    files.retain(|(path, _)| !path.ends_with("tests.rs") && !path.contains("/tests/"));
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

/// The modules a line names after `crate::`.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap())
}

/// The module of each source file, by its names: `parse/text/mod.rs` is `["parse", "text"]`.
fn names(path: &str) -> Vec<String> {
    let names = path.trim_end_matches(".rs").trim_end_matches("mod").trim_end_matches('/');
    names.split('/').filter(|name| !["", "lib", "main"].contains(name)).map(str::to_owned).collect()
}

/// Every path in `code` that begins at `crate` or `super`, with groups written out, as names below `src`.
fn paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|before: char| before == ':' || before == '_' || before.is_alphanumeric()) {
                continue;
            }
            let mut rest = &code[at..];
            let mut front = if start == "crate::" { Vec::new() } else { module.to_vec() };
            rest = rest.strip_prefix("crate::").unwrap_or(rest);
            while let Some(above) = rest.strip_prefix("super::") {
                front.pop();
                rest = above;
            }
            write_out(rest, front, &mut found);
        }
    }
    found
}

/// Writes out the path or group that `text` begins with; returns what follows it.
fn write_out<'t>(text: &'t str, mut front: Vec<String>, found: &mut Vec<Vec<String>>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut group) = text.strip_prefix('{') {
        while !group.trim_start().starts_with('}') {
            group = write_out(group, front.clone(), found).trim_start().trim_start_matches(',');
        }
        return &group.trim_start()[1..];
    }
    let length = text.find(|letter: char| letter != '_' && !letter.is_alphanumeric()).unwrap_or(text.len());
    // Whatever else ends a path, such as `*`, is stepped over.
    let length = length.max(usize::from(!text.is_empty()));
    front.push(text[..length].to_owned());
    match text[length..].strip_prefix("::") {
        Some(rest) => write_out(rest, front, found),
        None => {
            found.push(front);
            &text[length..]
        }
    }
}

/// Every module, and the modules it imports, the ones it is in or that are in it left aside: a folder's front page and
/// its files know each other.
fn graph() -> Vec<(Vec<String>, Vec<usize>)> {
    let files = sources();
    let modules: Vec<Vec<String>> = files.iter().map(|(path, _)| names(path)).collect();
    let imported = |module: &Vec<String>, path: &Vec<String>| {
        let among = |length: usize| modules.iter().position(|module| module[..] == path[..length]);
        let found = (1..=path.len()).rev().find_map(among)?;
        let is_line = modules[found].starts_with(module) || module.starts_with(&modules[found]);
        (!is_line).then_some(found)
    };
    let edges = files.iter().zip(&modules).map(|((_, lines), module)| {
        let paths = paths(&lines.join("\n"), module);
        paths.iter().filter_map(|path| imported(module, path)).collect()
    });
    let edges: Vec<Vec<usize>> = edges.collect();
    modules.into_iter().zip(edges).collect()
}

#[test]
fn no_imports_go_round_in_a_circle() {
    fn visit(at: usize, graph: &[(Vec<String>, Vec<usize>)], way: &mut Vec<usize>, done: &mut [bool]) {
        if let Some(start) = way.iter().position(|&module| module == at) {
            let circle: Vec<String> = way[start..].iter().map(|&module| graph[module].0.join("::")).collect();
            panic!("a circle: {}", circle.join(" -> "));
        }
        if !done[at] {
            way.push(at);
            graph[at].1.iter().for_each(|&next| visit(next, graph, way, done));
            way.pop();
            done[at] = true;
        }
    }
    let graph = graph();
    assert!(graph.iter().map(|(_, imports)| imports.len()).sum::<usize>() > 200);
    let mut done = vec![false; graph.len()];
    (0..graph.len()).for_each(|module| visit(module, &graph, &mut Vec::new(), &mut done));
}

#[test]
fn rooms_of_the_parser_know_only_what_is_told() {
    assert!(ROOMS_OF_PARSE.len() <= 8);
    for (path, lines) in library().into_iter().filter(|(path, _)| path.starts_with("parse/")) {
        let module = names(&path);
        let [_, room, ..] = module.as_slice() else { continue };
        let allowed = ROOMS_OF_PARSE.iter().find(|(name, _)| name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{path}: the room is in no line of the table"));
        for import in paths(&lines.join("\n"), &module) {
            let [parse, other, ..] = import.as_slice() else { continue };
            let is_foreign = parse == "parse" && other != room && !allowed.contains(&other.as_str());
            assert!(!is_foreign, "{path} imports {}", import.join("::"));
        }
    }
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
    let names: Vec<String> = Schema::newest().descriptions().map(|column| format!("\"{}\"", column.name)).collect();
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
    for (path, lines) in
        library().into_iter().filter(|(path, _)| ["parse", "cable", "dialect", "lex"].contains(&module(path)))
    {
        for line in lines {
            assert!(!line.contains("std::fs") && !line.contains("std::io"), "{path}: {line}");
        }
    }
}

/// The name of the type that a line defines, whatever its visibility.
fn defined_type(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub") || word.ends_with(')'));
    let is_definition = matches!(words.next()?, "struct" | "enum" | "trait" | "union" | "type");
    let name = words.next().filter(|_| is_definition)?;
    name.split(|letter: char| !letter.is_alphanumeric()).next()
}

#[test]
fn every_type_has_a_name_of_its_own() {
    assert_eq!(defined_type("pub(crate) struct Row<'r> {"), Some("Row"));
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, lines) in sources() {
        // Types of a module begin their line; what is indented is an associated type, or known in one function only.
        let names = lines.iter().filter(|line| !line.starts_with(' ')).filter_map(|line| defined_type(line));
        names.for_each(|name| places.entry(name.to_owned()).or_default().push(path.clone()));
    }
    assert!(places.len() > 400);
    places.retain(|_, paths| paths.len() > 1);
    assert!(places.is_empty(), "types of one name, which a reader confuses: {places:#?}");
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

/// Files with unsafe code; SECURITY.md gives the reasons.
const UNSAFE: &[&str] = &[
    // An allocator that counts, for the fuzzer alone.
    "examples/fuzz/memory.rs",
    // Arrow data on their way to and from Python, by the rules of the C interface.
    "python/src/capsule.rs",
    "python/src/scan.rs",
    // An attribute: the settings of the allocator, under the name that it looks for.
    "src/main.rs",
];

#[test]
fn unsafe_code_is_listed() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["src", "examples", "benches", "python/src"]
        .iter()
        .for_each(|folder| rust_files(&repository.join(folder), &mut files));
    let is_unsafe = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.any(|line| line.contains("unsafe ") || line.contains("unsafe("))
    };
    files.retain(is_unsafe);
    let mut found: Vec<_> = files.iter().map(|file| file.strip_prefix(repository).unwrap().to_str().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, UNSAFE, "list it here, with the reason in SECURITY.md");
    // The program itself has an attribute and nothing else.
    let main = fs::read_to_string(repository.join("src/main.rs")).unwrap();
    assert_eq!(main.matches("unsafe").count(), 1);
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => rust_files(&path, files),
            false if path.extension().is_some_and(|ending| ending == "rs") => files.push(path),
            false => {}
        }
    }
}
