//! The bytes of one cable, or of the first one in a dump, to what was read in them: the shortest way through the library.

use crate::cable::Cable;
use crate::convert::{self, FeedInput, Rules};
use crate::diagnostic::Diagnostic;
use crate::dialect::{NotACable, Recognized, Transcript};
use crate::error::{Error, Result};
use crate::parse::{self, Claim};
use crate::provenance::Encoding;
use crate::source::{DocumentId, FoundFile, Location};

/// What was read in one cable.
#[derive(Debug)]
pub struct Reading {
    transcript: Transcript,
    dialect: &'static str,
    cable: Cable,
    diagnostics: Vec<Diagnostic>,
    left: u64,
}

/// Reads one cable; of a dump, or of a file of several cables, the first.
///
/// A damaged cable gives what could be read, and diagnostics.
///
/// # Errors
/// Of kind `Input` if the bytes are no cable, such as a picture or an archive; the text names what they are.
///
/// ```
/// let reading = cablegram::read("UNCLAS ASTANA 001005\nTAGS: EAGR\nSUBJECT: GRAIN HARVEST\n")?;
/// assert_eq!(reading.cable().subject.as_deref(), Some("GRAIN HARVEST"));
/// # Ok::<(), cablegram::error::Error>(())
/// ```
pub fn read(bytes: impl Into<Vec<u8>>) -> Result<Reading> {
    let found = FoundFile { id: DocumentId::file(""), location: Location::Memory(bytes.into()) };
    let (mut first, mut reason, mut left) = (None, String::new(), 0);
    convert::records(found, &Rules::default(), &mut |input| {
        match input {
            FeedInput::Record(ready) if first.is_none() => first = Some(ready),
            FeedInput::Record(_) => left += 1,
            // The end of a document says nothing of it.
            FeedInput::End(_) => {}
            FeedInput::Ignored(_, kind) => reason = why(kind),
            other => reason = format!("{}; {GIVE_TEXT}", other.reason()),
        }
        Ok(())
    });
    let refuse = |reason: String| Error::input(format!("no cable: {reason}"));
    let nothing = || format!("nothing is in it; {GIVE_TEXT}");
    let ready = first.ok_or_else(|| refuse(if reason.is_empty() { nothing() } else { reason }))?;
    match ready.transcribe() {
        Recognized::Cable(transcript) => Ok(Reading::of(transcript, left)),
        Recognized::Ignored(kind) => Err(refuse(why(kind))),
    }
}

const GIVE_TEXT: &str = "give the text of one";

/// What bytes are that are no cable, and what to do.
fn why(kind: NotACable) -> String {
    format!("{}; {}", kind.name(), kind.advice().unwrap_or(GIVE_TEXT))
}

impl Reading {
    fn of(transcript: Transcript, left: u64) -> Reading {
        let parse::ParsedCable { cable, diagnostics, .. } = parse::parse(&transcript);
        let dialect = transcript.dialect();
        Reading { transcript, dialect, cable, diagnostics, left }
    }

    /// The cable.
    pub fn cable(&self) -> &Cable {
        &self.cable
    }

    /// Takes the cable out.
    pub fn into_cable(self) -> Cable {
        self.cable
    }

    /// What was odd, in the order of the lines.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// What every stretch of the text was read as, in the order of the text; reads it once more.
    pub fn claims(&self) -> Vec<Claim<'_>> {
        parse::parse(&self.transcript).claims()
    }

    /// The bytes, decoded without loss.
    pub fn source_text(&self) -> &str {
        self.transcript.source_text()
    }

    /// How the bytes became text.
    pub fn encoding(&self) -> Encoding {
        self.transcript.encoding()
    }

    /// The dialect the cable is written in, such as `plain`.
    pub fn dialect(&self) -> &'static str {
        self.dialect
    }

    /// How many records came after this one.
    pub fn records_left(&self) -> u64 {
        self.left
    }
}
