//! The plain dialect: text files with the five-line envelope, or none.
//!
//! Decodes (UTF-8, else windows-1252), has damage left out of the working text, finds the envelope and cuts
//! physical lines. A clean text is never copied, and no byte of the source text is ever changed.

use memchr::memchr;

use super::cleaning::clean;
use super::{Envelope, Piece, Transcript};
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::envelope;
use crate::lex::lines::{cut, lines};
use crate::provenance::Encoding;

/// The name as it is in `source.dialect`.
pub const NAME: &str = "plain";

/// Transcribes the bytes of one document, whatever is in them.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Transcript {
    let (source_text, encoding) = decode(bytes);
    let mut diagnostics = Vec::new();
    let mut lines = cut(&source_text);
    let working = clean(&source_text, &lines, &mut diagnostics);
    if let Some(working) = &working {
        lines = cut(&working.text);
    }
    if encoding == Encoding::Utf8 {
        // In UTF-8 a C1 control is a control like any other; only windows-1252 leaves bytes undefined.
        diagnostics.iter_mut().filter(|found| found.code == Code::ByteUndefined).for_each(as_control);
    }
    let file_name = file_name.to_owned();
    let mut transcript =
        Transcript { source_text, working, lines, encoding, envelope_at: None, file_name, diagnostics };
    let first: Vec<Piece<'_>> = transcript.pieces_behind(0).take(envelope::LINES).collect();
    transcript.envelope_at = envelope::find(&first);
    transcript
}

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

impl Transcript {
    /// How many physical lines the working text has.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The physical lines of the working text behind its first `count`.
    pub fn lines_behind(&self, count: u32) -> Vec<Piece<'_>> {
        self.pieces_behind(count).collect()
    }

    fn pieces_behind(&self, count: u32) -> impl Iterator<Item = Piece<'_>> {
        let text = self.text();
        let lines = self.lines.get(count as usize..).unwrap_or_default();
        lines.iter().zip(count + 1..).map(move |(line, number)| line.piece(number, text))
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
