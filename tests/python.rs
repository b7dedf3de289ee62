//! The Python package, as its own tests in `python/tests` use it.
//!
//! The extension is built beside the program, with the dependencies that the tests have compiled already, and put into a
//! copy of the package under `target/`. With `CABLEGRAM_PYTHON`, the Python of an environment that has the package, that
//! one is tested instead: `.ci/run` does so with the wheel as users get it. Skipped with a sentence where Python is
//! missing; a failure with `CI=true`.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::engines;
use crate::synthesis::Generator;

/// A Python that can import the package, or `None` where there is no Python.
pub fn python() -> Option<Command> {
    let mut command = match std::env::var_os("CABLEGRAM_PYTHON") {
        Some(python) => Command::new(python),
        None => {
            static PACKAGE: OnceLock<PathBuf> = OnceLock::new();
            let mut command = Command::new(engines::python()?);
            command.env("PYTHONPATH", PACKAGE.get_or_init(package)).env("PYTHONDONTWRITEBYTECODE", "1");
            command
        }
    };
    // The workers of Spark are of the same environment.
    let python = command.get_program().to_owned();
    command.env("PYSPARK_PYTHON", python);
    Some(command)
}

/// The package with its extension, as a folder for `PYTHONPATH`.
fn package() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    // With an example, the features of dependencies are those of the tests: nothing but this crate is compiled again.
    let arguments = ["build", "--locked", "--quiet", "-p", "cablegram", "-p", "cablegram-python"];
    let targets = ["--lib", "--example", "read_one", "--target-dir"];
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(arguments).args(targets).arg(target);
    assert!(cargo.status().unwrap().success(), "the extension does not build");

    let folder = target.join("python");
    let _ = fs::remove_dir_all(&folder);
    for package in ["cablegram", "pyspark_cablegram"] {
        fs::create_dir_all(folder.join(package)).unwrap();
        for entry in fs::read_dir(root.join("python/python").join(package)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, folder.join(package).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    let extension = target.join("debug").join(format!("{DLL_PREFIX}cablegram_core{DLL_SUFFIX}"));
    fs::copy(extension, folder.join("cablegram/_core.abi3.so")).unwrap();
    folder
}

fn archive() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive")
}

/// Runs the tests of one file on an archive.
fn run(tests: &str, archive: &Path) {
    let Some(mut python) = python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/tests").join(tests);
    let output = python.env("ARCHIVE", archive).arg(script).output().unwrap();
    assert!(output.status.success(), "{tests}:\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_python_package_keeps_its_promises() {
    run("test_package.py", &archive());
}

#[test]
fn the_workers_of_spark_find_what_they_need() {
    run("test_spark_parts.py", &archive());
}

/// 20,000 cables with the wheel as users get it; fewer with the package of the tests, which is slower.
#[test]
fn a_cluster_of_spark_gives_what_the_command_gives() {
    if !engines::java() {
        return;
    }
    let count = if std::env::var_os("CABLEGRAM_PYTHON").is_some() { 20_000 } else { 1_000 };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-cluster");
    let _ = fs::remove_dir_all(&folder);
    let generator = Generator::new(19, 5);
    let write = |path: PathBuf, bytes: &[u8]| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    for index in 0..count {
        let cable = generator.cable(index);
        write(folder.join(&cable.path), &cable.bytes);
        // Copies, some with another line end, and other texts of the same number.
        if index % 50 == 0 {
            write(folder.join("copies").join(&cable.path), &[cable.bytes.trim_ascii_end(), b"\r\n"].concat());
            write(folder.join("later").join(&cable.path), &[&cable.bytes[..], b"\nEND OF ANOTHER TEXT\n"].concat());
        }
    }
    run("test_spark_cluster.py", &folder);
}
