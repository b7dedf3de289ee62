//! What a document is that is no cable: one of the kinds that are named and left alone.

use super::{Extent, Head, NotACable, utf16};
use crate::contract::marks_text_output;
use crate::lex::begins_in_any_case;
use crate::lex::lines::lines;

/// First bytes of archives: zip, gzip, bzip2, xz, Zstandard, 7-Zip, RAR.
const ARCHIVES: [&[u8]; 7] =
    [b"PK\x03\x04", b"\x1F\x8B", b"BZh", b"\xFD7zXZ\0", b"\x28\xB5\x2F\xFD", b"7z\xBC\xAF\x27\x1C", b"Rar!\x1A\x07"];
/// First bytes of other files that hold few control characters at first: Parquet, Arrow, PNG, JPEG, GIF, ELF.
const BINARIES: [&[u8]; 6] = [b"PAR1", b"ARROW1\0", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x7FELF"];
/// A tar archive says so after the names and numbers of its first header.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// What a document is that is no text.
pub fn by_bytes(head: &Head<'_>) -> Option<NotACable> {
    let bytes = head.bytes;
    if marks_text_output(bytes) {
        return Some(NotACable::Output);
    }
    if head.extent == Extent::Whole && bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(NotACable::EmptyFile);
    }
    let is_tar = bytes.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1));
    if is_tar || ARCHIVES.iter().any(|magic| bytes.starts_with(magic)) {
        return Some(NotACable::Archive);
    }
    if bytes.starts_with(b"%PDF-") {
        return Some(NotACable::Pdf);
    }
    if utf16::is_unmarked(bytes) {
        return Some(NotACable::Utf16Text);
    }
    if is_mail(bytes) {
        return Some(NotACable::OtherText);
    }
    let is_binary = mostly_controls(unpadded(bytes)) || BINARIES.iter().any(|magic| bytes.starts_with(magic));
    is_binary.then_some(NotACable::Binary)
}

/// Whether a document is an e-mail, or a page that a browser saved as one: encoded as mail is, its text is no text of a cable.
fn is_mail(bytes: &[u8]) -> bool {
    let mut lines = bytes[..bytes.len().min(8192)].split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    // A field of a header is `Name: value`, and continues on indented lines.
    let is_header = |line: &&[u8]| {
        let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        line.first().is_some_and(|first| b" \t".contains(first)) || name > 0 && line[name..].starts_with(b": ")
    };
    lines.by_ref().take_while(is_header).any(|line| begins_in_any_case(line, b"MIME-Version: "))
}

/// Bytes without the NUL that fill the last block of a text on some systems; nothing but NUL is no text.
fn unpadded(bytes: &[u8]) -> &[u8] {
    match bytes.iter().rposition(|byte| *byte != 0) {
        Some(last) => &bytes[..=last],
        None => bytes,
    }
}

/// A damaged cable may hold some control characters; no text holds one in eight bytes of its beginning.
fn mostly_controls(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(8192)];
    // The cheaper look counts line ends as well: most texts hold too few even of these.
    are_many(beginning, |byte| byte < b' ') && are_many(beginning, is_control)
}

/// Whether more than one byte in eight is such a one.
fn are_many(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    // Counted by the hundred, in single bytes, so that the processor compares many bytes side by side.
    let count = |bytes: &[u8]| bytes.iter().fold(0_u8, |count, &byte| count + u8::from(is_such(byte)));
    let found: usize = bytes.chunks(128).map(|bytes| usize::from(count(bytes))).sum();
    found * 8 > bytes.len()
}

fn is_control(byte: u8) -> bool {
    (byte < b' ') & !byte.is_ascii_whitespace()
}

/// What a text is that no dialect reads.
pub fn by_text(head: &Head<'_>) -> NotACable {
    let text = String::from_utf8_lossy(head.bytes);
    if begins_markup(&text) {
        NotACable::HtmlPage
    } else if first_line(&text) == FILE_LIST {
        NotACable::FileList
    } else if is_derived(first_line(&text)) {
        NotACable::DerivedTelegrams
    } else if begins_in_any_case(first_line(&text), "appears in these articles") {
        NotACable::ArticleStub
    } else {
        NotACable::OtherText
    }
}

/// The names of the columns of the list that comes with text files of the National Archives.
const FILE_LIST: &str = "Document Number,Path,AAD filename,URL";

/// Whether an object was made of a text file of the National Archives: its attributes, and a text without its header.
fn is_derived(line: &str) -> bool {
    line.starts_with('{') && line.contains("\"Message Attributes\"") && line.contains("\"_message_content\"")
}

/// Whether a text is a page, or any other XML.
pub fn begins_markup(text: &str) -> bool {
    let first = first_line(text);
    ["<!doctype html", "<html", "<head", "<body", "<?xml", "<!--", "<code><pre"]
        .iter()
        .any(|tag| begins_in_any_case(first, tag))
}

fn first_line(text: &str) -> &str {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    lines(text).find(|line| !line.is_blank()).map_or("", |line| line.text.trim())
}
