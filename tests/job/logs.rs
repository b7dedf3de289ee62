//! What a run tells: JSON lines with stable events, metrics, and nothing that a terminal obeys.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::cable;
use super::site::Site;
use super::too_large;

/// The events of a run and what each tells besides time, level and name: a promise, also made in the README.
const EVENTS: &[(&str, &[&str])] = &[
    ("run_start", &["generation", "version"]),
    ("taken_up", &["generation"]),
    ("plan", &["found", "changed", "missing", "hidden", "full"]),
    ("hidden", &["path", "reason", "inputs"]),
    ("restless", &["path"]),
    ("damaged", &["path"]),
    ("unmatched", &["glob"]),
    ("progress", &["found", "cables", "bytes"]),
    ("file_error", &["path", "reason", "known"]),
    ("verify", &["files"]),
    ("publish", &["generation", "path"]),
    ("postponed", &["reason"]),
    ("run_end", &END),
];
const END: [&str; 15] = [
    "exit_code",
    "seconds",
    "published",
    "rows",
    "duplicates",
    "not_cables",
    "new_bad",
    "known_bad",
    "tombstones",
    "added",
    "removed",
    "edited",
    "rewritten",
    "error",
    "message",
];

fn events(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn name(event: &Value) -> &str {
    event["event"].as_str().unwrap()
}

fn assert_known(event: &Value) {
    let (_, fields) = EVENTS.iter().find(|(known, _)| *known == name(event)).unwrap_or_else(|| panic!("{event}"));
    let fields: BTreeSet<&str> = fields.iter().chain(&["timestamp", "level", "event"]).copied().collect();
    for key in event.as_object().unwrap().keys() {
        assert!(fields.contains(key.as_str()), "{key} is no promised field: {event}");
    }
}

#[test]
fn events_are_json_lines_with_promised_fields() {
    let site = Site::new("max_bad = 1");
    site.put("1.txt", cable(2005, "OSLO", 1, "The quay was inspected."));
    site.put("2.txt", too_large(0));
    let said = site.expect(3, &["--log-format", "json"]);
    let told = events(&said);
    told.iter().for_each(assert_known);
    let names: Vec<&str> = told.iter().map(name).filter(|name| *name != "progress").collect();
    assert_eq!(names, ["run_start", "plan", "verify", "file_error", "publish", "run_end"], "{said}");
    assert_eq!(told.last().unwrap()["exit_code"], 3);
    let unchanged = events(&site.expect(0, &["--log-format", "json"]));
    assert_eq!(unchanged.iter().map(name).collect::<Vec<_>>(), ["run_start", "plan", "file_error", "run_end"]);
    assert_eq!(unchanged[2]["known"], true);
    site.configure("keeep = 1");
    let failed = events(&site.expect(2, &["--log-format", "json"]));
    assert_eq!((name(&failed[0]), &failed[0]["exit_code"]), ("run_end", &Value::from(2)));
    assert!(failed[0]["error"].as_str().unwrap().contains("keeep"));
}

#[test]
fn the_readme_names_every_event() {
    let readme = include_str!("../../README.md");
    for (event, _) in EVENTS {
        assert!(readme.contains(&format!("| `{event}` |")), "{event} is missing");
    }
}

#[test]
fn names_with_control_characters_change_no_line() {
    let site = Site::new("max_bad = 1");
    let odd = "a\u{1b}[31m\u{9b}2J\n{\"event\":\"publish\"}\u{202e}.txt";
    site.put(odd, too_large(0));
    let harmless =
        |text: &str| text.chars().all(|letter| letter == '\n' || !letter.is_control() && letter != '\u{202e}');
    let said = site.expect(3, &["--allow-empty", "--log-format", "json"]);
    assert!(harmless(&said), "{said:?}");
    let told = events(&said);
    let error = told.iter().find(|event| name(event) == "file_error").unwrap();
    assert_eq!(error["path"], odd, "the name is told as it is");
    assert_eq!(told.iter().filter(|event| name(event) == "publish").count(), 1);
    let said = site.expect(0, &["-v"]);
    assert!(harmless(&said) && said.contains("\\u{1b}[31m"), "{said:?}");
    let (table, _) = site.run(0, &["status", "JOB.toml"]);
    assert!(harmless(&table) && table.contains("quarantine: a\\u{1b}"), "{table:?}");
}

#[test]
fn metrics_stand_beside_the_exit_code() {
    let site = Site::new("metrics_file = \"cablegram.prom\"");
    let metrics = || fs::read_to_string(site.path("cablegram.prom")).unwrap();
    site.expect(5, &[]);
    assert!(metrics().contains("\ncablegram_exit_code 5\n") && metrics().ends_with("# EOF\n"));
    site.put("1.txt", cable(2005, "OSLO", 1, "The quay was inspected."));
    site.expect(0, &[]);
    for line in ["cablegram_exit_code 0", "cablegram_rows 1", "cablegram_published 1", "cablegram_bad_new 0"] {
        assert!(metrics().lines().any(|told| told == line), "{line} is missing: {}", metrics());
    }
    // The run that holds the lock tells how it went; and no metrics are no reason to fail.
    let before = metrics();
    let lock = fs::File::options().write(true).open(site.path("cables/.lock")).unwrap();
    lock.lock().unwrap();
    site.expect(11, &[]);
    assert_eq!(metrics(), before);
    drop(lock);
    let said = site.expect(0, &["--metrics-file", "/nowhere/cablegram.prom"]);
    assert!(said.contains("left to the next run: cannot write /nowhere/cablegram.prom"), "{said}");
}

#[test]
fn metrics_tell_of_a_job_file_that_cannot_be_read() {
    let site = Site::new("metrics_file = \"cablegram.prom\"");
    let metrics = || fs::read_to_string(site.path("cablegram.prom")).unwrap();
    site.put("1.txt", cable(2005, "OSLO", 1, "The quay was inspected."));
    site.expect(0, &[]);
    let success = metrics().lines().find(|line| line.starts_with("cablegram_success")).unwrap().to_owned();
    let job = fs::read_to_string(site.path("JOB.toml")).unwrap();
    fs::write(site.path("JOB.toml"), format!("{job}kep = 3\n")).unwrap();
    site.expect(2, &[]);
    assert!(metrics().contains("\ncablegram_exit_code 2\n") && metrics().contains(&success), "{}", metrics());
    // Where the file cannot tell, the command line does; a file that is none of ours is never replaced.
    fs::write(site.path("JOB.toml"), "metrics_file =").unwrap();
    site.expect(2, &["--metrics-file", site.path("other.prom").to_str().unwrap()]);
    assert!(fs::read_to_string(site.path("other.prom")).unwrap().contains("\ncablegram_exit_code 2\n"));
    fs::write(site.path("mine.prom"), "mine").unwrap();
    site.expect(2, &["--metrics-file", site.path("mine.prom").to_str().unwrap()]);
    assert_eq!(fs::read(site.path("mine.prom")).unwrap(), b"mine");
}
