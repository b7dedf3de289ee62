//! Tables of documents: bytes from anywhere, in the columns `path` and `content`.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, BinaryViewArray, Int32Array, LargeStringArray, RecordBatch, StringArray};
use arrow::ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tempfile::TempDir;

const TEXTS: [(&str, &str); 3] = [
    ("s3://bucket/a.txt", "UNCLAS LIMA 000101\n\nSUBJECT: TOLLS\n\n1. One.\n"),
    ("b/06LIMA102.txt", "UNCLAS LIMA 000102\n\nSUBJECT: FERRIES\n\n1. Two.\n"),
    ("x.csv", "city,fee\nLima,12\n"),
];

/// A table of the texts; a column that nobody asks for is before them, and batches have one row each.
fn batches() -> Vec<RecordBatch> {
    let one = |(path, text): &(&str, &str)| {
        let size: ArrayRef = Arc::new(Int32Array::from(vec![text.len() as i32]));
        let content: ArrayRef = Arc::new(BinaryArray::from_vec(vec![text.as_bytes()]));
        let path: ArrayRef = Arc::new(StringArray::from(vec![*path]));
        RecordBatch::try_from_iter([("size", size), ("content", content), ("path", path)]).unwrap()
    };
    TEXTS.iter().map(one).collect()
}

fn file_bytes(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = FileWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

fn stream_bytes(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

fn parquet_bytes(batches: &[RecordBatch], compression: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batches[0].schema(), Some(properties)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

/// Runs the program in the folder with that on its standard input; gives its exit code and what it said.
fn run(folder: &TempDir, arguments: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    let command = command.current_dir(folder.path()).args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that ends early does not read all of it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn paths_and_subjects(folder: &TempDir) -> Vec<String> {
    let text = fs::read_to_string(folder.path().join("x.jsonl")).unwrap();
    let row = |line: &str| -> serde_json::Value { serde_json::from_str(line).unwrap() };
    text.lines().map(row).map(|row| format!("{} {}", row["source"]["path"], row["subject"]).replace('"', "")).collect()
}

#[test]
fn documents_of_a_table_are_read_and_given_back() {
    let tables = [
        ("a.arrow", file_bytes(&batches())),
        ("a.arrows", stream_bytes(&batches())),
        ("plain.parquet", parquet_bytes(&batches(), Compression::UNCOMPRESSED)),
        ("zstd.parquet", parquet_bytes(&batches(), Compression::ZSTD(ZstdLevel::default()))),
        ("snappy.parquet", parquet_bytes(&batches(), Compression::SNAPPY)),
        ("gzip.parquet", parquet_bytes(&batches(), Compression::GZIP(GzipLevel::default()))),
        ("lz4.parquet", parquet_bytes(&batches(), Compression::LZ4_RAW)),
    ];
    for (name, bytes) in tables {
        for from in [name, "-"] {
            let folder = TempDir::new().unwrap();
            fs::write(folder.path().join(name), &bytes).unwrap();
            let input: &[u8] = if from == "-" { &bytes } else { b"" };
            let (code, said) = run(&folder, &["convert", "--documents", from, "-o", "x.jsonl"], input);
            assert!(code == Some(0) && said.contains("other text 1"), "{name} from {from}: {said}");
            let expected = ["s3://bucket/a.txt TOLLS", "b/06LIMA102.txt FERRIES"];
            assert_eq!(paths_and_subjects(&folder), expected, "{name} from {from}");
            let (code, said) = run(&folder, &["restore", "x.jsonl", "-o", "back"], b"");
            assert_eq!(code, Some(0), "{said}");
            assert_eq!(fs::read_to_string(folder.path().join("back/b/06LIMA102.txt")).unwrap(), TEXTS[1].1);
        }
    }
}

#[test]
fn a_table_that_is_an_input_is_named_with_what_to_do() {
    let folder = TempDir::new().unwrap();
    let whole = parquet_bytes(&batches(), Compression::SNAPPY);
    for (name, bytes) in [("a.parquet", whole.clone()), ("a.arrow", file_bytes(&batches())), ("in/a.parquet", whole)] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &bytes).unwrap();
        let input = name.split('/').next().unwrap();
        let (code, said) = run(&folder, &["convert", input, "-o", "x.jsonl"], b"");
        assert!(code == Some(5) && said.contains("data file 1 (write its rows as CSV"), "{name}: {said}");
    }
    // A table of ours that is damaged is said to be so.
    let (code, said) = run(&folder, &["convert", "--documents", "a.parquet", "-o", "ours.parquet"], b"");
    assert_eq!(code, Some(0), "{said}");
    let ours = fs::read(folder.path().join("ours.parquet")).unwrap();
    fs::write(folder.path().join("cut.parquet"), &ours[..ours.len() - 9]).unwrap();
    for (name, expected) in [("ours.parquet", 0), ("cut.parquet", 8)] {
        let (code, said) = run(&folder, &["convert", name, "-o", "x.jsonl", "--overwrite"], b"");
        assert_eq!(code, Some(expected), "{name}: {said}");
    }
}

#[test]
fn other_types_are_taken_and_paths_stay_apart() {
    let folder = TempDir::new().unwrap();
    let path: ArrayRef = Arc::new(LargeStringArray::from(vec![Some("a.txt"), Some("a.txt"), None, Some("old/c.txt")]));
    let texts = TEXTS.map(|(_, text)| Some(text.as_bytes()));
    let content: ArrayRef = Arc::new(BinaryViewArray::from_iter([texts[0], texts[1], texts[0], None]));
    let table = RecordBatch::try_from_iter([("path", path), ("content", content)]).unwrap();
    fs::write(folder.path().join("a.arrow"), file_bytes(&[table])).unwrap();
    let arguments = ["convert", "--documents", "a.arrow", "-o", "x.jsonl"];
    let (code, said) = run(&folder, &arguments, b"");
    assert!(code == Some(3), "{said}");
    assert!(said.contains("a.arrow#2") && said.contains("no path") && said.contains("no content"), "{said}");
    assert_eq!(paths_and_subjects(&folder), ["a.txt TOLLS", "a.txt~2 FERRIES"]);
    let (code, said) = run(&folder, &[&arguments[..], &["--overwrite", "--exclude", "old/"]].concat(), b"");
    assert!(code == Some(3) && !said.contains("no content"), "{said}");
}

#[test]
fn what_is_no_table_of_documents_is_refused_with_a_word() {
    let folder = TempDir::new().unwrap();
    let number: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let path: ArrayRef = Arc::new(StringArray::from(vec!["a.txt"]));
    let others = |name: &str| {
        file_bytes(&[RecordBatch::try_from_iter([("path", path.clone()), (name, number.clone())]).unwrap()])
    };
    let mut cut = parquet_bytes(&batches(), Compression::UNCOMPRESSED);
    cut.truncate(cut.len() - 9);
    for (name, bytes, advice) in [
        ("text", b"UNCLAS LIMA 000101\n".to_vec(), "it is not a table"),
        ("other", others("bytes"), "no column content"),
        ("numbers", others("content"), "column content is of type Int32"),
        ("cut", cut, "cannot read the documents"),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let (code, said) = run(&folder, &["convert", "--documents", name, "-o", "x.jsonl"], b"");
        assert!(code == Some(5) && said.contains(advice), "{name}: {said}");
        assert!(said.contains("the columns path and content"), "{name}: {said}");
    }
    // What was read before the damage stays.
    let mut damaged = stream_bytes(&batches());
    let at = damaged.len() - damaged.len() / 3;
    damaged.truncate(at);
    File::create(folder.path().join("damaged")).unwrap().write_all(&damaged).unwrap();
    let (code, said) = run(&folder, &["convert", "--documents", "damaged", "-o", "x.jsonl"], b"");
    assert!(code == Some(3) && paths_and_subjects(&folder)[0] == "s3://bucket/a.txt TOLLS", "{said}");
}
