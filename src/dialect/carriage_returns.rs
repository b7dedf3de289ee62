//! Documents whose lines end with CR alone, as old Macintosh programs write them: the same forms with other line ends.
//!
//! Forms look for LF. They see a copy of the same length with LF in the place of CR; the records are read as they are.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;

use super::{Cut, Following, Form, Head, NotACable, Position, Recognized, Splitter};

/// Whether lines end so, by the beginning of a document.
pub fn end_lines(bytes: &[u8]) -> bool {
    memchr(b'\n', bytes).is_none() && memchr(b'\r', bytes).is_some()
}

/// The form of such a document.
pub fn open(head: &Head<'_>) -> Result<Arc<dyn Form>, NotACable> {
    let form = super::open(&Head { bytes: &with_line_feeds(head.bytes), ..*head })?;
    Ok(Arc::new(CarriageReturns { form }))
}

fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect()
}

/// A form, in a document of such lines.
#[derive(Debug)]
struct CarriageReturns {
    form: Arc<dyn Form>,
}

impl Form for CarriageReturns {
    fn dialect(&self) -> &'static str {
        self.form.dialect()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(LineFeeds { splitter: self.form.splitter(limit), seen: Vec::new() })
    }

    fn record_number(&self, number: u32, position: Position) -> Option<u32> {
        self.form.record_number(number, position)
    }

    fn is_index(&self) -> bool {
        self.form.is_index()
    }

    fn stretch(&self, bytes: &[u8], position: Position) -> Range<usize> {
        self.form.stretch(bytes, position)
    }

    fn has_heads(&self) -> bool {
        self.form.has_heads()
    }

    fn following(&self, record: &[u8], position: Position) -> Following {
        match self.form.following(&with_line_feeds(record), position) {
            Following::Other(form) => Following::Other(Arc::new(CarriageReturns { form })),
            other => other,
        }
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        self.form.transcribe(bytes, position, file_name)
    }
}

/// Gives a splitter the copy.
struct LineFeeds {
    splitter: Box<dyn Splitter>,
    /// The copy of the bytes that were seen.
    seen: Vec<u8>,
}

impl Splitter for LineFeeds {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        self.seen.extend(with_line_feeds(&bytes[self.seen.len()..]));
        let cut = self.splitter.next(&self.seen, at_end);
        if let Cut::Record(length) | Cut::Part(length) = cut {
            self.seen.drain(..length);
        }
        cut
    }
}
