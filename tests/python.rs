//! The Python package, as its own tests in `python/tests` use it.
//!
//! The extension is built beside the program, with the dependencies that the tests have compiled already, and put into a
//! copy of the package under `target/`. Skipped with a sentence where Python is missing; a failure with `CI=true`.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::engines;

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

#[test]
fn the_python_package_keeps_its_promises() {
    let Some(python) = engines::python() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = package();
    for tests in ["test_package.py", "test_spark_parts.py"] {
        let mut command = Command::new(python);
        command.env("PYTHONPATH", &package).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("ARCHIVE", root.join("fixtures/archive")).arg(root.join("python/tests").join(tests));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{tests}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
