//! Killed at any moment, a run leaves a whole generation or none, and the next one ends as if nothing had happened.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::dumps::dump_of;
use super::site::Site;
use super::{Numbers, cable};

const SETTINGS: &str = "outputs = [\"parquet,by=year:parquet/\", \"xml,per=cable:xml/\"]\nkeep = 2";
const OUTPUTS: [&str; 2] = ["parquet/", "xml/"];

type Files = BTreeMap<String, Vec<u8>>;

/// What the inputs are; a run brings the dataset from one state to the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    After,
}

impl State {
    fn other(self) -> State {
        if self == State::Before { State::After } else { State::Before }
    }

    /// Makes the inputs so: cables of four years, of which one is edited, one deleted, one added, one copied,
    /// and a dump of which one record is edited and one added.
    fn put(self, site: &Site) {
        for serial in 1..=24 {
            site.put(&format!("{serial:02}.txt"), cable(2003 + serial % 4, "OSLO", serial, "The quay was inspected."));
        }
        match self {
            State::Before => {
                site.put("dump.csv", dump_of(&["A toll.", "A quay.", "A pier.", "A toll."]));
                for name in ["40.txt", "41.txt"] {
                    let _ = fs::remove_file(site.path("in").join(name));
                }
            }
            State::After => {
                site.put("dump.csv", dump_of(&["A toll.", "A buoy.", "A pier.", "A toll.", "A pier."]));
                site.put("03.txt", cable(2003 + 3, "OSLO", 3, "The quay was inspected again."));
                site.remove("08.txt");
                site.put("40.txt", cable(2009, "LIMA", 40, "A new lighthouse."));
                site.put("41.txt", cable(2009, "LIMA", 40, "A new lighthouse."));
            }
        }
    }
}

/// What is killed.
#[derive(Clone, Copy, Debug)]
enum Kind {
    First,
    Incremental,
    Full,
}

const KINDS: [Kind; 3] = [Kind::First, Kind::Incremental, Kind::Full];

struct Lane {
    site: Site,
    state: State,
    before: Files,
    after: Files,
    numbers: Numbers,
}

impl Lane {
    fn new(seed: u64) -> Lane {
        let site = Site::new(SETTINGS);
        let [after, before] = [State::After, State::Before].map(|state| {
            state.put(&site);
            site.expect(0, &["--full"]);
            site.verify(&OUTPUTS);
            site.current().unwrap()
        });
        Lane { site, state: State::Before, before, after, numbers: Numbers(seed) }
    }

    fn expected(&self, state: State) -> &Files {
        if state == State::Before { &self.before } else { &self.after }
    }

    /// Kills runs until `kills` of them were really under way.
    fn kill(&mut self, kills: usize) {
        // The longest delay for each kind follows how long such runs take while the machine does other things.
        let mut spans = KINDS.map(|kind| self.measure(kind));
        let mut killed = 0;
        for attempt in 0..8 * kills {
            let which = attempt % KINDS.len();
            let delay = self.numbers.below(spans[which].as_micros() as u64 + 1);
            let was_under_way = self.kill_one(KINDS[which], Duration::from_micros(delay));
            killed += usize::from(was_under_way);
            spans[which] = spans[which].mul_f64(if was_under_way { 1.02 } else { 0.9 });
            if killed == kills {
                return;
            }
        }
        panic!("only {killed} of {kills} runs were killed before they ended");
    }

    /// Prepares a run of that kind; returns its arguments.
    fn prepare(&mut self, kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::First => fs::remove_dir_all(self.site.path("cables")).unwrap(),
            Kind::Incremental => {
                self.state = self.state.other();
                self.state.put(&self.site);
            }
            Kind::Full => return &["--full"],
        }
        &[]
    }

    fn measure(&mut self, kind: Kind) -> Duration {
        let arguments = self.prepare(kind);
        let start = Instant::now();
        self.site.expect(0, arguments);
        start.elapsed()
    }

    fn kill_one(&mut self, kind: Kind, delay: Duration) -> bool {
        let before = self.state;
        let arguments = self.prepare(kind);
        let mut run = self.site.sync(arguments).spawn().unwrap();
        thread::sleep(delay);
        let was_under_way = run.try_wait().unwrap().is_none();
        run.kill().unwrap();
        run.wait().unwrap();
        let what = format!("{kind:?} run killed after {delay:?}");
        match (self.site.current(), kind) {
            (None, Kind::First) => {}
            (None, _) => panic!("{what}: nothing is current"),
            (Some(files), _) => {
                let whole = [before, self.state].iter().any(|state| files == *self.expected(*state));
                assert!(whole, "{what}: current holds {:?}", files.keys().collect::<Vec<_>>());
                self.site.verify(&OUTPUTS);
            }
        }
        self.site.expect(0, &[]);
        assert!(self.site.current().as_ref() == Some(self.expected(self.state)), "{what}: the next run differs");
        let stray = self.site.names().into_iter().find(|name| name.contains("staging"));
        assert_eq!(stray, None, "{what}: the next run leaves no trace of it");
        was_under_way
    }
}

#[test]
fn two_hundred_kills_leave_no_trace() {
    let lanes = [71, 72].map(|seed| thread::spawn(move || Lane::new(seed).kill(100)));
    lanes.into_iter().for_each(|lane| lane.join().unwrap());
}
