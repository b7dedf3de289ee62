//! Where outputs go: names, folders, what is refused, and that nothing half-written is ever seen.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cablegram::error::{ErrorKind, Result};
use cablegram::schema::column::text;
use cablegram::schema::{Record, Schema};
use cablegram::write::digest::hexadecimal;
use cablegram::write::{Existing, Output, WriteContext};
use sha2::{Digest, Sha256};

use crate::records::{at, batch, context, files, folder, record, records, write, write_batches};

fn replacing() -> WriteContext {
    WriteContext { existing: Existing::Replace, ..context(2) }
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_iter().map(|(name, _)| name).collect()
}

fn is<T>(result: &Result<T>, kind: ErrorKind) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == kind)
}

fn message<T>(result: Result<T>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_wrong_output_is_told_what_to_write() {
    for (output, told) in [
        ("", "write FORMAT:PATH"),
        ("cables", "write FORMAT:cables"),
        ("cables/", "write FORMAT:cables/"),
        ("-", "write FORMAT:-"),
        ("parquet:", "write FORMAT:PATH"),
        ("parquet,zstd=99:a.parquet", "a number from 1 to 22"),
        ("parquet,level=3:a.parquet", "which knows zstd= rows= bytes="),
        ("parquet,fast:a.parquet", "write KEY=VALUE"),
        ("parquet,by=year:a.parquet", "end the path in /"),
        ("parquet,per=cable:a/", "xml,per=cable:"),
        ("xml,per=row:a/", "write per=cable"),
        ("xml,per=cable,by=year:a/", "exclude each other"),
        ("xml,keep=mrn,drop=tags:a.xml", "exclude each other"),
        ("arrow,compression=gzip:a.arrow", "lz4, zstd or none"),
        ("parquet,bytes=7:a.parquet", "such as 32M"),
        ("xml:/", "name a folder in it"),
    ] {
        let found = Output::parse(output);
        assert!(is(&found, ErrorKind::Usage), "{output}: {found:?}");
        assert!(message(found).contains(told), "{output}");
    }
    let folder = folder();
    for output in ["parquet,drop=colour:a.parquet", "parquet,by=colour:a/", "parquet,by=tags:b/"] {
        assert!(is(&write(&at(&folder, output), &records(1), &context(1)), ErrorKind::Usage), "{output}");
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_dataset_lists_its_files() {
    let folder = folder();
    let published = write(&at(&folder, "parquet,rows=16,file_size=20K:out/"), &records(300), &context(2)).unwrap();
    let manifest = fs::read(folder.path().join("out/_cablegram.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert!(listed.len() > 2 && listed.len() as u64 == published.files);
    assert_eq!((&manifest["schema"], &manifest["rows"]), (&"v1".into(), &300.into()));
    for (number, entry) in listed.iter().enumerate() {
        assert_eq!(entry["name"], format!("part-{number:05}.parquet"));
        let bytes = fs::read(folder.path().join("out").join(entry["name"].as_str().unwrap())).unwrap();
        assert_eq!(entry["size"], bytes.len());
        assert_eq!(entry["sha256"], hexadecimal(&Sha256::digest(&bytes)));
    }
    assert_eq!(listed.iter().map(|entry| entry["rows"].as_u64().unwrap()).sum::<u64>(), 300);
    assert_eq!(names(&folder.path().join("out")).len(), listed.len() + 1);
}

#[test]
fn a_dataset_without_rows_still_shows_its_schema() {
    let folder = folder();
    for output in ["parquet:a/", "arrow,by=year:b/"] {
        write(&at(&folder, output), &[], &context(1)).unwrap();
    }
    assert_eq!(
        names(folder.path()),
        ["a/_cablegram.json", "a/part-00000.parquet", "b/_cablegram.json", "b/part-00000.arrow"]
    );
}

#[test]
fn partitions_are_named_as_hive_does() {
    let mut rows = vec![record(1, "x"), record(2, "x"), record(3, "x"), record(4, "x")];
    rows[0].cable.post = Some("A/B=C%\n é".to_owned());
    rows[1].cable.post = None;
    rows[2].cable.post = Some("..".to_owned());
    let folder = folder();
    write(&at(&folder, "yaml,by=post:out/"), &rows, &context(1)).unwrap();
    let expected = ["post=..", "post=A%2FB%3DC%25%0A é", "post=TUNIS", "post=__HIVE_DEFAULT_PARTITION__"];
    let mut expected: Vec<String> = expected.iter().map(|name| format!("{name}/part-00000.yaml")).collect();
    expected.insert(0, "_cablegram.json".to_owned());
    assert_eq!(names(&folder.path().join("out")), expected);
}

#[test]
fn rows_of_one_stem_stand_beside_each_other() {
    let folder = folder();
    let rows: Vec<Record> = [7, 7, 8, 7].map(|number| record(number, "x")).to_vec();
    write(&at(&folder, "xml,per=cable:out/"), &rows, &context(2)).unwrap();
    let files = [
        "1980/TUNIS/07TUNIS7.xml",
        "1980/TUNIS/07TUNIS7~2.xml",
        "1980/TUNIS/07TUNIS7~3.xml",
        "1981/TUNIS/08TUNIS8.xml",
    ];
    assert_eq!(names(&folder.path().join("out"))[..4], files);
}

#[test]
fn what_exists_is_refused_or_replaced_as_a_whole() {
    for output in ["a.xml", "parquet:a/", "xml,per=cable:b/", "yaml,by=year:c/"] {
        let folder = folder();
        let output = at(&folder, output);
        write(&output, &records(50), &context(2)).unwrap();
        let before = files(folder.path());
        let again = write(&output, &records(3), &context(2));
        assert!(is(&again, ErrorKind::Output) && message(again).contains("--overwrite"), "{output}");
        assert!(files(folder.path()) == before, "{output}");
        write(&output, &records(3), &replacing()).unwrap();
        let after = files(folder.path());
        assert!(after.len() <= before.len() && after != before, "{output}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{output} leaves only itself");
    }
}

#[test]
fn what_is_not_ours_is_never_replaced() {
    let folder = folder();
    fs::create_dir(folder.path().join("photos")).unwrap();
    fs::write(folder.path().join("photos/one.jpg"), "x").unwrap();
    let replaced = write(&at(&folder, "parquet:photos/"), &records(1), &replacing());
    assert!(is(&replaced, ErrorKind::Output) && message(replaced).contains("_cablegram.json"));
    assert!(is(&write(&at(&folder, "xml:photos"), &records(1), &replacing()), ErrorKind::Output));
    std::os::unix::fs::symlink("/dev/null", folder.path().join("link")).unwrap();
    assert!(message(write(&at(&folder, "xml:link"), &records(1), &replacing())).contains("is a link"));
    fs::remove_file(folder.path().join("link")).unwrap();
    assert!(is(&write("xml:/dev/null", &records(1), &replacing()), ErrorKind::Output));
    assert!(message(write(&at(&folder, "none/a.xml"), &records(1), &context(1))).contains("mkdir -p"));
    assert_eq!(names(folder.path()), ["photos/one.jpg"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    write(&at(&folder, "parquet:empty/"), &records(1), &context(1)).unwrap();
}

#[test]
fn another_schema_is_a_conflict() {
    let folder = folder();
    let only = text("mrn", "Identifier.", |record: &Record| Some(&record.cable.mrn));
    let other = Schema::new("v0", vec![only]);
    write_batches(&at(&folder, "parquet:out/"), &other, &records(1), 1, &context(1)).unwrap();
    let conflict = write(&at(&folder, "parquet:out/"), &records(1), &replacing());
    assert!(is(&conflict, ErrorKind::SchemaConflict) && message(conflict).contains("v0"));
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let folder = folder();
    for output in ["a.parquet", "xml:b/", "xml,per=cable:c/", "parquet,by=year:d/"] {
        let open = || Output::parse(&at(&folder, output)).unwrap().open(Schema::v1().arrow(), &context(2)).unwrap();
        let mut sink = open();
        sink.write(&batch(Schema::v1(), &records(9), &context(2)).unwrap()).unwrap();
        assert!(fs::read_dir(folder.path()).unwrap().all(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.starts_with('.') && name.ends_with(".staging")
        }));
        drop(sink);
        drop(open().complete().unwrap());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn staging_of_dead_runs_is_removed_and_of_live_runs_kept() {
    let folder = folder();
    let live = Output::parse(&at(&folder, "a.xml")).unwrap().open(Schema::v1().arrow(), &context(1)).unwrap();
    let staging = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let dead = staging.to_str().unwrap().replace(&format!("-{}-", std::process::id()), "-1-");
    fs::create_dir_all(Path::new(&dead).join("year=2009")).unwrap();
    File::create(dead.replace("-1-", "-2-")).unwrap();
    write(&at(&folder, "b.xml"), &records(1), &context(1)).unwrap();
    assert!(staging.exists());
    drop(live);
    assert_eq!(names(folder.path()), ["b.xml"]);
}

/// Starts a run that waits for its input, and waits until its staging stands.
fn waiting_run(folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    command.current_dir(folder).args(["convert", "-q", "-", "-o", "a.xml", "-o", "parquet:out/"]);
    let run = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while fs::read_dir(folder).unwrap().count() < 2 {
        assert!(Instant::now() < deadline, "no staging in sight");
        std::thread::sleep(Duration::from_millis(5));
    }
    run
}

#[test]
fn a_killed_run_leaves_nothing_visible_and_the_next_one_cleans_up() {
    let folder = folder();
    let mut run = waiting_run(folder.path());
    run.kill().unwrap();
    run.wait().unwrap();
    let left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| name.to_str().unwrap().ends_with(".staging")));
    write(&at(&folder, "b.xml"), &records(1), &context(1)).unwrap();
    assert_eq!(names(folder.path()), ["b.xml"]);
}

#[test]
fn a_full_disk_is_told() {
    let folder = folder();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");
    let run = command.current_dir(folder.path()).args(["convert", archive, "-o", "xml:-"]).stdout(full);
    let output = run.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("free some space"), "{said}");
}
