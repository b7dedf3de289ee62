//! Every word that means something to the parser, repeated to many mebibytes: whatever is not linear shows.
//!
//! Each shape is read at growing sizes, and no further than the first one that takes too much, so that a shape whose time
//! grows with its square ends soon.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use cablegram::dialect::{self, Head, MOST_LINES, Recognized, plain};
use cablegram::parse::parse;

use super::documents::{Documents, ENVELOPE, vocabulary};
use super::{memory, promise};

/// Sizes at which a shape is read, in KiB: the smallest find what grows with its square.
const SIZES: [usize; 6] = [64, 256, 1 << 10, 2 << 10, 4 << 10, 8 << 10];

/// What any document may take of the processor.
const MOST_TIME: Duration = Duration::from_millis(500);

/// What any document may hold at once.
const MOST_MEMORY: usize = 256 << 20;

/// How often the time of one twice the size may be that of the smaller one, where both are long enough to tell.
const RATIO: f64 = 2.3;
const TELLING: Duration = Duration::from_millis(100);

/// A document of any size.
#[derive(Clone)]
pub struct Shape {
    start: Vec<u8>,
    /// What is repeated; `{}` is the number of the repetition.
    unit: String,
    end: Vec<u8>,
}

/// What comes before what is repeated.
const STARTS: [&str; 4] = ["", ENVELOPE, "UNCLAS OSLO 000012\n\n", "1. (C) SUMMARY: "];

/// Fields that what is repeated on one line is the value of.
const FIELDS: [&str; 12] = [
    "REF: ",
    "TAGS: ",
    "SUBJECT: ",
    "E.O. 12958: ",
    "Classified By: ",
    "SUMMARY: ",
    "FM ",
    "TO ",
    "INFO ",
    "ACTION ",
    "UNCLAS ",
    "R 121434Z JUN 09 ",
];

/// How a word is repeated: what comes before and after it.
const ARRANGEMENTS: [(&str, &str); 7] =
    [("", " "), ("", ""), ("", "\n"), ("", "\n\n"), ("(", " "), ("1. (C) ", "\n\n"), ("x ", "\n-----\n")];

/// Values that differ, each with what comes first.
const COUNTED: [(&str, &str); 13] = [
    ("TAGS: ", "Q{}X, "),
    ("TAGS: PREL\n", "TAGS: Q{}X\n"),
    ("REF: ", "OSLO {}, "),
    ("REF: ", ";A{}"),
    ("REF: ", "QQQQ {} AND "),
    ("FM AMEMBASSY OSLO\nTO ", "RUEH{}/AMEMBASSY LIMA {} "),
    ("FM AMEMBASSY OSLO\nTO AMEMBASSY LIMA", "\nRUEHQ/AMEMBASSY L{}"),
    ("UNCLAS OSLO 000012\n\n", "{}. (C) Text.\n\n"),
    ("UNCLAS OSLO 000012\n\n1. (C) ", "Text of the text. {}. (C) "),
    ("1. ACTION REQUEST: SEE PARAS ", "{}, 1-99, "),
    ("ACTION EUR-00\nINFO  ", "A{}-00 "),
    ("", "OSLO 00000012  {} OF 003\n"),
    ("SUBJECT: ", "SECTION {} OF 99 "),
];

/// What is repeated in the middle of documents of other forms.
const MARKS: [&str; 24] = [
    "\"", "\"\"", "'", "''", "\\", "\\n", "\n", "\r\n", "\t", ",", ";", "<", "</", "<b>", "</pre>", "<br>", "&", "&#1",
    "{", "[", "(", "x ", "<a{}>", "),(",
];

/// So many documents of each form are taken.
const OF_EACH_FORM: usize = 2;

/// The shapes of the table.
pub fn table(documents: &Documents) -> Vec<Shape> {
    let by_start = STARTS.into_iter().flat_map(|start| ARRANGEMENTS.map(|arrangement| (start, arrangement)));
    let by_field = FIELDS.into_iter().map(|field| (field, ARRANGEMENTS[0]));
    let frames: Vec<_> = by_start.chain(by_field).collect();
    let words = vocabulary().flat_map(|word| {
        frames.iter().map(move |(start, (before, after))| Shape::of(start, format!("{before}{word}{after}")))
    });
    let counted = COUNTED.into_iter().map(|(start, unit)| Shape::of(start, unit.to_owned()));
    let forms = forms(documents).into_iter().flat_map(|document| {
        MARKS.map(|unit| {
            let (start, end) = document.split_at(document.len() / 2);
            Shape { start: start.to_vec(), unit: unit.to_owned(), end: end.to_vec() }
        })
    });
    forms.chain(counted).chain(words).collect()
}

/// Fixtures of every form but plain texts.
fn forms(documents: &Documents) -> Vec<&[u8]> {
    let mut count: HashMap<&'static str, usize> = HashMap::new();
    let mut is_new = |document: &&[u8]| {
        let Ok(form) = dialect::open(&Head::of(document, "input")) else { return false };
        let count = count.entry(form.dialect()).or_default();
        *count += 1;
        form.dialect() != "plain" && *count <= OF_EACH_FORM
    };
    documents.fixtures().filter(|document| is_new(document)).collect()
}

/// Shapes of several words each, the same for the same seed.
pub fn random(documents: &Documents, first: u64) -> impl Iterator<Item = Shape> {
    (first..).map(|index| {
        let (start, unit) = documents.shape(index);
        Shape::of(start, unit)
    })
}

impl fmt::Debug for Shape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = String::from_utf8_lossy(&self.start);
        let around: String = start.chars().rev().take(30).collect::<Vec<_>>().into_iter().rev().collect();
        write!(out, "{:?} behind {around:?}", self.unit)
    }
}

impl Shape {
    fn of(start: &str, unit: String) -> Shape {
        Shape { start: start.into(), unit, end: Vec::new() }
    }

    fn document(&self, kibibytes: usize) -> Vec<u8> {
        let size = (kibibytes << 10) - self.end.len();
        let mut document = Vec::with_capacity(kibibytes << 10);
        document.extend_from_slice(&self.start);
        for number in 1.. {
            let start = document.len();
            match self.unit.contains("{}") {
                true => document.extend_from_slice(self.unit.replace("{}", &number.to_string()).as_bytes()),
                false => document.extend_from_slice(self.unit.as_bytes()),
            }
            if document.len() > size || document.len() == start {
                document.truncate(start);
                break;
            }
        }
        document.extend_from_slice(&self.end);
        document
    }

    /// Reads it at all sizes up to the largest, in KiB; what takes too much is a finding.
    pub fn check(&self, largest: usize) -> Result<(), String> {
        let mut last: Option<(usize, Duration)> = None;
        for size in SIZES.into_iter().filter(|size| *size <= largest) {
            let most = most_time(size);
            let before = last.filter(|(smaller, took)| 2 * smaller == size && *took > TELLING);
            let is_too_long = |took: Duration| {
                took > most || before.is_some_and(|(_, before)| took.as_secs_f64() > RATIO * before.as_secs_f64())
            };
            let (mut took, peak) = measure(self.document(size));
            // Another program may have been in the way.
            for _ in 0..2 {
                if is_too_long(took) {
                    took = took.min(measure(self.document(size)).0);
                }
            }
            if is_too_long(took) {
                let before =
                    last.map(|(smaller, before)| format!(", {before:?} for {smaller} KiB")).unwrap_or_default();
                return Err(format!("{self:?} took {took:?} for {size} KiB{before}"));
            }
            if peak > MOST_MEMORY {
                return Err(format!("{self:?} took {} MiB for {size} KiB", peak >> 20));
            }
            last = Some((size, took));
        }
        Ok(())
    }
}

/// What a document of so many KiB may take: small ones more than their share, for their lines are many for their size.
fn most_time(size: usize) -> Duration {
    MOST_TIME.min(MOST_TIME * size as u32 / (2 << 10) + Duration::from_millis(80))
}

/// The time and memory that reading a document takes.
fn measure(document: Vec<u8>) -> (Duration, usize) {
    let begun = promise::processor_time();
    let ((), peak) = memory::peak_of(|| read(document));
    (promise::processor_time().saturating_sub(begun), peak)
}

/// Reads it as the program does, and as a cable where the program takes it for something else.
fn read(document: Vec<u8>) {
    if let Recognized::Cable(transcript) = dialect::recognize(document.clone(), "input") {
        std::hint::black_box(parse(&transcript));
        return;
    }
    let transcript = plain::transcribe(document, "input");
    if transcript.line_count() <= MOST_LINES {
        std::hint::black_box(parse(&transcript));
    }
}
