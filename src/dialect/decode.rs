//! The bytes of a record to text that gives them back exactly: UTF-8, else windows-1252.

use crate::provenance::Encoding;

/// Bytes without the mark of UTF-8 that a document may begin with.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes)
}

/// Decodes the bytes of one record, whatever is in them.
pub fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => {
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned();
            (text, Encoding::Windows1252)
        }
    }
}

/// Where in the decoded text of a record what begins after its first `front` bytes, which end with a line or are a byte
/// order mark: bytes that are no UTF-8 have other places there.
pub fn decoded_place(front: usize, bytes: &[u8], text: &str) -> usize {
    let front = &bytes[..front.min(bytes.len())];
    let line_end = if memchr::memchr(b'\n', front).is_some() { b'\n' } else { b'\r' };
    match memchr::memchr_iter(line_end, front).count() {
        0 => text.len() - text.strip_prefix('\u{FEFF}').unwrap_or(text).len(),
        lines => memchr::memchr_iter(line_end, text.as_bytes()).nth(lines - 1).map_or(text.len(), |end| end + 1),
    }
}
