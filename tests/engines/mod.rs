//! The Python engines that outputs are tested with, in virtual environments under `target/`.
//!
//! Made on first use from the pinned lists. Where Python or Java is missing the test says so and is skipped; with
//! `CI=true` that is a failure.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const REQUIREMENTS: &str = include_str!("requirements.txt");
const MORE: &str = include_str!("more.txt");

/// Runs a script of this folder; gives what it printed, or `None` where the engines are missing.
pub fn run<A: AsRef<OsStr>>(script: &str, arguments: &[A]) -> Option<String> {
    Some(run_with(python()?, script, arguments))
}

/// Runs a script of this folder with the engines that only `just engines` asks.
pub fn run_with_more<A: AsRef<OsStr>>(script: &str, arguments: &[A]) -> Option<String> {
    let python = install("engines-more", MORE, WithWhatTheyNeed)?;
    Some(run_with(&python, script, arguments))
}

fn run_with<A: AsRef<OsStr>>(python: &Path, script: &str, arguments: &[A]) -> String {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines");
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("TZ", "UTC").arg(scripts.join(script)).args(arguments);
    let output = command.output().expect("python starts");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{script}:\n{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

/// Whether Java is there, which Spark needs.
pub fn java() -> bool {
    let found = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    found || missing("java")
}

/// The Python of the virtual environment, or `None` where there is no Python.
pub fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let installed = || install("engines", REQUIREMENTS, Alone).or_else(|| missing("python3").then(PathBuf::new));
    PYTHON.get_or_init(installed).as_deref()
}

/// Says that an engine is missing; a failure in CI.
fn missing(what: &str) -> bool {
    assert!(std::env::var_os("CI").is_none(), "{what} is missing, and CI must not skip its tests");
    eprintln!("skipped: {what} is missing");
    false
}

/// Whether a list names everything that is to be installed.
enum Listed {
    Alone,
    WithWhatTheyNeed,
}
use Listed::{Alone, WithWhatTheyNeed};

/// Makes a virtual environment below `target/`, or adds what the list has and it lacks.
fn install(name: &str, list: &str, listed: Listed) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let directory = target.join(name);
    let lock = File::create(target.join(format!("{name}.lock"))).ok()?;
    lock.lock().ok()?;
    let (python, stamp) = (directory.join("bin/python"), directory.join("installed.txt"));
    let installed = fs::read_to_string(&stamp).unwrap_or_default();
    if list.lines().all(|line| installed.lines().any(|known| known == line)) {
        return Some(python);
    }
    let made = python.exists() || succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory));
    made.then_some(())?;
    let packages = list.lines().filter(|line| !line.starts_with('#'));
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    if let Alone = listed {
        pip.arg("--no-deps");
    }
    assert!(succeeds(&mut pip), "the engines could not be installed");
    fs::write(&stamp, list).ok()?;
    Some(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}
