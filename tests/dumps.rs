//! Dumps and containers through the program: records become rows, in any number of threads and any size of block.

use std::fs;
use std::process::Command;

use cablegram::arrow::array::RecordBatch;
use cablegram::arrow::compute::concat_batches;
use cablegram::convert::{Batches, Rules, Summary};
use cablegram::source::Selection;
use tempfile::TempDir;

/// The bytes of a small cable in a file of its own.
macro_rules! cable {
    ($subject:literal) => {
        concat!("UNCLAS LIMA 000009\n\nE.O. 12958: N/A\nTAGS: ECON PE\nSUBJECT: ", $subject, "\n\n1. Text.\n")
            .as_bytes()
    };
}

/// The bytes of a record of a dump: every field quoted, quotes with a backslash before them.
fn row(number: usize) -> String {
    let header = format!("R {:02}0800Z MAY 06\nFM AMEMBASSY LIMA\nTO SECSTATE WASHDC {number:04}", 1 + number % 28);
    let text = "The \\\"tolls\\\" rise, and nobody pays.\n".repeat(1 + number % 9);
    let body =
        format!("UNCLAS LIMA {number:06}\n\nE.O. 12958: N/A\nTAGS: ECON PE\nSUBJECT: TOLLS {number}\n\n1. {text}QUADE");
    let fields = [
        &number.to_string(),
        "5/1/2006 8:00",
        &format!("06LIMA{number}"),
        "Embassy Lima",
        "UNCLASSIFIED",
        "",
        &header,
        &body,
    ];
    fields.map(|field| format!("\"{field}\"")).join(",") + "\n"
}

fn dump(records: usize) -> Vec<u8> {
    (1..=records).map(row).collect::<String>().into_bytes()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    folder
}

fn read(folder: &TempDir, rules: Rules) -> (RecordBatch, Summary) {
    let mut batches = Batches::open(&Selection::of([folder.path()]), rules).unwrap();
    let rows: Vec<RecordBatch> = batches.by_ref().map(Result::unwrap).collect();
    (concat_batches(&rows[0].schema(), &rows).unwrap(), batches.summary())
}

fn rules(threads: usize, record: usize, block: usize) -> Rules {
    let mut rules = Rules::default();
    rules.threads = threads.try_into().ok();
    (rules.limits.record_bytes, rules.limits.block_bytes) = (record, block);
    rules
}

/// `path!/member#record` of every row.
fn names(rows: &RecordBatch) -> Vec<String> {
    use cablegram::arrow::array::AsArray;
    use cablegram::arrow::datatypes::Int32Type;
    let source = rows["source"].as_struct();
    let (paths, members) = (source["path"].as_string::<i32>(), source["member"].as_string::<i32>());
    let records = source["record"].as_primitive::<Int32Type>();
    let name = |row| {
        let member = members.iter().nth(row).flatten().map(|member| format!("!/{member}")).unwrap_or_default();
        let record = records.iter().nth(row).flatten().map(|record| format!("#{record}")).unwrap_or_default();
        format!("{}{member}{record}", paths.value(row))
    };
    (0..rows.num_rows()).map(name).collect()
}

#[test]
fn a_dump_gives_the_same_rows_for_any_number_of_threads_and_any_size_of_block() {
    let folder = folder(&[("a.txt", cable!("FIRST")), ("cables.csv", &dump(300)), ("z.txt", cable!("TEXT 8"))]);
    let (small, summary) = read(&folder, rules(1, 8 << 20, 1 << 20));
    assert_eq!((summary.found, summary.documents, summary.records, summary.cables), (3, 3, 302, 302));
    assert_eq!(names(&small)[..3], ["a.txt", "cables.csv#0", "cables.csv#1"]);
    // With a limit below its size it is a large file, and is read block by block.
    for (threads, block) in [(1, 70_000), (3, 70_001), (3, 1 << 20)] {
        let (large, summary) = read(&folder, rules(threads, 60_000, block));
        assert_eq!(summary.cables, 302);
        assert_eq!(large, small, "{threads} threads, blocks of {block} bytes");
    }
}

#[test]
fn a_record_that_comes_again_is_a_duplicate_whatever_its_line_end() {
    let again = [row(1), row(2), row(3), row(2), row(2).trim_end().to_owned()].concat();
    let (rows, summary) = read(&folder(&[("cables.csv", again.as_bytes())]), Rules::default());
    assert_eq!(names(&rows), ["cables.csv#0", "cables.csv#1", "cables.csv#2"]);
    assert_eq!((summary.records, summary.duplicates), (5, 2));
    let listed = &summary.listed[0];
    assert_eq!((listed.kind.as_str(), listed.size, listed.records), ("csv", again.len() as u64, Some(5)));
    assert_eq!(listed.not_rows.iter().map(|record| record.record).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn a_record_that_is_too_large_is_bad_alone() {
    let huge = row(2).replacen("The ", &"The very ".repeat(9_000), 1);
    let bytes = [row(1), huge, row(3)].concat();
    let (rows, summary) = read(&folder(&[("cables.csv", bytes.as_bytes())]), rules(2, 60_000, 70_000));
    assert_eq!(names(&rows), ["cables.csv#0", "cables.csv#2"]);
    assert_eq!((summary.records, summary.bad), (3, 1));
}

#[test]
fn one_record_of_a_dump_is_shown() {
    let folder = folder(&[("cables.csv", &dump(20))]);
    let show = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
        let output = command.current_dir(folder.path()).arg("show").arg("cables.csv").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    for (arguments, subject) in [(&["06LIMA7"][..], "TOLLS 7"), (&["--record", "4"], "TOLLS 5"), (&[], "TOLLS 1")] {
        let (code, yaml) = show(arguments);
        assert!(code == Some(0) && yaml.contains(&format!("subject: {subject}\n")), "{arguments:?}: {yaml}");
    }
    assert_eq!(show(&["06LIMA999"]).0, Some(5));
}

#[test]
fn the_first_record_of_a_dump_is_read() {
    let reading = cablegram::read(dump(3)).unwrap();
    assert_eq!((reading.cable().mrn.as_str(), reading.dialect(), reading.records_left()), ("06LIMA1", "csv", 2));
}

/// Runs the program in the folder; gives its exit code and what it said.
fn run(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_dump_is_restored_byte_for_byte_from_every_format() {
    let (crlf, again) =
        (String::from_utf8(dump(9)).unwrap().replace("\"\n", "\"\r\n"), [row(1), row(2), row(1)].concat());
    let files: [(&str, &[u8]); 4] = [
        ("a.txt", cable!("FIRST")),
        ("cables.csv", &dump(50)),
        ("crlf.csv", crlf.as_bytes()),
        ("twice.csv", again.trim_end().as_bytes()),
    ];
    for output in ["x.parquet", "x.arrow", "x.xml", "x.yaml", "parquet,by=year:x/", "xml,per=cable:x/"] {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        files.iter().for_each(|(name, bytes)| fs::write(folder.path().join("in").join(name), bytes).unwrap());
        let name = output.rsplit(':').next().unwrap();
        assert_eq!(run(&folder, &["convert", "in", "-o", output]).0, Some(0), "{output}");
        let (code, said) = run(&folder, &["restore", name, "-o", "back"]);
        assert_eq!(code, Some(0), "{output}: {said}");
        for (name, bytes) in files {
            assert!(fs::read(folder.path().join("back").join(name)).unwrap() == bytes, "{output}: {name}");
        }
    }
}

#[test]
fn formats_without_a_place_for_lists_give_dumps_back_as_far_as_they_go() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let files: [(&str, &[u8]); 3] = [("a.txt", cable!("FIRST")), ("cables.csv", &dump(9)), ("06LIMA1.html", PAGE)];
    files.iter().for_each(|(name, bytes)| fs::write(folder.path().join("in").join(name), bytes).unwrap());
    for name in ["x.jsonl", "x.arrows"] {
        assert_eq!(run(&folder, &["convert", "in", "-o", name]).0, Some(0));
        let (code, said) = run(&folder, &["restore", name, "-o", "back"]);
        assert!(
            code == Some(8) && said.contains("cables.csv is not whole: the output does not say where it ends"),
            "{said}"
        );
        let (code, said) = run(&folder, &["restore", name, "--partial", "-o", "back"]);
        assert!(code == Some(0) && said.contains("1 of the files is of several records"), "{said}");
        assert!(fs::read(folder.path().join("back/cables.csv")).unwrap() == dump(9));
        assert!(folder.path().join("back/06LIMA1.record.html").exists());
        fs::remove_dir_all(folder.path().join("back")).unwrap();
    }
}

#[test]
fn lines_of_objects_that_others_wrote_are_no_output_of_ours() {
    let object =
        r#"{"id":"06LIMA1","date":"2006-05-01","origin":"Embassy Lima","body":"UNCLAS LIMA 1\nSUBJECT: TOLLS"}"#;
    let folder = folder(&[("cables.jsonl", object.as_bytes()), ("page.xml", PAGE)]);
    let (code, said) = run(&folder, &["convert", "cables.jsonl", "page.xml", "-o", "x.jsonl"]);
    assert!(code == Some(0) && said.contains("cables       2"), "{said}");
    assert_eq!(run(&folder, &["convert", "x.jsonl", "-o", "y.parquet"]).0, Some(0));
}

#[test]
fn a_dump_that_lacks_a_record_is_restored_in_records_only() {
    let bytes = [row(1), row(2), row(3)].concat();
    let folder = folder(&[("cables.csv", bytes.as_bytes())]);
    assert_eq!(run(&folder, &["convert", "cables.csv", "--limit", "2", "-o", "x.parquet"]).0, Some(0));
    let (code, said) = run(&folder, &["restore", "x.parquet", "-o", "back"]);
    assert!(code == Some(8) && said.contains("--partial"), "{said}");
    assert!(!folder.path().join("back").exists());
    assert_eq!(run(&folder, &["restore", "x.parquet", "--partial", "-o", "back"]).0, Some(0));
    let record = fs::read_to_string(folder.path().join("back/cables.csv.records/000001.csv")).unwrap();
    assert_eq!(record, row(2));
}

/// Converts what is in `in`, restores it, and expects every file of `files` below `back`, byte for byte.
fn assert_restored(folder: &TempDir, options: &[&str], files: &[(&str, &[u8])]) {
    let (code, said) = run(folder, &[&["convert", "in", "-o", "x.parquet"], options].concat());
    assert!(matches!(code, Some(0 | 3)), "{said}");
    let (code, said) = run(folder, &["restore", "x.parquet", "-o", "back"]);
    assert_eq!(code, Some(0), "{said}");
    for (name, bytes) in files {
        assert!(fs::read(folder.path().join("back").join(name)).unwrap() == *bytes, "{name} is not what it was");
    }
}

const NAMES: &str = "id,date,identifier,origin,classification,refs,header,content\n";
const PAGE: &[u8] = include_bytes!("../fixtures/cases/html-page/input.html");

#[test]
fn damaged_dumps_and_whole_pages_are_restored_byte_for_byte() {
    let sound = String::from_utf8(dump(30)).unwrap();
    let marked = format!("\u{FEFF}{NAMES}{sound}");
    // A quote that never closes, a field too many, bytes that are no text, and an end within a record.
    let damaged = sound.replacen("WASHDC 0007", "\"WASHDC 0007", 1).replacen("\"06LIMA9\"", "\"A\",\"06LIMA9\"", 1);
    let mut damaged =
        [damaged.as_bytes(), b"\"31\",\"5/1/2006 8:00\",\"06LIMA31\",\"Embassy \xE9\xFF\",\"UNCL"].concat();
    damaged.extend(row(32).as_bytes());
    damaged.truncate(damaged.len() - 40);
    let files: [(&str, &[u8]); 3] =
        [("marked.csv", marked.as_bytes()), ("damaged.csv", &damaged), ("cable/06LIMA1.html", PAGE)];
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    assert_restored(&folder, &["--html-source", "page"], &files);
}

#[test]
fn pages_in_one_file_are_restored_byte_for_byte() {
    let pages = include_bytes!("../fixtures/cases/html-pages/input.html");
    let listed = [pages, b"<html><body>Not a cable</body></html>".as_slice()].concat();
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let files: [(&str, &[u8]); 2] = [("pages.html", pages), ("other.html", &pages[..pages.len() - 40])];
    files.iter().for_each(|(name, bytes)| fs::write(folder.path().join("in").join(name), bytes).unwrap());
    assert_restored(&folder, &["--keep-duplicates"], &files);
    fs::write(folder.path().join("in/pages.html"), listed).unwrap();
    let (code, said) = run(&folder, &["convert", "in/pages.html", "-o", "y.parquet"]);
    assert!(code == Some(0) && said.contains("HTML page"), "{said}");
}

#[test]
fn a_quote_that_never_closes_costs_one_record() {
    let mut open = dump(400);
    let at = open.windows(10).position(|bytes| bytes == b"UNCLAS LIM").unwrap();
    open.remove(at - 1);
    let (rows, summary) = read(&folder(&[("cables.csv", &open)]), rules(2, 60_000, 70_000));
    assert_eq!((summary.records, rows.num_rows()), (400, 400));
}

/// The numbers of the cables in a file of that name.
fn mrns(name: &str, bytes: &[u8], rules: Rules) -> Vec<String> {
    use cablegram::arrow::array::AsArray;
    let (rows, _) = read(&folder(&[("a.txt", cable!("FIRST")), (name, bytes)]), rules);
    rows["mrn"].as_string::<i32>().iter().skip(1).map(|mrn| mrn.unwrap().to_owned()).collect()
}

fn expected(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("06LIMA{number}")).collect()
}

/// The same rows below names, quotes doubled.
fn named(order: &[usize], count: usize) -> String {
    let names = ["id", "date", "identifier", "origin", "classification", "refs", "header", "content"];
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(order.iter().map(|&column| names[column])).unwrap();
    let dump = dump(count);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).escape(Some(b'\\')).from_reader(dump.as_slice());
    for row in reader.records() {
        let row = row.unwrap();
        writer.write_record(order.iter().map(|&column| &row[column])).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn a_quote_lost_or_added_before_the_texts_of_a_row_costs_nothing() {
    let sound = dump(5);
    let texts = |row: usize| {
        let start = dump(row).len();
        let header = sound[start..].windows(4).position(|bytes| bytes == b",\"R ").unwrap();
        start..start + header + 1
    };
    for row in [0, 2, 4] {
        for at in texts(row) {
            let mut damaged = sound.clone();
            match damaged[at] {
                b'"' => drop(damaged.remove(at)),
                _ => damaged.insert(at, b'"'),
            }
            // A quote within a number or a date is no quote that was lost or added around them.
            let is_around = sound[at] == b'"' || sound[at - 1] == b'"' || sound[at] == b',';
            if at > 0 && is_around {
                let found = mrns("cables.csv", &damaged, rules(1, 8 << 20, 1 << 20));
                assert_eq!(found, expected(5), "{:?}", String::from_utf8_lossy(&damaged[texts(row)]));
            }
        }
    }
}

#[test]
fn however_many_empty_rows_come_after_a_row_it_is_read() {
    let empty = ",,,,,,,\n".repeat(20_000).into_bytes();
    let bytes = [dump(2), empty.clone(), row(3).into_bytes(), empty].concat();
    assert_eq!(mrns("x.csv", &bytes, rules(2, 100_000, 70_001)), expected(3));
}

#[test]
fn a_first_row_that_lost_a_field_does_not_hide_the_others() {
    let dump = String::from_utf8(dump(4)).unwrap();
    for (field, by) in [("\"1\",\"5/1/2006 8:00\"", "\"1\",\"5/?\""), ("\"06LIMA1\"", "\"\""), ("UNCLASSIFIED", "?")] {
        let damaged = dump.replacen(field, by, 1);
        let found = mrns("cables.csv", damaged.as_bytes(), Rules::default());
        assert_eq!((found.len(), &found[1..]), (4, &expected(4)[1..]), "{field}");
    }
}

#[test]
fn rows_are_found_below_a_text() {
    let line = "Exported for the reading room, 12\" screens; don't print.\n";
    let rows = [String::from_utf8(dump(3)).unwrap(), named(&[0, 1, 2, 3, 4, 5, 6, 7], 3)];
    for (size, rows) in [1, 50, 2_000, 4_000].into_iter().flat_map(|size| rows.iter().map(move |rows| (size, rows))) {
        let bytes = [&line.repeat(size), rows.as_str()].concat();
        for (record, block) in [(8 << 20, 1 << 20), (200_000, 70_001)] {
            let found = mrns("cables.csv", bytes.as_bytes(), rules(2, record, block));
            let is_near = bytes.len() - rows.len() <= record;
            assert_eq!(found, if is_near { expected(3) } else { Vec::new() }, "{size} lines, records of {record}");
        }
    }
}

#[test]
fn a_first_row_may_be_longer_than_what_shows_a_form() {
    let long = |rows: &str| rows.replacen("and nobody pays.", &"and nobody pays. ".repeat(9_000), 1);
    let rows = [String::from_utf8(dump(3)).unwrap(), named(&[7, 6, 1, 3, 2, 4], 3), named(&[6, 7, 5, 4, 3, 1, 2], 3)];
    let objects = (1..=3).map(|number| {
        let text = format!("UNCLAS LIMA {number:06}\n\nSUBJECT: TOLLS\n\n1. They rise, and nobody pays.");
        serde_json::json!({"body": text, "date": "2006-05-01", "id": format!("06LIMA{number}"), "origin": "Embassy Lima"})
    });
    let objects: Vec<String> = objects.map(|object| object.to_string()).collect();
    let json = [objects.join("\n"), format!("[{}]", objects.join(",\n "))];
    for rows in rows.iter().chain(&json) {
        assert_eq!(mrns("cables", rows.as_bytes(), Rules::default()), expected(3), "{rows}");
        assert_eq!(mrns("cables", long(rows).as_bytes(), Rules::default()), expected(3), "{rows:.300}");
        assert_eq!(mrns("cables", long(rows).as_bytes(), rules_large()), expected(3), "{rows:.300}");
    }
}

/// Rules by which what is larger than 300,000 bytes comes block by block.
fn rules_large() -> Rules {
    rules(2, 300_000, 70_001)
}

#[test]
fn cables_are_found_after_other_tables_of_a_database() {
    let values = |number: usize| {
        format!("({number}, '2006-05-01', '06LIMA{number}', 'UNCLASSIFIED', 'Embassy Lima', '', '', 'SUBJECT: TOLLS')")
    };
    let insert = (1..=3).map(|number| format!("INSERT INTO cable VALUES {};\n", values(number))).collect::<String>();
    let extended = format!("INSERT INTO `cable` VALUES {},{},{};\n", values(1), values(2), values(3));
    let row = |number: usize| {
        format!("{number}\t2006-05-01\t06LIMA{number}\tUNCLASSIFIED\tEmbassy Lima\t\t\\N\tSUBJECT: TOLLS\n")
    };
    let copy = format!("COPY public.cable FROM stdin;\n{}{}{}\\.\n\n", row(1), row(2), row(3));
    let words =
        |size: usize| -> String { (0..size).map(|at| format!("INSERT INTO word VALUES ({at}, 'it''s');\n")).collect() };
    let long = |size: usize| format!("INSERT INTO word VALUES (0,'a'){};\n", ",(1,'b;')".repeat(size * 4));
    let copied = |size: usize| format!("COPY public.word FROM stdin;\n{}\\.\n", "1\tit's\n".repeat(size * 6));
    let mark = "-- PostgreSQL database dump\n";
    for size in [10, 3_000, 9_000] {
        let others =
            [words(size), long(size)].into_iter().flat_map(|front| [(front.clone(), &insert), (front, &extended)]);
        for (front, cables) in others.chain([(copied(size), &copy)]) {
            let bytes = [mark, &front, cables].concat();
            for rules in [Rules::default(), rules_large()] {
                let name = format!("{} bytes before {cables:.30}", front.len());
                assert_eq!(mrns("dump.sql", bytes.as_bytes(), rules), expected(3), "{name}");
            }
        }
    }
}

#[test]
fn what_is_too_much_before_the_cables_is_listed_and_read_again() {
    let words: String = (0..200_000).map(|at| format!("INSERT INTO word VALUES ({at}, 'it''s a word');\n")).collect();
    let cable = "INSERT INTO cable (id, date, refid, classification, origin, header, content) VALUES";
    let values = |number: usize| {
        format!("{cable} ({number}, '2006-05-01', '06LIMA{number}', 'SECRET', 'Embassy Lima', NULL, 'S');\n")
    };
    let bytes = [words, (1..=3).map(values).collect()].concat();
    let folder = folder(&[("dump.sql", bytes.as_bytes())]);
    let (code, said) = run(&folder, &["convert", "dump.sql", "--schema", "v1", "-o", "x.parquet"]);
    assert!(code == Some(0) && said.contains("what is before the cables of a dump 1"), "{said}");
    let (code, said) = run(&folder, &["restore", "x.parquet", "-o", "back"]);
    assert!(code == Some(8) && said.contains("record 0 at byte 0 is missing: what is before the cables"), "{said}");
    let (code, said) = run(&folder, &["convert", "x.parquet", "--schema", "v2", "-o", "y.jsonl"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("y.jsonl")).unwrap().matches("\"mrn\":\"06LIMA").count(), 3);
}

#[test]
fn nesting_without_end_is_no_cable_and_no_harm() {
    let folder = folder(&[
        ("a.txt", cable!("ONE")),
        ("deep.json", &[b'['; 100_000]),
        ("open.json", &b"[{\"a\":".repeat(100_000)),
    ]);
    let (rows, summary) = read(&folder, Rules::default());
    assert_eq!((names(&rows), summary.cables, summary.bad), (vec!["a.txt".to_owned()], 1, 0));
}

#[test]
fn paths_are_relative_to_the_base() {
    let folder = folder(&[]);
    fs::create_dir_all(folder.path().join("a/2009")).unwrap();
    fs::write(folder.path().join("a/2009/x.txt"), cable!("ONE")).unwrap();
    let selection = Selection { base: Some(folder.path().to_owned()), ..Selection::of([folder.path().join("a/2009")]) };
    let rows = Batches::open(&selection, Rules::default()).unwrap().next().unwrap().unwrap();
    assert_eq!(names(&rows), ["a/2009/x.txt"]);
    let (code, said) = run(&folder, &["convert", "a", "--base", "a/2009", "-o", "x.parquet"]);
    assert!(code == Some(2) && said.contains("is not in the base"), "{said}");
}

#[cfg(feature = "containers")]
mod containers {
    use super::*;
    use crate::packs;

    #[test]
    fn members_of_containers_are_rows_in_their_order() {
        let inner = packs::zip(&[("x/one.txt", cable!("ONE")), ("cables.csv", &dump(3))]);
        let tar = packs::tar(&[("b.txt", cable!("TWO")), ("inner.zip", &inner)]);
        let folder = folder(&[
            ("a.txt", cable!("TEXT 7")),
            ("b.tar", &tar),
            ("c.7z", &packs::seven_zip(&[("d.txt", cable!("TEXT 6"))])),
        ]);
        let (rows, summary) = read(&folder, rules(2, 8 << 20, 1 << 20));
        let expected = [
            "a.txt",
            "b.tar!/b.txt",
            "b.tar!/inner.zip!/x/one.txt",
            "b.tar!/inner.zip!/cables.csv#0",
            "b.tar!/inner.zip!/cables.csv#1",
            "b.tar!/inner.zip!/cables.csv#2",
            "c.7z!/d.txt",
        ];
        assert_eq!(names(&rows), expected);
        assert_eq!((summary.found, summary.documents, summary.records, summary.bad), (3, 5, 7, 0));
        assert_eq!(read(&folder, rules(1, 60_000, 70_000)).0, rows);
    }

    #[test]
    fn members_are_restored_below_their_container_and_never_elsewhere() {
        let zip = packs::zip(&[("../up.txt", cable!("UP")), ("a/b.csv", &dump(4)), ("/c.txt", cable!("TEXT 8"))]);
        let folder = folder(&[("x.zip", &zip)]);
        assert_eq!(run(&folder, &["convert", "x.zip", "-o", "x.parquet"]).0, Some(0));
        let (code, said) = run(&folder, &["restore", "x.parquet", "-o", "back"]);
        assert!(code == Some(0) && said.contains("1 container not built again"), "{said}");
        let back = |name: &str| fs::read(folder.path().join("back/x.zip").join(name)).unwrap();
        assert!(back("%2E%2E/up.txt") == cable!("UP") && back("a/b.csv") == dump(4));
        assert!(back("%2F/c.txt") == cable!("TEXT 8"));
    }

    #[test]
    fn a_damaged_container_is_bad_and_what_was_read_before_stays() {
        let mut zip = packs::stored_zip(&[("a.txt", cable!("ONE")), ("b.txt", cable!("TWO"))]);
        let at = zip.windows(12).position(|bytes| bytes == b"SUBJECT: TWO").unwrap();
        zip[at] = b'X';
        let (rows, summary) = read(&folder(&[("c.zip", &zip)]), Rules::default());
        assert_eq!(names(&rows)[0], "c.zip!/a.txt");
        assert_eq!((summary.found, summary.bad), (1, 1));
    }

    #[test]
    fn members_of_every_container_are_restored_byte_for_byte() {
        let members: [(&str, &[u8]); 3] = [("one.txt", cable!("ONE")), ("a/cables.csv", &dump(6)), ("page.html", PAGE)];
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        let containers = [
            ("x.zip", packs::zip(&members)),
            ("x.tar.gz", packs::gzip(&packs::tar(&members))),
            ("x.7z", packs::seven_zip(&members)),
        ];
        containers.iter().for_each(|(name, bytes)| fs::write(folder.path().join("in").join(name), bytes).unwrap());
        let expected: Vec<(String, &[u8])> = containers
            .iter()
            .flat_map(|(container, _)| members.map(|(member, bytes)| (format!("{container}/{member}"), bytes)))
            .collect();
        let expected: Vec<(&str, &[u8])> = expected.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        assert_restored(&folder, &["--html-source", "page", "--keep-duplicates"], &expected);
    }

    #[test]
    fn bombs_are_left_early_and_stop_nothing() {
        let zeros = vec![0; 64 << 20];
        let inner = packs::zip(&[("zeros", &packs::zip(&[("zeros", &zeros)]))]);
        let folder = folder(&[
            ("a.zst", &packs::zstd(&zeros)),
            ("b.gz", &packs::gzip(&zeros)),
            ("c.zip", &inner),
            ("d.txt", cable!("ONE")),
        ]);
        let (rows, summary) = read(&folder, Rules::default());
        assert_eq!((names(&rows), summary.bad), (vec!["d.txt".to_owned()], 0));
    }
}

/// Rows of a cable and of other tables, in statements and blocks whose names are of their own.
fn several_tables(between: &str) -> [(&'static str, String); 4] {
    let text = |number: usize| format!("UNCLAS LIMA {number:06}#E.O. 12958: N/A#SUBJECT: TOLLS {number}#1. Text.");
    let value = |number| format!("('06LIMA{number}', 'Embassy Lima', '{}')", text(number).replace('#', "\n"));
    let turned = |number| format!("('{}', '06LIMA{number}', 'Embassy Lima')", text(number).replace('#', "\n"));
    let sql = [
        format!("INSERT INTO a (refid, origin, body) VALUES {}, {};\n", value(1), value(2)),
        format!("INSERT INTO word (id, text) VALUES (1, 'x');\n{between}"),
        format!("INSERT INTO b (body, refid, origin) VALUES {}, {};\n", turned(3), turned(4)),
        format!("INSERT INTO a (body, refid, origin) VALUES {}, {};\n{between}", turned(5), turned(6)),
    ];
    let line = |number| format!("06LIMA{number}\tEmbassy Lima\t{}\n", text(number).replace('#', "\\n"));
    let turned = |number| format!("{}\t06LIMA{number}\tEmbassy Lima\n", text(number).replace('#', "\\n"));
    let copy = [
        format!("COPY a (refid, origin, body) FROM stdin;\n{}{}\\.\n", line(1), line(2)),
        format!("COPY word (text) FROM stdin;\n{between}\\.\n"),
        format!("COPY b (body, refid, origin) FROM stdin;\n{}{}\\.\n", turned(3), turned(4)),
        format!("COPY c (body, refid, origin) FROM stdin;\n{}{}\\.\n", turned(5), turned(6)),
        format!("COPY word (text) FROM stdin;\n{between}\\.\n"),
    ];
    let [first, words, second, third] = &sql;
    let [block, copied, other, last, _] = &copy;
    [
        ("sql.sql", sql.concat()),
        ("copy.sql", copy.concat()),
        ("both.sql", [first, copied, other, words, third].map(String::as_str).concat()),
        ("turned.sql", [block, words, second, copied, last].map(String::as_str).concat()),
    ]
}

#[test]
fn what_is_between_tables_of_cables_costs_none_however_large_it_is() {
    use cablegram::arrow::array::AsArray;
    for (name, dump) in several_tables(&"INSERT INTO word (id, text) VALUES (2, 'many words');\n".repeat(9_000)) {
        let folder = folder(&[(name, dump.as_bytes())]);
        for (record, block) in [(8 << 20, 1 << 20), (60_000, 70_000)] {
            let (rows, summary) = read(&folder, rules(2, record, block));
            let numbers = rows["mrn"].as_string::<i32>().iter().flatten().map(str::to_owned);
            let expected = (1..=6).map(|number| format!("06LIMA{number}"));
            assert!(numbers.eq(expected), "{name}, at most {record}: {rows:?}");
            assert_eq!((summary.cables, summary.bad), (6, 0), "{name}, at most {record}");
        }
    }
}

#[test]
fn rows_of_several_tables_are_read_again_and_restored() {
    for (name, dump) in several_tables("") {
        let folder = folder(&[(name, dump.as_bytes())]);
        for arguments in [
            &["convert", name, "--schema", "v1", "-o", "old.parquet"][..],
            &["convert", "old.parquet", "--schema", "v2", "-o", "again.jsonl"],
            &["convert", name, "-o", "new.jsonl"],
            &["restore", "old.parquet", "-o", "out"],
        ] {
            assert_eq!(run(&folder, arguments).0, Some(0), "{name}: {arguments:?}");
        }
        let text = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
        let rows = |file: &str| {
            text(file).lines().filter(|line| line.contains("\"mrn\"")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(rows("new.jsonl").len(), 6, "{name}");
        let dialects = ["sql", "copy"].map(|dialect| text("new.jsonl").contains(&format!("\"dialect\":\"{dialect}\"")));
        assert_eq!(dialects, [name != "copy.sql", name != "sql.sql"], "{name}");
        assert_eq!(rows("again.jsonl"), rows("new.jsonl"), "{name}");
        assert_eq!(text(&format!("out/{name}")), dump);
    }
}
