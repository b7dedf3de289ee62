//! What of a run is not in its outputs: every output that can counts it, and `restore` says it.

use std::fs;
use std::process::Command;

use cablegram::restore::{Partial, restore};
use tempfile::TempDir;

/// What a command says to standard error, once it ends with `code`.
fn run(code: i32, folder: &TempDir, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

fn cable(number: u32) -> String {
    format!("UNCLAS LIMA {number:06}\nTAGS: ETRD\nSUBJECT: HARBOR {number}\n\n1. Text {number}.\nQUADE\n")
}

/// Two cables, a copy of one, a text and an image that are no cables, and an archive that is cut.
fn delivery() -> TempDir {
    let folder = TempDir::new().unwrap();
    let inputs = folder.path().join("in");
    fs::create_dir_all(inputs.join("copies")).unwrap();
    for (name, bytes) in [
        ("1.txt", cable(1).into_bytes()),
        ("2.txt", cable(2).into_bytes()),
        ("copies/1.txt", cable(1).into_bytes()),
        ("README.txt", b"What is in this folder.\n".to_vec()),
        ("seal.png", [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 64]].concat()),
        ("rest.zip", [b"PK\x03\x04".as_slice(), &[0; 64]].concat()),
    ] {
        fs::write(inputs.join(name), bytes).unwrap();
    }
    folder
}

const SENTENCE: &str = "4 files of the run are not in this output (1 duplicate, 2 not cables, 1 unreadable)";

#[test]
fn every_output_that_has_a_place_for_it_counts_what_it_lacks() {
    for schema in ["v1", "v2"] {
        let folder = delivery();
        let outputs = [
            ("a.parquet", true),
            ("a.arrow", true),
            ("a.xml", true),
            ("a.yaml", true),
            ("xml,per=cable:xml/", true),
            ("parquet,by=post:posts/", true),
            ("jsonl:jsonl/", true),
            ("a.jsonl", false),
            ("a.arrows", false),
        ];
        let all = outputs.iter().flat_map(|(output, _)| ["-o", output]);
        run(3, &folder, &["convert", "in", "-q", "--schema", schema].into_iter().chain(all).collect::<Vec<_>>());
        for (output, counts) in outputs {
            let path = output.rsplit(':').next().unwrap();
            let said = run(0, &folder, &["restore", path, "-o", "back"]);
            assert!(said.starts_with("2 files, "), "{said}");
            assert_eq!(said.contains(SENTENCE), counts, "{schema} {output}: {said}");
            fs::remove_dir_all(folder.path().join("back")).unwrap();
        }
        // From output to output, in the same schema and in another.
        for (from, to) in [("a.parquet", "b.xml"), ("a.yaml", "b.arrow"), ("posts", "b.yaml")] {
            for again in [&["convert", from, "-o", to, "-q"][..], &["convert", from, "-o", to, "-q", "--schema", "v2"]]
            {
                run(0, &folder, &[again, &["--overwrite"]].concat());
                assert!(run(0, &folder, &["restore", to, "-o", "back"]).contains(SENTENCE), "{again:?}");
                fs::remove_dir_all(folder.path().join("back")).unwrap();
            }
        }
    }
}

#[test]
fn an_output_of_everything_says_nothing() {
    let folder = delivery();
    for name in ["copies/1.txt", "README.txt", "seal.png", "rest.zip"] {
        fs::remove_file(folder.path().join("in").join(name)).unwrap();
    }
    run(0, &folder, &["convert", "in", "-q", "-o", "a.xml", "-o", "a.yaml", "-o", "xml:xml/"]);
    for path in ["a.xml", "a.yaml", "xml/_cablegram.json"] {
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        assert!(!text.contains("left"), "{path}: {text}");
    }
    assert_eq!(run(0, &folder, &["restore", "a.xml", "-o", "back"]).lines().count(), 1);
}

/// The records of a dump that are no row are listed with it: it is not left out.
#[cfg(feature = "containers")]
#[test]
fn members_are_counted_and_records_are_not() {
    let folder = TempDir::new().unwrap();
    let inputs = folder.path().join("in");
    fs::create_dir(&inputs).unwrap();
    let row = |number: u32| {
        format!(
            "\"{number}\",\"6/1/2006 8:00\",\"06LIMA{number}\",\"Embassy Lima\",\"UNCLASSIFIED\",\"\",\"\",\"{}\"\n",
            cable(number)
        )
    };
    fs::write(inputs.join("cables.csv"), row(1) + &row(2) + &row(2)).unwrap();
    // Of the last, only the beginning is read.
    let (text, image) = (cable(3), [0; 100_000]);
    let members = [("note.txt", &b"No cable.\n"[..]), ("3.txt", text.as_bytes()), ("x.bin", &image)];
    fs::write(inputs.join("more.zip"), crate::packs::zip(&members)).unwrap();
    run(0, &folder, &["convert", "in", "-q", "-o", "a.parquet"]);
    let said = run(0, &folder, &["restore", "a.parquet", "-o", "back"]);
    assert!(said.contains("2 files of the run are not in this output (2 not cables)"), "{said}");
    let back = folder.path().join("back/cables.csv");
    assert!(fs::read(back).unwrap() == fs::read(inputs.join("cables.csv")).unwrap());
}

#[test]
fn a_run_that_ended_at_its_limit_says_so() {
    let folder = delivery();
    run(0, &folder, &["convert", "in", "-q", "--limit", "1", "-o", "a.xml"]);
    let said = run(0, &folder, &["restore", "a.xml", "-o", "back"]);
    assert!(said.contains("ended at --limit") && !said.contains("files of the run"), "{said}");
}

#[test]
fn counts_of_a_later_version_are_read_and_nonsense_is_not() {
    let folder = delivery();
    run(3, &folder, &["convert", "in", "-q", "-o", "a.yaml"]);
    let path = folder.path().join("a.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let (front, rest) = text.split_once("# left out: ").unwrap();
    let (counts, end) = rest.split_once('\n').unwrap();
    assert!(counts.starts_with("{\"duplicates\":1,\"not_cables\":2,\"unreadable\":1,\"lists_sha256\":\""), "{text}");
    let left_out = |counts: &str, back: &str| {
        fs::write(&path, format!("{front}# left out: {counts}\n{end}")).unwrap();
        restore(&path, &folder.path().join(back), Partial::Refuse).map(|restored| restored.left_out)
    };
    let known = left_out("{\"duplicates\":5,\"withheld\":9}", "one").unwrap();
    assert_eq!((known.duplicates, known.documents()), (5, 5));
    assert!(left_out("{\"duplicates\":-1}", "two").is_err());
}
