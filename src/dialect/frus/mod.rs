//! Volumes of the Foreign Relations of the United States as TEI: those of their documents that are telegrams.
//!
//! Editions on the web kept telegrams line by line; printed ones have their header in the heading and the note on the
//! source. The words of the editors are never in the text of a telegram.

mod document;
mod run_in;
mod split;
mod text;

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::{Confidence, Dialect, Form, Head, NotACable, Position, Recognized, Splitter};

/// The dialect.
#[derive(Debug)]
pub struct Frus;

impl Dialect for Frus {
    fn name(&self) -> &'static str {
        "frus"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        let beginning = &head.bytes[..head.bytes.len().min(BEGINNING)];
        let begins = |text: &str| memmem::find(beginning, text.as_bytes()).is_some();
        let is_tei = begins("<TEI") && begins("http://www.tei-c.org/ns/1.0");
        let has_document = || split::first_document(head.bytes).is_some();
        // The people and the sources of a volume may fill more than what is seen of it.
        let is_series = || begins("history.state.gov/frus") || begins("xml:id=\"frus");
        if is_tei && (is_series() || has_document()) { Confidence::Certain } else { Confidence::No }
    }

    fn form(&self, _: &Head<'_>) -> Arc<dyn Form> {
        Arc::new(Volume)
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// The root of a volume is within so many bytes.
const BEGINNING: usize = 4096;

/// A volume, whose documents are its records.
#[derive(Debug)]
struct Volume;

impl Form for Volume {
    fn dialect(&self) -> &'static str {
        Frus.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(split::DocumentStarts::new(limit))
    }

    fn record_number(&self, number: u32, _: Position) -> Option<u32> {
        Some(number)
    }

    fn stretch(&self, bytes: &[u8], _: Position) -> Range<usize> {
        split::first_document(bytes).unwrap_or(0..bytes.len())
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        match document::transcribe(bytes, file_name) {
            Some(transcript) => Recognized::of(transcript),
            None => Recognized::Ignored(NotACable::NoTelegram),
        }
    }
}
