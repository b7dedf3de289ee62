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
    // Where the first record of a document is no row, nothing says how the others are to be read.
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
