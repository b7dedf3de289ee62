//! The inventory: one line for every delivered file and record, with what became of it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cablegram::convert::{Event, Observer, Plan, convert};
use cablegram::source::Selection;
use cablegram::write::Output as Destination;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

#[cfg(feature = "containers")]
use crate::packs::zip;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");

fn run(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABLEGRAM_")) {
        command.env_remove(name);
    }
    command.current_dir(folder.path()).args(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn expect(code: i32, folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

/// The lines of a JSON Lines file.
fn lines(path: PathBuf) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn files_below(root: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_delivered_file_has_its_line() {
    let folder = TempDir::new().unwrap();
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "xml,per=cable:xml/", "--inventory", "all.jsonl"]);
    let lines = lines(folder.path().join("all.jsonl"));
    let mut files = Vec::new();
    files_below(Path::new(ARCHIVE), &mut files);
    assert_eq!(lines.len(), files.len());
    let by_path: HashMap<&str, &Value> = lines.iter().map(|line| (line["path"].as_str().unwrap(), line)).collect();
    for file in files {
        let path = file.strip_prefix(ARCHIVE).unwrap().to_str().unwrap();
        let bytes = fs::read(&file).unwrap();
        assert_eq!(by_path[path]["sha256"], sha256(&bytes), "{path}");
        assert_eq!(by_path[path]["size"], bytes.len() as u64, "{path}");
        assert!(by_path[path]["modified"].is_string(), "{path}");
    }
    let of = |status: &str| lines.iter().filter(|line| line["status"] == status).collect::<Vec<_>>();
    assert_eq!((of("row").len(), of("duplicate").len(), of("ignored").len()), (57, 51, 4));
    for row in of("row") {
        let xml = fs::read_to_string(folder.path().join(row["output"].as_str().unwrap())).unwrap();
        assert!(xml.contains(row["sha256"].as_str().unwrap()), "{row}");
        assert!(xml.contains(&format!("mrn=\"{}\"", row["mrn"].as_str().unwrap())), "{row}");
    }
    for copy in of("duplicate") {
        let row = by_path[copy["same_as_path"].as_str().unwrap()];
        assert_eq!((&row["status"], &row["sha256"], &row["mrn"]), (&"row".into(), &copy["sha256"], &copy["mrn"]));
        assert_eq!((&copy["same_as_start"], &copy["kind"]), (&row["start"], &row["kind"]));
    }
    let article = by_path["articles/09ASTANA1188.txt"];
    assert_eq!((&article["kind"], &article["reason"]), (&"article stub".into(), &"article stub".into()));
}

#[test]
fn all_three_forms_say_the_same() {
    let folder = TempDir::new().unwrap();
    for name in ["a.csv", "a.jsonl", "a.parquet"] {
        expect(0, &folder, &["convert", ARCHIVE, "-q", "--dry-run", "-o", "x.xml", "--inventory", name]);
    }
    assert!(!folder.path().join("x.xml").exists());
    let lines = lines(folder.path().join("a.jsonl"));
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    let mut csv = csv::Reader::from_path(folder.path().join("a.csv")).unwrap();
    let names = csv.headers().unwrap().clone();
    assert_eq!(names.len(), 15);
    let records: Vec<csv::StringRecord> = csv.records().map(|record| record.unwrap()).collect();
    assert_eq!(records.len(), lines.len());
    for (record, line) in records.iter().zip(&lines) {
        for (name, value) in names.iter().zip(record) {
            assert_eq!(value, text(&line[name]), "{name} of {line}");
        }
    }
    let file = fs::File::open(folder.path().join("a.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    use cablegram::write::value::Value as Cell;
    let word = |cell: Cell<'_>| match cell {
        Cell::Text(word) => word.to_owned(),
        _ => panic!("no word"),
    };
    let mut rows = lines.iter();
    for batch in reader {
        let batch = batch.unwrap();
        let views = cablegram::write::value::Rows::of(&batch).unwrap();
        for row in 0..views.len {
            let line = rows.next().unwrap();
            for (field, view) in &views.columns {
                match view.value(row) {
                    Cell::Text(value) => assert_eq!(line[field.name()], value),
                    Cell::Int(value) => assert_eq!(line[field.name()], value),
                    Cell::List(words, range) => {
                        let words: Vec<String> = range.map(|at| word(words.value(at))).collect();
                        assert_eq!(text(&line[field.name()]), words.join(" "));
                    }
                    Cell::Instant(value) => {
                        let moment: jiff::Timestamp = line[field.name()].as_str().unwrap().parse().unwrap();
                        assert_eq!(moment.as_microsecond(), value);
                    }
                    _ => assert!(line[field.name()].is_null()),
                }
            }
        }
    }
    assert!(rows.next().is_none());
}

#[test]
#[cfg(feature = "containers")]
fn members_and_the_container_have_lines_of_their_own() {
    let folder = TempDir::new().unwrap();
    let cable = fs::read(Path::new(ARCHIVE).join("dates/2009/09ASTANA1188.txt")).unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let pack = zip(&[("a.txt", &cable), ("b/copy.txt", &cable), ("seal.png", b"\x89PNG\r\n\x1a\n")]);
    fs::write(folder.path().join("in/pack.zip"), &pack).unwrap();
    expect(0, &folder, &["convert", "in", "-q", "-o", "x.jsonl", "--inventory", "all.jsonl"]);
    let lines = lines(folder.path().join("all.jsonl"));
    let shown: Vec<String> = lines
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {} {}",
                text("member"),
                text("status"),
                text("kind"),
                text("same_as_path"),
                text("output")
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "a.txt row plain - x.jsonl",
            "b/copy.txt duplicate plain pack.zip!/a.txt -",
            "seal.png ignored binary - -",
            "- document zip - -",
        ]
    );
    assert_eq!(lines[3]["sha256"], sha256(&pack));
}

#[test]
fn an_inventory_is_checked_as_outputs_are() {
    let folder = TempDir::new().unwrap();
    let said = expect(2, &folder, &["convert", ARCHIVE, "-o", "a.xml", "--inventory", "all.txt"]);
    assert!(said.contains(".csv, .jsonl or .parquet"), "{said}");
    fs::write(folder.path().join("all.csv"), "mine").unwrap();
    let said = expect(6, &folder, &["convert", ARCHIVE, "-o", "a.xml", "--inventory", "all.csv"]);
    assert!(said.contains("--overwrite") && !folder.path().join("a.xml").exists(), "{said}");
    assert_eq!(fs::read(folder.path().join("all.csv")).unwrap(), b"mine");
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "a.xml", "--inventory", "all.csv", "--overwrite"]);
    let said = expect(2, &folder, &["convert", "a.xml", "-q", "-o", "b.xml", "--inventory", "b.csv"]);
    assert!(said.contains("original files"), "{said}");
    fs::write(folder.path().join("cablegram.toml"), "inventory = \"by-file.csv\"\n").unwrap();
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "c.xml", "--config", "cablegram.toml"]);
    let output = run(&folder, &["convert", ARCHIVE, "-q", "-o", "d.xml"], &[("CABLEGRAM_INVENTORY", "by-name.csv")]);
    assert_eq!(output.status.code(), Some(0));
    for name in ["by-file.csv", "by-name.csv"] {
        assert!(fs::read_to_string(folder.path().join(name)).unwrap().starts_with("path,member,"), "{name}");
    }
}

#[test]
fn an_inventory_among_the_inputs_is_replaced_and_never_read() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::copy(format!("{ARCHIVE}/dates/2009/09ASTANA1188.txt"), folder.path().join("in/a.txt")).unwrap();
    for name in ["in/all.csv", "in/all.jsonl", "in/all.parquet"] {
        let convert = ["convert", "in", "-q", "-o", "a.xml", "--overwrite", "--inventory", name];
        // The second run finds it there.
        expect(0, &folder, &convert);
        expect(0, &folder, &convert);
        let second = fs::read(folder.path().join(name)).unwrap();
        expect(0, &folder, &convert);
        assert_eq!(fs::read(folder.path().join(name)).unwrap(), second, "{name}");
        expect(0, &folder, &["convert", "in", "-q", "-o", "a.xml", "--overwrite", "--report", "report.json"]);
        let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
        let reason = if name.ends_with("parquet") { "data file" } else { "output of cablegram" };
        assert!(report.contains(reason), "{report}");
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    // A line of another has more to say.
    let other = "{\"path\":\"a\",\"status\":\"kept\",\"text\":\"x\"}\n";
    fs::write(folder.path().join("in/all.jsonl"), other).unwrap();
    expect(2, &folder, &["convert", "in", "-q", "-o", "a.xml", "--overwrite", "--inventory", "in/all.jsonl"]);
    assert_eq!(fs::read_to_string(folder.path().join("in/all.jsonl")).unwrap(), other);
}

#[test]
fn a_row_of_an_output_is_shown() {
    let folder = TempDir::new().unwrap();
    let mut outputs = vec!["convert", ARCHIVE, "-q", "-o", "xml,per=cable:xml/", "-o", "parquet,by=year:parts/"];
    let single = ["a.parquet", "a.arrow", "a.arrows", "a.xml", "a.yaml", "a.jsonl"];
    single.iter().for_each(|name| outputs.extend(["-o", name]));
    expect(0, &folder, &outputs);
    let show = |arguments: &[&str]| {
        let output = run(&folder, &[&["show"], arguments].concat(), &[]);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let original = show(&[&format!("{ARCHIVE}/dates/2009/09ASTANA1188.txt")]);
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("path:"));
        lines.map(str::to_owned).collect()
    };
    for name in single.iter().chain(&["xml/", "parts/"]) {
        assert_eq!(values(&show(&[name, "09astana1188"])), values(&original), "{name}");
    }
    assert_eq!(values(&show(&["xml/2009/ASTANA/09ASTANA1188.xml"])), values(&original));
    assert!(show(&["a.parquet", "09ASTANA1188", "--explain"]).contains("date_time_group"));
    assert_eq!(show(&["a.yaml", "--record", "56"]), show(&["a.xml", "--record", "56"]));
    let missing = expect(5, &folder, &["show", "a.parquet", "--record", "57"]);
    assert!(missing.contains("no row 57; it has 57"), "{missing}");
    fs::write(folder.path().join("page.xml"), "<page/>").unwrap();
    let said = expect(5, &folder, &["show", "page.xml"]);
    assert!(said.contains("page.xml is not shown: "), "{said}");
}

/// Something comes to the place of the inventory when the outputs are complete.
#[test]
fn no_output_is_published_without_its_inventory() {
    struct Meddler(PathBuf);

    impl Observer for Meddler {
        fn event(&self, event: Event<'_>) {
            if let Event::Complete = event {
                fs::write(&self.0, "mine").unwrap();
            }
        }
    }

    let folder = TempDir::new().unwrap();
    let (output, inventory) = (folder.path().join("cables.xml"), folder.path().join("all.csv"));
    let mut plan = Plan::new(Selection::of([ARCHIVE]), vec![Destination::parse(output.to_str().unwrap()).unwrap()]);
    plan.inventory = Some(inventory.clone());
    let error = convert(&plan, &Meddler(inventory.clone())).unwrap_err();
    assert!(error.to_string().contains("all.csv"), "{error}");
    assert!(!output.exists());
    assert_eq!(fs::read_to_string(inventory).unwrap(), "mine");
}
