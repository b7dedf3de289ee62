//! Where outputs go: names, folders, what is refused, and that nothing half-written is ever seen.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use arrow::datatypes::Schema as ArrowSchema;
use cablegram::error::{ErrorKind, Result};
use cablegram::read::{self, List};
use cablegram::schema::column::text;
use cablegram::schema::{Row, Schema};
use cablegram::write::digest::{Digest, hexadecimal, seals};
use cablegram::write::value::Rows;
use cablegram::write::{Destinations, Existing, Manner, Output, WriteContext};
use sha2::{Digest as _, Sha256};

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
        ("parquet,by=year,keep_partition_column=1:a/", "true or false"),
        ("parquet,keep_partition_column=true:a.parquet", "end the path in /"),
        ("arrow,compression=gzip:a.arrow", "lz4, zstd or none"),
        ("parquet,bytes=7:a.parquet", "such as 32M"),
        ("xml:/", "name a folder in it"),
    ] {
        let found = Output::parse(output);
        assert!(is(&found, ErrorKind::Usage), "{output}: {found:?}");
        assert!(message(found).contains(told), "{output}");
    }
    let folder = folder();
    for output in [
        "parquet,drop=colour:a.parquet",
        "parquet,by=colour:a/",
        "parquet,by=tags:b/",
        "parquet,by=routing:b/",
        "yaml,by=partial:b/",
        "parquet,by=sent_at:b/",
        "xml,by=mrn:b/",
        "parquet,by=summary:b/",
        "parquet,by=year,drop=year:b/",
    ] {
        assert!(is(&write(&at(&folder, output), &records(1), &context(1)), ErrorKind::Usage), "{output}");
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_dataset_lists_its_files() {
    let folder = folder();
    let published = write(&at(&folder, "parquet,rows=16,file_size=20K:out/"), &records(300), &context(2)).unwrap();
    let list = List::read(&folder.path().join("out")).unwrap();
    assert!(list.files.len() > 2 && list.files.len() as u64 == published.files);
    assert_eq!((list.schema.as_str(), list.rows, list.by), ("v2", Some(300), None));
    for (number, entry) in list.files.iter().enumerate() {
        assert_eq!(entry.name, format!("part-{number:05}.parquet"));
        let bytes = fs::read(folder.path().join("out").join(&entry.name)).unwrap();
        assert_eq!(entry.size, bytes.len() as u64);
        assert_eq!(entry.sha256, hexadecimal(&Sha256::digest(&bytes)));
    }
    assert_eq!(list.files.iter().map(|entry| entry.rows).sum::<u64>(), 300);
    assert_eq!(names(&folder.path().join("out")).len(), list.files.len() + 1);
}

#[test]
fn the_list_is_where_no_engine_stumbles_over_it() {
    let folder = folder();
    for (output, list) in [
        ("parquet:a/", "a/_cablegram.parquet"),
        ("parquet,by=year:b/", "b/year=1974/_cablegram.parquet"),
        ("arrow,by=year:c/", "c/_cablegram.json"),
        ("xml,per=cable:d/", "d/_cablegram.json"),
    ] {
        let published = write(&at(&folder, output), &records(9), &context(1)).unwrap();
        assert!(folder.path().join(list).is_file(), "{output}: {:?}", names(folder.path()));
        assert_eq!(List::read(&published.path).unwrap().rows, Some(9), "{output}");
    }
    let one = List::read(&folder.path().join("b/year=1974"));
    assert!(is(&one, ErrorKind::NotFound) && message(one).contains("is one partition of"));
}

#[test]
fn a_dataset_without_rows_still_shows_its_schema() {
    let folder = folder();
    for output in ["parquet:a/", "arrow,by=year:b/"] {
        write(&at(&folder, output), &[], &context(1)).unwrap();
    }
    assert_eq!(
        names(folder.path()),
        ["a/_cablegram.parquet", "a/part-00000.parquet", "b/_cablegram.json", "b/part-00000.arrow"]
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

/// The rows of an output in the order of their numbers, and what is noted of each part.
fn rows_of(path: &Path) -> RecordBatch {
    let mut batches = Vec::new();
    for part in read::parts(path).unwrap() {
        let mut reader = read::open_part(&part, &cablegram::Schema::arrow_of).unwrap();
        let mut digest = Digest::new(&ArrowSchema::new(reader.columns().clone()));
        while let Some(batch) = reader.next().unwrap() {
            digest.push(&seals(&Rows::of(&batch).unwrap(), None));
            batches.push(batch);
        }
        let claim = reader.claim().map(|claim| claim.digest);
        assert!(claim.is_none_or(|claim| claim == digest.finish().hexadecimal()), "{}", part.path.display());
    }
    let all = concat_batches(batches[0].schema_ref(), &batches).unwrap();
    let order = sort_to_indices(all.column_by_name("serial").unwrap(), None, None).unwrap();
    take_record_batch(&all, &order).unwrap()
}

#[test]
fn the_column_of_partitions_is_in_the_path_and_comes_back() {
    let mut rows = records(40);
    rows[3].cable.classification = Some(format!("SECRET{}", " X".repeat(130)));
    rows[4].cable.classification = Some(String::new());
    rows[5].cable.classification = Some("A/B \u{202e}\u{85}".to_owned());
    let expected = batch(Schema::newest(), &rows, &context(1)).unwrap();
    let folder = folder();
    for format in ["parquet", "arrow", "arrows", "xml", "yaml", "jsonl"] {
        for column in ["year", "post", "date", "classification"] {
            for keep in ["", ",keep_partition_column=true"] {
                let path = folder.path().join(format!("{format}-{column}{}", keep.len()));
                let output = format!("{format},by={column}{keep}:{}/", path.display());
                let published = write(&output, &rows, &context(2)).unwrap();
                assert_eq!(rows_of(&path).columns(), expected.records().columns(), "{output}");
                assert_eq!(List::read(&path).unwrap().by.as_deref(), Some(column));
                assert_eq!(published.notes.len(), usize::from(column == "classification"), "{output}");
                let part = &read::parts(&path).unwrap()[0];
                let alone = read::open(&part.path, &cablegram::Schema::arrow_of).unwrap();
                let lacks = keep.is_empty() && matches!(format, "parquet" | "arrow" | "arrows");
                assert_eq!(alone.left_out(), lacks.then_some(column), "{output}");
                assert_eq!(alone.columns().find(column).is_none(), lacks, "{output}");
            }
        }
    }
    let folders = fs::read_dir(folder.path().join("xml-classification0")).unwrap();
    let mut folders: Vec<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    folders.sort();
    assert!(folders[1] == "classification=A%2FB %E2%80%AE%C2%85" && folders[2].len() == 200, "{folders:?}");
}

#[test]
fn a_part_in_the_wrong_partition_is_noticed() {
    let folder = folder();
    let path = folder.path().join("out");
    write(&format!("parquet,by=year:{}/", path.display()), &records(20), &context(1)).unwrap();
    let list = List::read(&path).unwrap();
    let mut moved = list.files[0].clone();
    moved.name = list.files[0].name.replace("year=1974", "year=1999");
    let part = read::OutputPart::listed(&path, Some("year"), list.files[0].clone()).unwrap();
    let moved =
        read::OutputPart { path: part.path.clone(), ..read::OutputPart::listed(&path, Some("year"), moved).unwrap() };
    let pool = context(1).pool;
    // The sources of these records are made up; all else is sound.
    assert!(!message(cablegram::verify::verify_part(&part, &pool)).contains("a value differs"));
    assert!(message(cablegram::verify::verify_part(&moved, &pool)).contains("a value differs"));
    for name in ["year=ten/part-00000.parquet", "post=TUNIS/part-00000.parquet", "../year=1974/part-00000.parquet"] {
        let listed = read::ListedFile { name: name.to_owned(), ..list.files[0].clone() };
        let part = read::OutputPart::listed(&path, Some("year"), listed);
        assert!(part.and_then(|part| read::open_part(&part, &cablegram::Schema::arrow_of)).is_err(), "{name}");
    }
}

/// The name of a file says which text it has, whatever came before it and in which order.
#[test]
fn names_do_not_depend_on_order() {
    let versions = ["11111111aa", "11111111bb", "2222222222", "11111111aa"];
    let mut rows: Vec<Row> = versions.iter().map(|_| record(7, "x")).collect();
    for (row, version) in rows.iter_mut().zip(versions) {
        row.provenance.sha256 = format!("{version:0<64}");
    }
    rows.insert(1, record(8, "x"));
    let names_of = |rows: &[Row]| {
        let folder = folder();
        let path = folder.path().join("out");
        write(&format!("xml,per=cable:{}/", path.display()), rows, &context(2)).unwrap();
        let mut listed: Vec<(String, String)> =
            List::read(&path).unwrap().files.into_iter().map(|file| (file.name, file.sha256)).collect();
        listed.sort();
        let found: Vec<(String, String)> =
            files(&path).into_iter().map(|(name, bytes)| (name, hexadecimal(&Sha256::digest(bytes)))).collect();
        assert_eq!(found[..found.len() - 1], listed, "the list is of the files that are there");
        listed.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let expected = [
        "1980/TUNIS/07TUNIS7~11111111aa000000.xml",
        "1980/TUNIS/07TUNIS7~11111111aa000000~2.xml",
        "1980/TUNIS/07TUNIS7~11111111bb000000.xml",
        "1980/TUNIS/07TUNIS7~22222222.xml",
        "1981/TUNIS/08TUNIS8.xml",
    ];
    assert_eq!(names_of(&rows), expected);
    rows.reverse();
    assert_eq!(names_of(&rows), expected);
    assert_eq!(names_of(&rows[3..4]), expected[4..]);
    assert_eq!(names_of(&rows[4..]), ["1980/TUNIS/07TUNIS7.xml"]);
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
    // A device is written to, also through a link, and both stay what they are.
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    write(&at(&folder, "xml:link"), &records(1), &replacing()).unwrap();
    assert!(fs::read_link(&link).is_ok_and(|device| device == Path::new("/dev/null")));
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    fs::remove_file(&link).unwrap();
    assert!(message(write(&at(&folder, "none/a.xml"), &records(1), &context(1))).contains("mkdir -p"));
    assert_eq!(names(folder.path()), ["photos/one.jpg"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    write(&at(&folder, "parquet:empty/"), &records(1), &context(1)).unwrap();
}

#[test]
fn another_schema_is_a_conflict() {
    let folder = folder();
    let only = text("mrn", "Identifier.", |record: &Row| Some(&record.cable.mrn));
    let other = Schema::new("v0", vec![only]);
    write_batches(&at(&folder, "parquet:out/"), &other, &records(1), 1, &context(1)).unwrap();
    let conflict = write(&at(&folder, "parquet:out/"), &records(1), &replacing());
    assert!(is(&conflict, ErrorKind::SchemaConflict) && message(conflict).contains("v0"));
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let folder = folder();
    for output in ["a.parquet", "xml:b/", "xml,per=cable:c/", "parquet,by=year:d/"] {
        let open = || Output::parse(&at(&folder, output)).unwrap().open(Schema::newest().arrow(), &context(2)).unwrap();
        let mut sink = open();
        sink.write(&batch(Schema::newest(), &records(9), &context(2)).unwrap()).unwrap();
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
    let live = Output::parse(&at(&folder, "a.xml")).unwrap().open(Schema::newest().arrow(), &context(1)).unwrap();
    let staging = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let dead = staging.to_str().unwrap().replace(&format!("-{}-", std::process::id()), "-1-");
    fs::create_dir_all(Path::new(&dead).join("year=2009")).unwrap();
    File::create(dead.replace("-1-", "-2-")).unwrap();
    write(&at(&folder, "b.xml"), &records(1), &context(1)).unwrap();
    assert!(staging.exists());
    drop(live);
    assert_eq!(names(folder.path()), ["b.xml"]);
}

#[test]
fn runs_that_write_side_by_side_leave_each_other_alone() {
    let folder = folder();
    let run = |output: String| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
        command.current_dir(folder.path()).args([
            "convert",
            "-q",
            concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive/dates"),
        ]);
        command.args(["-o", &output]).stderr(Stdio::piped()).spawn().unwrap()
    };
    for round in 0..12 {
        let runs: Vec<Child> = (0..8).map(|one| run(format!("parquet:{round}-{one}/"))).collect();
        for ended in runs.into_iter().map(|run| run.wait_with_output().unwrap()) {
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
    }
}

/// Starts a run that waits for its input, and waits until its staging is there.
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

fn refused(outputs: &[&str], folder: &Path) -> Option<String> {
    let outputs: Vec<Output> = outputs.iter().map(|output| Output::parse(output).unwrap()).collect();
    Destinations::of(&outputs, folder).err().map(|error| error.to_string())
}

#[test]
fn one_place_by_any_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    symlink("real", folder.path().join("link")).unwrap();
    symlink("later.yaml", folder.path().join("dangling.yaml")).unwrap();
    for (outputs, why) in [
        (&["x.yaml", "yaml:./x.yaml"][..], "one place"),
        (&["x.yaml", "yaml:real/../x.yaml"], "one place"),
        (&["real/x.yaml", "link/x.yaml"], "one place"),
        (&["later.yaml", "dangling.yaml"], "one place"),
        (&["yaml:real/", "xml:link/"], "one place"),
        (&["yaml:a/b/", "xml:a/"], "within"),
        (&["xml:a/", "a/b.yaml"], "within"),
        (&["parquet:x", "yaml:x/y.yaml"], "within"),
        (&["a,b.yaml", "A,b.yaml"], "case"),
        (&["yaml,sha256=true:x", "yaml:x.sha256"], "one place"),
    ] {
        let said = refused(outputs, folder.path());
        assert!(said.as_ref().is_some_and(|said| said.contains(why)), "{outputs:?}: {said:?}");
    }
    for outputs in [&["x.yaml", "x.xml", "yaml:x/"][..], &["yaml:a/", "xml:ab/"], &["yaml:a/b/", "xml:a/c/"]] {
        assert_eq!(refused(outputs, folder.path()), None, "{outputs:?}");
    }
}

#[test]
fn inputs_are_spared() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in/sub")).unwrap();
    fs::write(at("in/1.txt"), "a cable").unwrap();
    fs::write(at("in/old.yaml"), "# cablegram schema v1\n---\n").unwrap();
    for (path, manner, input, is_refused) in [
        ("in/1.txt", Manner::File, "in", true),
        ("in/1.txt", Manner::File, "in/1.txt", true),
        ("in", Manner::Folder, "in", true),
        ("in", Manner::Folder, "in/sub", true),
        ("in/old.yaml", Manner::File, "in", false),
        ("in/new.yaml", Manner::File, "in", false),
        ("in/sub", Manner::Folder, "in", false),
        ("in", Manner::Additions, "in", false),
        ("out.yaml", Manner::File, "in", false),
    ] {
        let mut destinations = Destinations::default();
        destinations.add("it", &at(path), manner).unwrap();
        let result = destinations.refuse_inputs([at(input).as_path()]);
        assert_eq!(result.is_err(), is_refused, "{path} {manner:?} {input}");
    }
}
