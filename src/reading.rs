//! The bytes of one cable to what was read in them: the shortest way through the library.

use crate::cable::Cable;
use crate::diagnostic::Diagnostic;
use crate::dialect::{self, Recognized, Transcript};
use crate::error::{Error, Result};
use crate::parse::{self, Claim};
use crate::provenance::Encoding;

/// What was read in one cable.
#[derive(Debug)]
pub struct Reading {
    transcript: Transcript,
    cable: Cable,
    diagnostics: Vec<Diagnostic>,
}

/// Reads one cable.
///
/// A damaged cable gives what could be read, and diagnostics.
///
/// # Errors
/// Of kind `Input` if the bytes are no cable, such as a picture or an archive; the text names what they are.
///
/// ```
/// let reading = cablegram::read("09ASTANA1005\nSUBJECT: GRAIN HARVEST\n")?;
/// assert_eq!(reading.cable().subject.as_deref(), Some("GRAIN HARVEST"));
/// # Ok::<(), cablegram::error::Error>(())
/// ```
pub fn read(bytes: impl Into<Vec<u8>>) -> Result<Reading> {
    match dialect::recognize(bytes.into(), "") {
        Recognized::Cable(transcript) => Ok(Reading::of(transcript)),
        Recognized::Ignored(kind) => Err(Error::input(format!("no cable: {}; give the text of one", kind.name()))),
    }
}

impl Reading {
    fn of(transcript: Transcript) -> Reading {
        let parse::Reading { cable, diagnostics, .. } = parse::parse(&transcript);
        Reading { cable, diagnostics, transcript }
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
        self.transcript.dialect()
    }
}
