//! Killed or stopped at any moment, a run leaves a whole generation or none, and the next one ends as if nothing had
//! happened.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::dumps::dump_of;
use super::site::Site;
use super::{Numbers, cable};

/// Outputs of jobs: every format and every layout.
const OUTPUTS: [&str; 4] = [
    r#""parquet,by=year:parquet/", "xml,per=cable:xml/""#,
    r#""cables.parquet", "yaml:cables.yaml", "jsonl:lines/", "xml:cables.xml", "arrows:a/cables.arrows""#,
    r#""arrow,by=post:arrow/", "parquet,by=post,sha256=true:parquet/", "jsonl,per=cable:lines/", "yaml,by=post:yaml/""#,
    r#""yaml,per=cable:yaml/""#,
];

const VERIFY: &[&str] = &["verify", "cables"];

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
    fn new(outputs: &str, seed: u64) -> Lane {
        let site = Site::new(&format!("outputs = [{outputs}]\nkeep = 2"));
        let [after, before] = [State::After, State::Before].map(|state| {
            state.put(&site);
            site.expect(0, &["--full"]);
            site.run(0, VERIFY);
            site.current().unwrap()
        });
        Lane { site, state: State::Before, before, after, numbers: Numbers(seed) }
    }

    fn expected(&self, state: State) -> &Files {
        if state == State::Before { &self.before } else { &self.after }
    }

    /// Ends runs by these signals in turn, until each was sent `count` times to a run that was really under way.
    fn end(&mut self, signals: &[Signal], count: usize) {
        // The longest delay for each kind follows how long such runs take while the machine does other things.
        let mut spans = KINDS.map(|kind| self.measure(kind));
        let wanted = signals.len() * count;
        let mut ended = 0;
        for attempt in 0..8 * wanted {
            let which = attempt % KINDS.len();
            let delay = self.numbers.below(spans[which].as_micros() as u64 + 1);
            let signal = signals[ended % signals.len()];
            let was_under_way = self.end_one(KINDS[which], signal, Duration::from_micros(delay));
            ended += usize::from(was_under_way);
            spans[which] = spans[which].mul_f64(if was_under_way { 1.02 } else { 0.9 });
            if ended == wanted {
                return;
            }
        }
        panic!("only {ended} of {wanted} runs were under way when they were to end");
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

    fn end_one(&mut self, kind: Kind, signal: Signal, delay: Duration) -> bool {
        let before = self.state;
        let arguments = self.prepare(kind);
        let mut run = self.site.sync(arguments).spawn().unwrap();
        thread::sleep(delay);
        let was_under_way = run.try_wait().unwrap().is_none();
        if was_under_way {
            kill_process(Pid::from_child(&run), signal).unwrap();
        }
        let status = run.wait().unwrap();
        let what = format!("{kind:?} run sent {signal:?} after {delay:?}, {status}");
        if signal != Signal::KILL {
            assert!(ended_as_it_should(status, signal), "{what}");
            assert_eq!(self.staging(), None, "{what}: it leaves something unfinished");
        }
        match (self.site.current(), kind) {
            (None, Kind::First) => {}
            (None, _) => panic!("{what}: nothing is current"),
            (Some(files), _) => {
                let whole = [before, self.state].iter().any(|state| files == *self.expected(*state));
                assert!(whole, "{what}: current holds {:?}", files.keys().collect::<Vec<_>>());
                self.site.run(0, VERIFY);
            }
        }
        self.site.expect(0, &[]);
        assert!(self.site.current().as_ref() == Some(self.expected(self.state)), "{what}: the next run differs");
        assert_eq!(self.staging(), None, "{what}: the next run leaves a trace of it");
        was_under_way
    }

    fn staging(&self) -> Option<String> {
        self.site.names().into_iter().find(|name| name.contains("staging"))
    }
}

/// Whether a run ended by itself, with 128+N, or before it could catch signals.
fn ended_as_it_should(status: ExitStatus, signal: Signal) -> bool {
    let number = signal.as_raw();
    [Some(0), Some(128 + number)].contains(&status.code()) || status.signal() == Some(number)
}

/// Ends runs of every kind, over all formats and layouts.
fn assert_no_trace(signals: &[Signal], count: usize) {
    for (seed, pair) in (71..).zip(OUTPUTS.chunks(2)) {
        thread::scope(|scope| {
            for outputs in pair {
                scope.spawn(move || Lane::new(outputs, seed).end(signals, count));
            }
        });
    }
}

#[test]
fn kills_leave_no_trace() {
    assert_no_trace(&[Signal::KILL], 10);
}

#[test]
fn signals_leave_no_trace() {
    assert_no_trace(&[Signal::TERM, Signal::INT], 3);
}

/// `just kills`.
#[test]
#[ignore = "takes half an hour"]
fn two_hundred_kills_and_a_hundred_signals_leave_no_trace() {
    assert_no_trace(&[Signal::KILL], 50);
    assert_no_trace(&[Signal::TERM, Signal::INT], 13);
}
