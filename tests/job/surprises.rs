//! Inputs that vanish or change while a run is at work, and a clock that jumps.

use std::fs;
use std::sync::Mutex;

use cablegram::error::Result;
use cablegram::job::{self, JobEvent, JobObserver, Mode, Report};
use jiff::{Timestamp, ToSpan};

use super::{Scene, Silent, cable, request, too_large};

/// Does something to the inputs at a moment of the run, once.
struct Meddler<F: FnOnce() + Send> {
    moment: fn(&JobEvent<'_>) -> bool,
    deed: Mutex<Option<F>>,
}

impl<F: FnOnce() + Send> JobObserver for Meddler<F> {
    fn event(&self, event: JobEvent<'_>) {
        if (self.moment)(&event)
            && let Some(deed) = self.deed.lock().unwrap().take()
        {
            deed();
        }
    }
}

/// After the walk, before anything is read.
fn planned(event: &JobEvent<'_>) -> bool {
    matches!(event, JobEvent::Plan(_))
}

/// After it was decided what becomes of every input, before it is written.
fn decided(event: &JobEvent<'_>) -> bool {
    matches!(event, JobEvent::FileError { .. })
}

fn run(scene: &Scene, now: fn() -> Timestamp, observer: &dyn JobObserver) -> Result<Report> {
    job::sync(&scene.job("cables"), &request(Mode::Incremental, now), observer)
}

fn meddled(scene: &Scene, moment: fn(&JobEvent<'_>) -> bool, deed: impl FnOnce() + Send) -> Result<Report> {
    run(scene, Timestamp::now, &Meddler { moment, deed: Mutex::new(Some(deed)) })
}

fn scene(name: &str) -> Scene {
    let scene = Scene::new(name, &["parquet,by=year:parquet/"]);
    for serial in 1..=5 {
        scene.put(&format!("{serial}.txt"), &cable(2004, "OSLO", serial, "The quay was inspected."), 1);
    }
    run(&scene, Timestamp::now, &Silent).unwrap();
    scene
}

/// Expects that the next run gives what a full run elsewhere gives.
fn assert_mended(scene: &Scene) {
    run(scene, Timestamp::now, &Silent).unwrap();
    scene.run("full", Mode::Full).unwrap();
    assert!(scene.current("cables") == scene.current("full"));
    assert_eq!(run(scene, Timestamp::now, &Silent).unwrap().published, None);
}

#[test]
fn an_input_that_vanishes_before_it_is_read_is_not_there() {
    let scene = scene("vanishes");
    scene.put("3.txt", &cable(2004, "OSLO", 3, "Again."), 2);
    let report = meddled(&scene, planned, || fs::remove_file(scene.input("3.txt")).unwrap()).unwrap();
    assert_eq!((report.rows, report.new_bad, report.row_changes.removed), (4, 0, 1));
    assert_mended(&scene);
}

#[test]
fn an_input_that_changes_before_it_is_read_is_taken_as_it_is() {
    let scene = scene("changes");
    scene.put("3.txt", &cable(2004, "OSLO", 3, "Again."), 2);
    meddled(&scene, planned, || scene.put("3.txt", &cable(2004, "OSLO", 3, "And once more."), 3)).unwrap();
    assert_mended(&scene);
}

#[test]
fn an_input_that_changes_or_vanishes_after_it_was_read_is_read_once_more() {
    for deed in [Deed::Change, Deed::Vanish] {
        let scene = scene(&format!("meanwhile-{deed:?}"));
        scene.put("3.txt", &cable(2004, "OSLO", 3, "Again."), 2);
        fs::write(scene.input("4.txt"), too_large(0)).unwrap();
        scene.touch("4.txt", 2);
        let mut settings = scene.settings.clone();
        settings.max_bad = Some("1".to_owned());
        let scene = Scene { root: scene.root, settings };
        let report = meddled(&scene, decided, || match deed {
            Deed::Change => scene.put("3.txt", &cable(2004, "OSLO", 3, "And once more."), 3),
            Deed::Vanish => fs::remove_file(scene.input("3.txt")).unwrap(),
        });
        assert!(report.unwrap().published.is_some());
        assert_mended(&scene);
    }
}

/// Writes to an input at every chance, as a log does.
struct Writer<'s>(&'s Scene, Mutex<i64>);

impl JobObserver for Writer<'_> {
    fn event(&self, event: JobEvent<'_>) {
        if decided(&event) || planned(&event) {
            let mut minute = self.1.lock().unwrap();
            *minute += 1;
            self.0.put("5.txt", &cable(2004, "OSLO", 5, &format!("Line {minute}.")), *minute);
        }
    }
}

#[test]
fn an_input_that_never_holds_still_stays_as_it_was_and_stops_no_other() {
    let scene = scene("restless");
    scene.put("3.txt", &cable(2004, "OSLO", 3, "Again."), 2);
    fs::write(scene.input("4.txt"), too_large(0)).unwrap();
    let mut settings = scene.settings.clone();
    settings.max_bad = Some("1".to_owned());
    let scene = Scene { root: scene.root, settings };
    let report = run(&scene, Timestamp::now, &Writer(&scene, Mutex::new(10))).unwrap();
    assert_eq!((report.rows, report.row_changes.edited), (4, 1));
    let rows = scene.current("cables");
    assert!(!rows.is_empty());
    assert_mended(&scene);
}

#[derive(Debug)]
enum Deed {
    Change,
    Vanish,
}

#[test]
fn a_clock_that_jumps_back_costs_time_and_nothing_else() {
    let scene = scene("clock");
    let before = scene.current("cables");
    let past = || Timestamp::UNIX_EPOCH + 24.hours();
    let first = run(&scene, past, &Silent).unwrap();
    assert_eq!((first.rows, first.rewritten), (5, 0), "no time can be trusted, but every hash is the same");
    assert_eq!(run(&scene, past, &Silent).unwrap().published, None, "and so it stays");
    scene.put("3.txt", &cable(2004, "OSLO", 3, "Again."), 1);
    assert!(run(&scene, past, &Silent).unwrap().published > first.published, "numbers go on");
    scene.put("3.txt", &cable(2004, "OSLO", 3, "The quay was inspected."), 1);
    assert_mended(&scene);
    assert!(scene.current("cables") == before);
}

/// A generation knows every input: what that takes is bounded, and grows with nothing but their number.
#[test]
fn a_generation_keeps_few_bytes_an_input() {
    let scene = Scene::new("state", &["parquet,by=year:parquet/"]);
    let mut sizes = Vec::new();
    for count in [100, 400] {
        for number in 1..=count {
            scene.put(&format!("2009/{number:05}.txt"), &cable(2009, "LIMA", number, &"Text. ".repeat(500)), 1);
        }
        scene.run("set", Mode::Incremental).unwrap();
        sizes.push(scene.current("set")["_manifest.jsonl"].len() as u32);
    }
    let an_input = (sizes[1] - sizes[0]) / 300;
    assert!(an_input < 400, "{an_input} bytes an input");
}
