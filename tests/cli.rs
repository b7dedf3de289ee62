//! Whole runs through the binary: what is written, what is said, and the exit code.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cablegram::write::digest::hexadecimal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use walkdir::WalkDir;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");

/// Bytes of a document that is too large.
const TOO_LARGE: usize = (8 << 20) + 1;

/// The program in a folder of its own, with none of its variables set.
fn cablegram(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABLEGRAM_")) {
        command.env_remove(name);
    }
    command.current_dir(folder.path()).args(arguments);
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    cablegram(folder, arguments).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs and expects that exit code; returns what was said.
fn expect(code: i32, folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// What a command prints to standard output, once it ends with `code`.
fn printed(code: i32, folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A small cable without a header; `text` tells one from another.
fn cable(mrn: &str, text: &str) -> String {
    let envelope = format!("{mrn}\nA title\nFri Jun 12 00:00:00 +0200 2009\nUNCLASSIFIED\nEmbassy Astana\n");
    format!("{envelope}UNCLAS ASTANA 001005 \n \nE.O. 12958: N/A \nTAGS: PREL, KZ \nSUBJECT: A TITLE \n \n1. {text} \n")
}

fn write_cable(folder: &TempDir, path: &str, mrn: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, cable(mrn, text)).unwrap();
}

/// The rows of a YAML stream.
fn rows(yaml: &[u8]) -> usize {
    String::from_utf8_lossy(yaml).lines().filter(|line| *line == "---").count()
}

#[test]
fn an_archive_becomes_four_formats_in_one_pass() {
    let folder = folder();
    let outputs = ["-o", "a.parquet", "-o", "a.arrow", "-o", "a.xml", "-o", "a.yaml"];
    let said = expect(0, &folder, &[&["convert", ARCHIVE], &outputs[..]].concat());
    assert_eq!(names(&folder), ["a.arrow", "a.parquet", "a.xml", "a.yaml"]);
    for line in ["found        112 files", "duplicates   ", "article stub 1", "written      a.parquet: ", "cables/s"] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_number_of_threads() {
    let folder = folder();
    let endings = ["parquet", "arrow", "arrows", "xml", "yaml"];
    for threads in ["1", "2", "3"] {
        let outputs: Vec<String> = endings.iter().map(|ending| format!("{threads}.{ending}")).collect();
        let outputs = outputs.iter().flat_map(|output| ["-o", output.as_str()]);
        let arguments: Vec<&str> =
            ["convert", ARCHIVE, "-q", "--threads", threads].into_iter().chain(outputs).collect();
        expect(0, &folder, &arguments);
    }
    for ending in endings {
        let bytes = |threads: &str| fs::read(folder.path().join(format!("{threads}.{ending}"))).unwrap();
        assert!(bytes("1") == bytes("2") && bytes("1") == bytes("3"), "{ending} differs");
    }
}

#[test]
fn exit_2_says_what_to_write_instead() {
    let folder = folder();
    for (arguments, advice) in [
        (&["convert", ARCHIVE][..], "-o cables.parquet"),
        (&["convert", "-o", "a.parquet"], "name a directory"),
        (&["convert", ARCHIVE, "-o", "a.docx"], "FORMAT:a.docx"),
        (&["convert", ARCHIVE, "-o", "a.parquet", "-o", "a.parquet"], "its own path"),
        (&["convert", ARCHIVE, "-o", "xml:-", "-o", "yaml:-"], "give the others a path"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--schema", "v9"], "write one of: v1, v2"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--max-bad", "few"], "write 10, or 2%"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--include", "["], "--include '*.txt'"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--on-error", "quarantine"], "--quarantine bad/"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--thread", "2"], "--threads"),
        (&["convert", "-", "--files-from", "-", "-o", "a.xml"], "only once"),
        (&["convert", "--documents", "-", "--files-from", "-", "-o", "a.xml"], "only once"),
        (&["convert", "--documents", "a.arrow", "--base", ".", "-o", "a.xml"], "--base goes with inputs"),
        (&[], "cablegram convert FOLDER -o cables.parquet"),
    ] {
        let said = expect(2, &folder, arguments);
        assert!(said.contains(advice), "{arguments:?} does not say {advice:?}:\n{said}");
    }
    assert!(names(&folder).is_empty());
}

#[test]
fn exit_3_and_4_are_about_bad_inputs() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    let large = [cable("09ASTANA2", "Two.").into_bytes(), vec![b'x'; TOO_LARGE]].concat();
    fs::write(folder.path().join("in/b\u{1b}[31m.txt"), large).unwrap();
    let said = expect(3, &folder, &["convert", "in", "-o", "a.yaml", "--quarantine", "bad", "--report", "report.json"]);
    assert!(said.contains("larger than the limit of 8388608 bytes"), "{said}");
    assert!(!said.contains('\u{1b}'), "a file name reaches the terminal unescaped: {said:?}");
    let index = fs::read_to_string(folder.path().join("bad/index.jsonl")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(index.trim()).unwrap()["code"], "unreadable");
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["inputs"][0]["status"], &report["summary"]["bad"]), (&"bad".into(), &1.into()));

    expect(3, &folder, &["convert", "in", "-o", "b.yaml", "--max-bad", "50%"]);
    let said = expect(4, &folder, &["convert", "in", "-o", "c.yaml", "--max-bad", "0", "--report", "report.json"]);
    assert!(said.contains("1 bad input, more than the 0 allowed"), "{said}");
    assert!(fs::read_to_string(folder.path().join("report.json")).unwrap().contains("\"error\""));
    let said = expect(4, &folder, &["convert", "in", "-o", "c.yaml", "--on-error", "fail"]);
    assert!(said.contains("--on-error skip"), "{said}");
    assert_eq!(names(&folder), ["a.yaml", "b.yaml", "bad", "in", "report.json"]);
}

#[test]
fn exit_5_is_about_inputs_that_are_missing() {
    let folder = folder();
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert!(expect(5, &folder, &["convert", "nowhere", "-o", "a.yaml"]).contains("nowhere"));
    assert!(expect(5, &folder, &["convert", "empty", "-o", "a.yaml"]).contains("--allow-empty"));
    assert!(expect(5, &folder, &["show", "nowhere.txt"]).contains("nowhere.txt"));
    assert_eq!(names(&folder), ["empty"]);
    fs::write(folder.path().join("a.pdf"), "%PDF-1.7\n").unwrap();
    let said = expect(5, &folder, &["convert", "a.pdf", "-o", "a.yaml"]);
    assert!(said.contains("no cable among 1 file: PDF 1 (make a text of it first: pdftotext"), "{said}");
    fs::remove_file(folder.path().join("a.pdf")).unwrap();
    expect(0, &folder, &["convert", "empty", "-o", "a.yaml", "-o", "a.parquet", "--allow-empty"]);
}

#[test]
fn exit_6_is_about_outputs_that_exist() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    expect(0, &folder, &["convert", "in", "-o", "a.xml"]);
    assert!(expect(6, &folder, &["convert", "in", "-o", "a.xml"]).contains("--overwrite"));
    expect(0, &folder, &["convert", "in", "-o", "a.xml", "--overwrite"]);
    expect(6, &folder, &["convert", "in", "-o", "no/such/folder/a.xml"]);
}

#[test]
fn a_signal_stops_a_run_with_nothing_visible_left() {
    use rustix::process::{Pid, Signal, kill_process};
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let folder = folder();
        write_cable(&folder, "a.txt", "09ASTANA1", "One.");
        let outputs = ["-o", "out.parquet", "-o", "out.xml", "-o", "set.yaml"];
        let arguments = [&["convert", "--files-from", "-"], &outputs[..]].concat();
        let mut child = cablegram(&folder, &arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The list never ends: the run goes on until it is stopped, and then reads no more of it.
        let mut list = child.stdin.take().unwrap();
        let feeder = std::thread::spawn(move || while list.write_all(b"a.txt\n").is_ok() {});
        until_signals_are_caught(&child);
        std::thread::sleep(std::time::Duration::from_millis(500));
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert_eq!(names(&folder), ["a.txt"]);
    }
}

#[test]
fn outputs_as_inputs_are_read_whole_and_alone() {
    let folder = folder();
    write_cable(&folder, "a.txt", "09ASTANA1", "One.");
    fs::write(folder.path().join("list"), "a.txt\n").unwrap();
    expect(0, &folder, &["convert", "a.txt", "-q", "-o", "o.parquet"]);
    for more in [
        ["--files-from", "list"],
        ["--documents", "list"],
        ["--include", "*.txt"],
        ["--exclude", "b*"],
        ["--base", "."],
    ] {
        let said = expect(2, &folder, &[&["convert", "o.parquet", "-o", "b.jsonl"], &more[..]].concat());
        assert!(said.contains("outputs of cablegram"), "{said}");
    }
    for command in [&["stats", "o.parquet"][..], &["report", "o.parquet", "-o", "r.html"]] {
        assert!(expect(2, &folder, command).contains("name the original files"));
    }
    assert_eq!(names(&folder), ["a.txt", "list", "o.parquet"]);
    // What others wrote in formats that outputs have, too, is no damaged output.
    for (name, text) in [("a.ndjson", "{\"a\": 1}\n"), ("a.xml", "<?xml version=\"1.0\"?><a/>"), ("a.yaml", "a: 1\n")] {
        fs::write(folder.path().join(name), text).unwrap();
        expect(5, &folder, &["convert", name, "-o", "b.jsonl"]);
    }
}

#[test]
fn nothing_replaces_the_file_that_the_settings_come_from() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    let settings = "threads = 1\n";
    fs::write(folder.path().join("settings.toml"), settings).unwrap();
    for output in [["--report", "settings.toml"], ["-o", "jsonl:settings.toml"], ["--inventory", "./settings.toml"]] {
        let arguments = ["convert", "in", "-o", "a.xml", "--overwrite", "--config", "settings.toml"];
        expect(2, &folder, &[&arguments[..], &output[..]].concat());
    }
    fs::write(folder.path().join("JOB.toml"), "dataset = \"cables\"\ninputs = [\"in\"]\nmetrics_file = \"JOB.toml\"\n")
        .unwrap();
    expect(2, &folder, &["sync", "JOB.toml"]);
    assert_eq!(names(&folder), ["JOB.toml", "in", "settings.toml"]);
    assert_eq!(fs::read_to_string(folder.path().join("settings.toml")).unwrap(), settings);
}

#[test]
fn a_fault_in_a_file_of_settings_is_one_line_that_says_where() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    fs::write(folder.path().join("x.toml"), "threads = 1\nquiet = = 3\n").unwrap();
    let commands: [&[&str]; 3] = [
        &["convert", "in", "-o", "a.xml", "--config", "x.toml"],
        &["report", "in", "-o", "a.html", "--info", "x.toml"],
        &["sync", "x.toml"],
    ];
    for command in commands {
        let said = expect(2, &folder, command);
        assert!(said.starts_with("cablegram: x.toml, line 2, column 9: extra `=`"), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
}

#[test]
fn what_other_programs_call_so_is_named_as_it_is_called_here() {
    let folder = folder();
    for (arguments, advice) in [
        (&["convert", ARCHIVE, "-f", "parquet", "-o", "a"][..], "-o cables.parquet"),
        (&["convert", ARCHIVE, "--format=parquet", "-o", "a"], "--format is not an option here"),
        (&["convert", ARCHIVE, "-o", "a.xml", "-j", "2"], "write --threads N"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--force"], "write --overwrite"),
        (&["package", ARCHIVE, "-o", "a", "--overwrite"], "name a new output"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--limit", "-1"], "write a number of 0 or more"),
        (&["convert", ARCHIVE, "-o", "a.xml", "--limit", "0"], "write a number of 1 or more"),
        (&["cables.zip", "-o", "a.xml"], "write cablegram convert cables.zip -o cables.parquet"),
        (&["convert", ARCHIVE, "-o", "a.parquet,zstd=9"], "write parquet,zstd=9:a.parquet"),
        (&["restore", "a.parquet", "-o", "-"], "name one, such as -o originals/"),
    ] {
        fs::write(folder.path().join("a.parquet"), "").unwrap();
        let said = expect(2, &folder, arguments);
        assert!(said.contains(advice), "{arguments:?}: {said}");
    }
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "parquet, keep=mrn, zstd=1:b.parquet"]);
    assert!(
        expect_help(&folder, "convert").contains("keep=COLUMNS") && !expect_help(&folder, "report").contains("--limit")
    );
}

/// The help of a command.
fn expect_help(folder: &TempDir, command: &str) -> String {
    let output = run(folder, &[command, "--help"]);
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn settings_of_another_type_are_refused_in_plain_words() {
    let folder = folder();
    for (line, said) in [
        ("include = \"*.txt\"", "write a list, such as [\"one\", \"two\"], in place of string \"*.txt\""),
        ("keep = \"3\"", "write a whole number of 0 or more, without quotes, in place of string \"3\""),
        ("treads = 2", "`treads` is not a setting: write one of dataset, inputs"),
        ("on_missing = \"lose\"", "`lose` is unknown: write one of drop, keep, fail"),
        ("max_bad = \"150%\"", "up to 100%"),
    ] {
        let job = format!("dataset = \"set\"\ninputs = [\"in\"]\noutputs = [\"parquet:p/\"]\n{line}\n");
        fs::write(folder.path().join("JOB.toml"), job).unwrap();
        let told = expect(2, &folder, &["sync", "JOB.toml"]);
        assert!(told.contains(said), "{line}: {told}");
    }
}

#[test]
fn an_output_of_no_file_and_no_row_is_sound() {
    let folder = folder();
    fs::create_dir(folder.path().join("empty")).unwrap();
    expect(
        0,
        &folder,
        &["convert", "empty", "-q", "--allow-empty", "-o", "xml,per=cable:a/", "-o", "parquet,by=year:b/"],
    );
    for output in ["a/", "b/"] {
        expect(0, &folder, &["verify", output]);
        expect(0, &folder, &["convert", output, "-q", "--allow-empty", "--overwrite", "-o", "c.parquet"]);
    }
    let list = folder.path().join("a/_cablegram.json");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.replace("\"rows\": 0", "\"rows\": 1")).unwrap();
    let quiet = run(&folder, &["verify", "-q", "a/"]);
    assert_eq!(quiet.status.code(), Some(8));
    assert!(String::from_utf8_lossy(&quiet.stdout).starts_with("changed: a/"), "{quiet:?}");
    fs::write(&list, [b"{\xFF", text.as_bytes()].concat()).unwrap();
    for arguments in [&["verify", "a/"][..], &["restore", "a/", "-o", "back"], &["convert", "a/", "-o", "c.jsonl"]] {
        expect(8, &folder, arguments);
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = folder();
    let said = expect(0, &folder, &["convert", ARCHIVE, "-o", "a.parquet", "-o", "xml,per=cable:xml/", "--dry-run"]);
    assert!(said.contains("cables       ") && names(&folder).is_empty(), "{said}");
    fs::write(folder.path().join("a.parquet"), "of somebody").unwrap();
    for (code, output) in [
        (6, "a.parquet"),
        (2, "parquet,by=paragraphs:p/"),
        (6, "no/such/a.parquet"),
        (2, "parquet,keep=nothing:b.parquet"),
    ] {
        for dry in [&["--dry-run"][..], &[]] {
            expect(code, &folder, &[&["convert", ARCHIVE, "-o", output], dry].concat());
        }
    }
    assert_eq!(names(&folder), ["a.parquet"]);
}

#[test]
fn copies_are_rows_once_and_versions_twice() {
    let folder = folder();
    write_cable(&folder, "in/1/09ASTANA1.txt", "09ASTANA1", "One.");
    write_cable(&folder, "in/2/09ASTANA1.txt", "09ASTANA1", "One.");
    write_cable(&folder, "in/3/09ASTANA1.txt", "09ASTANA1", "Another.");
    let output = run(&folder, &["convert", "in", "-o", "yaml:-"]);
    let yaml = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!((rows(&output.stdout), yaml.matches("code: mrn-repeated").count()), (2, 1), "{yaml}");
    assert!(yaml.find("path: 3/09ASTANA1.txt").unwrap() > yaml.find("path: 1/09ASTANA1.txt").unwrap());
    assert!(said(&output).contains("duplicates   1"));
    let output = run(&folder, &["convert", "in", "-o", "yaml:-", "--keep-duplicates"]);
    let yaml = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!((rows(&output.stdout), yaml.matches("code: mrn-repeated").count()), (3, 1), "{yaml}");
}

#[test]
fn a_limit_ends_the_run_and_its_counts() {
    let folder = folder();
    for threads in ["1", "3"] {
        let arguments =
            ["convert", ARCHIVE, "-o", "yaml:-", "--limit", "5", "--threads", threads, "--progress", "never"];
        let output = run(&folder, &arguments);
        assert_eq!((output.status.code(), rows(&output.stdout)), (Some(0), 5));
        assert!(said(&output).contains("cables       5"), "{}", said(&output));
    }
}

#[test]
fn options_come_from_the_environment_and_a_file_too() {
    let folder = folder();
    fs::write(folder.path().join("options.toml"), "limit = 3\noutput = [\"yaml:-\"]\nquiet = true\n").unwrap();
    let rows_of = |command: &mut Command| {
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), said(&output)), (Some(0), String::new()));
        rows(&output.stdout)
    };
    let configured = ["convert", ARCHIVE, "--config", "options.toml"];
    assert_eq!(rows_of(&mut cablegram(&folder, &configured)), 3);
    assert_eq!(rows_of(cablegram(&folder, &configured).env("CABLEGRAM_LIMIT", "2")), 2);
    assert_eq!(rows_of(cablegram(&folder, &configured).env("CABLEGRAM_LIMIT", "2").args(["--limit", "1"])), 1);
    fs::write(folder.path().join("options.toml"), "limits = 3").unwrap();
    assert!(expect(2, &folder, &configured).contains("limits is not an option"));
}

#[test]
fn standard_input_is_one_document_named_by_a_hyphen() {
    let folder = folder();
    let mut child = cablegram(&folder, &["convert", "-", "-o", "yaml:-", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(cable("09ASTANA1", "One.").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let yaml = String::from_utf8(output.stdout.clone()).unwrap();
    let is_hyphen = |line: &str| line.trim().strip_prefix("path: ").is_some_and(|path| path.contains('-'));
    assert!(rows(&output.stdout) == 1 && yaml.lines().any(is_hyphen), "{yaml}");
}

#[test]
fn a_pipe_that_nobody_reads_ends_the_run_quietly() {
    let folder = folder();
    let mut child = cablegram(&folder, &["convert", ARCHIVE, "-o", "yaml:-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), said(&output)), (Some(141), String::new()));
}

#[test]
fn logs_are_json_lines_where_wanted() {
    let folder = folder();
    let said = expect(0, &folder, &["convert", ARCHIVE, "-o", "a.xml", "--log-format", "json", "-v"]);
    let events: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for name in ["run_start", "input", "publish", "run_end"] {
        assert!(events.iter().any(|event| event["event"] == name), "no {name}:\n{said}");
    }
}

#[test]
fn show_prints_one_cable_and_explains_its_lines() {
    let folder = folder();
    write_cable(&folder, "09ASTANA1.txt", "09ASTANA1", "One.");
    let output = run(&folder, &["show", "09ASTANA1.txt"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("mrn: 09ASTANA1\n"), "{}", said(&output));
    let output = run(&folder, &["show", "--explain", "09ASTANA1.txt"]);
    for arguments in
        [&["show", "none.txt"][..], &["show", "none.parquet", "09ASTANA1"], &["show", "none", "--record", "2"]]
    {
        assert!(expect(5, &folder, arguments).contains("does not exist"), "{arguments:?}");
    }
    fs::create_dir(folder.path().join("in")).unwrap();
    for arguments in [&["show", "in"][..], &["show", "in", "09ASTANA1"]] {
        assert!(expect(5, &folder, arguments).contains("in is a folder"), "{arguments:?}");
    }
    let explained = String::from_utf8_lossy(&output.stdout);
    assert!(explained.lines().any(|line| line.starts_with("   12  ") && line.ends_with("One.")), "{explained}");
}

#[test]
fn stats_count_what_is_there() {
    let folder = folder();
    let output = run(&folder, &["stats", ARCHIVE, "--json", "-q"]);
    let stats: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(stats["summary"]["found"], 112);
    let cables = stats["summary"]["cables"].as_u64().unwrap();
    let with_text: u64 = stats["columns"]["source_text"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(with_text, cables);
    let table = String::from_utf8(run(&folder, &["stats", ARCHIVE]).stdout).unwrap();
    assert!(table.lines().any(|line| line.starts_with("subject ")), "{table}");
}

#[test]
fn tables_pages_and_versions_are_printed() {
    let folder = folder();
    for (arguments, start) in [
        (&["tables", "posts"][..], "# "),
        (&["tables", "tags"], "# "),
        (&["tables", "plads"], "# "),
        (&["tables", "diagnostics"], "code\tseverity\tmeaning\n"),
        (&["completions", "bash"], "_cablegram"),
        (&["man"], ".ie"),
        (&["--version", "--verbose"], concat!("cablegram ", env!("CARGO_PKG_VERSION"))),
        (&["schema"], "v1"),
        (&["schema", "show", "v1", "--as", "xsd"], "<?xml"),
        (&["schema", "show"], "# cablegram schema v2\n"),
    ] {
        let output = run(&folder, arguments);
        assert!(output.stdout.starts_with(start.as_bytes()), "{arguments:?}: {}", said(&output));
    }
    let versions = String::from_utf8(run(&folder, &["--version", "--verbose"]).stdout).unwrap();
    assert!(versions.contains("zstd-sys ") && !versions.contains("unknown"), "{versions}");
}

#[test]
fn every_option_has_an_example_and_a_twin_in_the_environment() {
    let folder = folder();
    for command in ["convert", "stats", "show"] {
        let help = String::from_utf8(run(&folder, &[command, "--help"]).stdout).unwrap();
        for option in help.lines().filter_map(|line| line.trim_start().strip_prefix("--")) {
            let name = option.split([' ', '.']).next().unwrap();
            let twin = format!("CABLEGRAM_{}", name.to_uppercase().replace('-', "_"));
            assert!(name == "help" || help.contains(&twin), "{command} --{name} has no {twin}");
        }
    }
}

#[test]
fn outputs_are_verified_and_give_the_files_back() {
    let folder = folder();
    expect(0, &folder, &["convert", ARCHIVE, "-o", "a.xml", "-o", "set.parquet", "-q"]);
    let said = printed(0, &folder, &["verify", "a.xml", "set.parquet"]);
    assert!(said.contains("a.xml: sound: 1 file, 57 rows, 57 sources rebuilt byte for byte, digest "), "{said}");
    expect(0, &folder, &["restore", "a.xml", "-o", "back"]);
    let original = fs::read(Path::new(ARCHIVE).join("README.txt"));
    assert!(original.is_ok() && !folder.path().join("back/README.txt").exists());
    let restored = fs::read_dir(folder.path().join("back/dates")).unwrap().count();
    assert!(restored > 10, "{restored}");
    let damaged = fs::read_to_string(folder.path().join("a.xml")).unwrap().replacen("SIPDIS", "SIPDIT", 1);
    fs::write(folder.path().join("a.xml"), damaged).unwrap();
    assert!(printed(8, &folder, &["verify", "a.xml"]).contains("changed: a.xml: "));
    expect(6, &folder, &["restore", "set.parquet", "-o", "back"]);
    expect(10, &folder, &["verify", "nowhere.xml"]);
}

#[test]
fn each_record_of_a_dump_is_compared_with_its_original() {
    for (case, file) in [
        ("csv-two-records", "input.csv"),
        ("plain-several", "input.txt"),
        ("aad-several", "input.txt"),
        ("json-lines", "input.jsonl"),
    ] {
        let folder = folder();
        let original = folder.path().join("in").join(file);
        fs::create_dir(folder.path().join("in")).unwrap();
        let case = format!("{}/fixtures/cases/{case}/{file}", env!("CARGO_MANIFEST_DIR"));
        fs::copy(&case, &original).unwrap();
        expect(0, &folder, &["convert", "in", "-q", "-o", "a.parquet", "-o", "xml,per=cable:a.xml/"]);
        for output in ["a.parquet", "a.xml"] {
            expect(0, &folder, &["verify", output, "--against", "in"]);
        }
        let bytes = fs::read(&original).unwrap();
        fs::write(&original, bytes.to_ascii_lowercase()).unwrap();
        let found = printed(8, &folder, &["verify", "a.parquet", "--against", "in"]);
        assert!(found.contains("has other bytes"), "{case}: {found}");
        // No row shows what was added after the last.
        for other in [[&bytes[..], &bytes[..]].concat(), [&bytes[..], b"more"].concat()] {
            fs::write(&original, other).unwrap();
            for output in ["a.parquet", "a.xml"] {
                let found = printed(8, &folder, &["verify", output, "--against", "in"]);
                assert!(found.contains("bytes, where"), "{case}: {found}");
            }
        }
    }
}

#[test]
fn checksums_never_contradict_the_output_they_are_beside() {
    let folder = folder();
    let (old, new) = (format!("{ARCHIVE}/dates"), format!("{ARCHIVE}/classification"));
    for output in ["a.parquet", "xml,per=cable:b/"] {
        let path = output.rsplit(':').next().unwrap().trim_end_matches('/');
        let summed =
            if output.contains(':') { "xml,per=cable,sha256=true:b/" } else { "parquet,sha256=true:a.parquet" };
        expect(0, &folder, &["convert", &old, "-q", "-o", summed]);
        let sums = || fs::read(folder.path().join(format!("{path}.sha256"))).unwrap();
        let before = sums();
        expect(0, &folder, &["convert", &new, "-q", "--overwrite", "-o", output]);
        assert_ne!(before, sums(), "{output}");
        expect(0, &folder, &["verify", path]);
        let place = folder.path().join(path);
        _ = if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) };
        assert!(expect(6, &folder, &["convert", &new, "-q", "-o", output]).contains(".sha256"), "{output}");
    }
}

#[test]
fn a_dataset_and_a_package_are_read_by_their_own_names() {
    let folder = folder();
    let job = format!("dataset = \"set\"\ninputs = [{ARCHIVE:?}]\noutputs = [\"parquet,by=year:parquet/\"]\n");
    fs::write(folder.path().join("job.toml"), job).unwrap();
    expect(0, &folder, &["sync", "job.toml", "-q"]);
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "all.xml"]);
    expect(0, &folder, &["package", ARCHIVE, "-q", "-o", "bag", "--id", "1"]);
    for (number, path) in ["set", "set/current", "bag"].into_iter().enumerate() {
        let back = format!("back-{number}");
        expect(0, &folder, &["restore", path, "-q", "-o", &back]);
        let mut files = WalkDir::new(folder.path().join(back)).into_iter().map(|file| file.unwrap());
        let restored = files.find(|file| file.file_name() == "09BRUSSELS1290.txt").expect(path);
        let original = fs::read(format!("{ARCHIVE}/dates/2009/09BRUSSELS1290.txt")).unwrap();
        assert_eq!(fs::read(restored.path()).unwrap(), original, "{path}");
    }
    for path in ["set", "set/current/"] {
        expect(0, &folder, &["convert", path, "-q", "-o", "again.xml", "--overwrite"]);
        expect(0, &folder, &["compare", "all.xml", "again.xml"]);
        assert!(printed(0, &folder, &["show", path, "09ASTANA1188"]).contains("mrn: 09ASTANA1188"), "{path}");
    }
    for partition in fs::read_dir(folder.path().join("set/current/parquet")).unwrap() {
        let partition = partition.unwrap().path();
        if partition.is_dir() {
            let said = expect(10, &folder, &["convert", partition.to_str().unwrap(), "-q", "-o", "part.xml"]);
            assert!(said.contains("is one partition of") && said.contains("parquet: give "), "{said}");
        }
    }
}

#[test]
fn narrowed_outputs_become_others_that_can_be_read() {
    for columns in ["drop=source_text", "keep=subject", "drop=year"] {
        let folder = folder();
        expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", &format!("parquet,{columns}:slim.parquet")]);
        let outputs = ["slim.xml", "slim.yaml", "slim.jsonl", "slim.arrow"];
        for output in outputs {
            expect(0, &folder, &["convert", "slim.parquet", "-q", "-o", output]);
            expect(0, &folder, &["verify", "--allow-unproven", output]);
            expect(0, &folder, &["compare", "slim.parquet", output]);
            expect(0, &folder, &["convert", output, "-q", "-o", "again.parquet", "--overwrite"]);
        }
    }
}

/// Rows that do not say which records they are are no sign that a dump is not whole.
#[test]
fn outputs_of_dumps_without_the_column_of_the_source_are_sound() {
    let folder = folder();
    let dump = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases/csv-two-records/input.csv");
    for output in ["parquet,COLUMNS:a.parquet", "arrow,COLUMNS:a.arrow", "xml,COLUMNS:a.xml", "yaml,COLUMNS:a.yaml"] {
        for columns in ["drop=source", "keep=mrn", "drop=source_text"] {
            let output = output.replace("COLUMNS", columns);
            expect(0, &folder, &["convert", dump, "-q", "-o", &output, "--overwrite"]);
            let file = output.rsplit(':').next().unwrap();
            expect(0, &folder, &["verify", file]);
        }
    }
    for output in ["parquet,drop=source:p/", "xml,keep=mrn,per=cable:x/", "jsonl,drop=source:j/"] {
        expect(0, &folder, &["convert", dump, "-q", "-o", output]);
        expect(0, &folder, &["verify", output.rsplit(':').next().unwrap()]);
    }
}

#[test]
fn outputs_without_rows_are_compared_and_proven() {
    let folder = folder();
    fs::write(folder.path().join("note.txt"), "Buy milk.\n").unwrap();
    for output in ["none.parquet", "none.xml", "xml,per=cable:none/", "parquet,by=year:years/"] {
        expect(0, &folder, &["convert", "note.txt", "-q", "--allow-empty", "-o", output]);
    }
    for other in ["none.xml", "none", "years"] {
        expect(0, &folder, &["compare", "none.parquet", other]);
        expect(0, &folder, &["compare", other, "none.parquet"]);
    }
    let said = printed(8, &folder, &["verify", "none", "--expect", &"0".repeat(64)]);
    assert!(said.contains("not known, since there is no file with rows"), "{said}");
}

#[test]
fn what_nothing_proves_is_not_taken_for_sound() {
    let folder = folder();
    expect(0, &folder, &["convert", ARCHIVE, "-o", "a.jsonl", "-o", "a.xml", "-q"]);
    assert!(printed(8, &folder, &["verify", "a.jsonl"]).contains("--allow-unproven"));
    let said = printed(0, &folder, &["verify", "a.jsonl", "--allow-unproven", "--report", "proof.json"]);
    let digest = said.trim_end().rsplit("digest ").next().unwrap().to_owned();
    expect(0, &folder, &["verify", "a.jsonl", "--expect", &digest]);
    expect(0, &folder, &["verify", "a.xml", "--expect", &digest, "--against", ARCHIVE]);
    expect(2, &folder, &["verify", "a.xml", "--expect", "abc"]);
    for output in ["a.xml", "a.jsonl"] {
        assert!(
            printed(8, &folder, &["verify", output, "--expect", &"0".repeat(64)]).contains("not sound"),
            "{output}"
        );
    }
    expect(2, &folder, &["verify", "a.xml", "a.jsonl", "--expect", &digest]);
    let proof: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("proof.json")).unwrap()).unwrap();
    assert_eq!((&proof["exit"], &proof["files"][0]["rows"]), (&0.into(), &57.into()));
    assert_eq!((&proof["files"][0]["status"], &proof["files"][0]["digest"]), (&"unproven".into(), &digest.into()));
}

#[test]
fn xml_names_its_style_sheet_and_is_sound_with_it() {
    let folder = folder();
    let outputs = ["-o", "xml,stylesheet=cable.css:a.xml", "-o", "xml,per=cable,stylesheet=../../cable.css:xml/"];
    expect(0, &folder, &[&["convert", "-q", ARCHIVE], &outputs[..]].concat());
    for (path, href) in [("a.xml", "cable.css"), ("xml/2009/ASTANA/09ASTANA1188.xml", "../../cable.css")] {
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        let line = format!("<?xml-stylesheet type=\"text/css\" href=\"{href}\"?>");
        assert_eq!(text.lines().nth(1), Some(&*line), "{path}");
    }
    expect(0, &folder, &["verify", "a.xml", "xml/"]);
    for href in ["", "a b.css", "a\"b", "a?>b", "a&b"] {
        let output = format!("xml,stylesheet={href}:b.xml");
        let said = expect(2, &folder, &["convert", "-q", ARCHIVE, "-o", &output]);
        assert!(said.contains("cable.css"), "{said}");
    }
}

#[test]
fn two_outputs_are_compared_row_by_row() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    write_cable(&folder, "in/b.txt", "09LIMA9002", "The pier is old.");
    expect(0, &folder, &["convert", "in", "-q", "-o", "old.parquet", "-o", "old.xml", "-o", "set.yaml"]);
    let text = printed(0, &folder, &["compare", "old.parquet", "old.xml"]);
    assert!(text.contains("0  changed"), "{text}");

    write_cable(&folder, "in/b.txt", "09LIMA9002", "The pier is new.");
    write_cable(&folder, "in/c.txt", "09LIMA9003", "The ferry is blue.");
    fs::remove_file(folder.path().join("in/a.txt")).unwrap();
    expect(0, &folder, &["convert", "in", "-q", "-o", "xml,per=cable:new/"]);
    let text = printed(9, &folder, &["compare", "old.parquet", "new"]);
    for told in ["1  added", "1  gone", "1  changed", "paragraphs: 1 row\n", "The pier is old.", "The pier is new."] {
        assert!(text.contains(told), "{told} in {text}");
    }
    expect(10, &folder, &["compare", "nowhere.yaml", "new"]);
    let json: Value = serde_json::from_str(&printed(9, &folder, &["compare", "set.yaml", "new", "--json"])).unwrap();
    let counts = ["added", "gone", "changed", "old_rows", "new_rows"].map(|name| json[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 2, 2]);
    assert_eq!(json["columns"]["paragraphs"], 1);
    assert!(json["columns"].get("mrn").is_none());

    expect(0, &folder, &["convert", "in", "-q", "-o", "parquet,keep=mrn,subject:few.parquet"]);
    let text = printed(9, &folder, &["compare", "new", "few.parquet"]);
    assert!(text.contains("only in new: ") && text.contains("paragraphs"), "{text}");
}

#[test]
fn rows_without_a_source_are_compared_in_the_columns_of_both() {
    let folder = folder();
    for (name, text) in [("a", "One."), ("b", "Two."), ("c", "Three.")] {
        write_cable(&folder, &format!("in/{name}.txt"), &format!("09LIMA900{}", text.len()), text);
    }
    let outputs =
        ["-o", "parquet,drop=source:1.parquet", "-o", "parquet,drop=source,drop=tags:2.parquet", "-o", "3.xml"];
    expect(0, &folder, &[&["convert", "in", "-q"][..], &outputs].concat());
    let counts = |old: &str, new: &str| {
        let json: Value = serde_json::from_str(&printed(9, &folder, &["compare", old, new, "--json"])).unwrap();
        ["added", "gone", "moved", "changed"].map(|name| json[name].as_u64().unwrap())
    };
    for (old, new) in [("1.parquet", "2.parquet"), ("1.parquet", "3.xml"), ("3.xml", "2.parquet")] {
        assert_eq!(counts(old, new), [0; 4], "{old} {new}");
    }
    write_cable(&folder, "in/a.txt", "09LIMA9004", "Other text.");
    expect(0, &folder, &["convert", "in", "-q", "-o", "4.xml"]);
    assert_eq!(counts("2.parquet", "4.xml"), [0, 0, 0, 1]);
}

#[test]
fn examples_show_where_long_values_begin_to_differ() {
    let folder = folder();
    let text =
        |word: &str| format!("{}The pier is {word}. {}", "A line of text. ".repeat(40), "More of it. ".repeat(40));
    write_cable(&folder, "in/a.txt", "09LIMA9001", &text("old"));
    expect(0, &folder, &["convert", "in", "-q", "-o", "1.parquet"]);
    write_cable(&folder, "in/a.txt", "09LIMA9001", &text("new"));
    expect(0, &folder, &["convert", "in", "-q", "-o", "2.parquet"]);
    let told = printed(9, &folder, &["compare", "1.parquet", "2.parquet"]);
    let shown =
        |side: &str| told.lines().filter(|line| line.trim_start().starts_with(side)).collect::<Vec<_>>().join("\n");
    assert!(shown("old: ...").contains("The pier is old.") && shown("new: ...").contains("The pier is new."), "{told}");
}

/// What an output lists of its dumps is as much a part of it as its rows: without it, nothing can be restored.
#[test]
fn what_an_output_lists_of_its_documents_is_proven() {
    let folder = folder();
    fs::create_dir(folder.path().join("in")).unwrap();
    let dump = json_lines(&[(1, "One."), (2, "Two."), (1, "One."), (3, "Three.")]);
    fs::write(folder.path().join("in/d.jsonl"), &dump).unwrap();
    let sha256 = hexadecimal(&Sha256::digest(&dump));
    let outputs =
        ["a.parquet", "a.arrow", "a.xml", "xml,schema=v1:b.xml", "a.yaml", "jsonl:jsonl/", "xml,per=cable:xml/"];
    let all = outputs.iter().flat_map(|output| ["-o", output]);
    expect(0, &folder, &["convert", "in", "-q"].into_iter().chain(all).collect::<Vec<_>>());
    let other = if sha256.starts_with('0') { "1" } else { "0" }.to_owned() + &sha256[1..];
    for output in outputs {
        let path = output.rsplit(':').next().unwrap();
        let said = printed(0, &folder, &["verify", path]);
        assert!(!said.contains("nothing here says"), "{said}");
        let file =
            folder.path().join(if path.ends_with('/') { format!("{path}_cablegram.json") } else { path.to_owned() });
        let sound = fs::read(&file).unwrap();
        let changed = replaced(&sound, sha256.as_bytes(), other.as_bytes());
        assert!(changed != sound, "{output}");
        fs::write(&file, changed).unwrap();
        printed(8, &folder, &["verify", path]);
        expect(8, &folder, &["restore", path, "-o", "back"]);
        fs::write(&file, sound).unwrap();
    }
    let sound = fs::read_to_string(folder.path().join("a.xml")).unwrap();
    let without = |text: &str, from: &str, to: &str| {
        let (front, rest) = text.split_once(from).unwrap();
        front.to_owned() + rest.split_once(to).unwrap().1
    };
    let put = |text: &str| fs::write(folder.path().join("a.xml"), text).unwrap();
    put(&without(&sound, "<documents>", "</documents>"));
    assert!(printed(8, &folder, &["verify", "a.xml"]).contains("it is not what was written"));
    // Outputs of earlier programs have no seal: the rows and the list together are to be the dump.
    let unsealed = without(&sound, "<!-- left out:", "-->");
    put(&unsealed);
    printed(0, &folder, &["verify", "a.xml"]);
    let copy = dump.lines().take(2).map(|line| line.len() + 1).sum::<usize>();
    put(&unsealed.replace(&format!("start=\"{copy}\""), &format!("start=\"{}\"", copy + 1)));
    assert!(printed(8, &folder, &["verify", "a.xml"]).contains("are in no row"));
    put(&unsealed.replace(&format!("size=\"{}\"", dump.len()), &format!("size=\"{}\"", dump.len() - 1)));
    assert!(printed(8, &folder, &["verify", "a.xml"]).contains("overlap"));
    put(&without(&unsealed, "<documents>", "</documents>"));
    assert!(printed(0, &folder, &["verify", "a.xml"]).contains("records of d.jsonl are rows, but nothing here says"));
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(from.len()) {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

/// Two pages with one cable need not be copies: nobody should throw one away because of what we say.
#[test]
fn a_page_with_the_cable_of_another_is_not_called_a_copy() {
    let folder = folder();
    let page = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases/html-page/input.html")).unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let at = |name: &str| folder.path().join("in").join(name);
    fs::write(at("a.html"), [b"<!-- a frame -->\n", &page[..]].concat()).unwrap();
    fs::write(at("b.html"), [b"<!-- a frame -->\n", &page[..], b"<!-- printed 2011 -->\n"].concat()).unwrap();
    let told = expect(0, &folder, &["convert", "in", "-v", "-o", "c.parquet", "--inventory", "i.csv"]);
    assert!(told.contains("b.html: the cable of an earlier page") && !told.contains("same bytes"), "{told}");
    let told = expect(0, &folder, &["report", "in", "-o", "r.html", "--previous", "i.csv"]);
    assert!(told.contains("1 web page has the cable of an earlier page") && !told.contains("exact cop"), "{told}");
    let told = printed(0, &folder, &["verify", "c.parquet", "--against", "in"]);
    assert!(told.contains("of 2 files below in, 1 is a row, 0 are copies of these and 1 is neither"), "{told}");
    let told = expect(0, &folder, &["restore", "c.parquet", "-o", "back"]);
    assert!(told.contains("in records: a.html") && !told.contains("in records: b.html"), "{told}");
    assert!(told.contains("1 file of the run is not in this output (1 duplicate)"), "{told}");
    fs::remove_file(at("b.html")).unwrap();
    let told = expect(4, &folder, &["report", "in", "-o", "s.html", "--previous", "i.csv"]);
    assert!(told.contains("1 file or record is missing: b.html"), "{told}");
    fs::write(at("a.html"), [b"<!-- A frame -->\n", &page[..]].concat()).unwrap();
    let told = expect(4, &folder, &["report", "in", "-o", "t.html", "--previous", "i.csv"]);
    assert!(told.contains("1 file or record has changed: a.html"), "{told}");
}

#[test]
fn a_report_is_in_nothing_that_it_is_about() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "One.");
    expect(0, &folder, &["convert", "in", "-q", "-o", "xml,per=cable:x/"]);
    let told = expect(2, &folder, &["verify", "x", "--report", "x/proof.json"]);
    assert!(told.contains("is within x"), "{told}");
    expect(0, &folder, &["verify", "x", "--report", "proof.json"]);
    expect(0, &folder, &["verify", "x"]);
}

/// Lines of JSON, a record for each number and text.
fn json_lines(records: &[(u32, &str)]) -> String {
    let line = |(serial, text): &(u32, &str)| {
        let body =
            format!("UNCLAS LIMA {serial:06}\n\nE.O. 12958: N/A\nTAGS: PREL\nSUBJECT: PIERS\n\n1. {text}\nQUADE");
        serde_json::json!({
            "_id": format!("09LIMA{serial}"), "origin": "Embassy Lima", "date_time": "2009-05-01 08:00",
            "classification": "UNCLASSIFIED", "header": "R 010800Z MAY 09\nFM AMEMBASSY LIMA", "body": body,
        })
        .to_string()
            + "\n"
    };
    records.iter().map(line).collect()
}

#[test]
fn records_of_a_dump_are_known_by_their_bytes_wherever_they_are() {
    let folder = folder();
    let write = |name: &str, records: &[(u32, &str)]| {
        fs::create_dir_all(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in").join(name), json_lines(records)).unwrap();
    };
    let compare = |new: &str| -> Value {
        expect(0, &folder, &["convert", "in", "-q", "--overwrite", "-o", new]);
        let output = run(&folder, &["compare", "old.parquet", new, "--json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let counts = |json: &Value| ["added", "gone", "moved", "changed"].map(|name| json[name].as_u64().unwrap());
    let records: Vec<(u32, &str)> = (1..=9).map(|serial| (serial, "The pier is old.")).collect();
    write("a.jsonl", &records);
    assert_eq!(counts(&compare("old.parquet")), [0; 4]);

    // The first is gone, one has another text, and where one was is another cable.
    let mut later = records[1..].to_vec();
    later[3].1 = "The pier is new.";
    later[5].0 = 77;
    write("a.jsonl", &later);
    let json = compare("new.xml");
    assert_eq!(counts(&json), [1, 2, 6, 1]);
    assert!(json["columns"].get("paragraphs").is_some() && json["columns"].get("mrn").is_none(), "{json}");
    let examples = json["examples"].as_array().unwrap();
    let shown = |difference: &str, row: &str| {
        examples
            .iter()
            .find(|one| one["difference"] == difference && one["row"] == row)
            .unwrap_or_else(|| panic!("{json}"))
    };
    for (difference, row) in
        [("gone", "a.jsonl#0"), ("gone", "a.jsonl#6"), ("added", "a.jsonl#5"), ("changed", "a.jsonl#3")]
    {
        shown(difference, row);
    }
    assert_eq!(shown("moved", "a.jsonl#0")["from"], "a.jsonl#1");

    // One has a longer text: those after it begin at another byte, and are what they were.
    let mut longer = records.clone();
    longer[1].1 = "The pier is older.";
    write("a.jsonl", &longer);
    assert_eq!(counts(&compare("new.xml")), [0, 0, 0, 1]);

    // All are in another file, and one of them in two.
    fs::remove_file(folder.path().join("in/a.jsonl")).unwrap();
    write("b.jsonl", &records);
    write("c.jsonl", &[(2, "The pier is old. "), (90, "The pier is old.")]);
    let json = compare("new.xml");
    assert_eq!(counts(&json), [2, 0, 9, 0]);
    let text = printed(9, &folder, &["compare", "old.parquet", "new.xml"]);
    assert!(text.contains("9  moved") && text.contains("moved: a.jsonl#0 -> b.jsonl#0"), "{text}");
}

#[test]
fn an_output_becomes_any_other_output() {
    let folder = folder();
    let all = ["-o", "a.parquet", "-o", "a.arrow", "-o", "a.xml", "-o", "a.yaml", "-o", "set.arrows"];
    expect(0, &folder, &[&["convert", ARCHIVE, "-q"], &all[..]].concat());
    for from in ["a.arrow", "a.xml", "a.yaml", "set.arrows", "a.parquet"] {
        for to in ["yaml", "xml"] {
            expect(0, &folder, &["convert", from, "-q", "--overwrite", "-o", &format!("again.{to}")]);
            let text = |name: String| fs::read_to_string(folder.path().join(name)).unwrap();
            let mut expected = text(format!("a.{to}"));
            // A stream is written before the run knows what it leaves out, so it does not say.
            if from == "set.arrows" {
                let lines = expected.split_inclusive('\n').filter(|line| !line.contains(" left out: "));
                expected = lines.collect();
            }
            assert!(text(format!("again.{to}")) == expected, "{from} to {to}");
        }
    }
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "parquet,keep=mrn,subject,source:few.parquet"]);
    expect(0, &folder, &["convert", "few.parquet", "-q", "-o", "few.xml", "--limit", "3"]);
    expect(8, &folder, &["convert", "few.parquet", "a.parquet", "-o", "mixed.xml"]);
    expect(2, &folder, &["convert", "few.parquet", ARCHIVE, "-o", "mixed.xml"]);
}

/// The outputs of one run are published together or not at all.
#[test]
fn an_output_that_fails_takes_the_others_with_it() {
    let folder = folder();
    fs::write(folder.path().join("there.xml"), "mine").unwrap();
    expect(6, &folder, &["convert", ARCHIVE, "-o", "new.parquet", "-o", "there.xml"]);
    assert_eq!(names(&folder), ["there.xml"]);
    assert_eq!(fs::read(PathBuf::from(folder.path()).join(Path::new("there.xml"))).unwrap(), b"mine");
}

/// What a run writes is looked at before any work: nothing that is there may be lost.
#[cfg(unix)]
#[test]
fn what_would_be_lost_is_refused_before_any_work() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    let at = |name: &str| folder.path().join(name);
    expect(0, &folder, &["convert", "in", "-q", "-o", "xml,per=cable:ours/", "-o", "a.xml"]);
    fs::write(at("ours/notes.txt"), "mine").unwrap();
    fs::create_dir(at("there")).unwrap();
    let before = names(&folder);
    for (code, arguments, told) in [
        (2, &["convert", "in", "-o", "b.yaml", "--report", "b.yaml"][..], "one place"),
        (2, &["convert", "in", "-o", "b.yaml", "--report", "in/a.txt"], "which is to be read"),
        (2, &["convert", "in", "-o", "yaml:in/a.txt", "--overwrite"], "which is to be read"),
        (2, &["convert", "in", "-o", "yaml:in/", "--overwrite"], "which is to be read"),
        (2, &["convert", "a.xml", "-o", "a.xml", "--overwrite"], "which is to be read"),
        (2, &["convert", "in", "-o", "parquet:b", "-o", "yaml:./b", "--overwrite"], "one place"),
        (2, &["convert", "in", "-o", "yaml:b/c/", "-o", "xml:b/"], "within"),
        (2, &["convert", "in", "-o", "b.yaml", "-o", "B.yaml"], "case of letters"),
        (2, &["convert", "in", "-o", "yaml:b/", "--quarantine", "b/bad"], "within"),
        (2, &["verify", "a.xml", "--report", "a.xml"], "which is to be read"),
        (6, &["convert", "in", "-o", "xml,per=cable:ours/", "--overwrite"], "notes.txt"),
        (6, &["convert", "in", "-o", "b.yaml", "--report", "there"], "is a folder"),
        (6, &["restore", "a.xml", "-o", "."], "."),
    ] {
        let said = expect(code, &folder, arguments);
        assert!(said.contains(told), "{arguments:?}: {said}");
        assert_eq!(names(&folder), before, "{arguments:?}");
    }
    assert!(fs::read_to_string(at("in/a.txt")).unwrap().contains("The boats were late."));
    assert_eq!(fs::read_to_string(at("ours/notes.txt")).unwrap(), "mine");
}

/// A file never takes the place of a folder, whatever is allowed: what is in it would be lost.
#[test]
fn no_file_replaces_a_folder() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    expect(0, &folder, &["convert", "in", "-q", "-o", "ours.parquet"]);
    let before = names(&folder);
    for (name, arguments) in [
        ("there", &["convert", "in", "-o", "b.yaml", "--overwrite", "--report", "there"][..]),
        ("there.csv", &["convert", "in", "-o", "b.yaml", "--overwrite", "--inventory", "there.csv"]),
        ("there.yaml", &["convert", "in", "-o", "there.yaml", "--overwrite"]),
        ("b.yaml.sha256", &["convert", "in", "-o", "yaml,sha256=true:b.yaml", "--overwrite"]),
        ("there.html", &["report", "in", "-o", "there.html", "--overwrite"]),
        ("there.json", &["report", "in", "-o", "there.html", "--overwrite"]),
        ("there", &["report", "in", "-o", "b.html", "--report", "there"]),
        ("there", &["verify", "ours.parquet", "--report", "there"]),
    ] {
        let there = folder.path().join(name);
        fs::create_dir(&there).unwrap();
        fs::write(there.join("thesis.txt"), "mine").unwrap();
        assert!(expect(6, &folder, arguments).contains("is a folder"), "{arguments:?}");
        fs::remove_file(there.join("thesis.txt")).unwrap();
        // One that is empty stays, too.
        assert!(expect(6, &folder, arguments).contains("is a folder"), "{arguments:?}");
        fs::remove_dir(&there).unwrap();
        assert_eq!(names(&folder), before, "{arguments:?}");
    }
}

/// Jobs write their reports each night, over those of the night before and over nothing else.
#[test]
fn a_report_replaces_nothing_but_reports() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    expect(0, &folder, &["convert", "in", "-q", "-o", "ours.yaml"]);
    let thesis = folder.path().join("thesis");
    for arguments in [
        &["convert", "in", "-q", "-o", "b.yaml"][..],
        &["stats", "in"],
        &["report", "in", "-q", "-o", "b.html"],
        &["package", "in", "-q", "-o", "bag", "--id", "1"],
        &["verify", "ours.yaml", "-q"],
    ] {
        let arguments = [arguments, &["--report", "thesis"]].concat();
        let before = names(&folder);
        for text in ["mine", "PAR1", "# cablegram schema of mine"] {
            fs::write(&thesis, text).unwrap();
            assert!(expect(6, &folder, &arguments).contains("not a report of cablegram"), "{arguments:?}");
            assert_eq!(fs::read_to_string(&thesis).unwrap(), text);
        }
        // What `mktemp` made, and the report of an earlier run.
        fs::write(&thesis, "").unwrap();
        for _ in 0..2 {
            expect(0, &folder, &arguments);
            serde_json::from_slice::<Value>(&fs::read(&thesis).unwrap()).unwrap();
            for name in names(&folder).iter().filter(|name| *name != "thesis" && !before.contains(name)) {
                let made = folder.path().join(name);
                if made.is_dir() { fs::remove_dir_all(made).unwrap() } else { fs::remove_file(made).unwrap() }
            }
        }
    }
    fs::write(&thesis, "mine").unwrap();
    expect(0, &folder, &["convert", "in", "-q", "-o", "b.yaml", "--overwrite", "--report", "thesis"]);
    assert!(fs::read_to_string(&thesis).unwrap().starts_with("{\"inputs\":["));
}

/// Every command that reads documents writes the report that it is asked for.
#[test]
fn every_command_that_reads_reports_its_inputs() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    let commands = [&["convert"][..], &["stats"], &["report", "-o", "b.html"], &["package", "-o", "bag", "--id", "1"]];
    let mut reports = Vec::new();
    for command in commands {
        let more = if command[0] == "convert" { &["-o", "b.yaml"][..] } else { &[] };
        let read = |input| [command, more, &[input, "-q", "--report", "r.json"]].concat();
        expect(0, &folder, &read(ARCHIVE));
        let mut report: Value = serde_json::from_slice(&fs::read(folder.path().join("r.json")).unwrap()).unwrap();
        assert_eq!(report["inputs"].as_array().unwrap().len(), 55, "{command:?}");
        assert_eq!(report["summary"]["cables"], 57);
        reports.push(report["inputs"].take());
        for made in ["b.yaml", "b.html", "b.json", "r.json"] {
            let _ = fs::remove_file(folder.path().join(made));
        }
        let _ = fs::remove_dir_all(folder.path().join("bag"));
        // What is read stays what it is.
        expect(2, &folder, &[command, more, &["in", "--report", "in/a.txt"]].concat());
        fs::create_dir_all(folder.path().join("empty")).unwrap();
        expect(5, &folder, &read("empty"));
        let report: Value = serde_json::from_slice(&fs::read(folder.path().join("r.json")).unwrap()).unwrap();
        assert!(report["error"].is_string(), "{command:?}: {report}");
        assert_eq!(names(&folder), ["empty", "in", "r.json"]);
        fs::remove_file(folder.path().join("r.json")).unwrap();
    }
    assert!(reports.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn a_log_of_json_holds_nothing_else() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    let two = [cable("09LIMA9001", "One."), cable("09LIMA9002", "Two.")].concat();
    fs::write(folder.path().join("two.txt"), two).unwrap();
    fs::write(folder.path().join("in/note.txt"), "no cable").unwrap();
    expect(0, &folder, &["convert", "in", "-q", "-o", "a.parquet"]);
    for (arguments, last) in [
        (&["convert", "in", "-o", "b.yaml"][..], "run_end"),
        (&["stats", "in"], "run_end"),
        (&["report", "in", "-o", "b.html"], "run_end"),
        (&["package", "in", "-o", "bag", "--id", "1"], "run_end"),
        (&["restore", "a.parquet", "-o", "back"], "run_end"),
        (&["show", "two.txt"], "note"),
    ] {
        let said = expect(0, &folder, &[arguments, &["--log-format", "json"]].concat());
        let events: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events.last().unwrap()["event"], last, "{arguments:?}: {said}");
        let ends = events.iter().filter(|event| event["event"] == "run_end").count();
        assert_eq!(ends, usize::from(last == "run_end"), "{arguments:?}: {said}");
    }
}

/// Originals that are not there, or are no files, are counted as what they are.
#[cfg(unix)]
#[test]
fn originals_that_are_gone_are_not_counted() {
    use rustix::fs::{CWD, Mode, mkfifoat};
    let folder = folder();
    for (name, text) in [("1.txt", "One."), ("2.txt", "Two."), ("3.txt", "Three.")] {
        write_cable(&folder, &format!("in/{name}"), "09LIMA9001", text);
    }
    expect(0, &folder, &["convert", "in", "-q", "-o", "a.parquet"]);
    let at = |name: &str| folder.path().join(name);
    let against = || printed(8, &folder, &["verify", "a.parquet", "--against", "in"]);
    fs::rename(at("in/1.txt"), at("in/z.txt")).unwrap();
    assert!(against().contains("of 3 files below in, 2 are rows, 1 is a copy of these and 0 are neither"));
    fs::remove_file(at("in/z.txt")).unwrap();
    mkfifoat(CWD, at("in/1.txt"), Mode::RUSR | Mode::WUSR).unwrap();
    let found = against();
    assert!(found.contains("1.txt cannot be read: it is not a regular file"), "{found}");
    assert!(found.contains("of 2 files below in, 2 are rows, 0 are copies"), "{found}");
    fs::remove_dir_all(at("in")).unwrap();
    fs::create_dir(at("in")).unwrap();
    assert!(against().contains("of 0 files below in, 0 are rows, 0 are copies"));
}

/// Links are written through; pipes and devices are written to, and stay what they are.
#[cfg(unix)]
#[test]
fn what_is_no_file_stays_what_it_is() {
    use rustix::fs::{CWD, Mode, mkfifoat};
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    fs::create_dir(at("disk")).unwrap();
    std::os::unix::fs::symlink("disk/real.yaml", at("link.yaml")).unwrap();
    std::os::unix::fs::symlink("disk", at("link")).unwrap();
    expect(0, &folder, &["convert", "in", "-q", "-o", "link.yaml", "--report", "link/report.json"]);
    expect(6, &folder, &["convert", "in", "-q", "-o", "link.yaml"]);
    expect(0, &folder, &["convert", "in", "-q", "-o", "link.yaml", "--overwrite"]);
    assert!(at("link.yaml").is_symlink() && at("disk/real.yaml").is_file() && at("disk/report.json").is_file());
    let mode =
        |name: &str| std::os::unix::fs::PermissionsExt::mode(&at(name).metadata().unwrap().permissions()) & 0o777;
    assert_eq!(mode("disk/report.json"), mode("disk/real.yaml"), "a report is as readable as an output");

    let whole = fs::read(at("link.yaml")).unwrap();
    mkfifoat(CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    let pipe = at("pipe");
    let reader = std::thread::spawn(move || fs::read(pipe).unwrap());
    expect(0, &folder, &["convert", "in", "-q", "-o", "yaml:pipe"]);
    assert!(reader.join().unwrap() == whole);
    expect(2, &folder, &["convert", "in", "-q", "-o", "arrow:pipe"]);
    let mut command = cablegram(&folder, &["convert", "in", "-q", "-o", "yaml:/dev/stdout"]);
    assert!(command.output().unwrap().stdout == whole);
    let printed = printed(0, &folder, &["convert", "in", "-q", "-o", "b.yaml", "--report", "-"]);
    assert!(printed.starts_with("{\"inputs\":["), "{printed}");
    // A report that cannot be written fails the run while nothing is published.
    expect(6, &folder, &["convert", "in", "-q", "-o", "c.yaml", "--report", "/dev/full"]);
    assert!(!at("c.yaml").exists());
}

#[test]
fn what_we_wrote_is_no_input() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09LIMA9001", "The boats were late.");
    let outputs = ["-o", "in/a.yaml", "-o", "in/a.xml", "-o", "in/a.jsonl", "-o", "in/a.parquet", "-o", "in/a.arrows"];
    expect(0, &folder, &[&["convert", "in", "-q", "--report", "in/a.json"][..], &outputs].concat());
    let said = expect(0, &folder, &["convert", "in", "-o", "b.yaml"]);
    assert!(said.contains("cables       1") && said.contains("output of cablegram 4"), "{said}");
    expect(0, &folder, &[&["convert", "in", "-q", "--overwrite", "--report", "in/a.json"][..], &outputs].concat());
}

/// Whatever a command waits for, a signal ends it, and nothing is left.
#[test]
fn a_signal_ends_whatever_waits() {
    use rustix::fs::{CWD, Mode, mkfifoat};
    use rustix::process::{Pid, Signal, kill_process};
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    mkfifoat(CWD, folder.path().join("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    let before = names(&folder);
    for arguments in [
        &["convert", "pipe", "-o", "a.yaml", "-o", "xml,per=cable:xml/"][..],
        &["convert", "-", "-o", "a.parquet", "--report", "report.json"],
        &["convert", "--files-from", "-", "-o", "a.xml"],
        &["convert", "--files-from", "pipe", "-o", "a.xml"],
        &["show", "-"],
        &["stats", "pipe"],
        // A slow reader of the output, and proofs.
        &["convert", "in", "-o", "yaml:pipe", "-o", "b.xml"],
        &["verify", "in", "--report", "pipe"],
    ] {
        let mut child = cablegram(&folder, arguments);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until_signals_are_caught(&child);
        std::thread::sleep(std::time::Duration::from_millis(500));
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        let mut waited = 0;
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None => std::thread::sleep(std::time::Duration::from_millis(100)),
            }
            waited += 1;
            assert!(waited < 600, "{arguments:?} does not end");
        };
        assert_eq!(status.code(), Some(143), "{arguments:?}");
        assert_eq!(names(&folder), before, "{arguments:?}");
    }
}

/// Waits until the program catches signals, which before it is under way end it as they please.
fn until_signals_are_caught(child: &std::process::Child) {
    for _ in 0..600 {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or_default();
        if caught & (1 << 14) != 0 && caught & (1 << 1) != 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Sends a signal to a command that is under way, and gives its exit code.
fn ended_by(signal: rustix::process::Signal, command: &mut Command) -> Option<i32> {
    use rustix::process::{Pid, kill_process};
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    until_signals_are_caught(&child);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(child.try_wait().unwrap().is_none(), "{command:?} ends before it is told to");
    kill_process(Pid::from_child(&child), signal).unwrap();
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{command:?} does not end");
}

const ENDS: [(rustix::process::Signal, i32); 2] =
    [(rustix::process::Signal::TERM, 143), (rustix::process::Signal::INT, 130)];

/// A slow disk: each call of the system takes its time.
#[test]
fn a_signal_ends_every_command_while_it_works() {
    let Some(library) = crate::job::faults::library() else { return };
    let folder = folder();
    for serial in 1..=6 {
        write_cable(&folder, &format!("in/{serial}.txt"), &format!("09ASTANA{serial}"), "One.");
    }
    expect(0, &folder, &["convert", "in", "-q", "-o", "a.xml", "-o", "b.parquet", "-o", "xml:c/"]);
    expect(0, &folder, &["package", "in", "-q", "-o", "bag/", "--id", "1"]);
    let before = names(&folder);
    for arguments in [
        &["convert", "in", "-o", "d.yaml", "-o", "xml:e/", "--report", "r.json", "--inventory", "i.csv"][..],
        &["convert", "a.xml", "-o", "d.yaml"],
        &["show", "in/1.txt"],
        &["stats", "in"],
        &["report", "in", "-o", "r.html"],
        &["package", "in", "-o", "d/", "--id", "1"],
        &["verify", "a.xml", "b.parquet", "c", "--report", "r.json"],
        &["verify", "bag"],
        &["restore", "a.xml", "-o", "back"],
        &["compare", "a.xml", "b.parquet"],
    ] {
        for (signal, code) in ENDS {
            let mut command = cablegram(&folder, arguments);
            command.env("LD_PRELOAD", library).env("FAULT_READS", "1").env("FAULT_BELOW", folder.path());
            command.env("FAULT_SLOW", "1000000").stdout(Stdio::null()).stderr(Stdio::null());
            assert_eq!(ended_by(signal, &mut command), Some(code), "{arguments:?}");
            assert_eq!(names(&folder), before, "{arguments:?}");
        }
    }
}

/// A pipe that is full, and that nobody reads.
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let (reader, mut writer) = std::io::pipe().unwrap();
    let flags = fcntl_getfl(&writer).unwrap();
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
    for size in [4096, 1] {
        while writer.write(&vec![b'.'; size]).is_ok() {}
    }
    fcntl_setfl(&writer, flags).unwrap();
    (reader, writer)
}

#[test]
fn a_signal_ends_every_command_while_it_waits_for_a_slow_output() {
    let folder = folder();
    write_cable(&folder, "in/1.txt", "09ASTANA1", "One.");
    write_cable(&folder, "in/2.txt", "09ASTANA2", "Two.");
    expect(0, &folder, &["convert", "in", "-q", "-o", "a.xml"]);
    expect(0, &folder, &["convert", "in/1.txt", "-q", "-o", "b.yaml"]);
    let before = names(&folder);
    for arguments in [
        &["convert", "in", "-o", "yaml:-", "-o", "c.xml"][..],
        &["convert", "in", "-o", "arrow:-"],
        &["convert", "in", "-o", "c.xml", "--report", "-"],
        &["show", "in/1.txt", "--explain"],
        &["stats", "in", "--json"],
        &["stats", "in"],
        &["verify", "a.xml"],
        &["verify", "a.xml", "b.yaml", "-v"],
        &["compare", "a.xml", "b.yaml"],
        &["schema", "show", "--as", "xsd"],
        &["schema", "show", "--as", "sql"],
        &["tables", "posts"],
        &["init"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        // These say it on standard error, and have nothing to give a name to.
        &["restore", "in", "-o", "back"],
        &["verify", "nothing.xml"],
    ] {
        for (signal, code) in ENDS {
            let (_reader, pipe) = full_pipe();
            let mut command = cablegram(&folder, arguments);
            command.stdout(pipe.try_clone().unwrap()).stderr(pipe);
            assert_eq!(ended_by(signal, &mut command), Some(code), "{arguments:?}");
            assert_eq!(names(&folder), before, "{arguments:?}");
        }
    }
}

#[test]
fn standard_error_that_cannot_be_written_changes_nothing() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    write_cable(&folder, "in/big.txt", "09ASTANA2", &"x".repeat(TOO_LARGE));
    for (number, (code, arguments)) in [
        (3, &["convert", "in", "-o"][..]),
        (3, &["convert", "in", "-v", "-o"]),
        (3, &["convert", "in", "--log-format", "json", "-o"]),
        (2, &["convert", "in", "--threads", "none", "-o"]),
    ]
    .into_iter()
    .enumerate()
    {
        let output = format!("{number}.yaml");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = cablegram(&folder, &[arguments, &[&output]].concat());
        assert_eq!(command.stderr(full).status().unwrap().code(), Some(code), "{arguments:?}");
        assert_eq!(folder.path().join(output).exists(), code == 3, "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["tables", "posts"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = cablegram(&folder, arguments);
        assert_eq!(command.stdout(full).stderr(Stdio::null()).status().unwrap().code(), Some(6), "{arguments:?}");
    }
}

#[test]
fn variables_mean_what_people_mean() {
    let folder = folder();
    write_cable(&folder, "in/a.txt", "09ASTANA1", "One.");
    write_cable(&folder, "in/b.txt", "09ASTANA2", "Two.");
    let ended = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = cablegram(&folder, arguments);
        let output = command.envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), said(&output))
    };
    let empty =
        [("CABLEGRAM_EXCLUDE", ""), ("CABLEGRAM_REPORT", ""), ("CABLEGRAM_QUIET", ""), ("CABLEGRAM_CONFIG", "")];
    let (code, said) = ended(&["convert", "in", "-o", "1.yaml"], &empty);
    assert!(code == 0 && said.contains("cables       2"), "{said}");
    for (truth, quiet) in [("1", true), ("yes", true), ("TRUE", true), ("0", false), ("no", false)] {
        let (code, said) = ended(&["convert", "in", "-o", "2.yaml", "--overwrite"], &[("CABLEGRAM_QUIET", truth)]);
        assert_eq!((code, said.is_empty()), (0, quiet), "{truth}: {said}");
    }
    let (_, said) = ended(&["convert", "in", "-v", "-o", "3.yaml"], &[("CABLEGRAM_QUIET", "1")]);
    assert!(!said.is_empty(), "the command line wins");
    let lists = [("CABLEGRAM_OUTPUT", "4.yaml\n4.xml\n"), ("CABLEGRAM_INPUT", "in/a.txt\nin/b.txt")];
    assert_eq!(ended(&["convert"], &lists).0, 0);
    assert!(folder.path().join("4.yaml").exists() && folder.path().join("4.xml").exists());
    let (code, said) = ended(&["convert", "in", "-o", "5.yaml"], &[("CABLEGRAM_THREADS", "many")]);
    assert!(code == 2 && said.contains("CABLEGRAM_THREADS"), "{said}");
}

#[test]
fn what_cannot_work_is_refused_with_advice() {
    let folder = folder();
    for (arguments, advice) in [
        (&["convert", ARCHIVE, "-o", "a.yaml", "--threads", "100000"][..], "1 to 1024"),
        (&["convert", ARCHIVE, "-o", "a.yaml", "--threads", "0"], "1 to 1024"),
        (&["convert", ARCHIVE, "-o", "s3://bucket/a.parquet"], "aws s3 cp"),
        (&["convert", ARCHIVE, "-o", "parquet:~/a.parquet"], "$HOME"),
        (&["convert", "gs://bucket/in", "-o", "a.yaml"], "gcloud"),
        (&["convert", ARCHIVE, "-o", "json:a.json"], "json is not a format"),
        (&["convert", ARCHIVE, "-o", "a.yaml", "--exclude", ""], "it names nothing"),
    ] {
        let said = expect(2, &folder, arguments);
        assert!(said.contains(advice), "{arguments:?} does not say {advice:?}:\n{said}");
    }
    assert!(names(&folder).is_empty());
}

/// In UTF-8 a text in Latin-1 may have twice as many bytes: more than libxml2 takes by itself, which GUIDE.md says.
#[test]
fn a_text_of_more_than_ten_million_bytes_comes_back_from_xml() {
    let folder = folder();
    fs::create_dir(folder.path().join("in")).unwrap();
    let line = [&[0xE9; 95][..], b" end\n"].concat();
    let text = [cable("09ASTANA1005", "Text.").as_bytes(), &line.repeat(54_000)].concat();
    fs::write(folder.path().join("in/1.txt"), &text).unwrap();
    expect(0, &folder, &["convert", "in", "-q", "-o", "a.xml"]);
    let xml = fs::read_to_string(folder.path().join("a.xml")).unwrap();
    assert!(xml.split('<').any(|element| element.len() > 10_000_000));
    expect(0, &folder, &["restore", "a.xml", "-o", "back"]);
    assert!(fs::read(folder.path().join("back/1.txt")).unwrap() == text);
    assert!(include_str!("../schemas/GUIDE.md").contains("huge_tree=True"));
}
