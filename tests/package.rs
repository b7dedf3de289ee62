//! The archive's package: what is in it, that others accept it, and that whatever is done to it is found and named.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::engines;
#[cfg(feature = "containers")]
use crate::packs::zip;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/archive");
const DUMP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases/csv-two-records/input.csv");
const XML: &str = "data/objects/xml";
const DOCUMENTS: &str = "data/metadata/submissionDocumentation";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cablegram"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CABLEGRAM_")) {
        command.env_remove(name);
    }
    command.env_remove("SOURCE_DATE_EPOCH").current_dir(folder).args(arguments).output().unwrap()
}

/// Runs, expects that exit code, and gives what was printed and said.
fn expect(code: i32, folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

/// The archive, with a dump, a container, an odd name, an empty file and a link.
fn delivery(folder: &Path) -> PathBuf {
    let root = folder.join("in");
    copy_folder(Path::new(ARCHIVE), &root);
    fs::write(root.join("odd name, \"quoted\" & <b>.txt"), fs::read(root.join("seal.png")).unwrap()).unwrap();
    fs::write(root.join("empty.txt"), b"").unwrap();
    fs::write(root.join(PathBuf::from("\\back\\\\slashes\\..\\a.txt")), b"no cable").unwrap();
    fs::copy(DUMP, root.join("cables.csv")).unwrap();
    symlink("README.txt", root.join("link.txt")).unwrap();
    #[cfg(feature = "containers")]
    {
        let cable = fs::read(root.join("dates/2009/09ASTANA1188.txt")).unwrap();
        let other = String::from_utf8_lossy(&cable).replace("APPLE", "PEAR");
        fs::write(root.join("pack.zip"), zip(&[("a.txt", &cable), ("b/pear.txt", other.as_bytes())])).unwrap();
    }
    root
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)
        } else {
            _ = fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn pack(folder: &Path, bag: &str, more: &[&str]) -> PathBuf {
    let arguments = ["package", "in", "-q", "-o", bag, "--id", "2026-014", "--date", "2026-11-29"];
    expect(0, folder, &[&arguments, more].concat());
    folder.join(bag)
}

/// Every file below a folder with its bytes.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(root, &path, files);
            } else if !path.is_symlink() {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    gather(root, root, &mut all);
    all
}

#[test]
fn a_package_holds_everything_and_proves_it() {
    let folder = TempDir::new().unwrap();
    let input = delivery(folder.path());
    let info = "organization = \"Reading room\\nat Horna\"\ncontact = \"A\"\nrights = \"Open <all>\"\n";
    fs::write(folder.path().join("INFO.toml"), info).unwrap();
    let bag = pack(folder.path(), "bag", &["--info", "INFO.toml"]);
    let (delivered, packed) = (files(&input), files(&bag));
    for (name, bytes) in &delivered {
        assert!(packed[&format!("data/objects/original/{name}")] == *bytes, "{name}");
    }
    let modified = |path: PathBuf| fs::metadata(path).unwrap().modified().unwrap();
    let name = "dates/2009/09ASTANA1188.txt";
    assert_eq!(modified(input.join(name)), modified(bag.join("data/objects/original").join(name)));
    let text = |name: &str| String::from_utf8(packed[name].clone()).unwrap_or_else(|_| panic!("{name}"));
    let bag_info = text("bag-info.txt");
    for line in [
        "Source-Organization: Reading room at Horna\n",
        "External-Identifier: 2026-014\n",
        "Bagging-Date: 2026-11-29\n",
    ] {
        assert!(bag_info.contains(line), "{bag_info}");
    }
    let bytes: usize = packed.iter().filter(|(name, _)| name.starts_with("data/")).map(|(_, bytes)| bytes.len()).sum();
    let count = packed.keys().filter(|name| name.starts_with("data/")).count();
    assert!(bag_info.contains(&format!("Payload-Oxum: {bytes}.{count}\n")), "{bag_info}");
    for name in ["report.html", "report.json", "inventory.csv", "HOW-TO-PROVE.txt", "rebuild.py", "left-out.csv"] {
        assert!(packed.contains_key(&format!("{DOCUMENTS}/{name}")), "{name}");
    }
    for name in ["cable.xsd", "GUIDE.md", "posts.tsv", "diagnostics.tsv", "LICENSE-MIT"] {
        assert!(packed.keys().any(|file| file.contains("/schema-v") && file.ends_with(name)), "{name}");
    }
    assert!(text(&format!("{DOCUMENTS}/left-out.csv")).contains("link.txt,link not followed"));
    let mut inventory = csv::Reader::from_reader(&packed[&format!("{DOCUMENTS}/inventory.csv")][..]);
    let names = inventory.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|column| column == name).unwrap();
    let records = inventory.records().map(|record| record.unwrap());
    let rows: Vec<csv::StringRecord> = records.filter(|record| &record[place("status")] == "row").collect();
    for record in &rows {
        let xml = text(&record[place("output")]);
        assert!(xml.contains(&record[place("sha256")]), "{record:?}");
    }
    let mut described = csv::Reader::from_reader(&packed["data/metadata/metadata.csv"][..]);
    let described: Vec<csv::StringRecord> = described.records().map(|record| record.unwrap()).collect();
    let cables = packed.keys().filter(|name| name.starts_with(XML) && name.ends_with(".xml")).count();
    assert!(cables >= 57 && (rows.len(), described.len()) == (cables, cables), "{cables}");
    for record in described {
        assert!(text(&record[0]).contains(&format!("mrn=\"{}\"", &record[1])), "{record:?}");
        assert_eq!(&record[10], "Open <all>");
    }
    assert!(text("data/metadata/premis.xml").contains("Open &lt;all&gt;"));
    let printed = expect(0, folder.path(), &["verify", "bag"]);
    assert!(printed.starts_with("bag: sound: ") && printed.contains("sources rebuilt byte for byte"), "{printed}");
    expect(0, folder.path(), &["compare", "bag", &format!("bag/{XML}")]);
}

#[test]
fn two_packages_of_one_day_are_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    delivery(folder.path());
    let one = pack(folder.path(), "one", &["--threads", "1", "--premis", "files"]);
    let other = pack(folder.path(), "other", &["--threads", "3", "--premis", "files"]);
    assert!(files(&one) == files(&other));
}

#[test]
fn a_package_appears_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let input = delivery(folder.path());
    let refused = |code: i32, arguments: &[&str]| {
        let said = expect(code, folder.path(), &[&["package", "in", "-o", "bag"], arguments].concat());
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["in"], "{said}");
        said
    };
    assert!(refused(2, &[]).contains("--id 2026-014"));
    assert!(refused(2, &["--id", "1", "--limit", "3"]).contains("--limit"));
    assert!(refused(5, &["--id", "1", "--include", "nothing"]).contains("--include"));
    fs::write(folder.path().join("in/taken"), b"").unwrap();
    symlink("nowhere", input.join("dangling")).unwrap();
    pack(folder.path(), "bag", &[]);
    expect(6, folder.path(), &["package", "in", "-o", "bag", "--id", "1"]);
    let output = run(folder.path(), &["package", "in", "in/dates", "-o", "twice", "--id", "1"]);
    assert!(output.status.success() || String::from_utf8_lossy(&output.stderr).contains("two inputs have the name"));
}

/// Something that happens to a package, and the word that has to name it.
type Damage = (&'static str, fn(&Path), &'static [&'static str]);

const CABLE: &str = "data/objects/xml/2009/ASTANA/09ASTANA1188.xml";
const ORIGINAL: &str = "data/objects/original/dates/2009/09BERN551.txt";

fn edit(path: PathBuf, change: impl Fn(String) -> String) {
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(text, changed, "{}", path.display());
    fs::write(path, changed).unwrap();
}

fn flip(path: PathBuf) {
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn sha256(path: &Path) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the manifests again over what is there now, as somebody who knows how would.
fn reseal(bag: &Path) {
    let lines = |names: Vec<String>| -> String {
        names.iter().map(|name| format!("{}  {name}\n", sha256(&bag.join(name)))).collect()
    };
    let all: Vec<String> = files(bag).into_keys().collect();
    let payload: Vec<String> = all.iter().filter(|name| name.starts_with("data/")).cloned().collect();
    let bytes: u64 = payload.iter().map(|name| fs::metadata(bag.join(name)).unwrap().len()).sum();
    let oxum = format!("Payload-Oxum: {bytes}.{}", payload.len());
    let info = fs::read_to_string(bag.join("bag-info.txt")).unwrap();
    let info: String = info
        .lines()
        .map(|line| if line.starts_with("Payload-Oxum") { oxum.clone() } else { line.to_owned() } + "\n")
        .collect();
    fs::write(bag.join("bag-info.txt"), info).unwrap();
    fs::write(bag.join("manifest-sha256.txt"), lines(payload)).unwrap();
    let tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"].map(str::to_owned).to_vec();
    fs::write(bag.join("tagmanifest-sha256.txt"), lines(tags)).unwrap();
}

const DAMAGES: [Damage; 29] = [
    ("a bit of an original", |bag| flip(bag.join(ORIGINAL)), &["09BERN551.txt", "bytes"]),
    ("a bit of an XML file", |bag| flip(bag.join(CABLE)), &["09ASTANA1188.xml"]),
    ("a bit of the report", |bag| flip(bag.join(DOCUMENTS).join("report.html")), &["report.html"]),
    ("a bit of PREMIS", |bag| flip(bag.join("data/metadata/premis.xml")), &["premis.xml"]),
    ("a bit of the inventory", |bag| flip(bag.join(DOCUMENTS).join("inventory.csv")), &["inventory.csv"]),
    ("a bit of the list", |bag| flip(bag.join(XML).join("_cablegram.json")), &["_cablegram.json"]),
    ("an original gone", |bag| fs::remove_file(bag.join(ORIGINAL)).unwrap(), &["09BERN551.txt", "not there"]),
    ("an XML file gone", |bag| fs::remove_file(bag.join(CABLE)).unwrap(), &["09ASTANA1188.xml", "not there"]),
    ("a folder gone", |bag| fs::remove_dir_all(bag.join("data/metadata")).unwrap(), &["premis.xml", "metadata.csv"]),
    (
        "an original renamed",
        |bag| fs::rename(bag.join(ORIGINAL), bag.join("data/objects/original/x.txt")).unwrap(),
        &["09BERN551.txt", "x.txt", "has its bytes"],
    ),
    (
        "an original planted",
        |bag| fs::write(bag.join("data/objects/original/planted.txt"), b"x").unwrap(),
        &["planted.txt", "no manifest"],
    ),
    (
        "an XML file planted",
        |bag| _ = fs::copy(bag.join(CABLE), bag.join(XML).join("copy.xml")).unwrap(),
        &["copy.xml"],
    ),
    ("a file planted beside the payload", |bag| fs::write(bag.join("extra.txt"), b"x").unwrap(), &["extra.txt"]),
    ("a link planted", |bag| symlink("/etc/passwd", bag.join("data/link")).unwrap(), &["data/link"]),
    (
        "two XML files swapped",
        |bag| {
            let other = bag.join("data/objects/xml/2009/BERN/09BERN551.xml");
            fs::rename(bag.join(CABLE), bag.join("t")).unwrap();
            fs::rename(&other, bag.join(CABLE)).unwrap();
            fs::rename(bag.join("t"), other).unwrap();
        },
        &["09ASTANA1188.xml", "09BERN551.xml"],
    ),
    ("an original emptied", |bag| fs::write(bag.join(ORIGINAL), b"").unwrap(), &["09BERN551.txt"]),
    ("an original longer", |bag| edit(bag.join(ORIGINAL), |text| text + "\n"), &["09BERN551.txt"]),
    (
        "a line of the manifest gone",
        |bag| {
            edit(bag.join("manifest-sha256.txt"), |text| {
                text.lines().filter(|line| !line.ends_with("09BERN551.txt")).map(|line| format!("{line}\n")).collect()
            })
        },
        &["09BERN551.txt", "manifest-sha256.txt"],
    ),
    (
        "a checksum of the manifest changed",
        |bag| {
            edit(bag.join("manifest-sha256.txt"), |text| {
                let first = if text.starts_with('0') { "1" } else { "0" };
                first.to_owned() + &text[1..]
            })
        },
        &["manifest-sha256.txt"],
    ),
    (
        "the manifest gone",
        |bag| fs::remove_file(bag.join("manifest-sha256.txt")).unwrap(),
        &["manifest-sha256.txt", "not there"],
    ),
    (
        "the tag manifest gone",
        |bag| fs::remove_file(bag.join("tagmanifest-sha256.txt")).unwrap(),
        &["tagmanifest-sha256.txt"],
    ),
    (
        "a line of the tag manifest gone",
        |bag| {
            edit(bag.join("tagmanifest-sha256.txt"), |text| {
                text.lines()
                    .filter(|line| !line.ends_with("manifest-sha256.txt"))
                    .map(|line| format!("{line}\n"))
                    .collect()
            })
        },
        &["does not name manifest-sha256.txt"],
    ),
    (
        "the tag manifest emptied",
        |bag| fs::write(bag.join("tagmanifest-sha256.txt"), "\n").unwrap(),
        &["does not name manifest-sha256.txt", "does not name bag-info.txt"],
    ),
    ("bagit.txt gone", |bag| fs::remove_file(bag.join("bagit.txt")).unwrap(), &["bagit.txt", "not a bag"]),
    (
        "bagit.txt of another version",
        |bag| edit(bag.join("bagit.txt"), |text| text.replace("1.0", "0.97")),
        &["bagit.txt", "BagIt 1.0"],
    ),
    (
        "bag-info.txt changed",
        |bag| edit(bag.join("bag-info.txt"), |text| text.replace("2026-014", "2026-015")),
        &["bag-info.txt"],
    ),
    (
        "more rows claimed, and everything sealed again",
        |bag| {
            edit(bag.join("bag-info.txt"), |text| text.replace("Cablegram-Rows: 57", "Cablegram-Rows: 58"));
            reseal(bag);
        },
        &["bag-info.txt", "bag-info.txt says 58 of the rows, of which 57 are there"],
    ),
    (
        "a manifest that leads out",
        |bag| {
            edit(bag.join("manifest-sha256.txt"), |text| text + &format!("{}  ../outside\n", "0".repeat(64)));
        },
        &["outside of the bag"],
    ),
    (
        "a marking forged, and everything sealed again",
        |bag| {
            edit(bag.join(CABLE), |text| text.replace("classification=\"SECRET\"", "classification=\"UNCLASSIFIED\""));
            let list = bag.join(XML).join("_cablegram.json");
            let size = fs::metadata(bag.join(CABLE)).unwrap().len();
            let hash = sha256(&bag.join(CABLE));
            edit(list, |text| {
                let line = |line: &str| match line.contains("09ASTANA1188") {
                    true => format!(
                        "{{\"name\":\"2009/ASTANA/09ASTANA1188.xml\",\"size\":{size},\"sha256\":\"{hash}\",\"rows\":1}},\n"
                    ),
                    false => format!("{line}\n"),
                };
                text.lines().map(line).collect()
            });
            reseal(bag);
        },
        &["09ASTANA1188.xml", "digest"],
    ),
];

#[test]
fn whatever_is_done_to_a_package_is_found_and_named() {
    let folder = TempDir::new().unwrap();
    copy_folder(Path::new(ARCHIVE), &folder.path().join("in"));
    let bag = pack(folder.path(), "bag", &[]);
    for (what, damage, words) in DAMAGES {
        let copy = folder.path().join("damaged");
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&bag, &copy);
        damage(&copy);
        let output = run(folder.path(), &["verify", "damaged"]);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(8), "{what}: {printed}{}", String::from_utf8_lossy(&output.stderr));
        for word in words {
            assert!(printed.contains(word), "{what}: {word:?} is not in\n{printed}");
        }
    }
}

/// What is sound is not blamed for what is not, and nothing is told twice.
#[test]
fn damage_to_a_package_is_told_of_once_and_where_it_is() {
    let folder = TempDir::new().unwrap();
    copy_folder(Path::new(ARCHIVE), &folder.path().join("in"));
    let bag = pack(folder.path(), "bag", &[]);
    let printed = |damage: &dyn Fn(&Path)| {
        let copy = folder.path().join("damaged");
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&bag, &copy);
        damage(&copy);
        expect(8, folder.path(), &["verify", "damaged"])
    };
    let said = printed(&|bag| edit(bag.join(ORIGINAL), |text| text + "\n"));
    assert!(
        !said.contains(": damaged/bag-info.txt") && said.contains("changed: damaged: bag-info.txt says "),
        "{said}"
    );
    for name in ["bagit.txt", "manifest-sha256.txt"] {
        let said = printed(&|bag| fs::remove_file(bag.join(name)).unwrap());
        assert_eq!(said.matches(&format!("missing: damaged/{name}: ")).count(), 1, "{said}");
        assert!(said.contains("1 of ") && !said.contains("it is in no manifest"), "{said}");
    }
}

/// Where a row keeps a stretch of a page, the page is compared as a whole, and is not said to come back.
#[test]
fn pages_are_packed_and_compared_as_a_whole() {
    let folder = TempDir::new().unwrap();
    let page = folder.path().join("in/page.html");
    fs::create_dir(folder.path().join("in")).unwrap();
    let cable = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases/html-page/input.html")).unwrap();
    let whole = [b"<!-- a frame -->\n", &cable[..], b"<!-- another -->\n"].concat();
    fs::write(&page, &whole).unwrap();
    let outputs = ["-o", "a.parquet", "-o", "parquet,schema=v1:b.parquet", "-o", "xml,per=cable:xml/", "-o", "a.jsonl"];
    expect(0, folder.path(), &[&["convert", "in", "-q"][..], &outputs].concat());
    let against = |code: i32, output: &str| {
        expect(code, folder.path(), &["verify", output, "--against", "in", "--allow-unproven"])
    };
    for output in ["a.parquet", "b.parquet", "xml/", "a.jsonl"] {
        let said = against(0, output);
        assert!(said.contains("of 1 file below in, 1 is a row"), "{said}");
    }
    let bag = pack(folder.path(), "bag", &[]);
    let report = fs::read_to_string(bag.join(DOCUMENTS).join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let proof = &report["proof"];
    assert_eq!((&proof["rows"], &proof["rebuilt"], &proof["stretches"]), (&1.into(), &0.into(), &1.into()));
    let decisions = report["decisions"].as_array().unwrap();
    let of = |rule: &str| decisions.iter().find(|decision| decision["rule"] == rule).unwrap();
    assert_eq!((&of("not-rebuilt")["weight"], &of("stretches")["weight"]), (&"pass".into(), &"look".into()));
    assert!(of("not-rebuilt")["sentence"].as_str().unwrap().contains("of 0 of 1 cable "), "{decisions:?}");
    assert!(of("stretches")["sentence"].as_str().unwrap().contains("--html-source page"));
    expect(0, folder.path(), &["verify", "bag"]);
    let rebuilt = folder.path().join("rebuilt");
    let script = bag.join(DOCUMENTS).join("rebuild.py");
    if let Ok(output) = Command::new("python3").arg(script).arg(bag.join(XML)).arg(&rebuilt).output() {
        assert!(output.status.success() && !rebuilt.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let whole_page = pack(folder.path(), "whole", &["--html-source", "page"]);
    assert!(fs::read_to_string(whole_page.join(DOCUMENTS).join("report.json")).unwrap().contains("\"rebuilt\": 1"));
    // What changed around the cable is noticed, by its size or its bytes.
    for changed in [[&whole[..], b"\n"].concat(), [b"<!-- A", &whole[6..]].concat(), whole[..whole.len() - 1].to_vec()]
    {
        fs::write(&page, changed).unwrap();
        for output in ["a.parquet", "b.parquet", "xml/", "a.jsonl"] {
            against(8, output);
        }
    }
}

/// The commands of HOW-TO-PROVE.txt between these words, as somebody would paste them.
fn commands(bag: &Path, from: &str, to: &str) -> String {
    let text = fs::read_to_string(bag.join(DOCUMENTS).join("HOW-TO-PROVE.txt")).unwrap();
    let (_, after) = text.split_once(from).unwrap();
    format!("{from}{}{to}", after.split_once(to).unwrap().0)
}

#[test]
fn names_of_any_letters_are_proven_without_this_program() {
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("in");
    fs::create_dir(&root).unwrap();
    let cable = fs::read_to_string(Path::new(ARCHIVE).join("dates/2009/09ASTANA1188.txt")).unwrap();
    let names: [&[u8]; 9] = [
        b"A%41.txt",
        b"AA.txt",
        b"%2Fetc%2Fx.txt",
        b"..%2F..%2Fup.txt",
        b"50%25.txt",
        b"%e9.txt",
        b"line\nend\r.txt",
        b"caf\xe9 and %E9.txt",
        b"%0A.txt",
    ];
    for (at, name) in names.iter().enumerate() {
        let text = cable.replace("APPLE", &format!("APPLE {at}"));
        fs::write(root.join(std::ffi::OsStr::from_bytes(name)), text).unwrap();
    }
    let bag = pack(folder.path(), "bag", &[]);
    expect(0, folder.path(), &["verify", "bag"]);
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("skipped: there is no python3");
    }
    let shell = |commands: &str| {
        let output = Command::new("sh").current_dir(&bag).args(["-c", commands]).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let prove = commands(&bag, "sha256sum --quiet -c tagmanifest-sha256.txt\n", "ascii(name))\"");
    assert_eq!(shell(&prove), (true, String::new()));
    let rebuilt = folder.path().join("rebuilt");
    let there = rebuilt.to_str().unwrap();
    let rebuild = commands(&bag, "python3 data/metadata", "/tmp/rebuilt").replace("/tmp/rebuilt", there);
    assert_eq!(shell(&rebuild), (true, String::new()));
    let compare = commands(&bag, "python3 -c \"\nimport hashlib, pathlib\n", "ascii(str(path)))\"");
    let compare = compare.replace("/tmp/rebuilt", there);
    assert_eq!(shell(&compare), (true, String::new()));
    let mut found: Vec<_> = fs::read_dir(&rebuilt).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let mut delivered: Vec<_> = names.map(std::ffi::OsStr::from_bytes).to_vec();
    found.sort();
    delivered.sort();
    assert_eq!(found, delivered);
    fs::write(rebuilt.join("planted"), "x").unwrap();
    assert!(shell(&compare).1.starts_with("not among the originals: "));
    fs::remove_file(rebuilt.join("planted")).unwrap();
    // Whatever a name says, nothing is written outside of the folder, and nothing is replaced.
    for path in ["../up.txt", "a/../../up.txt", "/tmp/cablegram-up.txt", "..", "AA.txt"] {
        let forged = folder.path().join("forged");
        let _ = fs::remove_dir_all(&forged);
        fs::create_dir(&forged).unwrap();
        let xml = files(&bag.join(XML)).into_iter().find(|(_, xml)| String::from_utf8_lossy(xml).contains("A%41.txt"));
        let xml = String::from_utf8(xml.unwrap().1).unwrap().replace("A%41.txt", path);
        fs::write(forged.join("a.xml"), xml).unwrap();
        let before = files(&rebuilt);
        let (sound, said) = shell(&rebuild.replace("data/objects/xml", forged.to_str().unwrap()));
        assert!(!sound && said.contains("AssertionError"), "{path}: {said}");
        assert!(files(&rebuilt) == before && !folder.path().join("up.txt").exists(), "{path}");
    }
    fs::write(bag.join("data/objects/original/planted\n.txt"), "x").unwrap();
    fs::remove_file(bag.join("data/objects/original/AA.txt")).unwrap();
    fs::write(bag.join("data/objects/original/A%41.txt"), "x").unwrap();
    let (_, said) = shell(&prove);
    let told: Vec<&str> = said.lines().map(|line| line.rsplit('/').next().unwrap()).collect();
    assert_eq!(told, ["A%41.txt'", "AA.txt'", "planted\\n.txt'"], "{said}");
}

#[test]
fn a_package_is_compared_with_what_was_delivered() {
    let folder = TempDir::new().unwrap();
    let root = delivery(folder.path());
    pack(folder.path(), "bag", &[]);
    let said = expect(0, folder.path(), &["verify", "bag", "--against", "in"]);
    assert!(said.contains("files below in, "), "{said}");
    expect(10, folder.path(), &["verify", "bag", "--against", "nowhere"]);
    fs::write(root.join("cables.csv"), "changed").unwrap();
    let said = expect(8, folder.path(), &["verify", "bag", "--against", "in"]);
    assert!(said.contains("cables.csv: its original in/cables.csv has "), "{said}");
    expect(0, folder.path(), &["verify", "bag"]);
}

/// Files of deliveries in old encodings have one name everywhere: in the package, its inventory, and the delivery.
#[test]
fn names_in_old_encodings_are_spelled_once() {
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("in");
    fs::create_dir_all(root.join(std::ffi::OsStr::from_bytes(b"d\xe9"))).unwrap();
    let cable = fs::read_to_string(Path::new(ARCHIVE).join("dates/2009/09ASTANA1188.txt")).unwrap();
    let long = [&[0xD1; 120][..], b".txt"].concat();
    let names: [&[u8]; 6] = [b"l\xe9.txt", b"l%E9.txt", b"d\xe9/x.txt", b"%2Fx.txt", &long, b"d\xe9/note\xe9.txt"];
    for (at, name) in names.iter().enumerate() {
        let text = if at == 5 { "a note".to_owned() } else { cable.replace("APPLE", &format!("APPLE {at}")) };
        fs::write(root.join(std::ffi::OsStr::from_bytes(name)), text).unwrap();
    }
    fs::copy(DUMP, root.join(std::ffi::OsStr::from_bytes(b"dump\xe9.csv"))).unwrap();
    let said = expect(0, folder.path(), &["package", "in", "-o", "bag", "--id", "1", "--premis", "files"]);
    assert!(said.contains("under a shorter name: %D1%D1"), "{said}");
    let bag = folder.path().join("bag");
    for name in ["l%E9.txt", "l%25E9.txt", "d%E9/x.txt", "%2Fx.txt", "dump%E9.csv"] {
        assert!(bag.join("data/objects/original").join(name).is_file(), "{name}");
    }
    expect(0, folder.path(), &["convert", "in", "-q", "-o", "c.parquet", "--inventory", "inventory.csv"]);
    let inventory = |path: PathBuf| -> Vec<String> {
        let text = fs::read_to_string(path).unwrap();
        let mut paths: Vec<String> = text.lines().map(|line| line.split(',').next().unwrap().to_owned()).collect();
        paths.sort();
        paths
    };
    assert_eq!(inventory(bag.join(DOCUMENTS).join("inventory.csv")), inventory(folder.path().join("inventory.csv")));
    expect(0, folder.path(), &["verify", "bag"]);
    let said = expect(0, folder.path(), &["verify", "bag", "--against", "in"]);
    assert!(said.contains("of 7 files below in, 6 are rows, "), "{said}");
    expect(0, folder.path(), &["compare", "c.parquet", "bag"]);
    expect(0, folder.path(), &["restore", "bag", "-o", "back"]);
    for name in &names[..5] {
        let name = std::ffi::OsStr::from_bytes(name);
        assert_eq!(fs::read(folder.path().join("back").join(name)).unwrap(), fs::read(root.join(name)).unwrap());
    }
    // Every file that is described is there.
    for (file, column) in [("metadata.csv", 8), ("metadata.csv", 0)] {
        let mut lines = csv::Reader::from_path(bag.join("data/metadata").join(file)).unwrap();
        for line in lines.records() {
            let line = line.unwrap();
            let path = line[column].split('#').next().unwrap();
            assert!(bag.join(path).is_file(), "{path}");
        }
    }
    fs::write(root.join(std::ffi::OsStr::from_bytes(b"l\xe9.txt")), "changed").unwrap();
    expect(8, folder.path(), &["verify", "bag", "--against", "in"]);
}

/// Nobody is to take a part of a delivery for the whole.
#[test]
fn what_filters_left_out_is_said() {
    let folder = TempDir::new().unwrap();
    delivery(folder.path());
    let said = expect(0, folder.path(), &["package", "in", "-o", "bag", "--id", "1", "--exclude", "*.csv"]);
    assert!(said.contains("look: Only a part was looked at: --exclude \"*.csv\"."), "{said}");
    let packed = files(&folder.path().join("bag"));
    let text = |name: &str| String::from_utf8_lossy(&packed[name]).into_owned();
    assert!(text("bag-info.txt").contains("Cablegram-Filters: --exclude \"*.csv\"\n"));
    assert!(text("data/metadata/premis.xml").contains("SHA-256 of every file chosen with --exclude "));
    assert!(text(&format!("{DOCUMENTS}/report.html")).contains("Only a part was looked at: "));
    expect(0, folder.path(), &["verify", "bag"]);
    expect(0, folder.path(), &["report", "in", "-o", "r.html", "--include", "*.txt"]);
    assert!(fs::read_to_string(folder.path().join("r.json")).unwrap().contains("--include"));
    expect(0, folder.path(), &["report", "in", "-o", "all.html"]);
    assert!(!fs::read_to_string(folder.path().join("all.json")).unwrap().contains("filters"));
}

#[test]
fn a_package_is_not_made_within_what_is_delivered() {
    let folder = TempDir::new().unwrap();
    delivery(folder.path());
    let said = expect(2, folder.path(), &["package", "in", "-o", "in/sub/bag", "--id", "1"]);
    assert!(said.contains("the package in/sub/bag is within the input in: give it a place elsewhere"), "{said}");
    assert!(!folder.path().join("in/sub").exists());
}

#[test]
fn a_package_is_told_of_under_its_own_name() {
    let folder = TempDir::new().unwrap();
    delivery(folder.path());
    let said = expect(0, folder.path(), &["package", "in", "-o", "bag", "--id", "1", "--log-format", "json"]);
    let told: Vec<&str> = said.lines().filter(|line| line.contains("\"publish\"")).collect();
    assert!(told.len() == 1 && told[0].contains("\"bag\"") && !said.contains("staging"), "{said}");
}

#[test]
fn a_package_that_fails_a_rule_is_not_published() {
    let folder = TempDir::new().unwrap();
    delivery(folder.path());
    let bag = pack(folder.path(), "bag", &[]);
    let report = fs::read_to_string(bag.join(DOCUMENTS).join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["arrived"]["links"], 1);
    fs::write(folder.path().join("i.toml"), "[rules]\nlinks = \"fail\"\n").unwrap();
    for command in [&["package", "in", "-o", "other", "--id", "1"][..], &["report", "in", "-o", "r.html"]] {
        let said = expect(4, folder.path(), &[command, &["-q", "--info", "i.toml"]].concat());
        assert!(said.contains("1 link was not followed."), "{said}");
    }
    assert!(!folder.path().join("other").exists() && folder.path().join("r.html").exists());
}

#[test]
fn a_package_of_too_much_that_is_bad_is_not_published() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::copy(format!("{ARCHIVE}/dates/2009/09ASTANA1188.txt"), folder.path().join("in/a.txt")).unwrap();
    fs::write(folder.path().join("in/b.zip"), b"PK\x03\x04 cut").unwrap();
    let packed = ["package", "in", "-o", "bag", "--id", "1"];
    assert!(expect(4, folder.path(), &[&packed[..], &["--max-bad", "0"]].concat()).contains("--max-bad"));
    assert!(!folder.path().join("bag").exists());
    expect(3, folder.path(), &packed);
    // It says only what it offers.
    assert!(!expect(6, folder.path(), &packed).contains("--overwrite"));
    fs::remove_file(folder.path().join("in/a.txt")).unwrap();
    let said = expect(5, folder.path(), &["package", "in", "-o", "other", "--id", "1"]);
    assert!(said.contains("no cable among 1 file: bad 1") && !said.contains("--allow-empty"), "{said}");
    expect(0, folder.path(), &["convert", &format!("{ARCHIVE}/dates"), "-q", "-o", "a.parquet"]);
    let said = expect(2, folder.path(), &["package", "a.parquet", "-o", "other", "--id", "1"]);
    assert!(said.contains("name the original files"), "{said}");
}

#[test]
fn others_accept_a_package() {
    let folder = TempDir::new().unwrap();
    delivery(folder.path());
    for level in ["package", "files"] {
        let bag = pack(folder.path(), level, &["--premis", level]);
        for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            let output =
                Command::new("sha256sum").current_dir(&bag).args(["--quiet", "-c", manifest]).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        let rebuilt = folder.path().join("rebuilt").join(level);
        let script = bag.join(DOCUMENTS).join("rebuild.py");
        let python = Command::new("python3").arg(script).arg(bag.join(XML)).arg(&rebuilt).output();
        if let Ok(output) = python {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let (rebuilt, packed) = (files(&rebuilt), files(&bag.join("data/objects/original")));
            assert_eq!(rebuilt.len(), 57);
            rebuilt.iter().for_each(|(name, bytes)| assert!(packed[name] == *bytes, "{name}"));
        }
        let premis = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/premis/premis-v3-0.xsd");
        engines::run("package.py", &[bag.as_os_str(), premis.as_os_str()]);
    }
}
