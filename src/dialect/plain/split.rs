//! A file of several cables, each under its envelope: where one ends.

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::dialect::decode::without_mark;
use crate::dialect::joints::without_joints;
use crate::dialect::split::Starts;
use crate::lex::lines::lines;
use crate::lex::{Piece, envelope};

/// Whether a document begins with an envelope, blank lines before it aside.
pub fn begins_with_envelope(bytes: &[u8]) -> bool {
    let first = beginning(without_mark(bytes), envelope::LINES);
    let first: Vec<Piece<'_>> = lines(&first).take(envelope::LINES).collect();
    envelope::find(&first).is_some()
}

/// No envelope has more bytes, its title included.
const LONGEST_ENVELOPE: usize = 4096;

/// Identifier, title, date, classification and origin.
const ENVELOPE_LINES: usize = 5;

/// So many lines of a document or more, as far as an envelope can reach, as text.
fn beginning(bytes: &[u8], lines: usize) -> Cow<'_, str> {
    let bytes = &bytes[..bytes.len().min(LONGEST_ENVELOPE)];
    let end = memchr_iter(b'\n', bytes).nth(lines - 1).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end])
}

/// What a record begins with: an identifier line, and the four other lines of an envelope.
pub struct Envelopes;

impl Starts for Envelopes {
    const AHEAD: usize = LONGEST_ENVELOPE;

    fn may_start(&self, line: &[u8]) -> bool {
        matches!(without_joints(line), [b'0'..=b'9', b'0'..=b'9', b'A'..=b'Z' | b'0'..=b'9' | b'-', ..])
    }

    fn starts(&mut self, _: Option<&[u8]>, rest: &[u8]) -> bool {
        let first = beginning(without_joints(rest), ENVELOPE_LINES);
        let mut lines = lines(&first).map(|line| line.text.trim_end());
        let mut next = || lines.next().unwrap_or_default();
        let [id, _, date, classification, origin]: [_; ENVELOPE_LINES] = std::array::from_fn(|_| next());
        envelope::is_identifier(id)
            && envelope::is_date(date)
            && envelope::is_classification(classification)
            && !origin.is_empty()
    }
}
