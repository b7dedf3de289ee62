//! The plain dialect: text files with the five-line envelope, or none.
//!
//! Decodes (UTF-8, else windows-1252), has damage left out of the working text, finds the envelope and cuts
//! physical lines. A clean text is never copied, and no byte of the source text is ever changed.

use memchr::{memchr, memchr2};

use super::cleaning::clean;
use super::{Envelope, Line, Piece, Transcript, envelope};
use crate::diagnostic::{Code, Diagnostic};
use crate::provenance::Encoding;

/// Transcribes the bytes of one document, whatever is in them.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Transcript {
    let (source_text, encoding) = decode(bytes);
    let mut diagnostics = Vec::new();
    let working = clean(&source_text, &mut diagnostics);
    if encoding == Encoding::Utf8 {
        // In UTF-8 a C1 control is a control like any other; only windows-1252 leaves bytes undefined.
        diagnostics.iter_mut().filter(|found| found.code == Code::ByteUndefined).for_each(as_control);
    }
    let lines = cut(working.as_ref().map_or(&source_text, |working| &working.text));
    let file_name = file_name.to_owned();
    let mut transcript =
        Transcript { source_text, working, lines, encoding, envelope_at: None, file_name, diagnostics };
    let first: Vec<Piece<'_>> = transcript.pieces_behind(0).take(envelope::LINES).collect();
    transcript.envelope_at = envelope::find(&first);
    transcript
}

fn cut(text: &str) -> Vec<Line> {
    let mut cut = Vec::with_capacity(text.len() / USUAL_LINE);
    cut.extend(lines(text).map(|piece| Line { range: piece.start..piece.end(), signs: piece.signs }));
    cut
}

/// Bytes of a usual line.
const USUAL_LINE: usize = 48;

fn as_control(found: &mut Diagnostic) {
    found.code = Code::ControlCharacter;
}

fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => {
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned();
            (text, Encoding::Windows1252)
        }
    }
}

/// Cuts a text into its physical lines, each without its line end (LF, CRLF or a lone CR) and the one blank in front
/// of it that almost every line of the archive bears.
pub fn lines(text: &str) -> Lines<'_> {
    let ends = if memchr(b'\r', text.as_bytes()).is_some() { LineEnds::Mixed } else { LineEnds::Unix };
    Lines { text, ends, start: 0, line: 0 }
}

/// The physical lines of a text.
pub struct Lines<'t> {
    text: &'t str,
    ends: LineEnds,
    start: usize,
    line: u32,
}

/// The line ends of a text.
#[derive(Clone, Copy)]
enum LineEnds {
    /// LF and nothing else.
    Unix,
    /// LF, CRLF or CR.
    Mixed,
}

impl LineEnds {
    /// Length of the line that `text` begins with.
    fn length(self, text: &[u8]) -> usize {
        let end = match self {
            LineEnds::Unix => memchr(b'\n', text),
            LineEnds::Mixed => memchr2(b'\n', b'\r', text),
        };
        end.unwrap_or(text.len())
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if self.start >= self.text.len() {
            return None;
        }
        let start = self.start;
        let end = start + self.ends.length(&self.text.as_bytes()[start..]);
        let behind = &self.text.as_bytes()[end..];
        self.start = end + if behind.starts_with(b"\r\n") { 2 } else { 1 };
        self.line += 1;
        let text = &self.text[start..end];
        Some(Piece::new(self.line, start, text.strip_suffix(' ').unwrap_or(text)))
    }
}

impl Transcript {
    /// The physical lines of the working text behind its first `count`.
    pub fn lines_behind(&self, count: u32) -> Vec<Piece<'_>> {
        self.pieces_behind(count).collect()
    }

    fn pieces_behind(&self, count: u32) -> impl Iterator<Item = Piece<'_>> {
        let text = self.text();
        let lines = self.lines.get(count as usize..).unwrap_or_default();
        lines.iter().zip(count + 1..).map(|(Line { range, signs }, line)| Piece {
            line,
            start: range.start,
            text: &text[range.clone()],
            signs: *signs,
        })
    }

    /// The envelope, where the document has one.
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        let mut lines = self.pieces_behind(self.envelope_at? as u32);
        let mut next = || lines.next();
        Some(Envelope { id: next()?, title: next()?, date: next()?, classification: next()?, origin: next()? })
    }

    /// The line of the source text that `piece` is a stretch of, verbatim but for its end.
    pub fn source_line(&self, piece: &Piece<'_>) -> &str {
        let from = self.source_offset(piece.start);
        let rest = self.source_text.get(from..).unwrap_or_default();
        let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        lines(&rest[..end]).next().map_or("", |line| line.text)
    }
}
