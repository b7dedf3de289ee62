//! Whatever call of the system fails, reading or writing: the program ends with a code that is documented, nothing is
//! half written, and the next run is as if nothing had happened.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::faults::library;
use super::site::Site;
use super::{cable, gather};

/// EIO, ENOSPC, EACCES, ESTALE, EMFILE, EINTR, ENOMEM.
const ERRORS: [u32; 7] = [5, 28, 13, 116, 24, 4, 12];
/// Exit codes that the README lists for a run that meets a failure of the machine.
const DOCUMENTED: [i32; 10] = [0, 1, 2, 3, 4, 5, 6, 8, 10, 11];
/// More calls than a run makes.
const MANY: usize = 100_000;

/// How a command ended, and the call that failed, if it came that far.
struct Ended {
    code: i32,
    fired: Option<String>,
    said: String,
}

/// Which calls are counted, and which of them fail.
#[derive(Clone, Copy)]
struct Counted {
    /// The name of a call; all where there is none.
    only: Option<&'static str>,
    step: usize,
}

fn run(site: &Site, library: &Path, arguments: &[&str], error: u32, at: usize, only: Option<&str>) -> Ended {
    let fired = site.path("fired");
    let _ = fs::remove_file(&fired);
    let mut command = site.command(arguments);
    command.env("LD_PRELOAD", library).env("FAULT_READS", "1").env("FAULT_BELOW", site.path(""));
    command.env("FAULT_FIRED", &fired).env("FAULT_AT", at.to_string()).env("FAULT_ERRNO", error.to_string());
    if let Some(name) = only {
        command.env("FAULT_ONLY", name);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ended { code: output.status.code().unwrap_or(-1), fired: fs::read_to_string(fired).ok(), said }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    if folder.is_dir() {
        gather(folder, folder, &mut files);
    }
    files.retain(|name, _| !name.contains(".cablegram-"));
    files
}

/// Lets every `step`th call fail in turn, each with the next error, until a run has no more of them. `check` is given
/// how each ended.
fn assert_every_call_may_fail(
    site: &Site,
    Counted { only, step }: Counted,
    mut arguments: impl FnMut(usize) -> Vec<String>,
    check: impl Fn(&Ended, &str),
) {
    let Some(library) = library() else { return };
    for at in (1..MANY).step_by(step) {
        let error = ERRORS[at / step % ERRORS.len()];
        let words = arguments(at);
        let ended = run(site, library, &words.iter().map(String::as_str).collect::<Vec<_>>(), error, at, only);
        let what = format!("error {error} at call {at}, {:?}, exit {}: {}", ended.fired, ended.code, ended.said);
        if ended.fired.is_none() {
            assert_eq!(ended.code, 0, "{what}");
            assert!(at > step, "no call failed");
            return;
        }
        assert!(DOCUMENTED.contains(&ended.code) && !ended.said.contains("panicked"), "{what}");
        check(&ended, &what);
    }
    panic!("no end");
}

fn site() -> Site {
    let site = Site::new(
        "outputs = [\"parquet,by=year:parquet/\", \"xml,per=cable:xml/\"]\nthreads = 1\nmax_missing = \"100%\"",
    );
    for serial in 1..=4 {
        site.put(&format!("{serial}.txt"), cable(2004 + serial % 2, "OSLO", serial, &format!("Notice {serial}.")));
    }
    site
}

fn words(site: &Site, line: &str) -> Vec<String> {
    let folder = site.path("");
    line.split(' ').map(|word| word.replace('@', &folder.to_string_lossy())).collect()
}

fn assert_commands(calls: Counted) {
    let site = site();
    let before = words(&site, "convert @/in -q -o @/a.xml -o parquet:@/a/");
    site.run(0, &before.iter().map(String::as_str).collect::<Vec<_>>());
    let whole = fs::read(site.path("a.xml")).unwrap();
    let originals = files(&site.path("in"));

    let convert = |_| {
        let _ = fs::remove_dir_all(site.path("out"));
        fs::create_dir(site.path("out")).unwrap();
        words(&site, "convert @/in -q --threads 1 --max-bad 0 -o @/out/b.xml -o xml:@/out/parts/ --report @/out/r.json")
    };
    assert_every_call_may_fail(&site, calls, convert, |ended, what| {
        let out = files(&site.path("out"));
        let found = out.get("b.xml");
        assert!(found.is_none_or(|found| *found == whole), "{what}");
        assert_eq!(found.is_some(), out.contains_key("parts/_cablegram.json"), "all or none: {what}");
        assert!(ended.code != 0 || found.is_some(), "{what}");
    });

    let restore = |_| {
        let _ = fs::remove_dir_all(site.path("back"));
        words(&site, "restore @/a -o @/back")
    };
    assert_every_call_may_fail(&site, calls, restore, |ended, what| {
        let back = files(&site.path("back"));
        assert!(if ended.code == 0 { back == originals } else { back.is_empty() || back == originals }, "{what}");
    });

    let verify = |_| words(&site, "verify @/a.xml @/a -q");
    assert_every_call_may_fail(&site, calls, verify, |_, _| {});
    site.run(0, &["verify", "a.xml", "a", "-q"]);
}

fn assert_job(calls: Counted) {
    let site = site();
    site.expect(0, &[]);
    let round = std::cell::Cell::new(0);
    let sync = |at| {
        round.set(at);
        site.put("1.txt", cable(2005, "OSLO", 1, &format!("Round {at}.")));
        words(&site, "sync @/JOB.toml")
    };
    assert_every_call_may_fail(&site, calls, sync, |_, what| {
        assert!(site.current().is_some(), "{what}");
        site.verify(&["parquet/", "xml/"]);
        site.expect(0, &[]);
        let mended = site.current();
        site.expect(0, &["--full"]);
        assert!(site.current() == mended, "the next run differs: {what}");
    });
}

#[test]
fn some_calls_of_each_command_may_fail() {
    assert_commands(Counted { only: None, step: 23 });
    assert_job(Counted { only: None, step: 61 });
}

/// What could not be looked at is never taken for something that is not there.
#[test]
fn a_look_that_fails_is_no_answer() {
    assert_commands(Counted { only: Some("statx"), step: 5 });
    assert_job(Counted { only: Some("statx"), step: 3 });
}

/// `cargo test every_call -- --ignored`.
#[test]
#[ignore = "takes an hour"]
fn every_call_of_each_command_may_fail() {
    assert_commands(Counted { only: None, step: 1 });
    assert_job(Counted { only: None, step: 1 });
}
