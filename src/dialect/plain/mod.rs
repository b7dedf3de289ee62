//! The plain dialect: text files with the five-line envelope, or none.
//!
//! Decodes (UTF-8, else windows-1252), has damage left out of the working text, finds the envelope and cuts
//! physical lines. A clean text is never copied, and no byte of the source text is ever changed.

pub(super) mod signs;
mod split;

use std::sync::Arc;

pub(super) use signs::{is_classification_line, is_date_time_group};

use super::cleaning::{Leftovers, clean};
use super::decode::decode;
use super::fields::{Content, DateForm, Field, FieldKey};
use super::split::ByLine;
use super::transcript::{FieldsAre, LineNumbers};
use super::{Confidence, Dialect, Extent, Form, Head, Position, Recognized, Splitter, Transcript, kinds};
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::lines::cut;
use crate::lex::{LineSpan, Piece, envelope};
use crate::provenance::Encoding;

/// The plain dialect.
#[derive(Debug)]
pub struct Plain;

impl Dialect for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn recognizes(&self, head: &Head<'_>) -> Confidence {
        if split::begins_with_envelope(head.bytes) {
            return Confidence::Certain;
        }
        let transcript = transcribe(whole_lines(head).to_vec(), head.file_name);
        if transcript.has_fields() {
            Confidence::Certain
        } else if !kinds::begins_markup(transcript.source_text()) && signs::is_cable(transcript.text()) {
            Confidence::Maybe
        } else {
            Confidence::No
        }
    }

    fn form(&self, head: &Head<'_>) -> Arc<dyn Form> {
        match split::begins_with_envelope(head.bytes) {
            true => Arc::new(Enveloped),
            false => Arc::new(Bare),
        }
    }

    fn records_read_alike(&self, _: &Head<'_>) -> bool {
        true
    }
}

/// Whether a text that comes before rows of a dump has the signs of a cable: then they are rows within its text.
pub(super) fn is_cable(bytes: &[u8]) -> bool {
    let transcript = transcribe(bytes.to_vec(), "");
    transcript.has_fields() || signs::is_cable(transcript.text())
}

/// The head without the line that its end cuts.
fn whole_lines<'h>(head: &Head<'h>) -> &'h [u8] {
    match (head.extent, memchr::memrchr(b'\n', head.bytes)) {
        (Extent::Beginning, Some(end)) => &head.bytes[..end],
        _ => head.bytes,
    }
}

/// A document that begins with an envelope; others may follow.
#[derive(Debug)]
struct Enveloped;

/// A document that is one cable.
#[derive(Debug)]
struct Bare;

impl Form for Enveloped {
    fn dialect(&self) -> &'static str {
        Plain.name()
    }

    fn splitter(&self, limit: usize) -> Box<dyn Splitter> {
        Box::new(ByLine::new(split::Envelopes, limit))
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        Recognized::of(transcribe(bytes, file_name))
    }
}

impl Form for Bare {
    fn dialect(&self) -> &'static str {
        Plain.name()
    }

    fn transcribe(&self, bytes: Vec<u8>, _: Position, file_name: &str) -> Recognized {
        let mut transcript = transcribe(bytes, file_name);
        if let Some(second) = signs::second_header(transcript.lines()) {
            let (line, detail) = (Some(second.line), second.text.trim().to_owned());
            transcript.diagnostics.push(Diagnostic { code: Code::SeveralCables, line, detail });
        }
        Recognized::of(transcript)
    }
}

/// Transcribes the bytes of one document, whatever is in them; of more than [`MOST_LINES`](super::MOST_LINES) lines those
/// after the first are left out.
pub fn transcribe(bytes: Vec<u8>, file_name: &str) -> Transcript {
    let (source_text, encoding) = decode(bytes);
    let mut diagnostics = Vec::new();
    let mut lines = cut(&source_text);
    let working = clean(&source_text, lines.iter(), Leftovers::All, &mut diagnostics);
    if let Some(working) = &working {
        lines = cut(&working.text);
    }
    if encoding == Encoding::Utf8 {
        // In UTF-8 a C1 control is a control like any other; only windows-1252 leaves bytes undefined.
        let undefined = diagnostics.iter_mut().filter(|found| found.code == Code::ByteUndefined);
        undefined.for_each(|found| found.code = Code::ControlCharacter);
    }
    let text = working.as_ref().map_or(&source_text, |working| &working.text);
    let (fields, content) = envelope_of(text, &lines);
    let file_name = file_name.to_owned();
    Transcript {
        dialect: Plain.name(),
        source_text,
        working,
        lines,
        numbers: LineNumbers::Successive,
        encoding,
        fields,
        fields_are: FieldsAre::Lines,
        content,
        file_name,
        lacks_lines: false,
        joins_lines: false,
        diagnostics,
    }
}

/// The fields of the envelope, where there is one, and what follows it.
fn envelope_of(text: &str, lines: &[LineSpan]) -> (Vec<Field>, Content) {
    let first: Vec<Piece<'_>> =
        (1..).zip(lines).take(envelope::LINES).map(|(number, line)| line.piece(number, text)).collect();
    let Some(at) = envelope::find(&first) else { return (Vec::new(), Content::Whole(0..text.len())) };
    let keys = [
        FieldKey::Identifier,
        FieldKey::Title,
        FieldKey::Date(DateForm::Envelope),
        FieldKey::Classification,
        FieldKey::Origin,
    ];
    let start = lines.get(at + keys.len()).map_or(text.len(), |line| line.range.start);
    let field = |(key, line): (FieldKey, &LineSpan)| Field { key, range: line.range.clone() };
    (keys.into_iter().zip(&lines[at..]).map(field).collect(), Content::Whole(start..text.len()))
}
