//! What the parser promises of every document, whatever is in it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use cablegram::dialect::{self, Head, Position, Recognized, Transcript, plain};
use cablegram::parse::{Claim, parse};

/// Bytes of the largest record.
const LIMIT: usize = 8 << 20;

/// How much a document may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Time of the processor.
    pub time: Duration,
    /// Bytes held at once.
    pub memory: usize,
}

impl Bounds {
    /// The bounds of a document of so many bytes: twice half a second and 256 MiB for 8 MiB, more for a small one, whose
    /// lines may be many for its size.
    pub fn of(bytes: usize) -> Bounds {
        let memory = ((4 << 20) + 512 * bytes).min(256 << 20);
        Bounds { time: Duration::from_nanos(100_000_000 + 120 * bytes as u64), memory }
    }
}

/// The time that the processor spent on this thread, which no other program on the machine makes longer. Systems that do
/// not tell it give nothing.
pub fn processor_time() -> Duration {
    spent("/proc/thread-self/schedstat")
}

/// The same of the first thread of the program.
pub fn processor_time_of_program() -> Duration {
    spent("/proc/self/schedstat")
}

fn spent(path: &str) -> Duration {
    let spent = std::fs::read_to_string(path).unwrap_or_default();
    let nanoseconds = spent.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Reads the document, both as whatever it is and as a cable, and says which promise is broken.
pub fn check(document: &[u8]) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| {
        if let Ok(mut form) = dialect::open(&Head::of(document, "input")) {
            let records = dialect::ranges(&mut *form.splitter(LIMIT), document);
            let last = records.len().saturating_sub(1);
            let mut end = 0;
            for (number, record) in records.into_iter().enumerate() {
                if record.start != end {
                    return Err(format!("record {number} begins at {}, the one before ends at {end}", record.start));
                }
                end = record.end;
                let position = Position::of(number as u32, number == last);
                let record = &document[record];
                let bytes = &record[form.stretch(record, position)];
                if let Recognized::Cable(transcript) = form.transcribe(bytes.to_vec(), position, "input") {
                    read(bytes, &transcript).map_err(|broken| format!("record {number}: {broken}"))?;
                }
                form = form.following(record, position).or(form.clone());
            }
            if end != document.len() {
                return Err(format!("the records end at {end} of {}", document.len()));
            }
        }
        read(document, &plain::transcribe(document.to_vec(), "input"))
    }))
    .unwrap_or_else(|panic| Err(format!("panic: {}", message(&*panic))))
}

fn read(document: &[u8], transcript: &Transcript) -> Result<(), String> {
    let reading = parse(transcript);
    claimed_once(transcript.text(), &reading.claims())?;
    match transcript.encoding().encode(transcript.source_text()) {
        Some(bytes) if *bytes == *document => Ok(()),
        _ => Err("the text does not give the bytes back".to_owned()),
    }
}

/// Every byte that is not blank lies in exactly one claim.
fn claimed_once(text: &str, claims: &[Claim<'_>]) -> Result<(), String> {
    let mut end = 0;
    for Claim { piece, zone } in claims {
        let place = || format!("line {} as {zone:?}: {:.80?}", piece.line, piece.text);
        if piece.start < end {
            return Err(format!("claimed twice, the second time on {}", place()));
        }
        if !text[end..piece.start].trim().is_empty() {
            return Err(format!("unclaimed before {}: {:.80?}", place(), &text[end..piece.start]));
        }
        if text[piece.start..piece.end()] != *piece.text {
            return Err(format!("misplaced on {}", place()));
        }
        end = piece.end();
    }
    match text[end..].trim() {
        "" => Ok(()),
        rest => Err(format!("unclaimed at the end: {rest:.80?}")),
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
