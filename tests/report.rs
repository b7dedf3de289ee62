//! The page to decide on: what it says, that it loads nothing, and that what cables say is never markup.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");
const NASTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/nasty");
const DATE: [&str; 2] = ["--date", "2026-11-29"];

/// Runs, expects that exit code, and gives what was said.
fn expect(code: i32, folder: &TempDir, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABLEGRAM_")) {
        command.env_remove(name);
    }
    let output = command.env_remove("SOURCE_DATE_EPOCH").current_dir(folder.path()).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

fn facts(folder: &TempDir, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path().join(name)).unwrap()).unwrap()
}

/// Every element is closed, attributes are quoted, and no element or attribute loads or runs anything.
fn check_page(page: &str) {
    let body = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = true;
    let mut depth = 0;
    loop {
        use quick_xml::events::Event;
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error} at {}", reader.buffer_position()));
        let start = match event {
            Event::Eof => break,
            Event::Start(start) => {
                depth += 1;
                start
            }
            Event::Empty(start) => start,
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            _ => continue,
        };
        let name = start.name().as_ref().to_owned();
        let loads = ["script", "link", "img", "iframe", "object", "embed", "form", "input", "image", "use"];
        assert!(!loads.contains(&name.as_str()), "{name}");
        for attribute in start.attributes() {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            assert!(!key.starts_with("on") && key != "src" && key != "style", "{name} {key}");
            assert!(key != "href" || attribute.value.starts_with('#'), "{name} {key}");
        }
    }
    assert_eq!(depth, 0);
    assert!(!page.contains("url(") && !page.contains("@import"));
}

#[test]
fn the_page_says_what_arrived_and_what_to_decide() {
    let folder = TempDir::new().unwrap();
    let said = expect(0, &folder, &[&["report", ARCHIVE, "-o", "a.html", "--id", "2026-014"][..], &DATE].concat());
    assert!(said.contains("look: 51 files or records are exact copies of others: "), "{said}");
    let facts = facts(&folder, "a.json");
    let arrived = &facts["arrived"];
    for (name, expected) in [("cables", 57), ("copies", 51), ("not_cables", 4), ("bad", 0)] {
        assert_eq!(arrived[name]["count"], expected, "{name}");
    }
    assert_eq!((&arrived["files"], &facts["proof"]["rebuilt"]), (&112.into(), &57.into()));
    let version = &facts["versions"]["examples"][0];
    assert_eq!((&version["mrn"], &version["later"][0]), (&"07OSLO118".into(), &"dates/2007/07OSLO118.txt".into()));
    assert_eq!((&facts["gaps"]["cited"], &facts["whole"]["partial"]["cables"]), (&45.into(), &10.into()));
    // 10 partial extracts, 3 envelopes and one with redactions are not complete.
    assert_eq!(facts["whole"]["complete"], 43);
    let years = facts["coverage"]["years"].as_array().unwrap();
    assert_eq!(years.iter().map(|year| year["all"].as_u64().unwrap()).sum::<u64>(), 57);
    let posts = facts["coverage"]["posts"].as_array().unwrap();
    let shown: u64 = posts.iter().map(|post| post["all"].as_u64().unwrap()).sum();
    assert_eq!(shown + facts["coverage"]["more_rows"].as_u64().unwrap(), 57);
    let page = fs::read_to_string(folder.path().join("a.html")).unwrap();
    check_page(&page);
    assert!(page.contains("Accession 2026-014") && page.contains("07OSLO118") && page.contains("<svg"), "{page}");
    assert!(page.find("id=\"decision\"").unwrap() < page.find("id=\"arrived\"").unwrap());
    for decision in facts["decisions"].as_array().unwrap() {
        let section = decision["section"].as_str().unwrap();
        assert!(page.contains(&format!("<h2 id=\"{section}\">")), "{decision}");
        assert_ne!(decision["weight"], "fail");
    }
    // Every section is in the contents, and whoever follows a link comes to one.
    let anchors =
        |before: &str| page.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect::<Vec<_>>();
    let sections = anchors("<h2 id=\"");
    assert!(sections.len() > 10 && anchors("href=\"#").iter().all(|link| sections.contains(link) || *link == "main"));
    assert!(sections.iter().all(|section| page.contains(&format!("<li><a href=\"#{section}\""))));
}

#[test]
fn names_of_facts_are_stable() {
    let folder = TempDir::new().unwrap();
    expect(0, &folder, &["report", ARCHIVE, "-q", "-o", "a.html"]);
    let facts = facts(&folder, "a.json");
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(facts["report"], 1);
    assert_eq!(
        names(&facts),
        "report accession made decisions arrived proof coverage gaps versions whole markings odd characters changes"
    );
    assert_eq!(
        names(&facts["arrived"]),
        "files cables copies same_cables not_cables bad documents links kinds examples copy_names same_cable_names"
    );
    assert_eq!(names(&facts["proof"]), "rows rebuilt stretches output_files output_failures digest");
    assert_eq!(names(&facts["gaps"]), "series series_in_all numbers held cited cited_absent absent");
    assert_eq!(names(&facts["decisions"][0]), "rule weight sentence section");
}

#[test]
fn what_cables_say_is_never_markup() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let hostile = "09ASTANA1\n<script>alert(1)</script>\nFri Jun 12 00:00:00 +0200 2009\nSECRET<b>\nEmbassy\n\u{1b}[31mUNCLAS ASTANA 001005 \
                   \n \nE.O. 12958: N/A \nTAGS: <X> \nSUBJECT: \" onload=\"x \n \n1. <img src=x onerror=alert(1)> \n";
    fs::write(folder.path().join("in/<b>&\"x.txt"), hostile).unwrap();
    fs::write(folder.path().join("in/no-cable.<i>"), "\u{1b}]0;x\u{7} a text that is none\n").unwrap();
    expect(0, &folder, &[&["report", "in", NASTY, "-o", "a.html", "--id", "<u>", "-q"][..], &DATE].concat());
    let page = fs::read_to_string(folder.path().join("a.html")).unwrap();
    check_page(&page);
    assert!(page.contains("&lt;u&gt;") && !page.contains("<u>"), "{page}");
    assert!(!page.chars().any(|letter| letter.is_control() && letter != '\n'), "{page}");
}

#[test]
fn two_reports_of_one_day_are_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    for (name, threads) in [("a.html", "1"), ("b.html", "3")] {
        expect(0, &folder, &[&["report", ARCHIVE, "-q", "-o", name, "--threads", threads][..], &DATE].concat());
    }
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("a.html") == read("b.html") && read("a.json") == read("b.json"));
}

#[test]
fn changes_since_the_last_delivery_fail_it_unless_the_archive_says_otherwise() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let envelope = "09ASTANA1\nA title\nFri Jun 12 00:00:00 +0200 2009\nUNCLASSIFIED\nEmbassy Astana\n";
        let text = format!("{envelope}UNCLAS ASTANA 000001 \n \nTAGS: PREL \nSUBJECT: A TITLE \n \n1. {text} \n");
        fs::write(path, text).unwrap();
    };
    for name in ["a.txt", "b.txt", "c.txt"] {
        put(name, name);
    }
    for form in ["csv", "jsonl", "parquet"] {
        let inventory = format!("old.{form}");
        expect(0, &folder, &["convert", "in", "-q", "--dry-run", "-o", "x.xml", "--inventory", &inventory]);
    }
    put("b.txt", "other words");
    fs::remove_file(folder.path().join("in/c.txt")).unwrap();
    put("new/d.txt", "more");
    for form in ["csv", "jsonl", "parquet"] {
        let (previous, page) = (format!("old.{form}"), format!("{form}.html"));
        let said = expect(4, &folder, &["report", "in", "-o", &page, "--previous", &previous]);
        assert!(said.contains("fail: Since the last delivery, 1 file or record is missing: c.txt."), "{said}");
        let changes = &facts(&folder, &format!("{form}.json"))["changes"];
        let names = |kind: &str| (changes[kind]["count"].as_u64().unwrap(), changes[kind]["examples"][0].clone());
        assert_eq!(names("added"), (1, "new/d.txt".into()), "{form}");
        assert_eq!(names("gone"), (1, "c.txt".into()), "{form}");
        assert_eq!(names("changed"), (1, "b.txt".into()), "{form}");
        assert_eq!(changes["unchanged"], 1, "{form}");
    }
    let info = "organization = \"A house\"\n[rules]\ngone = \"pass\"\nchanged = \"look\"\n";
    fs::write(folder.path().join("INFO.toml"), info).unwrap();
    let said = expect(0, &folder, &["report", "in", "-o", "x.html", "--previous", "old.csv", "--info", "INFO.toml"]);
    assert!(said.contains("look: Since the last delivery") && !said.contains("fail:"), "{said}");
    fs::write(folder.path().join("INFO.toml"), "[rules]\ngnoe = \"pass\"\n").unwrap();
    assert!(expect(2, &folder, &["report", "in", "-o", "y.html", "--info", "INFO.toml"]).contains("gnoe"));
}

/// An inventory that lost its end would say that what it lost is new.
#[test]
fn a_previous_inventory_that_was_cut_is_refused() {
    let folder = TempDir::new().unwrap();
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "a.xml", "--inventory", "i.csv"]);
    expect(0, &folder, &["convert", ARCHIVE, "-q", "-o", "b.xml", "--inventory", "i.jsonl"]);
    let whole = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let (csv, lines) = (whole("i.csv"), whole("i.jsonl"));
    let header = csv.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for (name, cut, told) in [
        ("empty.csv", &csv[..0], "no column path"),
        ("names.csv", &csv[..4], "last row"),
        ("row.csv", &csv[..csv.len() - 40], "last row"),
        ("end.csv", &csv[..csv.len() - 2], "last row"),
        ("empty.jsonl", &lines[..0], "empty"),
        ("row.jsonl", &lines[..lines.len() - 40], "EOF"),
    ] {
        fs::write(folder.path().join(name), cut).unwrap();
        let said = expect(5, &folder, &["report", ARCHIVE, "-o", "r.html", "--previous", name]);
        assert!(said.contains(told) && said.contains(name), "{name}: {said}");
    }
    let joined = [&csv[..csv.len() - 200], b"\r\n"].concat();
    fs::write(folder.path().join("joined.csv"), joined).unwrap();
    expect(5, &folder, &["report", ARCHIVE, "-o", "r.html", "--previous", "joined.csv"]);
    // A delivery may have been of nothing.
    fs::write(folder.path().join("nothing.csv"), &csv[..header]).unwrap();
    expect(0, &folder, &["report", ARCHIVE, "-q", "-o", "r.html", "--previous", "nothing.csv"]);
}

#[test]
fn records_of_a_dump_are_told_by_their_bytes_and_named_with_their_number() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, records: &[(u32, &str)]| {
        let record = |(serial, text): &(u32, &str)| {
            format!(
                "09ASTANA{serial}\nA title\nFri Jun 12 00:00:00 +0200 2009\nUNCLASSIFIED\nEmbassy Astana\n\
                 UNCLAS ASTANA {serial:06} \n \nTAGS: PREL \nSUBJECT: A TITLE \n \n1. {text} \n"
            )
        };
        fs::create_dir_all(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in").join(name), records.iter().map(record).collect::<String>()).unwrap();
    };
    let mut records: Vec<(u32, &str)> = (1..=9).map(|serial| (serial, "The pier is old.")).collect();
    put("all.txt", &records);
    put("old.txt", &[(90, "A notice.")]);
    expect(0, &folder, &["convert", "in", "-q", "--dry-run", "-o", "x.xml", "--inventory", "old.csv"]);
    records.remove(0);
    records[3].1 = "The pier is new.";
    records[5].0 = 77;
    put("all.txt", &records);
    fs::rename(folder.path().join("in/old.txt"), folder.path().join("in/renamed.txt")).unwrap();
    expect(4, &folder, &["report", "in", "-o", "page.html", "--previous", "old.csv"]);
    let changes = &facts(&folder, "page.json")["changes"];
    let names = |kind: &str| changes[kind]["examples"].clone();
    // The file as a whole has changed as well.
    for (kind, expected) in [
        ("gone", &["all.txt#0", "all.txt#6"][..]),
        ("added", &["all.txt#5"]),
        ("changed", &["all.txt#3", "all.txt"]),
        ("moved", &["renamed.txt"]),
    ] {
        assert_eq!(names(kind), expected.iter().copied().collect::<Value>(), "{kind}");
    }
    assert_eq!(changes["unchanged"], 6);
}

#[test]
fn bad_inputs_are_facts_and_exit_codes() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::copy(format!("{ARCHIVE}/dates/2009/09ASTANA1188.txt"), folder.path().join("in/a.txt")).unwrap();
    fs::write(folder.path().join("in/b.zip"), b"PK\x03\x04 cut").unwrap();
    assert!(
        expect(3, &folder, &["report", "in", "-o", "a.html"])
            .contains("look: 1 file or record is damaged or unreadable")
    );
    assert!(
        expect(4, &folder, &["report", "in", "-o", "b.html", "--max-bad", "0"])
            .contains("fail: 1 file or record is damaged or unreadable; 0 allowed.")
    );
    assert!(folder.path().join("b.html").exists(), "the page says why");
    expect(6, &folder, &["report", "in", "-o", "b.html"]);
    expect(3, &folder, &["report", "in", "-o", "b.html", "--overwrite"]);
    assert!(expect(2, &folder, &["report", "in", "-o", "b.pdf"]).contains(".html"));
    assert!(expect(2, &folder, &["report", "in", "-o", "c.html", "--limit", "1"]).contains("leave --limit out"));
    assert!(expect(2, &folder, &["report", "in", "-o", "c.html", "--date", "soon"]).contains("2026-11-29"));
}

/// Only in CI: installing what looks at the page takes a minute, and a browser is not on every machine.
#[test]
fn a_browser_finds_no_barrier_in_the_page() {
    let browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let browser = browsers.into_iter().find(|browser| Path::new(browser).is_file());
    let (Some(browser), Some(_)) = (browser, std::env::var_os("CI")) else {
        return eprintln!("skipped: the page is looked at with CI=true, where a Chromium is installed");
    };
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("browser");
    fs::create_dir_all(&tools).unwrap();
    for name in ["axe.mjs", "package.json"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(name), tools.join(name)).unwrap();
    }
    let npm = Command::new("npm").args(["install", "--silent", "--no-audit", "--no-fund"]).current_dir(&tools).status();
    if !npm.is_ok_and(|status| status.success()) {
        return eprintln!("skipped: npm is missing, or cannot install axe-core and puppeteer-core");
    }
    let folder = TempDir::new().unwrap();
    expect(0, &folder, &["report", ARCHIVE, NASTY, "-q", "-o", "a.html", "--id", "2026-014"]);
    let mut node = Command::new("node");
    let output =
        node.current_dir(&tools).arg("axe.mjs").arg(browser).arg(folder.path().join("a.html")).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}
