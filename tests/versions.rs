//! Several versions of the schema: one pass for all, outputs that keep theirs or are parsed again, jobs over an upgrade.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases");

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABLEGRAM_")) {
        command.env_remove(name);
    }
    command.current_dir(folder.path()).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn expect(code: i32, folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said + &String::from_utf8_lossy(&output.stdout)
}

fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

/// The version that an XML file follows.
fn version(folder: &TempDir, name: &str) -> String {
    let text = String::from_utf8(read(folder, name)).unwrap();
    text.split("urn:cablegram:schema:").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn one_pass_gives_each_output_its_schema() {
    let folder = TempDir::new().unwrap();
    for (schema, name) in [("v1", "one"), ("v2", "two")] {
        let outputs = [format!("{name}.parquet"), format!("{name}.xml")];
        expect(0, &folder, &["convert", ARCHIVE, "-q", "--schema", schema, "-o", &outputs[0], "-o", &outputs[1]]);
    }
    let outputs = ["parquet,schema=v1:a.parquet", "b.parquet", "a.xml", "xml,schema=v1:b.xml"];
    let outputs = outputs.iter().flat_map(|output| ["-o", output]);
    let arguments: Vec<&str> = ["convert", ARCHIVE, "-q"].into_iter().chain(outputs).collect();
    expect(0, &folder, &arguments);
    for (found, expected) in [("a.parquet", "one"), ("b.parquet", "two"), ("b.xml", "one"), ("a.xml", "two")] {
        let ending = found.rsplit('.').next().unwrap();
        assert!(read(&folder, found) == read(&folder, &format!("{expected}.{ending}")), "{found}");
    }
}

#[test]
fn outputs_keep_their_schema_unless_another_is_named() {
    let folder = TempDir::new().unwrap();
    expect(0, &folder, &["convert", ARCHIVE, "-q", "--schema", "v1", "-o", "old.parquet"]);
    expect(0, &folder, &["convert", "old.parquet", "-q", "-o", "kept.xml"]);
    assert_eq!(version(&folder, "kept.xml"), "v1");
    expect(0, &folder, &["convert", "old.parquet", "-q", "--schema", "v2", "-o", "new.xml"]);
    assert_eq!(version(&folder, "new.xml"), "v2");
    expect(0, &folder, &["convert", "old.parquet", "-q", "-o", "xml,schema=v2:one.xml", "-o", "two.xml"]);
    assert_eq!((version(&folder, "one.xml").as_str(), version(&folder, "two.xml").as_str()), ("v2", "v1"));
    assert!(expect(2, &folder, &["convert", ARCHIVE, "-o", "parquet,schema=v9:x.parquet"]).contains("v1, v2"));
}

/// Texts, dumps, pages, members, records of keepers: parsed again from any output of version 1, they are the rows of
/// version 2 as read from the originals, and still give the originals back.
#[test]
fn what_is_parsed_again_is_as_if_it_were_read_from_the_originals() {
    let folder = TempDir::new().unwrap();
    let old = ["old.parquet", "old.arrow", "old.xml", "old.yaml", "parquet,by=year:years/"];
    let outputs = old.iter().flat_map(|output| ["-o", output]);
    // Version 1 kept nothing of what is around a document of a volume, and so says nothing of its page.
    let usual = ["convert", CASES, "-q", "--keep-duplicates", "--exclude", "frus-*"];
    let arguments: Vec<&str> = usual.into_iter().chain(["--schema", "v1"]).chain(outputs).collect();
    let ending = run(&folder, &arguments);
    // Some cases are bad inputs on purpose.
    assert!(matches!(ending.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&ending.stderr));
    run(&folder, &usual.into_iter().chain(["-o", "new.parquet", "-o", "new.xml"]).collect::<Vec<_>>());
    for old in ["old.parquet", "old.arrow", "old.xml", "old.yaml"] {
        run(
            &folder,
            &["convert", old, "-q", "--overwrite", "--schema", "v2", "-o", "again.parquet", "-o", "again.xml"],
        );
        let compared = expect(0, &folder, &["compare", "new.parquet", "again.parquet"]);
        assert!(read(&folder, "again.xml") == read(&folder, "new.xml"), "{old}: {compared}");
    }
    run(&folder, &["convert", "years", "-q", "--overwrite", "--schema", "v2", "-o", "again.parquet"]);
    let compared = run(&folder, &["compare", "new.parquet", "again.parquet", "--json"]);
    let compared: serde_json::Value = serde_json::from_slice(&compared.stdout).unwrap();
    assert_eq!((&compared["added"], &compared["gone"]), (&0.into(), &0.into()));
    // Partitions come in an order of their own, so that of two cables of one number another is the later one.
    let changed: Vec<&String> = compared["columns"].as_object().unwrap().keys().collect();
    assert!(changed.iter().all(|column| *column == "diagnostics"), "{changed:?}");
    expect(0, &folder, &["restore", "again.xml", "-o", "back", "--partial"]);
    expect(0, &folder, &["verify", "again.xml"]);
    let dump = Path::new(CASES).join("csv-two-records");
    let csv = fs::read_dir(&dump).unwrap().map(|entry| entry.unwrap().path());
    let csv = csv.filter(|path| !path.ends_with("cable.yaml")).collect::<Vec<_>>().remove(0);
    let name = csv.strip_prefix(CASES).unwrap();
    assert!(fs::read(folder.path().join("back").join(name)).unwrap() == fs::read(&csv).unwrap());
}

/// A first record that is a copy is taken from the row that it equals, with the names of columns before it.
#[test]
fn a_document_that_begins_with_a_copy_is_parsed_again() {
    for (case, file, last, other) in [
        ("csv-named", "input.csv", "TOLLS", "FARES"),
        ("csv-two-records", "input.csv", "TOLLS", "FARES"),
        ("json-array", "input.json", "TOLLS", "FARES"),
        ("table-rows", "input.txt", "TOLLS", "FARES"),
        ("sql-statements", "input.sql", "Two", "Too"),
        ("historylab-rows", "input.txt", "NO DATE WAS", "A DATE WAS"),
        ("aad-several", "input.txt", "FERRY COMMISSION", "TOLLS COMMISSION"),
        ("frus-volume", "frus1973v99.xml", "UNPAID", "REPAID"),
    ] {
        let text = fs::read_to_string(Path::new(CASES).join(case).join(file)).unwrap();
        let place = text.rfind(last).unwrap_or_else(|| panic!("{case}"));
        let changed = format!("{}{other}{}", &text[..place], &text[place + last.len()..]);
        assert_parsed_again(case, &[("1", file, &text), ("2", file, &changed)]);
    }
}

/// Where a first record is left out that is no copy, later ones are read alike in forms that name what each value is.
#[test]
fn a_document_that_begins_with_no_cable_is_parsed_again_where_its_records_say_what_they_are() {
    let case = |case: &str, file: &str| fs::read_to_string(Path::new(CASES).join(case).join(file)).unwrap();
    let rows = case("historylab-rows", "input.txt");
    let other = rows.lines().next().unwrap().replacen('{', "{\"corpus\": \"kissinger\", ", 1);
    assert_parsed_again("historylab", &[("1", "input.txt", &format!("{other}\n{rows}"))]);
    let array = case("json-array", "input.json");
    // What is short would stay with the record after it.
    let note = "What comes is a test. ".repeat(100);
    let array = array.replacen('[', &format!("[{{\"id\": 0, \"note\": \"{note}\"}},"), 1);
    assert_parsed_again("json", &[("1", "input.json", &array)]);
    let volume = case("frus-volume", "frus1973v99.xml");
    let (front, first) = volume.split_at(volume.find("<div type=\"document\"").unwrap());
    let note = "<div type=\"document\" xml:id=\"d0\"><head>Editorial Note</head><p>A note.</p></div>\n";
    assert_parsed_again("frus", &[("1", "frus1973v99.xml", &format!("{front}{note}{first}"))]);
}

/// Converts documents with version 1 and then with version 2, and expects the rows that they have with version 2 alone.
fn assert_parsed_again(what: &str, documents: &[(&str, &str, &str)]) {
    let folder = TempDir::new().unwrap();
    for (place, name, text) in documents {
        fs::create_dir_all(folder.path().join("in").join(place)).unwrap();
        fs::write(folder.path().join("in").join(place).join(name), text).unwrap();
    }
    for (schema, output) in [("v1", "old.parquet"), ("v2", "new.yaml")] {
        expect(0, &folder, &["convert", "in", "-q", "--schema", schema, "-o", output]);
    }
    let text = String::from_utf8(read(&folder, "new.yaml")).unwrap();
    let lists = text.lines().find_map(|line| line.strip_prefix("# documents: ")).unwrap();
    let lists: serde_json::Value = serde_json::from_str(lists).unwrap();
    let begins_without = lists.as_array().unwrap().iter().filter(|list| list["not_rows"][0]["record"] == 0);
    assert_eq!(begins_without.count(), 1, "{what}: {lists}");
    expect(0, &folder, &["convert", "old.parquet", "-q", "--schema", "v2", "-o", "again.yaml"]);
    // What is around a document of a volume is in no output of version 1.
    let known = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !what.starts_with("frus") || !line.trim_start().starts_with("page_"));
        lines.filter(|line| !line.starts_with("# end")).map(str::to_owned).collect()
    };
    assert_eq!(known(&String::from_utf8(read(&folder, "again.yaml")).unwrap()), known(&text), "{what}");
}

/// The list of documents travels with the rows.
#[test]
fn a_dump_is_restored_from_an_output_of_an_output() {
    let folder = TempDir::new().unwrap();
    let dump = Path::new(CASES).join("csv-two-records").display().to_string();
    for schema in ["v1", "v2"] {
        let (first, second, back) = (format!("{schema}.parquet"), format!("{schema}.xml"), format!("{schema}-back"));
        expect(0, &folder, &["convert", &dump, "-q", "--schema", schema, "-o", &first]);
        expect(0, &folder, &["convert", &first, "-q", "-o", &second]);
        expect(0, &folder, &["restore", &second, "-o", &back]);
        let text = String::from_utf8(read(&folder, &second)).unwrap();
        assert_eq!(text.contains("<documents>"), schema == "v2");
        assert_eq!(text.contains("<!-- documents: "), schema == "v1");
    }
}

#[test]
fn a_job_without_a_schema_keeps_that_of_its_dataset_over_an_upgrade() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let cable =
        |number: u32| format!("UNCLAS LIMA {number:06}\nTAGS: ETRD\nSUBJECT: HARBOR {number}\n\n1. Text.\nQUADE\n");
    fs::write(folder.path().join("in/1.txt"), cable(1)).unwrap();
    let job = |schema: &str| {
        let text = format!("dataset = \"set\"\ninputs = [\"in\"]\noutputs = [\"xml:cables.xml\"]\n{schema}");
        fs::write(folder.path().join("JOB.toml"), text).unwrap();
    };
    // What a program made that knew version 1 alone.
    job("schema = \"v1\"\n");
    expect(0, &folder, &["sync", "JOB.toml"]);
    job("");
    fs::write(folder.path().join("in/2.txt"), cable(2)).unwrap();
    for arguments in [&["sync", "JOB.toml"][..], &["sync", "JOB.toml", "--full"]] {
        expect(0, &folder, arguments);
        assert_eq!(version(&folder, "set/current/cables.xml"), "v1");
    }
    job("schema = \"v2\"\n");
    expect(0, &folder, &["sync", "JOB.toml"]);
    assert_eq!(version(&folder, "set/current/cables.xml"), "v2");
    job("");
    fs::remove_dir_all(folder.path().join("set")).unwrap();
    expect(0, &folder, &["sync", "JOB.toml"]);
    assert_eq!(version(&folder, "set/current/cables.xml"), "v2", "a new dataset has the newest");
    fs::write(
        folder.path().join("JOB.toml"),
        "dataset = \"set\"\ninputs = [\"in\"]\noutputs = [\"xml,schema=v1:a.xml\"]\n",
    )
    .unwrap();
    assert!(expect(2, &folder, &["sync", "JOB.toml"]).contains("schema = \"v1\""));
}
