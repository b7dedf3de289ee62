//! `sync` and its sisters through the binary: exit codes one by one, locks, signals, generations, quarantine.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::cable;
use super::site::Site;
use super::too_large;

/// A site with one good input.
fn site(settings: &str) -> Site {
    let site = Site::new(settings);
    site.put("1.txt", cable(2005, "OSLO", 1, "The quay was inspected."));
    site
}

/// Runs and expects a failure that leaves what is published as it was.
fn fails(site: &Site, code: i32, more: &[&str], reason: &str) {
    let (before, names) = (site.current(), site.names());
    let said = site.expect(code, more);
    assert!(said.contains(reason), "{reason:?} is missing: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(site.current() == before, "{said}");
    assert!(names.is_empty() || site.names() == names, "{:?} {names:?}", site.names());
}

#[test]
fn exit_0_published_and_unchanged() {
    let site = site("");
    assert!(site.expect(0, &[]).starts_with("published generation 1: 1 cable (+1 −0 ~0), "));
    let names = site.names();
    assert!(site.expect(0, &[]).starts_with("nothing to do: 1 cable, "));
    assert_eq!(site.names(), names);
    site.verify(&["parquet/"]);
}

#[test]
fn exit_2_names_line_and_column() {
    let site = site("keeep = 2");
    fails(&site, 2, &[], "JOB.toml, line 3, column 1: `keeep` is not a setting: write one of");
    site.configure("max_bad = \"some\"");
    fails(&site, 2, &[], "some");
    site.configure("keep = \"two\"");
    fails(&site, 2, &[], "line 3, column 8");
    site.configure("on_missing = \"keep\"\noutputs = [\"xml,per=cable:xml/\"]");
    fails(&site, 2, &[], "on_missing = \"keep\"");
    site.configure("outputs = [\"../cables.parquet\"]");
    fails(&site, 2, &[], "within the dataset");
    site.configure("");
    assert!(site.expect(2, &["--keep", "two"]).contains("--keep"));
    fs::remove_file(site.path("JOB.toml")).unwrap();
    fails(&site, 2, &[], "cablegram init");
}

#[test]
fn exits_3_and_4_tell_new_bad_inputs_from_known_ones() {
    let site = site("max_bad = 1");
    site.put("2.txt", too_large(0));
    assert!(site.expect(3, &[]).contains("bad: 2.txt: larger than the limit"));
    assert!(site.expect(0, &[]).contains("1 bad (0 new)"));
    let quarantine = fs::read_to_string(site.path("cables/current/_quarantine/index.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(quarantine.trim()).unwrap();
    assert_eq!((&entry["path"], &entry["code"]), (&Value::from("2.txt"), &Value::from("unreadable")));
    site.put("3.txt", too_large(0));
    site.put("4.txt", too_large(0));
    let said = site.expect(4, &[]);
    assert!(said.contains("2 bad inputs, more than the 1 allowed"), "{said}");
    site.expect(3, &["--max-bad", "50%"]);
    // After a fix nothing is left in quarantine; rules of another job do not make known bad inputs new.
    site.configure("max_bad = 0\noutputs = [\"cables.parquet\"]");
    site.expect(0, &[]);
    for name in ["2.txt", "3.txt", "4.txt"] {
        site.put(name, cable(2006, "LIMA", name.as_bytes()[0].into(), name));
    }
    site.expect(0, &["--requeue"]);
    assert!(!site.path("cables/current/_quarantine").exists());
    site.put("5.txt", too_large(0));
    fails_with_bad(&site, &["--on-error", "fail"]);
    site.expect(3, &["--on-error", "skip", "--max-bad", "1"]);
    assert!(!site.path("cables/current/_quarantine").exists());
}

fn fails_with_bad(site: &Site, more: &[&str]) {
    let before = site.current();
    site.expect(4, more);
    assert!(site.current() == before);
}

#[test]
fn exit_5_inputs_missing_or_none() {
    let site = site("");
    site.expect(0, &[]);
    site.remove("1.txt");
    fails(&site, 5, &[], "--allow-empty");
    fs::remove_dir(site.path("in")).unwrap();
    fails(&site, 5, &[], "cannot read the input");
    fs::create_dir(site.path("in")).unwrap();
    site.expect(0, &["--allow-empty"]);
    assert!(site.expect(0, &["--allow-empty"]).contains("nothing to do: 0 cables"));
}

#[test]
fn exit_5_where_nothing_is_a_cable() {
    let site = Site::new("");
    site.put("seal.png", b"\x89PNG\r\n\x1A\n");
    site.put("note.txt", "A note.");
    fails(&site, 5, &[], "no cable among 2 inputs");
    assert!(site.expect(0, &["--allow-empty"]).contains("published generation 1: 0 cables"));
}

#[test]
fn exit_2_what_is_verified_is_no_output() {
    let site = site("");
    site.put("cables.csv", "a,b\n");
    let (_, said) = site.run(2, &["verify", "JOB.toml"]);
    assert!(said.contains("JOB.toml is a job file: verify its dataset, ") && said.contains("cables"), "{said}");
    let (_, said) = site.run(2, &["verify", "in/cables.csv"]);
    assert!(said.contains("in/cables.csv is not an output of cablegram"), "{said}");
}

#[test]
fn exit_6_no_place_for_the_dataset() {
    let site = site("");
    fs::write(site.path("file"), "").unwrap();
    let dataset = site.path("file/cables");
    fails(&site, 6, &["--dataset", dataset.to_str().unwrap()], "cannot create the dataset");
}

/// What is kept of inputs that are gone is their rows: a copy, or what is no cable, leaves nothing after.
#[test]
fn inputs_that_are_gone_leave_only_rows() {
    let site = site("on_missing = \"keep\"\noutputs = [\"parquet,by=year:parquet/\", \"xml,per=cable:xml/\"]");
    let text = cable(2005, "OSLO", 50, "The quay was inspected.");
    site.put("a.txt", &text);
    for name in ["note.txt", "other-note.txt"] {
        site.put(name, "Not a cable.");
    }
    site.expect(0, &[]);
    let settle = || {
        site.expect(0, &[]);
        site.run(0, &["verify", "cables"]);
        assert!(site.expect(0, &[]).contains("nothing to do"));
        let published = site.current();
        site.expect(0, &["--full"]);
        assert!(site.current() == published, "a full run changes nothing");
    };
    for (gone, put) in [("a.txt", "b.txt"), ("b.txt", "0.txt"), ("note.txt", "c.txt"), ("c.txt", "d.txt")] {
        site.remove(gone);
        settle();
        site.put(put, &text);
        settle();
    }
}

#[test]
fn inputs_that_are_no_cables_are_counted_changed_or_not() {
    let site = site("max_bad = 1");
    site.put("list.csv", "name,age\nAda,36\n");
    site.put("note.txt", "Buy milk.\n");
    site.put("lost.zip", "PK\u{3}\u{4}");
    let said = "1 cable, 0 duplicates, 2 other files, 1 bad";
    assert!(site.expect(3, &[]).replace(" (+1 −0 ~0)", "").contains(said));
    assert!(site.expect(0, &[]).contains(said));
    site.put("note.txt", "Buy bread.\n");
    assert!(site.expect(0, &[]).contains(said));
    site.remove("lost.zip");
    assert!(site.expect(0, &[]).contains("1 cable, 0 duplicates, 2 other files, 0 bad"));
    assert!(site.expect(0, &["--full"]).contains("1 cable, 0 duplicates, 2 other files, 0 bad"));
}

#[test]
fn rows_that_were_kept_stay_where_a_job_lets_none_go() {
    let site = site("on_missing = \"fail\"");
    site.put("2.txt", cable(2006, "LIMA", 2, "A new lighthouse."));
    site.expect(0, &[]);
    site.remove("2.txt");
    fails(&site, 5, &[], "inputs are gone: ");
    assert!(site.expect(0, &["--on-missing", "keep"]).contains("2 cables"));
    assert!(site.expect(0, &[]).contains("2 cables"));
    site.put("3.txt", cable(2006, "LIMA", 3, "A new pier."));
    assert!(site.expect(0, &[]).contains("3 cables (+1 −0 ~0)"));
    assert!(site.expect(0, &["--full"]).contains("3 cables"));
    site.remove("3.txt");
    fails(&site, 5, &[], "inputs are gone: ");
    assert!(site.expect(0, &["--on-missing", "drop"]).contains("1 cable "));
}

#[test]
fn missing_inputs_drop_keep_or_fail_and_exit_7() {
    let site = site("on_missing = \"keep\"");
    site.put("2.txt", cable(2006, "LIMA", 2, "A new lighthouse."));
    site.expect(0, &[]);
    site.remove("2.txt");
    fails(&site, 5, &["--on-missing", "fail"], "inputs are gone: ");
    assert!(site.expect(0, &[]).contains("2 cables, 0 duplicates, 0 other files, 0 bad (0 new), 1 kept without input"));
    site.expect(0, &["--full"]);
    assert!(site.expect(0, &[]).contains("nothing to do: 2 cables"));
    site.configure("on_missing = \"keep\"\noutputs = [\"cables.parquet\"]");
    fails(&site, 7, &[], "--on-missing drop");
    assert!(site.expect(0, &["--on-missing", "drop"]).contains(": 1 cable "));
}

#[test]
fn exit_8_a_damaged_manifest() {
    let site = site("");
    site.expect(0, &[]);
    let before = site.current();
    fs::write(site.path("cables/current/_manifest.jsonl"), "{").unwrap();
    fails(&site, 8, &[], "--full");
    site.expect(0, &["--full"]);
    assert!(site.current() == before);
}

#[test]
fn exit_10_and_rollback_mend_a_link_that_leads_nowhere() {
    let site = site("");
    site.run(10, &["status", "JOB.toml"]);
    site.expect(0, &[]);
    let before = site.current();
    fs::remove_file(site.path("cables/current")).unwrap();
    symlink("gen-000009", site.path("cables/current")).unwrap();
    let said = site.expect(10, &[]);
    assert!(said.contains("cablegram rollback"), "{said}");
    site.run(0, &["rollback", "JOB.toml"]);
    assert!(site.current() == before);
    site.run(10, &["rollback", "JOB.toml", "--to", "7"]);
    site.run(10, &["status", "nowhere"]);
}

#[test]
fn a_hold_that_cannot_be_read_lets_nothing_be_published() {
    let site = site("");
    site.expect(0, &[]);
    let before = site.current();
    site.put("2.txt", cable(2006, "LIMA", 2, "A new lighthouse."));
    site.expect(0, &[]);
    site.run(0, &["rollback", "JOB.toml"]);
    fs::write(site.path("cables/.hold"), "").unwrap();
    fails(&site, 8, &[], "sync --release");
    assert!(site.current() == before);
    site.run(0, &["rollback", "JOB.toml", "--to", "1"]);
    assert!(site.expect(0, &[]).contains("is held"));
    fs::write(site.path("cables/.hold"), "{").unwrap();
    assert!(site.expect(0, &["--release"]).contains("2 cables"));
}

#[test]
fn of_several_outputs_one_with_all_columns_is_read() {
    let site = Site::new("outputs = [\"parquet,drop=source_text:parquet/\", \"xml:xml/\", \"yaml,keep=mrn:a/\"]");
    site.put("parquet/1.txt", cable(2006, "LIMA", 1, "A lighthouse."));
    site.expect(0, &[]);
    site.run(0, &["restore", "cables", "-o", "originals"]);
    assert!(site.path("originals/parquet/1.txt").is_file());
}

#[test]
fn exit_11_while_another_run_holds_the_lock() {
    let site = site("");
    site.expect(0, &[]);
    let lock = fs::File::options().write(true).open(site.path("cables/.lock")).unwrap();
    lock.lock().unwrap();
    fails(&site, 11, &[], "holds the lock");
    fails(&site, 11, &["--lock-timeout", "1"], "holds the lock");
    site.run(11, &["rollback", "JOB.toml"]);
    site.run(11, &["gc", "JOB.toml"]);
    let waiting = site.sync(&["--lock-timeout", "60"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(lock);
    assert_eq!(waiting.wait_with_output().unwrap().status.code(), Some(0));
}

/// A site with so much to do that a run can be met at work.
fn busy_site() -> Site {
    let site = Site::new("");
    for serial in 0..1_500 {
        let name = format!("{}/{serial:04}.txt", serial % 7);
        site.put(&name, cable(2000 + serial % 9, "OSLO", serial, &format!("Notice {serial}.")));
    }
    site
}

/// Starts a run and waits until it tells that it knows what to do.
fn at_work(site: &Site) -> Child {
    let mut run = site.sync(&["--log-format", "json"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("\"plan\"")));
    std::thread::spawn(move || lines.for_each(drop));
    run
}

#[test]
fn two_runs_at_once() {
    let site = busy_site();
    let mut first = at_work(&site);
    let second = site.sync(&[]).output().unwrap();
    assert_eq!(second.status.code(), Some(11), "{}", String::from_utf8_lossy(&second.stderr));
    assert!(site.expect(0, &["--lock-timeout", "100"]).contains("nothing to do: 1500 cables"));
    assert_eq!(first.wait().unwrap().code(), Some(0));
    site.verify(&["parquet/"]);
}

#[test]
fn signals_stop_a_run_and_leave_nothing_visible() {
    let site = busy_site();
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let mut run = at_work(&site);
        kill_process(Pid::from_child(&run), signal).unwrap();
        assert_eq!(run.wait().unwrap().code(), Some(code));
        assert_eq!(site.names(), [".lock"]);
    }
    let lock = fs::File::options().write(true).open(site.path("cables/.lock")).unwrap();
    lock.lock().unwrap();
    let mut waiting = site.sync(&["--lock-timeout", "60"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    kill_process(Pid::from_child(&waiting), Signal::TERM).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(143), "a run that waits can be stopped, too");
}

#[test]
fn generations_are_listed_rolled_back_and_removed() {
    let site = site("keep = 2");
    for text in ["One.", "Two.", "Three."] {
        site.put("2.txt", cable(2006, "LIMA", 2, text));
        site.expect(0, &["--keep", "9"]);
    }
    let (table, _) = site.run(0, &["status", "JOB.toml"]);
    let rows: Vec<&str> = table.lines().collect();
    assert!(rows[0].starts_with("generation  published at") && rows[3].starts_with("* 3 "), "{table}");
    let (json, _) = site.run(0, &["status", "cables", "--json"]);
    let state: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&state["current"], &state["generations"][2]["rows"]), (&Value::from(3), &Value::from(2)));
    // A reader holds what it opened, whatever becomes of the generation.
    let held = fs::File::open(site.path("cables/gen-000001/_SUCCESS")).unwrap();
    let (printed, _) = site.run(0, &["rollback", "JOB.toml"]);
    assert!(printed.starts_with("generation 2 is current, and stays so until inputs change"), "{printed}");
    let said = site.expect(0, &[]);
    assert!(said.starts_with("generation 2 is held since a rollback (sync --release ends that): "), "{said}");
    assert!(said.contains("; the inputs now: "), "{said}");
    let (printed, _) = site.run(0, &["rollback", "JOB.toml", "--to", "3"]);
    assert_eq!(printed, "generation 3 is current\n");
    assert_eq!(site.run(0, &["gc", "JOB.toml"]).0, "1 generation removed\n");
    assert_eq!(site.names(), [".lock", "current", "gen-000002", "gen-000003"]);
    assert!(std::io::read_to_string(held).unwrap().contains("published_at"));
    site.run(0, &["gc", "JOB.toml", "--keep", "1"]);
    assert_eq!(site.names(), [".lock", "current", "gen-000003"]);
    site.run(10, &["rollback", "JOB.toml"]);
}

#[test]
fn status_names_the_inputs_that_differ_between_two_generations() {
    let site = site("keep = 3");
    site.expect(0, &[]);
    let (same, _) = site.run(0, &["status", "JOB.toml", "--diff", "1", "1"]);
    assert_eq!(same, "1 -> 1: +0 -0 ~0 >0\n");
    site.put("new.txt", cable(2006, "LIMA", 9, "Fresh."));
    site.put("1.txt", cable(2005, "OSLO", 1, "Other words."));
    site.expect(0, &[]);
    let (text, _) = site.run(9, &["status", "JOB.toml", "--diff", "1", "2"]);
    assert_eq!(text, "+ new.txt\n~ 1.txt\n1 -> 2: +1 -0 ~1 >0\n");
    let (json, _) = site.run(9, &["status", "JOB.toml", "--json", "--diff", "2", "1"]);
    assert!(json.contains("\"gone\": [\n    \"new.txt\""), "{json}");
    site.run(10, &["status", "JOB.toml", "--diff", "1", "9"]);
    // What has another name is neither new nor gone.
    fs::create_dir(site.path("in/moved")).unwrap();
    fs::rename(site.path("in/new.txt"), site.path("in/moved/old.txt")).unwrap();
    site.expect(0, &[]);
    let (text, _) = site.run(9, &["status", "JOB.toml", "--diff", "2", "3"]);
    assert_eq!(text, "> new.txt -> moved/old.txt\n2 -> 3: +0 -0 ~0 >1\n");
    let (json, _) = site.run(9, &["status", "JOB.toml", "--json", "--diff", "2", "3"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["moved"][0]["to"], "moved/old.txt");
}
