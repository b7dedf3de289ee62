//! The Python engines that outputs are tested with, in a virtual environment of their own under `target/`.
//!
//! Made on first use from the pinned list. Where Python or Java is missing the test says so and is skipped; with
//! `CI=true` that is a failure.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Runs a script of this folder; gives what it printed, or `None` where the engines are missing.
pub fn run<A: AsRef<OsStr>>(script: &str, arguments: &[A]) -> Option<String> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines");
    let mut command = Command::new(python()?);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("TZ", "UTC").arg(scripts.join(script)).args(arguments);
    let output = command.output().expect("python starts");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{script}:\n{printed}{}", String::from_utf8_lossy(&output.stderr));
    Some(printed)
}

/// Whether Java is there, which Spark needs.
pub fn java() -> bool {
    let found = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    found || missing("java")
}

/// The Python of the virtual environment, or `None` where there is no Python.
pub fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    PYTHON.get_or_init(|| install().or_else(|| missing("python3").then(PathBuf::new))).as_deref()
}

/// Says that an engine is missing; a failure in CI.
fn missing(what: &str) -> bool {
    assert!(std::env::var_os("CI").is_none(), "{what} is missing, and CI must not skip its tests");
    eprintln!("skipped: {what} is missing");
    false
}

/// Makes the virtual environment unless it stands already for this list.
fn install() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let directory = target.join("engines");
    let lock = File::create(target.join("engines.lock")).ok()?;
    lock.lock().ok()?;
    let (python, stamp) = (directory.join("bin/python"), directory.join("requirements.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == REQUIREMENTS) {
        return Some(python);
    }
    succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory)).then_some(())?;
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/requirements.txt");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"];
    assert!(succeeds(Command::new(&python).args(pip).arg(list)), "the engines could not be installed");
    fs::write(&stamp, REQUIREMENTS).ok()?;
    Some(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}
