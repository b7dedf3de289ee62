//! Hostile documents to findings: what makes the parser hang, panic, lose a byte, or take too much time or memory.
//!
//! `cargo run --release --example fuzz -- --seconds 600 --seed 1` reads documents for ten minutes, one after another, and
//! keeps each that breaks a promise in `target/fuzz/`. The same seed gives the same documents. `--document FILE` reads
//! one file again. `--shapes 8192` reads every word of the vocabulary many times over, in documents up to 8 MiB.
//! `cargo test fuzz` reads 20,000 documents of seed 1.

mod documents;
mod memory;
mod promise;
mod shapes;

#[path = "../synthesize/synthesis/random.rs"]
#[allow(dead_code)]
mod random;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use documents::Documents;
use promise::Bounds;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// A document that takes more time of the processor than this is taken to hang.
const HANG: Duration = Duration::from_secs(20);

/// So many documents to a line about how far it is.
const PROGRESS: u64 = 100_000;

/// Where findings are kept.
const FINDINGS: &str = "target/fuzz";

fn main() -> ExitCode {
    let arguments = Arguments::read();
    if let Some(file) = &arguments.document {
        return one(file);
    }
    let documents = Documents::of_fixtures(arguments.seed);
    if let Some(largest) = arguments.shapes {
        return shapes(&documents, largest, &arguments);
    }
    // The message of a panic is in the finding.
    std::panic::set_hook(Box::new(|_| {}));
    let watch = Watch::begin(arguments.seed);
    let start = Instant::now();
    let (mut index, mut findings) = (arguments.first, 0);
    while start.elapsed() < arguments.time {
        let document = documents.document(index);
        watch.look_at(index);
        if let Err(finding) = measured(&document) {
            findings += 1;
            let kept = keep(arguments.seed, index, &document);
            println!("document {index}: {finding}; kept as {}", kept.display());
        }
        index += 1;
        if index.is_multiple_of(PROGRESS) {
            println!("{} documents read, {findings} findings", index - arguments.first);
        }
    }
    println!("{} documents of seed {}, {findings} findings", index - arguments.first, arguments.seed);
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads every shape of the table, and then others until the time is over.
fn shapes(documents: &Documents, largest: usize, arguments: &Arguments) -> ExitCode {
    let start = Instant::now();
    let random = shapes::random(documents, arguments.first).take_while(|_| start.elapsed() < arguments.time);
    let (mut count, mut findings) = (0, 0);
    for shape in shapes::table(documents).into_iter().chain(random) {
        count += 1;
        if let Err(finding) = shape.check(largest) {
            findings += 1;
            println!("{finding}");
        }
    }
    println!("{count} shapes up to {largest} KiB, {findings} findings");
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(file: &Path) -> ExitCode {
    let document = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let result = measured(&document);
    println!("{}: {}", file.display(), result.as_ref().err().map_or("sound", String::as_str));
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Holds the document to every promise, those of time and memory included.
fn measured(document: &[u8]) -> Result<(), String> {
    let bounds = Bounds::of(document.len());
    let begun = promise::processor_time();
    let (result, peak) = memory::peak_of(|| promise::check(document));
    let took = promise::processor_time().saturating_sub(begun);
    result?;
    if took > bounds.time {
        return Err(format!("took {took:?} for {} bytes, more than {:?}", document.len(), bounds.time));
    }
    if peak > bounds.memory {
        let (mebibytes, most) = (peak >> 20, bounds.memory >> 20);
        return Err(format!("took {mebibytes} MiB for {} bytes, more than {most}", document.len()));
    }
    Ok(())
}

fn keep(seed: u64, index: u64, document: &[u8]) -> PathBuf {
    let path = Path::new(FINDINGS).join(format!("{seed}-{index}.txt"));
    let kept = fs::create_dir_all(FINDINGS).and_then(|()| fs::write(&path, document));
    kept.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}

/// Ends the program with the document that hangs.
struct Watch(Arc<AtomicU64>);

impl Watch {
    fn begin(seed: u64) -> Watch {
        let at = Arc::new(AtomicU64::new(u64::MAX));
        let watched = at.clone();
        thread::spawn(move || {
            let (mut last, mut since) = (u64::MAX, promise::processor_time_of_program());
            loop {
                thread::sleep(Duration::from_millis(500));
                let now = watched.load(Ordering::Relaxed);
                let spent = promise::processor_time_of_program();
                if now != last {
                    (last, since) = (now, spent);
                } else if now != u64::MAX && spent.saturating_sub(since) > HANG {
                    let kept = keep(seed, now, &Documents::of_fixtures(seed).document(now));
                    println!("document {now}: no end after {HANG:?}; kept as {}", kept.display());
                    std::process::exit(1);
                }
            }
        });
        Watch(at)
    }

    fn look_at(&self, index: u64) {
        self.0.store(index, Ordering::Relaxed);
    }
}

/// What the command line says.
struct Arguments {
    time: Duration,
    seed: u64,
    first: u64,
    document: Option<PathBuf>,
    /// KiB of the largest document of each shape.
    shapes: Option<usize>,
}

impl Arguments {
    fn read() -> Arguments {
        let mut arguments =
            Arguments { time: Duration::from_secs(60), seed: 1, first: 0, document: None, shapes: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().unwrap_or_else(|| panic!("{word} takes a value"));
            let number = || value.parse().unwrap_or_else(|_| panic!("{word} {value} is no number"));
            match word.as_str() {
                "--seconds" => arguments.time = Duration::from_secs(number()),
                "--seed" => arguments.seed = number(),
                "--first" => arguments.first = number(),
                "--shapes" => arguments.shapes = Some(number() as usize),
                "--document" => arguments.document = Some(PathBuf::from(value)),
                _ => {
                    panic!("{word} is unknown; write --seconds N, --seed S, --first N, --shapes KIB or --document FILE")
                }
            }
        }
        arguments
    }
}
