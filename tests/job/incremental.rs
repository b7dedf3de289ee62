//! Whatever changed, an incremental run gives the bytes of a full one.

use std::fs;

use cablegram::job::Mode;

use super::{Numbers, Scene, cable};

const POSTS: [&str; 3] = ["LIMA", "OSLO", "QUITO"];

/// The inputs of a scene under change.
struct Archive<'s> {
    scene: &'s Scene,
    names: Vec<String>,
    numbers: Numbers,
    minute: i64,
    /// What the inputs were once.
    earlier: Vec<(String, String)>,
}

impl Archive<'_> {
    fn add(&mut self) {
        let (year, post) = (2000 + self.numbers.below(6) as u32, POSTS[self.numbers.below(3) as usize]);
        let serial = self.numbers.below(400) as u32 + 1;
        let name = format!("{year}/{:05}.txt", self.numbers.below(90_000));
        let text = format!("Notice {} was read.", self.numbers.below(1_000_000));
        self.minute += 1;
        self.scene.put(&name, &cable(year, post, serial, &text), self.minute);
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn any(&mut self) -> Option<String> {
        let count = self.names.len() as u64;
        (count > 0).then(|| self.names[self.numbers.below(count) as usize].clone())
    }

    fn remove(&mut self, name: &str) {
        fs::remove_file(self.scene.input(name)).unwrap();
        self.names.retain(|one| one != name);
    }

    fn remember(&mut self) {
        let text = |name: &String| fs::read_to_string(self.scene.input(name)).unwrap();
        self.earlier = self.names.iter().map(|name| (name.clone(), text(name))).collect();
    }

    /// Makes the inputs what they were once, with the times of now.
    fn go_back(&mut self) {
        self.minute += 1;
        self.names.clone().iter().for_each(|name| self.remove(name));
        for (name, text) in self.earlier.clone() {
            self.scene.put(&name, &text, self.minute);
            self.names.push(name);
        }
    }

    /// Adds, edits, touches, moves, deletes, corrupts, duplicates or un-duplicates one file, or adds another text of its
    /// number.
    fn change(&mut self) {
        self.minute += 1;
        let minute = self.minute;
        let Some(name) = self.any() else { return self.add() };
        let text = fs::read_to_string(self.scene.input(&name)).unwrap_or_default();
        match self.numbers.below(9) {
            0 => self.add(),
            1 => self.scene.put(&name, &text.replace("Notice", "Remark"), minute),
            2 => self.scene.touch(&name, minute),
            3 => {
                self.remove(&name);
                let moved = format!("moved/{minute}.txt");
                self.scene.put(&moved, &text, minute);
                self.names.push(moved);
            }
            4 => self.remove(&name),
            5 => self.scene.put(&name, "no cable at all", minute),
            6 => {
                let copy = format!("{}copy-{minute}.txt", if minute % 2 == 0 { "1" } else { "z" });
                self.scene.put(&copy, &text, minute);
                self.names.push(copy);
            }
            7 => {
                let version = format!("version-{minute}.txt");
                self.scene.put(&version, &text.replace("read.", &format!("read again, {minute} times.")), minute);
                self.names.push(version);
            }
            _ => {
                let copies = self.names.iter().find(|one| one.contains("copy")).cloned();
                if let Some(copy) = copies {
                    self.remove(&copy);
                }
            }
        }
    }
}

fn assert_incremental_equals_full(name: &str, outputs: &[&str], files: usize, rounds: usize, changes: usize) {
    assert_equals_full(name, outputs, [files, rounds, changes], 11);
}

fn assert_equals_full(name: &str, outputs: &[&str], [files, rounds, changes]: [usize; 3], seed: u64) {
    let scene = Scene::new(name, outputs);
    let numbers = Numbers(seed);
    let mut archive = Archive { scene: &scene, names: Vec::new(), numbers, minute: 0, earlier: Vec::new() };
    (0..files).for_each(|_| archive.add());
    archive.remember();
    scene.run("incremental", Mode::Incremental).unwrap();
    for round in 0..rounds {
        match round {
            2 => archive.go_back(),
            _ => (0..changes).for_each(|_| archive.change()),
        }
        scene.assert_as_full(&format!("full-{round}"));
    }
    let incremental = scene.current("incremental");
    scene.run("incremental", Mode::Full).unwrap();
    assert!(incremental == scene.current("incremental"), "a full run of what is published changes nothing");
}

#[test]
fn partitions_and_a_file_a_cable() {
    assert_incremental_equals_full("partitions", &["parquet,by=year:parquet/", "xml,per=cable:xml/"], 300, 6, 40);
}

#[test]
fn one_file() {
    assert_incremental_equals_full("one-file", &["cables.parquet", "yaml:cables.yaml"], 120, 4, 20);
}

#[test]
fn nothing_but_a_file_a_cable() {
    assert_incremental_equals_full("per-cable", &["xml,per=cable:xml/"], 120, 4, 20);
}

#[test]
fn a_dataset_without_rows() {
    for outputs in [&["parquet,by=year:parquet/", "xml,per=cable:xml/"][..], &["yaml,per=cable:yaml/"], &["a.jsonl"]] {
        let scene = Scene::new("no-rows", outputs);
        scene.put("note.txt", "Not a cable.", 1);
        scene.assert_as_full("first");
        scene.put("other.txt", "No cable either.", 1);
        scene.assert_as_full("second");
        scene.put("cable.txt", &cable(2005, "OSLO", 1, "The quay was inspected."), 1);
        scene.assert_as_full("with-a-row");
        fs::remove_file(scene.input("cable.txt")).unwrap();
        scene.assert_as_full("row-gone");
        fs::remove_file(scene.input("other.txt")).unwrap();
        scene.assert_as_full("last");
    }
}

/// Every format in every layout it has, in sets of outputs that one job can have.
const SETS: [&[&str]; 8] = [
    &["cables.parquet", "cables.arrow", "cables.arrows", "yaml:cables.yaml", "cables.xml", "cables.jsonl"],
    &["arrow,sha256=true:cables.arrow", "parquet:cables.parquet"],
    &["parquet,file_size=32KB:parquet/", "arrow,file_size=32KB:arrow/", "xml:xml/", "yaml:yaml/", "jsonl:jsonl/"],
    &["parquet,by=year:parquet/", "arrow,by=year:arrow/", "jsonl,by=year:jsonl/"],
    &["xml,by=classification:xml/", "yaml,by=classification:yaml/", "yaml,per=cable:cables/"],
    &["arrow,by=post,sha256=true:arrow/", "xml,per=cable,sha256=true:cables/"],
    &["jsonl,by=date:jsonl/", "jsonl,per=cable:cables/"],
    &["xml,per=cable:xml/", "yaml,per=cable:yaml/"],
];

fn assert_sets_equal_full(seeds: std::ops::Range<u64>, size: [usize; 3]) {
    for seed in seeds {
        for (number, outputs) in SETS.iter().enumerate() {
            assert_equals_full(&format!("set-{number}-{seed}"), outputs, size, seed);
        }
    }
}

#[test]
fn every_format_in_every_layout() {
    assert_sets_equal_full(1..2, [16, 3, 6]);
}

/// `cargo test every_format_at_length -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn every_format_at_length() {
    assert_sets_equal_full(2..12, [60, 6, 15]);
}

#[test]
fn a_thousand_changes_in_three_thousand_files() {
    assert_incremental_equals_full("thousand", &["parquet,by=year:parquet/"], 3_000, 1, 1_000);
}
