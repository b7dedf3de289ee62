//! Outputs through the engines that people open them with, value by value.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cablegram::schema::Schema;

use crate::engines;

/// Converts `input` into all formats below a directory of the test's own.
fn convert(name: &str, input: &Path) -> PathBuf {
    convert_as(name, input, Schema::newest())
}

fn convert_as(name: &str, input: &Path, schema: &Schema) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    command.args(["convert", "-q", "--schema", schema.version()]).arg(input);
    for extension in ["parquet", "arrow", "arrows", "xml", "yaml", "jsonl"] {
        command.arg("-o").arg(directory.join(format!("cables.{extension}")));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The nasty fixtures, and texts too large for the repository.
fn nasty_input() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nasty-input");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    for entry in fs::read_dir(fixture("nasty")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, directory.join(path.file_name().unwrap())).unwrap();
        }
    }
    let envelope =
        "09LIMA9001\nLARGE\nMon Jan 05 00:00:00 +0100 2009\nUNCLASSIFIED\nEmbassy Lima\nUNCLAS LIMA 009001 \n";
    let large = format!("{envelope}{}", "¶1. A line of a cable that does not end. \n".repeat(8 * 1024 * 1024 / 43 - 8));
    fs::write(directory.join("large.txt"), large).unwrap();
    let long = format!("{envelope}{}", "word ".repeat(400_000));
    fs::write(directory.join("long-line.txt"), long).unwrap();
    directory
}

#[test]
fn every_engine_reads_the_archive_alike() {
    let directory = convert("engines-archive", &fixture("archive"));
    engines::run("compare.py", &[&directory]);
}

#[test]
fn every_engine_reads_version_1_alike() {
    let directory = convert_as("engines-archive-v1", &fixture("archive"), Schema::v1());
    engines::run("compare.py", &[&directory]);
}

/// Cables with the records of their keepers: text files of the National Archives, dumps, pages.
fn kept_input() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept-input");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    for case in fs::read_dir(fixture("cases")).unwrap() {
        let folder = case.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if ["aad-", "csv-", "html-"].iter().any(|dialect| name.starts_with(dialect)) {
            let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
            for file in files.filter(|file| !file.ends_with("cable.yaml")) {
                let ending = file.extension().unwrap_or_default().to_string_lossy().into_owned();
                fs::copy(&file, directory.join(format!("{name}.{ending}"))).unwrap();
            }
        }
    }
    directory
}

#[test]
fn every_engine_reads_records_of_keepers_alike() {
    let directory = convert("engines-kept", &kept_input());
    engines::run("compare.py", &[&directory]);
    for schema in Schema::all() {
        let directory = convert_as(&format!("valid-kept-{}", schema.version()), &kept_input(), schema);
        engines::run("validate.py", &[&schemas(schema), &directory]);
    }
}

/// The views of a schema in DuckDB, each asked for its rows.
#[test]
fn views_are_made_and_read_in_duckdb() {
    for schema in Schema::all() {
        let directory = convert_as(&format!("views-{}", schema.version()), &kept_input(), schema);
        engines::run("views.py", &[&schemas(schema), &directory]);
    }
}

#[test]
fn views_are_made_and_read_in_spark() {
    if engines::java() {
        let directory = convert("views-spark", &kept_input());
        let schemas = schemas(Schema::newest());
        engines::run("views.py", &[schemas.as_os_str(), directory.as_os_str(), "--spark".as_ref()]);
    }
}

fn schemas(schema: &Schema) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(schema.version())
}

#[test]
fn every_engine_reads_nasty_texts_alike() {
    let directory = convert("engines-nasty", &nasty_input());
    engines::run("compare.py", &[&directory]);
}

#[test]
fn spark_reads_the_archive_alike() {
    if engines::java() {
        let directory = convert("engines-spark", &fixture("archive"));
        engines::run("compare.py", &[directory.as_os_str(), "--spark".as_ref()]);
    }
}

/// The lines of Python in the guide, which are to work without this program.
#[test]
fn the_lines_of_the_guide_rebuild_the_originals() {
    let Some(python) = engines::python() else { return };
    let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/GUIDE.md")).unwrap();
    let lines = guide.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    for (name, input) in [("guide-archive", fixture("archive")), ("guide-nasty", fixture("nasty"))] {
        let directory = convert(name, &input);
        let (script, back) = (directory.join("rebuild.py"), directory.join("back"));
        fs::write(&script, lines).unwrap();
        let run = Command::new(python).arg(&script).args([&directory, &back]).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let rebuilt: Vec<_> = walkdir::WalkDir::new(&back).into_iter().map(Result::unwrap).collect();
        let files: Vec<&Path> =
            rebuilt.iter().filter(|entry| entry.file_type().is_file()).map(|entry| entry.path()).collect();
        assert!(files.len() > 50, "{name}: {}", files.len());
        for path in files {
            let original = input.join(path.strip_prefix(&back).unwrap());
            assert!(fs::read(path).unwrap() == fs::read(&original).unwrap(), "{}", original.display());
        }
    }
}

/// One file, folders of Parquet, and the dataset of a job.
fn folders(name: &str) -> PathBuf {
    let directory = convert(name, &fixture("archive"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    command.args(["convert", "-q"]).arg(fixture("archive"));
    for (options, folder) in [("file_size=64K,rows=10", "parts"), ("by=year", "by_year"), ("by=post", "by_post")] {
        command.arg("-o").arg(format!("parquet,{options}:{}/", directory.join(folder).display()));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let job = format!(
        "dataset = {:?}\ninputs = [{:?}]\noutputs = [\"parquet,by=year:parquet/\"]\n",
        directory.join("dataset"),
        fixture("archive"),
    );
    fs::write(directory.join("JOB.toml"), job).unwrap();
    let mut sync = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    assert!(sync.args(["sync", "-q"]).arg(directory.join("JOB.toml")).status().unwrap().success());
    directory
}

/// Asks engines for every kind of output, and for what they write back of it.
fn open_folders(name: &str, engines: &[&str], run: fn(&str, &[OsString]) -> Option<String>) {
    let mut arguments = vec![folders(name).into_os_string()];
    arguments.extend(engines.iter().map(OsString::from));
    if let Some(printed) = run("folders.py", &arguments) {
        println!("{printed}");
    }
}

#[test]
fn every_engine_opens_a_folder_by_its_name() {
    let engines = ["duckdb", "duckdb-star", "polars", "polars-lazy", "pandas", "pyarrow", "pyarrow-dataset", "daft"];
    open_folders("engines-folders", &engines, engines::run);
}

#[test]
fn spark_opens_a_folder_by_its_name() {
    if engines::java() {
        open_folders("engines-spark-folders", &["spark"], engines::run);
    }
}

#[test]
#[ignore = "it installs large engines: `just engines` runs it"]
fn more_engines_open_a_folder_by_its_name() {
    let engines = ["datafusion", "delta-rs", "pyiceberg", "dask", "ray"];
    open_folders("engines-more-folders", &engines, engines::run_with_more);
}

#[test]
fn text_formats_are_valid() {
    let schemas = schemas(Schema::newest());
    for (name, input) in [("valid-archive", fixture("archive")), ("valid-nasty", nasty_input())] {
        let directory = convert(name, &input);
        engines::run("validate.py", &[&schemas, &directory]);
    }
}
