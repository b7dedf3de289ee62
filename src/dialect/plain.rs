//! The plain dialect: text files with the five-line envelope, or none.
//!
//! Decodes (UTF-8, else windows-1252), leaves control characters and dump residue out of the working text, and
//! cuts physical lines. Never changes a byte of the source text.

use super::{Envelope, Piece, Transcript};
use crate::provenance::Encoding;

/// Reads the bytes of one document.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Transcript {
    let (source_text, encoding) = decode(bytes);
    Transcript {
        source_text,
        working: None,
        encoding,
        has_envelope: false,
        file_name: file_name.to_owned(),
        diagnostics: Vec::new(),
    }
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
    /// The physical lines of the working text, each without its line end and the one blank before it.
    pub fn lines(&self) -> Vec<Piece<'_>> {
        let mut start = 0;
        let mut lines = Vec::new();
        for (index, text) in self.text().split('\n').enumerate() {
            let line = index as u32 + 1;
            lines.push(Piece { line, start, text: text.strip_suffix(' ').unwrap_or(text) });
            start += text.len() + 1;
        }
        lines
    }

    /// The envelope, where the document has one.
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        if !self.has_envelope {
            return None;
        }
        let lines = self.lines();
        let [id, title, date, classification, origin] = lines.get(..5)?.try_into().ok()?;
        Some(Envelope { id, title, date, classification, origin })
    }
}
