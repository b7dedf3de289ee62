//! `cablegram verify DATASET`: whatever of the generation in force is not what was published is named, and `sync --full`
//! mends it.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::cable;
use super::dumps::dump_of;
use super::site::{Site, files};
use super::too_large;

const SETTINGS: &str = "outputs = [\"parquet,by=year:parquet/\", \"xml,per=cable:xml/\"]\nmax_bad = 9";

/// A site with texts, a copy, a dump and a bad input, published.
fn published(settings: &str) -> Site {
    let site = Site::new(settings);
    for serial in 1..=3 {
        site.put(&format!("{serial}.txt"), cable(2004 + serial % 2, "OSLO", serial, &format!("Notice {serial}.")));
    }
    site.put("copy.txt", cable(2005, "OSLO", 1, "Notice 1."));
    site.put("dump.csv", dump_of(&["A toll.", "A quay."]));
    site.put("large.txt", too_large(0));
    site.expect(3, &[]);
    site
}

/// What the scrub prints, which must end with `code`.
fn scrub(site: &Site, code: i32) -> String {
    site.run(code, &["verify", "cables"]).0
}

#[test]
fn a_sound_dataset_is_sound_by_any_of_its_names() {
    let site = published(SETTINGS);
    for name in ["cables", "cables/", "cables/current", "cables/current/", "cables/gen-000001"] {
        let (printed, _) = site.run(0, &["verify", name]);
        assert!(printed.contains(": sound: 14 files, 5 rows, 5 sources rebuilt byte for byte"), "{name}: {printed}");
        assert!(printed.contains("parquet: 3 files, 5 rows, digest ") && printed.contains("xml: 5 files, 5 rows"));
    }
    let (_, said) = site.run(2, &["verify", "cables", "--expect", &"0".repeat(64)]);
    assert!(said.contains("cables, such as current/parquet/"), "{said}");
    site.run(0, &["verify", "cables", "--report", "proof.json"]);
    assert!(fs::read_to_string(site.path("proof.json")).unwrap().contains("\"exit\":0"));
    // A generation that is not in force is proven by its own name.
    site.put("1.txt", cable(2005, "OSLO", 1, "Another notice."));
    site.expect(0, &[]);
    fs::write(site.path("cables/gen-000001/xml/planted.xml"), "<x/>").unwrap();
    scrub(&site, 0);
    site.run(8, &["verify", "cables/gen-000001"]);
    // Nothing is published in an empty one.
    fs::create_dir(site.path("empty")).unwrap();
    fs::write(site.path("empty/.lock"), "").unwrap();
    assert!(site.run(10, &["verify", "empty"]).1.contains("nothing is published yet"));
}

/// Does something to every file in turn; each time the scrub names the file, and a full run mends it.
fn assert_each_is_named(settings: &str, harm: impl Fn(&Path)) {
    let site = published(settings);
    let generation = site.path("cables/gen-000001");
    for path in files(&generation) {
        let name = path.strip_prefix(&generation).unwrap().to_string_lossy().into_owned();
        let before = fs::read(&path).unwrap();
        harm(&path);
        let printed = scrub(&site, 8);
        assert!(printed.contains(&name), "{name}: {printed}");
        assert!(printed.contains("cablegram sync JOB.toml --full"), "{printed}");
        let _ = fs::remove_file(path.with_extension("moved"));
        fs::write(&path, before).unwrap();
        scrub(&site, 0);
    }
    for path in files(&generation) {
        harm(&path);
    }
    scrub(&site, 8);
    if generation.join("_SUCCESS").exists() {
        site.expect(3, &["--full"]);
        scrub(&site, 0);
    }
}

#[test]
fn a_bit_that_turned_over_in_any_file_is_named() {
    for (settings, place) in
        [(SETTINGS, 2), ("outputs = [\"yaml:a/b/cables.yaml\", \"arrow:arrow/\", \"cables.arrows\"]\nmax_bad = 9", 3)]
    {
        assert_each_is_named(settings, |path| {
            let mut bytes = fs::read(path).unwrap();
            let at = bytes.len() / place;
            bytes[at] ^= 1 << (at % 7);
            fs::write(path, bytes).unwrap();
        });
    }
}

#[test]
fn any_file_that_is_gone_or_has_another_name_is_named() {
    assert_each_is_named(SETTINGS, |path| fs::remove_file(path).unwrap());
    assert_each_is_named("outputs = [\"cables.parquet\", \"jsonl,sha256=true:lines/\"]\nmax_bad = 9", |path| {
        fs::rename(path, path.with_extension("moved")).unwrap();
    });
}

#[test]
fn a_file_that_was_planted_anywhere_is_named() {
    let site = published(SETTINGS);
    for folder in ["", "parquet", "parquet/year=2004", "xml/2005/OSLO", "_quarantine", "new"] {
        let folder = site.path("cables/gen-000001").join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("planted.parquet"), "PAR1").unwrap();
        let printed = scrub(&site, 8);
        assert!(printed.contains("unlisted: ") && printed.contains("planted.parquet: "), "{printed}");
        fs::remove_file(folder.join("planted.parquet")).unwrap();
        scrub(&site, 0);
    }
}

/// Replaces a text in a manifest, and its proof by that of the forgery.
fn forge(manifest: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(manifest).unwrap();
    let (lines, end) = text.split_at(text.find("{\"end\"").unwrap());
    assert!(lines.contains(from), "{from} is not in {lines}");
    let lines = lines.replacen(from, to, 1);
    let hash: String = Sha256::digest(&lines).iter().map(|byte| format!("{byte:02x}")).collect();
    let start = end.find("\"sha256\":\"").unwrap() + 10;
    fs::write(manifest, format!("{lines}{}{hash}{}", &end[..start], &end[start + 64..])).unwrap();
}

#[test]
fn a_manifest_that_proves_itself_is_compared_with_the_rows() {
    let site = published(SETTINGS);
    let manifest = site.path("cables/gen-000001/_manifest.jsonl");
    let whole = fs::read(&manifest).unwrap();
    for (from, to, told) in [
        ("year=2005", "year=2004", "1.txt: the manifest has it in year=2004"),
        ("2005/OSLO/05OSLO1", "2005/LIMA/05LIMA1", "1.txt: the manifest has it in 2005/LIMA/05LIMA1"),
        ("\"path\":\"2.txt\"", "\"path\":\"4.txt\"", "2.txt: the manifest has no such row"),
        ("\"fate\":\"duplicate\"", "\"fate\":\"nothing\"", "it holds 0 duplicates, where _SUCCESS claims 1"),
    ] {
        forge(&manifest, from, to);
        let printed = scrub(&site, 8);
        assert!(printed.contains(told), "{from}: {printed}");
        fs::write(&manifest, &whole).unwrap();
    }
    let text = String::from_utf8(whole).unwrap();
    let sha256 = text.split("\"sha256\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    forge(&manifest, &sha256, &"0".repeat(64));
    assert!(scrub(&site, 8).contains("1.txt: its bytes are not those that the manifest gives"));
}

#[test]
fn a_list_that_was_edited_is_named_even_where_it_agrees_with_its_folder() {
    let site = published("outputs = [\"xml,per=cable:xml/\"]\nmax_bad = 9");
    let folder = site.path("cables/gen-000001/xml");
    let list = folder.join("_cablegram.json");
    let mut edited: serde_json::Value = serde_json::from_slice(&fs::read(&list).unwrap()).unwrap();
    let files = edited["files"].as_array_mut().unwrap();
    // Not one of the dump, which would not be whole.
    let text = files.iter().position(|file| file["name"].as_str().unwrap().contains("OSLO")).unwrap();
    let gone = files.remove(text);
    edited["rows"] = (edited["rows"].as_u64().unwrap() - 1).into();
    fs::write(&list, edited.to_string()).unwrap();
    fs::remove_file(folder.join(gone["name"].as_str().unwrap())).unwrap();
    // The output by itself is whole.
    site.run(0, &["verify", "cables/current/xml"]);
    let printed = scrub(&site, 8);
    assert!(printed.contains("_cablegram.json: its bytes are not those that _SUCCESS gives"), "{printed}");
    assert!(printed.contains("it has 5 rows, of which 4 are there; the first that no file holds is "), "{printed}");
    site.expect(0, &["--full"]);
    scrub(&site, 0);
}

#[test]
fn a_success_that_was_edited_or_swapped_and_a_link_that_leads_nowhere_are_named() {
    let site = published(SETTINGS);
    site.put("1.txt", cable(2005, "OSLO", 1, "Another notice."));
    site.expect(0, &[]);
    let success = site.path("cables/current/_SUCCESS");
    let whole = fs::read_to_string(&success).unwrap();
    fs::write(&success, whole.replacen("\"found\": 6", "\"found\": 7", 1)).unwrap();
    assert!(scrub(&site, 8).contains("_SUCCESS: it is not what was written"));
    fs::copy(site.path("cables/gen-000001/_SUCCESS"), &success).unwrap();
    assert!(scrub(&site, 8).contains("it is that of generation 1, in the folder of 2"));
    fs::write(&success, whole).unwrap();
    scrub(&site, 0);
    let current = site.path("cables/current");
    for (target, told) in [("gen-000009", "leads to no generation"), ("../in", "leads to no generation")] {
        fs::remove_file(&current).unwrap();
        std::os::unix::fs::symlink(target, &current).unwrap();
        assert!(scrub(&site, 8).contains(told));
    }
    fs::remove_file(&current).unwrap();
    assert!(scrub(&site, 8).contains("nothing is in force"));
    site.run(0, &["rollback", "JOB.toml"]);
    scrub(&site, 0);
}
