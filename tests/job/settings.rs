//! Where settings come from, and the files that `init` prints.

use std::fs;

use super::cable;
use super::site::Site;

#[test]
fn every_setting_tells_where_it_came_from() {
    let site = Site::new("keep = 5\nmax_bad = 1");
    let mut command = site.sync(&["--show-config", "--max-bad", "2%"]);
    let output = command.env("CABLEGRAM_KEEP", "7").env("CABLEGRAM_MAX_BAD", "9").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    for (line, origin) in [
        ("max_bad = \"2%\"", "flag"),
        ("keep = 7", "environment"),
        ("inputs = ", "file"),
        ("on_error = \"quarantine\"", "default"),
    ] {
        let found = shown.lines().find(|shown| shown.starts_with(line)).unwrap_or_else(|| panic!("{line}: {shown}"));
        assert!(found.ends_with(&format!("# {origin}")), "{found}");
    }
    // What is shown is a job file.
    fs::write(site.path("shown.toml"), &shown).unwrap();
    site.run(0, &["sync", "shown.toml", "--show-config"]);
    assert!(site.names().is_empty(), "nothing is done");
}

#[test]
fn status_and_gc_follow_the_environment_as_sync_does() {
    let site = Site::new("");
    site.put("1.txt", cable(2005, "OSLO", 1, "The quay was inspected."));
    let elsewhere = site.path("elsewhere");
    for arguments in [["sync", "JOB.toml"], ["status", "JOB.toml"], ["gc", "JOB.toml"]] {
        let output = site.command(&arguments).env("CABLEGRAM_DATASET", &elsewhere).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(elsewhere.join("current").exists());
}

#[test]
fn the_job_file_of_init_runs_as_it_is_and_with_every_line() {
    let site = Site::new("");
    let (template, _) = site.run(0, &["init"]);
    fs::create_dir(site.path("cables")).unwrap();
    fs::write(site.path("cables/1.txt"), cable(2005, "OSLO", 1, "The quay was inspected.")).unwrap();
    fs::write(site.path("JOB.toml"), &template).unwrap();
    site.run(0, &["sync", "JOB.toml"]);
    assert!(site.path("cables-dataset/current/parquet").is_dir());
    let (shown, _) = site.run(0, &["sync", "JOB.toml", "--show-config"]);
    let is_setting =
        |line: &&str| line.strip_prefix("# ").unwrap_or_default().contains(" = ") && !line.contains(": \"");
    let settings: Vec<&str> = template.lines().filter(is_setting).collect();
    let all = settings.iter().fold(template.clone(), |text, line| text.replace(line, &line[2..]));
    fs::write(site.path("JOB.toml"), all).unwrap();
    let (shown_all, _) = site.run(0, &["sync", "JOB.toml", "--show-config"]);
    assert!(!shown_all.contains("# default"), "{shown_all}");
    // Lines that are commented out show the defaults; two are only examples.
    let value = |line: &str| line.rsplit_once('#').unwrap().0.trim_end().to_owned();
    for line in shown.lines().filter(|line| !line.starts_with("include")) {
        assert!(shown_all.lines().any(|other| value(other) == value(line)), "{line} differs:\n{shown_all}");
    }
}

#[test]
fn units_treat_exit_codes_as_the_readme_says() {
    let site = Site::new("");
    for (unit, words) in [
        (
            "systemd",
            &[
                "SuccessExitStatus=3 11 143",
                "Type=oneshot",
                "OnCalendar=",
                "OnFailure=",
                "DynamicUser=yes",
                "TimeoutStartSec=",
            ][..],
        ),
        ("cron", &["0|3|11)", "/usr/local/bin/cablegram sync"]),
        ("airflow", &["skip_on_exit_code=11", "-eq 3"]),
        ("k8s", &["3|11) exit 0", "values: [2, 4, 7, 8]", "concurrencyPolicy: Forbid", "trap 'kill -TERM $p'"]),
    ] {
        let (text, _) = site.run(0, &["init", unit]);
        for word in words {
            assert!(text.contains(word), "{unit}: {word} is missing");
        }
        assert!(text.contains("cablegram sync --log-format json"), "{unit}");
    }
}

#[test]
fn the_readme_shows_what_init_prints() {
    let site = Site::new("");
    let readme = include_str!("../../README.md");
    for (language, unit) in [("```ini\n", "systemd"), ("```crontab\n", "cron")] {
        let (_, after) = readme.split_once(language).unwrap();
        let (text, _) = site.run(0, &["init", unit]);
        for line in after.split("```").next().unwrap().lines() {
            assert!(text.lines().any(|printed| printed == line), "{unit}: {line}");
        }
    }
}

/// The command of the cron line, run by a shell: what is no failure is silent, what is one is told.
#[test]
fn the_cron_line_works() {
    let site = Site::new("");
    let (text, _) = site.run(0, &["init", "cron"]);
    let line = text.lines().last().unwrap().trim_start_matches("17 * * * * ");
    let line = line
        .replace("/usr/local/bin/cablegram", env!("CARGO_BIN_EXE_cablegram"))
        .replace("/etc/cablegram/JOB.toml", "JOB.toml")
        .replace("/var/log/cablegram.jsonl", "log.jsonl");
    let shell = || std::process::Command::new("sh").args(["-c", &line]).current_dir(site.path("")).output().unwrap();
    let nothing_found = shell();
    assert_eq!(nothing_found.status.code(), Some(5));
    assert_eq!(String::from_utf8_lossy(&nothing_found.stdout), "cablegram sync: exit 5\n");
    site.put("1.txt", cable(2005, "OSLO", 1, "The quay was inspected."));
    let published = shell();
    assert_eq!((published.status.code(), published.stdout.len()), (Some(0), 0));
    assert!(fs::read_to_string(site.path("log.jsonl")).unwrap().contains("\"publish\""));
}
