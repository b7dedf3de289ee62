//! The scheduled job: incremental equals full, nothing half-made is ever current, and every promise of `sync`.

mod calls;
mod cli;
mod crash;
mod dumps;
pub mod faults;
mod incremental;
mod logs;
mod scrub;
mod settings;
mod site;
mod surprises;
mod trust;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cablegram::convert::{Empty, StopFlag};
use cablegram::error::Result;
use cablegram::job::{
    self, AtHold, Dataset, Job, JobEvent, JobObserver, Missing, Mode, Report, Request, SettingOrigin, Settings,
};
use jiff::Timestamp;

/// A run that lets any number of rows go.
fn request(mode: Mode, now: fn() -> Timestamp) -> Request {
    let (missing, hold) = (Missing::Allow, AtHold::default());
    Request { mode, empty: Empty::Allow, missing, hold, stop: StopFlag::default(), now }
}

/// Hears nothing.
struct Silent;

impl JobObserver for Silent {
    fn event(&self, _: JobEvent<'_>) {}
}

/// A folder with inputs and datasets of the test's own.
struct Scene {
    root: PathBuf,
    settings: Settings,
}

impl Scene {
    fn new(name: &str, outputs: &[&str]) -> Scene {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("job").join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("in")).unwrap();
        let settings = Settings {
            inputs: Some(vec![root.join("in")]),
            outputs: Some(outputs.iter().map(|output| output.to_string()).collect()),
            // Programs that other tests start hold copies of open files, locks too, until they are under way.
            lock_timeout: Some(30),
            ..Settings::default()
        };
        Scene { root, settings }
    }

    fn input(&self, name: &str) -> PathBuf {
        self.root.join("in").join(name)
    }

    /// Writes a cable and gives its file a time long gone, so that it can be trusted.
    fn put(&self, name: &str, text: &str, minute: i64) {
        let path = self.input(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        self.touch(name, minute);
    }

    fn touch(&self, name: &str, minute: i64) {
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000 + 60 * minute as u64);
        fs::File::options().write(true).open(self.input(name)).unwrap().set_modified(time).unwrap();
    }

    fn job(&self, dataset: &str) -> Job {
        let settings = Settings { dataset: Some(self.root.join(dataset)), ..self.settings.clone() };
        Job::resolve(&[(SettingOrigin::File, settings)]).unwrap()
    }

    fn run(&self, dataset: &str, mode: Mode) -> Result<Report> {
        job::sync(&self.job(dataset), &request(mode, Timestamp::now), &Silent)
    }

    /// Brings a dataset up to date: it is then what a full run makes, here into one of the name `full`, and the next run has
    /// nothing to do.
    fn assert_as_full(&self, full: &str) {
        self.run("incremental", Mode::Incremental).unwrap_or_else(|error| panic!("{full}: {error}"));
        self.run(full, Mode::Full).unwrap();
        let (incremental, whole) = (self.current("incremental"), self.current(full));
        assert_eq!(incremental.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>(), "{full}");
        for (name, bytes) in &whole {
            assert!(incremental[name] == *bytes, "{full}: {name} differs");
        }
        let again = self.run("incremental", Mode::Incremental).unwrap();
        assert_eq!(again.published, None, "{full}: a run with nothing to do publishes nothing");
    }

    /// Every file of the current generation but `_SUCCESS`, by its relative path.
    fn current(&self, dataset: &str) -> BTreeMap<String, Vec<u8>> {
        let current = Dataset::open(&self.root.join(dataset)).unwrap().current().unwrap().unwrap().path;
        let mut files = BTreeMap::new();
        gather(&current, &current, &mut files);
        files.remove("_SUCCESS");
        files
    }
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(name, timeless(&path));
        }
    }
}

/// The bytes of a file; of a manifest without what depends on when its inputs were written: the times of their entries,
/// and the hash over them.
fn timeless(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    if !path.ends_with("_manifest.jsonl") {
        return bytes;
    }
    let text = String::from_utf8(bytes).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("{\"end\"")).map(|line| {
        let Some((before, rest)) = line.split_once("\"changed\":") else { return line.to_owned() };
        before.to_owned() + rest.split_once(',').unwrap().1
    });
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

/// A small generator of numbers, so that failures can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A cable that is larger than a record may be by more than `more` bytes, and so bad.
fn too_large(more: usize) -> String {
    cable(2006, "LIMA", 99, &"x".repeat((8 << 20) + more))
}

/// An invented cable; the same arguments give the same bytes.
fn cable(year: u32, post: &str, serial: u32, text: &str) -> String {
    format!(
        "{:02}{post}{serial}\nHARBOR NOTES\nMon Jan 05 00:00:00 +0100 {year}\nUNCLASSIFIED\nEmbassy {post}\n\
         UNCLAS {post} {serial:06} \n \nSIPDIS \n \nE.O. 12958: N/A \nTAGS: PGOV PREL\nSUBJECT: HARBOR NOTES \n \n\
         ¶1. (U) {text} \n \nQUADE",
        year % 100
    )
}
