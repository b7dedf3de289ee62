//! Text of two bytes a character, with the mark of their order: the same forms in another encoding.
//!
//! Spreadsheets write it as *Unicode text*. A record is read only if its text gives its bytes back exactly.

use std::sync::Arc;

use super::{Cut, Extent, Following, Form, Head, NotACable, Position, Recognized, Splitter};
use crate::provenance::Encoding;

/// Which byte of two comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The low one.
    Little,
    /// The high one.
    Big,
}

impl Order {
    /// The order that the mark of a document says.
    pub fn of(bytes: &[u8]) -> Option<Order> {
        match bytes {
            // The mark of UTF-32.
            [0xFF, 0xFE, 0, 0, ..] => None,
            [0xFF, 0xFE, ..] => Some(Order::Little),
            [0xFE, 0xFF, ..] => Some(Order::Big),
            _ => None,
        }
    }

    fn unit(self, pair: [u8; 2]) -> u16 {
        match self {
            Order::Little => u16::from_le_bytes(pair),
            Order::Big => u16::from_be_bytes(pair),
        }
    }

    /// The units of two bytes each; a byte that is left over is not one.
    fn units(self, bytes: &[u8]) -> impl Iterator<Item = u16> {
        bytes.chunks_exact(2).map(move |pair| self.unit([pair[0], pair[1]]))
    }

    fn encoding(self) -> Encoding {
        match self {
            Order::Little => Encoding::Utf16Le,
            Order::Big => Encoding::Utf16Be,
        }
    }
}

/// Whether bytes without a mark are of two bytes a character: every other one is nothing.
pub fn is_unmarked(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(4096)];
    let zeros = || memchr::memchr_iter(0, beginning);
    let even = zeros().filter(|at| at % 2 == 0).count();
    let odd = zeros().count() - even;
    beginning.len() >= 16 && even.max(odd) * 5 > beginning.len() * 2 && even.min(odd) * 20 < beginning.len()
}

/// The form of such a document.
pub fn open(head: &Head<'_>, order: Order) -> Result<Arc<dyn Form>, NotACable> {
    let text = String::from_utf16_lossy(&order.units(head.bytes).collect::<Vec<_>>());
    // What the end of the head cuts is no character.
    let text = match head.extent {
        Extent::Beginning => text.trim_end_matches(char::REPLACEMENT_CHARACTER),
        Extent::Whole => &text,
    };
    let form = super::open(&Head { bytes: text.as_bytes(), ..*head })?;
    Ok(Arc::new(Utf16 { form, order }))
}

/// A form, in text of two bytes a character.
#[derive(Debug)]
struct Utf16 {
    form: Arc<dyn Form>,
    order: Order,
}

impl Form for Utf16 {
    fn dialect(&self) -> &'static str {
        self.form.dialect()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        let splitter = self.form.splitter(limit / 2);
        Box::new(Transcoder { splitter, order: self.order, decoded: Vec::new(), seen: 0 })
    }

    fn record_number(&self, number: u32, position: Position) -> Option<u32> {
        self.form.record_number(number, position)
    }

    fn has_heads(&self) -> bool {
        self.form.has_heads()
    }

    fn following(&self, record: &[u8], position: Position) -> Following {
        let text = String::from_utf16_lossy(&self.order.units(record).collect::<Vec<_>>());
        match self.form.following(text.as_bytes(), position) {
            Following::Other(form) => Following::Other(Arc::new(Utf16 { form, order: self.order })),
            said => said,
        }
    }

    fn transcribe(&self, bytes: Vec<u8>, position: Position, file_name: &str) -> Recognized {
        let is_whole = bytes.len().is_multiple_of(2);
        let text = String::from_utf16(&self.order.units(&bytes).collect::<Vec<_>>());
        let Some(text) = text.ok().filter(|_| is_whole) else { return Recognized::Ignored(NotACable::Utf16Text) };
        match self.form.transcribe(text.into_bytes(), position, file_name) {
            Recognized::Cable(transcript) => Recognized::Cable(transcript.encoded(self.order.encoding())),
            ignored => ignored,
        }
    }
}

/// Gives a splitter the text in UTF-8, and takes its answers back.
struct Transcoder {
    splitter: Box<dyn Splitter>,
    order: Order,
    /// The bytes that were seen, in UTF-8.
    decoded: Vec<u8>,
    /// How many bytes these are of the document.
    seen: usize,
}

impl Transcoder {
    /// Decodes what is new.
    fn decode(&mut self, bytes: &[u8], at_end: bool) {
        let mut end = bytes.len() / 2 * 2;
        let last = end.checked_sub(2).map(|last| self.order.unit([bytes[last], bytes[last + 1]]));
        // The first half of a character waits for the other.
        if !at_end && end > self.seen && last.is_some_and(|unit| (0xD800..0xDC00).contains(&unit)) {
            end -= 2;
        }
        let units = self.order.units(&bytes[self.seen..end]);
        for character in char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)) {
            self.decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.seen = end;
    }

    /// Takes so many bytes of UTF-8 off; returns how many of the document they are.
    fn take(&mut self, length: usize) -> usize {
        let units = self.decoded[..length].iter().map(|byte| match byte {
            0x80..=0xBF => 0,
            0xF0.. => 2,
            _ => 1,
        });
        let taken = 2 * units.sum::<usize>();
        self.decoded.drain(..length);
        self.seen -= taken;
        taken
    }
}

impl Splitter for Transcoder {
    fn next(&mut self, bytes: &[u8], at_end: bool) -> Cut {
        self.decode(bytes, at_end);
        match self.splitter.next(&self.decoded, at_end) {
            Cut::More => Cut::More,
            Cut::Record(length) if at_end && length == self.decoded.len() => {
                self.take(length);
                self.seen = 0;
                Cut::Record(bytes.len())
            }
            Cut::Record(length) => Cut::Record(self.take(length)),
            Cut::Part(length) => Cut::Part(self.take(length)),
        }
    }
}
