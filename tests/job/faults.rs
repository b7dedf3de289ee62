//! Whatever write fails, the run says so, `current` stays what it was, and the next run ends as if nothing had
//! happened. The failures come from a library loaded before the C library, so that the program needs no hook.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::cable;
use super::site::Site;
use super::too_large;

const SETTINGS: &str =
    "outputs = [\"parquet,by=year:parquet/\", \"xml,per=cable:xml/\"]\nmax_bad = 1\nthreads = 1\nkeep = 2";
const OUTPUTS: [&str; 2] = ["parquet/", "xml/"];
const MANY: usize = 600;

/// A failure: its number, its name, and the exit codes that may come of it.
///
/// No space and no permission are told as such (6). An error of the device is no refusal of the output where a
/// format's writer meets it, but a failure of the machine (1).
struct Fault {
    number: u32,
    name: &'static str,
    codes: &'static [i32],
}

const FULL: Fault = Fault { number: 28, name: "ENOSPC", codes: &[6] };
const FORBIDDEN: Fault = Fault { number: 13, name: "EACCES", codes: &[6] };
const BROKEN: Fault = Fault { number: 5, name: "EIO", codes: &[1, 6] };
const READ_ONLY: Fault = Fault { number: 30, name: "EROFS", codes: &[6] };

/// The library that lets calls fail; `None` where there is no C compiler.
pub fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(compile).as_deref()
}

fn compile() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/job/fault.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libfault.so");
    let compiler =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl").status();
    if compiler.is_ok_and(|status| status.success()) {
        return Some(library);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no failure can be injected: cc is missing");
    eprintln!("skipped: failures of writes are injected by a library that cc compiles, and cc is missing");
    None
}

/// How a run with a failing call ended: its exit code, and which call failed, if it came that far.
fn run(site: &Site, library: &Path, fault: &Fault, at: &str) -> (Option<i32>, Option<String>, String) {
    let fired = site.path("fired");
    let _ = fs::remove_file(&fired);
    let mut command = site.sync(&[]);
    command.env("LD_PRELOAD", library).env("FAULT_BELOW", site.path("cables")).env("FAULT_FIRED", &fired);
    let output = command.env("FAULT_AT", at).env("FAULT_ERRNO", fault.number.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), fs::read_to_string(fired).ok(), said)
}

/// Makes the inputs the even or the odd state: a cable of 2004 is edited, one of 2006 comes and goes.
fn put(site: &Site, round: usize) {
    site.put("1.txt", cable(2003, "OSLO", 1, "The quay was inspected."));
    site.put("2.txt", cable(2004, "OSLO", 2, &format!("Remark {}.", round % 2)));
    site.put("3.txt", too_large(round % 2));
    match round % 2 {
        0 => drop(fs::remove_file(site.path("in/4.txt"))),
        _ => site.put("4.txt", cable(2006, "LIMA", 4, "A new lighthouse.")),
    }
}

/// Where no write at all succeeds any more, there may be a whole generation that is not in force; nothing else may.
fn assert_nothing_half_made(site: &Site, what: &str) {
    for name in site.names() {
        let is_whole = site.path("cables").join(&name).join("_SUCCESS").is_file();
        assert!([".lock", "current"].contains(&name.as_str()) || is_whole, "{name} is there: {what}");
    }
}

/// Lets the first, second, third ... write of an incremental run fail, until a run has no more of them.
fn assert_every_write_may_fail(fault: &Fault, later: &str) {
    let Some(library) = library() else { return };
    let site = Site::new(SETTINGS);
    let states = [1, 0].map(|round| {
        put(&site, round);
        site.sync(&["--full"]).output().unwrap();
        site.current().unwrap()
    });
    let mut failed = 0;
    for at in 1..MANY {
        put(&site, at);
        let (before, after) = (&states[at % 2], &states[(at + 1) % 2]);
        let names = site.names();
        let (code, fired, said) = run(&site, library, fault, &format!("{at}{later}"));
        let what = format!("{} at write {at}, {fired:?}, exit {code:?}: {said}", fault.name);
        let Some(_) = fired else {
            assert_eq!(code, Some(0), "{what}");
            assert!(failed > 20, "only {failed} writes failed");
            return;
        };
        if code == Some(0) {
            // Not needed for the data, or done in another way.
            assert!(site.current().as_ref() == Some(after), "{what}");
        } else {
            failed += 1;
            assert!(fault.codes.contains(&code.unwrap_or(-1)), "{what}");
            assert!(said.contains("cannot"), "{what}");
            assert!(site.current().as_ref() == Some(before), "{what}");
            assert_nothing_half_made(&site, &what);
            assert!(later == "+" || site.names() == names, "{what}: {:?}", site.names());
            site.verify(&OUTPUTS);
        }
        site.expect(0, &[]);
        assert!(site.current().as_ref() == Some(after), "{what}: the next run differs");
    }
    panic!("{} writes, and no end", MANY);
}

#[test]
fn a_disk_that_is_full_from_some_write_on() {
    assert_every_write_may_fail(&FULL, "+");
}

#[test]
fn a_write_that_is_forbidden() {
    assert_every_write_may_fail(&FORBIDDEN, "");
}

#[test]
fn a_disk_that_breaks() {
    assert_every_write_may_fail(&BROKEN, "");
}

#[test]
fn a_first_run_that_fails_leaves_no_generation() {
    let Some(library) = library() else { return };
    let site = Site::new(SETTINGS);
    put(&site, 1);
    for at in (1..MANY).step_by(7) {
        let (code, fired, said) = run(&site, library, &FULL, &format!("{at}+"));
        if fired.is_none() {
            return;
        }
        if code == Some(6) {
            assert_nothing_half_made(&site, &said);
            assert_eq!(site.current(), None, "write {at}: {said}");
            let _ = fs::remove_dir_all(site.path("cables"));
        } else {
            assert_eq!(code, Some(3), "write {at}: {said}");
            fs::remove_dir_all(site.path("cables")).unwrap();
        }
    }
    panic!("{} writes, and no end", MANY);
}

/// Fails, in one run, the first call of that name on an input.
fn fail_call(site: &Site, library: &Path, input: &str, call: &str) -> (Option<i32>, String) {
    for at in 1..20 {
        let fired = site.path("fired");
        let _ = fs::remove_file(&fired);
        let mut command = site.sync(&["--max-bad", "1"]);
        command.env("LD_PRELOAD", library).env("FAULT_BELOW", site.path(input)).env("FAULT_FIRED", &fired);
        command.env("FAULT_READS", "1").env("FAULT_AT", at.to_string()).env("FAULT_ERRNO", "5");
        let output = command.output().unwrap();
        if fs::read_to_string(fired).is_ok_and(|name| name == call) {
            return (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    panic!("{input} was not reached by {call}");
}

#[test]
fn what_the_system_did_not_let_be_read_is_read_by_the_next_run() {
    let Some(library) = library() else { return };
    for call in ["open", "read"] {
        let site = Site::new("threads = 1");
        site.put("1.txt", cable(2003, "OSLO", 1, "The quay was inspected."));
        site.put("2.txt", cable(2004, "OSLO", 2, "A remark."));
        // A first time, of which nothing is known, and after a change.
        for edition in ["A remark.", "Another remark."] {
            site.put("2.txt", cable(2004, "OSLO", 2, edition));
            let (code, said) = fail_call(&site, library, "in/2.txt", call);
            // It may have been bad before, by another call.
            assert!([Some(0), Some(3)].contains(&code), "{call}: {said}");
            assert!(
                site.run(0, &["status", "JOB.toml"]).0.contains("quarantine: 2.txt: cannot read"),
                "{call}: {said}"
            );
            let said = site.expect(0, &[]);
            assert!(said.contains("2 cables") && said.contains(" 0 bad"), "{call}: {said}");
        }
    }
}

#[test]
fn a_dataset_that_is_read_only() {
    let Some(library) = library() else { return };
    let site = Site::new(SETTINGS);
    put(&site, 0);
    site.expect(3, &[]);
    let (before, names) = (site.current(), site.names());
    put(&site, 1);
    let (code, _, said) = run(&site, library, &READ_ONLY, "1+");
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("Read-only file system"), "{said}");
    assert!(site.current() == before && site.names() == names);
}
