//! Where a cable was found: everything about the document that is not the cable's own word.
//!
//! Knows nothing of what a cable says (`origin`, the post, is the cable's own word and lives in `cable`).

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use crate::source::RecordId;

named! {
    /// How the bytes of a document became text; together with the text it gives the exact bytes back.
    #[non_exhaustive]
    pub enum Encoding {
        /// The bytes are valid UTF-8 and stand in the text as they are, a byte order mark included.
        Utf8 = "utf-8",
        /// The bytes are no UTF-8; each was mapped to one character by the WHATWG table.
        Windows1252 = "windows-1252",
        /// Two bytes a character, the low one first, a byte order mark before them.
        Utf16Le = "utf-16le",
        /// Two bytes a character, the high one first, a byte order mark before them.
        Utf16Be = "utf-16be",
    }
}

impl Encoding {
    /// The bytes of a text that was decoded by this encoding; `None` if it cannot have been.
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Encoding::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Encoding::Windows1252 => {
                let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
                (!unmappable).then_some(bytes)
            }
            Encoding::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Encoding::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        }
    }

    /// The encoding of that WHATWG name, if it is one of ours.
    pub fn from_name(name: &str) -> Option<Encoding> {
        Encoding::ALL.iter().copied().find(|encoding| encoding.name() == name)
    }
}

/// Where one record is, and what proves its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The record.
    pub id: RecordId,
    /// The dialect that read the document, such as `plain`.
    pub dialect: &'static str,
    /// Number of bytes of the record.
    pub size: u64,
    /// SHA-256 of those bytes, in lower-case hexadecimal digits.
    pub sha256: String,
    /// How the bytes became text.
    pub encoding: Encoding,
}
