//! Dumps and containers under a job: what is unchanged is not opened, and of what changed only the rows of records that
//! changed are written again.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use cablegram::error::ErrorKind;
use cablegram::job::{self, Dataset, Differences, JobEvent, JobObserver, Manifest, Mode, RECORDS, Report};
use cablegram::source::RecordId;
use jiff::Timestamp;

use super::{Numbers, Scene, cable, request, too_large};
#[cfg(feature = "containers")]
use crate::packs;

const OUTPUTS: [&str; 2] = ["parquet,by=year:parquet/", "xml,per=cable:xml/"];

/// A dump of one cable for each of these texts.
pub fn dump_of(texts: &[&str]) -> String {
    let record = |(number, text): (usize, &&str)| Record {
        year: 2003 + number as u32 % 3,
        post: "QUITO",
        serial: number as u64 + 1,
        text: (*text).to_owned(),
    };
    dump(&texts.iter().enumerate().map(record).collect::<Vec<_>>(), "\n")
}

/// A record of a dump.
#[derive(Clone)]
struct Record {
    year: u32,
    post: &'static str,
    serial: u64,
    text: String,
}

impl Record {
    fn line(&self, number: usize, line_end: &str) -> String {
        let Record { year, post, serial, text } = self;
        let fields = [
            &number.to_string(),
            &format!("5/1/{year} 8:00"),
            &format!("{:02}{post}{serial}", year % 100),
            &format!("Embassy {post}"),
            "UNCLASSIFIED",
            "",
            &format!("R 010800Z MAY {:02}\nFM AMEMBASSY {post}\nTO SECSTATE WASHDC 0001", year % 100),
            &format!("UNCLAS {post} {serial:06}\n\nE.O. 12958: N/A\nTAGS: ECON PE\nSUBJECT: TOLLS\n\n1. {text}\nQUADE"),
        ];
        fields.map(|field| format!("\"{field}\"")).join(",") + line_end
    }
}

fn dump(records: &[Record], line_end: &str) -> String {
    records.iter().enumerate().map(|(number, record)| record.line(number + 1, line_end)).collect()
}

fn some_records(numbers: &mut Numbers, count: usize) -> Vec<Record> {
    let mut record = || Record {
        year: 2003 + numbers.below(5) as u32,
        post: ["LIMA", "OSLO", "QUITO"][numbers.below(3) as usize],
        serial: 1 + numbers.below(60),
        text: format!("Notice {} was read.", numbers.below(40)),
    };
    (0..count).map(|_| record()).collect()
}

/// Dumps and containers under change.
struct Archive<'s> {
    scene: &'s Scene,
    dumps: BTreeMap<&'static str, (Vec<Record>, &'static str)>,
    numbers: Numbers,
    minute: i64,
}

impl Archive<'_> {
    fn put(&mut self, name: &str) {
        self.minute += 1;
        let (records, line_end) = &self.dumps[name];
        let text = dump(records, line_end);
        let bytes = match name.rsplit_once('.') {
            #[cfg(feature = "containers")]
            Some((_, "zip")) => {
                let (one, other) = records.split_at(records.len() / 2);
                let text = cable(2004, "OSLO", records.len() as u32, "In a container.");
                let files = [
                    ("a/one.csv", dump(one, line_end)),
                    ("b.txt", text),
                    ("readme", "Nothing.".to_owned()),
                    ("other.csv", dump(other, line_end)),
                ];
                let images = ["1.png", "2.png"].map(|name| (name, [&b"\x89PNG"[..], &[0; 80_000]].concat()));
                let texts = files.iter().map(|(name, text)| (*name, text.as_bytes()));
                // Of an image, only the beginning is read.
                let images = images.iter().map(|(name, bytes)| (*name, bytes.as_slice())).take(records.len() % 3);
                packs::zip(&texts.chain(images).collect::<Vec<_>>())
            }
            _ => text.into_bytes(),
        };
        let path = self.scene.input(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self.scene.touch(name, self.minute);
    }

    /// Appends, inserts, edits, removes or repeats a record, changes a line end, the names or the last line, or writes or
    /// removes a file that is no cable.
    fn change(&mut self) {
        let names: Vec<&'static str> = self.dumps.keys().copied().collect();
        let name = names[self.numbers.below(names.len() as u64) as usize];
        let new = some_records(&mut self.numbers, 1).remove(0);
        let (kind, place) = (self.numbers.below(9), self.numbers.below(1_000) as usize);
        if kind == 8 {
            return match fs::remove_file(self.scene.input("note.txt")) {
                Ok(()) => {}
                Err(_) => self.scene.put("note.txt", "Not a cable.", self.minute),
            };
        }
        let (records, line_end) = self.dumps.get_mut(name).unwrap();
        let place = place % records.len();
        match kind {
            0 | 1 => records.push(new),
            2 => records.insert(place, new),
            // As long as before, so that the records after it stay where they are.
            3 => records[place].text = records[place].text.replace("Notice", "Remark"),
            4 => drop(records.remove(place)),
            5 => records.push(records[place].clone()),
            6 => *line_end = if *line_end == "\n" { "\r\n" } else { "\n" },
            _ => records[0].text.push_str(" More."),
        }
        if records.len() < 4 {
            records.extend(some_records(&mut self.numbers, 4));
        }
        self.put(name);
    }
}

fn assert_incremental_equals_full(name: &str, outputs: &[&str]) {
    let scene = Scene::new(name, outputs);
    let mut archive = Archive { scene: &scene, dumps: BTreeMap::new(), numbers: Numbers(17), minute: 0 };
    for (dump, count) in [("a/cables.csv", 60), ("other.csv", 20), ("pack.zip", 16)] {
        let records = some_records(&mut archive.numbers, count);
        archive.dumps.insert(dump, (records, "\n"));
        archive.put(dump);
    }
    for serial in 1..10 {
        scene.put(&format!("texts/{serial}.txt"), &cable(2003 + serial % 4, "LIMA", serial, "A plain file."), 1);
    }
    scene.run("incremental", Mode::Incremental).unwrap();
    for round in 0..6 {
        (0..=round % 3).for_each(|_| archive.change());
        scene.assert_as_full(&format!("full-{round}"));
    }
}

#[test]
fn an_incremental_run_over_dumps_gives_the_bytes_of_a_full_one() {
    assert_incremental_equals_full("dumps-partitions", &OUTPUTS);
}

#[test]
fn an_incremental_run_over_dumps_gives_the_bytes_of_a_full_one_in_one_file() {
    assert_incremental_equals_full("dumps-file", &["cables.parquet", "yaml:cables.yaml"]);
}

#[test]
fn an_incremental_run_over_dumps_gives_the_bytes_of_a_full_one_in_files_of_one_cable() {
    assert_incremental_equals_full("dumps-per-cable", &["xml,per=cable:xml/"]);
}

/// A container whose members come in another order in every round, some of them new, edited, copied or gone.
#[cfg(feature = "containers")]
fn assert_order_is_followed(name: &str, outputs: &[&str], pack: fn(&[packs::Named<'_>]) -> Vec<u8>) {
    let scene = Scene::new(name, outputs);
    let mut numbers = Numbers(23);
    let text = |serial: u32, text: &str| cable(2003 + serial % 2, "OSLO", serial, text);
    let mut members: Vec<(String, String)> =
        (1..=8).map(|serial| (format!("{serial}.txt"), text(serial, "A member."))).collect();
    for round in 0..12 {
        let place = numbers.below(members.len() as u64) as usize;
        match round % 4 {
            0 => {}
            1 => members.push((format!("new-{round}.txt"), text(90 + round, "A new member."))),
            2 => members[place].1 = text(1 + round % 8, "An edited member."),
            _ => members.push((format!("copy-{round}.txt"), members[place].1.clone())),
        }
        if round > 6 {
            members.remove(place);
        }
        for place in (1..members.len()).rev() {
            members.swap(place, numbers.below(place as u64 + 1) as usize);
        }
        let named: Vec<_> = members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        fs::write(scene.input("pack"), pack(&named)).unwrap();
        scene.touch("pack", round.into());
        scene.assert_as_full(&format!("full-{round}"));
    }
}

#[cfg(feature = "containers")]
#[test]
fn members_that_change_places_are_followed() {
    assert_order_is_followed("order-tar", &OUTPUTS, packs::tar);
    assert_order_is_followed("order-zip", &["cables.parquet", "jsonl:cables.jsonl"], packs::zip);
    assert_order_is_followed("order-per-cable", &["yaml,per=cable:yaml/"], packs::seven_zip);
}

#[cfg(feature = "containers")]
#[test]
fn only_partitions_are_written_whose_members_change_places() {
    let scene = Scene::new("order-partitions", &OUTPUTS);
    let texts: Vec<String> = (0..6).map(|serial| cable(2003 + serial % 3, "OSLO", serial, "A member.")).collect();
    let put = |order: &[usize], minute: i64| {
        let names: Vec<String> = order.iter().map(|place| format!("{place}.txt")).collect();
        let named: Vec<_> = order.iter().zip(&names).map(|(at, name)| (name.as_str(), texts[*at].as_bytes())).collect();
        fs::write(scene.input("pack.tar"), packs::tar(&named)).unwrap();
        scene.touch("pack.tar", minute);
    };
    put(&[0, 1, 2, 3, 4, 5], 1);
    run(&scene);
    put(&[3, 0, 1, 2, 4, 5], 2);
    let report = run(&scene);
    assert_eq!((report.rewritten, report.row_changes.added, report.row_changes.removed), (1, 0, 0));
}

fn scene_of_a_dump(name: &str) -> (Scene, Vec<Record>) {
    let scene = Scene::new(name, &OUTPUTS);
    let record = |serial: u64| Record {
        year: 2003 + (serial % 5) as u32,
        post: "LIMA",
        serial,
        text: format!("Notice {serial} was read."),
    };
    let records: Vec<Record> = (1..=100).map(record).collect();
    scene.put("cables.csv", &dump(&records, "\n"), 1);
    scene.put("other.txt", &cable(2003, "OSLO", 1, "A plain file."), 1);
    (scene, records)
}

fn run(scene: &Scene) -> Report {
    scene.run("cables", Mode::Incremental).unwrap()
}

/// Counts the inputs that were read, and the bytes of their records.
#[derive(Default)]
struct Reads {
    inputs: AtomicU64,
    bytes: AtomicU64,
}

impl Reads {
    fn run(self, scene: &Scene) -> (Report, Reads) {
        (job::sync(&scene.job("cables"), &request(Mode::Incremental, Timestamp::now), &self).unwrap(), self)
    }
}

impl JobObserver for Reads {
    fn event(&self, event: JobEvent<'_>) {
        if let JobEvent::Progress(summary) = event {
            self.inputs.fetch_max(summary.found, Ordering::Relaxed);
            self.bytes.fetch_max(summary.bytes, Ordering::Relaxed);
        }
    }
}

#[test]
fn an_unchanged_dump_is_not_opened() {
    let (scene, _) = scene_of_a_dump("unopened");
    assert_eq!(run(&scene).rows, 101);
    let text = cable(2003, "OSLO", 1, "A plain file that was edited.");
    scene.put("other.txt", &text, 2);
    let (report, reads) = Reads::default().run(&scene);
    assert_eq!((report.rows, report.row_changes.edited), (101, 1));
    assert_eq!(reads.bytes.into_inner(), text.len() as u64);
}

#[test]
fn where_nothing_is_new_no_record_is_looked_at() {
    let (scene, records) = scene_of_a_dump("nothing-new");
    scene.put("copy.csv", &dump(&records[..1], "\n"), 1);
    let first = run(&scene);
    let current = Dataset::open(&scene.root.join("cables")).unwrap().current().unwrap().unwrap();
    fs::remove_file(current.path.join(RECORDS)).unwrap();
    let (report, reads) = Reads::default().run(&scene);
    assert_eq!((report.published, report.rows, report.duplicates), (None, first.rows, first.duplicates));
    assert_eq!((report.changes.found, reads.inputs.into_inner()), (3, 0));
    // As soon as something is, they are needed to know copies.
    scene.put("other.txt", &cable(2003, "OSLO", 1, "A plain file that was edited."), 2);
    let error = scene.run("cables", Mode::Incremental).unwrap_err();
    assert!(error.kind() == ErrorKind::Verification && error.to_string().contains("--full"), "{error}");
    scene.run("cables", Mode::Full).unwrap();
}

#[test]
fn what_is_bad_by_its_bytes_is_read_again_only_where_it_changed_or_on_demand() {
    let (mut scene, _) = scene_of_a_dump("bad-bytes");
    scene.settings.max_bad = Some("9".to_owned());
    scene.put("large.txt", &too_large(0), 1);
    // A container that is cut, and one that holds a member that is too large.
    fs::write(scene.input("cut.txt.gz"), [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B]).unwrap();
    scene.touch("cut.txt.gz", 1);
    let bad = run(&scene).new_bad;
    assert!(bad >= 2, "{bad}");
    let (report, reads) = Reads::default().run(&scene);
    assert_eq!((report.published, report.known_bad, reads.inputs.into_inner()), (None, bad, 0));
    scene.put("other.txt", &cable(2003, "OSLO", 1, "A plain file that was edited."), 2);
    let (report, reads) = Reads::default().run(&scene);
    assert_eq!((report.known_bad, report.new_bad, reads.inputs.into_inner()), (bad, 0, 1));
    let reads = Reads::default();
    job::sync(&scene.job("cables"), &request(Mode::Requeue, Timestamp::now), &reads).unwrap();
    assert_eq!(reads.inputs.into_inner(), 2);
    scene.put("large.txt", &too_large(1), 3);
    let (report, reads) = Reads::default().run(&scene);
    assert_eq!((report.known_bad, reads.inputs.into_inner()), (bad, 1));
}

#[test]
fn a_record_that_moved_is_told_by_its_text() {
    let (scene, records) = scene_of_a_dump("moved");
    run(&scene);
    let mut lines: Vec<String> =
        records.iter().enumerate().map(|(number, record)| record.line(number + 1, "\n")).collect();
    lines[7] = lines[7].replace("Notice", "Another notice");
    lines.remove(20);
    lines.insert(0, Record { serial: 900, ..records[0].clone() }.line(900, "\n"));
    scene.put("cables.csv", &lines.concat(), 2);
    fs::create_dir(scene.input("b")).unwrap();
    fs::rename(scene.input("other.txt"), scene.input("b/renamed.txt")).unwrap();
    run(&scene);
    let generations = Dataset::open(&scene.root.join("cables")).unwrap().generations().unwrap();
    let [before, after] = [0, 1].map(|place| Manifest::read(&generations[place].path).unwrap());
    let differences = Differences::between(&before, &after);
    let names = |ids: &[RecordId]| ids.iter().map(RecordId::to_string).collect::<Vec<_>>();
    assert_eq!(names(&differences.added), ["cables.csv#0"]);
    assert_eq!(names(&differences.removed), ["cables.csv#20"]);
    assert_eq!(names(&differences.edited), ["cables.csv#8"]);
    let moved: Vec<String> = differences.moved.iter().map(|moved| format!("{} {}", moved.from, moved.to)).collect();
    assert_eq!(moved.len(), 8 - 1 + 12 + 1, "{moved:?}");
    assert!(moved.contains(&"other.txt b/renamed.txt".to_owned()), "{moved:?}");
    let back = Differences::between(&after, &before);
    assert_eq!((back.moved.len(), back.added.len(), back.removed.len()), (moved.len(), 1, 1));
}

#[test]
fn a_record_that_is_appended_touches_its_partition_only() {
    let (scene, mut records) = scene_of_a_dump("appended");
    run(&scene);
    records.push(Record { serial: 900, year: 2009, ..records[0].clone() });
    scene.put("cables.csv", &dump(&records, "\n"), 2);
    let report = run(&scene);
    // The record before it ended the document, and does not any more.
    assert_eq!((report.rows, report.row_changes.added, report.rewritten), (102, 1, 2));
}

#[test]
fn a_record_that_is_edited_touches_its_partition_only() {
    let (scene, mut records) = scene_of_a_dump("edited");
    run(&scene);
    records[7].text = records[7].text.replace("Notice", "Remark");
    scene.put("cables.csv", &dump(&records, "\n"), 2);
    let report = run(&scene);
    assert_eq!((report.rows, report.row_changes.edited, report.rewritten), (101, 1, 1));
    let full = scene.run("cables", Mode::Full).unwrap();
    assert_eq!(full.rows, 101);
}

#[test]
fn a_dump_is_restored_from_a_dataset() {
    let (scene, mut records) = scene_of_a_dump("restored");
    run(&scene);
    records.push(records[3].clone());
    scene.put("cables.csv", &dump(&records, "\r\n"), 2);
    run(&scene);
    let back = scene.root.join("back");
    let dataset = scene.root.join("cables/current/parquet");
    let restored = cablegram::restore::restore(&dataset, &back, cablegram::restore::Partial::Refuse).unwrap();
    assert_eq!((restored.documents, restored.incomplete.len()), (2, 0));
    assert!(fs::read(back.join("cables.csv")).unwrap() == fs::read(scene.input("cables.csv")).unwrap());
}

#[test]
fn records_that_are_gone_take_their_rows_with_them() {
    let (scene, records) = scene_of_a_dump("gone");
    run(&scene);
    scene.put("cables.csv", &dump(&records[..40], "\n"), 3);
    let report = run(&scene);
    assert_eq!((report.rows, report.row_changes.removed), (41, 60));
}
